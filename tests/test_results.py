"""Whole reports from the cache: given back when nothing has changed, and only then."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from scopelint import pipeline
from scopelint.config import Config

CALL = 'import requests\n\nrequests.get("https://api.maxcare.ai/v3/patients")\n'
MANIFEST = '[permissions]\nscopes = ["read:patients"]\n'


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app that uses an installed package; every file is old enough to be trusted."""
    monkeypatch.setattr(pipeline, "tool_stamp", lambda: b"this version")
    for name, text in {
        "app/max-ai.app.toml": MANIFEST,
        "app/main.py": "import sdk\n\n" + CALL,
        "app/tests/test_main.py": "",
        "app/jobs.yaml": "run: main\n",
        "app/web.ts": "",
        "packages/sdk/__init__.py": "",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + 60)
    return tmp_path / "app"


def check(app: Path, **settings: object) -> tuple[list[str], bool]:
    """Return the findings, and whether they were known."""
    analysed: list[None] = []
    analyse = pipeline._analyse

    def watched(*arguments: object, **options: object) -> object:
        analysed.append(None)
        return analyse(*arguments, **options)  # type: ignore[arg-type]  # handed on

    pipeline._analyse = watched  # type: ignore[assignment]  # put back below
    try:
        config = Config(
            folder=os.fspath(app),
            cache_dir="../cache",
            search_paths=("../packages",),
            **settings,  # type: ignore[arg-type]
        )
        report = pipeline.check([os.fspath(app)], config)
    finally:
        pipeline._analyse = analyse
    return [f"{finding.code} {finding.span.path}:{finding.span.line}" for finding in report.findings], not analysed


def test_an_unchanged_project_is_not_analysed_again(app: Path) -> None:
    assert check(app) == ([], False)
    assert check(app) == ([], True)
    assert check(app, no_cache=True) == ([], False)


@pytest.mark.parametrize(
    "change",
    [
        lambda app: (app / "main.py").write_text(CALL),
        lambda app: (app / "new.py").write_text(""),
        lambda app: (app / "main.py").rename(app / "other.py"),
        lambda app: (app / "max-ai.app.toml").write_text(MANIFEST + "\n"),
        lambda app: (app / "max-ai.app.toml").unlink(),
        lambda app: (app / "jobs.yaml").write_text("run: main.f\n"),
        lambda app: (app / "web.ts").write_text("x"),
        lambda app: (app / "tests" / "test_more.py").write_text(""),
        lambda app: (app / ".gitignore").write_text("web.ts\n"),
        lambda app: (app / "../packages/sdk/__init__.py").write_text("x = 1"),
        lambda app: (app / "../packages/requests_like.py").write_text(""),
        lambda app: (app / "../packages/sdk/more.py").write_text(""),
        lambda app: os.utime(app / "main.py", ns=(1, 1)),
    ],
)
def test_a_change_is_seen(app: Path, change: Callable[[Path], object]) -> None:
    check(app)
    change(app)
    assert check(app)[1] is False
    assert check(app)[1] is True


@pytest.mark.parametrize("settings", [{"include_tests": True}, {"select": ("SCL1",)}, {"sieve": False}])
def test_another_configuration_is_another_question(app: Path, settings: dict[str, object]) -> None:
    check(app)
    assert check(app, **settings)[1] is False


@pytest.mark.parametrize("settings", [{"jobs": 3}, {"format": "json"}, {"fail_on": "never"}])
def test_what_changes_no_finding_asks_nothing_new(app: Path, settings: dict[str, object]) -> None:
    check(app)
    settings = msgspec.convert(settings, dict[str, object])
    assert check(app, **settings)[1] is True


def test_a_file_that_was_written_just_now_may_still_change(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(pipeline, "tool_stamp", lambda: b"this version")
    (app / "main.py").write_text(CALL)
    assert check(app)[1] is False
    assert check(app)[1] is False


def test_another_version_knows_nothing(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(app)
    monkeypatch.setattr(pipeline, "tool_stamp", lambda: b"the next version")
    assert check(app)[1] is False


def test_a_damaged_report_is_made_again(app: Path) -> None:
    check(app)
    for path in (app.parent / "cache").glob("??/*"):
        path.write_bytes(path.read_bytes()[:-1])
    assert check(app) == ([], False)
    assert check(app) == ([], True)


def test_an_unsaved_text_is_not_the_file(app: Path) -> None:
    check(app)
    config = Config(folder=os.fspath(app), cache_dir="../cache", search_paths=("../packages",))
    text = b'import requests\n\nrequests.get("https://api.maxcare.ai/v3/bills")\n'
    report = pipeline.check([os.fspath(app)], config, {os.fspath(app / "main.py"): text})
    assert [finding.scope for finding in report.findings] == ["read:bills", "read:patients"]
    assert check(app) == ([], True)


def test_an_unreadable_file_is_tried_again(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (app / "main.py").chmod(0)
    if os.access(app / "main.py", os.R_OK):  # the superuser reads everything
        monkeypatch.setattr("scopelint.regular.read", unreadable)
    report = pipeline.check([os.fspath(app)], Config(folder=os.fspath(app), cache_dir="../cache"))
    assert report.incomplete == ("main.py cannot be read",)
    monkeypatch.undo()
    monkeypatch.setattr(pipeline, "tool_stamp", lambda: b"this version")
    (app / "main.py").chmod(0o600)
    assert pipeline.check([os.fspath(app)], Config(folder=os.fspath(app), cache_dir="../cache")).incomplete == ()


def unreadable(path: str, *_: object, **__: object) -> bytes:
    raise PermissionError(f"no access to {path}")
