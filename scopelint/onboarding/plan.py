"""Which files a first use of scopelint writes, and with what text: a plan, of which nothing is written yet."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from scopelint.onboarding import snippets
from scopelint.onboarding.configuration import added
from scopelint.onboarding.yaml_list import with_item
from scopelint.textfile import read_text

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT_FILE = "pyproject.toml"
OWN_FILE = "scopelint.toml"
_MARK = "scopelint"


class PlannedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file to write; `before` is None for a new one, `shown` its path from where the user stands.

    Without `after` it is left as it is, for the reason in `note`.
    """

    path: Path
    shown: str
    before: str | None
    after: str | None
    note: str


def configuration(folder: Path, keys: str) -> PlannedFile:
    """Plan the configuration in the folder: in its pyproject.toml if there is one. Raises ScopelintError."""
    project = folder / PROJECT_FILE
    if project.is_file():
        before = read_text(project, _shown(project))
        return _planned(project, before, added(before, keys, _shown(project)), "[tool.scopelint] added")
    return _planned(folder / OWN_FILE, None, keys, "written")


def pre_commit(top: Path) -> PlannedFile:
    """Plan the hook in the repository whose top this is."""
    return _extended(top / snippets.PRE_COMMIT_FILE, snippets.PRE_COMMIT_KEY, snippets.PRE_COMMIT_ITEM)


def github(top: Path) -> PlannedFile:
    """Plan the workflow of GitHub Actions."""
    path = top / snippets.GITHUB_FILE
    if os.path.lexists(path):
        return _left(path, "is there already")
    return _planned(path, None, snippets.GITHUB_WORKFLOW, "written")


def gitlab(top: Path) -> PlannedFile:
    """Plan the job of GitLab CI."""
    return _extended(top / snippets.GITLAB_FILE, snippets.GITLAB_KEY, snippets.GITLAB_ITEM)


CI_SERVICES: dict[str, Callable[[Path], PlannedFile]] = {"github": github, "gitlab": gitlab}


def _extended(path: Path, key: str, item: str) -> PlannedFile:
    if not os.path.lexists(path):
        return _planned(path, None, f"{key}:\n" + "".join(f"  {line}\n" for line in item.splitlines()), "written")
    before = read_text(path, _shown(path))
    if _MARK in before:
        return _left(path, "names scopelint already")
    after = with_item(before, key, item)
    if after is None:
        return _left(path, f"cannot be extended without a doubt; add this to its {key}:\n{item.rstrip()}")
    return _planned(path, before, after, "scopelint added")


def _planned(path: Path, before: str | None, after: str, note: str) -> PlannedFile:
    return PlannedFile(path=path, shown=_shown(path), before=before, after=after, note=note)


def _left(path: Path, note: str) -> PlannedFile:
    return PlannedFile(path=path, shown=_shown(path), before=None, after=None, note=f"not changed: it {note}")


def _shown(path: Path) -> str:
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return os.fspath(path)
