"""Code that belongs to no app, where apps that may use it are near."""

from pathlib import Path

import pytest
from running import run

CALL = 'import requests\nrequests.get("https://api.maxcare.ai/v3/tasks")\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Make a repository of five apps and of code beside them."""
    for name in ("apps/one", "apps/two", "apps/three", "four", ".hidden", "deep/er/down"):
        folder = tmp_path / "tree" / name
        folder.mkdir(parents=True)
        (folder / "max-ai.app.toml").write_text("")
    (tmp_path / "tree/common/inner").mkdir(parents=True)
    (tmp_path / "tree/common/inner/client.py").write_text(CALL)
    (tmp_path / "tree/.git").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other/max-ai.app.toml").write_text("")
    return tmp_path / "tree"


def told(command: str, *folders: str, where: str) -> str:
    apps = f"scopelint {command} {' '.join(folders)}"
    return (
        f"no max-ai.app.toml lies in {where} or above; the apps near it count what they use of it: {apps} (and 1 more)"
    )


@pytest.mark.parametrize("name", ["text", "json", "concise"])
def test_shared_code_alone_is_told_where_its_apps_are(name: str, tree: Path) -> None:
    done = run(tree, "check", "--no-cache", "--format", name, "common")
    note = told("check", "apps/one", "apps/three", "apps/two", where="common")
    assert (done.returncode, done.stderr) == (0, f"scopelint: note: no scope is judged, since {note}\n")
    done = run(tree / "common/inner", "fix", "--no-cache")
    error = told("fix", "../../apps/one", "../../apps/three", "../../apps/two", where=".")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"scopelint: error: {error}\n")


def test_nothing_is_said_of_apps_without_a_repository(tree: Path) -> None:
    (tree / ".git").rmdir()
    done = run(tree, "check", "--no-cache", "common")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("No manifest (max-ai.app.toml) was found.")
