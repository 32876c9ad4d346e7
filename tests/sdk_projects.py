"""Small apps and the client packages they use, laid out as users have them, and what scopelint says of them."""

from __future__ import annotations

import enum
import shutil
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from cases import Expected, expectations

from scopelint import pipeline
from scopelint.config import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scopelint.model import Report

_SITE_PACKAGES = "lib/python3.12/site-packages"


class Layout(enum.Enum):
    """Where an app's client packages are."""

    VENDORED = "vendored"
    VENV = "in .venv"
    PYTHON = "in the environment that `python` names"
    SEARCH_PATH = "in a folder of `search-paths`"
    NAMED = "absent, operations named in the configuration"
    ABSENT = "absent, operations known by their names"


class Judgement(NamedTuple):
    """What is expected and said of an app: with an empty manifest, and with one that declares what is needed."""

    expected: list[Expected]
    found: list[Expected]
    needed: tuple[str, ...]
    expected_needed: tuple[str, ...]
    found_when_declared: list[Expected]


def judge(app: Path, client: Path, layout: Layout, folder: Path) -> Judgement:
    """Lay out an app and its client package in a new folder, and check it.

    The app's lines say what is expected. `operations.toml` beside its code names the operations that it uses, for when
    the client's source is absent.
    """
    shutil.copytree(app, folder, ignore=shutil.ignore_patterns("operations.toml"))
    operations = (app / "operations.toml").read_text(encoding="utf-8") if layout is Layout.NAMED else ""
    place([client], layout, folder, operations)
    expected = sorted(expectations(app))
    if layout is Layout.ABSENT:  # then they are only probable
        expected = [(path, line, "SCL102" if code == "SCL101" else code, scope) for path, line, code, scope in expected]
    scopes = sorted({scope for *_, scope in expected})
    declare(folder)
    report = check(folder)
    declare(folder, *scopes)
    needed = report.apps[0].scopes.needed
    return Judgement(expected, found(report), needed, tuple(scopes), found(check(folder)))


def place(packages: Sequence[Path], layout: Layout, folder: Path, operations: str) -> None:
    """Put client packages where the layout says, and write the configuration that finds them."""
    target, configuration = {
        Layout.VENDORED: (folder, ""),
        Layout.VENV: (folder / ".venv" / _SITE_PACKAGES, ""),
        Layout.PYTHON: (folder.with_name("env") / _SITE_PACKAGES, 'python = "../env"\n'),
        Layout.SEARCH_PATH: (folder.with_name("clients"), 'search-paths = ["../clients"]\n'),
        Layout.NAMED: (None, operations),
        Layout.ABSENT: (None, ""),
    }[layout]
    if target is not None:
        for package in packages:
            shutil.copytree(package, target / package.name)
    (folder / "scopelint.toml").write_text(configuration, encoding="utf-8")


def check(folder: Path) -> Report:
    """Check the project in a folder, without a cache."""
    return pipeline.check([str(folder)], msgspec.structs.replace(load(folder), no_cache=True, jobs=1))


def found(report: Report) -> list[Expected]:
    """Return a report's findings, notes too: path, line, code, and scope or ""."""
    return sorted((item.span.path, item.span.line, item.code, item.scope or "") for item in report.findings)


def declare(folder: Path, *scopes: str) -> None:
    """Write a manifest with one scope a line, from line 3 on."""
    lines = "".join(f'    "{scope}",\n' for scope in scopes)
    (folder / "max-ai.app.toml").write_text(f"[permissions]\nscopes = [\n{lines}]\n", encoding="utf-8")
