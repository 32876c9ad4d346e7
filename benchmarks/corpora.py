"""The code that is measured: apps of three sizes, and a large tree of other people's packages with one app in it."""

import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import apps

# Wheels of pure Python; together 2 million lines in 10,000 files.
PACKAGES = ("homeassistant==2024.3.3", "django==5.2", "sympy==1.14.0", "ansible-core==2.19.0")
APP_SIZES = (10_000, 40_000, 160_000)  # lines
APP_IN_TREE = {"lines": 3_000, "files": 30}
_DONE = ".complete"


@dataclass(frozen=True)
class Corpus:
    """A folder of code and how much is in it."""

    folder: Path
    files: int
    lines: int


def app(corpora: Path, lines: int) -> Corpus:
    """Return the generated app of that size, written when it is not there yet."""
    folder = corpora / f"app-{lines}"
    if not (folder / _DONE).exists():
        apps.write(apps.generate(lines), folder)
        (folder / _DONE).touch()
    return _counted(folder)


def tree(corpora: Path) -> Corpus:
    """Return the large tree, downloaded and unpacked when it is not there yet.

    Raises subprocess.CalledProcessError when pip cannot download the packages.
    """
    folder = corpora / "tree"
    if not (folder / _DONE).exists():
        wheels = corpora / "wheels"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "--dest", str(wheels), *PACKAGES], check=True)
        for wheel in sorted(wheels.glob("*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(folder / wheel.name.partition("-")[0])
        apps.write(apps.generate(**APP_IN_TREE), folder / "clinic")
        (folder / _DONE).touch()
    return _counted(folder)


def _counted(folder: Path) -> Corpus:
    files = sorted(folder.rglob("*.py"))
    return Corpus(folder, len(files), sum(file.read_bytes().count(b"\n") for file in files))
