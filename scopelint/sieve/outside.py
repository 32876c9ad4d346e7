"""Which files import, from outside of the project, what may send requests: they need hold no marker themselves."""

import re
from collections.abc import Collection, Iterator, Sequence

from scopelint.sieve.contents import contents
from scopelint.sieve.workers import in_parallel

_WORD = re.compile(rb"\w+")


def importing(root: str, files: Sequence[str], modules: Collection[str]) -> frozenset[str]:
    """Return the files, relative to `root`, that may import one of the top-level `modules`."""
    words = frozenset(name.encode() for name in modules)

    def scan(share: Sequence[str]) -> list[str]:
        return [file for file, data in contents(root, share) if not words.isdisjoint(_words_of_imports(data or b""))]

    return frozenset(in_parallel(scan, files, str)) if words else frozenset()


def _words_of_imports(data: bytes) -> Iterator[bytes]:
    """Yield the words of the lines that may import something: looking for "import" is fast, a pattern is not."""
    at = data.find(b"import")
    while at >= 0:
        end = data.find(b"\n", at)
        yield from _WORD.findall(data, data.rfind(b"\n", 0, at) + 1, end if end >= 0 else len(data))
        at = data.find(b"import", end) if end >= 0 else -1
