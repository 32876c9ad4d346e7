"""Regular files, read with as few calls to the system as can be: a run reads two for each file of a project."""

import os
import stat

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read(path: str, limit: int, follow: bool = True) -> tuple[bytes, os.stat_result]:
    """Return a file's first `limit` bytes, and what the file system says of it; `follow` symbolic links, or fail.

    Raises OSError for a file that cannot be read or is none (it never waits for one that has become a pipe), and
    ValueError for a path that cannot be one.
    """
    descriptor = os.open(path, _FLAGS if follow else _FLAGS | getattr(os, "O_NOFOLLOW", 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("no regular file")
        data = os.read(descriptor, min(status.st_size + 1, limit))
        while len(data) not in (status.st_size, limit) and (more := os.read(descriptor, limit - len(data))):
            data += more  # it came in pieces, or has grown
        return data, status
    finally:
        os.close(descriptor)
