"""Paths that hold a part of an app: the app is judged as a whole, and findings are limited to the paths."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scopelint import cli

MANIFEST = "max-ai.app.toml"
CALL = "import requests\n\nrequests.get('https://api.maxcare.ai/v3/{}')\n"
SHARED = "import requests\n\n\ndef get(path):\n    return requests.get('https://api.maxcare.ai/v3' + path)\n"


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with an app of two packages at its top, and two apps below it that share code."""
    declared = '[permissions]\nscopes = ["{}"]\n'
    files = {
        MANIFEST: '[permissions]\nscopes = ["read:tasks", "read:claims", "read:notes"]\n',
        "web/views.py": CALL.format("tasks"),
        "jobs/nightly.py": CALL.format("claims") + CALL.format("bills"),
        "apps/one/" + MANIFEST: declared.format("read:patients"),
        "apps/one/main.py": "from common import api\n\napi.get('/patients')\n",
        "apps/two/" + MANIFEST: declared.format("read:claims"),
        "apps/two/main.py": "from common import api\n\napi.get('/bills')\n",
        "common/api.py": SHARED,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    cli.run(["check", "--format", "json", *arguments])
    rows = json.loads(capsys.readouterr().out)["findings"]
    return [f"{row['path']}:{row['line']} {row['code']} {row['scope']}" for row in rows]


OF_THE_WHOLE = [f"{MANIFEST}:2 SCL201 read:notes"]
OF_THE_JOBS = ["jobs/nightly.py:6 SCL101 read:bills", *OF_THE_WHOLE]
OF_ONE = [f"apps/one/{MANIFEST}:2 SCL201 read:patients"]
OF_TWO = ["apps/two/main.py:3 SCL101 read:bills", f"apps/two/{MANIFEST}:2 SCL201 read:claims"]


@pytest.mark.parametrize(
    ("paths", "findings"),
    [
        (["web"], OF_THE_WHOLE),  # the jobs need read:claims; what others use of common/api.py counts for them
        (["web/views.py"], OF_THE_WHOLE),
        (["jobs"], OF_THE_JOBS),
        (["jobs/nightly.py", "web"], OF_THE_JOBS),
        (["apps/one"], []),  # the call is in shared code, outside of the app
        (["apps/two/main.py"], OF_TWO),
        (["apps"], OF_TWO),
    ],
)
def test_what_code_elsewhere_needs_is_not_unused(
    capsys: pytest.CaptureFixture[str], paths: list[str], findings: list[str]
) -> None:
    assert [row for row in found(capsys, *paths) if "SCL203" not in row and "SCL9" not in row] == findings


def test_what_nothing_in_the_app_needs_is_unused_wherever_one_looks(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "common/api.py").unlink()
    for path in ("web", "jobs/nightly.py", "."):
        assert f"{MANIFEST}:2 SCL201 read:notes" in found(capsys, path)
    assert found(capsys, "web") == [f"{MANIFEST}:2 SCL201 read:notes"]


def test_an_app_uses_what_the_repository_shares_wherever_one_stands(
    tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree / "apps/one")
    assert found(capsys) == []
    monkeypatch.chdir(tree / "apps/two")
    assert found(capsys) == [row.removeprefix("apps/two/") for row in OF_TWO]


def test_the_summary_says_what_else_was_read(capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["web"])
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "1 warning in 1 Python file; the rest of the app, 4 files, was read to judge its scopes"
    cli.run(["web", "--format", "json"])
    summary = json.loads(capsys.readouterr().out)["summary"]
    assert (summary["files"], summary["beside"]) == (5, 4)


def test_a_suppression_elsewhere_is_not_told(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "jobs/nightly.py").write_text(CALL.format("claims") + "a = 1  # scopelint: ignore\n")
    assert "jobs/nightly.py:4 SCL903 None" in found(capsys, ".")
    assert not [row for row in found(capsys, "web") if "SCL903" in row]


def test_calls_are_those_of_the_paths(capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["calls", "web"])
    assert capsys.readouterr().out == "web/views.py:3:1: GET https://api.maxcare.ai/v3/tasks  [read:tasks]\n1 call\n"


def test_a_manifest_that_is_named_declares_for_the_paths(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "deploy").mkdir()
    (tree / MANIFEST).rename(tree / "deploy/scopes.toml")
    named = ("--manifest", "deploy/scopes.toml")
    assert "deploy/scopes.toml:2 SCL201 read:claims" in found(capsys, *named, "web")
    (tree / "scopelint.toml").write_text('manifest = "deploy/scopes.toml"\n')
    assert "deploy/scopes.toml:2 SCL201 read:claims" not in found(capsys, "web")


def test_places_outside_of_what_is_analysed_are_told_from_there(
    tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree / "apps/two")
    cli.run(["check", "--format", "json"])
    (finding, _) = json.loads(capsys.readouterr().out)["findings"]
    assert [f"{row['path']}:{row['line']}" for row in finding["chain"]] == ["main.py:3", "../../common/api.py:5"]
    (tree / MANIFEST).unlink()
    (tree / "apps/two" / MANIFEST).rename(tree / "elsewhere.toml")
    cli.run(["check", "--format", "concise", "--manifest", str(tree / "elsewhere.toml")])
    assert capsys.readouterr().out.splitlines() == [
        "../../elsewhere.toml:2:11: SCL201 no call needs read:claims",
        "main.py:3:1: SCL101 GET /v3/bills needs read:bills, which ../../elsewhere.toml does not declare",
    ]
    cli.run(["fix", "--remove-unused", "--diff", "--manifest", "../../elsewhere.toml"])
    assert capsys.readouterr().out.splitlines()[:2] == ["--- a/../../elsewhere.toml", "+++ b/../../elsewhere.toml"]
    cli.run(["fix", "--remove-unused", "--manifest", "../../elsewhere.toml"])
    assert (tree / "elsewhere.toml").read_text() == '[permissions]\nscopes = ["read:bills"]\n'
