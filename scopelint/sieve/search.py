"""Search bytes for any of some words, by the rarest byte of each: for short words twice as fast as `word in data`."""

import re
from collections.abc import Callable, Iterable

# The bytes of Python code in lower case, from the most frequent to the rarest; others are rarer still.
_FREQUENT = b" etsarnio\nl_cdfmpu,.)(\"yh=g:vb*xw1k2][-0'>q3#+z4`/5{}j69%87@|\\<!^$;&?"


def finder(words: Iterable[bytes]) -> Callable[[bytes], bool]:
    """Compile the test whether bytes hold one of some words, which are not empty; it is never so without a word."""
    by_byte: dict[int, list[bytes]] = {}
    for word in words:
        by_byte.setdefault(min(word, key=_frequency), []).append(word)
    searches = tuple(_pattern(byte, group).search for byte, group in by_byte.items())

    def holds(data: bytes) -> bool:
        for search in searches:  # noqa: SIM110 - a generator would cost more than the search
            if search(data):
                return True
        return False

    return holds


def _frequency(byte: int) -> int:
    place = _FREQUENT.find(byte)
    return -place if place >= 0 else -len(_FREQUENT)


def _pattern(byte: int, words: Iterable[bytes]) -> re.Pattern[bytes]:
    """Build a pattern that begins with one byte, which is looked for fast, and looks back from there."""
    ways = []
    for word in words:
        behind = word.index(byte) + 1
        ways.append(rb"(?<=" + re.escape(word[:behind]) + rb")" + re.escape(word[behind:]))
    return re.compile(re.escape(bytes((byte,))) + rb"(?:" + rb"|".join(ways) + rb")")
