"""The command line: options in, findings out, exit code. Every command's work is imported only when it runs."""

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn, TextIO, TypeVar

import click

from scopelint import __version__
from scopelint.errors import ScopelintError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

EXIT_ERROR = 2
EXIT_INTERRUPTED = 130
TRACEBACK_VARIABLE = "SCOPELINT_TRACEBACK"  # set by whoever wants to report a fault of scopelint itself

_ENDING_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

# Written out so that `--version` and `--help` load nothing for them; a test compares them with what they stand for.
FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")
SEVERITIES = ("error", "warning", "note", "never")

Command = TypeVar("Command", bound=Callable[..., Any])


class DefaultGroup(click.Group):
    """A group of commands in which `check` may be left out, and options may stand before the command's name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command's name first."""
        completing = ctx.resilient_parsing and not args  # a command's name may follow
        if not completing and (not args or args[0] not in ("--version", "-h", "--help")):
            name, rest = self._command_first(ctx, args)
            args = [name, *rest]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list["CompletionItem"]:
        """Return what may stand first: a command, or an option or a path of `check`."""
        from click.shell_completion import CompletionItem

        check = self.commands["check"]
        items = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            context = check.make_context("check", [], parent=ctx, resilient_parsing=True)
            known = {item.value for item in items}
            return [*items, *(item for item in check.shell_complete(context, incomplete) if item.value not in known)]
        return items or [CompletionItem(incomplete, type="file")]

    def _command_first(self, ctx: click.Context, args: Sequence[str]) -> tuple[str, list[str]]:
        """Return the command's name and the other arguments: a positional argument may be a command or a path."""
        check = self.get_command(ctx, "check")
        valued = {
            option
            for parameter in (check.params if check else ())
            if isinstance(parameter, click.Option) and not parameter.is_flag and not parameter.count
            for option in parameter.opts
        }
        position = 0
        while position < len(args) and args[position].startswith("-"):
            position += 2 if args[position] in valued else 1
        if position < len(args) and args[position] in self.commands:
            return args[position], [*args[:position], *args[position + 1 :]]
        if len(args) == position + 1 and not os.path.lexists(args[position]):
            from scopelint.nearest import nearest

            if close := nearest(args[position], self.commands):
                raise click.UsageError(f"no command and no path is called '{args[position]}'; did you mean {close}?")
        return "check", list(args)


def _analysis_options(command: Command) -> Command:
    """Add the paths and the options of a command that analyses code."""
    return click.argument("paths", nargs=-1, type=click.Path(exists=True))(_settings_options(command))


def _settings_options(command: Command) -> Command:
    """Add the options of every command that analyses code."""
    for option in reversed(
        (
            click.option("--config", metavar="FILE", help="Read this configuration file."),
            click.option("--isolated", is_flag=True, help="Read no configuration file."),
            click.option("--manifest", metavar="FILE", help="The manifest [default: the nearest max-ai.app.toml]."),
            click.option("--include-tests", is_flag=True, help="Analyse test code too."),
            click.option("--count-dead-code", is_flag=True, help="Count code that nothing uses too."),
            click.option(
                "--search-path",
                "search_paths",
                multiple=True,
                type=click.Path(exists=True, file_okay=False),
                metavar="DIR",
                help="Look for imports here too.",
            ),
            click.option(
                "--python",
                type=click.Path(exists=True),
                metavar="PATH",
                help="Interpreter or environment whose packages the code imports.",
            ),
            click.option("--no-cache", is_flag=True, help="Neither read nor write the cache."),
            click.option("--cache-dir", metavar="DIR", help="Keep the cache here."),
            click.option("--jobs", type=click.IntRange(0, 256), metavar="N", help="Processes [default: one a core]."),
            click.option("-v", "--verbose", is_flag=True, help="Tell what is not counted, and how long it takes."),
        )
    ):
        command = option(command)
    return command


def _completed_subject(context: click.Context, parameter: click.Parameter, incomplete: str) -> list["CompletionItem"]:
    from scopelint.commands.completion import subjects

    return subjects(context, parameter, incomplete)


@click.group(cls=DefaultGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Compare the permission scopes that a Max AI app declares with those that its code needs."""


@cli.command()
@_analysis_options
@click.option("--format", "format_name", type=click.Choice(FORMATS), help="How to show the findings [default: text].")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="[FORMAT:]FILE",
    help="Write to a file: without FORMAT instead of the terminal, with FORMAT besides. Repeatable.",
)
@click.option("--select", multiple=True, metavar="CODES", help="Report only these codes, or beginnings of codes.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Do not report these codes.")
@click.option("--baseline", metavar="FILE", help="Do not report the findings of this baseline or JSON report.")
@click.option("--write-baseline", metavar="FILE", help="Write what is found to a baseline (- for standard output).")
@click.option("--fail-on", type=click.Choice(SEVERITIES), help="The least severity that fails [default: warning].")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Use colours.")
def check(**options: Any) -> int:  # noqa: ANN401 - click hands over what the decorators name
    """Report missing, unused and wrong scopes (the default command).

    Findings are limited to PATHS; an app is judged by all of its code, wherever PATHS point.
    """
    from scopelint.commands.check import run
    from scopelint.commands.invocation import Invocation

    return run(Invocation(**options))


@cli.command()
@_analysis_options
@click.option("--all", "every_host", is_flag=True, help="List the HTTP calls of every host.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", help="How to show them.")
def calls(**options: Any) -> int:  # noqa: ANN401 - click hands over what the decorators name
    """List the API calls of the code."""
    from scopelint.commands.calls import run
    from scopelint.commands.invocation import Invocation

    return run(Invocation(**options))


@cli.command()
@_analysis_options
@click.option("--optional", multiple=True, metavar="SCOPE", help="If it is missing, add it as optional. Repeatable.")
@click.option("--remove-unused", is_flag=True, help="Remove the scopes that certainly no call needs, too.")
@click.option("--diff", is_flag=True, help="Show the difference, and write nothing.")
@click.option("--check", is_flag=True, help="Write nothing, and exit with 1 if something would change.")
@click.option("--select", multiple=True, metavar="CODES", help="Fix only these codes, or beginnings of codes.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Do not fix these codes.")
def fix(optional: tuple[str, ...], remove_unused: bool, diff: bool, check: bool, **options: Any) -> int:  # noqa: ANN401 - as above
    """Correct the manifest: add missing scopes, and replace legacy and misspelled ones.

    Comments, order and layout stay.
    """
    from scopelint.commands.fix import FixInvocation, run
    from scopelint.commands.invocation import Invocation

    own = FixInvocation(optional=optional, remove_unused=remove_unused, diff=diff, check=check)
    return run(Invocation(**options), own)


@cli.command()
@click.argument("revision", metavar="REV")
@click.argument("other", required=False, metavar="[REV2]")
@_settings_options
@click.option(
    "--path",
    "paths",
    multiple=True,
    type=click.Path(exists=True),
    metavar="PATH",
    help="Analyse only this. Repeatable.",
)
@click.option("--merge-base", is_flag=True, help="Compare with where the two sides parted, instead of with REV.")
@click.option(
    "--format", "format_name", type=click.Choice(["text", "markdown", "json"]), default="text", help="How to show it."
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 if more scopes are needed or asked for.")
def diff(revision: str, other: str | None, merge_base: bool, exit_code: bool, **options: Any) -> int:  # noqa: ANN401 - as above
    """Show which scopes a change newly needs and no longer needs.

    Compares a git revision with the working tree, or with another revision.
    """
    from scopelint.commands.diff import DiffInvocation, run
    from scopelint.commands.invocation import Invocation

    own = DiffInvocation(revision=revision, other=other, merge_base=merge_base, exit_code=exit_code)
    return run(Invocation(**options), own)


@cli.command()
@_analysis_options
@click.option("--answer", metavar="FILE", help="A saved answer of /v3/marketplace/me (- for standard input).")
@click.option("--organization", metavar="ID", help="The clinic's organization [default: MAXAI_ORGANIZATION_ID].")
@click.option("--url", metavar="URL", help="The platform's address [default: MAXAI_API_URL, else production].")
@click.option(
    "--timeout", type=click.FloatRange(0.1, 600), default=20.0, metavar="SECONDS", help="Wait so long [default: 20]."
)
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", help="How to show it.")
def granted(
    answer: str | None,
    organization: str | None,
    url: str | None,
    timeout: float,
    **options: Any,  # noqa: ANN401 - as above
) -> int:
    """Compare what the code needs with what a key was granted.

    Without --answer, the platform is asked, with the key in MAXAI_API_KEY: install scopelint[granted] for that.
    Exits with 1 if a call is refused.
    """
    from scopelint.commands.granted import GrantedInvocation, run
    from scopelint.commands.invocation import Invocation

    own = GrantedInvocation(answer=answer, organization=organization, url=url, timeout=timeout)
    return run(Invocation(**options), own)


@cli.command()
@click.argument("folder", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--manifest", metavar="FILE", help="The manifest, where it is not called max-ai.app.toml.")
@click.option("--pre-commit/--no-pre-commit", default=None, help="Add a hook for pre-commit.")
@click.option("--ci", multiple=True, type=click.Choice(["github", "gitlab"]), help="Add a CI job. Repeatable.")
@click.option("--diff", is_flag=True, help="Show what would be written, and write nothing.")
def init(folder: str, manifest: str | None, pre_commit: bool | None, ci: tuple[str, ...], diff: bool) -> int:
    """Write a first configuration, with the platform's addresses that the code uses.

    Nothing is overwritten. At a terminal, init asks what is not told by an option; elsewhere it asks nothing.
    """
    from scopelint.commands.init import InitInvocation, run

    return run(InitInvocation(folder=folder, manifest=manifest, pre_commit=pre_commit, ci=ci, diff=diff))


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print the script that completes scopelint's commands and options in a shell."""
    from scopelint.commands.completion import run

    return run(shell, cli)


@cli.command()
@click.argument("subject", nargs=-1, required=True, metavar="CODE|SCOPE|ENDPOINT", shell_complete=_completed_subject)
@click.option("--catalog", "path", metavar="FILE", help="Another table than the bundled one.")
def explain(subject: tuple[str, ...], path: str | None) -> int:
    """Explain codes, scopes or endpoints, each with an example and what to do.

    An endpoint is a path, with or without a method before it, a URL or an operation id.
    """
    from scopelint.commands.explain import run

    return run(subject, path)


@cli.group()
def catalog() -> None:
    """Show the table of endpoints and scopes, or make one from an OpenAPI document."""


@catalog.command("show")
@click.option(
    "--format", "format_name", type=click.Choice(["text", "json", "toml"]), default="text", help="How to show it."
)
@click.option("--catalog", "path", metavar="FILE", help="Another table than the bundled one.")
def catalog_show(format_name: str, path: str | None) -> int:
    """Show the table."""
    from scopelint.commands.catalog import show

    return show(format_name, path)


@catalog.command("import")
@click.argument("document", type=click.Path(exists=True, dir_okay=False))
@click.option("--scopes", "side", metavar="FILE", help="A TOML or JSON file: operation id = list of scopes.")
def catalog_import(document: str, side: str | None) -> int:
    """Print the table of an OpenAPI document (JSON or YAML) as TOML, for the configuration's `catalog`."""
    from scopelint.commands.catalog import import_document

    return import_document(document, side)


def main() -> NoReturn:
    """Run the command line and exit: 0 nothing that fails, 1 findings that fail, 2 an error, 128 + N for signal N."""
    for number in _ENDING_SIGNALS:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):  # else somebody ignores it
            signal.signal(number, _unwind)
    gc.disable()  # hardly anything dies in so short a life; looking for cycles costs a tenth of it
    try:
        code = run(sys.argv[1:])
    except SystemExit as stop:
        os._exit(stop.code if isinstance(stop.code, int) else EXIT_ERROR)  # an exit would wait for a parser's thread
    _settle(sys.stdout)
    _settle(sys.stderr)
    os._exit(code)  # an exit would take apart, object by object, what the system frees at once


def _unwind(number: int, _frame: FrameType | None) -> NoReturn:
    """End the run through every `finally` on the way, so that nothing stays half-written and no process is left."""
    for other in _ENDING_SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise SystemExit(128 + number)


def _settle(stream: TextIO | None) -> None:
    """Flush a stream; what it does not take is dropped."""
    with contextlib.suppress(OSError, ValueError):
        if stream is not None:
            stream.flush()


def run(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code; errors are one line on stderr."""
    try:
        code = cli.main(list(arguments), prog_name="scopelint", standalone_mode=False)
    except ScopelintError as error:
        return _fail(str(error))
    except click.exceptions.NoArgsIsHelpError as error:  # a group alone: what may follow is its help
        sys.stderr.write(f"{error.format_message()}\n")
        return EXIT_ERROR
    except click.ClickException as error:
        return _fail(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except OSError as error:
        return _fail(f"{error.strerror or error}" + (f": {os.fsdecode(error.filename)}" if error.filename else ""))
    except Exception as error:  # a fault of scopelint's own: an error in CI, not findings
        if os.environ.get(TRACEBACK_VARIABLE):
            raise
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return _fail(f"internal error, please report it with the output of {TRACEBACK_VARIABLE}=1: {what}")
    return code if isinstance(code, int) else 0


def _fail(message: str) -> int:
    from scopelint.commands.output import print_error

    print_error(message)
    return EXIT_ERROR
