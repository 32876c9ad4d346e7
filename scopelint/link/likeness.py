"""Which values, objects and outcomes say the same of a request, so that one of them will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link.bounds import MAX_ALTERNATIVES, MAX_DATA_DEPTH, MAX_PLAIN_OUTCOMES
from scopelint.link.state import Outcome
from scopelint.link.values import (
    ClassValue,
    DictRecord,
    FunctionValue,
    Hole,
    InstanceRecord,
    ListRecord,
    OneOf,
    Ref,
    Str,
    Tuple,
    Unknown,
    Why,
)
from scopelint.link.weight import parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scopelint.link.values import Record, Value


def reachable(
    heap: dict[int, Record], roots: Iterable[Value], kept: dict[int, Record], shared: dict[int, Record]
) -> dict[int, Record]:
    """Return the heap without what neither the roots, nor globals, nor the objects of `kept` and `shared` reach."""
    found = {number: record for number, record in heap.items() if number in kept or number in shared or number < 0}
    pending: list[Value] = list(roots)
    for number, record in found.items():
        if record is not kept.get(number):
            pending.extend(contents(record))
    functions: set[int] = set()  # those that were followed, by identity: their defaults may lead to each other
    while pending:
        value = pending.pop()
        if type(value) is Ref:
            if value.id in heap and value.id not in found:
                record = found[value.id] = heap[value.id]
                pending.extend(contents(record))
        elif type(value) is FunctionValue:
            if value.closure is None or id(value) in functions:
                continue
            functions.add(id(value))
            variables = value.closure.variables().values()
            pending.extend(item for item in variables if type(item) is Ref and item.id not in found)
            pending.extend(value.defaults.values())
        else:
            pending.extend(parts(value))
    return found


def contents(record: Record) -> tuple[Value, ...]:
    """Return the values that an object holds."""
    if type(record) is ListRecord:
        return record.items
    if type(record) is DictRecord:
        return tuple(record.items.values())
    assert type(record) is InstanceRecord
    return (*record.attrs.values(), *record.args)


def one_of(values: Iterable[Value]) -> Value:
    """Return the alternatives as one value."""
    found: dict[Value, None] = {}
    for value in values:
        for item in value.values if type(value) is OneOf else (value,):
            found[item] = None
    items = tuple(found)
    if not items:
        return Unknown(Why("a value that is never set"))
    if len(items) > MAX_ALTERNATIVES:
        return Unknown(Why(f"a value with more than {MAX_ALTERNATIVES} alternatives"))
    return items[0] if len(items) == 1 else OneOf(items)


def alike(
    left: dict[str, Value], right: dict[str, Value], left_heap: dict[int, Record], right_heap: dict[int, Record]
) -> bool:
    """Say whether two states say the same of requests: a text that is not known is no other than an unknown value."""
    if left.keys() != right.keys() or left_heap.keys() != right_heap.keys():
        return False
    for name, value in left.items():
        other = right[name]
        if value is not other and not _alike(value, other):
            return False
    return all(
        record is right_heap[number] or alike_records(record, right_heap[number])
        for number, record in left_heap.items()
    )


def _alike(left: Value, right: Value) -> bool:
    if left is right or left == right:
        return True
    if type(left) is Tuple and type(right) is Tuple:
        return len(left.items) == len(right.items) and all(map(_alike, left.items, right.items))
    return _is_blank(left) and _is_blank(right)


def _is_blank(value: Value) -> bool:
    if type(value) is Unknown:
        return True
    return type(value) is Str and bool(value.parts) and all(type(part) is Hole for part in value.parts)


def alike_records(left: Record, right: Record) -> bool:
    """Say whether two objects say the same of requests."""
    if type(left) is not type(right):
        return False
    if type(left) is ListRecord and type(right) is ListRecord:
        return (
            left.more == right.more
            and len(left.items) == len(right.items)
            and all(map(_alike, left.items, right.items))
        )
    if type(left) is DictRecord and type(right) is DictRecord:
        return (
            left.more == right.more
            and left.items.keys() == right.items.keys()
            and all(_alike(value, right.items[key]) for key, value in left.items.items())
        )
    if type(left) is InstanceRecord and type(right) is InstanceRecord:
        return (
            left.cls == right.cls
            and left.attrs.keys() == right.attrs.keys()
            and len(left.args) == len(right.args)
            and all(map(_alike, left.args, right.args))
            and all(_alike(value, right.attrs[key]) for key, value in left.attrs.items())
        )
    return False


def fewer(outcomes: list[Outcome]) -> list[Outcome]:
    """Take outcomes that say nothing and leave the same objects for one."""
    if len(outcomes) <= MAX_PLAIN_OUTCOMES:
        return outcomes
    plain = [outcome for outcome in outcomes if not _tells(outcome.value, outcome.heap, 0)]
    if len(plain) <= MAX_PLAIN_OUTCOMES:
        return outcomes
    found = [outcome for outcome in outcomes if outcome not in plain]
    groups: list[list[Outcome]] = []
    for outcome in plain:
        for group in groups:
            if _same_objects(group[0].heap, outcome.heap):
                group.append(outcome)
                break
        else:
            groups.append([outcome])
    for group in groups:
        if len(group) == 1:
            found.append(group[0])
        else:
            found.append(Outcome(Unknown(Why("one of several values that say nothing")), group[0].heap))
    return found


def _same_objects(left: dict[int, Record], right: dict[int, Record]) -> bool:
    """Say whether two heaps agree on the objects that both have."""
    smaller, larger = (left, right) if len(left) <= len(right) else (right, left)
    return all(
        number not in larger or larger[number] is record or larger[number] == record
        for number, record in smaller.items()
    )


def _tells(value: Value, heap: dict[int, Record], depth: int) -> bool:
    """Say whether a value may say something of a request: a text, a callable, an object of the program."""
    kind = type(value)
    if kind is Str:
        return any(type(part) is not Hole for part in value.parts)  # type: ignore[union-attr]  # a Str
    if value is None or kind in (bool, int, float, Unknown):
        return False
    if kind is Tuple:
        return any(_tells(item, heap, depth + 1) for item in value.items)  # type: ignore[union-attr]  # a Tuple
    if kind is Ref and depth < 4:
        record = heap.get(value.id)  # type: ignore[union-attr]  # a Ref
        if type(record) is ListRecord:
            return any(_tells(item, heap, depth + 1) for item in record.items)
        if type(record) is DictRecord:
            return bool(record.items)
    return True


def data_once(outcomes: list[Outcome], before: dict[int, Record], shared: dict[int, Record]) -> list[Outcome]:
    """Take outcomes that are objects of one class, with attributes that say nothing of a request, for one of them.

    `before` are the objects that the call could have changed, `shared` those that module bodies made.
    """
    if len(outcomes) < 2:
        return outcomes
    found: list[Outcome] = []
    shapes: list[object] = []
    for outcome in outcomes:
        value = outcome.value
        is_new = type(value) is Ref and value.id in outcome.heap and value.id not in before
        shape = _shape(value, outcome.heap, shared, 0) if is_new else None
        same = next(
            (
                index
                for index, other in enumerate(shapes)
                if shape is not None and other == shape and _left_alike(found[index].heap, outcome.heap, before)
            ),
            None,
        )
        if same is None:
            found.append(outcome)
            shapes.append(shape)
        else:
            found[same] = _either(found[same], outcome)
    return found


def _left_alike(left: dict[int, Record], right: dict[int, Record], before: dict[int, Record]) -> bool:
    return all(left.get(number) is right.get(number) or left.get(number) == right.get(number) for number in before)


def _shape(value: Value, heap: dict[int, Record], shared: dict[int, Record], depth: int) -> object:
    """Return what is left of a value without what says nothing of a request; None where something does."""
    if isinstance(value, (bool, int, float)):
        return value
    if type(value) is OneOf:
        return "nothing" if all(_shape(one, heap, shared, depth) == "nothing" for one in value.values) else None
    if type(value) is not Ref:
        return None if _tells(value, heap, depth) else "nothing"
    if depth > MAX_DATA_DEPTH:
        return None
    mark = shared.get(value.id)
    if depth and type(mark) is InstanceRecord and not mark.attrs and not mark.args:
        return "nothing"  # it marks what is not given
    record = heap.get(value.id)
    if depth and (type(record) is ListRecord or type(record) is DictRecord):
        items = [_shape(item, heap, shared, depth + 1) for item in contents(record)]
        keys = tuple(record.items) if type(record) is DictRecord else ()
        return None if None in items else (type(record), record.more, keys, tuple(items))
    if type(record) is not InstanceRecord or type(record.cls) is not ClassValue:
        return None
    inside = [_shape(item, heap, shared, depth + 1) for item in (*record.attrs.values(), *record.args)]
    return None if None in inside else (id(record.cls), tuple(record.attrs), tuple(inside[: len(record.attrs)]))


def _either(one: Outcome, other: Outcome) -> Outcome:
    """Return the first of two objects of one shape, not known where they differ in what says nothing."""
    assert type(one.value) is Ref
    assert type(other.value) is Ref
    left, right = one.heap[one.value.id], other.heap[other.value.id]
    assert type(left) is InstanceRecord
    assert type(right) is InstanceRecord
    attrs = {name: _joined(value, right.attrs[name]) for name, value in left.attrs.items()}
    return Outcome(one.value, {**one.heap, one.value.id: InstanceRecord(left.cls, attrs, left.args)})


def _joined(left: Value, right: Value) -> Value:
    """Return one of two values that say nothing, or both where one is a mark that is asked for by its identity."""
    if left == right:
        return left
    if type(left) is Ref and type(right) is Ref:
        return left
    if any(type(value) in (Ref, OneOf) for value in (left, right)):
        return one_of((left, right))
    return Unknown(Why("one of several values that say nothing"))


def distinct(outcomes: list[Outcome]) -> list[Outcome]:
    """Return the outcomes without those that say the same as an earlier one."""
    if len(outcomes) < 2:
        return outcomes
    found: list[Outcome] = []
    for outcome in outcomes:
        if not any(alike({"": outcome.value}, {"": other.value}, outcome.heap, other.heap) for other in found):
            found.append(outcome)
    return found
