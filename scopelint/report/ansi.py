"""Colours, links and line ends of a terminal."""

import os
import re
from collections.abc import Iterator

from scopelint.report.printable import width

BOLD, DIM, RED, YELLOW, MAGENTA, CYAN = "1", "2", "31", "33", "35", "36"
_WORD = re.compile(r'(?:"[^"]*"|[^ ])+')
_LEAST = 20  # cells; narrower lines would be worse than broken ones


def painted(text: str, codes: str) -> str:
    """Return the text in a colour or weight: codes of SGR, several with ";" between them."""
    return f"\x1b[{codes}m{text}\x1b[0m"


def linked(text: str, host: str, path: str) -> str:
    """Return the text as an OSC 8 link to a file; the host is named since the reader may be on another machine."""
    from urllib.parse import quote  # few runs write links

    address = f"file://{quote(host)}{quote(os.fsencode(path))}"
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"


def wrapped(text: str, room: int, indent: int = 0) -> Iterator[str]:
    """Yield the text in lines of at most so many cells, all but the first indented; 0 cells have no end.

    Lines break at blanks only, and not inside quotes: a path, a scope or what is to be typed stays whole.
    """
    if not room:
        yield text
        return
    room = max(room, _LEAST)
    line = ""
    for word in _WORD.findall(text):
        if line.strip() and width(line) + 1 + width(word) > room:
            yield line
            line = " " * indent + word
        else:
            line = f"{line} {word}" if line else word
    yield line
