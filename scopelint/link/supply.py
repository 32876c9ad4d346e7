"""Which function says the endpoint: whether what fixes it was supplied to a function by its caller or its object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import text
from scopelint.link.literals import key_of_member
from scopelint.link.sequences import elements
from scopelint.link.values import (
    Bound,
    ClassValue,
    DictRecord,
    EnumMember,
    Env,
    External,
    FunctionValue,
    Hole,
    InstanceRecord,
    Lit,
    Partial,
    Ref,
    Str,
    Tuple,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.state import Frame
    from scopelint.link.values import Value


_SEARCH_DEPTH = 5
"""Objects inside each other that are searched for the literal that fixes an endpoint."""


def fixing_frame(m: Machine, frames: list[Frame], resource: set[int], verb: set[int], stopped: list[Why]) -> int:
    """Return the outermost frame whose own code, not what it was given, says which endpoint is called.

    `resource` are the literals that fix the path, `verb` those that fix the method: an object that holds a method may
    serve any path, as `partial(send, "GET")` does.
    """
    index = len(frames) - 1
    wanted = resource | verb
    while index > 0:
        frame = frames[index]
        if frame.function is None or frame.call is None:
            if frame.function is None:
                break
            index -= 1
            continue
        if not _supplied(m, frame, wanted, resource or verb) and (wanted or not _gives_unknown(m, frame, stopped)):
            break
        index -= 1
    return index


def _gives_unknown(m: Machine, frame: Frame, stopped: list[Why]) -> bool:
    """Say whether the frame was given the value that is not known: maybe an object of a library, used as a text."""
    reasons = {(why.text, why.name, why.parameter) for why in stopped}  # the expression is where it was given
    for value in frame.args:
        holes = value.parts if type(value) is Str else (value,) if type(value) is Unknown else ()
        for hole in holes:
            if type(hole) in (Hole, Unknown) and (hole.why.text, hole.why.name, hole.why.parameter) in reasons:  # type: ignore[union-attr]  # both have it
                return True
        record = m.instance(value) if text.OBJECT in stopped else None
        if record is not None and type(record.cls) is External:
            return True
    return False


def _supplied(m: Machine, frame: Frame, literals: set[int], held: set[int]) -> bool:
    """Say whether a literal came into the frame from outside: as an argument, or, one of `held`, by its receiver."""
    if not literals:
        return False
    function = frame.function
    assert function is not None
    receiver = frame.receiver
    for value in frame.args:
        if value is receiver and type(value) is Ref:
            continue
        if _holds(m, value, literals, 0, set()):
            return True
    if type(receiver) is Ref and _receiver_supplies(m, receiver, function, held):
        return True
    closure = function.closure
    for parameter in function.node.parameters if closure is not None else ():
        if type(parameter.default) is ir.Name and _holds(
            m, function.defaults.get(parameter.name), literals, _SEARCH_DEPTH, set()
        ):
            return True  # `def run(path=path)`: a value of the function around it
    while closure is not None:
        if closure.frame is None or closure.frame.function is not None:
            for value in closure.variables().values():
                if any(_holds(m, told, literals, 3, set()) for told in _told_by(m, value)):
                    return True
        closure = closure.outer
    return False


def _told_by(m: Machine, value: Value) -> tuple[Value, ...]:
    """Return what a variable around a function may say of the endpoint it calls: of objects, what they were given."""
    record = m.instance(value)
    if record is not None:
        return record.args if type(record.cls) is ClassValue else ()
    return (value,) if type(value) in (Str, Tuple, ClassValue) else ()


def _receiver_supplies(m: Machine, receiver: Ref, function: FunctionValue, literals: set[int]) -> bool:
    """Say whether the receiver brought a literal.

    By its constructor's arguments, by what functions outside of its class gave its methods before, as builders are
    given it, or by a class derived from the one that defines the running method.
    """
    record = m.instance(receiver)
    if record is None:
        return False
    if any(_holds(m, value, literals, 0, set()) for value in record.args):
        return True
    if type(record.cls) is not ClassValue or function.owner is None:
        return False
    given = {o for o in literals if o in m.spoken and m.literals.get(o) not in record.cls.mro}
    if given and any(_holds(m, value, given, 3, set()) for value in record.attrs.values()):
        return True
    for cls in record.cls.mro:
        if cls is function.owner:
            break
        if type(cls) is not ClassValue:
            continue
        if any(m.literals.get(origin) is cls for origin in literals):
            return True
        if any(
            _holds(m, value, literals, 3, set()) for value in cls.attrs.values() if type(value) not in (FunctionValue,)
        ):
            return True
    return False


def _holds(m: Machine, value: Value, literals: set[int], depth: int, seen: set[int]) -> bool:
    if type(value) is Str:
        return any(
            (type(part) is Lit and part.origin in literals)
            or (type(part) is Env and part.default is not None and _holds(m, part.default, literals, depth, seen))
            for part in value.parts
        )
    if depth > _SEARCH_DEPTH:
        return False
    if type(value) is Tuple:
        return any(_holds(m, item, literals, depth + 1, seen) for item in value.items)
    if type(value) is Ref:
        if value.id in seen:
            return False
        seen.add(value.id)
        record = m.record(value)
        if type(record) is InstanceRecord:
            return any(_holds(m, item, literals, depth + 1, seen) for item in (*record.attrs.values(), *record.args))
        found, _ = elements(m, value)
        values = tuple(record.items.values()) if type(record) is DictRecord else ()
        return any(_holds(m, item, literals, depth + 1, seen) for item in (*found, *values))
    if type(value) is Partial:
        return any(_holds(m, item, literals, depth + 1, seen) for item in value.args.all())
    if type(value) is ClassValue:  # `Table(Claim)`: the class that was given says which endpoint it is
        return any(type(item) is Str and _holds(m, item, literals, depth, seen) for item in value.attrs.values())
    if type(value) is Bound:
        return _holds(m, value.function, literals, depth + 1, seen)
    if type(value) is EnumMember:
        return key_of_member(m, value) in literals or _holds(m, value.value, literals, depth + 1, seen)
    if type(value) is FunctionValue:
        closure = value.closure
        return closure is not None and any(
            _holds(m, item, literals, _SEARCH_DEPTH, seen)
            for item in closure.variables().values()
            if type(item) in (Str, Tuple)
        )
    return False
