"""Statements that bind: assignments to names, attributes, items and sequences of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import attribute_writes, flow, items, module_globals, payload
from scopelint.link.expressions import evaluate, evaluate_any
from scopelint.link.sequences import elements
from scopelint.link.state import State
from scopelint.link.values import DictRecord, ListRecord, Ref, Unknown, Why
from scopelint.link.weight import list_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


def simple(m: Machine, state: State, action: Callable[[], object]) -> list[State]:
    """Return the states in which an action ends that leaves no block."""
    return [after for _, after in m.fork(state, action)]


def _assign(m: Machine, node: ir.Assign, state: State, _live: frozenset[str]) -> list[State]:
    def action() -> None:
        value = evaluate_any(m, node.value)
        for target in node.targets:
            assign(m, target, value)

    return simple(m, state, action)


def assign(m: Machine, target: ir.Expr, value: Value) -> None:
    """Bind `value` to an assignment target."""
    if type(target) is ir.Name:
        set_name(m, target.id, value)
    elif type(target) is ir.Attr:
        attribute_writes.set_attribute(m, evaluate(m, target.value), target.name, value)
    elif type(target) is ir.Sub:
        items.set_item(m, evaluate(m, target.value), evaluate(m, target.index), value)
    elif type(target) is ir.Sequence:
        _unpack(m, target.items, m.pick(value))
    elif type(target) is ir.Star:
        assign(m, target.value, value)


def set_name(m: Machine, name: str, value: Value) -> None:
    """Bind a variable of the running function, or a global or outer one where it was declared so."""
    frame = m.frame
    if payload.is_payload(name):
        value = payload.blank(m, value)
    if name in frame.globals:
        module_globals.write_global(m, frame.module, name, value)
        return
    if name in frame.nonlocals and frame.function is not None:
        closure = frame.function.closure
        while closure is not None:
            variables = closure.variables()
            if name in variables:
                variables[name] = value
                return
            closure = closure.outer
    m.state.env[name] = value
    if frame.function is None and m.owner_class is None and frame.module.written:
        module_globals.forget_written(m, frame.module, name)
    if m.state.assumed:
        m.state.assumed = {key: index for key, index in m.state.assumed.items() if name not in flow.words(key)}


def _unpack(m: Machine, targets: tuple[ir.Expr, ...], value: Value) -> None:
    found, more = elements(m, value)
    star = next((index for index, target in enumerate(targets) if type(target) is ir.Star), None)
    unknown = Unknown(value.why if type(value) is Unknown else Why("an element of a value that is not known"))
    if more or (star is None and len(found) != len(targets)):
        found = (*found, *(unknown for _ in range(len(targets) - len(found))))
    if star is None:
        for target, item in zip(targets, found, strict=False):
            assign(m, target, item)
        return
    tail = len(targets) - star - 1
    for target, item in zip(targets[:star], found, strict=False):
        assign(m, target, item)
    middle = found[star : len(found) - tail]
    assign(m, targets[star], m.new_list(middle, more))
    for target, item in zip(targets[star + 1 :], found[len(found) - tail :], strict=False):
        assign(m, target, item)


def _annotated(m: Machine, node: ir.Annotated, state: State, _live: frozenset[str]) -> list[State]:
    if m.owner_class is not None and type(node.target) is ir.Name and m.frame.function is None:
        m.owner_class.fields[node.target.id] = node.annotation
    if node.value is None:
        return [state]
    value = node.value

    def action() -> None:
        found = evaluate_any(m, value)
        if type(found) is Unknown and not found.why.answer and m.frame.function is not None:
            from scopelint.link import handed

            injected = handed.by_annotation(m, handed.annotation(m, node.annotation, m.frame.module), found)
            found = found if injected is None else injected
        assign(m, node.target, found)

    return simple(m, state, action)


def _augment(m: Machine, node: ir.Augment, state: State, _live: frozenset[str]) -> list[State]:
    def action() -> None:
        from scopelint.link.operators import binary

        left = evaluate(m, node.target)
        right = evaluate(m, node.value)
        record = m.record(left) if type(left) is Ref else None
        if node.op == "+" and type(left) is Ref and type(record) is ListRecord:
            added, more = elements(m, right)
            m.put(left, list_of(record.kind, (*record.items, *added), record.more or more))
        elif node.op == "|" and type(left) is Ref and type(record) is DictRecord:
            items.update_dict(m, left, right)
        else:
            assign(m, node.target, binary(m, node.op, left, right, node.target))

    return simple(m, state, action)


def _delete(m: Machine, node: ir.Delete, state: State, _live: frozenset[str]) -> list[State]:
    def action() -> None:
        for target in node.targets:
            if type(target) is ir.Sub:
                items.delete_item(m, evaluate(m, target.value), evaluate(m, target.index))
            elif type(target) is ir.Name:
                m.state.env.pop(target.id, None)

    return simple(m, state, action)


EXECUTE: dict[type[ir.Node], Callable[..., list[State]]] = {
    ir.Assign: _assign,
    ir.Annotated: _annotated,
    ir.Augment: _augment,
    ir.Delete: _delete,
}
