"""What exceptions carry: those that are raised inside of a `try`, for the handlers that look at them."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import classes, persistence
from scopelint.link.blocks import nodes
from scopelint.link.bounds import MAX_ALTERNATIVES
from scopelint.link.values import ClassValue, External, InstanceRecord, Tuple, Unknown, Why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


class Attempt:
    """The body of a `try` that runs: what its handlers catch, and what was raised for each of them."""

    __slots__ = ("kinds", "raised", "wanted")

    def __init__(self, handlers: Sequence[ir.Handler], kinds: Sequence[Sequence[object]]) -> None:
        self.kinds = kinds
        self.raised: list[dict[object, Value]] = [{} for _ in handlers]
        self.wanted = any(_looks_at(handler) for handler in handlers)

    def values(self, index: int) -> list[Value]:
        """Return the exceptions that a handler may be given, one that is not known where none was seen."""
        return list(self.raised[index].values()) or [Unknown(Why("an exception"))]


def begin(m: Machine, handlers: Sequence[ir.Handler], kinds: Sequence[Sequence[object]]) -> Attempt:
    """Note that the body of a `try` begins to run."""
    attempt = Attempt(handlers, kinds)
    m.attempts.append(attempt)
    m.wanting += attempt.wanted
    return attempt


def end(m: Machine) -> None:
    """Note that the body of the innermost `try` has run."""
    m.wanting -= m.attempts.pop().wanted


def raise_value(m: Machine, value: Value) -> None:
    """Let the innermost handler that catches an exception be given it."""
    if type(value) is ClassValue:
        from scopelint.link import calls
        from scopelint.link.values import Arguments

        value = calls.call(m, value, Arguments(), None)
    record = m.instance(value)
    if record is None:
        return
    m.raises += 1
    for attempt in reversed(m.attempts):
        for index, kinds in enumerate(attempt.kinds):
            if any(_is_kind(record, kind) for kind in kinds):
                seen = attempt.raised[index]
                key = classes.freeze(m, value, 0, {})
                if key not in seen and len(seen) < MAX_ALTERNATIVES:
                    seen[key] = persistence.persist(m, value)
                return


def raise_again(m: Machine) -> None:
    """Raise once more what the running handler was given: a bare `raise`."""
    for value in m.caught[-1] if m.caught else ():
        raise_value(m, value)


def _looks_at(handler: ir.Handler) -> bool:
    """Say whether a handler reads an attribute of what it catches."""
    return bool(handler.name) and any(
        type(node) is ir.Attr and type(node.value) is ir.Name and node.value.id == handler.name
        for node in nodes(handler.body)
    )


def _is_kind(record: InstanceRecord, kind: object) -> bool:
    if type(kind) is Tuple:
        return any(_is_kind(record, item) for item in kind.items)
    bases = record.cls.mro if type(record.cls) is ClassValue else (record.cls,)
    if type(kind) is ClassValue:
        return kind in bases
    wanted = _builtin(kind)
    return wanted is not None and any(found is not None and issubclass(found, wanted) for found in map(_builtin, bases))


def _builtin(cls: object) -> type[BaseException] | None:
    """Return the built-in exception of a name, None for other classes."""
    name = cls.name.removeprefix("builtins.") if type(cls) is External else ""
    found = getattr(builtins, name, None) if name.isidentifier() else None
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


def is_exception(record: InstanceRecord) -> bool:
    """Say whether an instance is an exception."""
    bases = record.cls.mro if type(record.cls) is ClassValue else (record.cls,)
    return any(_builtin(base) is not None for base in bases)
