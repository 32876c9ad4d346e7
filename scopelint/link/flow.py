"""Which variables statements read: what must be told apart when states meet, and what an assumption depends on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scopelint.facts import ir

if TYPE_CHECKING:
    from scopelint.link.values import FunctionValue

_cache: dict[int, tuple[object, frozenset[str]]] = {}
_suffixes: dict[tuple[int, int], tuple[object, frozenset[str]]] = {}
_words: dict[str, frozenset[str]] = {}
_WORD = re.compile(r"[A-Za-z_]\w*")


def stmt_reads(node: object) -> frozenset[str]:
    """Return the names read anywhere in a statement or expression, nested functions included."""
    found = _cache.get(id(node))
    if found is not None:
        return found[1]
    if type(node) is ir.Name:
        result = frozenset((node.id,))
    elif type(node) is ir.Function:
        result = frozenset(node.names)
    else:
        names: set[str] = set()
        pending: list[object] = [node]
        while pending:
            current = pending.pop()
            if type(current) is ir.Name:
                names.add(current.id)
            elif type(current) is ir.Function:
                names.update(current.names)
                pending.extend(current.decorators)
                pending.extend(parameter.default for parameter in current.parameters)
            elif isinstance(current, ir.Node):
                pending.extend(getattr(current, field) for field in current.__struct_fields__)
            elif isinstance(current, tuple):
                pending.extend(current)
        result = frozenset(names)
    _cache[id(node)] = (node, result)
    return result


def reads(body: tuple[ir.Stmt, ...], start: int) -> frozenset[str]:
    """Return the names that the statements from `start` on read."""
    if start >= len(body):
        return frozenset()
    key = (id(body), start)
    found = _suffixes.get(key)
    if found is not None:
        return found[1]
    result = frozenset().union(*(stmt_reads(statement) for statement in body[start:]))
    _suffixes[key] = (body, result)
    return result


def captured(function: FunctionValue | None) -> frozenset[str]:
    """Return the names that functions defined inside `function` read: they may be read at any time."""
    if function is None:
        return frozenset()
    node = function.node
    key = (id(node.body), -1)
    found = _suffixes.get(key)
    if found is not None:
        return found[1]
    names: set[str] = set()
    pending: list[object] = list(node.body)
    while pending:
        current = pending.pop()
        if type(current) is ir.Function:
            names.update(current.names)
        elif isinstance(current, ir.Node):
            pending.extend(getattr(current, field) for field in current.__struct_fields__)
        elif isinstance(current, tuple):
            pending.extend(current)
    result = frozenset(names)
    _suffixes[key] = (node.body, result)
    return result


def words(key: str) -> frozenset[str]:
    """Return the names that an assumption's text mentions."""
    found = _words.get(key)
    if found is None:
        found = _words[key] = frozenset(_WORD.findall(key))
    return found
