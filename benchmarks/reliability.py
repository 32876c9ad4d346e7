"""Run scopelint over other people's code, and hold it to account for every file.

    python benchmarks/reliability.py [--corpora FOLDER] [--write docs/reliability.md]

The code is this Python's standard library with its tests, some of which are broken on purpose, and the contents of
fifty popular packages. Each is checked, its calls are listed, and every file is parsed, whatever the sieve says of it.
"""

import argparse
import ast
import json
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import peak_memory_of
from run import SCOPELINT, default_corpora

from scopelint.cache import Cache
from scopelint.facts.ir import Unreadable
from scopelint.parsing import FactsReader

PACKAGES = [
    "aiohttp",
    "attrs",
    "azure-core",
    "bcrypt",
    "beautifulsoup4",
    "boto3",
    "botocore",
    "cachetools",
    "celery",
    "certifi",
    "charset-normalizer",
    "click",
    "cryptography",
    "django",
    "docutils",
    "fastapi",
    "flask",
    "fsspec",
    "google-api-core",
    "google-auth",
    "httpx",
    "hvac",
    "idna",
    "jinja2",
    "jsonschema",
    "kubernetes",
    "markdown",
    "marshmallow",
    "mypy",
    "networkx",
    "openai",
    "packaging",
    "paramiko",
    "pip",
    "psutil",
    "pydantic",
    "pygments",
    "pytest",
    "python-dateutil",
    "pyyaml",
    "redis",
    "requests",
    "rich",
    "setuptools",
    "slack-sdk",
    "sqlalchemy",
    "stripe",
    "tornado",
    "twilio",
    "urllib3",
]
PARSED = "every file parsed"
RUNS = {
    "check": ("check", "--config", "scopelint.toml"),
    "calls --all": ("calls", "--all", "--config", "scopelint.toml"),
}
LIMIT = 3_600.0  # seconds of one run
MANIFEST = "[permissions]\nscopes = []\n"
_DONE = ".complete"


@dataclass(frozen=True)
class Tree:
    """A folder of code: its Python files, and those of them that Python itself cannot parse."""

    name: str
    folder: Path
    files: frozenset[str]
    lines: int
    broken: frozenset[str]


@dataclass(frozen=True)
class Outcome:
    """What one run did: seconds, megabytes, files named as unreadable, and what it owes."""

    tree: str
    run: str
    seconds: float
    memory: float | None
    analysed: int | None
    named: frozenset[str]
    messages: tuple[str, ...]
    complaints: tuple[str, ...]


def standard_library(corpora: Path) -> Path:
    """Return a copy of this Python's library, without what is installed in it."""
    folder = corpora / "standard-library"
    if not (folder / _DONE).exists():
        ignored = shutil.ignore_patterns("site-packages", "dist-packages", "__pycache__", "*.so", "*.pyc")
        shutil.copytree(sysconfig.get_path("stdlib"), folder, ignore=ignored, symlinks=True, dirs_exist_ok=True)
        (folder / _DONE).touch()
    return folder


def packages(corpora: Path) -> Path:
    """Return the contents of the packages; raises subprocess.CalledProcessError when pip cannot install them."""
    folder = corpora / "packages"
    if not (folder / _DONE).exists():
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-compile",
            "--only-binary=:all:",
        ]
        subprocess.run([*command, "--target", str(folder), *PACKAGES], check=True)
        (folder / _DONE).touch()
    return folder


def known(name: str, folder: Path) -> Tree:
    """Return what there is in a folder, by this Python's own parser; writes a manifest and a configuration."""
    (folder / "max-ai.app.toml").write_text(MANIFEST, encoding="utf-8")
    (folder / "scopelint.toml").write_text("include-tests = true\n", encoding="utf-8")
    files, broken, lines = set(), set(), 0
    for file in sorted((*folder.rglob("*.py"), *folder.rglob("*.pyw"))):
        if file.is_file() and not file.is_symlink():
            path = file.relative_to(folder).as_posix()
            source = file.read_bytes()
            files.add(path)
            lines += source.count(b"\n")
            if not parses(source):
                broken.add(path)
    return Tree(name, folder, frozenset(files), lines, frozenset(broken))


def parses(source: bytes) -> bool:
    """Say whether this Python can parse a file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def account(tree: Tree, name: str, limit: float = LIMIT) -> Outcome:
    """Run scopelint over a tree, and compare what it says with what is there; end it after `limit` seconds."""
    command = [*SCOPELINT, *RUNS[name], "--no-cache", "--format", "json", "."]
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=tree.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    stop = threading.Timer(limit, process.kill)
    stop.start()
    memory, output, error = peak_memory_of(process, every=0.1)
    stop.cancel()
    seconds = time.perf_counter() - start
    complaints = [f"it says {line}" for line in error.splitlines()[-3:]]
    if process.returncode not in (0, 1):
        late = seconds >= limit
        complaints.append(f"it did not end in {limit:.0f} s" if late else f"it ended with {process.returncode}")
    try:
        report = json.loads(output)
    except ValueError:
        return Outcome(tree.name, name, seconds, memory, None, frozenset(), (), (*complaints, "no report"))
    rows = [row for row in report["findings"] if row["code"] == "SCL902"]
    named = frozenset(row["path"] for row in rows)
    complaints += [f"not analysed: {clause}" for clause in report["incomplete"]]
    complaints += [f"{path} is named and is no Python file" for path in sorted(named - tree.files)]
    analysed = None
    if "summary" in report:
        counts = report["summary"]
        analysed = counts["analysed"]
        if counts["files"] != len(tree.files):
            complaints.append(f"it found {counts['files']} of {len(tree.files)} files")
        if counts["unreadable"] != len(named):
            complaints.append(f"it counts {counts['unreadable']} unreadable files and names {len(named)}")
    refused = tuple(f"{row['path']}: {row['message']}" for row in rows if row["path"] not in tree.broken)
    return Outcome(tree.name, name, seconds, memory, analysed, named, refused, tuple(complaints))


def parse(tree: Tree) -> Outcome:
    """Parse every file as a run without the sieve does: each gives facts, or says why not."""
    start = time.perf_counter()
    reader = FactsReader(str(tree.folder), {}, Cache(None), None, 0)
    reader.read_all(sorted(tree.files))
    unreadable = {path: facts for path, facts in reader.facts.items() if isinstance(facts, Unreadable)}
    named = frozenset(unreadable)
    complaints = [f"{path} {reason}" for path, reason in sorted(reader.lost.items())]
    complaints += [f"{path} is not accounted for" for path in sorted(tree.files - reader.facts.keys())]
    complaints += [f"{path} is broken and not named" for path in sorted(tree.broken - named)]
    refused = tuple(f"{path}: {unreadable[path].message}" for path in sorted(named - tree.broken))
    seconds = time.perf_counter() - start
    read = len(reader.facts) - len(reader.lost)
    return Outcome(tree.name, PARSED, seconds, None, read, named, refused, tuple(complaints))


FINDING = "this file cannot be read as Python: "  # how a finding begins what the parser says


def as_markdown(trees: Sequence[Tree], outcomes: Sequence[Outcome]) -> str:
    """Show what was measured, what could not be read, and every complaint."""
    text = [
        f"Python {platform.python_version()}. `python benchmarks/reliability.py` measures it again.",
        "",
        "| code | Python files | lines | that Python cannot parse |",
        "|---|---|---|---|",
        *(f"| {tree.name} | {len(tree.files):,} | {tree.lines:,} | {len(tree.broken)} |" for tree in trees),
        "",
        "| code | run | files read | sieved out | SCL902 | seconds | peak memory | complaints |",
        "|---|---|---|---|---|---|---|---|",
    ]
    sizes = {tree.name: len(tree.files) for tree in trees}
    for row in outcomes:
        read = "" if row.analysed is None else f"{row.analysed - len(row.named):,}"
        sieved = "" if row.analysed is None else f"{sizes[row.tree] - row.analysed:,}"
        memory = "" if row.memory is None else f"{row.memory:.0f} MB"
        text.append(
            f"| {row.tree} | {row.run} | {read} | {sieved} | {len(row.named)} | {row.seconds:.0f} | {memory} "
            f"| {len(row.complaints) or 'none'} |"
        )
    refused = sorted({message.replace(FINDING, "") for row in outcomes for message in row.messages})
    if refused:
        text += ["", "SCL902 for files that this Python can parse:", "", *(f"- {escaped(line)}" for line in refused)]
    complaints = [f"{row.tree}, {row.run}: {complaint}" for row in outcomes for complaint in row.complaints]
    if complaints:
        text += ["", "Complaints:", "", *(f"- {escaped(line)}" for line in complaints)]
    return "\n".join(text) + "\n"


def escaped(text: str) -> str:
    return re.sub(r"([\\`*_<>\[\]|])", r"\\\1", text)


def trees(corpora: Path) -> Iterator[Tree]:
    library = standard_library(corpora)
    if not (library / "test").is_dir():
        print("This Python came without its tests (Debian's package: libpython3-testsuite).", file=sys.stderr)
    yield known("standard library and its tests", library)
    yield known(f"{len(PACKAGES)} packages", packages(corpora))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--corpora", type=Path, help="where the code lies (default: in the user's cache folder)")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds of one run (default: 3600)")
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="write the tables between the marks of this file, too"
    )
    options = parser.parse_args()
    folder = (options.corpora or default_corpora()).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    known_trees = list(trees(folder))
    outcomes = []
    for tree in known_trees:
        for name in (PARSED, *RUNS):
            outcomes.append(parse(tree) if name == PARSED else account(tree, name, options.limit))
            print(f"{tree.name}, {name}: {outcomes[-1].seconds:.0f} s", file=sys.stderr)
    table = as_markdown(known_trees, outcomes)
    print(table, end="")
    if options.write:
        begin, end = "<!-- figures -->\n", "<!-- /figures -->"
        before, _, rest = options.write.read_text(encoding="utf-8").partition(begin)
        options.write.write_text(f"{before}{begin}{table}{end}{rest.partition(end)[2]}", encoding="utf-8")
    return 1 if any(row.complaints for row in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
