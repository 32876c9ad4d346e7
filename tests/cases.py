"""The annotated mini-projects under `fixtures/`: what they expect, and what scopelint says of them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

FIXTURES = Path(__file__).parent.parent / "fixtures"
CASES = tuple(sorted(path for path in (FIXTURES / "cases").glob("*/*") if path.is_dir()))
CALL_CASES = tuple(sorted(path for path in (FIXTURES / "calls").glob("*") if path.is_dir()))

Expected = tuple[str, int, str, str]  # path, line, code, scope or ""

_MARK = re.compile(r"#\s*(expect|todo|call):\s*([^#]*)")
_SUFFIXES = {".py", ".toml", ".json", ".yaml", ".yml", ".ts", ".sh"}


def marks(folder: Path, kind: str) -> list[tuple[str, int, str]]:
    """Return path, line and text of the marks of a kind, one entry for each part between semicolons."""
    found: list[tuple[str, int, str]] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix not in _SUFFIXES or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            for match in _MARK.finditer(line):
                if match.group(1) == kind:
                    parts = [part.strip() for part in match.group(2).split(";")]
                    found.extend((path.relative_to(folder).as_posix(), number, part) for part in parts if part)
    return found


def expectations(folder: Path) -> list[Expected]:
    """Return what a case expects."""
    found = []
    for path, line, part in marks(folder, "expect"):
        code, _, scope = part.partition(" ")
        found.append((path, line, code, scope.strip()))
    return found


def difference(expected: list[Expected], actual: list[Expected]) -> tuple[list[Expected], list[Expected]]:
    """Return what was expected and not found, and what was found and not expected; a scope counts when it is given."""
    rest = Counter(actual)
    missing = []
    for item in sorted(expected, key=lambda item: not item[3]):
        options = [other for other in rest if other[:3] == item[:3] and (not item[3] or other[3] == item[3])]
        if options:
            rest[options[0]] -= 1
            rest += Counter()
        else:
            missing.append(item)
    return missing, sorted(rest.elements())
