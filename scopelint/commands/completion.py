"""`scopelint completion`, and what is completed beyond commands and options."""

from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem, get_completion_class

from scopelint.commands.output import print_text

EXIT_DONE = 0
_VARIABLE = "_SCOPELINT_COMPLETE"  # the one that click looks at


def run(shell: str, cli: click.Command) -> int:
    """Print a shell's script for the command line and return the exit code."""
    kind = get_completion_class(shell)
    assert kind is not None  # the command's choices are click's shells
    print_text(kind(cli, {}, "scopelint", _VARIABLE).source().lstrip("\n"))
    return EXIT_DONE


def subjects(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the codes, scopes and endpoints that go on from what is there.

    bash takes "read:notes" for three words, and wants the last one alone.
    """
    said = tuple(context.params.get("subject") or ())
    before = "".join(said) if ":" in (*said, incomplete) else " ".join((*said, ""))
    typed = before + incomplete
    known = len(before) if incomplete != ":" else len(typed)
    return [CompletionItem(name[known:]) for name in _names() if name.casefold().startswith(typed.casefold())]


def _names() -> Iterator[str]:
    from scopelint.catalog.load import load_bundled
    from scopelint.rules import ALL

    catalog = load_bundled()
    yield from (rule.code for rule in ALL)
    yield from (rule.slug for rule in ALL)
    yield from (scope.name for scope in catalog.scopes)
    yield from (endpoint.name for endpoint in catalog.endpoints)
