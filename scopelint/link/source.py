"""Source text of an expression, for reasons and labels: short, not exact in layout."""

from __future__ import annotations

from scopelint.facts import ir

MAX_SOURCE = 60
"""Characters of an expression that are shown."""


def of(node: object) -> str:
    """Return the expression as a person would write it, cut to a bound."""
    shown = _text(node)
    return shown if len(shown) <= MAX_SOURCE else shown[: MAX_SOURCE - 1] + "…"


def key(node: object) -> str:
    """Return the expression's text in full, as the identity of a condition."""
    return _text(node)


def _text(node: object) -> str:  # one return a kind of node
    if type(node) is ir.Name:
        return node.id
    if type(node) is ir.Const:
        return repr(node.value)
    if type(node) is ir.Attr:
        return f"{_text(node.value)}.{node.name}"
    if type(node) is ir.Sub:
        return f"{_text(node.value)}[{_text(node.index)}]"
    if type(node) is ir.Call:
        return f"{_text(node.func)}({', '.join(_text(arg) for arg in node.args)})"
    if type(node) is ir.Arg:
        return "*" * node.star + (f"{node.name}=" if node.name else "") + _text(node.value)
    if type(node) is ir.Template:
        pieces = [str(part.value) if type(part) is ir.Const else f"{{{_text(part)}}}" for part in node.parts]
        return 'f"' + "".join(pieces) + '"'
    if type(node) is ir.Field:
        return _text(node.value)
    if type(node) is ir.Sum:
        return " + ".join(_text(item) for item in node.items)
    if type(node) in (ir.BinOp, ir.Compare):
        return f"{_text(node.left)} {node.op} {_text(node.right)}"  # type: ignore[attr-defined]  # both kinds have these
    if type(node) is ir.BoolOp:
        return f"{_text(node.left)} {'or' if node.is_or else 'and'} {_text(node.right)}"
    if type(node) is ir.Not:
        return f"not {_text(node.value)}"
    if type(node) is ir.IfExp:
        return f"{_text(node.body)} if {_text(node.test)} else {_text(node.orelse)}"
    if type(node) is ir.Await:
        return f"await {_text(node.value)}"
    if type(node) is ir.Sequence:
        inner = ", ".join(_text(item) for item in node.items)
        return f"[{inner}]" if node.kind == "list" else f"{{{inner}}}" if node.kind == "set" else f"({inner})"
    if type(node) is ir.Star:
        return f"*{_text(node.value)}"
    return "…"
