"""Which variables statements read: what must be told apart when states meet, and what an assumption depends on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link.blocks import inside

if TYPE_CHECKING:
    from scopelint.link.values import FunctionValue

_cache: dict[int, tuple[object, frozenset[str]]] = {}
_suffixes: dict[tuple[int, int], tuple[object, frozenset[str]]] = {}
_endings: dict[int, tuple[object, list[frozenset[str]]]] = {}
_words: dict[str, frozenset[str]] = {}
NO_NAMES: frozenset[str] = frozenset()
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
            else:
                pending.extend(inside(current))
        result = frozenset(names)
    _cache[id(node)] = (node, result)
    return result


def mentions(node: object) -> frozenset[str]:
    """Return the names and attributes that an expression reads."""
    key = (id(node), -3)
    found = _suffixes.get(key)
    if found is not None:
        return found[1]
    names: set[str] = set()
    pending: list[object] = [node]
    while pending:
        current = pending.pop()
        if type(current) is ir.Name:
            names.add(current.id)
        elif type(current) is ir.Attr:
            names.add(current.name)
            pending.append(current.value)
        else:
            pending.extend(inside(current))
    result = frozenset(names)
    _suffixes[key] = (node, result)
    return result


def referred(function: ir.Function) -> frozenset[str]:
    """Return the last names of all that a function refers to: variables of others, and attributes of anything."""
    key = (id(function), -1)
    found = _suffixes.get(key)
    if found is None:
        references = (*function.names, *function.called, *function.looked_at)
        result = frozenset(reference.rpartition(".")[2] for reference in references)
        found = _suffixes[key] = (function, result)
    return found[1]


def reads(body: tuple[ir.Stmt, ...], start: int) -> frozenset[str]:
    """Return the names that the statements from `start` on read."""
    key = id(body)
    found = _endings.get(key)
    if found is None:
        names = NO_NAMES
        endings = [names]
        for statement in reversed(body):
            names |= stmt_reads(statement)
            endings.append(names)
        endings.reverse()
        found = _endings[key] = (body, endings)
    return found[1][start]


def captured(function: FunctionValue | None) -> frozenset[str]:
    """Return the names that functions defined inside `function` read: they may be read at any time."""
    return NO_NAMES if function is None else frozenset(function.node.captured)


def words(key: str) -> frozenset[str]:
    """Return the names that an assumption's text mentions."""
    found = _words.get(key)
    if found is None:
        found = _words[key] = frozenset(_WORD.findall(key))
    return found


def derived_from(function: ir.Function, name: str) -> frozenset[str]:
    """Return a variable of a function and those that are assigned something which is made of it."""
    found = {name}
    pending: list[object] = list(reversed(function.body))
    while pending:
        node = pending.pop()
        targets: tuple[ir.Expr | None, ...] = ()
        if type(node) is ir.Assign:
            targets = node.targets
        elif type(node) is ir.WithItem:
            targets = (node.target,)
        if targets and not found.isdisjoint(stmt_reads(node.value)):  # type: ignore[attr-defined]  # both kinds have one
            found.update(target.id for target in targets if type(target) is ir.Name)
        if type(node) not in (ir.Function, ir.Class):
            pending.extend(reversed(inside(node)))
    return frozenset(found)


def call_naming(function: ir.Function, name: str) -> ir.Call | None:
    """Return the first call in a function of something of this last name, else one that is given it; None for none."""
    given: ir.Call | None = None
    pending: list[object] = [function.body]
    while pending:
        node = pending.pop()
        if type(node) is ir.Call:
            if _named(node.func) == name:
                return node
            if any(
                name in (_named(arg.value), arg.value.value if type(arg.value) is ir.Const else "") for arg in node.args
            ):
                given = node
        pending.extend(reversed(inside(node)))
    return given


def _named(node: object) -> str:
    return node.id if type(node) is ir.Name else node.name if type(node) is ir.Attr else ""


def assigned_attributes(function: ir.Function) -> frozenset[str]:
    """Return the attributes of the first parameter that a method assigns."""
    first = function.parameters[0].name
    found: set[str] = set()
    pending: list[object] = list(function.body)
    while pending:
        node = pending.pop()
        targets: tuple[object, ...] = ()
        if type(node) is ir.Assign:
            targets = node.targets
        elif type(node) in (ir.Annotated, ir.For):
            targets = (node.target,)  # type: ignore[attr-defined]  # both kinds have one
        elif type(node) is ir.WithItem and node.target is not None:
            targets = (node.target,)
        waiting = list(targets)
        while waiting:
            target = waiting.pop()
            if type(target) is ir.Sequence:
                waiting.extend(target.items)
            elif type(target) is ir.Attr and type(target.value) is ir.Name and target.value.id == first:
                found.add(target.name)
        if type(node) not in (ir.Function, ir.Class):
            pending.extend(inside(node))
    return frozenset(found)


def raised_on_refusal(function: ir.Function) -> frozenset[str]:
    """Return the last names of what a function raises, but for what it raises only for another status than 403."""
    key = (id(function), -2)
    known = _suffixes.get(key)
    if known is not None:
        return known[1]
    found: set[str] = set()
    pending: list[object] = list(function.body)
    while pending:
        node = pending.pop()
        if type(node) is ir.Raise and node.value is not None:
            found |= stmt_reads(node.value) | _last_names(node.value)
        elif type(node) is ir.If:
            for branch in node.branches:
                if not _is_other_status(branch.test):
                    pending.extend(branch.body)
            pending.extend(node.orelse)
        elif type(node) not in (ir.Function, ir.Class):
            pending.extend(inside(node))
    result = frozenset(found)
    _suffixes[key] = (function, result)
    return result


def _last_names(node: object) -> frozenset[str]:
    if type(node) is ir.Call:
        return _last_names(node.func)
    return frozenset((node.name,)) if type(node) is ir.Attr else frozenset()


def _is_other_status(test: object) -> bool:
    """Say whether a condition singles out one status of an answer that is not 403."""
    if type(test) is ir.BoolOp:
        return _is_other_status(test.left) and _is_other_status(test.right)
    if type(test) is not ir.Compare or test.op not in ("==", "is", "in"):
        return False
    values = test.right.items if type(test.right) is ir.Sequence else (test.right,)
    numbers = [value.value for value in values if type(value) is ir.Const and type(value.value) is int]
    return (
        bool(numbers)
        and len(numbers) == len(values)
        and all(300 <= number < 600 and number != 403 for number in numbers)
    )
