"""Baselines, as a user meets them: written, compared with, and told when an entry is of no use any more."""

import json
import os
import shutil
from pathlib import Path

import pytest

from scopelint import cli

CLINIC = Path(__file__).parents[1] / "fixtures/clinic_app"
CALL = 'import requests\n\n\ndef {name}():\n    return requests.get("https://api.maxcare.ai/v3/{resource}")\n'


@pytest.fixture(autouse=True)
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a copy of the fixture app, which has four findings."""
    shutil.copytree(CLINIC, tmp_path / "app")
    monkeypatch.chdir(tmp_path / "app")
    return tmp_path / "app"


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], str]:
    """Run check, and return the exit code, the code of each finding, and what stands on standard error."""
    capsys.readouterr()
    code = cli.run(["check", "--format", "json", "--no-cache", *arguments])
    output = capsys.readouterr()
    return code, [row["code"] for row in json.loads(output.out)["findings"]], output.err


def test_a_baseline_accepts_what_it_was_written_with(capsys: pytest.CaptureFixture[str], app: Path) -> None:
    assert cli.run(["--write-baseline", "baseline.json", "--no-cache"]) == 0
    assert capsys.readouterr().out == "baseline.json: 4 findings written\n"
    assert json.loads((app / "baseline.json").read_text()) == {
        "version": 1,
        "root": ".",
        "findings": [
            {
                "code": "SCL101",
                "path": "clinic/services/followups.py",
                "scope": "write:tasks",
                "endpoint": "POST /v3/tasks",
            },
            {
                "code": "SCL102",
                "path": "clinic/services/visits.py",
                "scope": "read:soap_notes",
                "endpoint": "GET /v3/notes",
            },
            {"code": "SCL201", "path": "max-ai.app.toml", "scope": "read:claims"},
            {"code": "SCL302", "path": "max-ai.app.toml", "scope": "read:encounters"},
        ],
    }
    assert found(capsys, "--baseline", "baseline.json") == (0, [], "")


def test_lines_may_move_and_new_findings_are_told(capsys: pytest.CaptureFixture[str], app: Path) -> None:
    cli.run(["--write-baseline", "baseline.json", "--no-cache"])
    manifest = app / "max-ai.app.toml"
    manifest.write_text("# moved\n\n" + manifest.read_text())
    (app / "clinic/more.py").write_text(CALL.format(name="products", resource="inventory/products"))
    assert found(capsys, "--baseline", "baseline.json") == (1, ["SCL101"], "")


def test_of_findings_alike_as_many_as_there_were_are_accepted(capsys: pytest.CaptureFixture[str], app: Path) -> None:
    more = app / "clinic/more.py"
    more.write_text(CALL.format(name="first", resource="inventory/products"))
    cli.run(["--write-baseline", "baseline.json", "--no-cache"])
    more.write_text(more.read_text() + CALL.format(name="second", resource="inventory/products"))
    assert found(capsys, "--baseline", "baseline.json") == (1, ["SCL101"], "")


def test_an_entry_that_nothing_answers_to_is_told(
    capsys: pytest.CaptureFixture[str], app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.run(["--write-baseline", "baseline.json", "--no-cache"])
    manifest = app / "max-ai.app.toml"
    manifest.write_text(manifest.read_text().replace('    "read:claims",\n', ""))
    note = "SCL201 in max-ai.app.toml (read:claims) is not found any more: write the baseline again"
    assert found(capsys, "--baseline", "baseline.json") == (0, [], f"scopelint: note: baseline.json: {note}\n")
    cli.run(["--baseline", "baseline.json", "--format", "json", "--no-cache"])
    (expired,) = json.loads(capsys.readouterr().out)["expired"]
    assert (expired["code"], expired["scope"]) == ("SCL201", "read:claims")
    monkeypatch.chdir(app / "clinic")
    assert "SCL201 in ../max-ai.app.toml (read:claims)" in found(capsys, "--baseline", "../baseline.json", "..")[2]
    monkeypatch.chdir(app)
    # a run that does not report it, or is about a part of the tree, cannot tell
    assert found(capsys, "--baseline", "baseline.json", "--select", "SCL1") == (0, [], "")
    assert found(capsys, "--baseline", "baseline.json", "clinic/services")[2] == ""


def test_a_json_report_serves_too_and_the_configuration_may_name_it(
    capsys: pytest.CaptureFixture[str], app: Path
) -> None:
    cli.run(["--format", "json", "--output", "report.json", "--no-cache"])
    (app / "scopelint.toml").write_text('baseline = "report.json"\n')
    assert found(capsys) == (0, [], "")
    assert cli.run(["--write-baseline", "again.json", "--no-cache"]) == 0
    assert len(json.loads((app / "again.json").read_text())["findings"]) == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{\n", "2: is not valid JSON: Expecting property name enclosed in double quotes"),
        ("[]", " is no baseline: write one with scopelint check --write-baseline FILE"),
        ('{"version": 1}', " is no baseline: write one with scopelint check --write-baseline FILE"),
        ('{"version": 1, "findings": [1]}', " is no baseline: write one with scopelint check --write-baseline FILE"),
        ('{"version": 2, "findings": []}', " has version 2; this scopelint reads version 1"),
        ("[" * 200_000, " is no baseline: write one with scopelint check --write-baseline FILE"),
    ],
)
def test_a_broken_baseline_is_one_line(text: str, message: str, capsys: pytest.CaptureFixture[str], app: Path) -> None:
    (app / "baseline.json").write_text(text)
    assert cli.run(["--baseline", "baseline.json"]) == 2
    assert capsys.readouterr() == ("", f"scopelint: error: {app}/baseline.json:{message}\n")


def test_a_baseline_that_is_missing_or_cannot_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--baseline", "none.json"]) == 2
    assert cli.run(["--write-baseline", "none/baseline.json"]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith("none.json: cannot be read: No such file or directory")
    assert second == "scopelint: error: none/baseline.json: cannot be written: No such file or directory"


def test_a_baseline_holds_from_wherever_it_is_named(
    capsys: pytest.CaptureFixture[str], app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = app.parent
    (top / ".git").mkdir()  # the root is where one stands, within a work tree
    for written_at, name in ((top, "baseline.json"), (app, "../baseline.json"), (app, "inside.json")):
        monkeypatch.chdir(written_at)
        assert cli.run(["--write-baseline", name, "--no-cache"]) == 0
        file = written_at.joinpath(name).resolve()
        for folder in (top, app, app / "clinic/services"):
            monkeypatch.chdir(folder)
            assert found(capsys, "--baseline", os.path.relpath(file), os.path.relpath(app)) == (0, [], ""), folder
    shutil.copytree(app, top / "copy")
    monkeypatch.chdir(top / "copy")  # of two checkouts of one project, each has its own root
    shutil.rmtree(top / ".git")
    assert found(capsys, "--baseline", "../baseline.json") == (0, [], "")


def test_a_dash_is_standard_output_and_no_baseline(capsys: pytest.CaptureFixture[str], app: Path) -> None:
    assert cli.run(["--write-baseline", "-", "--no-cache"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [row["code"] for row in document["findings"]] == ["SCL101", "SCL102", "SCL201", "SCL302"]
    assert cli.run(["--format", "concise", "--output", "-", "--no-cache"]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 4
    assert cli.run(["--baseline", "-"]) == 2
    message = "scopelint: error: --baseline is a file, and is not read from standard input\n"
    assert capsys.readouterr() == ("", message)
    assert not (app / "-").exists()
