"""The app of the README: exactly four findings, and the README shows what is really printed."""

import re
from pathlib import Path

import pytest

from scopelint import pipeline
from scopelint.cli import run
from scopelint.config import Config

ROOT = Path(__file__).parents[1]
APP = "fixtures/clinic_app"


def test_the_four_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    report = pipeline.check((APP,), Config(no_cache=True))
    assert [(f.span.path.removeprefix(f"{APP}/"), f.span.line, f.code, f.scope) for f in report.findings] == [
        ("clinic/services/followups.py", 17, "SCL101", "write:tasks"),
        ("clinic/services/visits.py", 24, "SCL102", "read:soap_notes"),
        ("max-ai.app.toml", 14, "SCL302", "read:encounters"),
        ("max-ai.app.toml", 15, "SCL201", "read:claims"),
    ]


def test_the_readme_shows_what_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    assert run(["check", APP, "--no-cache"]) == 1
    sample = re.search(
        r"<!-- sample -->\n```text\n(.*?)```\n<!-- /sample -->", (ROOT / "README.md").read_text(), re.DOTALL
    )
    assert sample is not None
    assert capsys.readouterr().out == sample[1]
