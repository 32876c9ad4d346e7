"""Values that outlive what made them: kept past the path, the call or the frame that they came up in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link.bounds import MAX_DATA_DEPTH
from scopelint.link.likeness import contents
from scopelint.link.values import (
    Bound,
    Closure,
    DictRecord,
    FunctionValue,
    InstanceRecord,
    ListRecord,
    OneOf,
    Ref,
    Tuple,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.state import Frame, State
    from scopelint.link.values import Record, Value


def share(m: Machine, value: Value) -> None:
    """Put all objects that `value` reaches on the shared heap, as they are now and with their identities."""
    pending = [value]
    while pending:
        value = pending.pop()
        if type(value) is Ref and value.id in m.state.heap and value.id not in m.base:
            m.base[value.id] = m.state.heap[value.id]
            pending.extend(contents(m.base[value.id]))
        elif type(value) is Tuple:
            pending.extend(value.items)
        elif type(value) is Bound:
            pending.append(value.receiver)


def persist(m: Machine, value: Value) -> Value:
    """Return `value` with all objects that it reaches copied to the shared heap."""
    return _persist(m, value, {})


def _persist(m: Machine, value: Value, done: dict[int, Ref]) -> Value:
    if type(value) is Ref:
        if value.id in done:
            return done[value.id]
        if value.id not in m.state.heap:
            return value
        m.serial += 1
        copy = done[value.id] = Ref(m.serial)
        m.base[copy.id] = _persist_record(m, m.record(value), done)
        return copy
    if type(value) is Tuple:
        return Tuple(tuple(_persist(m, item, done) for item in value.items))
    if type(value) is Bound:
        return Bound(_persist(m, value.function, done), _persist(m, value.receiver, done))
    if type(value) is OneOf:
        return OneOf(tuple(_persist(m, item, done) for item in value.values))
    return value


def _persist_record(m: Machine, record: Record, done: dict[int, Ref]) -> Record:
    if type(record) is ListRecord:
        return ListRecord(record.kind, tuple(_persist(m, item, done) for item in record.items), record.more)
    if type(record) is DictRecord:
        return DictRecord({key: _persist(m, item, done) for key, item in record.items.items()}, record.more)
    assert type(record) is InstanceRecord
    return InstanceRecord(
        record.cls,
        {key: _persist(m, item, done) for key, item in record.attrs.items()},
        tuple(_persist(m, item, done) for item in record.args),
    )


def seal(m: Machine, value: Value, frame: Frame, after: State, depth: int = 0) -> Value:
    """Return `value` with closures of the ending `frame` holding its variables as they are now, in `after`.

    So do the closures in lists and dicts that it reaches, which are changed in `after`.
    """
    if type(value) is FunctionValue and value.closure is not None and value.closure.frame is frame:
        sealed = value.copy()
        sealed.closure = Closure(after.env, None, value.closure.outer)
        return sealed
    if type(value) is Tuple:
        return Tuple(tuple(seal(m, item, frame, after, depth) for item in value.items))
    if type(value) is Bound:
        return Bound(seal(m, value.function, frame, after, depth), value.receiver)
    if type(value) is Ref and depth < MAX_DATA_DEPTH:
        record = after.heap.get(value.id)
        if type(record) is ListRecord:
            items = tuple(seal(m, item, frame, after, depth + 1) for item in record.items)
            if items != record.items:
                after.heap[value.id] = ListRecord(record.kind, items, record.more)
        elif type(record) is DictRecord:
            held = {key: seal(m, item, frame, after, depth + 1) for key, item in record.items.items()}
            if held != record.items:
                after.heap[value.id] = DictRecord(held, record.more)
    return value
