"""Context managers: what `as` binds, and what they catch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import attributes, calls, environs, iteration, module_globals
from scopelint.link.blocks import nodes
from scopelint.link.likeness import one_of
from scopelint.link.values import (
    Arguments,
    Bound,
    External,
    FunctionValue,
    InstanceRecord,
    ListRecord,
    Ref,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


_ENDS = ("__exit__", "__aexit__")


def enter(m: Machine, value: Value) -> Value:
    """Return what `with value as x` binds to x."""
    if type(value) is Ref:
        record = m.record(value)
        if type(record) is ListRecord and record.kind in ("context", "generator"):
            return m.pick(one_of(record.items)) if record.items else Unknown(Why("what a context manager gives"))
        for name in ("__aenter__", "__enter__"):
            method = attributes.find_method(m, value, name)
            if method is not None:
                return calls.call(m, method, Arguments(), None)
        if type(record) is InstanceRecord and record.cls == External("contextlib.closing"):
            return record.attrs.get("thing", value)
        environs.set_prefix(m, value, "prefix")
    return value


def ends(m: Machine, value: Value) -> bool:
    """Say whether the end of a context manager's block matters: it may send, or it changes what others read."""
    return environs.is_reader(m.instance(value)) or any(
        type(method) is Bound and type(method.function) is FunctionValue and m.may_send(method.function.node)
        for method in (attributes.find_method(m, value, name) for name in _ENDS)
        if method is not None
    )


def leave(m: Machine, node: ir.Expr, value: Value) -> None:
    """End a block whose context manager `node` has given, without an exception."""
    environs.set_prefix(m, value, "outer")
    with iteration.at(m, node):
        for name in _ENDS:
            method = attributes.find_method(m, value, name)
            if method is not None:
                calls.call(m, method, Arguments((None, None, None)), iteration.site(m))
                return


def context_catches(m: Machine, value: Value) -> tuple[object, ...]:
    """Return the exception classes that a context manager keeps from its body."""
    if type(value) is not Ref:
        return ()
    record = m.record(value)
    if type(record) is InstanceRecord and record.cls == External("contextlib.suppress"):
        return record.args
    function = m.contexts.get(value.id)
    return () if function is None else _caught_around_yield(m, function)


def _caught_around_yield(m: Machine, function: FunctionValue) -> tuple[object, ...]:
    found: list[object] = []
    for node in nodes(function.node.body):
        if type(node) is ir.Try and _has_yield(node.body):
            for handler in node.handlers:
                if not handler.types:
                    found.append(External("builtins.BaseException"))
                for kind in handler.types:
                    if _raises_again(handler.body):
                        continue
                    found.append(_class_named(m, function, kind))
    return tuple(found)


def _raises_again(body: tuple[ir.Stmt, ...]) -> bool:
    return bool(body) and type(body[-1]) is ir.Raise and body[-1].value is None


def _has_yield(node: object) -> bool:
    return any(type(inner) is ir.Yield for inner in nodes(node))


def _class_named(m: Machine, function: FunctionValue, node: ir.Expr) -> object:
    if type(node) is ir.Name:
        found = module_globals.module_global(m, function.module, node.id)
        return (
            External("builtins." + node.id) if type(found) not in (External,) and not hasattr(found, "mro") else found
        )
    if type(node) is ir.Attr:
        inner = _class_named(m, function, node.value)
        return External(f"{inner.name}.{node.name}") if type(inner) is External else inner
    return None
