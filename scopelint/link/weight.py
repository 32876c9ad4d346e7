"""How much a value holds. Values are compared and hashed with all their parts, so none may hold too many.

A few statements can make a value that holds 2^40 parts, by holding the one before twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link.values import Arguments, Bound, ListRecord, Method, OneOf, Partial, Tuple, Unknown, Why

if TYPE_CHECKING:
    from scopelint.link.values import Value

MAX_PARTS = 10_000
"""Parts of one value, those of its parts included."""
MAX_ITEMS = 20_000
"""Elements of a list."""


def tuple_of(items: tuple[Value, ...]) -> Value:
    """Return the tuple of these items, unknown when it is too large."""
    made = Tuple(items)
    return made if fits(made) else Unknown(Why(f"a tuple of more than {MAX_PARTS} parts"))


def partial_of(function: Value, args: Arguments) -> Value:
    """Return the function with some arguments given, unknown when that is too large."""
    made = Partial(function, args)
    return made if fits(made) else Unknown(Why(f"a function with more than {MAX_PARTS} arguments and their parts"))


def list_of(kind: str, items: tuple[Value, ...], more: bool) -> ListRecord:
    """Return a list of these items, and perhaps of more: of its beginning and more, when it is too long."""
    return ListRecord(kind, items[:MAX_ITEMS], more or len(items) > MAX_ITEMS)


def fits(value: Value) -> bool:
    """Say whether a value has no more parts than it may."""
    left = MAX_PARTS
    pending = [value]
    while pending:
        held = parts(pending.pop())
        left -= len(held)
        if left < 0:
            return False
        pending.extend(part for part in held if type(part) in _COMPOUND)
    return True


_COMPOUND = frozenset({Tuple, OneOf, Partial, Bound, Method})


def parts(value: Value) -> tuple[Value, ...]:
    """Return the values that a value holds itself; objects of the heap hold theirs there."""
    if type(value) is Tuple:
        return value.items
    if type(value) is OneOf:
        return value.values
    if type(value) is Bound:
        return value.function, value.receiver
    if type(value) is Method:
        return (value.receiver,)
    if type(value) is Partial:
        return (value.function, *value.args.all())
    return ()
