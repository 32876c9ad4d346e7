"""What is written to attributes of objects, classes and modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import attributes, deposits, hierarchy, module_globals, payload, persistence, text
from scopelint.link.bounds import MAX_ALTERNATIVES
from scopelint.link.items import MISSING, Missing
from scopelint.link.likeness import one_of
from scopelint.link.values import (
    Arguments,
    Bound,
    ClassValue,
    External,
    FunctionValue,
    InstanceRecord,
    Method,
    ModuleValue,
    Property,
    Ref,
    Unknown,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


def set_attribute(m: Machine, target: Value, name: str, value: Value) -> None:
    """Execute `target.name = value`."""
    if payload.is_payload(name):
        value = payload.blank(m, value)
    if type(target) is Ref:
        record = m.record(target)
        if type(record) is not InstanceRecord:
            return
        setter = hierarchy.class_attribute(m, record.cls, "__setattr__")
        if isinstance(setter, FunctionValue) and not any(f.function is setter for f in m.frames()):
            from scopelint.link import calls

            calls.call(m, Bound(setter, target), Arguments((text.of(name), value)), None)
            return
        descriptor = hierarchy.class_attribute(m, record.cls, name)
        if isinstance(descriptor, Property) and descriptor.setter is not None:
            from scopelint.link import calls

            calls.call(m, descriptor.setter, Arguments((target, value)), None)
            return
        if type(descriptor) is Ref and (method := attributes.find_method(m, descriptor, "__set__")) is not None:
            from scopelint.link import calls

            calls.call(m, method, Arguments((target, value)), None)
            return
        store(m, target, name, value)
        if type(value) is not Unknown and hierarchy.external_base(record.cls) is not None:
            deposits.leave(m, target, name, value)
    elif type(target) is ClassValue:
        before = target.attrs.get(name, MISSING)
        kept = persistence.persist(m, value)
        if before != kept:
            target.attrs[name] = kept if isinstance(before, Missing) else one_of((before, kept))
            m.touch(("class", id(target), name))
    elif type(target) is ModuleValue:
        module = m.modules.get(target.path) if target.path.endswith(".py") else None  # no folder
        if module is not None:
            module_globals.write_global(m, module, name, value)
    elif type(target) is External:
        seen = m.outside.setdefault(f"{target.name}.{name}", [])
        copy = persistence.persist(m, value)
        if copy not in seen and len(seen) < MAX_ALTERNATIVES:
            seen.append(copy)
            m.touch(("outside", f"{target.name}.{name}"))
        deposits.leave(m, target, name, value)
    elif type(target) is Unknown or type(target) is Method:
        deposits.leave(m, target, name, value)


def store(m: Machine, target: Value, name: str, value: Value) -> None:
    """Keep an attribute of an instance, past `__setattr__`, properties and descriptors."""
    record = m.instance(target)
    if record is None or type(target) is not Ref:
        return
    if payload.is_payload(name):
        value = payload.blank(m, value)
    m.put(target, InstanceRecord(record.cls, {**record.attrs, name: value}, record.args))
    if target.id in m.base:
        written = m.written.setdefault((target.id, name), [])
        kept = _shared(m, value, written) if target == m.command_context else persistence.persist(m, value)
        if kept not in written and len(written) < MAX_ALTERNATIVES and record.attrs.get(name, MISSING) != kept:
            written.append(kept)
            m.touch(("attribute", target.id, name))


def _shared(m: Machine, value: Value, written: list[Value]) -> Value:
    """Return one of the values that equals `value`, else `value` itself, whose later changes all will see."""
    from scopelint.link import classes

    content = classes.freeze(m, value, 0, {})
    for other in written:
        if classes.freeze(m, other, 0, {}) == content:
            return other
    persistence.share(m, value)
    return value
