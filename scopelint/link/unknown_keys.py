"""What dicts keep under keys that are not known: things that can be called, or have methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link.likeness import one_of
from scopelint.link.sequences import KeyTuple
from scopelint.link.values import Bound, ClassValue, FunctionValue, Str, Unknown, Why

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import DictRecord, Value

_KEY = Unknown(Why("a key that is not known"))
"""The key under which they are kept: as a value, it is not known."""


def add(m: Machine, kept: dict[object, Value], item: Value) -> None:
    """Add to a dict's items what is stored under a key that is not known, unless it is plain data."""
    if m.instance(item) is not None or type(item) in (FunctionValue, Bound, ClassValue):
        kept[_KEY] = one_of((kept[_KEY], item)) if _KEY in kept else item


def may_be_any(record: DictRecord, key: object) -> bool:
    """Say whether a key that a dict is read by is one that only the environment knows, and so any of its keys."""
    parts = key if type(key) is KeyTuple else (key,)
    return any(type(part) is Str for part in parts) and key not in record.items


def held(record: DictRecord) -> tuple[Value, ...]:
    """Return what a dict has under keys that are not known, as far as it was kept."""
    return (record.items[_KEY],) if _KEY in record.items else ()
