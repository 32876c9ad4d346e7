"""Made-up values for calls of code that is not known: by annotation, by name, and by what a function does with them."""

from __future__ import annotations

import ast
import asyncio
import concurrent.futures
import contextlib
import datetime
import enum
import functools
import inspect
import io
import itertools
import textwrap
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath
from types import ModuleType

from compared import compared_values
from made_up_values import FILLER, Mood, Record, by_name

MAX_DEPTH = 4  # instances inside instances


class Makers:
    """Makes arguments, and instances of the classes of some modules."""

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        self._classes: dict[str, type] = {}
        self._functions: dict[str, Callable[..., object]] = {}
        self._values: list[object] = []
        self._turns: dict[object, Iterator[object]] = {}
        self._open: list[object] = []  # generators that would close what they gave
        files = [Path(module.__file__) for module in modules if module.__file__]
        Mood.compared.update((name, itertools.cycle(values)) for name, values in compared_values(files).items())
        for module in modules:
            for name, value in vars(module).items():
                with contextlib.suppress(Exception):  # lazy objects may fail when they are looked at
                    if inspect.isclass(value) and value.__module__ == module.__name__:
                        self._classes[value.__name__] = value
                    elif inspect.isfunction(value) and value.__module__ == module.__name__:
                        self._functions[name] = value
                    else:
                        self._values.append(value)

    def arguments(
        self, function: Callable[..., object], choice: str, depth: int = 0
    ) -> tuple[list[object], dict[str, object]]:
        """Return arguments for a call.

        `choice`: "required", only those that must be given; "all", with a value that counts as true for each; "off",
        with the opposite of each flag, and None for what may be None.
        """
        positional: list[object] = []
        named: dict[str, object] = {}
        hints: dict[str, object] = {}
        with contextlib.suppress(Exception):
            hints = typing.get_type_hints(function if not inspect.isclass(function) else function.__init__)
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            optional = parameter.default is not parameter.empty
            if optional and choice == "required" and not _is_dependency(parameter.default):
                continue
            hint = hints.get(parameter.name, parameter.annotation)
            value = self._value(function, parameter, hint, choice, depth)
            if parameter.kind is parameter.KEYWORD_ONLY or optional:
                named[parameter.name] = value
            else:
                positional.append(value)
        return positional, named

    def instance(self, cls: type, choice: str = "required", depth: int = 0) -> object:
        """Return a new instance of a class."""
        if depth > MAX_DEPTH:
            return None
        positional, named = self.arguments(cls, choice, depth + 1)
        return cls(*positional, **named)

    def _value(
        self, function: Callable[..., object], parameter: inspect.Parameter, hint: object, choice: str, depth: int
    ) -> object:
        default = parameter.default
        if isinstance(default, bool):
            return default if choice == "all" and default else choice == "all"
        if choice == "off" and default is None:
            return None
        if _is_dependency(default) and getattr(default, "dependency", None) is not None:
            return self._given(default.dependency, depth)
        if isinstance(default, (int, float, str)) and default not in ("", 0):
            return default
        made = self._by_hint(hint, choice, depth)
        if made is not inspect.Parameter.empty:
            return by_name(parameter.name) if made == FILLER else made
        return self._by_use(function, parameter.name, depth)

    def _by_hint(self, hint: object, choice: str, depth: int) -> object:
        """Return a value of a type; `Parameter.empty` when the annotation says nothing."""
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is typing.Annotated:
            for extra in arguments[1:]:
                dependency = getattr(extra, "dependency", None)
                if dependency is not None:
                    return self._given(dependency, depth)
            return self._by_hint(arguments[0], choice, depth)
        if origin in (typing.Union, types.UnionType):
            inner = [argument for argument in arguments if argument is not type(None)]
            return self._by_hint(inner[0], choice, depth)
        if origin is typing.Literal:
            return self._next_of(hint, arguments)
        plain = origin or hint
        if not inspect.isclass(plain) or plain in (inspect.Parameter.empty, object):
            return inspect.Parameter.empty
        if issubclass(plain, enum.Enum):
            return self._next_of(plain, plain)
        if plain is bool:
            return choice == "all"
        simple = {int: 1, float: 1.0, str: FILLER, bytes: b"zz1", dict: Record(id=FILLER)}
        if plain in simple:
            return simple[plain]
        if plain in (datetime.date, datetime.datetime):
            return plain(2026, 1, 1)
        if issubclass(plain, (typing.IO, io.IOBase)):
            return io.StringIO(FILLER) if "Text" in plain.__name__ or "String" in plain.__name__ else io.BytesIO(b"zz1")
        if issubclass(plain, PurePath):
            return plain(FILLER)
        if plain is datetime.timedelta:
            return datetime.timedelta(1)
        name = plain.__name__
        if name in ("Mapping", "MutableMapping"):
            return Record(id=FILLER)
        if name == "Callable":
            return lambda *_args, **_options: None
        if name in ("list", "tuple", "set", "frozenset", "Iterable", "Sequence", "Iterator", "Collection"):
            item = self._by_hint(arguments[0], choice, depth) if arguments else FILLER
            return [Record(id=FILLER) if item in (inspect.Parameter.empty, FILLER) and not arguments else item]
        if getattr(plain, "_is_protocol", False):
            fitting = [cls for cls in self._classes.values() if cls is not plain and "Client" in cls.__name__]
            return self.instance(fitting[0], depth=depth + 1) if fitting else None
        if plain not in self._classes.values():
            for found in self._of_the_app(plain, depth):
                return found
        with contextlib.suppress(Exception):
            return self.instance(plain, depth=depth + 1)
        return None

    def _next_of(self, kind: object, values: Iterable[object]) -> object:
        """Return one of the values that there are of a kind, and another one the next time."""
        return next(self._turns.setdefault(kind, itertools.cycle(values)))

    def _of_the_app(self, plain: type, depth: int) -> Iterator[object]:
        """Yield what the app itself has of a library's class: a value of a module, what a function returns."""
        yield from (value for value in self._values if type(value) is plain)
        if depth > MAX_DEPTH:
            return
        for function in self._functions.values():
            with contextlib.suppress(Exception):
                returned = typing.get_type_hints(function).get("return")
                if plain in (returned, *typing.get_args(returned)):
                    yield self._given(function, depth)

    def _given(self, dependency: Callable[..., object], depth: int) -> object:
        """Return what a dependency gives, as FastAPI would."""
        positional, named = self.arguments(dependency, "required", depth + 1)
        value = dependency(*positional, **named)
        if inspect.isgenerator(value):
            self._open.append(value)
            return next(value)
        if hasattr(value, "__enter__") and not hasattr(value, "request"):
            return value.__enter__()
        if inspect.isasyncgen(value) or inspect.iscoroutine(value):
            self._open.append(value)
            awaited = value.__anext__() if inspect.isasyncgen(value) else value
            with concurrent.futures.ThreadPoolExecutor(1) as apart:  # a loop may be running here
                return apart.submit(asyncio.run, awaited).result()
        return value

    def _by_use(self, function: Callable[..., object], name: str, depth: int) -> object:
        """Return a value that suits what the function does with the parameter."""
        low = name.lower().strip("_")
        if depth <= MAX_DEPTH:
            for candidate in (low, *(f"{verb}_{low}" for verb in ("get", "make", "create", "open", "new", "build"))):
                if candidate in self._functions and self._functions[candidate] is not function:
                    with contextlib.suppress(Exception):
                        return self._given(self._functions[candidate], depth)
        if low in ("session", "http", "sess"):
            if inspect.iscoroutinefunction(function):
                import httpx

                return httpx.AsyncClient()
            import requests

            return requests.Session()
        if low.endswith(("client", "api")):
            found = [cls for key, cls in self._classes.items() if key.lower().endswith(("client", "api", low))]
            for cls in found:
                with contextlib.suppress(Exception):
                    return self.instance(cls, depth=depth + 1)
        uses = _uses(function, name)
        if "call" in uses:
            return lambda *_args, **_options: Record(id=FILLER)
        if "loop" in uses:
            return [Record(id=FILLER)]
        if "field" in uses:
            return Record(id=FILLER)
        if "with" in uses:
            return contextlib.nullcontext()
        return by_name(name)


def _is_dependency(default: object) -> bool:
    return type(default).__name__ == "Depends"


def _uses(function: Callable[..., object], name: str) -> set[str]:
    """Say what a function does with a parameter: looks fields up, loops over it, calls it."""
    found: set[str] = set()
    with contextlib.suppress(Exception):
        for node in _nodes(function):
            of = getattr(node, "value", None) or getattr(node, "iter", None) or getattr(node, "func", None)
            if not (isinstance(of, ast.Name) and of.id == name):
                continue
            if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) or isinstance(
                getattr(node, "slice", None), ast.Slice
            ):
                found.add("loop")
            elif isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and not hasattr(str, node.attr)):
                found.add("field")
            elif isinstance(node, ast.Call):
                found.add("call")
    return found


@functools.cache
def _nodes(function: Callable[..., object]) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))))
