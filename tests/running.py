"""The command line in a process of its own, as a user starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = (sys.executable, "-m", "scopelint")
HERE = Path(__file__).parents[1]


def environment(**more: str) -> dict[str, str]:
    """Return the environment in which the command finds this working copy."""
    return {**os.environ, "PYTHONPATH": str(HERE), **more}


def run(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder; `more` are variables of its environment."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=300,
        check=False,
    )
