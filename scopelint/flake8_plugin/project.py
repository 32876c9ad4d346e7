"""Which project is analysed when flake8 is asked about some files of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from scopelint.config import upwards
from scopelint.manifest import find

if TYPE_CHECKING:
    from collections.abc import Sequence


def project_folder(paths: Sequence[str]) -> Path:
    """Return the folder whose code says whether some files' findings are true; `paths` are files or folders.

    It is the same for an editor that asks about one file, for a list of changed files and for a run over everything, as
    long as these stand in the same folder: that of the nearest manifest from the current folder upwards, else the
    current folder itself. Seen from elsewhere, it is the git work tree, or without one what holds the paths.
    """
    held = Path(os.path.commonpath([_folder(path) for path in paths]))
    *_, top = upwards(held)
    start = held
    if (top / ".git").exists():
        here = Path.cwd()
        start = here if held.is_relative_to(here) and here.is_relative_to(top) else top
    manifest = find(start, top)
    return manifest.parent if manifest else start


def _folder(path: str) -> Path:
    real = Path(path).resolve()
    return next(folder for folder in (real, *real.parents) if folder.is_dir())
