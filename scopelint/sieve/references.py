"""Find the files that use, by name alone, what kept modules define: `x.list_bills()` with an `x` from anywhere."""

import io
import re
from collections.abc import Collection, Sequence

from scopelint.sieve.contents import contents
from scopelint.sieve.imports import words
from scopelint.sieve.projects import project_top

# Objects are handed around inside a project, not across a whole tree: without a small project, the folder counts.
_LARGE_PROJECT = 1000  # files

_DEFINED = re.compile(rb"\b(?:def|class)[ \t]+([A-Za-z]\w*)")
_COMPOUND = re.compile(rb"[a-z0-9]_[a-z0-9]|[a-z][A-Z]")
_COMMON = frozenset(
    name.encode()
    for kind in (str, bytes, dict, list, set, tuple, int, float, io.BytesIO, type, property, BaseException)
    for name in dir(kind)
)


def referring(root: str, files: Sequence[str], kept: Collection[str]) -> set[str]:
    """Return files, not kept so far, that name something which only kept files define, within the same project."""
    near = _neighbours(root, files, kept)
    if not near:
        return set()
    names: set[bytes] = set()
    for _, data in contents(root, sorted(kept)):
        names.update(_DEFINED.findall(data or b""))
    names -= _COMMON
    texts = [(file, data, set(words(data))) for file, data in contents(root, near) if data is not None]
    for _, data, _ in texts:
        names.difference_update(_DEFINED.findall(data))
    simple = {name for name in names if not _COMPOUND.search(name)}
    compound = names - simple
    return {
        file
        for file, data, used in texts
        if not compound.isdisjoint(used) or any(_is_called(name, data) for name in simple & used)
    }


def _is_called(name: bytes, data: bytes) -> bool:
    return re.search(rb"\.\s*" + name + rb"\s*\(|[\"']" + name + rb"[\"']", data) is not None


def _neighbours(root: str, files: Sequence[str], kept: Collection[str]) -> list[str]:
    """Return the files that are not kept, in the projects of those that are."""
    folders = {file.rpartition("/")[0] for file in kept}
    tops = {project_top(root, folder) for folder in folders}
    near: set[str] = set()
    for top in tops - {None}:
        inside = [file for file in files if file.startswith(f"{top}/" if top else "")]
        if len(inside) <= _LARGE_PROJECT:
            near.update(inside)
    near.update(file for file in files if file.rpartition("/")[0] in folders)
    return sorted(near.difference(kept))
