"""The difference of two texts in the unified format, as `patch` and `git apply` read it."""

import difflib
from collections.abc import Iterator

_NO_FILE = "/dev/null"
_NO_NEWLINE = "\\ No newline at end of file"


def unified(before: str | None, after: str, name: str) -> str:
    """Return the difference; "" when there is none.

    `before` is None for a file that is not there yet. `name` is the file's, with forward slashes.
    """
    old, new = _lines(before or ""), _lines(after)
    return "".join(_ended(difflib.unified_diff(old, new, _NO_FILE if before is None else f"a/{name}", f"b/{name}")))


def _lines(text: str) -> list[str]:
    """Return the lines with their ends; only a line feed ends one."""
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _ended(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}\n"
