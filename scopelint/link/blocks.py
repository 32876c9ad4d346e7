"""Statements that hold other statements, and in which fields: for walks that look for definitions and imports only."""

from __future__ import annotations

from scopelint.facts import ir

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
"""The fields by the kind of statement; functions and classes, which are scopes of their own, are not among them."""
