"""Call what an app's modules define, with made-up arguments, as callers and frameworks would."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import os
import runpy
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from made_up import Makers

CPU_SECONDS = 1  # for one call; what waits does not use them up, and a busy machine does not shorten them
SECONDS = 4  # for one call
MAX_ITEMS = 3  # taken from a generator
MAX_DEPTH = 2  # of generators and contexts inside each other
ROUNDS = ("required", "all", "off")  # which arguments are given: see `Makers.arguments`
_CALLED_DUNDERS = ("__call__", "__iter__", "__aiter__", "__enter__", "__getitem__", "__setitem__", "__delitem__")


_endless: set[str] = set()  # what has not come to an end, by its label: it is not called again


class TooLongError(BaseException):
    """A call has not come to an end: not an `Exception`, which apps catch."""


@contextlib.contextmanager
def guarded(label: str, seconds: float = SECONDS, cpu_seconds: float = CPU_SECONDS) -> Iterator[None]:
    """Let nothing out of the block but the end of the process, and end it when it takes too long."""

    def late(_signal: int, _frame: object) -> None:
        raise TooLongError

    for number, timer, limit in (
        (signal.SIGALRM, signal.ITIMER_REAL, seconds),
        (signal.SIGPROF, signal.ITIMER_PROF, cpu_seconds),
    ):
        signal.signal(number, late)
        signal.setitimer(timer, limit, 1)  # again when the app takes no notice
    try:
        yield
    except (Exception, SystemExit, KeyboardInterrupt, asyncio.CancelledError, TooLongError) as error:
        if isinstance(error, TooLongError):
            _endless.add(label)
        if os.environ.get("DRIVE_VERBOSE"):
            print(f"{label}: {type(error).__name__}: {error}"[:300], file=sys.stderr)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)


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


def drive_all(modules: Iterable[ModuleType], scripts: Iterable[str], makers: Makers) -> None:
    """Call all that the modules define, and run the scripts."""
    for module in modules:
        drive(module, makers)
    for script in (name for name in scripts if name not in _endless):
        with guarded(script):
            runpy.run_module(script, run_name="__main__", alter_sys=False)


def drive(module: ModuleType, makers: Makers) -> None:
    """Call every function that a module defines, and every method of its classes."""
    for name, value in list(vars(module).items()):
        with guarded(f"{module.__name__}.{name}"):
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
    if hasattr(value, "apply_async") and not inspect.isclass(value):  # celery's, which may be made only now
        return value.run  # type: ignore[attr-defined, no-any-return]  # every task has one
    return value if inspect.isfunction(value) else None


def drive_class(cls: type, makers: Makers) -> None:
    """Call the public methods of a class, on new instances."""
    own = [base for base in cls.__mro__ if base.__module__.partition(".")[0] == cls.__module__.partition(".")[0]]
    names = dict.fromkeys(name for base in own for name in vars(base))
    for name in (n for n in names if not n.startswith("_") or n in _CALLED_DUNDERS):
        label = f"{cls.__module__}.{cls.__qualname__}.{name}"

        def member(round_name: str, name: str = name) -> Any:
            return getattr(makers.instance(cls, round_name), name)

        for round_name in rounds_of(cls, getattr(cls, name)):
            if label in _endless:
                break
            with guarded(label):
                if callable(getattr(cls, name)):
                    attempt(functools.partial(member, round_name), makers, round_name)
                else:
                    finish(member(round_name))


def call(function: Callable[..., object], makers: Makers, label: str) -> None:
    """Call a function with each choice of arguments."""
    for round_name in rounds_of(function):
        if label not in _endless:
            with guarded(label):
                attempt(lambda: function, makers, round_name)


def rounds_of(*callables: object) -> tuple[str, ...]:
    """Return the choices of arguments that differ: one is enough where nothing can be left out."""
    for function in (value for value in callables if callable(value)):
        with contextlib.suppress(ValueError, TypeError):
            for parameter in inspect.signature(function).parameters.values():
                if parameter.default is not parameter.empty or "bool" in str(parameter.annotation):
                    return ROUNDS
    return ROUNDS[:1]
