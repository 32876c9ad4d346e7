"""The text of a first configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tomlkit

from scopelint.errors import ScopelintError
from scopelint.report.printable import printable
from scopelint.textfile import parse_toml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scopelint.onboarding.bases import Suggestion

TABLE = "[tool.scopelint]"


def table(accepted: Sequence[Suggestion], doubtful: Sequence[Suggestion], manifest: str | None) -> str:
    """Return the keys as TOML: `accepted` bases, `doubtful` ones as a comment, and a manifest of an unusual name."""
    return "".join(f"{line}\n" for line in _lines(accepted, doubtful, manifest))


def _lines(accepted: Sequence[Suggestion], doubtful: Sequence[Suggestion], manifest: str | None) -> Iterator[str]:
    if manifest is not None:
        yield f"manifest = {tomlkit.string(manifest).as_string()}"
    if accepted:
        yield "base-urls = ["
        yield from (f"    {_entry(suggestion)}" for suggestion in accepted)
        yield "]"
    if doubtful:
        yield "# Is one of these the platform's, too? Then write it into base-urls:"
        yield from (f"#   {_entry(suggestion)}" for suggestion in doubtful)
    yield 'fail-on = "warning"  # or "error", "note", "never"'


def _entry(suggestion: Suggestion) -> str:
    call = suggestion.call
    entry = tomlkit.string(suggestion.base).as_string()
    return f"{entry},  # {printable(f'{call.span.path}:{call.span.line}: {suggestion.request}')}"


def added(before: str, keys: str, shown: str) -> str:
    """Return the text of a pyproject.toml with the table of scopelint at its end.

    Raises ScopelintError when that is no pyproject.toml of the same content any more.
    """
    newline = "\r\n" if "\r\n" in before else "\n"
    gap = "" if not before.strip() else newline if before.endswith("\n") else newline * 2
    after = before + gap + f"{TABLE}\n{keys}".replace("\n", newline)
    old = parse_toml(before, shown)
    try:
        tool = parse_toml(after, shown)["tool"]
        same = {name: value for name, value in tool.items() if name != "scopelint"} == old.get("tool", {})
    except (ScopelintError, TypeError):
        same = False
    if not same:
        raise ScopelintError(f"{TABLE} cannot be added at its end: write a scopelint.toml instead", shown)
    return after
