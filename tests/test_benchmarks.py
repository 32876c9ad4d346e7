"""The generated apps are valid Python in which every file calls the API, and the sieve keeps them all."""

import ast
import importlib
import sys
from pathlib import Path

import pytest

from scopelint.catalog.load import load_bundled
from scopelint.discover import discover
from scopelint.sieve import Markers, sieve

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

apps = importlib.import_module("apps")
run = importlib.import_module("run")
measure = importlib.import_module("measure")


@pytest.mark.parametrize(("lines", "files"), [(1000, None), (10_000, None), (3000, 30)])
def test_size(lines: int, files: int | None) -> None:
    app = apps.generate(lines, files=files)
    assert app == apps.generate(lines, files=files)
    assert app.lines == pytest.approx(lines, rel=0.1)
    if files:
        assert sum(path.endswith(".py") for path in app.files) == files
    for path, text in app.files.items():
        if path.endswith(".py"):
            ast.parse(text, path)


def test_needs_are_rows_of_the_table() -> None:
    rows = {(row.method, row.shape): row for row in load_bundled().endpoints}
    for operation in apps.OPERATIONS:
        method, _, path = operation.endpoint.partition(" ")
        row = rows[method, tuple("{}" if "{" in part else part for part in path.strip("/").split("/"))]
        assert (operation.scope,) in row.scopes or any(operation.scope in group for group in row.scopes)


def test_the_sieve_keeps_every_file_that_calls(tmp_path: Path) -> None:
    apps.write(apps.generate(3000), tmp_path)
    catalog = load_bundled()
    markers = Markers.of_platform(
        catalog.hosts, catalog.prefix, [row.path for row in catalog.endpoints], catalog.variables
    )
    python = discover(tmp_path).python
    left_out = set(python) - set(sieve(tmp_path, python, markers).paths)
    assert {path.rpartition("/")[2] for path in left_out} == {"__init__.py"}


def test_a_command_that_crashes_is_not_measured() -> None:
    assert measure.once([sys.executable, "-c", "raise SystemExit(1)"]).wall > 0
    with pytest.raises(RuntimeError, match="No module named"):
        measure.once([sys.executable, "-m", "no_such_module"])


def test_the_table_of_results() -> None:
    results = [
        run.Row("small app", "ruff", measure.Time(0.5, 0.25), 10_000),
        run.Verdict("time", 0.6, 0.5),
        run.Verdict("rate", 12_345.6, 10_000, at_least=True, unit=" lines"),
    ]
    table = run.as_markdown(results, 3)
    assert "| time | 0.60 | ≤ 0.50 | **no** |\n" in table
    assert "| rate | 12,346 lines | ≥ 10,000 lines | yes |\n" in table
    assert "| small app | ruff | 0.50 | 0.25 | 40 |\n" in table
