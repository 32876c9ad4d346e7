"""The table of what frameworks do with the code that they are given. Source: `frameworks.toml` beside this file."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import msgspec

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class Frameworks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table: see the comments in it."""

    models: frozenset[str]
    decorators: frozenset[str]
    fields: frozenset[str]
    makers: dict[str, str]
    hooks: dict[str, tuple[str, ...]]


@cache
def load() -> Frameworks:
    """Return the table."""
    source = Path(__file__).with_name("frameworks.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(source), Frameworks)
