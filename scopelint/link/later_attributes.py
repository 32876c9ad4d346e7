"""Attributes that a constructor does not set: written later, set by other methods, or only declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import hierarchy
from scopelint.link.bounds import MAX_DEAD_STEPS
from scopelint.link.items import MISSING, Missing
from scopelint.link.likeness import one_of
from scopelint.link.trial import trial
from scopelint.link.values import Bound, ClassValue, InstanceRecord, Ref, Unknown, Why

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


def with_later_writes(m: Machine, ref: Ref, record: InstanceRecord, name: str) -> Value:
    """Return an attribute's value with what other code wrote to it, for objects that are shared."""
    value = record.attrs.get(name, MISSING)
    if ref.id in m.state.heap and ref.id not in m.base:
        return Unknown(Why(f"attribute '{name}'", "", 0, name)) if isinstance(value, Missing) else value
    m.reads.add(("attribute", ref.id, name))
    written = m.written.get((ref.id, name), ())
    if isinstance(value, Missing):
        return (
            one_of(written) if written else Unknown(Why(f"attribute '{name}' is set nowhere that is seen", "", 0, name))
        )
    if not written or m.state.heap.get(ref.id) is not None:
        return value
    return one_of((value, *written))


def holds(m: Machine, value: Value, name: str) -> bool:
    """Say whether an instance itself, not its class, has an attribute."""
    record = m.instance(value)
    if record is None or type(value) is not Ref:
        return False
    m.reads.add(("attribute", value.id, name))
    return name in record.attrs or bool(m.written.get((value.id, name)))


def by_annotation(m: Machine, record: InstanceRecord, name: str) -> Value | None:
    """Return an instance for an attribute that is only declared: `client: MaxClient` in the class body."""
    if type(record.cls) is not ClassValue:
        return None
    from scopelint.link import handed

    for base in record.cls.mro:
        if type(base) is ClassValue and name in base.fields:
            kind = handed.annotation(m, base.fields[name], base.module)
            return handed.by_annotation(
                m, kind, Unknown(Why(f"attribute '{name}' is set nowhere that is seen", "", 0, name))
            )
    return None


def set_by_methods(m: Machine, ref: Ref, record: InstanceRecord, name: str) -> Value | Missing:
    """Return what methods other than the constructor set an attribute to (`setUp`, `connect`), by running them."""
    if type(record.cls) is not ClassValue or (ref.id, name) in m.setting or m.setting_depth > 2:
        return MISSING
    running = {frame.function.node for frame in m.frames() if frame.function is not None}
    setters = [
        function for base in record.cls.mro if type(base) is ClassValue for function in hierarchy.setters(m, base, name)
    ]
    if any(function.node in running for function in setters):
        return MISSING  # it is being set now, where it is used for the first time
    if not setters:
        return MISSING
    from scopelint.link import calls, handed

    found: list[Value] = []
    m.setting.add((ref.id, name))
    try:
        with trial(m) as shown:
            for function in setters[:3]:
                copy = m.new(m.record(ref))
                calls.call(m, Bound(function, copy), handed.parameters(m, function, True), None)
                after = m.record(copy)
                if type(after) is InstanceRecord and after.attrs.get(name, None) is not None:
                    found.append(after.attrs[name])
    finally:
        m.setting.discard((ref.id, name))
    if shown.cut:
        m.bound(f"more than {MAX_DEAD_STEPS} steps of methods that set the attribute '{name}'")
    return one_of(found) if found else MISSING
