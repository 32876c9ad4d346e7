"""What must not change a result: the sieve, the order of files, the number of processes, what the cache knows."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cases import CALL_CASES, CASES, FIXTURES

from scopelint import pipeline, processes
from scopelint.config import Config, load
from scopelint.discover import DiscoverOptions, Discovery, discover
from scopelint.model import Report
from scopelint.parsing import ahead, pool
from scopelint.parsing.helper import Helper, fork, start
from scopelint.results import Results

every_case = pytest.mark.parametrize(
    "folder", [*CASES, *CALL_CASES], ids=lambda path: f"{path.parent.name}/{path.name}"
)


def uncached(**changes: object) -> Config:
    return msgspec.structs.replace(load(Path()), **{"no_cache": True, "jobs": 1, **changes})


def reports(config: Config) -> list[str]:
    """Return what is said of the code here: judged, and as an inventory of every HTTP call."""
    return [*said(pipeline.check(["."], config)), *said(pipeline.calls(["."], config, every_host=True))]


def said(report: Report) -> list[str]:
    """Return everything in a report but how much was read and how long it took, an item a line."""
    parts = (*report.apps, *report.findings, *report.suppressed, *report.expired, *report.incomplete)
    calls = (matched for app in report.apps for matched in app.calls)
    return [repr(part) for part in (*calls, *parts)]


@every_case
def test_the_sieve_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert reports(uncached(sieve=False)) == reports(uncached())


@every_case
def test_the_order_of_files_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    straight = reports(uncached())
    monkeypatch.setattr(pipeline, "discover", backwards)
    assert reports(uncached()) == straight


def backwards(root: Path, paths: list[Path], options: DiscoverOptions) -> Discovery:
    found = discover(root, paths, options)
    return Discovery(found.python[::-1], found.tests[::-1], found.other[::-1], found.configuration[::-1])


@every_case
def test_what_the_cache_knows_changes_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    cached = uncached(no_cache=False, cache_dir=str(tmp_path))
    cold = reports(cached)
    assert reports(cached) == cold  # the whole report is known
    monkeypatch.setattr(Results, "recall", lambda *_: None)
    assert reports(cached) == cold  # the facts of each file are known


@every_case
def test_an_environment_full_of_other_packages_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert reports(uncached(python=sys.prefix)) == reports(uncached())


@pytest.mark.parametrize("forking", [True, False])
@pytest.mark.parametrize("group", [path.name for path in (FIXTURES / "cases").iterdir()])
def test_the_number_of_processes_changes_nothing(group: str, forking: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "cases" / group)
    alone = said(pipeline.check(["."], uncached(jobs=1)))
    monkeypatch.setattr(pool, "_WORTH_A_PROCESS", 20_000)
    monkeypatch.setattr(pool, "_CHUNK_BYTES", 2000)
    monkeypatch.setattr(processes, "cores", lambda: 3 if forking else 1)
    started: list[Helper | None] = []

    def counted(begin: Callable[[], Helper | None]) -> Helper | None:
        started.append(helper := begin())
        return helper

    monkeypatch.setattr(pool, "start", lambda: counted(start))
    monkeypatch.setattr(ahead, "fork", lambda: counted(fork))
    assert said(pipeline.check(["."], uncached(jobs=3))) == alone
    assert (started[0] is not None) == forking
    assert len(list(filter(None, started))) >= (1 if forking else 2)


def test_git_or_not_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shutil.copytree(FIXTURES / "clinic_app", tmp_path / "app"))
    plain = reports(uncached())
    subprocess.run(["git", "init", "-q"], check=True)
    assert reports(uncached()) == plain
