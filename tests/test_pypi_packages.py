"""Published packages that call other vendors' APIs: `calls --all` against lists made by reading their source.

Each list in `tests/data/packages` begins with the requirement that is downloaded. A line is the place of the call that
fixes the endpoint, the method and the path. What stands in brackets is left out when an argument is empty; a path
without it is neither wanted nor wrong, and so is what a line with a question mark describes.
"""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import pytest

from scopelint import pipeline
from scopelint.config import Config

LISTS = sorted((Path(__file__).parent / "data" / "packages").glob("*.txt"))
LEAST = 0.95  # of recall, and of precision
TARGET = "3.13"  # the Python that the wheels are for: they are read, never run

Call = tuple[str, str, str]  # "path:line", method, path template


class Expected(NamedTuple):
    """What a list says: the requirement, the calls, and what besides them would not be wrong."""

    requirement: str
    wanted: set[Call]
    possible: set[Call]
    patterns: list[Call]

    def allows(self, call: Call) -> bool:
        """Say whether a call is none that the code cannot send."""
        return any(stands_for(call, wanted) for wanted in self.possible) or any(
            call[:2] == pattern[:2] and fnmatchcase(call[2], pattern[2]) for pattern in self.patterns
        )


def stands_for(call: Call, wanted: Call) -> bool:
    """Say whether a call is a wanted one, or one with a value that the type of its parameter names: `Literal["a"]`."""
    if call[:2] != wanted[:2]:
        return False
    return re.fullmatch(re.escape(wanted[2]).replace(re.escape("{}"), r"(\{\}|[\w-]+)"), call[2]) is not None


def read(file: Path) -> Expected:
    lines = file.read_text().splitlines()
    wanted: set[Call] = set()
    possible: set[Call] = set()
    patterns: list[Call] = []
    for line in lines:
        if line.startswith("#"):
            continue
        place, method, path = line.removeprefix("? ").split()
        if line.startswith("?"):
            patterns.append((place, method, path))
            continue
        wanted.add((place, method, re.sub(r"[\[\]]", "", path)))
        parts = re.split(r"(\[[^]]*\])", path)
        options = [("", part[1:-1]) if part.startswith("[") else (part,) for part in parts]
        possible.update((place, method, "".join(choice)) for choice in itertools.product(*options))
    return Expected(lines[0].removeprefix("# ").partition(":")[0], wanted, possible, patterns)


def download(requirement: str, folder: Path) -> Path:
    """Return a folder with the package's modules."""
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
            *("--only-binary", ":all:", "--python-version", TARGET, "--dest", str(folder), requirement),
        ],
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "source")
    return folder / "source"


@pytest.mark.network
@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.stem)
def test_calls_of_a_package(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = read(file)
    assert len(expected.wanted) >= 25
    monkeypatch.chdir(download(expected.requirement, tmp_path))
    report = pipeline.calls(["."], Config(no_cache=True), every_host=True)
    calls = [matched.call for app in report.apps for matched in app.calls]
    said = {(f"{c.span.path}:{c.span.line}", c.method or "?", c.path) for c in calls if c.path is not None}
    claims = {claim for claim in said if "{...}" not in claim[2]}  # the others say that they are not known
    wrong = sorted(claim for claim in claims if not expected.allows(claim))
    found = {wanted for wanted in expected.wanted if any(stands_for(claim, wanted) for claim in claims)}
    recall = len(found) / len(expected.wanted)
    precision = 1 - len(wrong) / len(claims) if claims else 0.0
    missed = sorted(expected.wanted - found)
    with capsys.disabled():
        print(
            f"\n{expected.requirement}: {len(expected.wanted)} calls, recall {recall:.3f}, precision {precision:.3f}, "
        )
        print(f"    {len(calls) - len(claims)} told as not known")
    assert recall >= LEAST, missed
    assert precision >= LEAST, wrong
