"""Walks over a program's facts: which statements hold others, and every node of a part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCKS: dict[type, tuple[str, ...]] = {
    ir.If: ("branches", "orelse"),
    ir.Branch: ("body",),
    ir.Try: ("body", "handlers", "orelse", "final"),
    ir.Handler: ("body",),
    ir.With: ("body",),
    ir.For: ("body", "orelse"),
    ir.While: ("body", "orelse"),
    ir.Match: ("cases",),
    ir.Case: ("body",),
}
"""The fields by the kind of statement, for walks that look for definitions and imports only.

Functions and classes, which are scopes of their own, are not among them.
"""


def nodes(part: object) -> Iterator[ir.Node]:
    """Yield a node, or the nodes of a sequence, and all that are in them, those of inner functions among them."""
    pending = [part]
    while pending:
        node = pending.pop()
        if isinstance(node, ir.Node):
            yield node
            pending.extend(getattr(node, field) for field in node.__struct_fields__)
        elif isinstance(node, tuple):
            pending.extend(node)
