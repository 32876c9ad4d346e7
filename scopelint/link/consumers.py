"""Consumers that start before anything is in their queue: what is put there later runs them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scopelint.link.likeness import contents
from scopelint.link.state import DeadPath, Frame
from scopelint.link.values import Arguments, Bound, FunctionValue, Partial, Ref, Tuple

if TYPE_CHECKING:
    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_DEPTH = 3
"""Objects inside each other that are looked through for a queue."""


class Waiting(msgspec.Struct, frozen=True):
    """A call that waits for something in a queue, and the frame that it was made in."""

    function: FunctionValue
    args: Arguments
    node: ir.Call | None
    receiver: Value
    caller: Frame


def wait(m: Machine, queue: Ref) -> None:
    """End the path, which waits for something in an empty queue; note the outermost call that was given the queue.

    Of a queue that all share, it is the call that looks into it, while a module's body runs: functions that run for
    themselves do so again when another has filled it.
    """
    frames = m.frames()
    is_shared = queue.id in m.base
    if is_shared and frames[-1].function is not None:
        return
    for frame in frames if is_shared else reversed(frames):
        if frame.caller is not None and frame.function is not None and (is_shared or _reaches(m, frame.args, queue, 0)):
            waiting = Waiting(frame.function, frame.given, frame.call, frame.receiver, frame.caller)
            m.waiting.setdefault(queue.id, {})[id(frame.function.node)] = waiting
            m.raises += 1  # no call that ends so is kept
            raise DeadPath


def feed(m: Machine, queue: Ref) -> None:
    """Run the calls that wait for something in a queue, now that there is something."""
    from scopelint.link import calls

    for key, waiting in list(m.waiting.get(queue.id, {}).items()):
        if key in m.feeding:
            continue
        outer, m.frame = m.frame, waiting.caller
        m.feeding.add(key)
        try:
            calls.invoke(m, waiting.function, waiting.args, waiting.node, waiting.receiver)
        except DeadPath:
            pass  # it waits for the next one
        finally:
            m.feeding.discard(key)
            m.frame = outer


def waits(m: Machine, function: int) -> bool:
    """Say whether a call of a function, by the identity of its node, waits for something in a queue."""
    return any(function in found for found in m.waiting.values())


def _reaches(m: Machine, values: tuple[Value, ...], queue: Ref, depth: int) -> bool:
    for value in values:
        if value == queue:
            return True
        inner: tuple[Value, ...] = ()
        if type(value) is Ref and depth < _DEPTH:
            inner = contents(m.record(value))
        elif type(value) is Tuple:
            inner = value.items
        elif type(value) is Bound:
            inner = (value.receiver,)
        elif type(value) is Partial:
            inner = value.args.all()
        if inner and _reaches(m, inner, queue, depth + 1):
            return True
    return False
