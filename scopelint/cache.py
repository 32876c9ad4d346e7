"""Results of earlier runs, by key: bytes in files of the user's own cache folder.

One file an entry: opening a thousand takes some milliseconds, a broken one costs one entry, and writers never meet.
Nothing here raises: what cannot be read is a miss, what cannot be written is not kept.
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scopelint import regular

if TYPE_CHECKING:
    import hashlib

    from scopelint.config import Config

_FORMAT = b"scopelint cache 1\n"
_DIGEST_BYTES = 20
_LIMIT_BYTES = 256 * 2**20
_KEEP_AFTER_PRUNING = 0.8  # of the limit, so that not every run prunes
_PRUNE_EVERY = 3600.0  # seconds
_REFRESH_AFTER = 24 * 3600.0  # seconds; an entry's age counts from its last use, to within this
_ABANDONED_AFTER = 3600.0  # seconds, for a file that its writer never finished
_UNSETTLED = 2.0  # seconds; the coarsest clock of a common file system
_TEMPORARY = ".tmp"
_LAST_PRUNING = "last-pruning"


class Cache:
    """Bytes by key. `folder` None, unusable or somebody else's: every `get` is a miss and every `put` does nothing.

    Keys are digests from `key`, which must cover everything that the value depends on, the tool's version included.
    """

    def __init__(self, folder: Path | None, limit: int = _LIMIT_BYTES) -> None:
        self._folder = os.fspath(folder) if folder is not None and _usable(folder) else None
        self._limit = limit
        self._written = 0

    def get(self, key: bytes) -> bytes | None:
        """Return the value that was put under this key, whole and unchanged, or None."""
        if self._folder is None:
            return None
        path = self._path(key)
        try:
            data, status = regular.read(path, self._limit, follow=False)
        except OSError:
            return None
        start = len(_FORMAT) + _DIGEST_BYTES
        value = data[start:]
        if data[:start] != _header(key, value):
            return None
        if time.time() - status.st_mtime > _REFRESH_AFTER:
            with contextlib.suppress(OSError):
                os.utime(path)
        return value

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a value; another process sees it whole or not at all."""
        if self._folder is None or len(value) > self._limit // 4:
            return
        path = self._path(key)
        temporary = f"{path}.{os.getpid()}.{threading.get_ident()}{_TEMPORARY}"
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            with open(temporary, "wb") as file:
                file.write(_header(key, value) + value)
            os.replace(temporary, path)
        except OSError:
            self._folder = None if self._written == 0 else self._folder  # a read-only disk: one attempt is enough
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            return
        self._written += len(value)

    def close(self) -> None:
        """Remove the entries that were not used for longest, when the cache has grown beyond its limit."""
        if self._folder is None or not self._written:
            return
        last = os.path.join(self._folder, _LAST_PRUNING)
        with contextlib.suppress(OSError):
            recently = os.path.exists(last) and time.time() - os.stat(last).st_mtime < _PRUNE_EVERY
            if recently and self._written < self._limit // 10:
                return
            Path(last).touch()
            _prune(self._folder, self._limit)

    def _path(self, key: bytes) -> str:
        name = key.hex()
        return os.path.join(self._folder or "", name[:2], name[2:])


def open_cache(config: Config) -> Cache:
    """Return the cache that the configuration asks for: its folder, else the user's own, or none."""
    if config.no_cache:
        return Cache(None)
    return Cache(Path(config.folder, config.cache_dir) if config.cache_dir else default_folder())


def default_folder() -> Path | None:
    """Return the cache folder of the user who runs this, or None when there is none (no home)."""
    from platformdirs import user_cache_path

    folder = user_cache_path("scopelint", appauthor=False)
    return folder if folder.is_absolute() else None


def key(*parts: bytes) -> bytes:
    """Return the digest of some parts, which must be given in the same order; their borders count."""
    digest = _blake2b()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()


def stamp(root: str, files: Sequence[str], now: float | None = None) -> bytes | None:
    """Return a digest of what the file system says of some files and folders, without opening them.

    It is another one when a file was written, replaced, added or removed. None when one is gone or was written just
    now: a change that follows at once could leave the same times. `now` is the time (`time.time()`) before which what
    was read of them was not yet read.
    """
    digest = _blake2b()
    settled = int(((time.time() if now is None else now) - _UNSETTLED) * 1e9)
    prefix = os.path.join(root, "")
    for file in files:
        try:
            status = os.stat(prefix + file)
        except (OSError, ValueError):
            return None
        if status.st_mtime_ns > settled or status.st_ctime_ns > settled:
            return None
        facts = f"\0{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino} {status.st_dev}\0"
        digest.update(os.fsencode(file) + facts.encode())
    return digest.digest()


def tool_stamp() -> bytes | None:
    """Return a digest of scopelint itself and of its parser, for keys; None when it was changed just now.

    A working copy changes without its version, and so does a parser that is exchanged below it.
    """
    from importlib.util import find_spec

    package = os.path.dirname(os.path.abspath(__file__))
    files = []
    for folder, folders, names in os.walk(package):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        files += sorted(os.path.join(folder, name) for name in names if name.endswith((".py", ".toml")))
    parser = find_spec("libcst")
    if parser is not None and parser.origin is not None:
        files.append(parser.origin)
    return stamp("", files)


def _blake2b(data: bytes = b"", key: bytes = b"") -> hashlib.blake2b:
    import hashlib  # here, with a library of its own to load: a run without a cache needs none

    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES, key=key)


def _header(key: bytes, value: bytes) -> bytes:
    return _FORMAT + _blake2b(value, key[:64]).digest()


def _usable(folder: Path) -> bool:
    """Whether a folder is this user's own: in a shared one, anybody could answer for the analysed code."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except (OSError, ValueError):
        return False
    if not hasattr(os, "geteuid"):
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & stat.S_IWOTH


def _prune(folder: str, limit: int) -> None:
    entries = []
    now = time.time()
    for path, status in _entries(folder):
        if path.endswith(_TEMPORARY):
            if now - status.st_mtime > _ABANDONED_AFTER:
                _remove(path)
        else:
            entries.append((status.st_mtime, status.st_size, path))
    total = sum(size for _, size, _ in entries)
    if total <= limit:
        return
    for _, size, path in sorted(entries):
        if total <= limit * _KEEP_AFTER_PRUNING:
            break
        _remove(path)
        total -= size


def _entries(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the files in the folders that entries lie in, and nothing else that may be there."""
    for shard in os.scandir(folder):
        if len(shard.name) == 2 and shard.is_dir(follow_symlinks=False):
            for entry in os.scandir(shard.path):
                if entry.is_file(follow_symlinks=False):
                    with contextlib.suppress(OSError):  # another process may have removed it
                        yield entry.path, entry.stat(follow_symlinks=False)


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)
