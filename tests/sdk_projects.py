"""Small apps and the client package they use, laid out as users have them, and what scopelint says of them."""

from __future__ import annotations

import enum
import shutil
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scopelint import pipeline
from scopelint.config import load
from cases import Expected, expectations

if TYPE_CHECKING:
    from pathlib import Path

    from scopelint.model import Report

SITE_PACKAGES = "lib/python3.12/site-packages"


class Layout(enum.Enum):
    """Where an app's client package is."""

    VENDORED = "vendored"
    VENV = "in .venv"
    PYTHON = "in the environment that `python` names"
    SEARCH_PATH = "in a folder of `search-paths`"
    NAMED = "absent, its operations named in the configuration"
    ABSENT = "absent, its operations known by their names"


class Verdict(NamedTuple):
    """What scopelint says of an app: once with an empty manifest, and once with one that declares what is expected."""

    expected: list[Expected]
    found: list[Expected]
    needed: tuple[str, ...]
    declared: list[Expected]
    duration: float


def judge(app: Path, client: Path, layout: Layout, folder: Path) -> Verdict:
    """Lay out an app and its client package in a new folder, and check it."""
    _lay_out(app, client, layout, folder)
    expected = expectations(app)
    if layout is Layout.ABSENT:
        expected = [(path, line, code.replace("SCL101", "SCL102"), scope) for path, line, code, scope in expected]
    report = check(folder)
    declare(folder, *sorted({scope for *_, scope in expected if scope}))
    return Verdict(
        sorted(expected),
        found(report),
        report.apps[0].scopes.needed,
        found(check(folder)),
        report.statistics.duration,
    )


def check(folder: Path) -> Report:
    """Check the project in a folder, without a cache."""
    return pipeline.check([str(folder)], msgspec.structs.replace(load(folder), no_cache=True, jobs=1))


def found(report: Report) -> list[Expected]:
    """Return a report's findings, notes too: path, line, code, and scope or ""."""
    return sorted((item.span.path, item.span.line, item.code, item.scope or "") for item in report.findings)


def declare(folder: Path, *scopes: str) -> None:
    """Write a manifest with one scope a line."""
    lines = "".join(f'    "{scope}",\n' for scope in scopes)
    (folder / "max-ai.app.toml").write_text(f"[permissions]\nscopes = [\n{lines}]\n", encoding="utf-8")


def _lay_out(app: Path, client: Path, layout: Layout, folder: Path) -> None:
    shutil.copytree(app, folder, ignore=shutil.ignore_patterns("operations.toml"))
    declare(folder)
    configuration = ""
    if layout is Layout.VENDORED:
        shutil.copytree(client, folder / client.name)
    elif layout is Layout.VENV:
        shutil.copytree(client, folder / ".venv" / SITE_PACKAGES / client.name)
    elif layout is Layout.PYTHON:
        shutil.copytree(client, folder.with_name("env") / SITE_PACKAGES / client.name)
        configuration = 'python = "../env"\n'
    elif layout is Layout.SEARCH_PATH:
        shutil.copytree(client, folder.with_name("clients") / client.name)
        configuration = 'search-paths = ["../clients"]\n'
    elif layout is Layout.NAMED:
        configuration = (app / "operations.toml").read_text(encoding="utf-8")
    (folder / "scopelint.toml").write_text(configuration, encoding="utf-8")


