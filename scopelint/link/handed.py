"""What a function is given that nothing calls here: instances by annotation, dependencies, defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import (
    assumed,
    attributes,
    calls,
    classes,
    command_lines,
    deposits,
    hierarchy,
    payload,
    providers,
    proxies,
)
from scopelint.link.items import Missing
from scopelint.link.likeness import one_of
from scopelint.link.state import DeadPath, Frame, State
from scopelint.link.values import (
    AnnotatedType,
    Arguments,
    Bound,
    ClassValue,
    Dependency,
    External,
    FunctionValue,
    InstanceRecord,
    Str,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.modules import Module
    from scopelint.link.values import Value


def parameters(m: Machine, function: FunctionValue, skip_first: bool) -> Arguments:
    """Return what a function's caller may be assumed to give: injected instances, defaults, else what is not known."""
    given: dict[str, Value] = {}
    positional: list[Value] = []
    for index, parameter in enumerate(function.node.parameters):
        if (index == 0 and skip_first) or parameter.kind in ("args", "kwargs"):
            continue
        value = _parameter(m, function, parameter)
        if parameter.kind == "posonly":
            positional.append(value)
        else:
            given[parameter.name] = value
    return Arguments(tuple(positional), tuple(given.items()))


def _parameter(m: Machine, function: FunctionValue, parameter: ir.Parameter) -> Value:
    why = Why(
        f"'{parameter.name}' is a parameter of {function.node.name}() that no caller fixes",
        parameter.name, id(function.node), parameter.name,
    )  # fmt: skip
    unknown = Unknown(why)
    default: Value | Missing = function.defaults.get(parameter.name, Missing())
    if function.node.decorators:
        chosen = command_lines.option(m, function, parameter, default)
        if not isinstance(chosen, Missing):
            return chosen
    if isinstance(default, Dependency):
        kind = annotation(m, parameter.annotation, function.module)
        return by_annotation(m, AnnotatedType(kind, (default,)), unknown) or unknown
    if parameter.annotation is not None:
        injected = by_annotation(m, annotation(m, parameter.annotation, function.module), unknown)
        if injected is not None:
            return one_of((injected, None)) if default is None else injected
    if isinstance(default, Missing) and _is_handler(function):
        left = deposits.found(m, parameter.name)
        return unknown if left is None else left  # what was left with the app under this name
    if isinstance(default, (Missing, bool)) or _is_declaration(m, default):
        return unknown
    if payload.is_payload(parameter.name):
        return default
    if default is None:
        return one_of((None, unknown))
    if type(default) in (Str, int, float) and function.node.decorators:
        return one_of((default, unknown)) if type(default) is not Str else default
    return default


def _is_handler(function: FunctionValue) -> bool:
    """Say whether a framework may call a function, with what its parameters ask for by their names."""
    owner = function.owner
    return bool(function.node.decorators) or (owner is not None and hierarchy.external_base(owner) is not None)


def _is_declaration(m: Machine, default: Value) -> bool:
    """Say whether a default only describes a parameter to a framework: `typer.Argument(...)`, `fastapi.Query()`."""
    record = m.instance(default)
    if record is None:
        return type(default) is Unknown
    return type(record.cls) is External and record.cls.name not in m.libraries.clients


def annotation(m: Machine, node: ir.Expr | None, module: Module) -> Value:
    """Return the value of an annotation, names in quotation marks looked up."""
    if node is None:
        return None
    found: Value = None

    def action() -> Value:
        from scopelint.link.expressions import evaluate

        return evaluate(m, node)

    if type(node) is ir.Const and isinstance(node.value, str):
        name = node.value.split("|")[0].split("[")[-1].rstrip("]").strip()
        parts = name.split(".")
        inner: ir.Expr = ir.Name(parts[0])
        for part in parts[1:]:
            inner = ir.Attr(inner, part)
        return annotation(m, inner, module)
    if type(node) is ir.BinOp and node.op == "|":
        left = annotation(m, node.left, module)
        return annotation(m, node.right, module) if left is None else left
    frame, m.frame = m.frame, Frame(module, None, m.frame, None)
    m.frame.caller = None
    try:
        results = m.fork(State({}, m.state.heap), action)
        found = results[0][0] if results else None
    finally:
        m.frame = frame
    return found


def of_kind(m: Machine, node: ir.Expr, module: Module, unknown: Unknown) -> Value | None:
    """Return what an annotation says that a value is which is not known: a client, or an instance of a class here."""
    kind = m.annotated.get(id(node))
    if kind is None:
        found = annotation(m, node, module)
        kind = m.annotated[id(node)] = found if type(found) in (ClassValue, External, AnnotatedType) else False
    if kind is False:
        return None
    try:
        return by_annotation(m, kind, unknown)
    except DeadPath:  # none can be made: nothing is known of it, which ends no path
        return None


def by_annotation(m: Machine, kind: Value, unknown: Unknown) -> Value | None:
    """Return an injected value for a parameter by its annotated type, None when the type says nothing."""
    if type(kind) is AnnotatedType:
        if type(kind.type) is External and kind.type.name.endswith(".Literal"):
            return m.pick(one_of(kind.metadata))
        for item in kind.metadata:
            if type(item) is Dependency:
                found = provided(m, item.provider if item.provider is not None else kind.type, unknown)
                if type(found) is not Unknown:
                    return found
                declared = by_annotation(m, kind.type, unknown)
                return found if declared is None else declared
        carried = proxies.carrier(m, kind)
        return by_annotation(m, kind.type, unknown) if carried is None else carried
    if type(kind) is ClassValue:
        written = classes.kind_of(kind)
        if written in ("typeddict", "namedtuple") and not assumed.has_behaviour(m, kind):
            return None
        if written == "fields" and not (assumed.has_behaviour(m, kind) or _has_texts(m, kind)):
            return None
        return assumed.as_left(m, assumed.instance_for(m, kind))
    if type(kind) is External and kind.name in command_lines.CONTEXTS:
        return command_lines.context(m)
    if type(kind) is External and kind.name in m.libraries.clients:
        from scopelint.link.sending import BASE
        from scopelint.link.values import Hole

        name = m.libraries.clients[kind.name].row.classes[0]
        m.reads.add(("clients", name))
        seen = list(m.clients.get(name, {}).values())
        if seen:
            return m.pick(one_of(seen))
        return m.new(InstanceRecord(kind, {BASE: Str((Hole(unknown.why),))}, ()))
    return None


def _has_texts(m: Machine, cls: ClassValue) -> bool:
    """Say whether fields of a data model are texts by default, as parameters may be."""
    for name in classes.fields_of(cls):
        value = hierarchy.class_attribute(m, cls, name)
        if isinstance(value, classes.FieldDefault):
            value = value.args.positional[0] if value.args.positional else value.keyword("default")
        if type(value) is Str:
            return True
    return False


def provided(m: Machine, provider: Value, unknown: Unknown) -> Value:
    """Return what a dependency's provider gives: what it returns or yields."""
    if type(provider) is AnnotatedType:
        provider = provider.type
    if type(provider) is ClassValue:
        init = hierarchy.class_attribute(m, provider, "__init__")
        args = parameters(m, init, True) if isinstance(init, FunctionValue) else Arguments()
        return calls.call(m, provider, args, None)
    inner = provider.function if type(provider) is Bound else provider
    if type(inner) is not FunctionValue:
        record = m.instance(provider)
        if record is None:
            return unknown
        if providers.is_provider(record):
            made = providers.call(m, record, Arguments(), None)
            return unknown if made is None else m.pick(made)
        method = attributes.find_method(m, provider, "__call__")
        if type(method) is not Bound or type(method.function) is not FunctionValue:
            return unknown
        provider, inner = method, method.function
    result = calls.call(m, provider, parameters(m, inner, type(provider) is Bound), None)
    if inner.node.is_generator:
        from scopelint.link.sequences import elements

        found, _ = elements(m, result)
        return m.pick(one_of(found)) if found else unknown
    return result
