"""Completion in the real shells, each with the script that `scopelint completion` prints."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from running import run

PROGRAMS = Path(sys.executable).parent
PATIENCE = 60  # seconds until a shell is taken for one that says nothing

Complete = Callable[[str, Path], set[str]]


def environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"],
        "TERM": "dumb",
    }


def in_bash(line: str, folder: Path) -> set[str]:
    """Return what bash offers; it splits words at colons, as it does in a real line."""
    words = [part for word in line.split(" ") for part in word.replace(":", "\0:\0").split("\0")]
    script = (
        'eval "$(scopelint completion bash)"\n'
        f"COMP_WORDS=({' '.join(map(shlex.quote, words))}) COMP_CWORD={len(words) - 1}\n"
        '_scopelint_completion scopelint; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    return set(output(["bash", "--norc", "-c", script], folder).split())


def in_fish(line: str, folder: Path) -> set[str]:
    script = f"scopelint completion fish | source; complete -C {shlex.quote(line)}"
    return {row.split("\t")[0] for row in output(["fish", "--no-config", "-c", script], folder).splitlines()}


def output(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.stderr == ""
    return done.stdout


def in_zsh(line: str, folder: Path) -> set[str]:
    """Return what the script hands to zsh's completion system, which works at a terminal alone."""
    words = line.split(" ")
    script = (
        "compdef() {}\n"
        'compadd() { print -rl -- "${(@P)argv[-1]}" }\n'
        '_describe() { print -rl -- "${(@)${(@P)3}%%:*}" }\n'
        'eval "$(scopelint completion zsh)"\n'
        f"words=({' '.join(map(shlex.quote, words))}) CURRENT={len(words)}\n"
        "_scopelint_completion"
    )
    return set(output(["zsh", "-f", "-c", script], folder).split())


SHELLS: tuple[tuple[str, Complete], ...] = (("bash", in_bash), ("zsh", in_zsh), ("fish", in_fish))


@pytest.mark.parametrize(
    ("line", "offered", "not_offered"),
    [
        ("scopelint c", {"check", "calls", "catalog", "completion"}, {"fix"}),
        ("scopelint --fo", {"--format"}, {"--fail-on"}),
        ("scopelint check --fa", {"--fail-on"}, {"--format"}),
        ("scopelint --format s", {"sarif"}, {"json"}),
        ("scopelint explain SCL10", {"SCL101", "SCL102", "SCL103"}, {"SCL201"}),
        ("scopelint catalog ", {"show", "import"}, {"check"}),
    ],
)
@pytest.mark.parametrize(("shell", "complete"), SHELLS, ids=[name for name, _ in SHELLS])
def test_what_a_shell_offers(
    shell: str, complete: Complete, line: str, offered: set[str], not_offered: set[str], tmp_path: Path
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    found = complete(line, tmp_path)
    assert offered <= found
    assert not found & not_offered


@pytest.mark.parametrize(
    ("shell", "complete", "offered"),
    [("bash", in_bash, {"notes"}), ("zsh", in_zsh, {"read:notes"}), ("fish", in_fish, {"read:notes"})],
)
def test_a_scope_is_completed_after_its_colon(
    shell: str, complete: Complete, offered: set[str], tmp_path: Path
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    assert complete("scopelint explain read:no", tmp_path) == offered


def test_an_unknown_shell_is_one_line(tmp_path: Path) -> None:
    done = run(tmp_path, "completion", "tcsh")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == "scopelint: error: Invalid value for '{bash|zsh|fish}': 'tcsh' is not one of 'bash', 'zsh', 'fish'.\n"
    )
