"""Where a loop calls what goes over an object: no call stands there, so the one that gave the object stands for it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from scopelint.facts import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scopelint.link.machine import Machine


@contextmanager
def at(m: Machine, node: ir.Expr) -> Iterator[None]:
    """Go over what an expression gives in the block."""
    outer, m.iterated = m.iterated, node
    try:
        yield
    finally:
        m.iterated = outer


def call_of(m: Machine, node: ir.Expr) -> ir.Call | None:
    """Return the call that gives what an expression stands for: itself, or the one that its variable was bound to."""
    if type(node) is ir.Await:
        return call_of(m, node.value)
    if type(node) is ir.Call:
        return node
    function = m.frame.function
    if type(node) is not ir.Name or function is None:
        return None
    pending: list[object] = [function.node.body]
    while pending:
        current = pending.pop()
        if type(current) is ir.Assign and any(type(t) is ir.Name and t.id == node.id for t in current.targets):
            value = current.value.value if type(current.value) is ir.Await else current.value
            return value if type(value) is ir.Call else None
        if isinstance(current, ir.Node) and type(current) not in (ir.Function, ir.Class):
            pending.extend(getattr(current, field) for field in current.__struct_fields__)
        elif isinstance(current, tuple):
            pending.extend(current)
    return None
