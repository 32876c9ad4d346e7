"""List a tree: every regular file of a known kind that no .gitignore file excludes.

Git itself is not asked: it takes four times as long, and it runs programs that a repository's own configuration names.
"""

import os

from scopelint.discover import ignores
from scopelint.discover.folders import ENVIRONMENT_MARK, PACKAGE_MARK, UNLESS_PACKAGE, left_out
from scopelint.discover.languages import language

GIT_FOLDER = ".git"
IGNORE_FILE = ".gitignore"


def listed(root: str, start: str) -> dict[str, str]:
    """Return the kinds of the files below a folder, by their paths relative to the absolute folder `root`.

    `start` is the folder's own relative path, "" for the root. Paths have forward slashes. Links, sockets, devices and
    pipes are not told and never opened; folders that cannot be read are empty.
    """
    found: dict[str, str] = {}
    prefix = os.path.join(root, "")
    top = f"{start}/" if start else ""
    pending = [(top, _outer_ignores(os.path.normpath(prefix + start), root))]
    while pending:
        folder, stack = pending.pop()
        try:
            with os.scandir(prefix + folder) as scan:
                entries = list(scan)
        except OSError:
            continue
        names = {entry.name for entry in entries}
        if folder != top:
            if ENVIRONMENT_MARK in names:  # whatever its name
                continue
            if GIT_FOLDER in names:  # a repository of its own: the outer patterns end here
                stack = ()
        if IGNORE_FILE in names:
            stack = (*stack, *_ignores_in(prefix + folder))
        files: dict[str, str] = {}
        folders: list[str] = []
        for entry in entries:
            name = entry.name
            kind = language(name)
            if kind and entry.is_file(follow_symlinks=False):
                files[folder + name] = kind
            elif entry.is_dir(follow_symlinks=False) and not left_out(name):
                folders.append(f"{folder}{name}/")
        if stack:
            files = {path: kind for path, kind in files.items() if not ignores.excluded(prefix + path, stack)}
            folders = [path for path in folders if not ignores.excluded(prefix + path, stack)]
        if folder == top or folder + PACKAGE_MARK in files or folder[:-1].rpartition("/")[2] not in UNLESS_PACKAGE:
            found |= files
            folders.sort(reverse=True)
            pending += [(path, stack) for path in folders]
    return found


def _ignores_in(folder: str) -> tuple[ignores.Ignores, ...]:
    path = os.path.join(folder, IGNORE_FILE)
    if os.path.islink(path) or not os.path.isfile(path):
        return ()
    own = ignores.read(path, os.path.join(folder, ""))
    return (own,) if own else ()


def _outer_ignores(top: str, root: str) -> tuple[ignores.Ignores, ...]:
    """Read the patterns of the folders above `top`: up to its repository's folder, or to `root` without a repository.

    Empty when those patterns exclude `top` itself: whoever names an ignored folder wants what is in it.
    """
    way = [top]
    while not os.path.lexists(os.path.join(way[-1], GIT_FOLDER)):
        parent = os.path.dirname(way[-1])
        if parent == way[-1]:  # no repository
            way = way[: way.index(root) + 1]
            break
        way.append(parent)
    stack: tuple[ignores.Ignores, ...] = ()
    for outer, inner in zip(reversed(way), reversed(way[:-1]), strict=False):
        stack = (*stack, *_ignores_in(outer))
        if ignores.excluded(os.path.join(inner, ""), stack):
            return ()
    return stack
