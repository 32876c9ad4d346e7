"""List a tree: every regular file of a known kind that no .gitignore file excludes.

Git itself is not asked: it takes four times as long, and it runs programs that a repository's own configuration names.
"""

import os

from scopelint.discover import ignores
from scopelint.discover.folders import ENVIRONMENT_MARK, left_out
from scopelint.discover.languages import language

GIT_FOLDER = ".git"
IGNORE_FILE = ".gitignore"


def listed(top: str, root: str) -> list[str]:
    """Absolute paths of the files below the absolute folder `top`, which lies in `root`.

    Links, sockets, devices and pipes are not told and never opened; folders that cannot be read are empty.
    """
    found: list[str] = []
    pending = [(top, _outer_ignores(top, root))]
    while pending:
        folder, stack = pending.pop()
        try:
            with os.scandir(folder) as scan:
                entries = list(scan)
        except OSError:
            continue
        names = {entry.name for entry in entries}
        if ENVIRONMENT_MARK in names and folder != top:  # whatever its name
            continue
        if GIT_FOLDER in names and folder != top:  # a repository of its own: the outer patterns end here
            stack = ()
        if IGNORE_FILE in names:
            stack = (*stack, *_ignores_in(folder))
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if not left_out(name) and not (stack and ignores.excluded(entry.path + "/", stack)):
                    pending.append((entry.path, stack))
            elif (
                language(name)
                and entry.is_file(follow_symlinks=False)
                and not (stack and ignores.excluded(entry.path, stack))
            ):
                found.append(entry.path)
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
