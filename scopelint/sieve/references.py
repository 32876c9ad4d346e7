"""Find the files that use, by name alone, what kept modules define: `x.list_bills()` with an `x` from anywhere."""

import io
import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from scopelint.sieve.contents import Texts
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


class _Text(NamedTuple):
    data: bytes
    words: frozenset[bytes]


class Neighbours:
    """The files around kept ones, each read once: those of their projects, as far as these are small."""

    def __init__(self, root: str, texts: Texts, files: Sequence[str]) -> None:
        self._root = root
        self._texts = texts
        self._files = files
        self._near_by: dict[str, _Text] = {}

    def referring(self, kept: Collection[str], bound: Collection[bytes]) -> set[str]:
        """Return files, not kept so far, that name something which only kept files define, or what is `bound` there."""
        texts = self._near(kept)
        if not texts:
            return set()
        names: set[bytes] = set()
        for _, data in self._texts.of(sorted(kept)):
            names.update(_DEFINED.findall(data or b""))
        names -= _COMMON
        for text in texts.values():
            names.difference_update(_DEFINED.findall(text.data))
        simple = {name for name in names if not _COMPOUND.search(name)}
        compound = names - simple
        return {
            file
            for file, text in texts.items()
            if not compound.isdisjoint(text.words)
            or any(_is_called(name, text.data) for name in simple & text.words)
            or any(_is_read(name, text.data) for name in text.words.intersection(bound))
        }

    def sending(self, kept: Collection[str], libraries: Collection[bytes]) -> list[str]:
        """Return the files, not kept so far, that name one of the HTTP libraries."""
        return [file for file, text in self._near(kept).items() if not text.words.isdisjoint(libraries)]

    def _near(self, kept: Collection[str]) -> dict[str, _Text]:
        near = _neighbours(self._root, self._files, kept)
        unread = [file for file in near if file not in self._near_by]
        for file, data in self._texts.of(unread):
            self._near_by[file] = _Text(data or b"", frozenset(words(data or b"")))
        return {file: self._near_by[file] for file in near}


def _is_called(name: bytes, data: bytes) -> bool:
    return re.search(rb"\.\s*" + name + rb"\s*\(|[\"']" + name + rb"[\"']", data) is not None


def _is_read(name: bytes, data: bytes) -> bool:
    """Say whether a text reads an attribute or an item of a name: `settings.CARE`, `config["CARE"]`."""
    return re.search(rb"[.\"']" + name + rb"\b", data) is not None


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
