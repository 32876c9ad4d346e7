"""Dotted paths in configuration files: `stockbot.jobs.StockJobs.weekly` in a scheduler's YAML refers to code."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

MAX_BYTES = 256 * 1024
"""Larger files are data, not configuration."""
_PATH = re.compile(r"(?<![\w.@/:-])[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)+(?![\w/@-])")


def dotted_paths(root: Path, files: Sequence[str]) -> frozenset[str]:
    """Return the dotted paths that configuration files mention outside of comments, with dots for colons."""
    found: set[str] = set()
    for file in files:
        path = os.path.join(root, file)
        try:
            if os.path.getsize(path) > MAX_BYTES:
                continue
            text = Path(path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        for line in text.splitlines():
            if not line.lstrip().startswith(("#", ";", "//")):
                found.update(match.group().replace(":", ".") for match in _PATH.finditer(line))
    return frozenset(found)
