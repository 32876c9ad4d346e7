"""Operators between two values."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import calls, containers, items, rendering, source, text
from scopelint.link.bounds import MAX_LOOP
from scopelint.link.sequences import elements
from scopelint.link.values import DictRecord, ListRecord, Ref, Str, Tuple, Unknown, Why
from scopelint.link.weight import tuple_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
}
_NUMBER_LIMIT = 10**12


def text_of(m: Machine, value: Value, node: ir.Expr, spec: str = "") -> Str:
    """Return the text of a value; `node` is its expression, for the reason of a hole."""
    if type(value) is Unknown and not value.why.expression:
        value = Unknown(Why(value.why.text, source.of(node), value.why.parameter, value.why.name))
    return rendering.to_text(m, value, spec)


def binary(m: Machine, op: str, left: Value, right: Value, node: ir.Expr) -> Value:
    """Return `left op right`; `node` is the expression of the right side, for the reason of a hole."""
    if type(left) is Ref or type(right) is Ref:
        found = calls.operator(m, op, left, right)
        if found is not None:
            return found
        left, right = containers.held(m, left), containers.held(m, right)
    if op == "+":
        if type(left) is Str or type(right) is Str:
            return text.join((text_of(m, left, node), text_of(m, right, node)))
        if type(left) is Tuple and type(right) is Tuple:
            return tuple_of(left.items + right.items)
        if type(left) is Ref and type(m.record(left)) is ListRecord:
            first, more = elements(m, left)
            others, others_more = elements(m, right)
            return m.new_list((*first, *others), more or others_more)
    elif op == "/":
        if type(left) is Str:
            return text.join(
                (
                    text.strip(left, "/", False, True),
                    text.of("/"),
                    text.strip(text_of(m, right, node), "/", True, False),
                )
            )
    elif op == "%":
        if type(left) is Str:
            return rendering.percent(m, left, right)
    elif op == "*":
        if type(left) is Str and type(right) is int and 0 <= right <= 64:
            return text.join([left] * right)
        found = repeated(m, left, right)
        if found is not None:
            return found
    elif op == "|" and type(left) is Ref and type(m.record(left)) is DictRecord:
        return items.merged_dict(m, left, right)
    given = calls.operator(m, op, left, right)
    if given is not None:
        return given
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return arithmetic(op, left, right)
    why = left.why if type(left) is Unknown else right.why if type(right) is Unknown else Why("a computed value")
    return Unknown(why)


def arithmetic(op: str, left: float, right: float) -> Value:
    """Return the result of an operation on numbers, where it is small and defined."""
    try:
        result = _ARITHMETIC[op](left, right)
    except (KeyError, ArithmeticError, ValueError):
        return Unknown(Why("a computed number"))
    return result if abs(result) < _NUMBER_LIMIT else Unknown(Why("a computed number"))


def repeated(m: Machine, sequence: Value, times: Value) -> Value:
    """Return `sequence * times`, None when it is no sequence; times that are not known are taken for one and more."""
    if type(sequence) is not Tuple and (type(sequence) is not Ref or type(m.record(sequence)) is not ListRecord):
        return None
    found, more = elements(m, sequence)
    if isinstance(times, int) and len(found) * times <= MAX_LOOP:
        return Tuple(found * times) if type(sequence) is Tuple else m.new_list(found * times, more)
    return m.new_list(found, True)
