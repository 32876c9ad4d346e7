"""Excerpts of source: the line of a finding with the offending part underlined."""

import functools
import re
import tokenize
from pathlib import Path

from scopelint.model import Span
from scopelint.report.printable import printable, width

_SIZE = 32 * 2**20  # bytes; of larger files no excerpt is shown
_BEFORE = 60  # characters kept before the offending part of a long line
_LENGTH = 120  # characters shown of a line
_TAB = "    "


def excerpt(root: str, span: Span) -> tuple[str, str] | None:
    """Return the span's first line and a line that underlines the span's part; None when it cannot be read."""
    lines = _lines(root, span.path)
    if lines is None or span.line > len(lines):
        return None
    line = lines[span.line - 1]
    start = min(span.column - 1, len(line))
    end = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line.rstrip())
    begin = max(0, start - _BEFORE) if len(line) > _LENGTH else 0
    stop = begin + _LENGTH
    before, marked, after = (_plain(part) for part in (line[begin:start], line[start : min(end, stop)], line[end:stop]))
    indent = len(before) - len(before.lstrip(" "))
    before = before[indent:]
    if not before and not marked and not after:
        return None
    return (before + marked + after).rstrip(), " " * width(before) + "^" * max(1, width(marked))


def _plain(text: str) -> str:
    return printable(text.replace("\t", _TAB))


@functools.lru_cache(maxsize=8)
def _lines(root: str, path: str) -> list[str] | None:
    file = Path(root, path)
    try:
        if not file.is_file() or file.stat().st_size > _SIZE:
            return None
        with file.open("rb") as stream:
            encoding, first = tokenize.detect_encoding(stream.readline)
            data = b"".join(first) + stream.read()
    except (OSError, SyntaxError, ValueError):
        return None
    try:
        text = data.decode(encoding, errors="replace")
    except (LookupError, ValueError):
        return None
    return re.split("\r\n|\r|\n", text.removeprefix("\ufeff"))
