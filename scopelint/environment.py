"""Where imports are looked for outside of what is analysed: search paths, an environment's packages, the repository."""

from __future__ import annotations

import glob
import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING

from scopelint.config import upwards

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scopelint.config import Config

MAX_PATH_FILES = 100
"""`.pth` files of an environment that are read."""
MAX_PATH_BYTES = 64 * 1024
"""Bytes of a `.pth` file that are read."""
MAX_PATH_FOLDERS = 100
"""Folders that an environment's `.pth` files may add."""


def search_folders(root: Path, config: Config, targets: Sequence[Path] = ()) -> tuple[str, ...]:
    """Return the absolute folders where imports are looked for besides the targets: those that exist.

    An environment's packages are followed by those that are installed in it from their sources, to be edited. The last
    is the repository's, where apps have the code that they share, unless the targets hold all of it.
    """
    base = config.folder or os.fspath(root)
    environment = _site_packages(root, config)
    held = [target.resolve() for target in targets or (root,)]
    editable = [
        folder
        for packages in environment
        for folder in itertools.islice(_path_folders(packages), MAX_PATH_FOLDERS)
        if not any(folder.is_relative_to(other) for other in held)
    ]
    folders = [*(os.path.join(base, path) for path in config.search_paths), *environment, *map(os.fspath, editable)]
    top = list(upwards(root))[-1]
    repository = top if (top / ".git").exists() else root
    if targets and not any(repository.is_relative_to(target.resolve()) for target in targets):
        folders.append(os.fspath(repository))
    return tuple(dict.fromkeys(os.path.normpath(folder) for folder in folders if os.path.isdir(folder)))


def _site_packages(root: Path, config: Config) -> list[str]:
    """Return the folders that hold an environment's packages: the configured one's, else the project's own."""
    if config.python:
        given = os.path.join(config.folder or root, config.python)
        candidates = [given, os.path.dirname(os.path.dirname(given))]
    else:
        candidates = [os.path.join(root, ".venv"), os.path.join(root, "venv"), os.environ.get("VIRTUAL_ENV", "")]
    for candidate in filter(None, candidates):
        pattern = os.path.join(glob.escape(candidate), "lib", "python3*", "site-packages")
        found = [*sorted(glob.glob(pattern)), os.path.join(candidate, "Lib", "site-packages")]
        existing = [folder for folder in found if os.path.isdir(folder)]
        if existing:
            return existing
        if os.path.basename(candidate) == "site-packages" and os.path.isdir(candidate):
            return [candidate]
    return []


def _path_folders(packages: str) -> Iterator[Path]:
    """Yield the folders that an environment's `.pth` files add to where it imports from.

    Lines that Python would execute are passed over.
    """
    names = sorted(glob.glob("*.pth", root_dir=packages))
    for name in names[:MAX_PATH_FILES]:
        for line in _beginning(Path(packages, name)).splitlines():
            folder = Path(packages, line.strip())
            if line.strip() and not line.startswith(("#", "import ", "import\t")) and os.path.isdir(folder):
                yield folder.resolve()


def _beginning(path: Path) -> str:
    """Return the first bytes of a regular file as text, "" when they are none."""
    try:
        if path.is_file():
            with path.open("rb") as file:
                return file.read(MAX_PATH_BYTES).decode("utf-8-sig")
    except (OSError, ValueError):
        pass
    return ""
