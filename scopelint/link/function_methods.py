"""Methods that libraries hang on functions and classes: they call them, now or later, or give them back changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import dispatch, frameworks, items, task_queues
from scopelint.link.likeness import one_of
from scopelint.link.sequences import elements
from scopelint.link.values import Arguments, DictRecord, Method, Partial, Ref, Tuple

if TYPE_CHECKING:
    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


def call(m: Machine, function: Value, name: str, args: Arguments, node: ir.Call | None) -> Value:
    """Call what a library hung on a function: `task.delay(...)`, `step.submit(...)`, `step.map([...])`."""
    from scopelint.link import calls, unknown_calls

    if name == "register" and dispatch.registers(m, method := Method(function, name)):
        return dispatch.register(m, method, args)
    if name in task_queues.STARTERS:
        return task_queues.start(m, function, name, args, node)
    known = frameworks.load().methods
    if name in known.give_back:
        return function
    if name in known.fill:
        return Partial(function, args)
    if name in known.call:
        return calls.call(m, function, args, node)
    if name in known.map:
        return calls.call(m, function, _each(m, args), node)
    if name in known.map_arguments:
        return calls.call(m, function, _unpacked(m, args), node)
    return unknown_calls.unknown_result(m, args, node, name)


def _each(m: Machine, args: Arguments) -> Arguments:
    """Return arguments with an element of each that has such: whichever, since all have their turn."""
    return Arguments(
        tuple(_element(m, value) for value in args.positional),
        tuple((name, _element(m, value)) for name, value in args.keywords),
    )


def _element(m: Machine, value: Value) -> Value:
    found, _ = elements(m, value) if type(value) is Ref or type(value) is Tuple else ((), True)
    return m.pick(one_of(found)) if found else value


def _unpacked(m: Machine, args: Arguments) -> Arguments:
    """Return the arguments that an element of the first argument holds: whichever, since all have their turn."""
    element = _element(m, args.positional[0]) if args.positional else None
    record = items.dict_items(m, element)
    if type(record) is DictRecord:
        named = tuple((key, value) for key, value in record.items.items() if isinstance(key, str))
        return Arguments((), named, False, record.more)
    found, more = elements(m, element)
    return Arguments(found, (), more)
