"""Where imports are looked for outside of what is analysed: search paths, an environment's packages, the repository."""

from __future__ import annotations

import glob
import os
from typing import TYPE_CHECKING

from scopelint.config import upwards

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scopelint.config import Config


def search_folders(root: Path, config: Config, targets: Sequence[Path] = ()) -> tuple[str, ...]:
    """Return the absolute folders where imports are looked for besides the targets: those that exist.

    The last is the repository's, where apps have the code that they share, unless the targets hold all of it.
    """
    base = config.folder or os.fspath(root)
    folders = [os.path.join(base, path) for path in config.search_paths] + _site_packages(root, config)
    top = list(upwards(root))[-1]
    repository = top if (top / ".git").exists() else root
    if targets and not any(repository.is_relative_to(target.resolve()) for target in targets):
        folders.append(os.fspath(repository))
    return tuple(os.path.normpath(folder) for folder in folders if os.path.isdir(folder))


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
