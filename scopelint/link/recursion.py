"""Functions that call themselves: which of their runs are followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link.bounds import MAX_DESCENT, MAX_RECURSION
from scopelint.link.state import Frame
from scopelint.link.values import Arguments, ClassValue, DictRecord, FunctionValue, ListRecord, Ref, Tuple

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


def runs_inside_itself(m: Machine, function: FunctionValue, args: Arguments) -> bool:
    """Say whether a function runs inside itself too often; one that goes down into what it was given may do so more."""
    running: list[Frame] = []
    frame: Frame | None = m.frame
    while frame is not None:
        if frame.function is not None and frame.function.node is function.node:
            running.append(frame)
        frame = frame.caller
    if len(running) < MAX_RECURSION:
        return False
    if len(running) >= MAX_DESCENT:
        return True
    return not _is_part(m, args.all(), running[0].args) and not _is_of_others(args, running)


def _is_of_others(args: Arguments, running: list[Frame]) -> bool:
    """Say whether a call is given classes or functions that no running one was given.

    Containers build objects so, by what their constructors need.
    """

    def given(values: tuple[Value, ...]) -> tuple[Value, ...]:
        return tuple(
            value
            for value in values
            if type(value) is ClassValue or (type(value) is FunctionValue and value.closure is None)
        )

    found = given(args.all())
    return bool(found) and all(given(frame.args) != found for frame in running)


def _is_part(m: Machine, values: tuple[Value, ...], wholes: tuple[Value, ...]) -> bool:
    """Say whether one of the values is an item of one of the wholes."""
    for whole in wholes:
        found: tuple[Value, ...] = ()
        if type(whole) is Tuple:
            found = whole.items
        elif type(whole) is Ref:
            record = m.record(whole)
            if type(record) is ListRecord:
                found = record.items
            elif type(record) is DictRecord:
                found = tuple(record.items.values())
        if any(value in found for value in values):
            return True
    return False


def leave_to_themselves(m: Machine, function: FunctionValue) -> None:
    """Let the functions between two runs of one that is not run again be entry points: they are not followed here."""
    for frame in m.frames():
        if frame.function is None or frame.function.node is function.node:
            break
        m.entered.discard(id(frame.function.node))
