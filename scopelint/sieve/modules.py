"""Which file of the tree an import means, when nobody has told which folders are on the path."""

import sys
from collections.abc import Collection, Iterator
from pathlib import PurePath

import msgspec

from scopelint.sieve.imports import Import

INIT = "__init__.py"
Parts = tuple[str, ...]


class Home(msgspec.Struct, frozen=True):
    """Where the importers of a module can be: below `folder` if there is one, and wherever one of `names` stands."""

    folder: str | None
    names: frozenset[str]


class Modules:
    """The modules of a tree by their place in it."""

    def __init__(self, root: str, files: Collection[str]) -> None:
        self._root: Parts = tuple(PurePath(root).parts)
        self._packages = frozenset(file.rpartition("/")[0] for file in files if _is_init(file))

    def home(self, file: str) -> Home:
        """Return where the importers of a file are to be looked for."""
        folder = file.rpartition("/")[0]
        way = [folder[:end] for end, char in enumerate(folder) if char == "/"] + [folder]
        outermost = next((above for above in ("", *way) if above in self._packages), None)
        if outermost is not None:
            return Home(outermost, frozenset({outermost.rpartition("/")[2] or self._root[-1]}))
        parent, _, name = folder.rpartition("/")
        if parent:  # the folder may be on the path for those around it; others need its name
            return Home(parent, frozenset({name}))
        return Home(folder or None, frozenset({name, PurePath(file).stem} - {""}))

    def reaches(self, imported: Import, importer: str, module: Parts) -> bool:
        """Whether `imported`, standing in the file `importer`, may import the module, or a name from it."""
        folder = _parts(importer.rpartition("/")[0])
        if imported.level:
            up = imported.level - 1
            if up > len(folder):
                return False
            base = folder[: len(folder) - up] + imported.module
            return any(target == module for target in _targets(base, imported.names)) or _star(base, imported, module)
        if not imported.module:
            return False
        ends = [
            imported.module,
            *(imported.module[:end] for end in range(1, len(imported.module)) if not imported.names),
        ]
        for dotted in ends:
            if any(self._ends_with(module, target, folder) for target in _targets(dotted, imported.names)):
                return True
        return "*" in imported.names and bool(module) and self._ends_with(module[:-1], imported.module, folder)

    def _ends_with(self, module: Parts, dotted: Parts, importer_folder: Parts) -> bool:
        """Whether a module may have this dotted name: the folder where the name begins can be on the path."""
        whole = self._root + module
        if whole[len(whole) - len(dotted) :] != dotted:
            return False
        if len(dotted) > len(module):
            return True  # the root lies inside a package
        top = module[: len(module) - len(dotted)]
        if "/".join(top) not in self._packages:
            return True
        # A package's folder is on the path only when a script of its was started; then it hides no standard module.
        return importer_folder[: len(top)] == top and dotted[0] not in sys.stdlib_module_names


def module_parts(file: str) -> Parts:
    """Return the segments of a module's place in the tree: "a/b/__init__.py" is ("a", "b")."""
    return _parts(file.rpartition("/")[0] if _is_init(file) else file.rpartition(".")[0])


def _is_init(file: str) -> bool:
    return file == INIT or file.endswith("/" + INIT)


def _parts(path: str) -> Parts:
    return tuple(path.split("/")) if path else ()


def _targets(base: Parts, names: Parts) -> Iterator[Parts]:
    yield base
    for name in names:
        yield (*base, name)


def _star(base: Parts, imported: Import, module: Parts) -> bool:
    return "*" in imported.names and bool(module) and module[:-1] == base
