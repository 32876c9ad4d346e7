"""Results of calls that change nothing and send nothing, by what they were given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scopelint.link import refusals
from scopelint.link.state import Outcome
from scopelint.link.values import (
    Bound,
    DictRecord,
    FunctionValue,
    InstanceRecord,
    ListRecord,
    Partial,
    Ref,
)
from scopelint.link.weight import parts

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Record, Value

MAX_REACHED = 120
"""Objects that a call's arguments may reach for its result to be kept."""


class Kept(msgspec.Struct, frozen=True):
    """What a call gave: its values, what shared state it read in which version, and the objects that the key names."""

    values: tuple[Value, ...]
    reads: tuple[tuple[object, int], ...]
    objects: tuple[Record, ...]  # kept alive, since the key holds their identities


class Key(msgspec.Struct, frozen=True):
    """What a result depends on: the function, its arguments, and the objects that these reach, as they are."""

    parts: tuple[object, ...]
    objects: tuple[Record, ...]


def key_of(m: Machine, function: FunctionValue, env: dict[str, Value]) -> Key | None:
    """Return the key of a call, None when its result cannot be kept."""
    if (
        function.closure is not None
        and function.closure.frame is not None
        and function.closure.frame.function is not None
    ):
        return None  # reads variables of a frame that may go on
    reached = {number: record for number, record in m.state.heap.items() if number < 0}  # what was written to globals
    pending: list[Value] = list(env.values())
    while pending:
        value = pending.pop()
        if type(value) is Ref:
            if value.id not in reached:
                record = reached[value.id] = m.record(value)
                if len(reached) > MAX_REACHED:
                    return None
                if type(record) is InstanceRecord:
                    pending.extend(record.attrs.values())
                elif type(record) is ListRecord:
                    pending.extend(record.items)
                elif type(record) is DictRecord:
                    pending.extend(record.items.values())
        elif type(value) is Partial or type(value) is FunctionValue:
            return None
        else:
            pending.extend(parts(value))
    objects = tuple(reached.values())
    identities = tuple((number, id(record)) for number, record in reached.items())
    closure = 0 if function.closure is None else id(function.closure)
    return Key(
        (
            id(function.node),
            closure,
            m.live,
            m.doubt > 0,
            m.wanting > 0,
            m.setting_depth,
            tuple(env.values()),
            identities,
        ),
        objects,
    )


def look_up(m: Machine, key: Key) -> list[Outcome] | None:
    """Return the outcomes of an equal call, None when there was none or what it read has changed since."""
    kept = m.results.get(key.parts)
    if kept is None:
        return None
    for read, version in kept.reads:
        if m.versions.get(read, 0) != version:
            return None
    m.reads.update(read for read, _ in kept.reads)
    if any(read == refusals.NOTED for read, _ in kept.reads):
        refusals.note(m)
    return [Outcome(value, m.state.heap) for value in kept.values]


def keep(m: Machine, key: Key, outcomes: list[Outcome], reads: set[object], heap: dict[int, Record]) -> None:
    """Keep the outcomes of a call, if it changed no object and made none."""
    for outcome in outcomes:
        if outcome.heap is not heap and not _unchanged(outcome.heap, heap):
            return
        if not _is_old(outcome.value, heap, m):
            return
    versions = tuple((read, m.versions.get(read, 0)) for read in reads)
    m.results[key.parts] = Kept(tuple(outcome.value for outcome in outcomes), versions, key.objects)


def _unchanged(after: dict[int, Record], before: dict[int, Record]) -> bool:
    return all(after.get(number) is record for number, record in before.items()) and not any(
        number < 0 and number not in before for number in after
    )


def _is_old(value: Value, heap: dict[int, Record], m: Machine) -> bool:
    if type(value) is Ref:
        return value.id in heap or value.id in m.base
    if type(value) is Bound:
        return _is_old(value.receiver, heap, m)
    if type(value) is FunctionValue:
        return value.closure is None
    return type(value) is not Partial and all(_is_old(part, heap, m) for part in parts(value))
