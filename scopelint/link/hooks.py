"""Functions that a client calls with each answer: httpx's event hooks, requests' hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import items
from scopelint.link.sequences import elements
from scopelint.link.values import Arguments, Bound, DictRecord, FunctionValue, InstanceRecord, Partial, Ref

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

NAMES = ("event_hooks", "hooks")


def given(args: Arguments) -> dict[str, Value]:
    """Return the hooks among the arguments of a client's constructor, as its attributes."""
    return {name: value for name, value in args.keywords if name in NAMES and value is not None}


def attribute(m: Machine, ref: Ref, record: InstanceRecord, name: str) -> Value:
    """Return a client's hooks, to which others may be added."""
    made = m.new(DictRecord({"request": m.new_list(()), "response": m.new_list(())}))
    m.put(ref, InstanceRecord(record.cls, {**record.attrs, name: made}, record.args))
    return made


def answer(m: Machine, attrs: dict[str, Value], args: Arguments, response: Value) -> None:
    """Call what is to be called with the answer of a request: by its client's attributes, or by its arguments."""
    for name in NAMES:
        for value in (attrs.get(name), dict(args.keywords).get(name)):
            record = items.dict_items(m, m.pick(value)) if value is not None else None
            held = None if record is None else m.pick(record.items.get("response"))
            if held is None:
                continue
            found = (held,) if type(held) in (FunctionValue, Bound, Partial) else elements(m, held)[0]
            for hook in found:
                _call(m, m.pick(hook), response)


def _call(m: Machine, hook: Value, response: Value) -> None:
    from scopelint.link import calls

    function = hook.function if type(hook) is Bound else hook
    if type(function) is not FunctionValue or any(frame.function is function for frame in m.frames()):
        return  # one that sends may call its own client
    calls.call(m, hook, Arguments((response,), (), False, True), None)
    sender = m.frame.function
    if sender is not None and (function.node.checks_refusal or id(function.node) in m.refusal_checks):
        m.refusal_checks.add(id(sender.node))
