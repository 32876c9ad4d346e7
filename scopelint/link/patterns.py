"""`match` patterns: whether they match, and what they bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import attributes, hierarchy, items, refusals, source, tests
from scopelint.link.sequences import elements
from scopelint.link.values import DictRecord, Ref, Str, Tuple, Unknown, Why

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


def matches(m: Machine, pattern: ir.Pattern, value: Value, subject: ir.Expr | None) -> bool:
    """Return whether a pattern matches on this path, binding its names; both ways are taken where it is not known."""
    if type(pattern) is ir.PatternCapture:
        if pattern.inner is not None:
            found = _which(m, pattern.inner, value, subject)
            if found is None:
                return False
            value = found[0]
        if pattern.name:
            m.state.env[pattern.name] = value
        return True
    if type(pattern) is ir.PatternOr:
        return any(matches(m, alternative, value, subject) for alternative in pattern.alternatives)
    if type(pattern) is ir.PatternValue:
        return _value(m, pattern, value, subject)
    if type(pattern) is ir.PatternSequence:
        return _sequence(m, pattern, value)
    if type(pattern) is ir.PatternMapping:
        return _mapping(m, pattern, value)
    if type(pattern) is ir.PatternClass:
        return _class(m, pattern, value)
    return True


def _which(m: Machine, pattern: ir.Pattern, value: Value, subject: ir.Expr | None) -> tuple[Value] | None:
    """Return what a value that matches is, which the pattern may say of one that is not known; None for no match."""
    from scopelint.link.expressions import evaluate

    for alternative in pattern.alternatives if type(pattern) is ir.PatternOr else (pattern,):
        if matches(m, alternative, value, subject):
            if type(value) is Unknown and type(alternative) is ir.PatternValue:
                return (evaluate(m, alternative.value),)
            return (value,)
    return None


def _value(m: Machine, pattern: ir.PatternValue, value: Value, subject: ir.Expr | None) -> bool:
    from scopelint.link.expressions import evaluate

    wanted = evaluate(m, pattern.value)
    found = tests.compare(m, value, "==", wanted)
    if found is None:
        refusals.note_comparison(m, value, wanted)
        key = "" if subject is None else source.key(ir.Compare(subject, "==", pattern.value))
        found = m.choose(2, key) == 0
        if found and type(subject) is ir.Name and subject.id in m.state.env and type(value) is Unknown:
            m.state.env[subject.id] = wanted
    return found


def _sequence(m: Machine, pattern: ir.PatternSequence, value: Value) -> bool:
    if type(value) is Str or value is None or isinstance(value, (int, float)):
        return False
    found, more = elements(m, value)
    star = next((index for index, item in enumerate(pattern.items) if type(item) is ir.PatternStar), None)
    fixed = len(pattern.items) - (star is not None)
    known = type(value) in (Tuple, Ref) and not more
    if known and (len(found) < fixed or (star is None and len(found) != fixed)):
        return False
    if not known and m.choose(2) == 1:
        return False
    missing = Unknown(value.why if type(value) is Unknown else Why("an element of a value that is not known"))
    found = (*found, *(missing for _ in range(fixed - len(found))))
    if star is None:
        return all(matches(m, inner, item, None) for inner, item in zip(pattern.items, found, strict=False))
    tail = len(pattern.items) - star - 1
    starred = pattern.items[star]
    assert type(starred) is ir.PatternStar
    if starred.name:
        m.state.env[starred.name] = m.new_list(found[star : len(found) - tail], more)
    head = all(matches(m, inner, item, None) for inner, item in zip(pattern.items[:star], found, strict=False))
    ends = zip(pattern.items[star + 1 :], found[len(found) - tail :], strict=False)
    return head and all(matches(m, inner, item, None) for inner, item in ends)


def _mapping(m: Machine, pattern: ir.PatternMapping, value: Value) -> bool:
    from scopelint.link.expressions import evaluate

    record = m.record(value) if type(value) is Ref else None
    if type(record) is not DictRecord:
        if type(value) is not Unknown:
            return False
        if m.choose(2) == 1:
            return False
        record = DictRecord({}, True)
    for key_node, inner in pattern.items:
        key = items.dict_key(m, evaluate(m, key_node))
        if key in record.items:
            if not matches(m, inner, m.pick(record.items[key]), None):
                return False
        elif record.more:
            if not matches(m, inner, Unknown(Why("an item of a value that is not known")), None):
                return False
        else:
            return False
    return True


def _class(m: Machine, pattern: ir.PatternClass, value: Value) -> bool:
    from scopelint.link.expressions import evaluate

    cls = evaluate(m, pattern.cls)
    found = hierarchy.is_instance(m, value, cls)
    if found is None:
        found = m.choose(2) == 0
    if not found:
        return False
    for name, inner in pattern.keywords:
        if not matches(m, inner, attributes.get_attribute(m, value, name, None), None):
            return False
    names = hierarchy.match_args(m, cls)
    for index, inner in enumerate(pattern.positional):
        attribute = attributes.get_attribute(m, value, names[index], None) if index < len(names) else value
        if not matches(m, inner, attribute, None):
            return False
    return True
