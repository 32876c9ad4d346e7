"""The table of what frameworks do with the code that they are given. Source: `frameworks.toml` beside this file."""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import Path

import msgspec

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class Methods(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Methods that frameworks hang on functions, by what they do: see the comments in the table."""

    call: frozenset[str]
    give_back: frozenset[str]
    fill: frozenset[str]
    map: frozenset[str]
    map_arguments: frozenset[str]
    by_name: frozenset[str]
    by_name_with_lists: frozenset[str]
    by_last_name: frozenset[str]

    @property
    def naming(self) -> frozenset[str]:
        """The methods that are given a function by its name."""
        return self.by_name | self.by_name_with_lists | self.by_last_name


class Stream(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the classes under a base, by pattern, declare a request: see the comments in the table."""

    base: str
    address: str
    path: str
    methods: tuple[str, ...]
    query: str
    join: str = "concat"


class Frameworks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table: see the comments in it."""

    models: frozenset[str]
    decorators: frozenset[str]
    fields: frozenset[str]
    columns: tuple[str, ...]
    wrappers: frozenset[str]
    makers: dict[str, str]
    proxies: frozenset[str]
    contexts: tuple[str, ...]
    called: frozenset[str]
    reached: dict[str, tuple[str, ...]]
    given: dict[str, tuple[str, ...]]
    methods: Methods
    sources: frozenset[str]
    streams: tuple[Stream, ...]
    loaders: dict[str, tuple[str, ...]]
    hooks: dict[str, tuple[str, ...]]


@cache
def load() -> Frameworks:
    """Return the table."""
    source = Path(__file__).with_name("frameworks.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(source), Frameworks)


@lru_cache(maxsize=1024)
def is_column(name: str) -> bool:
    """Say whether the objects of a class, by its qualified name, describe what instances of another class hold."""
    return any(fnmatchcase(name, pattern) for pattern in load().columns)
