"""`scopelint fix`: what it writes, what it leaves, and that it leaves a whole manifest whatever happens to it."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cases import CASES, expectations

from scopelint import cli

CLINIC = Path(__file__).parents[1] / "fixtures/clinic_app"
CALL_ERRORS = {"SCL401", "SCL402", "SCL403", "SCL404", "SCL902"}
MANIFEST = "max-ai.app.toml"


def project(folder: Path, manifest: str, *requests: str, name: str = MANIFEST) -> Path:
    """Write an app that sends the requests ("GET /v3/patients"), with this manifest."""
    lines = ["import requests", ""]
    for number, request in enumerate(requests):
        method, path = request.split()
        lines += ["", f"def call_{number}(value):"]
        lines += [f'    return requests.{method.lower()}(f"https://api.maxcare.ai{path}")', ""]
    (folder / ".git").mkdir(exist_ok=True)  # the top of the project
    (folder / "app.py").write_text("\n".join(lines))
    (folder / name).write_text(manifest)
    return folder / name


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    return tmp_path


def test_the_fixture_app(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(CLINIC, here / "app")
    manifest = here / "app" / MANIFEST
    before = manifest.read_text()
    assert cli.run(["fix", "app"]) == 0
    assert capsys.readouterr() == (
        f"app/{MANIFEST}: replaced read:encounters by read:bills\n"
        f"app/{MANIFEST}: added write:tasks: POST /v3/tasks at clinic/services/followups.py:17 needs it\n"
        f"app/{MANIFEST}: added read:soap_notes: GET /v3/notes at clinic/services/visits.py:24 may need it "
        "(the value of includeSoapNote is not known)\n"
        f"app/{MANIFEST}: left read:claims: no call needs it; --remove-unused removes it\n",
        "",
    )
    fixed = before.replace('"read:encounters"', '"read:bills"').replace(
        '    "read:claims",\n', '    "read:claims",\n    "write:tasks",\n    "read:soap_notes",\n'
    )
    assert manifest.read_text() == fixed
    assert cli.run(["fix", "app", "--remove-unused"]) == 0
    assert capsys.readouterr().out == f"app/{MANIFEST}: removed read:claims: no call needs it\n"
    assert manifest.read_text() == fixed.replace('    "read:claims",\n', "")
    assert cli.run(["fix", "app", "--remove-unused"]) == 0
    assert capsys.readouterr().out == f"app/{MANIFEST}: nothing to change\n"


def fixable() -> list[Path]:
    """Return the cases in which something is to be fixed, and no call is wrong."""
    found = {case: {code for _, _, code, _ in expectations(case)} for case in CASES}
    return [
        case
        for case, codes in found.items()
        if not codes & CALL_ERRORS and any(code < "SCL4" for code in codes) and list(case.rglob(MANIFEST))
    ]


@pytest.mark.parametrize("case", fixable(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_case_is_clean_after_it(case: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(case, here / "app")
    (here / "app" / ".git").mkdir(exist_ok=True)
    assert cli.run(["fix", "app", "--remove-unused"]) == 0
    assert cli.run(["check", "app", "--format", "concise"]) == 0, capsys.readouterr().out
    assert cli.run(["fix", "app", "--remove-unused", "--check"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("manifest", "requests", "arguments", "fixed"),
    [
        pytest.param("", ["GET /v3/tasks"], [], '[permissions]\nscopes = ["read:tasks"]\n', id="no section"),
        pytest.param(
            'name = "x"\n',
            ["GET /v3/tasks", "POST /v3/emails/send"],
            ["--optional", "write:emails"],
            'name = "x"\n\n[permissions]\nscopes = ["read:tasks"]\noptional_scopes = ["write:emails"]\n',
            id="optional",
        ),
        pytest.param(
            "permissions = {scopes = ['read:billing']}\n",
            ["GET /v3/bills"],
            [],
            "permissions = {scopes = ['read:bills']}\n",
            id="misspelled",
        ),
        pytest.param(
            '[permissions]\nscopes = ["read:billing"]\n',
            [],
            [],
            '[permissions]\nscopes = ["read:bills"]\n',
            id="needless",
        ),
        pytest.param(
            '[permissions]\nscopes = ["read:billing"]\n',
            [],
            ["--remove-unused"],
            "[permissions]\nscopes = []\n",
            id="needless name removed",
        ),
        pytest.param(
            '[permissions]\nscopes = ["read:billing"]\noptional_scopes = ["read:bills"]\n',
            ["GET /v3/bills"],
            [],
            '[permissions]\nscopes = []\noptional_scopes = ["read:bills"]\n',
            id="misspelled beside the right one",
        ),
        pytest.param(
            '[permissions]\nscopes = ["read:encounters"]\noptional_scopes = ["read:bills"]\n',
            ["GET /v3/bills"],
            [],
            '[permissions]\nscopes = ["read:bills"]\noptional_scopes = []\n',
            id="legacy beside its successor",
        ),
        pytest.param(
            '[permissions]\nscopes = ["read:encounters"]\n',
            [],
            ["--remove-unused"],
            "[permissions]\nscopes = []\n",
            id="legacy and unused",
        ),
        pytest.param(
            '[permissions]\nscopes = ["read:tasks", "read:tasks"]\noptional_scopes = ["read:tasks"]\n',
            ["GET /v3/tasks"],
            [],
            '[permissions]\nscopes = ["read:tasks"]\noptional_scopes = []\n',
            id="duplicates",
        ),
        pytest.param(
            '[permissions]\nscopes = []\noptional_scopes = ["read:notes"]\n',
            ["GET /v3/notes?includeSoapNote=true"],
            [],
            '[permissions]\nscopes = []\noptional_scopes = ["read:notes", "read:soap_notes"]\n',
            id="optional since it does nothing without an optional one",
        ),
        pytest.param(
            '[permissions]\nscopes = [\n    "read:soap_notes", # scopelint: keep\n]\n',
            [],
            ["--remove-unused"],
            '[permissions]\nscopes = [\n    "read:soap_notes", # scopelint: keep\n    "read:notes",\n]\n',
            id="what a kept one does nothing without",
        ),
        pytest.param(
            '[permissions]\nscopes = ["read:claims", # scopelint: keep\n  "read:facilities"]\n',
            ["GET /v3/tasks"],
            ["--remove-unused"],
            '[permissions]\nscopes = ["read:claims", # scopelint: keep\n  "read:tasks"]\n',
            id="a comment that stays behind its scope",
        ),
        pytest.param(
            '[permissions]\nscopes = ["read:pateints"]\n',
            ["GET /v3/{value}"],
            ["--remove-unused"],
            '[permissions]\nscopes = ["read:patients"]\n',
            id="the unresolved call could need it",
        ),
        pytest.param(
            "[permissions]\r\nscopes = [] # none\r\n",
            ["GET /v3/tasks"],
            [],
            '[permissions]\r\nscopes = ["read:tasks"] # none\r\n',
            id="CRLF",
        ),
    ],
)
def test_what_is_written(manifest: str, requests: list[str], arguments: list[str], fixed: str, here: Path) -> None:
    path = project(here, "", *requests)
    path.write_bytes(manifest.encode())
    assert cli.run(["fix", *arguments]) == 0
    assert path.read_bytes() == fixed.encode()
    assert cli.run(["fix", "--check", *arguments]) == 0


def test_a_json_manifest(here: Path) -> None:
    text = '{\n  "name": "x",\n  "app": {"needs": ["read:billing"], "likes": []}\n}\n'
    path = project(here, text, "GET /v3/bills", "POST /v3/emails/send", name="app.json")
    (here / "scopelint.toml").write_text(
        'manifest = "app.json"\nmanifest-required-key = "app.needs"\nmanifest-optional-key = "app.likes"\n'
    )
    assert cli.run(["fix", "--optional", "write:emails"]) == 0
    assert path.read_text() == text.replace("billing", "bills").replace("[]", '["write:emails"]')


def test_a_yaml_manifest_is_left_to_people(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(here, "permissions:\n  scopes: []\n", "GET /v3/bills", name="app.yaml")
    assert cli.run(["fix", "--manifest", "app.yaml"]) == 2
    message = "only TOML and JSON manifests can be edited: change it by hand"
    assert capsys.readouterr().err == f"scopelint: error: app.yaml: {message}\n"


def test_a_difference_that_git_applies(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = "# é\n[permissions]\nscopes = [] # none"
    path = project(here, before, "GET /v3/tasks")
    (here / ".git").rmdir()
    subprocess.run(["git", "init", "-q"], cwd=here, check=True)
    assert cli.run(["fix", "--diff"]) == 0
    shown = capfd.readouterr().out
    assert path.read_text() == before
    assert shown == (
        f"--- a/{MANIFEST}\n+++ b/{MANIFEST}\n@@ -1,3 +1,3 @@\n # é\n [permissions]\n"
        '-scopes = [] # none\n\\ No newline at end of file\n+scopes = ["read:tasks"] # none\n'
        "\\ No newline at end of file\n"
    )
    subprocess.run(["git", "apply"], input=shown.encode(), cwd=here, check=True)
    assert path.read_text() == '# é\n[permissions]\nscopes = ["read:tasks"] # none'
    assert cli.run(["fix", "--diff"]) == 0
    assert capfd.readouterr().out == ""


def test_check_writes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = project(here, "", "GET /v3/tasks")
    assert cli.run(["fix", "--check"]) == 1
    assert capsys.readouterr().out == f"{MANIFEST}: would add read:tasks: GET /v3/tasks at app.py:5 needs it\n"
    assert cli.run(["fix", "--check", "--diff"]) == 1
    assert path.read_text() == ""


def test_what_is_suppressed_or_not_selected_is_not_fixed(here: Path) -> None:
    path = project(here, '[permissions]\nscopes = ["read:encounters"]\n', "GET /v3/bills", "GET /v3/tasks")
    code = here / "app.py"
    code.write_text(code.read_text().replace('v3/tasks")', 'v3/tasks")  # scopelint: ignore[SCL101]'))
    assert cli.run(["fix", "--ignore", "SCL302"]) == 0
    assert path.read_text() == '[permissions]\nscopes = ["read:encounters"]\n'
    assert cli.run(["fix", "--select", "SCL3"]) == 0
    assert path.read_text() == '[permissions]\nscopes = ["read:bills"]\n'


def test_nothing_is_removed_while_a_file_cannot_be_read(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = project(here, '[permissions]\nscopes = ["read:tasks"]\n')
    (here / "broken.py").write_text('import requests\nrequests.get("https://api.maxcare.ai/v3/tasks"\n')
    assert cli.run(["fix", "--remove-unused"]) == 0
    told = "nothing is removed, since a file that cannot be read may use what seems unused (SCL902)"
    assert capsys.readouterr().err == f"scopelint: note: {MANIFEST}: {told}\n"
    assert path.read_text() == '[permissions]\nscopes = ["read:tasks"]\n'


def test_what_the_rest_of_the_app_needs_stays(here: Path) -> None:
    path = project(here, '[permissions]\nscopes = ["read:tasks", "read:claims"]\n', "GET /v3/tasks")
    (here / "part").mkdir()
    (here / "part" / "more.py").write_text((here / "app.py").read_text().replace("tasks", "bills"))
    assert cli.run(["fix", "--remove-unused", "part"]) == 0
    assert path.read_text() == '[permissions]\nscopes = ["read:tasks", "read:bills"]\n'


def test_each_app_of_a_tree_gets_its_own(here: Path) -> None:
    (here / ".git").mkdir()
    shared = here / "shared"
    shared.mkdir()
    (shared / "__init__.py").write_text("")
    (shared / "api.py").write_text(
        "import requests\n\n\ndef get(path):\n    return requests.get('https://api.maxcare.ai/v3' + path)\n"
    )
    for name, path in (("one", "/tasks"), ("two", "/bills")):
        (here / name).mkdir()
        (here / name / MANIFEST).write_text("")
        (here / name / "main.py").write_text(f"from shared.api import get\n\nget('{path}')\n")
    assert cli.run(["fix"]) == 0
    assert (here / "one" / MANIFEST).read_text() == '[permissions]\nscopes = ["read:tasks"]\n'
    assert (here / "two" / MANIFEST).read_text() == '[permissions]\nscopes = ["read:bills"]\n'


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--optional", "write:email"], 'there is no scope "write:email"; did you mean write:emails?'),
        (["--select", "SCL8"], 'no rule is called "SCL8"'),
    ],
)
def test_wrong_options_are_one_line(
    arguments: list[str], message: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project(here, "", "GET /v3/tasks")
    assert cli.run(["fix", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"scopelint: error: {message}")


def test_without_a_manifest(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(here, "", "GET /v3/tasks").unlink()
    assert cli.run(["fix"]) == 2
    message = "no manifest (max-ai.app.toml) was found: create an empty one, or name it with --manifest"
    assert capsys.readouterr().err == f"scopelint: error: {message}\n"


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_a_link_out_of_the_project_is_not_followed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "project").mkdir()
    path = project(here / "project", "", "GET /v3/tasks")
    path.rename(here / "elsewhere.toml")
    path.symlink_to(here / "elsewhere.toml")
    assert cli.run(["fix", "project"]) == 2
    assert "leads out of the project" in capsys.readouterr().err
    assert (here / "elsewhere.toml").read_text() == ""


KILLED = """
import os, signal, sys

moment, manifest = int(sys.argv.pop(1)), sys.argv.pop(1)
seen = 0

def watch(event, arguments):
    global seen
    if event.partition(".")[0] in ("open", "os", "tempfile", "shutil") and any(manifest in str(a) for a in arguments):
        seen += 1
        if seen == moment:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
from scopelint.cli import main
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_killed_before_any_step_it_leaves_the_old_or_the_new_manifest(here: Path) -> None:
    old = "# mine\n[permissions]\nscopes = [\n    'read:claims', # why\n]\n"
    new = old[:-2] + "    'read:tasks',\n]\n"
    path = project(here, old, "GET /v3/tasks")
    left = []
    for moment in range(1, 100):
        path.write_text(old)
        command = [sys.executable, "-c", KILLED, str(moment), MANIFEST, "fix", "--no-cache"]
        code = subprocess.run(command, cwd=here, capture_output=True, check=False).returncode
        left.append(path.read_text())
        if code == 0:
            break
        assert code == -signal.SIGKILL
        for temporary in here.glob(f".{MANIFEST}.*"):
            temporary.unlink()
    assert set(left) == {old, new}
    assert left[-1] == new
    assert len(left) > 4  # it was killed while reading, writing and replacing
