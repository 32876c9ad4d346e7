"""Read many small files quickly: one buffer, three system calls a file, never a pipe, a device or a link."""

import os
from collections.abc import Iterator, Sequence

from scopelint.byteorder import narrowed

_BUFFER_BYTES = 1 << 18
_KEPT_FILES = 1500
_KEPT_BYTES = 32 * 2**20
_LIMIT_BYTES = 64 * 2**20  # of a file: none is written by hand, and some have no end
# Files were regular when they were listed; should one have been replaced since, opening it must not block or lead away.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def contents(root: str, files: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
    """Yield each file with its bytes, or with None when it cannot be read or is larger than any source.

    A file whose byte order mark says UTF-16 or UTF-32 is given in UTF-8.
    """
    prefix = os.path.join(root, "")
    buffer = memoryview(bytearray(_BUFFER_BYTES))
    target = [buffer]
    read_into = getattr(os, "readv", None)  # not on Windows
    for file in files:
        try:
            descriptor = os.open(prefix + file, _FLAGS)
        except (OSError, ValueError):
            yield file, None
            continue
        try:
            if read_into is None:
                data = _rest(descriptor)
            else:
                count = read_into(descriptor, target)
                data = buffer[:count].tobytes()
                if count == _BUFFER_BYTES:
                    data += _rest(descriptor, count)
        except OSError:
            data = None
        finally:
            os.close(descriptor)
        yield file, narrowed(data) if data else data


class Texts:
    """The files of a small tree, each read once however often it is asked for; those of a large one are read anew."""

    def __init__(self, root: str, files: Sequence[str]) -> None:
        self._root = root
        self._room = _KEPT_BYTES if len(files) <= _KEPT_FILES else 0
        self._known: dict[str, bytes | None] = {}

    def of(self, files: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield each file with what `contents` has for it, in any order."""
        known = self._known
        unread = [file for file in files if file not in known] if known else files
        if len(unread) < len(files):
            yield from [(file, known[file]) for file in files if file in known]
        for file, data in contents(self._root, unread):
            if self._room > 0:
                self._room -= len(data or b"")
                known[file] = data
            yield file, data


def _rest(descriptor: int, size: int = 0) -> bytes:
    parts = []
    while part := os.read(descriptor, _BUFFER_BYTES):
        size += len(part)
        if size > _LIMIT_BYTES:
            raise OSError("too large")
        parts.append(part)
    return b"".join(parts)
