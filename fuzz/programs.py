"""Random programs that look like apps: all of Python's statements, over names and methods that the linker models."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Choose = Callable[[int], int]
"""Returns a number from 0 up to, and without, the one that is given."""

_NAMES = (
    *("a", "b", "c", "self", "cls", "args", "kwargs", "url", "path", "BASE", "client", "session", "data", "f", "g"),
    *(
        "A",
        "B",
        "requests",
        "httpx",
        "aiohttp",
        "urllib",
        "os",
        "functools",
        "other",
        "settings",
        "dict",
        "list",
        "str",
    ),
    *(
        "len",
        "range",
        "zip",
        "enumerate",
        "sorted",
        "getattr",
        "setattr",
        "map",
        "super",
        "type",
        "isinstance",
        "print",
    ),
    *("urljoin", "partial", "dataclass", "field", "Enum", "environ", "getenv", "int", "tuple", "set", "iter", "next"),
)
_ATTRIBUTES = (
    *("a", "b", "get", "post", "put", "request", "send", "stream", "Session", "Client", "AsyncClient", "base_url"),
    *(
        "headers",
        "format",
        "join",
        "rstrip",
        "strip",
        "lstrip",
        "split",
        "replace",
        "upper",
        "lower",
        "encode",
        "items",
    ),
    *(
        "keys",
        "values",
        "update",
        "append",
        "extend",
        "pop",
        "setdefault",
        "copy",
        "removeprefix",
        "startswith",
        "index",
    ),
    *(
        "environ",
        "getenv",
        "parse",
        "urljoin",
        "partial",
        "wraps",
        "value",
        "name",
        "__init__",
        "__dict__",
        "__class__",
    ),
    *("f", "g", "A", "B", "BASE", "format_map", "partition", "zfill", "path", "url", "json", "status_code", "__name__"),
)
_CONSTANTS = (
    *('"https://api.maxcare.ai"', '"/v3/patients"', '"/v3/{}"', '"{a}/{b!r:>{c}}"', '"%s/%(a)s/%%"', '"GET"', '""'),
    *("'/'", "b'/v3/notes'", "0", "1", "-1", "2**70", "1.5", "None", "True", "False", "...", "1j", '"MAXAI_API_URL"'),
    *('"a"', '"{0[a].b}/{}"', '"{"', '"}"', '"%"', '"%d"', "'\\ud800'", '"/v3/patients?a=b&c=%41#x"', '"//"', '"é"'),
)
_DECORATORS = (
    *("property", "staticmethod", "classmethod", "dataclass", "functools.wraps(f)", "functools.cache", "f", "A"),
    *("contextmanager", "a.setter", "requests.get", "partial(f, 1)", "client.get('/v3/notes')", "override"),
)
_OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "|", "&", "^", "<<", ">>", "@")
_COMPARISONS = ("==", "!=", "<", ">", "in", "not in", "is", "is not")
_IMPORTS = (
    *("import requests", "import httpx as client", "import other", "import other as a, os.path", "from other import *"),
    *("from . import other", "from .other import a as b, f", "from .. import c", "from os import environ, getenv"),
    *("from functools import partial", "from dataclasses import dataclass, field", "from enum import Enum"),
    *("from urllib.parse import urljoin", "import main", "from main import A, f", "from __future__ import annotations"),
)
_DEEPEST = 4


class Programs:
    """Writes programs, each decision made by `choose`."""

    def __init__(self, choose: Choose) -> None:
        self._choose = choose
        self._depth = 0

    def program(self) -> str:
        """Return a module's source."""
        return "\n".join((*(self._one(_IMPORTS) for _ in range(self._choose(4))), *self._block("", 6))) + "\n"

    def _one(self, options: Sequence[str]) -> str:
        return options[self._choose(len(options))]

    def _block(self, indent: str, most: int = 3) -> list[str]:
        lines = [line for _ in range(self._choose(most)) for line in self._statement(indent)]
        return lines or [f"{indent}pass"]

    def _body(self, indent: str) -> list[str]:
        self._depth += 1
        lines = self._block(indent + " ") if self._depth < _DEEPEST else [f"{indent} {self._simple()}"]
        self._depth -= 1
        return lines

    def _statement(self, indent: str) -> list[str]:
        kind = self._choose(18)
        if kind < 8:
            return [indent + self._simple()]
        head, *more = self._compound(kind)
        lines = [f"{indent}@{self._one(_DECORATORS)}" for _ in range(self._choose(3) if kind in (8, 9, 10) else 0)]
        lines += [f"{indent}{head}:", *self._body(indent)]
        for clause in more:
            lines += [f"{indent}{clause}:", *self._body(indent)]
        if kind == 17:
            lines = [f"{indent}match {self._expression()}:"]
            for _ in range(1 + self._choose(3)):
                lines += [f"{indent} case {self._pattern()}:", *self._body(indent + " ")]
        return lines

    def _compound(self, kind: int) -> tuple[str, ...]:
        if kind == 8:
            return (
                f"{self._one(('def', 'async def'))} {self._one(('f', 'g', '__init__', 'a'))}({self._parameters()})",
            )
        if kind == 9:
            return (f"def {self._one(_NAMES)}({self._parameters()}) -> {self._expression()}",)
        if kind == 10:
            return (f"class {self._one(('A', 'B'))}({self._arguments()})",)
        if kind in (11, 12):
            tests = (f"if {self._expression()}", f"elif {self._expression()}", "else")
            return tests[: 1 + self._choose(3)]
        if kind == 13:
            return (f"for {self._target()} in {self._expression()}", "else")[: 1 + self._choose(2)]
        if kind == 14:
            return (f"while {self._expression()}",)
        if kind == 15:
            handlers = ("except Exception as a", f"except {self._expression()}", "except", "finally")
            return ("try", handlers[self._choose(len(handlers))])
        return (f"with {self._expression()} as {self._target()}, {self._expression()}",)

    def _simple(self) -> str:
        kind = self._choose(16)
        if kind < 5:
            return f"{self._target()} = {self._expression()}"
        if kind < 8:
            return self._expression()
        if kind == 8:
            return f"{self._one(_NAMES)} {self._one(_OPERATORS)}= {self._expression()}"
        if kind == 9:
            return f"{self._one(_NAMES)}: {self._expression()} = {self._expression()}"
        if kind < 12:
            return f"return {self._expression()}"
        if kind == 12:
            return f"yield {self._expression()}"
        if kind == 13:
            return self._one(_IMPORTS[:-1])
        if kind == 14:
            return self._one(("pass", "break", "continue", "raise", "del a", "del a[b], c", "raise A(a) from b"))
        return self._one(("global a", "nonlocal a", "assert a, b", "a = b = c", "a, *b = c", "a.b[c] = f(a)"))

    def _target(self) -> str:
        kind = self._choose(6)
        if kind == 0:
            return f"{self._one(_NAMES)}.{self._one(_ATTRIBUTES)}"
        if kind == 1:
            return f"{self._one(_NAMES)}[{self._expression()}]"
        if kind == 2:
            return f"{self._one(_NAMES)}, *{self._one(_NAMES)}"
        return self._one(_NAMES)

    def _parameters(self) -> str:
        forms = (
            *("self", "self, a", "a, b=1", "*args, **kwargs", "self, *args", "a, /, b, *, c=None", "self, **kwargs"),
            *("a: A", "client: requests.Session", "self, url: str = BASE", "", "*, path", "f=f, g=lambda: f"),
        )
        return self._one(forms)

    def _arguments(self) -> str:
        forms = (
            "{}",
            "{}, {}",
            "a={}",
            "{}, url={}",
            "*{}",
            "**{}",
            "*{}, **{}",
            "{}, params={{'a': {}}}",
            "base_url={}",
        )
        form = forms[self._choose(len(forms) + 1) - 1] if self._choose(8) else ""
        return form.format(*(self._expression() for _ in range(2))) if form else ""

    def _pattern(self) -> str:
        forms = (
            *("_", "a", "1", "'GET' | 'POST'", "[a, *b]", "{'a': b, **c}", "A(a, b=1)", "None", "str() as a", "A.a"),
            *("(a, b) if a", "-1", "[]", "{}", "a if f(a)"),
        )
        return self._one(forms)

    def _expression(self) -> str:
        self._depth += 1
        kind = self._choose(26) if self._depth < _DEEPEST + 3 else self._choose(4)
        text = self._leaf(kind) if kind < 6 else self._tree(kind)
        self._depth -= 1
        return text

    def _leaf(self, kind: int) -> str:
        return self._one(_NAMES) if kind < 3 else self._one(_CONSTANTS)

    def _tree(self, kind: int) -> str:
        part = self._expression
        if kind < 10:
            return f"{part()}({self._arguments()})"
        if kind < 14:
            return f"({part()}).{self._one(_ATTRIBUTES)}"
        if kind == 14:
            return f"{self._one(_NAMES)}.{self._one(_ATTRIBUTES)}({self._arguments()})"
        if kind == 15:
            return f"({part()})[{self._one((part(), f'{part()}:', f':{part()}:{part()}', f'{part()}, {part()}'))}]"
        if kind == 16:
            return f"({part()} {self._one(_OPERATORS)} {part()})"
        if kind == 17:
            return f"({part()} {self._one(('and', 'or'))} {part()})"
        if kind == 18:
            return f"({part()} {self._one(_COMPARISONS)} {part()})"
        if kind == 19:
            return f"({part()} if {part()} else {part()})"
        if kind == 20:
            return f'f"{{({self._leaf(self._choose(3))})}}/v3/{{a.b!r:>{{c}}}}"'
        if kind == 21:
            return self._one((f"[{part()}, *{part()}]", f"({part()}, {part()})", f"{{{part()}: {part()}, **{part()}}}"))
        if kind == 22:
            clause = f"for {self._one(_NAMES)} in {part()}"
            return self._one((f"[{part()} {clause}]", f"{{{part()}: {part()} {clause}}}", f"({part()} {clause} if a)"))
        if kind == 23:
            return f"(lambda {self._one(('', 'a', '*a', 'a=1'))}: {part()})"
        if kind == 24:
            return f"(a := {part()})"
        return self._one((f"(await {part()})", f"(not {part()})", f"(-{part()})", f"(yield {part()})", f"{{{part()}}}"))
