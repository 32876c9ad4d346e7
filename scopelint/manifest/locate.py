"""Finding the manifest that a scanned path belongs to."""

import os
from pathlib import Path

FILE_NAME = "max-ai.app.toml"


def find(start: Path, root: Path) -> Path | None:
    """Return the nearest `max-ai.app.toml` from `start` (a file or folder) upwards, not beyond `root`; None without."""
    start, root = start.resolve(), root.resolve()
    for folder in (start, *start.parents):
        candidate = folder / FILE_NAME
        if os.path.lexists(candidate):  # a dangling link or a folder is told when it is read
            return candidate
        if folder == root:
            return None
    return None
