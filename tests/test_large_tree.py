"""An app in a tree of 10,000 files says the same, however it is read: the benchmark's own tree, which is downloaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from running import run

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
WRITE_TREE = "import sys, pathlib, corpora; print(corpora.tree(pathlib.Path(sys.argv[1])).folder)"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpora")
    done = subprocess.run(
        [sys.executable, "-c", WRITE_TREE, str(folder)], cwd=BENCHMARKS, capture_output=True, text=True, check=True
    )
    return Path(done.stdout.strip())


def told(tree: Path, *options: str) -> object:
    return json.loads(run(tree, "check", "--format", "json", *options, ".").stdout)


@pytest.mark.network
def test_neither_processes_nor_the_cache_change_anything(tree: Path, tmp_path: Path) -> None:
    cold = told(tree, "--no-cache", "--jobs", "1")
    assert cold == told(tree, "--no-cache", "--jobs", "2")
    for _ in ("written", "read"):
        assert cold == told(tree, "--cache-dir", str(tmp_path))


@pytest.mark.network
def test_the_sieve_changes_nothing(tree: Path) -> None:
    with_sieve = told(tree, "--no-cache")
    (tree / "scopelint.toml").write_text("sieve = false\n")
    without = told(tree, "--no-cache")
    (tree / "scopelint.toml").unlink()
    for report in (with_sieve, without):
        assert isinstance(report, dict)
        del report["summary"]  # it says how many files were read
    assert without == with_sieve


@pytest.mark.network
def test_flake8_says_the_same_of_the_app(tree: Path) -> None:
    report = told(tree, "--no-cache")
    assert isinstance(report, dict)
    found = {(row["path"], row["line"], row["code"]) for row in report["findings"] if row["path"].endswith(".py")}
    app = next(tree.rglob("max-ai.app.toml")).parent
    command = [
        sys.executable,
        "-m",
        "flake8",
        "--isolated",
        "--select",
        "SCL",
        "--format",
        "%(path)s:%(row)d:%(code)s:%(text)s",
    ]
    shown = subprocess.run([*command, app.relative_to(tree).as_posix()], cwd=tree, capture_output=True, text=True)
    assert shown.stderr == ""
    rows = [line.split(":", 3) for line in shown.stdout.splitlines()]
    here = [
        row for row in rows if "max-ai.app.toml:" not in row[3]
    ]  # what is about the manifest stands in a first line
    assert {(Path(path).as_posix(), int(line), code) for path, line, code, _ in here} == found != set()
