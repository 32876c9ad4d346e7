"""Drive an app: import its modules and call what they define, with made-up arguments; every host is the stub.

Run as a program in the app's folder: `drive_app.py PORT AUTHORITY PLAN RESULT`. It writes to the file RESULT, as
JSON, which modules could not be imported and why. Nothing that goes wrong in the app ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import inspect
import json
import os
import runpy
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

from made_up import FILLER, Makers, Mood, Record

SECONDS = 3  # for one call
IMPORT_SECONDS = 20  # for one module, on a busy machine
MAX_ITEMS = 3  # taken from a generator
MAX_DEPTH = 2  # of generators and contexts inside each other
ROUNDS = ("required", "all", "off")  # which arguments are given: see `Makers.arguments`


@dataclass
class Plan:
    """What is driven: modules by name, scripts among them, folders to import from, and code to run besides."""

    roots: list[str]
    modules: list[str]
    scripts: list[str]
    argv: list[str] = field(default_factory=list)
    code: str = ""
    alone: bool = False  # only the code: nothing is called by itself


def redirect(port: int, authority: str) -> None:
    """Lead every connection of this process, and of those that it starts, to the stub; nothing waits for long."""

    def to_stub(*_arguments: object, **_options: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    socket.getaddrinfo = to_stub  # type: ignore[assignment]
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy"):
        os.environ[name] = f"http://127.0.0.1:{port}"
    os.environ.pop("no_proxy", None)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        os.environ[name] = authority
    with contextlib.suppress(ImportError):
        import certifi

        certifi.where = lambda: authority
    time.sleep = lambda _seconds: None
    pause = asyncio.sleep
    asyncio.sleep = lambda _seconds, *rest: pause(0, *rest)  # type: ignore[assignment]


def use_settings(modules: list[str]) -> None:
    """Let Django take the app's settings, when it has any."""
    found = [name for name in modules if name.rpartition(".")[2] == "settings"]
    if found:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", found[0])


def answers_have_every_key() -> None:
    """Let decoded JSON objects answer for keys that they do not have."""
    modules: list[Any] = [json]
    with contextlib.suppress(ImportError):
        modules.append(importlib.import_module("simplejson"))  # which requests prefers
    for module in modules:
        module.loads = _decoded(module.loads)


def _decoded(loads: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(loads)
    def decoded(text: str | bytes, **options: Any) -> object:
        options.setdefault("object_hook", Record)
        return loads(text, **options)

    return decoded


@contextlib.contextmanager
def guarded(seconds: int = SECONDS) -> Iterator[None]:
    """Let nothing out of the block but the end of the process, and end it when it takes too long."""

    def late(_signal: int, _frame: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except (Exception, SystemExit, KeyboardInterrupt, asyncio.CancelledError) as error:
        if os.environ.get("DRIVE_VERBOSE"):
            print(f"    {type(error).__name__}: {error}"[:300], file=sys.stderr)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def finish(value: object, depth: int = 0) -> None:
    """Await, iterate and enter what a call gave, as a caller would."""
    if inspect.isawaitable(value) or hasattr(value, "__aiter__"):
        asyncio.run(finish_async(value))
    elif inspect.isgenerator(value):
        for _, item in zip(range(MAX_ITEMS), value, strict=False):
            if depth < MAX_DEPTH:
                finish(item, depth + 1)
        value.close()
    elif hasattr(value, "__enter__") and not hasattr(value, "read") and depth < MAX_DEPTH:
        with value as inner:  # type: ignore[attr-defined]  # tested
            finish(inner, depth + 1)


async def finish_async(value: object) -> None:
    """Do the same in a running loop."""
    if inspect.isawaitable(value):
        value = await asyncio.wait_for(value, SECONDS)
    if hasattr(value, "__aiter__"):
        count = 0
        async for _ in value:
            count += 1
            if count >= MAX_ITEMS:
                break


def attempt(make: Callable[[], Callable[..., object]], makers: Makers, round_name: str) -> None:
    """Call what `make` gives, with arguments made for it; all of it in a loop when it is asynchronous."""

    async def inside() -> None:
        function = make()
        positional, named = makers.arguments(function, round_name)
        await finish_async(function(*positional, **named))

    function = make()
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        asyncio.run(inside())
    else:
        positional, named = makers.arguments(function, round_name)
        finish(function(*positional, **named))


def drive(module: ModuleType, makers: Makers) -> None:
    """Call every function that a module defines, and every method of its classes."""
    for name, value in list(vars(module).items()):
        with guarded():
            function = _function_of(value)
            if inspect.isclass(value) and value.__module__ == module.__name__:
                drive_class(value, makers)
            elif function is not None and function.__module__ == module.__name__ and not name.startswith("__"):
                call(function, makers, f"{module.__name__}.{name}")


def _function_of(value: object) -> Callable[..., object] | None:
    """Return the function behind what a name is bound to: itself, or what a framework's object holds."""
    for attribute in ("callback", "run", "func", "__wrapped__"):  # click, celery, partials and kin
        inner = value.__dict__.get(attribute) if hasattr(value, "__dict__") and not inspect.isclass(value) else None
        if isinstance(inner, FunctionType) and not isinstance(value, FunctionType):
            return inner
    return value if inspect.isfunction(value) else None


def drive_class(cls: type, makers: Makers) -> None:
    """Call the public methods of a class, on new instances."""
    own = [base for base in cls.__mro__ if base.__module__.partition(".")[0] == cls.__module__.partition(".")[0]]
    names = dict.fromkeys(name for base in own for name in vars(base))
    for name in (n for n in names if not n.startswith("_") or n in ("__call__", "__iter__", "__aiter__", "__enter__")):
        for round_name in ROUNDS:
            with guarded():
                if callable(getattr(cls, name)):
                    attempt(lambda: getattr(makers.instance(cls, round_name), name), makers, round_name)  # noqa: B023
                else:
                    finish(getattr(makers.instance(cls, round_name), name))


def call(function: Callable[..., object], makers: Makers, label: str) -> None:
    """Call a function with each choice of arguments."""
    for round_name in ROUNDS:
        if os.environ.get("DRIVE_VERBOSE"):
            print(f"  {label} ({round_name})", file=sys.stderr)
        with guarded():
            attempt(lambda: function, makers, round_name)


def main() -> None:
    """Do what the plan says."""
    redirect(int(sys.argv[1]), sys.argv[2])
    answers_have_every_key()
    plan = Plan(**json.JSONDecoder().decode(sys.argv[3]))
    sys.path[:0] = [os.path.abspath(root) for root in plan.roots]
    sys.dont_write_bytecode = True
    use_settings(plan.modules)
    missing: dict[str, str] = {}
    modules: list[ModuleType] = []
    result = os.path.abspath(sys.argv[4])
    sys.argv = ["app", *(plan.argv or [FILLER] * 3)]
    with open(FILLER, "w") as file:
        file.write("{}")
    for name in plan.modules:
        missing[name] = "takes too long"
        with guarded(IMPORT_SECONDS):
            try:
                modules.append(importlib.import_module(name))
                del missing[name]
            except (Exception, SystemExit) as error:
                missing[name] = f"{type(error).__name__}: {error}"
    makers = Makers(modules)
    if not plan.alone:
        for Mood.bright in (False, True, True, True):
            for module in modules:
                drive(module, makers)
            for script in plan.scripts:
                with guarded():
                    runpy.run_module(script, run_name="__main__", alter_sys=False)
    if plan.code:
        exec(compile(plan.code, "plan", "exec"), {"finish": finish, "Record": Record})
    with open(result, "w") as file:
        json.dump(missing, file)
    os._exit(0)  # whatever threads and loops the app has left


if __name__ == "__main__":
    main()
