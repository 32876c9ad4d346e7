"""Under which names a file's own code knows a marker: `API = os.environ["..."]`, `CARE = {"BASE_URL": "https://..."}`."""

import re
from collections.abc import Iterator, Sequence

# What binds a name on one line: an assignment or a field, a keyword, a key of a dict, a key that is assigned.
_BINDING = re.compile(rb"([A-Za-z_]\w*)[ \t]*(?::[^=\n]*)?=(?!=)|[\"']([A-Za-z_]\w*)[\"'](?:[ \t]*:|\][ \t]*=(?!=))")
_OPENING = re.compile(
    rb"[ \t]*(?:[\w.\"'\[\]]*\b)?([A-Za-z_]\w*)[ \t]*(?::[^=\n]*)?=[^=\n].*[({\[,][ \t]*(?:#.*)?\r?\Z"
)
_DISTINCTIVE = re.compile(rb"[A-Za-z0-9]_[A-Za-z0-9]|[A-Z]{3}|[a-z][A-Z]")
_MOST_LINES = 40  # from a marker up to where its statement begins


def bound_names(data: bytes, words: Sequence[bytes]) -> set[bytes]:
    """Return the names under which statements with one of some words (in lower case) keep it, if they are telling."""
    lowered = data.lower()
    found: set[bytes] = set()
    for word in words:
        at = lowered.find(word)
        while at >= 0:
            found.update(_around(data, at))
            at = lowered.find(word, at + len(word))
    return {name for name in found if _DISTINCTIVE.search(name)}


def _around(data: bytes, at: int) -> Iterator[bytes]:
    """Yield the names that the line of a marker binds, and those of the lines whose brackets it stands in."""
    start = data.rfind(b"\n", 0, at) + 1
    end = data.find(b"\n", at)
    line = data[start : end if end >= 0 else len(data)]
    for name, key in _BINDING.findall(line):
        yield name or key
    depth = _depth(line)
    for _ in range(_MOST_LINES):
        if not start or not depth:
            return
        before = data.rfind(b"\n", 0, start - 1) + 1
        line, start = data[before : start - 1], before
        if line.strip() and _depth(line) < depth:
            depth = _depth(line)
            opening = _OPENING.match(line)
            if opening:
                yield opening[1]
            for _, key in _BINDING.findall(line):
                if key:
                    yield key


def _depth(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" \t"))
