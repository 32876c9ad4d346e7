"""Objects that stand for another one, each time they are used: werkzeug's `LocalProxy`, Django's `SimpleLazyObject`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import frameworks, hierarchy, text
from scopelint.link.values import (
    AnnotatedType,
    Arguments,
    Bound,
    ClassValue,
    External,
    FunctionValue,
    InstanceRecord,
    Partial,
    Ref,
    Tuple,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_PROXIES = frameworks.load().proxies


def target(m: Machine, record: InstanceRecord) -> Value | None:
    """Return what a proxy stands for now, None for other objects."""
    base = hierarchy.external_base(record.cls)
    if base is None or base.name not in _PROXIES or not record.args:
        return None
    from scopelint.link import attributes, calls

    held = m.pick(record.args[0])
    name = text.known(record.args[1]) if len(record.args) > 1 else None
    inner = m.instance(held)
    if inner is not None and inner.cls == External("contextvars.ContextVar"):
        held = calls.call(m, attributes.get_attribute(m, held, "get", None), Arguments(), None)
    elif type(held) in (FunctionValue, Bound, Partial):
        held = calls.call(m, held, Arguments(), None)
    return held if name is None else attributes.get_attribute(m, held, name, None)


_CARRIED = "__carried__"


def carrier(m: Machine, kind: AnnotatedType) -> Value | None:
    """Return an object of a framework whose annotation names classes of the program, as `Info[Context, None]` does.

    Somewhere under its attributes lies an object of such a class: the first attribute that the class has is its own.
    """
    kinds = tuple(item for item in kind.metadata if type(item) is ClassValue)
    if type(kind.type) is not External or not kinds:
        return None
    return m.new(InstanceRecord(kind.type, {_CARRIED: Tuple(kinds)}, ()))


def carried(m: Machine, ref: Ref, record: InstanceRecord, name: str) -> Value | None:
    """Return an attribute of what an annotated object of a framework leads to, None for other objects."""
    kinds = record.attrs.get(_CARRIED)
    if type(kinds) is not Tuple:
        return None
    from scopelint.link import assumed, attributes, flow

    for kind in kinds.items:
        for base in kind.mro if type(kind) is ClassValue else ():
            if type(base) is not ClassValue:
                continue
            init = base.attrs.get("__init__")
            assigned = flow.assigned_attributes(init.node) if type(init) is FunctionValue else ()
            if name in base.attrs or name in base.fields or name in assigned:
                return attributes.get_attribute(m, assumed.instance_for(m, kind), name, None)  # type: ignore[arg-type]  # a class: tested
    return ref
