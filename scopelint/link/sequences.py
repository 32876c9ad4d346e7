"""The elements of what can be iterated over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import persistence, text
from scopelint.link.values import (
    ClassValue,
    DictRecord,
    EnumMember,
    Hole,
    InstanceRecord,
    ListRecord,
    Lit,
    Ref,
    Str,
    Tuple,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

MAX_GROWTH = 12
"""Elements that entry points add to one shared list, as others see it."""


def elements(m: Machine, value: Value) -> tuple[tuple[Value, ...], bool]:
    """Return the known elements of an iterable, and whether there may be others."""
    value = m.pick(value)
    if type(value) is Tuple:
        return value.items, False
    if type(value) is ClassValue:
        return tuple(item for item in value.attrs.values() if type(item) is EnumMember), False
    if type(value) is Ref:
        record = m.record(value)
        if type(record) is ListRecord:
            return _with_growth(m, value, record)
        if type(record) is DictRecord:
            return tuple(key_value(key) for key in record.items), record.more
        if type(record) is InstanceRecord:
            return _iterated(m, value, record)
    known = text.known(value)
    if known is not None and len(known) <= 16:
        return tuple(text.of(character) for character in known), False
    return (), True


def note_growth(m: Machine, ref: Ref, values: tuple[Value, ...]) -> None:
    """Note what an entry point adds to a list that others see: one function fills a queue, and another empties it."""
    if ref.id in m.base and all(frame.function is not None for frame in m.frames()):
        known = m.grown.setdefault(ref.id, [])
        for value in values:
            kept = persistence.persist(m, value)
            if kept not in known and len(known) < MAX_GROWTH:
                known.append(kept)
                m.touch(("items", ref.id))
                m.added.add(("items", ref.id))


def _with_growth(m: Machine, ref: Ref, record: ListRecord) -> tuple[tuple[Value, ...], bool]:
    if ref.id not in m.base or ref.id in m.state.heap:  # what this path has made of it counts
        return record.items, record.more
    m.reads.add(("items", ref.id))
    grown = m.grown.get(ref.id)
    if not grown and not record.items and m.live and m.frame.function is not None:
        m.starved.setdefault(ref.id, set()).add(id(m.frame.function.node))
    return ((*record.items, *grown), True) if grown else (record.items, record.more)


def _iterated(m: Machine, value: Ref, record: InstanceRecord) -> tuple[tuple[Value, ...], bool]:
    from scopelint.link import attributes, calls, hierarchy, iteration
    from scopelint.link.values import Arguments

    fields = hierarchy.named_tuple_fields(m, record)
    if fields is not None:
        return fields, False
    site = iteration.site(m)
    for name in ("__iter__", "__aiter__"):
        method = attributes.find_method(m, value, name)
        if method is not None:
            result = calls.call(m, method, Arguments(), site)
            if result != value:
                return elements(m, result)
            step = attributes.find_method(m, value, "__next__" if name == "__iter__" else "__anext__")
            if step is not None:
                return (calls.call(m, step, Arguments(), site),), True
    from scopelint.link import containers

    inner = containers.held(m, value)
    return ((), True) if inner is value else elements(m, inner)


def key_value(key: object) -> Value:
    """Return a dict's key as a value: texts are kept by their content."""
    if type(key) is KeyText or type(key) is KeyTuple:
        return key.value
    if isinstance(key, str):
        return text.of(key)
    return key  # type: ignore[return-value]  # other keys are values


class KeyText(str):
    """A key's content that remembers the text it comes from, so that its origin is not lost."""

    __slots__ = ("value",)
    value: Str


class KeyTuple(tuple[object, ...]):
    """A key that is a tuple, by the keys that its items would be, and the tuple that it comes from."""

    value: Tuple


def key_of(value: Value) -> object:
    """Return the form in which a value is a dict's key: texts by content; None of `MISSING` when it is not known."""
    if type(value) is Tuple:
        inner = [key_of(item) for item in value.items]
        if any(key is None and item is not None for key, item in zip(inner, value.items, strict=True)):
            return None
        made = KeyTuple(inner)
        made.value = value
        return made
    if type(value) is Str:
        if any(type(part) is not Lit for part in value.parts):
            return None if any(type(part) is Hole for part in value.parts) else value
        key = KeyText("".join(part.text for part in value.parts if type(part) is Lit))
        key.value = value
        return key
    return value
