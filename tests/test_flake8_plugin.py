"""The flake8 plugin, by the real flake8 in processes of its own, held against what the pipeline finds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from cases import CASES, FIXTURES

import scopelint
from scopelint import pipeline
from scopelint.config import load
from scopelint.flake8_plugin.options import OPTIONS
from scopelint.report import RenderOptions
from scopelint.report.retold import retold

Line = tuple[str, int, int, str]  # path, line, column, code and message

_LINE = re.compile(r"(.+?):(\d+):(\d+): (.+)")
_ELSEWHERE = re.compile(r"(SCL\d+) (\S+):(\d+):(\d+): (.+)")

CLIENT = """\
import requests

API = "https://api.maxcare.ai/v3"


def call(path):
    return requests.get(API + path, timeout=5)
"""
MANIFEST = """\
[permissions]
scopes = [
    "read:patients",
    "read:claims",
]
"""


def flake8(
    *arguments: str, folder: Path, text: str | None = None, code: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run flake8 as a user does, or in a Python process that runs some code before."""
    program = (
        ["-c", f"{code}; import sys; from flake8.main.cli import main; sys.exit(main())"] if code else ["-m", "flake8"]
    )
    return subprocess.run(
        [sys.executable, *program, *arguments],
        cwd=folder,
        input=text,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


def told(*arguments: str, folder: Path, text: str | None = None, code: str = "", **environment: str) -> list[Line]:
    """Return what flake8 tells of ours, with paths relative to the folder."""
    result = flake8("--select", "SCL", *arguments, folder=folder, text=text, code=code, **environment)
    assert result.stderr == ""
    matches = [_LINE.fullmatch(line) for line in result.stdout.splitlines()]
    assert all(matches), result.stdout
    assert result.returncode == (1 if matches else 0)
    return [
        (os.path.relpath(match[1], folder if match[1][0] == "/" else "."), int(match[2]), int(match[3]), match[4])
        for match in matches
        if match
    ]


def project(folder: Path, **files: str) -> Path:
    """Write an app that calls two endpoints, needs a scope that is missing, and declares one that nothing needs."""
    contents = {
        "max-ai.app.toml": MANIFEST,
        "app/__init__.py": "",
        "app/client.py": CLIENT,
        "app/jobs.py": 'from app.client import call\n\ncall("/patients")\ncall("/tasks")\n',
        **files,
    }
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def missing(path: str, manifest: str) -> Line:
    """Return what is told of the call without a scope, where both files are called so."""
    return (path, 4, 1, f"SCL101 GET /v3/tasks needs read:tasks, which {manifest} does not declare")


MISSING = missing("app/jobs.py", "max-ai.app.toml")
UNUSED = "SCL201 max-ai.app.toml:4:5: no call needs read:claims"


@pytest.mark.parametrize("folder", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_case_gives_what_the_pipeline_finds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    report = pipeline.check(["."], load(Path()))
    manifests = {app.manifest.path for app in report.apps if app.manifest}
    expected = [
        (
            os.path.relpath(os.path.join(report.root, finding.span.path)),
            finding.span.line,
            finding.span.column,
            f"{finding.code} {finding.message}",
        )
        for finding in retold(report, RenderOptions(folder=os.getcwd())).findings
    ]
    elsewhere = {os.path.relpath(os.path.join(report.root, path)) for path in manifests}
    actual: list[Line] = []
    hosts: dict[str, set[str]] = {}
    for path, line, column, text in told("--jobs", "1", folder=folder):
        match = _ELSEWHERE.fullmatch(text)
        if match:
            assert (line, column) == (1, 1)
            assert match[2] in elsewhere or match[1] == "SCL902"
            hosts.setdefault(match[2], set()).add(path)
            actual.append((match[2], int(match[3]), int(match[4]), f"{match[1]} {match[5]}"))
        else:
            actual.append((path, line, column, text))
    assert sorted(actual) == sorted(expected)
    analysed = {os.path.relpath(os.path.join(report.root, path)) for path in report.analysed}
    assert all(len(paths) == 1 and paths <= analysed for paths in hosts.values())


def test_version_lists_it(tmp_path: Path) -> None:
    assert f"scopelint: {scopelint.__version__}" in flake8("--version", folder=tmp_path).stdout


def test_findings_of_a_manifest_stand_on_the_first_line_of_the_first_analysed_file(tmp_path: Path) -> None:
    project(tmp_path, **{"aaa.py": "print(1)\n"})
    assert told(folder=tmp_path) == [("app/client.py", 1, 1, UNUSED), MISSING]
    assert told("app", folder=tmp_path) == [("app/client.py", 1, 1, UNUSED), MISSING]


def test_messages_name_files_from_where_flake8_runs(tmp_path: Path) -> None:
    inner = project(tmp_path / "inner").name
    manifest = f"{inner}/max-ai.app.toml"
    assert told(inner, folder=tmp_path) == [
        (f"{inner}/app/client.py", 1, 1, UNUSED.replace("max-ai.app.toml", manifest)),
        missing(f"{inner}/app/jobs.py", manifest),
    ]


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        (f"# flake8: noqa\n{CLIENT}", []),
        (f"{CLIENT}print 1\n", []),
        (CLIENT, ["--extend-exclude=client.py"]),
    ],
    ids=["opts out", "cannot be parsed", "is excluded"],
)
def test_that_file_is_one_which_flake8_reads(text: str, arguments: list[str], tmp_path: Path) -> None:
    project(tmp_path, **{"app/client.py": text})
    lines = told(*arguments, folder=tmp_path)
    assert [line[:3] for line in lines if " max-ai.app.toml:4:5: " in line[3]] == [("app/jobs.py", 1, 1)]


def test_an_app_without_calls_has_its_unused_scopes_told(tmp_path: Path) -> None:
    project(tmp_path, **{"app/client.py": "", "app/jobs.py": "", "b/empty.py": ""})
    assert [line[:3] for line in told(folder=tmp_path)] == [("app/__init__.py", 1, 1)] * 2
    assert [line[:3] for line in told("b", folder=tmp_path)] == [("b/empty.py", 1, 1)] * 2


def test_one_file_is_judged_as_part_of_its_project(tmp_path: Path) -> None:
    project(tmp_path)
    assert told("app/jobs.py", folder=tmp_path) == [MISSING]
    assert told("app/client.py", folder=tmp_path) == [("app/client.py", 1, 1, UNUSED)]
    assert told("jobs.py", folder=tmp_path / "app") == [missing("jobs.py", "../max-ai.app.toml")]
    from_the_top = [os.path.relpath(tmp_path / path, "/") for path in ("app/jobs.py", "max-ai.app.toml")]
    assert told(os.fspath(tmp_path / "app/jobs.py"), folder=Path("/")) == [missing(*from_the_top)]


def test_a_link_to_a_file_says_nothing_again(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "app/link.py").symlink_to("jobs.py")
    assert told(folder=tmp_path) == [("app/client.py", 1, 1, UNUSED), MISSING]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_the_analysis_runs_once_however_the_processes_start(method: str, tmp_path: Path) -> None:
    project(tmp_path / "project", **{f"app/part{number}.py": "from app.jobs import call\n" for number in range(6)})
    log, startup, temporary = tmp_path / "log", tmp_path / "startup", tmp_path / "temporary"
    startup.mkdir()
    temporary.mkdir()
    # sitecustomize is run by every process that starts empty
    (startup / "sitecustomize.py").write_text(
        "import sys\n"
        "def hook(event, arguments):\n"
        "    if event == 'import' and arguments[0] == 'scopelint.pipeline':\n"
        f"        open({os.fspath(log)!r}, 'a').write('analysis\\n')\n"
        "sys.addaudithook(hook)\n"
    )
    environment = {"PYTHONPATH": f"{startup}{os.pathsep}{FIXTURES.parent}", "TMPDIR": os.fspath(temporary)}
    code = f"import multiprocessing; multiprocessing.set_start_method({method!r})"
    lines = told("--jobs", "3", folder=tmp_path / "project", code=code, **environment)
    assert lines == [("app/client.py", 1, 1, UNUSED), MISSING]
    assert log.read_text() == "analysis\n"
    assert [path.name for path in temporary.iterdir() if path.name.startswith("scopelint")] == []


def test_nothing_is_analysed_when_no_code_of_ours_is_selected(tmp_path: Path) -> None:
    project(tmp_path, **{"max-ai.app.toml": "broken"})
    assert flake8("--select", "F", folder=tmp_path).stdout == ""
    assert flake8("--extend-ignore", "SCL", folder=tmp_path).stdout == ""
    assert "max-ai.app.toml" in flake8(folder=tmp_path).stdout


def test_noqa_is_flake8s_to_apply(tmp_path: Path) -> None:
    jobs = (
        "from app.client import call\n\n"
        'call("/patients")\n'
        'call("/tasks")  # noqa: SCL101\n'
        'call("/emails")  # noqa\n'
        'call("/bills")  # scopelint: ignore[SCL101]\n'
        'call("/notes?patientId=1")  # noqa: SCL404\n'
    )
    project(tmp_path, **{"app/jobs.py": jobs})
    shown = [(line, text[:6]) for path, line, _, text in told(folder=tmp_path) if path == "app/jobs.py"]
    assert shown == [(7, "SCL101"), (7, "SCL903")]
    shown = [
        (line, text[:6]) for path, line, _, text in told("--disable-noqa", folder=tmp_path) if path == "app/jobs.py"
    ]
    assert shown == [(4, "SCL101"), (5, "SCL101"), (7, "SCL101"), (7, "SCL903")]


def test_flake8s_own_selection_applies(tmp_path: Path) -> None:
    project(tmp_path, **{".flake8": "[flake8]\nextend-ignore = SCL2\nper-file-ignores =\n    app/jobs.py: SCL101\n"})
    assert told(folder=tmp_path) == []
    assert told("--isolated", folder=tmp_path) == [("app/client.py", 1, 1, UNUSED), MISSING]


def test_options_stand_in_flake8s_configuration(tmp_path: Path) -> None:
    project(
        tmp_path,
        **{
            "setup.cfg": "[flake8]\nscopelint-manifest = ./deploy/scopes.toml\nscopelint-include-tests = true\n",
            "deploy/scopes.toml": MANIFEST,
            "app/test_jobs.py": 'from app.client import call\n\ncall("/claims")\ncall("/bills")\n',
        },
    )
    assert [(path, line, text[:6]) for path, line, _, text in told(folder=tmp_path)] == [
        ("app/jobs.py", 4, "SCL101"),
        ("app/test_jobs.py", 4, "SCL101"),
    ]


def test_another_project_than_the_nearest(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/b.py").write_text("")
    project(tmp_path / "far/away")
    lines = told("--scopelint-project", "../far/away", "b.py", "../far/away", folder=tmp_path / "other")
    assert [line[:3] for line in lines] == [("../far/away/app/client.py", 1, 1), ("../far/away/app/jobs.py", 4, 1)]


def test_scopelints_configuration_applies(tmp_path: Path) -> None:
    project(tmp_path, **{"pyproject.toml": '[tool.scopelint]\nignore = ["SCL1"]\n'})
    assert told(folder=tmp_path) == [("app/client.py", 1, 1, UNUSED)]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "pyproject.toml",
            "[tool.scopelint]\n\nselct = []\n",
            'pyproject.toml:3: unknown key "selct"; did you mean "select"?',
        ),
        ("max-ai.app.toml", "[permissions]\nscopes = 3\n", "max-ai.app.toml:2: "),
    ],
)
def test_what_the_user_must_mend_is_one_line(name: str, text: str, message: str, tmp_path: Path) -> None:
    project(tmp_path, **{name: text})
    result = flake8(folder=tmp_path)
    first, second = result.stdout.splitlines()
    assert first == "There was a critical error during execution of Flake8:"
    assert second.startswith("scopelint: error: ")
    assert message in second
    assert (result.returncode, result.stderr) == (1, "")


def test_what_an_editor_sends_stands_for_the_file(tmp_path: Path) -> None:
    project(tmp_path)
    edited = '# é\nfrom app.client import call\ncall("/emails"); call("/patients")\n'
    lines = told("-", "--stdin-display-name", "app/jobs.py", folder=tmp_path, text=edited)
    assert lines == [("app/jobs.py", 3, 1, MISSING[3].replace("tasks", "emails"))]
    lines = told("-", "--stdin-display-name", "app/client.py", folder=tmp_path, text="")
    assert [line[3] for line in lines] == [UNUSED.replace("4:5", "3:5").replace("claims", "patients"), UNUSED]


def test_what_an_editor_has_not_saved_at_all(tmp_path: Path) -> None:
    project(tmp_path)
    text = 'from app.client import call\n\ncall("/emails")\n'
    expected = (3, 1, MISSING[3].replace("tasks", "emails"))
    assert told("-", "--stdin-display-name", "app/new.py", folder=tmp_path, text=text) == [("app/new.py", *expected)]
    assert told("-", folder=tmp_path, text=text) == [("stdin", *expected)]


def test_a_buffer_can_bring_a_module_into_the_analysis(tmp_path: Path) -> None:
    project(tmp_path, **{"app/client.py": "def call(path):\n    return path\n"})
    buffer = told("-", "--stdin-display-name", "app/client.py", folder=tmp_path, text=CLIENT)
    assert [line[3][:6] for line in buffer] == ["SCL201"]
    assert "read:claims" in buffer[0][3]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
def test_columns_count_code_points_in_every_encoding(encoding: str, tmp_path: Path) -> None:
    project(tmp_path)
    cookie = "# -*- coding: latin-1 -*-\n" if encoding == "latin-1" else "\n"
    text = f'{cookie}from app.client import call\n\nx = ["é", call("/tasks")]\n'
    (tmp_path / "app/jobs.py").write_bytes(text.encode(encoding))
    expected = [("app/jobs.py", 4, 11, MISSING[3])]
    assert told("app/jobs.py", folder=tmp_path) == expected
    result = subprocess.run(
        [sys.executable, "-m", "flake8", "--select", "SCL", "-", "--stdin-display-name", "app/jobs.py"],
        input=text.encode(encoding),
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert result.stdout.decode() == "".join(
        f"{path}:{line}:{column}: {message}\n" for path, line, column, message in expected
    )


def test_odd_files_do_not_end_flake8(tmp_path: Path) -> None:
    project(tmp_path, **{"app/a_deep.py": "x = " + "(" * 150 + "1" + ")" * 150 + "\n", "app/a_broken.py": "def (:\n"})
    codes: Sequence[str] = [line[3][:6] for line in told(folder=tmp_path)]
    assert sorted(set(codes)) == ["SCL101", "SCL201"]


def test_the_documentation_lists_its_options() -> None:
    text = (FIXTURES.parent / "docs/integrations.md").read_text(encoding="utf-8")
    shown = flake8("--help", folder=FIXTURES).stdout
    options = set(re.findall(r"--scopelint-[a-z-]+", shown))
    assert options == set(re.findall(r"(?<=`)--scopelint-[a-z-]+", text)) == {name for name, _ in OPTIONS}
