"""The lists of scopes that a manifest lacks, and what it has that may be meant for them."""

from collections.abc import Iterator, Sequence

from scopelint.manifest.document import KeyPath, Kind, Lines, Lookup
from scopelint.model import AbsentKey, Manifest
from scopelint.nearest import nearest


def absent_keys(field: Lookup, paths: Sequence[KeyPath], lines: Lines) -> Iterator[AbsentKey]:
    """Yield those of the keys at `paths` that the file does not have; raises ScopelintError as the look-up does."""
    for path in paths:
        if all(path) and field(path) is None:
            instead, meant = _misnamed(field, path, paths) or ((), ())
            found = field(instead) if instead else None
            line = lines.line(found.key.start) if found else 0
            yield AbsentKey(key=".".join(path), instead=".".join(instead), meant=".".join(meant), line=line)


def mistaken_names(manifest: Manifest) -> dict[int, str]:
    """Return by its line what is to be told of each name that may be meant for a list of scopes, or for its table."""
    return {
        absent.line: f'"{absent.instead}" declares no scopes; did you mean "{absent.meant}"?'
        for absent in manifest.absent
        if absent.instead
    }


def _misnamed(field: Lookup, path: KeyPath, paths: Sequence[KeyPath]) -> tuple[KeyPath, KeyPath] | None:
    """Return a key that the file has, and that part of `path` which it may be meant for: misspelt, or out of place."""
    missing = next(length for length in range(1, len(path) + 1) if field(path[:length]) is None)
    table = path[: missing - 1]
    holder = field(table)
    others = {other[:missing] for other in paths}
    names = [name for name in (holder.names if holder else ()) if (*table, name) not in others]
    if close := nearest(path[missing - 1], names):
        return (*table, close), path[:missing]
    alone = field(path[-1:])
    return (path[-1:], path) if alone is not None and alone.kind is Kind.ARRAY else None
