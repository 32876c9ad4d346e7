"""The hooks, by the real pre-commit in a fresh repository that takes this project from a git remote at a tag."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cases import FIXTURES

HERE = FIXTURES.parent
PUBLISHED = ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    command = ["git", *identity, "-c", "core.hooksPath=/dev/null", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def committed(folder: Path) -> None:
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("remote")
    for name in PUBLISHED:
        shutil.copy(HERE / name, folder)
    shutil.copytree(HERE / "scopelint", folder / "scopelint", ignore=shutil.ignore_patterns("__pycache__"))
    committed(folder)
    git(folder, "tag", "v9.9.9")
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder where pre-commit keeps the hooks' environments; both tests use the same."""
    return tmp_path_factory.mktemp("store")


def app(folder: Path, remote: Path, *hooks: str) -> Path:
    files = {
        "src/jobs.py": 'import requests\n\nrequests.get("https://api.maxcare.ai/v3/tasks")\n',
        "max-ai.app.toml": '[permissions]\nscopes = [\n    "read:encounters", # bills\n]\n',
        "src/bills.py": 'import requests\n\nrequests.get("https://api.maxcare.ai/v3/bills")\n',
        "README.md": "An app.\n",
        ".pre-commit-config.yaml": f"repos:\n  - repo: {remote.as_uri()}\n    rev: v9.9.9\n    hooks:\n"
        + "".join(f"      - id: {hook}\n" for hook in hooks),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    committed(folder)
    return folder


def pre_commit(folder: Path, store: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments, "--color", "never"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PRE_COMMIT_HOME": os.fspath(store)},
    )


def test_the_hooks_are_valid() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", os.fspath(HERE / ".pre-commit-hooks.yaml")]
    subprocess.run(command, check=True)


@pytest.mark.network
def test_it_fails_then_is_fixed_then_passes(tmp_path: Path, remote: Path, store: Path) -> None:
    folder = app(tmp_path, remote, "scopelint", "scopelint-fix")
    failing = pre_commit(folder, store, "run", "--all-files", "scopelint")
    assert failing.returncode == 1, failing.stdout + failing.stderr
    assert "src/jobs.py:3:1: error SCL101 missing-scope" in failing.stdout
    assert "SCL302" in failing.stdout
    assert git(folder, "status", "--porcelain") == ""

    fixing = pre_commit(folder, store, "run", "--all-files", "scopelint-fix")
    assert fixing.returncode == 1, fixing.stdout + fixing.stderr
    assert "- files were modified by this hook" in fixing.stdout
    assert git(folder, "status", "--porcelain") == " M max-ai.app.toml\n"
    manifest = (folder / "max-ai.app.toml").read_text(encoding="utf-8")
    assert manifest == '[permissions]\nscopes = [\n    "read:bills", # bills\n    "read:tasks",\n]\n'

    git(folder, "add", "max-ai.app.toml")
    passing = pre_commit(folder, store, "run", "--all-files")
    assert [line.rstrip(".").split(".")[0] for line in passing.stdout.splitlines()] == ["scopelint", "scopelint fix"]
    assert (passing.stdout.count("Passed"), passing.returncode) == (2, 0)


@pytest.mark.network
def test_a_change_has_the_whole_project_checked_and_prose_has_not(tmp_path: Path, remote: Path, store: Path) -> None:
    folder = app(tmp_path, remote, "scopelint")
    (folder / "README.md").write_text("An app that bills.\n", encoding="utf-8")
    git(folder, "add", "README.md")
    assert "(no files to check)Skipped" in pre_commit(folder, store, "run").stdout
    (folder / "src/bills.py").write_text("", encoding="utf-8")
    git(folder, "add", "src/bills.py")
    changed = pre_commit(folder, store, "run")
    assert changed.returncode == 1
    assert all(code in changed.stdout for code in ("src/jobs.py:3:1: error SCL101", "max-ai.app.toml:3:5: warning SCL"))
