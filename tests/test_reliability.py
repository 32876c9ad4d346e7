"""The account of other people's code complains of what is missing, and of nothing else."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
reliability = importlib.import_module("reliability")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "good.py").write_text('import requests\nrequests.get("https://api.maxcare.ai/v3/patients")\n')
    (tmp_path / "plain.py").write_text("x = 1\n")
    (tmp_path / "tests" / "broken.py").write_text("print 'x'\n")
    return tmp_path


@pytest.mark.parametrize(("run", "analysed"), [("check", 1), (reliability.PARSED, 3), ("calls --all", None)])
def test_every_file_is_accounted_for(folder: Path, run: str, analysed: int | None) -> None:
    tree = reliability.known("a tree", folder)
    assert (len(tree.files), tree.lines, tree.broken) == (3, 4, {"tests/broken.py"})
    outcome = reliability.parse(tree) if run == reliability.PARSED else reliability.account(tree, run)
    assert (outcome.complaints, outcome.analysed, outcome.messages) == ((), analysed, ())
    assert outcome.named == ({"tests/broken.py"} if analysed == 3 else set())


def test_a_file_that_is_lost_is_complained_of(folder: Path) -> None:
    tree = reliability.known("a tree", folder)
    (folder / "plain.py").unlink()
    (folder / "tests" / "broken.py").write_text("x = 1\n")
    parsed, checked = reliability.parse(tree), reliability.account(tree, "check")
    assert parsed.complaints == ("plain.py cannot be read", "tests/broken.py is broken and not named")
    assert checked.complaints == ("it found 2 of 3 files",)
    table = reliability.as_markdown([tree], [parsed, checked])
    assert "| a tree | every file parsed | 2 | 1 | 0 |" in table
    assert "- a tree, check: it found 2 of 3 files" in table
