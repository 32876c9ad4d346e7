"""Where imports are looked for outside the project: search paths, and the packages of an environment."""

from __future__ import annotations

import glob
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from scopelint.config import Config


def search_folders(root: Path, config: Config) -> tuple[str, ...]:
    """Return the absolute folders where imports are looked for besides the project: those that exist."""
    base = config.folder or os.fspath(root)
    folders = [os.path.join(base, path) for path in config.search_paths] + _site_packages(root, config)
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
