"""Conditions: what is known of them, and what is assumed on each of two paths when nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import containers, items, refusals, source, text
from scopelint.link.blocks import nodes
from scopelint.link.sequences import elements
from scopelint.link.values import (
    ClassValue,
    DictRecord,
    EnumMember,
    External,
    FunctionValue,
    InstanceRecord,
    ListRecord,
    Ref,
    Str,
    Tuple,
    Unknown,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


def truth(m: Machine, value: Value) -> bool | None:
    """Return whether a value is true, None when that is not known."""
    if value is None or isinstance(value, (bool, int, float)):
        return bool(value)
    if type(value) is Str:
        if not value.parts:
            return False
        known = text.known(value)
        return True if known else None if known is None and len(value.parts) == 1 else True
    if type(value) is Tuple:
        return bool(value.items)
    if type(value) is Ref:
        record = m.record(value)
        if type(record) is ListRecord or type(record) is DictRecord:
            if not record.items and value.id in m.base and value.id not in m.state.heap and m.frame.function:
                m.reads.add(("items", value.id))
                return None  # others may put something there
            return None if record.more else bool(record.items)
        inner = containers.held(m, value)
        return True if inner is value else truth(m, inner)
    if type(value) is Unknown:
        return True if value.given else None
    return True


def decide(m: Machine, node: ir.Expr) -> bool:
    """Return whether a condition holds on this path; where that is not known, both ways are taken, as they imply."""
    if type(node) is ir.Not:
        return not decide(m, node.value)
    if type(node) is ir.BoolOp:
        left = decide(m, node.left)
        return left if left is node.is_or else decide(m, node.right)
    if type(node) is ir.Compare:
        return _decide_comparison(m, node)
    from scopelint.link.expressions import evaluate

    value = evaluate(m, node)
    found = truth(m, value)
    if found is not None:
        return found
    result = assume(m, node)
    if not result and type(node) is ir.Name and type(value) is Unknown:
        _narrow(m, node, None)
    return result


def may_hold(m: Machine, node: ir.Expr) -> bool:
    """Return whether a comprehension's element may be taken: unless the condition is known to fail."""
    from scopelint.link.expressions import evaluate

    return truth(m, evaluate(m, node)) is not False


def assume(m: Machine, node: ir.Expr) -> bool:
    """Choose a condition's outcome; the same condition on the same values has the same outcome later on the path."""
    return m.choose(2, "" if _has_call(node) else source.key(node)) == 0


def _has_call(node: object) -> bool:
    return any(type(inner) in (ir.Call, ir.Await) for inner in nodes(node))


def _decide_comparison(m: Machine, node: ir.Compare) -> bool:
    from scopelint.link.expressions import evaluate

    left, right = evaluate(m, node.left), evaluate(m, node.right)
    found = compare(m, left, node.op, right)
    if found is not None:
        return found
    refusals.note_comparison(m, left, right)
    positive = {"!=": "==", "is not": "is", "not in": "in"}.get(node.op, node.op)
    result = m.choose(2, "" if _has_call(node) else source.key(ir.Compare(node.left, positive, node.right))) == 0
    if positive == "==" or positive == "is":
        if result and type(left) is Unknown and type(node.left) in (ir.Name, ir.Attr) and type(right) is not Unknown:
            _narrow(m, node.left, right)
    elif positive == "in" and result and type(left) is Unknown and type(node.left) is ir.Name:
        found_items, more = elements(m, right)
        if found_items and not more:
            _narrow(m, node.left, m.pick(found_items[m.choose(len(found_items))]))
    return result if positive == node.op else not result


def _narrow(m: Machine, node: ir.Expr, value: Value) -> None:
    if type(node) is ir.Name and node.id in m.state.env:
        m.state.env[node.id] = value


def compare(m: Machine, left: Value, op: str, right: Value) -> bool | None:
    """Return `left op right`, None when it is not known."""
    if op in ("==", "is"):
        return _equal(m, left, right, op == "is")
    if op in ("!=", "is not"):
        found = _equal(m, left, right, op == "is not")
        return None if found is None else not found
    if op in ("in", "not in"):
        found = _contains(m, right, left)
        return found if op == "in" or found is None else not found
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}.get(op)
    return None


def _equal(m: Machine, left: Value, right: Value, identity: bool) -> bool | None:
    if (type(left) is Unknown and left.given and right is None) or (
        type(right) is Unknown and right.given and left is None
    ):
        return False
    if type(left) is Unknown or type(right) is Unknown:
        return None
    if left is None or right is None:
        return left is right
    if type(left) is EnumMember and type(right) is EnumMember:
        return left.cls is right.cls and left.name == right.name
    if type(left) is EnumMember:
        left = left.value
    if type(right) is EnumMember:
        right = right.value
    if type(left) is Str and type(right) is Str:
        one, other = text.known(left), text.known(right)
        if "__main__" in (one, other):
            return None  # whether a file is run or imported is not known
        return None if one is None or other is None else one == other
    if isinstance(left, (bool, int, float)) and isinstance(right, (bool, int, float)):
        return left == right
    if isinstance(left, (ClassValue, External, FunctionValue)) and isinstance(
        right, (ClassValue, External, FunctionValue)
    ):
        return left == right
    if type(left) is Ref and type(right) is Ref:
        if left == right:
            return True
        return False if identity else None
    if type(left) is Tuple and type(right) is Tuple:
        if len(left.items) != len(right.items):
            return False
        results = [_equal(m, a, b, identity) for a, b in zip(left.items, right.items, strict=True)]
        return False if False in results else None if None in results else True
    if isinstance(left, (bool, int, float, Str)) and isinstance(right, (bool, int, float, Str)):
        return False
    return None


def _contains(m: Machine, container: Value, item: Value) -> bool | None:
    if type(container) is Str and type(item) is Str:
        piece = text.known(item)
        return None if piece is None else text.contains(container, piece)
    if type(container) is Ref and type(m.record(container)) is InstanceRecord:
        inner = containers.held(m, container)
        return None if inner is container else _contains(m, inner, item)
    if type(container) is Unknown:
        return None
    if type(container) is Ref:
        record = m.record(container)
        if type(record) is DictRecord:
            key = items.dict_key(m, item)
            if key is items.MISSING:
                return None
            return True if key in record.items else None if record.more else False
    known, more = elements(m, container)
    results = [_equal(m, item, other, False) for other in known]
    if True in results:
        return True
    return None if more or None in results else False
