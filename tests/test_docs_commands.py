"""The tutorial, the explanations and the how-to pages: their files are written, their commands run and compared."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGES = (DOCS / "tutorial.md", DOCS / "resolution.md", *sorted((DOCS / "how-to").glob("*.md")))
BLOCK = re.compile(r"^```(?P<kind>.*)\n(?P<body>(?:.*\n)*?)```$", re.MULTILINE)
FILE = re.compile(r":caption: (?P<path>\S+)\n\n(?P<text>(?:.*\n)*)")
BETWEEN = "\x1e"  # what is printed after each command, with its exit code


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_do_what_the_page_says(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    ran = 0
    for block in BLOCK.finditer(page.read_text("utf-8")):
        if file := FILE.match(block["body"]):
            path = folder / file["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file["text"], "utf-8")
        elif block["kind"] == "console":
            ran += 1
            run(block["body"], folder, tmp_path)
    assert ran, "the page runs nothing"


def run(session: str, folder: Path, scratch: Path) -> None:
    """Run a block's commands in one shell; a block that shows any output shows all of it."""
    commands = re.findall(r"^\$ (.*)$", session, re.MULTILINE)
    script = "\n".join(rf"{command}; code=$?; printf '\036%s\n' $code; (exit $code)" for command in commands)
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(scratch),
        "XDG_CACHE_HOME": str(scratch / "cache"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INDEX": "1",  # scopelint is there already
    }
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    pieces = re.split(rf"{BETWEEN}(\d+)\n", done.stdout)
    outputs, codes = pieces[:-1:2], pieces[1::2]
    for command, code, following in zip(commands, codes, [*commands[1:], ""], strict=True):
        assert code == "0" or following == "echo $?", f"{command} ended with {code}: {done.stdout}{done.stderr}"
    shown = "".join(f"$ {command}\n{output}" for command, output in zip(commands, outputs, strict=True))
    if any(not line.startswith("$ ") for line in session.splitlines()):
        assert shown == session
