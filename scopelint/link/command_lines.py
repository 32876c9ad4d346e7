"""Command lines (click, typer): the context that all commands of a run share, and who is given it or its object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import assumed, attribute_writes, attributes, exposed, flow, hierarchy, literals, text
from scopelint.link.bounds import MAX_DEAD_STEPS
from scopelint.link.items import MISSING, Missing
from scopelint.link.likeness import one_of
from scopelint.link.state import DeadPath
from scopelint.link.trial import trial
from scopelint.link.values import (
    AnnotatedType,
    Arguments,
    ClassValue,
    External,
    FunctionValue,
    InstanceRecord,
    Ref,
    Str,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


def attribute(m: Machine, ref: Ref, name: str) -> Value | None:
    """Return an attribute of the context that this path has not set, None for those of no interest."""
    if name == "parent":
        return ref
    if name != "obj":
        return None
    if not m.command_setters_ran:
        _run_setters(m, ref)
    written = m.written.get((ref.id, name))
    return m.pick(one_of(written)) if written else _NO_OBJECT


def _run_setters(m: Machine, ref: Ref) -> None:
    """Run the commands that set the context's object, as a group does before its commands."""
    from scopelint.link import calls, handed

    m.command_setters_ran = True
    entered = set(m.ran)
    try:
        with trial(m) as shown:
            for function in list(m.functions.values()):
                node = function.node
                if not node.decorators or not node.parameters:
                    continue
                if "obj" in flow.assigned_attributes(node) or "ensure_object" in flow.referred(node):
                    given = handed.parameters(m, function, True)
                    calls.call(m, function, Arguments((ref, *given.positional), given.keywords), None)
        if shown.cut:
            m.bound(f"more than {MAX_DEAD_STEPS} steps of commands that set the context's object")
    except DeadPath:
        pass
    finally:
        m.ran = entered


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
    if type(found) is not Unknown and found is not None and hierarchy.is_instance(m, found, cls) is not False:
        return found
    if makes:
        made = calls.call(m, cls, Arguments(), node)
        attribute_writes.set_attribute(m, ref, "obj", made)
        return made
    return assumed.instance_for(m, cls) if type(cls) is ClassValue else found


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
    if type(given) is ClassValue and hierarchy.is_instance(m, found, given) is not True:
        fitting = [
            value
            for value in m.written.get((context(m).id, "obj"), ())
            if hierarchy.is_instance(m, value, given) is True
        ]
        return m.pick(one_of(fitting)) if fitting else assumed.instance_for(m, given)
    return None if type(found) is Unknown else found


def option(m: Machine, function: FunctionValue, parameter: ir.Parameter, default: Value | Missing) -> Value | Missing:
    """Return what a command line gives for a parameter when its user says nothing; MISSING when that is not known.

    That is a variable by `envvar=`, else the option's own default: `@click.option("--base", envvar=...)`,
    `typer.Option("...", envvar=...)` as a default or inside `Annotated`.
    """
    from scopelint.link import handed

    for decorator in function.node.decorators:
        if type(decorator) is ir.Call and _names_parameter(decorator, parameter.name):
            given = {arg.name: _evaluated(m, arg.value, function) for arg in decorator.args if arg.name}
            return _from_option(m, given, given.get("default", MISSING))
    record = m.instance(default) if not isinstance(default, Missing) else None
    if record is not None and _is_option(record):
        keywords = len(set(record.attrs) - {"__base__"})
        own = record.args[0] if len(record.args) > keywords else record.attrs.get("default", MISSING)
        return _from_option(m, record.attrs, own)
    kind = handed.annotation(m, parameter.annotation, function.module)
    for item in kind.metadata if type(kind) is AnnotatedType else ():
        record = m.instance(item)
        if record is not None and _is_option(record):
            return _from_option(m, record.attrs, default)
    return MISSING


def _evaluated(m: Machine, node: ir.Expr, function: FunctionValue) -> Value:
    from scopelint.link import handed

    return literals.literal(m, node) if type(node) is ir.Const else handed.annotation(m, node, function.module)


def _is_option(record: InstanceRecord) -> bool:
    return type(record.cls) is External and record.cls.name in ("typer.Option", "typer.Argument")


def _names_parameter(decorator: ir.Call, name: str) -> bool:
    """Say whether a decorator declares the option or argument that fills a parameter."""
    func = decorator.func
    if (func.name if type(func) is ir.Attr else func.id if type(func) is ir.Name else "") not in ("option", "argument"):
        return False
    names = [str(arg.value.value) for arg in decorator.args if not arg.name and type(arg.value) is ir.Const]
    return any(given.split("/")[0].lstrip("-").replace("-", "_").lower() == name for given in names)


def _from_option(m: Machine, given: Mapping[str, Value], default: Value | Missing) -> Value | Missing:
    from scopelint.link import environment
    from scopelint.link.sequences import elements

    variable = given.get("envvar")
    names = (variable,) if type(variable) is Str else elements(m, variable)[0] if variable is not None else ()
    if names:
        chosen = next((name for name in names if text.known(name) in m.variables), names[0])
        return environment.variable(chosen, default)
    return default if type(default) is Str else MISSING


def _current(m: Machine, _args: Arguments, _node: ir.Call | None) -> Value:
    return context(m)


def _pass_decorator(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(InstanceRecord(_PASSING, {}, args.positional))


FUNCTIONS: dict[str, Callable[[Machine, Arguments, ir.Call | None], Value]] = {
    **exposed.FUNCTIONS,
    "click.get_current_context": _current,
    "click.globals.get_current_context": _current,
    "click.make_pass_decorator": _pass_decorator,
    "click.decorators.make_pass_decorator": _pass_decorator,
}
