"""Where a loop, an operator or a `with` calls a method: no call stands there, so what gave the object stands for it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link.blocks import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scopelint.link.machine import Machine


@contextmanager
def at(m: Machine, node: ir.Expr | None) -> Iterator[None]:
    """Go over what an expression gives, or use it otherwise, in the block; None leaves it to what is around."""
    outer = m.implied
    if node is not None:
        m.implied = m.frame, node
    try:
        yield
    finally:
        m.implied = outer


def site(m: Machine) -> ir.Call | None:
    """Return the call that stands for one that the running function's code does not say, None where there is none."""
    if m.implied is None or m.implied[0] is not m.frame:
        return None
    return _call_of(m, m.implied[1])


def _call_of(m: Machine, node: ir.Expr) -> ir.Call | None:
    """Return the call that gives what an expression stands for: itself, or the one that its variable was bound to."""
    if type(node) is ir.Await:
        return _call_of(m, node.value)
    if type(node) is ir.Call:
        return node
    if type(node) is ir.BinOp:
        return _call_of(m, node.right) or _call_of(m, node.left)
    function = m.frame.function
    if type(node) is not ir.Name or function is None:
        return None
    pending: list[object] = [function.node.body]
    while pending:
        current = pending.pop()
        if type(current) is ir.Assign and any(type(t) is ir.Name and t.id == node.id for t in current.targets):
            value = current.value.value if type(current.value) is ir.Await else current.value
            return value if type(value) is ir.Call else None
        if type(current) not in (ir.Function, ir.Class):
            pending.extend(inside(current))
    return None
