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
