"""Refusals: which functions look for one, where only running them tells, and whether one is handled on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import flow, text
from scopelint.link.sequences import elements, key_value
from scopelint.link.values import ClassValue, DictRecord, EnumMember, External, Ref, Str, Tuple, Unknown

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.state import Frame
    from scopelint.link.values import Value


NOTED = ("refusal",)
"""What a call has read that looks for a refusal: known of it when its result is taken from an earlier call."""
_STATUS = 403


def note_comparison(m: Machine, left: Value, right: Value) -> None:
    """Note that the running function compares two values, if one is not known and the other stands for a refusal."""
    for status, wanted in ((left, right), (right, left)):
        if (type(status) is Unknown or (type(status) is Str and text.known(status) is None)) and _names(m, wanted):
            note(m)
            return


def note_look_up(m: Machine, record: DictRecord) -> None:
    """Note that the running function looks something unknown up in a dict, if that has an entry for a refusal."""
    if any(_is_status(key_value(key)) for key in record.items):
        note(m)


def note(m: Machine) -> None:
    """Note that the running function looks for a refusal, and with it those that call it in order to send nothing."""
    m.reads.add(NOTED)
    for frame in m.frames():
        if frame.function is None or frame.handling:
            return  # what a handler looks at concerns the calls of its own try
        m.refusal_checks.add(id(frame.function.node))
        if m.may_send(frame.function.node):
            return


def _names(m: Machine, value: Value) -> bool:
    if type(value) is Tuple or type(value) is Ref:
        record = m.record(value) if type(value) is Ref else None
        found = tuple(map(key_value, record.items)) if type(record) is DictRecord else elements(m, value)[0]
        return any(_is_status(item) for item in found)
    return _is_status(value)


def _is_status(value: Value) -> bool:
    if type(value) is EnumMember:
        return value.name.upper() == "FORBIDDEN" or _is_status(value.value)
    if type(value) is External:
        return value.name.removesuffix(".value").rpartition(".")[2].upper() == "FORBIDDEN"
    if type(value) is Str:
        return text.known(value) == str(_STATUS)
    return value == _STATUS and isinstance(value, int)


def is_handled(m: Machine, frames: list[Frame], sink: str) -> bool:
    """Say whether something on the way handles a refusal: a comparison with 403, or a handler that would catch it."""
    top = sink.split(".")[0].split(":")[0]
    refusals = m.libraries.refusals.get(top, ())
    below: set[str] = set()  # what the functions further down the chain may raise for a refusal
    catching = any(frame.catches for frame in frames)
    for frame in reversed(frames):
        if frame.function is not None:
            node = frame.function.node
            if node.checks_refusal or not m.refusal_helpers.isdisjoint(flow.referred(node)):
                return True
        if any(_catches(m, kind, refusals, below) for caught in frame.catches for kind in caught):
            return True
        if frame.function is not None and catching:
            below.update(flow.raised_on_refusal(frame.function.node))
    return False


def _catches(m: Machine, kind: object, refusals: tuple[str, ...], below: set[str]) -> bool:
    if type(kind) is External:
        return kind.name in ("builtins.Exception", "builtins.BaseException") or kind.name in refusals
    if type(kind) is Tuple:
        return any(_catches(m, item, refusals, below) for item in kind.items)
    if type(kind) is ClassValue:
        return any(cls.name in below and kind in cls.mro for cls in m.all_classes)
    return False
