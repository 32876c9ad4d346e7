"""The GitHub action and the GitLab job: valid by others' schemas, and their scripts run as the runners run them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from cases import FIXTURES
from junitparser import Failure, JUnitXml

import scopelint

HERE = FIXTURES.parent
ACTION = HERE / "action.yml"
JOB = HERE / "ci" / "gitlab.yml"


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("schema", "options", "file"),
    [("vendor.github-actions", (), ACTION), ("vendor.gitlab-ci", ("--data-transform", "gitlab-ci"), JOB)],
)
def test_they_are_valid(schema: str, options: tuple[str, ...], file: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *options, os.fspath(file)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "ok -- validation done\n"), result.stdout + result.stderr


def test_the_versions_that_files_name_are_this_one() -> None:
    version = scopelint.__version__
    assert read(JOB)["scopelint"]["variables"]["SCOPELINT_PACKAGE"] == f"scopelint=={version}"
    assert f"/v{version}/ci/gitlab.yml" in JOB.read_text(encoding="utf-8")
    named = [
        *re.findall(r"(?:rev: |scopelint@|scopelint/)v([\d.]+\d)", (HERE / "README.md").read_text(encoding="utf-8")),
        *re.findall(r"(?:rev: |scopelint@|scopelint/)v([\d.]+\d)", (HERE / "docs/integrations.md").read_text("utf-8")),
    ]
    assert named == [version] * 5


def test_no_text_of_the_workflow_becomes_part_of_a_script() -> None:
    assert all("${{" not in step["run"] for step in read(ACTION)["runs"]["steps"])


def run_step(name: str, folder: Path, runner: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the action as GitHub's runner does, with the inputs' defaults unless they are given."""
    action = read(ACTION)
    (step,) = [step for step in action["runs"]["steps"] if step["name"] == name]
    environment = {
        variable: action["inputs"][value.removeprefix("${{ inputs.").removesuffix(" }}")]["default"]
        for variable, value in step["env"].items()
    }
    script = runner / "step.sh"
    script.write_text(step["run"], encoding="utf-8")
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", os.fspath(script)],
        cwd=folder,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "RUNNER_TEMP": os.fspath(runner),
            "GITHUB_ACTION_PATH": os.fspath(HERE),
            "GITHUB_STEP_SUMMARY": os.fspath(runner / "summary.md"),
            "GITHUB_ENV": os.fspath(runner / "env"),
            "SCOPELINT": os.fspath(Path(sys.executable).parent / "scopelint"),
            **environment,
            **variables,
        },
    )


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    folder = tmp_path / "a runner"
    folder.mkdir()
    (folder / "summary.md").write_text("### an earlier step\n", encoding="utf-8")
    return folder


def app(folder: Path, *declared: str) -> Path:
    (folder / "src").mkdir(parents=True)
    (folder / "src/jobs.py").write_text('import requests\n\nrequests.get("https://api.maxcare.ai/v3/tasks")\n')
    (folder / "max-ai.app.toml").write_text(f"[permissions]\nscopes = {json.dumps(declared)}\n")
    return folder


def test_the_action_annotates_summarises_and_fails(tmp_path: Path, runner: Path) -> None:
    folder = app(tmp_path / "app", "read:claims", "read:tasks")
    result = run_step("Check scopes", folder, runner, SCOPELINT_SARIF="scopelint.sarif")
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout == (
        "::warning file=max-ai.app.toml,line=2,endLine=2,col=11,endColumn=24,title=SCL201 unused-scope::no call needs "
        'read:claims. To do: remove "read:claims" from max-ai.app.toml, or mark its line with "# scopelint: keep"\n'
    )
    summary = (runner / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("### an earlier step\n### scopelint: 1 warning\n")
    sarif = json.loads((folder / "scopelint.sarif").read_text(encoding="utf-8"))
    assert [row["ruleId"] for row in sarif["runs"][0]["results"]] == ["SCL201"]


def test_the_action_passes(tmp_path: Path, runner: Path) -> None:
    folder = app(tmp_path / "app", "read:tasks")
    result = run_step("Check scopes", folder, runner)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert "### scopelint: no findings\n" in (runner / "summary.md").read_text(encoding="utf-8")


def test_the_action_hands_on_options_and_paths(tmp_path: Path, runner: Path) -> None:
    folder = app(tmp_path / "app", "read:claims", "read:tasks")
    app(folder / "an other app")
    failing = run_step("Check scopes", folder, runner, SCOPELINT_ARGS="--fail-on  error --select SCL1,SCL2")
    assert failing.returncode == 1
    assert "title=SCL101 missing-scope" in failing.stdout
    passing = run_step("Check scopes", folder, runner, SCOPELINT_ARGS="--fail-on error", SCOPELINT_PATHS="src\n")
    assert (passing.returncode, passing.stdout.count("\n")) == (0, 1)
    both = run_step("Check scopes", folder, runner, SCOPELINT_PATHS="src\n\nan other app\n")
    assert (both.returncode, both.stdout.count("::error"), both.stdout.count("::warning")) == (1, 1, 1)


@pytest.mark.parametrize("hostile", ["$(touch made)", "`touch made`", "; touch made", "--output=made", "*"])
def test_a_path_is_only_a_path(hostile: str, tmp_path: Path, runner: Path) -> None:
    folder = app(tmp_path / "app")
    result = run_step("Check scopes", folder, runner, SCOPELINT_PATHS=hostile)
    assert result.returncode == 2
    assert result.stderr == f"scopelint: error: Invalid value for '[PATHS]...': Path '{hostile}' does not exist.\n"
    assert not (folder / "made").exists()


@pytest.mark.network
def test_the_action_installs_this_version(tmp_path: Path, runner: Path) -> None:
    result = run_step("Install scopelint", tmp_path, runner, SCOPELINT_PYTHON=sys.executable)
    assert result.returncode == 0, result.stderr
    _, _, program = (runner / "env").read_text(encoding="utf-8").strip().partition("SCOPELINT=")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout == f"scopelint {scopelint.__version__}\n"


def test_the_gitlab_job_leaves_its_reports(tmp_path: Path) -> None:
    folder = app(tmp_path / "app", "read:claims")
    job = read(JOB)["scopelint"]
    install, check = job["script"]
    assert install.endswith('"$SCOPELINT_PACKAGE"')
    programs = os.fspath(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", **job["variables"]}
    result = subprocess.run(["bash", "-e", "-c", check], cwd=folder, env=environment, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (1, "")
    assert "src/jobs.py:3:1: error SCL101 missing-scope\n" in result.stdout
    reports = job["artifacts"]["reports"]
    issues = json.loads((folder / reports["codequality"]).read_text(encoding="utf-8"))
    assert [(issue["check_name"], issue["location"]["path"]) for issue in issues] == [
        ("SCL201", "max-ai.app.toml"),
        ("SCL101", "src/jobs.py"),
    ]
    suites = JUnitXml.fromfile(os.fspath(folder / reports["junit"]))
    assert [(case.name, [type(result) for result in case.result]) for suite in suites for case in suite] == [
        ("SCL201 max-ai.app.toml:2:11", [Failure]),
        ("SCL101 src/jobs.py:3:1", [Failure]),
    ]
    quiet = {**environment, "SCOPELINT_ARGS": "--exit-zero --select SCL9", "SCOPELINT_PATHS": "src max-ai.app.toml"}
    assert subprocess.run(["bash", "-e", "-c", check], cwd=folder, env=quiet, capture_output=True).returncode == 2
    quiet["SCOPELINT_PATHS"] = "src src/jobs.py"
    assert subprocess.run(["bash", "-e", "-c", check], cwd=folder, env=quiet, capture_output=True).returncode == 0
