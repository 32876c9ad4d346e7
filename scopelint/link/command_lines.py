"""Command lines (click, typer): the context that all commands of a run share, and who is given it or its object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import attributes, classes
from scopelint.link.values import (
    Arguments,
    ClassValue,
    External,
    FunctionValue,
    InstanceRecord,
    Ref,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

CONTEXTS = frozenset(
    {
        "click.Context", "click.core.Context", "typer.Context", "typer.models.Context", "rich_click.Context",
        "asyncclick.Context", "cloup.Context",
    }
)  # fmt: skip
_PASS_CONTEXT = External("click.pass_context")
_PASS_OBJECT = External("click.pass_obj")
_DECORATORS = {
    f"{package}.{name}": found
    for package in ("click", "click.decorators", "rich_click", "asyncclick", "cloup")
    for name, found in (("pass_context", _PASS_CONTEXT), ("pass_obj", _PASS_OBJECT))
}
_PASSING = External("click.make_pass_decorator")
_NO_OBJECT = Unknown(Why("the object of a command line's context, which is set nowhere that is seen", "", 0, "obj"))


def context(m: Machine) -> Ref:
    """Return the context: all commands of a run see one object in it, whoever put it there."""
    if m.command_context is None:
        m.serial += 1
        m.command_context = Ref(m.serial)
        m.base[m.serial] = InstanceRecord(External("click.Context"), {}, ())
    return m.command_context


def is_context(record: InstanceRecord) -> bool:
    """Say whether an instance is a command line's context."""
    return type(record.cls) is External and record.cls.name in CONTEXTS


def attribute(ref: Ref, name: str) -> Value | None:
    """Return an attribute of the context that was not set, None for those of no interest."""
    return ref if name == "parent" else _NO_OBJECT if name == "obj" else None


def method(m: Machine, ref: Ref, name: str, args: Arguments, node: ir.Call | None) -> tuple[Value] | None:
    """Call a method of the context, None for those of no interest."""
    if name in ("find_root", "__enter__", "scope"):
        return (ref,)
    from scopelint.link import contexts

    if name in ("with_resource", "with_async_resource") and args.positional:
        return (contexts.enter(m, args.positional[0]),)
    if name in ("find_object", "ensure_object") and args.positional:
        return (_object_of(m, ref, args.positional[0], node, makes=name == "ensure_object"),)
    return None


def _object_of(m: Machine, ref: Ref, cls: Value, node: ir.Call | None, *, makes: bool) -> Value:
    """Return the context's object if it is of a class, else one of that class, which is then the context's."""
    from scopelint.link import calls

    found = attributes.get_attribute(m, ref, "obj", None)
    if type(found) is not Unknown and found is not None and attributes.is_instance(m, found, cls) is not False:
        return found
    if makes:
        made = calls.call(m, cls, Arguments(), node)
        attributes.set_attribute(m, ref, "obj", made)
        return made
    return classes.instance_for(m, cls) if type(cls) is ClassValue else found


def decorate(m: Machine, decorator: Value, value: Value) -> Value | None:
    """Return a command that gets the context, or its object, as its first argument; None for other decorators."""
    if type(value) is not FunctionValue:
        return None
    record = m.instance(decorator)
    given: Value = _DECORATORS.get(decorator.name) if type(decorator) is External else None
    if record is not None and record.cls == _PASSING and record.args:
        given = record.args[0]
    if given is None:
        return None
    made = value.copy()
    made.first = given
    return made


def first_argument(m: Machine, value: Value) -> Value:
    """Return what the library gives a command as its first argument; None when that is not known."""
    given = value.first if type(value) is FunctionValue else None
    if given is None:
        return None
    if given == _PASS_CONTEXT:
        return context(m)
    found = attributes.get_attribute(m, context(m), "obj", None)
    if type(given) is ClassValue and attributes.is_instance(m, found, given) is not True:
        return classes.instance_for(m, given)
    return None if type(found) is Unknown else found


def _current(m: Machine, _args: Arguments, _node: ir.Call | None) -> Value:
    return context(m)


def _pass_decorator(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(InstanceRecord(_PASSING, {}, args.positional))


FUNCTIONS: dict[str, Callable[[Machine, Arguments, ir.Call | None], Value]] = {
    "click.get_current_context": _current,
    "click.globals.get_current_context": _current,
    "click.make_pass_decorator": _pass_decorator,
    "click.decorators.make_pass_decorator": _pass_decorator,
}
