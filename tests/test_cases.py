"""Every annotated mini-project gives exactly what it expects."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cases import CALL_CASES, CASES, Expected, difference, expectations, marks

from scopelint import pipeline
from scopelint.config import load


@pytest.mark.parametrize("folder", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_case_gives_exactly_what_it_expects(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shutil.copytree(folder, tmp_path / folder.name))
    report = pipeline.check(["."], load(Path()))
    actual: list[Expected] = [
        (finding.span.path, finding.span.line, finding.code, finding.scope or "") for finding in report.findings
    ]
    missing, unexpected = difference(expectations(folder), actual)
    assert (missing, unexpected) == ([], [])


@pytest.mark.parametrize("folder", CALL_CASES, ids=lambda path: path.name)
def test_inventory_of_a_case_is_exactly_what_it_marks(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shutil.copytree(folder, tmp_path / folder.name))
    report = pipeline.calls(["."], load(Path()), every_host=True)
    actual = []
    for app in report.apps:
        for matched in app.calls:
            call = matched.call
            origin = f"${call.origin.text}" if call.origin.kind.value == "variable" else call.origin.text or "?"
            actual.append((call.span.path, call.span.line, f"{call.method or '?'} {origin}{call.path or ''}"))
    assert sorted(set(actual)) == sorted(set(marks(folder, "call")))
