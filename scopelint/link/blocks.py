"""Walks over a program's facts: which statements hold others, and every node of a part of it."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from scopelint.facts import ir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


def inside(part: object) -> tuple[object, ...]:
    """Return what a node or a sequence holds, as far as there may be nodes in it: nodes, sequences and much else."""
    if type(part) is tuple:
        return part
    held = _HELD.get(type(part))
    return held(part) if held is not None else ()


def nodes(part: object) -> Iterator[ir.Node]:
    """Yield a node, or the nodes of a sequence, and all that are in them, those of inner functions among them."""
    pending = [part]
    while pending:
        node = pending.pop()
        if isinstance(node, ir.Node):
            yield node
        pending.extend(inside(node))


_PLAIN = frozenset(
    {"str", "int", "bool", "bool | int | float | str | None", "Place", "tuple[str, ...]", "tuple[tuple[str, str], ...]"}
)
"""The types, as the grammar spells them, of fields that hold no nodes."""


def _reader(kind: type[ir.Node]) -> Callable[[object], tuple[object, ...]] | None:
    """Return what reads the fields of a kind of node that may hold nodes, None when it has none."""
    fields = [name for name in kind.__struct_fields__ if kind.__annotations__[name] not in _PLAIN]
    if len(fields) != 1:
        return attrgetter(*fields) if fields else None
    read = attrgetter(fields[0])
    return lambda node: (read(node),)


_HELD: dict[type, Callable[[object], tuple[object, ...]]] = {
    kind: held for kind in ir.Node.__subclasses__() if (held := _reader(kind)) is not None
}
