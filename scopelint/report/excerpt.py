"""Excerpts of source: the line of a finding with the offending part underlined, or the lines around it."""

import functools
import re
import tokenize
from pathlib import Path

import msgspec

from scopelint.model import Span
from scopelint.report.printable import printable, width

_SIZE = 32 * 2**20  # bytes; of larger files no excerpt is shown
_LENGTH = 120  # characters shown of a line
_MORE = "…"  # stands where a line is cut
_TAB = "    "
_LINES = 8  # of a span, in a quotation


class CodeLine(msgspec.Struct, frozen=True):
    """A line of source, with the part that a span marks; `number` counts from 1."""

    number: int
    before: str
    marked: str
    after: str


def excerpt(root: str, span: Span, room: int = 0) -> tuple[str, str] | None:
    """Return the span's first line and a line that underlines the span's part; None when it cannot be read.

    Of a line that is longer than `room` characters (0: than is ever shown), the part that matters is returned, with an
    ellipsis where it is cut.
    """
    lines = _lines(root, span.path)
    if lines is None or span.line > len(lines):
        return None
    first = _marked(lines, span.line, span, min(room, _LENGTH) or _LENGTH)
    before = first.before.lstrip(" ")
    if not before and not first.marked and not first.after:
        return None
    return (before + first.marked + first.after).rstrip(), " " * width(before) + "^" * max(1, width(first.marked))


def quotation(root: str, span: Span) -> tuple[CodeLine, ...]:
    """Return the span's lines with one before and after, less their common indentation; () when they cannot be read.

    Of a span with many lines, the first ones are returned.
    """
    lines = _lines(root, span.path)
    if lines is None or span.line > len(lines):
        return ()
    last = min(span.end_line, span.line + _LINES - 1)
    quoted = [_marked(lines, number, span) for number in range(max(1, span.line - 1), min(len(lines), last + 1) + 1)]
    while quoted and quoted[0].number < span.line and not quoted[0].before.strip():
        del quoted[0]
    while quoted and quoted[-1].number > last and not quoted[-1].before.strip():
        del quoted[-1]
    texts = [line.before + line.marked + line.after for line in quoted]
    indent = min((len(text) - len(text.lstrip(" ")) for text in texts if text.strip()), default=0)
    return tuple(msgspec.structs.replace(line, before=line.before[indent:]) for line in quoted)


def _marked(lines: list[str], number: int, span: Span, length: int = _LENGTH) -> CodeLine:
    """Return a line, cut to the part that matters if it is long, with what of it is inside the span."""
    line = lines[number - 1]
    if not span.line <= number <= span.end_line:
        return CodeLine(number, _plain(line if len(line) <= length else line[: length - 1] + _MORE), "", "")
    start = min(span.column - 1, len(line)) if number == span.line else len(line) - len(line.lstrip())
    end = min(span.end_column - 1, len(line)) if number == span.end_line else len(line.rstrip())
    indent = len(line) - len(line.lstrip())
    begin = max(indent, start - length // 2) if len(line) - indent > length else 0
    stop = (begin or indent) + length
    if len(line.rstrip()) > stop:
        line = line[: stop - 1] + _MORE
    if begin > indent and start > begin:
        line = line[:begin] + _MORE + line[begin + 1 :]
    parts = (line[begin:start], line[start : min(end, stop)], line[max(start, end) : stop])
    return CodeLine(number, *map(_plain, parts))


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
