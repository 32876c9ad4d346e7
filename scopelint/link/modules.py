"""The project's modules: which file an import means, and what each module has defined so far."""

from __future__ import annotations

import posixpath
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

from scopelint.facts.ir import ModuleFacts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scopelint.facts.ir import Facts
    from scopelint.link.values import Value

NEW, RUNNING, DONE = range(3)


class Module:
    """One module of the analysed code; `globals` is what its body has defined so far.

    `store` is the identity of the object on the heap that holds what functions wrote to its globals on the path that
    runs; `written` are all such values, of whatever path.
    """

    __slots__ = ("facts", "globals", "library", "path", "status", "store", "written")

    def __init__(self, path: str, facts: ModuleFacts, library: bool, store: int) -> None:
        self.path = path
        self.store = store
        self.facts = facts
        self.library = library
        self.status = NEW
        self.globals: dict[str, Value] = {}
        self.written: dict[str, list[Value]] = {}  # what functions wrote to globals of this module


class Tree:
    """Files of one search root, indexed for imports.

    `files` are paths with forward slashes; the empty folder is the root itself.
    """

    def __init__(self, files: Iterable[str]) -> None:
        self.files = frozenset(files)
        folders: set[str] = set()
        bases: dict[str, set[str]] = {}
        for path in self.files:
            child = path
            while True:
                parent, _, name = child.rpartition("/")
                bases.setdefault(name.removesuffix(".py"), set()).add(parent)
                if not parent or parent in folders:
                    if parent:
                        break
                    break
                folders.add(parent)
                child = parent
        self.folders = frozenset(folders)
        self._bases = {name: tuple(sorted(found)) for name, found in bases.items()}

    def is_package(self, folder: str) -> bool:
        """Say whether a folder has an `__init__.py`."""
        return posixpath.join(folder, "__init__.py") in self.files

    def package_root(self, path: str) -> str:
        """Return the folder from which the file's absolute imports start: the first one that is no package."""
        folder = posixpath.dirname(path)
        while folder and self.is_package(folder):
            folder = posixpath.dirname(folder)
        return folder

    def below(self, base: str, parts: list[str]) -> str | None:
        """Return the file, or the folder, of the module `parts` below the folder `base`."""
        path = "/".join((base, *parts)) if base else "/".join(parts)
        if f"{path}.py" in self.files:
            return f"{path}.py"
        if path in self.folders:
            return f"{path}/__init__.py" if self.is_package(path) else path
        return None

    def absolute(self, importer: str, parts: list[str], itself: bool = False) -> str | None:
        """Return the file or folder that `import a.b.c` means in a file; with `itself` it may be that very file."""
        candidates = self._bases.get(parts[0], ())
        if not candidates:
            return None
        home = self.package_root(importer)
        own = posixpath.dirname(importer)
        ancestors = _ancestors(own)
        external = parts[0] in sys.stdlib_module_names

        def rank(base: str) -> tuple[int, int]:
            if base == home:
                return 0, 0
            if base in ancestors and not self.is_package(base):
                return 1, -len(base)
            if base == own:
                return 2, 0
            if base.endswith("src") or base == "":
                return 3, -len(posixpath.commonprefix((base, importer)))
            return 4, -len(posixpath.commonprefix((base, importer)))

        for base in sorted(candidates, key=rank):
            if external and base not in (home, ""):
                continue
            if base != own and self.is_package(base):
                continue
            found = self.below(base, parts)
            if found is not None and (found != importer or (itself and not external)):
                return found
        return None


class Modules:
    """All modules that can be imported, loaded on demand.

    `load` reads a file's facts; `load_external` does so for a file of a search path, whose paths are absolute.
    """

    def __init__(
        self,
        tree: Tree,
        load: Callable[[str], Facts | None],
        search: tuple[tuple[str, Tree], ...],
        is_library: Callable[[str], bool],
        modelled: frozenset[str],
    ) -> None:
        self._tree = tree
        self._load = load
        self._search = search
        self._is_library = is_library
        self._modelled = modelled
        self._modules: dict[str, Module | None] = {}
        self._resolved: dict[tuple[str, str, int], str | None] = {}

    def get(self, path: str) -> Module | None:
        """Return the module of a file, None when the file has no facts."""
        if path not in self._modules:
            facts = self._load(path)
            store = -1 - len(self._modules)  # objects of the program have positive identities
            module = Module(path, facts, self._is_library(path), store) if isinstance(facts, ModuleFacts) else None
            self._modules[path] = module
        return self._modules[path]

    def loaded(self) -> list[Module]:
        """Return the modules that were asked for so far, by path."""
        return [module for _, module in sorted(self._modules.items()) if module is not None]

    def resolve(self, importer: str, dotted: str, level: int) -> str | None:
        """Return the file or folder that an import means, None for code that is not at hand."""
        key = (posixpath.dirname(importer) if level else importer, dotted, level)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(importer, dotted, level)
        return self._resolved[key]

    def _resolve(self, importer: str, dotted: str, level: int) -> str | None:
        parts = dotted.split(".") if dotted else []
        if not parts and not level:
            return None  # `import_module("")`
        for prefix, tree in (("", self._tree), *self._search):
            if level:
                if importer.startswith(prefix) and (prefix or not self._in_search(importer)):
                    base = posixpath.dirname(importer[len(prefix) :])
                    for _ in range(level - 1):
                        base = posixpath.dirname(base)
                    found = tree.below(base, parts) if parts else self._package(tree, base)
                    return None if found is None else prefix + found
                continue
            if prefix and (parts[0] in self._modelled or parts[0] in sys.stdlib_module_names):
                continue
            inside = importer[len(prefix) :] if prefix and importer.startswith(prefix) else importer
            found = tree.below("", parts) if prefix else tree.absolute(inside, parts, parts[0] not in self._modelled)
            if found is not None:
                return prefix + found
        return None

    def dotted(self, path: str) -> str:
        """Return the dotted name under which a file is imported."""
        prefix, tree = self._tree_of(path)
        inside = path[len(prefix) :].removesuffix(".py").removesuffix("/__init__")
        home = tree.package_root(path[len(prefix) :])
        return inside[len(home) :].strip("/").replace("/", ".")

    def child(self, folder_or_file: str, name: str) -> str | None:
        """Return the submodule `name` of a package, by the path of its file or folder."""
        prefix, tree = self._tree_of(folder_or_file)
        inside = folder_or_file[len(prefix) :]
        if inside.endswith(".py"):
            if not inside.endswith("__init__.py"):
                return None
            inside = posixpath.dirname(inside)
        found = tree.below(inside, [name])
        return None if found is None else prefix + found

    def _tree_of(self, path: str) -> tuple[str, Tree]:
        for prefix, tree in self._search:
            if path.startswith(prefix):
                return prefix, tree
        return "", self._tree

    def _in_search(self, path: str) -> bool:
        return any(path.startswith(prefix) for prefix, _ in self._search)

    @staticmethod
    def _package(tree: Tree, folder: str) -> str | None:
        return posixpath.join(folder, "__init__.py") if tree.is_package(folder) else folder


@lru_cache(maxsize=1024)
def _ancestors(folder: str) -> frozenset[str]:
    found = {""}
    while folder not in found:  # the parent of "/", where what is outside of the project begins, is itself
        found.add(folder)
        folder = posixpath.dirname(folder)
    return frozenset(found)
