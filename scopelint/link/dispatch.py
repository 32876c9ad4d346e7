"""`functools.singledispatch`: functions that leave their work to one registered for the class of an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import hierarchy
from scopelint.link.values import (
    AnnotatedType,
    Arguments,
    Bound,
    ClassMethod,
    ClassValue,
    FunctionValue,
    Method,
    Partial,
    StaticMethod,
    Unknown,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

DECORATORS = {"functools.singledispatch": 0, "functools.singledispatchmethod": 1, "singledispatch.singledispatch": 0}
"""Which argument decides, by the decorator's name."""


class Table:
    """What is registered for a dispatching function: classes with functions, and which argument decides."""

    __slots__ = ("entries", "position")

    def __init__(self, position: int) -> None:
        self.position = position
        self.entries: list[tuple[Value, FunctionValue]] = []


def make(m: Machine, function: Value, decorator: str) -> None:
    """Note that a function dispatches."""
    inner = _inner(function)
    if inner is not None:
        m.dispatch[id(inner.node)] = Table(DECORATORS[decorator])


def registers(m: Machine, value: Value) -> bool:
    """Say whether a value is the `register` method of a dispatching function, with or without a class given."""
    if type(value) is not Method or value.name != "register":
        return False
    inner = _inner(value.receiver.function if type(value.receiver) is Partial else value.receiver)
    return inner is not None and id(inner.node) in m.dispatch


def register(m: Machine, method: Method, args: Arguments) -> Value:
    """Return what `register(...)` gives: the function registered, or a decorator for the class that it was given."""
    from scopelint.link import handed

    receiver = method.receiver
    given = receiver.args.positional if type(receiver) is Partial else ()
    function = receiver.function if type(receiver) is Partial else receiver
    values = (*given, *args.positional, *(value for name, value in args.keywords if name == "func"))
    added = _inner(values[-1]) if values else None
    base = _inner(function)
    assert base is not None
    table = m.dispatch[id(base.node)]
    if added is None:
        return Method(Partial(function, Arguments(values)), "register")
    parameters = added.node.parameters[table.position :]
    kind = values[0] if len(values) > 1 else None
    if kind is None and parameters:
        kind = handed.annotation(m, parameters[0].annotation, added.module)
    while type(kind) is AnnotatedType:
        kind = kind.type
    table.entries = [entry for entry in table.entries if entry[1].node is not added.node]
    table.entries.append((kind, added))
    m.touch(("dispatch", id(base.node)))
    return values[-1]


def chosen(m: Machine, function: FunctionValue, args: Arguments) -> FunctionValue:
    """Return the function that a call of a dispatching one runs: by the class of its argument, any if not known."""
    table = m.dispatch[id(function.node)]
    m.reads.add(("dispatch", id(function.node)))
    if not table.entries or len(args.positional) <= table.position:
        return function
    value = args.positional[table.position]
    if type(value) is Unknown:
        options = [entry for _, entry in table.entries]
        return options[m.choose(len(options))]
    fitting = [(kind, entry) for kind, entry in table.entries if hierarchy.is_instance(m, value, kind)]
    if not fitting:
        return function
    record = m.instance(value)
    mro = record.cls.mro if record is not None and type(record.cls) is ClassValue else ()
    order: dict[object, int] = {kind: index for index, kind in enumerate(mro)}
    return min(fitting, key=lambda entry: order.get(entry[0], len(order)))[1]


def _inner(value: Value) -> FunctionValue | None:
    while type(value) in (StaticMethod, ClassMethod, Bound):
        value = value.function  # type: ignore[union-attr]  # each of them has it
    return value if type(value) is FunctionValue else None
