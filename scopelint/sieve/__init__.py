"""Which Python files deserve a parse: those that may send a request to the platform, and those that use them."""

import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import msgspec

from scopelint.sieve.bindings import bound_names
from scopelint.sieve.contents import Texts
from scopelint.sieve.importers import Extract, Importers
from scopelint.sieve.markers import Mark, Markers
from scopelint.sieve.modules import Modules
from scopelint.sieve.outside import importing
from scopelint.sieve.packages import Packages
from scopelint.sieve.references import Neighbours
from scopelint.sieve.workers import in_parallel

__all__ = ["Kept", "Markers", "Packages", "importing", "sieve"]


_SEARCHED = 2000
"""Files of a tree, past which it is not searched for those who share a client that names nothing itself."""


class Kept(msgspec.Struct, frozen=True):
    """The kept files, sorted: `marked` for what they contain themselves, `paths` with those that use them.

    Files that cannot be read are kept, for whoever parses them to say so.
    """

    paths: tuple[str, ...]
    marked: tuple[str, ...]


def sieve(
    root: Path,
    files: Sequence[str],
    markers: Markers,
    wanted: Collection[str] = (),
    certain: Callable[[Sequence[str]], None] = lambda _: None,
    likely: Collection[str] = (),
) -> Kept:
    """Keep the files with a marker, and those that use a kept one, until nothing is added.

    `files` are paths relative to `root`; the `wanted` ones are kept whatever they hold. To use a file is to import it,
    or to name what only kept files define. `certain` is told, as early as can be, files that will be kept whatever the
    others hold. `likely` ones only save time: who imports them is found while files are read anyway.

    It errs on the side of keeping. What it cannot see: a marker that is put together from pieces shorter than itself,
    spelled with escapes, or in an encoding that is no superset of ASCII and that no byte order mark names.
    """
    base = os.path.realpath(root)
    texts = Texts(base, files)
    importers = Importers(texts, files, Modules(base, files))
    marks = _marks(texts, files, markers, importers, likely)
    own = {*wanted, *(file for file, mark in marks.items() if mark == Mark.KEEP)}
    certain(sorted(own))
    kept = _with_users(own, importers)
    names_resource = markers.evidence()
    for file in sorted(marks.keys() - kept):
        users = _with_users({file}, importers)
        if not users.isdisjoint(kept) or any(names_resource(data or b"") for _, data in texts.of(sorted(users))):
            kept |= users
    if kept:
        kept = _with_neighbours(base, texts, files, markers, own, kept, importers)
    return Kept(tuple(sorted(kept)), tuple(sorted(kept & marks.keys())))


def _with_neighbours(
    root: str,
    texts: Texts,
    files: Sequence[str],
    markers: Markers,
    own: set[str],
    kept: set[str],
    importers: Importers,
) -> set[str]:
    """Return the kept files with those around them that use them by names alone, or share a client with them."""
    bound: set[bytes] = set()
    for _, data in texts.of(sorted(own)):
        bound |= bound_names(data or b"", markers.lowered())
    neighbours = Neighbours(root, texts, files)
    new = kept
    while new:
        new = neighbours.referring(kept, bound)
        if not new and len(files) <= _SEARCHED:
            for file in neighbours.sending(kept, markers.libraries):
                users = _with_users({file}, importers)
                if not users.isdisjoint(kept):  # they give it the base, or what it sends
                    new |= users - kept
        kept |= _with_users(new, importers)
    return kept


class _Scanned(msgspec.Struct, frozen=True, array_like=True):
    """What one look into a file has shown."""

    file: str
    mark: int
    extract: Extract | None


def _marks(
    texts: Texts, files: Sequence[str], markers: Markers, importers: Importers, likely: Collection[str]
) -> dict[str, int]:
    """Return the files with a mark; let `importers` know at the same time who imports the `likely` ones."""
    mark = markers.test()
    read = importers.ahead(likely) or (lambda _file, _data: None)

    def scan(share: Sequence[str]) -> list[_Scanned]:
        found = []
        for file, data in texts.of(share):
            weight, extract = (Mark.KEEP, None) if data is None else (mark(data), read(file, data))
            if weight or extract:
                found.append(_Scanned(file, int(weight), extract))
        return found

    scanned = in_parallel(scan, files, _Scanned)
    importers.learn([row.extract for row in scanned if row.extract is not None])
    return {row.file: row.mark for row in scanned if row.mark}


def _with_users(files: set[str], importers: Importers) -> set[str]:
    """Return the files and all that import them, directly or not."""
    users = set(files)
    new = users
    while new:
        new = importers.of(new) - users
        users |= new
    return users
