"""`scopelint init`: what it finds and writes, what it leaves, and what it asks at a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest
import yaml
from running import COMMAND, environment, run

from scopelint import cli
from scopelint.config import load
from scopelint.onboarding.yaml_list import with_item

CODE = """\
import os

import requests

BASE = os.environ["CLINIC_API"]

requests.get(BASE + "/v3/patients")
requests.get(os.environ["MAXAI_API_URL"] + "/v3/tasks")
requests.get(os.environ["PORTAL"] + "/claims")
requests.get(os.environ["PORTAL"] + "/users")
requests.get("https://gateway.example.com/maxai/v3/bills")
requests.get("https://api.example.com/v3/mail/send")
"""
CONFIGURATION = """\
base-urls = [
    "CLINIC_API",  # app.py:7: GET CLINIC_API/v3/patients
]
# Is one of these the platform's, too? Then write it into base-urls:
#   "PORTAL",  # app.py:9: GET PORTAL/claims
#   "https://gateway.example.com/maxai",  # app.py:11: GET https://gateway.example.com/maxai/v3/bills
fail-on = "warning"  # or "error", "note", "never"
"""
TOLD = """\
max-ai.app.toml: the manifest, with 1 scope; its code has 2 API calls
CLINIC_API: taken for the platform's, since app.py:7 sends GET CLINIC_API/v3/patients
PORTAL: perhaps the platform's, since app.py:9 sends GET PORTAL/claims
https://gateway.example.com/maxai: perhaps the platform's, since app.py:11 sends \
GET https://gateway.example.com/maxai/v3/bills
scopelint.toml: written
Next: scopelint check
"""


@pytest.fixture(autouse=True)
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app without a configuration, in a repository."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "app.py").write_text(CODE)
    (tmp_path / "max-ai.app.toml").write_text('[permissions]\nscopes = ["read:tasks"]\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_first_configuration(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["init"]) == 0
    assert capsys.readouterr() == (TOLD, "")
    assert (app / "scopelint.toml").read_text() == CONFIGURATION
    assert load(app).base_urls == ("CLINIC_API",)
    assert sorted(path.name for path in app.iterdir()) == [".git", "app.py", "max-ai.app.toml", "scopelint.toml"]


def test_what_is_there_is_not_overwritten(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["init"])
    (app / "scopelint.toml").write_text("fail-on = 'error'\n")
    capsys.readouterr()
    assert cli.run(["init"]) == 0
    assert "scopelint.toml: configures scopelint already, and is not changed\n" in capsys.readouterr().out
    assert (app / "scopelint.toml").read_text() == "fail-on = 'error'\n"


def test_a_pyproject_gets_the_table_and_keeps_the_rest(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = '# mine\r\n[project]\r\nname = "app"\r\n\r\n[tool.ruff]\r\nline-length = 100'
    (app / "pyproject.toml").write_bytes(before.encode())
    assert cli.run(["init"]) == 0
    assert "pyproject.toml: [tool.scopelint] added\n" in capsys.readouterr().out
    after = (app / "pyproject.toml").read_bytes().decode()
    assert after == before + f"\r\n\r\n[tool.scopelint]\n{CONFIGURATION}".replace("\r", "").replace("\n", "\r\n")
    assert load(app).base_urls == ("CLINIC_API",)
    assert not (app / "scopelint.toml").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tool = { ruff = {} }\n", "[tool.scopelint] cannot be added at its end: write a scopelint.toml instead"),
        ("[project\n", "1: is not valid TOML: "),
    ],
)
def test_a_pyproject_that_cannot_be_extended(
    app: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    (app / "pyproject.toml").write_text(text)
    assert cli.run(["init", "--ci", "github"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("scopelint: error: pyproject.toml:")
    assert message in error
    assert (app / "pyproject.toml").read_text() == text
    assert not (app / ".github").exists()


def test_a_difference_writes_nothing_and_can_be_applied(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (app / ".pre-commit-config.yaml").write_text("repos:\n- repo: local\n  hooks: []\n")
    wanted = ["init", "--pre-commit", "--ci", "github", "--ci", "gitlab"]
    before = sorted(app.rglob("*"))
    assert cli.run([*wanted, "--diff"]) == 0
    difference = capsys.readouterr().out
    assert sorted(app.rglob("*")) == before
    subprocess.run(["git", "apply", "-"], input=difference, text=True, check=True, env={**os.environ, "GIT_DIR": "."})
    applied = {path: path.read_text() for path in app.rglob("*") if path.is_file()}
    for path in set(applied) - set(before) | {app / ".pre-commit-config.yaml"}:
        path.unlink()
    (app / ".pre-commit-config.yaml").write_text("repos:\n- repo: local\n  hooks: []\n")
    assert cli.run(wanted) == 0
    assert {path: path.read_text() for path in app.rglob("*") if path.is_file()} == applied


def test_a_hook_and_jobs(app: Path) -> None:
    assert cli.run(["init", "--pre-commit", "--ci", "github", "--ci", "gitlab"]) == 0
    (hook,) = yaml.safe_load((app / ".pre-commit-config.yaml").read_text())["repos"]
    assert (hook["repo"].rpartition("/")[2], hook["hooks"]) == ("scopelint", [{"id": "scopelint"}])
    job = yaml.safe_load((app / ".github/workflows/scopelint.yml").read_text())["jobs"]["scopes"]
    assert job["steps"][1]["uses"].startswith("maxcare/scopelint@v")
    (included,) = yaml.safe_load((app / ".gitlab-ci.yml").read_text())["include"]
    assert included["remote"].endswith("/ci/gitlab.yml")


def test_hook_and_jobs_stand_at_the_repositorys_top(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (app / "inner").mkdir()
    (app / "app.py").rename(app / "inner/app.py")
    monkeypatch.chdir(app / "inner")
    assert cli.run(["init", "--pre-commit", "--ci", "github"]) == 0
    assert (app / "inner/scopelint.toml").exists()
    assert (app / ".pre-commit-config.yaml").exists()
    assert (app / ".github/workflows/scopelint.yml").exists()


def test_what_others_wrote_stays(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {
        ".github/workflows/scopelint.yml": "on: push\n",
        ".gitlab-ci.yml": "test:\n  script: scopelint check\n",
        ".pre-commit-config.yaml": "repos: []\n",
    }
    for name, text in files.items():
        (app / name).parent.mkdir(parents=True, exist_ok=True)
        (app / name).write_text(text)
    assert cli.run(["init", "--pre-commit", "--ci", "github", "--ci", "gitlab"]) == 0
    told = capsys.readouterr().out
    assert ".github/workflows/scopelint.yml: not changed: it is there already\n" in told
    assert ".gitlab-ci.yml: not changed: it names scopelint already\n" in told
    assert "not changed: it cannot be extended without a doubt; add this to its repos:\n- repo: https://" in told
    assert {name: (app / name).read_text() for name in files} == files


def test_a_manifest_of_another_name(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (app / "deploy").mkdir()
    (app / "max-ai.app.toml").rename(app / "deploy/scopes.toml")
    assert cli.run(["init"]) == 0
    assert capsys.readouterr().out.startswith("no manifest (max-ai.app.toml) was found, and 2 API calls: ")
    (app / "scopelint.toml").unlink()
    assert cli.run(["init", "--manifest", "deploy/scopes.toml"]) == 0
    assert capsys.readouterr().out.startswith("deploy/scopes.toml: the manifest, with 1 scope; ")
    assert (app / "scopelint.toml").read_text() == f'manifest = "deploy/scopes.toml"\n{CONFIGURATION}'
    assert load(app).manifest == "deploy/scopes.toml"


def test_hostile_names_stay_text(app: Path) -> None:
    (app / "app.py").write_text(
        'import os\n\nimport requests\n\nrequests.get(os.environ["A\\"]\\n\\x1b[2J#\\x7f"] + "/v3/patients")\n'
    )
    assert cli.run(["init"]) == 0
    text = (app / "scopelint.toml").read_text()
    assert load(app).base_urls == ('A"]\n\x1b[2J#\x7f',)
    assert "\x1b" not in text


def test_without_a_terminal_nothing_is_asked(app: Path) -> None:
    done = run(app, "init")
    assert (done.returncode, done.stdout, done.stderr) == (0, TOLD, "")


@pytest.mark.parametrize(
    ("answers", "bases"),
    [("\n\n\n\n\n", ("CLINIC_API",)), ("n\ny\ny\n\n\n", ("PORTAL", "https://gateway.example.com/maxai"))],
)
def test_at_a_terminal_it_asks(app: Path, answers: str, bases: tuple[str, ...]) -> None:
    (app / ".github").mkdir()
    shown = at_terminal(app, answers)
    assert "app.py:9 sends GET PORTAL/claims\r\nIs PORTAL an address of the platform? [y/N]: " in shown
    assert "Add a pre-commit hook? [y/N]: " in shown
    assert "Add a job to GitHub Actions? [Y/n]: " in shown
    assert "GitLab" not in shown
    assert load(app).base_urls == bases
    assert (app / ".github/workflows/scopelint.yml").exists()
    assert not (app / ".pre-commit-config.yaml").exists()


def at_terminal(folder: Path, answers: str) -> str:
    """Return what `scopelint init` shows on a terminal where somebody types the answers."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve(COMMAND[0], [*COMMAND, "init"], environment())
    os.write(terminal, answers.encode())
    shown = b""
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # Linux: the other side is closed
            data = b""
        if not data:
            break
        shown += data
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    return shown.decode()


ITEM = "- repo: new\n  hooks: []\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "repos:\n  - repo: new\n    hooks: []\n"),
        ("# only a comment\n", "# only a comment\n\nrepos:\n  - repo: new\n    hooks: []\n"),
        ("ci: {}\n", "ci: {}\n\nrepos:\n  - repo: new\n    hooks: []\n"),
        ("repos:\n- repo: a\n  hooks: []", "repos:\n- repo: a\n  hooks: []\n- repo: new\n  hooks: []\n"),
        (
            "repos:\n    -   repo: a\n        hooks: []\n    # later\n\nci: {}\n",
            "repos:\n    -   repo: a\n        hooks: []\n    - repo: new\n      hooks: []\n    # later\n\nci: {}\n",
        ),
        ("repos:\r\n- repo: a\r\n", "repos:\r\n- repo: a\r\n- repo: new\r\n  hooks: []\r\n"),
        ("a: !x [1]\nrepos: [a]\n", None),
        ("repos: a\n", None),
        ("- a\n", None),
        ("{repos: [a]}\n", None),
        ("a: 1\n---\nb: 2\n", None),
        ("a: 1\n...\n", None),
        ("repos:\n- |\n  text\n  # no comment\n", None),
        ("a: [\n", None),
        ("[" * 5000, None),
    ],
)
def test_an_item_is_added_to_a_list(before: str, after: str | None) -> None:
    assert with_item(before, "repos", ITEM) == after
