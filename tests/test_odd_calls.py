"""Calls that would fail when they run: the functions that scopelint knows, given too little, too much, or nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import run

from scopelint.link import builtin_models, command_lines, introspection, libraries, stdlib_models

MODELS = sorted(
    {
        *builtin_models.FUNCTIONS,
        *stdlib_models.FUNCTIONS,
        *introspection.FUNCTIONS,
        *command_lines.FUNCTIONS,
        *libraries.load().calls,
        *libraries.load().clients,
        *libraries.load().requests,
    }
)
ARGUMENTS = (
    *("", "None", "''", "'/'", "0", "-1", "[]", "{}", "()", "x", "print", "self", "int", "lambda: 0", "*x", "**x"),
    *("x, x", "None, None", "'', ''", "'/', 0", "[], []", "{}, {}", "self, ''", "int, x", "x, 'a', 'b'", "0, 0, 0"),
    *("key=x", "url=None", "*(), **{}", "'', *x, **x", "x, x, x, x, x, x"),
)
METHODS = sorted(
    {name for kind in (str, bytes, list, dict, set, tuple, int, type(lambda: 0)) for name in dir(kind)}
    | {name for client in libraries.load().clients.values() for name in client.methods}
)
RECEIVERS = (
    "''",
    "'/a'",
    "b''",
    "[]",
    "['a']",
    "{}",
    "{'a': 1}",
    "set()",
    "()",
    "0",
    "None",
    "x",
    "print",
    "self",
    "int",
)


def app(folder: Path, calls: list[str]) -> None:
    """Write a module that makes each of the calls in a function of its own, which sends what it gets."""
    modules = sorted({call.partition("(")[0].rpartition(".")[0] for call in calls} - {""})
    heads = [f"import {name}\n" for name in modules]
    functions = [f"def f{number}(self, x):\n    requests.get({call})\n" for number, call in enumerate(calls)]
    plain = 'import requests\nrequests.get("https://api.maxcare.ai/v3/patients")\n'
    (folder / "app.py").write_text("".join((*heads, plain, *functions)))


def is_told(folder: Path) -> None:
    done = run(folder, "calls", "--all", "--no-cache")
    assert "could not be followed" not in done.stdout + done.stderr
    assert done.returncode == 0, done.stderr
    assert "/v3/patients" in done.stdout


@pytest.mark.parametrize("start", range(0, len(MODELS), 100))
def test_functions_given_anything(start: int, tmp_path: Path) -> None:
    names = [name.removeprefix("builtins.").removesuffix("()") for name in MODELS[start : start + 100]]
    app(tmp_path, [f"{name}({arguments})" for name in names for arguments in ARGUMENTS])
    is_told(tmp_path)


@pytest.mark.parametrize("receiver", RECEIVERS)
def test_methods_given_anything(receiver: str, tmp_path: Path) -> None:
    some = ARGUMENTS[::3]
    app(tmp_path, [f"({receiver}).{name}({arguments})" for name in METHODS for arguments in some])
    is_told(tmp_path)
