"""Trees of files outside the project, listed as far as imports lead into them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scopelint.link.modules import Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scopelint.sieve import Packages

_SUFFIX = ".py"
_NO_CODE = (".dist-info", ".egg-info", "__pycache__")


class InstalledTree(Tree):
    """The files below an absolute folder, which is listed only where an import leads: environments are large.

    Of `packages`, when given, only those exist that may lead to the platform: the source of others would cost time, and
    say less than what is known of them by name. `listed` are the folders that were listed so far, absolute.
    """

    def __init__(self, folder: str, packages: Packages | None = None) -> None:
        super().__init__(())
        self._packages = packages
        self.listed: set[str] = set()
        self._folder = folder
        self._listings: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def is_package(self, folder: str) -> bool:
        """Say whether a folder has an `__init__.py`."""
        return "__init__.py" in self._listing(folder)[0]

    def below(self, base: str, parts: list[str]) -> str | None:
        """Return the file, or the folder, of the module `parts` below the folder `base`."""
        found = self._find(base, parts)
        if found is None or base or self._packages is None or self._packages.leads(parts):
            return found
        return None

    def naming_the_platform(self) -> frozenset[str]:
        """Return the top-level modules that name the platform themselves; none where all modules are wanted."""
        return frozenset() if self._packages is None else self._packages.naming_the_platform()

    def scanned(self) -> frozenset[str]:
        """Return the folders, absolute, whose contents decided which packages exist."""
        return frozenset(() if self._packages is None else self._packages.listed)

    def _find(self, base: str, parts: list[str]) -> str | None:
        folder = base
        for part in parts[:-1]:
            if part not in self._listing(folder)[1]:
                return None
            folder = f"{folder}/{part}" if folder else part
        files, folders = self._listing(folder)
        path = f"{folder}/{parts[-1]}" if folder else parts[-1]
        if parts[-1] + _SUFFIX in files:
            return path + _SUFFIX
        if parts[-1] in folders:
            return f"{path}/__init__.py" if self.is_package(path) else path
        return None

    def absolute(self, importer: str, parts: list[str], itself: bool = False) -> str | None:
        """Return the file or folder that `import a.b.c` means: the same one for every importer."""
        found = self.below("", parts)
        return None if found == importer and not itself else found

    def __iter__(self) -> Iterator[str]:
        """Yield every file, listing everything."""
        pending = [""]
        while pending:
            folder = pending.pop()
            files, folders = self._listing(folder)
            prefix = f"{folder}/" if folder else ""
            yield from (prefix + name for name in files)
            pending.extend(prefix + name for name in folders)

    def _listing(self, folder: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the names of the Python files and of the folders in a folder; none when it cannot be read."""
        if folder not in self._listings:
            files: set[str] = set()
            folders: set[str] = set()
            path = os.path.join(self._folder, folder)
            self.listed.add(path)
            try:
                with os.scandir(path) as entries:
                    for entry in entries:
                        if entry.is_dir(follow_symlinks=False):
                            if not entry.name.endswith(_NO_CODE):
                                folders.add(entry.name)
                        elif entry.name.endswith(_SUFFIX) and entry.is_file():
                            files.add(entry.name)
            except OSError:
                files, folders = set(), set()
            self._listings[folder] = frozenset(files), frozenset(folders)
        return self._listings[folder]


def search_trees(
    folders: Sequence[str], packages: Callable[[str], Packages | None] = lambda _folder: None
) -> tuple[tuple[str, InstalledTree], ...]:
    """Return the trees of some absolute folders, each with its folder, which ends with a slash.

    `packages` gives those of a folder of which only the ones that lead to the platform are wanted.
    """
    return tuple((os.path.join(folder, ""), InstalledTree(folder, packages(folder))) for folder in folders)
