"""The projects of a tree: what belongs together, by the files that stand at a project's top."""

import os
from bisect import bisect_left
from collections.abc import Collection, Sequence

# A file that stands beside one of these is the top of a project of its own.
PROJECT_FILES = ("max-ai.app.toml", "pyproject.toml", "setup.py", "setup.cfg", "manage.py", "requirements.txt")
# So many files are looked through wherever they lie; of more, those of the projects concerned.
_FEW = 1000


def project_top(root: str, folder: str) -> str | None:
    """Return the nearest folder, from `folder` upwards, that is the top of a project, or None."""
    while not any(os.path.isfile(os.path.join(root, folder, name)) for name in PROJECT_FILES):
        if not folder:
            return None
        folder = folder.rpartition("/")[0]
    return folder


def near(root: str, files: Sequence[str], code: Collection[str]) -> Sequence[str]:
    """Return those of some sorted `files` that may speak of the `code`: all when they are few, else its projects'.

    A project's files lie below its top, or directly in a folder above it.
    """
    if len(files) <= _FEW:
        return files
    folders = {file.rpartition("/")[0] for file in code}
    tops = {top if (top := project_top(root, folder)) is not None else folder for folder in folders}
    chosen = {file for top in tops for file in _below(files, top)}
    above = {top[:end] for top in tops for end in (0, *(at for at, char in enumerate(top) if char == "/"))}
    for folder in above:
        start = len(folder) + 1 if folder else 0
        chosen.update(file for file in _below(files, folder) if "/" not in file[start:])
    return sorted(chosen)


def _below(files: Sequence[str], folder: str) -> Sequence[str]:
    """Return those of some sorted files that lie below a folder."""
    if not folder:
        return files
    return files[bisect_left(files, f"{folder}/") : bisect_left(files, f"{folder}0")]  # "0" comes next after "/"
