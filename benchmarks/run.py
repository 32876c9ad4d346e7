"""Measure scopelint beside other linters, and hold it to its budgets.

    python benchmarks/run.py [--runs N] [--corpora FOLDER] [--skip-tree] [--write docs/performance.md]

Runs alternate between the tools and medians are compared, so that only ratios count, not the machine.
"""

import argparse
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import corpora
from corpora import Corpus
from measure import Subject, Time, alternating, once, peak_memory

SETTLED = 2.5  # seconds, after which the cache trusts the times of files
SCOPELINT = (sys.executable, "-m", "scopelint")
RUFF = ("ruff", "check", "--isolated", "--no-cache", "--select", "F")
PEERS = {
    "ruff": RUFF,
    "flake8": ("flake8", "--isolated"),
    "bandit": ("bandit", "-r", "-q"),
    "fixit": ("fixit", "lint"),
    "semgrep": ("semgrep", "scan", "--quiet", "--metrics=off", "--lang=python", "--pattern=requests.get(...)"),
}


@dataclass(frozen=True)
class Row:
    """One line of the table of times."""

    corpus: str
    tool: str
    time: Time
    lines: int


@dataclass(frozen=True)
class Verdict:
    """A budget, what was measured, and whether it holds."""

    budget: str
    measured: float
    limit: float
    at_least: bool = False
    unit: str = ""

    @property
    def holds(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def check(folder: Path, *options: str) -> tuple[str, ...]:
    return (*SCOPELINT, "check", *options, str(folder))


def peer_commands(folder: Path) -> Iterator[Subject]:
    """Yield the other linters that are installed beside this Python or on the path."""
    beside = os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", "")
    for name, command in PEERS.items():
        program = shutil.which(command[0], path=beside)
        if program:
            yield Subject(name, (program, *command[1:], str(folder)))


class Changing:
    """An app in which one file changes between runs, and the cache of those runs."""

    COMMENT = "# {}\n"
    CODE = "\n\ndef changed_{}():\n    return None\n"

    def __init__(self, folder: Path, cache: str) -> None:
        self.command = check(folder, "--cache-dir", cache)
        self._file = max(folder.rglob("part_*.py"))
        self._text = self._file.read_text(encoding="utf-8")
        self._changes = 0

    def change(self, addition: str) -> None:
        """Add something to the file that no run has seen, after a run of the app as it was."""
        self.settle()
        self._changes += 1
        self._file.write_text(self._text + addition.format(self._changes), encoding="utf-8")

    def settle(self) -> None:
        """Put the file back, and run once nothing changes any more."""
        if self._file.read_text(encoding="utf-8") != self._text:
            self._file.write_text(self._text, encoding="utf-8")
            time.sleep(SETTLED)
        once(self.command)


def measure_tree(tree: Corpus, runs: int) -> Iterator[Row | Verdict]:
    ruff = next((subject for subject in peer_commands(tree.folder) if subject.name == "ruff"), None)
    cold = Subject("scopelint", check(tree.folder, "--no-cache"))
    times = alternating([cold, ruff] if ruff else [cold], runs)
    yield from (Row("large tree", name, taken, tree.lines) for name, taken in times.items())
    if ruff:
        yield Verdict("large tree, cold: of ruff's time", times["scopelint"].wall / times["ruff"].wall, 0.5)
    memory = peak_memory(cold.command)
    if memory is not None:
        yield Verdict("large tree: peak memory", memory, 200, unit=" MB")


def measure_apps(sizes: Sequence[Corpus], runs: int) -> Iterator[Row | Verdict]:
    small, medium, large = sizes
    peers = [Subject("scopelint", check(small.folder, "--no-cache")), *peer_commands(small.folder)]
    yield from (Row("small app", name, taken, small.lines) for name, taken in alternating(peers, runs).items())
    with tempfile.TemporaryDirectory() as cache:
        changing = Changing(large.folder, cache)
        subjects = [
            Subject("medium, cold", check(medium.folder, "--no-cache")),
            Subject("large, cold", check(large.folder, "--no-cache")),
            Subject("large, one file changed", changing.command, partial(changing.change, Changing.CODE)),
            Subject("large, one comment changed", changing.command, partial(changing.change, Changing.COMMENT)),
            Subject("large, warm", changing.command, changing.settle),
        ]
        times = alternating(subjects, runs)
        changing.settle()
    medium_cold = times["medium, cold"]
    lines = {"medium, cold": medium.lines}
    yield from (Row(name, "scopelint", taken, lines.get(name, large.lines)) for name, taken in times.items())
    cold = times["large, cold"]
    yield Verdict("every file relevant, cold: lines a second a core", large.lines / cold.cpu, 10_000, at_least=True)
    yield Verdict("large app, warm: of cold", times["large, warm"].wall / cold.wall, 0.15)
    for changed in ("one file changed", "one comment changed"):
        yield Verdict(f"large app, {changed}: of cold", times[f"large, {changed}"].wall / cold.wall, 0.25)
    # By processor time: growth is a matter of the work, and other programs' work disturbs the clock more.
    exponent = math.log(cold.cpu / medium_cold.cpu) / math.log(large.lines / medium.lines)
    yield Verdict("twice the relevant lines: times the processor time", 2**exponent, 2.2)


def measure_start(runs: int) -> Iterator[Row | Verdict]:
    subjects = [
        Subject("scopelint --version", (*SCOPELINT, "--version")),
        Subject("import click", (sys.executable, "-c", "import click")),
    ]
    times = alternating(subjects, runs * 3)
    yield from (Row("start", name, taken, 0) for name, taken in times.items())
    ratio = times["scopelint --version"].wall / times["import click"].wall
    yield Verdict("scopelint --version: of an import of click", ratio, 2.5)


def as_markdown(results: Sequence[Row | Verdict], runs: int) -> str:
    """Show the results as two tables."""
    text = [
        "# Performance",
        "",
        f"Medians of {runs} runs, which alternate between the tools, with Python {platform.python_version()} on "
        f"{os.cpu_count()} cores. Compare ratios, not seconds. `python benchmarks/run.py` measures it again.",
        "",
        "| budget | measured | limit | holds |",
        "|---|---|---|---|",
    ]
    for verdict in (result for result in results if isinstance(result, Verdict)):
        sign = "≥" if verdict.at_least else "≤"
        measured, limit = (
            f"{value:,.0f}" if value >= 100 else f"{value:.2f}" for value in (verdict.measured, verdict.limit)
        )
        holds = "yes" if verdict.holds else "**no**"
        text.append(f"| {verdict.budget} | {measured}{verdict.unit} | {sign} {limit}{verdict.unit} | {holds} |")
    text += [
        "",
        "| code | tool | seconds | processor seconds | thousand lines a second a core |",
        "|---|---|---|---|---|",
    ]
    for row in (result for result in results if isinstance(result, Row)):
        rate = f"{row.lines / 1000 / row.time.cpu:.0f}" if row.lines else ""
        text.append(f"| {row.corpus} | {row.tool} | {row.time.wall:.2f} | {row.time.cpu:.2f} | {rate} |")
    return "\n".join(text) + "\n"


def default_corpora() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("scopelint-benchmarks", appauthor=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of each command that count (default: 5)")
    parser.add_argument(
        "--corpora", type=Path, help="where the measured code lies (default: in the user's cache folder)"
    )
    parser.add_argument("--skip-tree", action="store_true", help="leave out the large tree, which has to be downloaded")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables to this file, too")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else a working copy is compiled in every run, as no installed one
    folder = (options.corpora or default_corpora()).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    results: list[Row | Verdict] = list(measure_start(options.runs))
    if not options.skip_tree:
        try:
            results += measure_tree(corpora.tree(folder), options.runs)
        except subprocess.CalledProcessError:
            print("The large tree is left out: pip could not download its packages.", file=sys.stderr)
    results += measure_apps([corpora.app(folder, lines) for lines in corpora.APP_SIZES], options.runs)
    table = as_markdown(results, options.runs)
    print(table, end="")
    if options.write:
        options.write.write_text(table, encoding="utf-8")
    return 0 if all(result.holds for result in results if isinstance(result, Verdict)) else 1


if __name__ == "__main__":
    sys.exit(main())
