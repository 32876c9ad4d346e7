"""Objects that a library makes a command line of, by their public methods: Fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import assumed
from scopelint.link.values import Arguments, ClassValue, DictRecord, FunctionValue, InstanceRecord, Ref, Unknown, Why

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_GROUPS = 3
"""Objects inside each other that are groups of commands."""


def _expose(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    component = args.positional[0] if args.positional else dict(args.keywords).get("component")
    _refer(m, m.pick(component), 0)
    return Unknown(Why("what a command gives"))


def _refer(m: Machine, value: Value, depth: int) -> None:
    """Refer to the public methods of a class or an object, and of the objects that it holds."""
    if type(value) is ClassValue and depth == 0:
        value = m.pick(assumed.instance_for(m, value))  # the groups are what its constructor makes
    if type(value) is ClassValue:
        for base in value.mro:
            for name, found in base.attrs.items() if type(base) is ClassValue else ():
                if type(found) is FunctionValue and not name.startswith("_"):
                    m.refer(id(found.node))
        return
    record = m.record(value) if type(value) is Ref else None
    held: tuple[Value, ...] = ()
    if type(record) is DictRecord:
        held = tuple(record.items.values())
    elif type(record) is InstanceRecord:
        held = (record.cls, *(inner for name, inner in record.attrs.items() if not name.startswith("_")))
    for inner in held if depth < _GROUPS else ():
        _refer(m, m.pick(inner), depth + 1)


FUNCTIONS: dict[str, Callable[[Machine, Arguments, ir.Call | None], Value]] = {
    "fire.Fire": _expose,
    "fire.core.Fire": _expose,
}
