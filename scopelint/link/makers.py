"""Functions that make an instance of a class and that nothing has run yet: run to see what they make it from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scopelint.link.state import State
from scopelint.link.trial import trial
from scopelint.link.values import Arguments, ClassMethod, ClassValue, FunctionValue, StaticMethod

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_MOST = 3
"""Functions that are run for one class."""


def seek(m: Machine, classes: Iterable[ClassValue]) -> bool:
    """Run functions that call one of these classes, each class sought once; say whether some of them were run.

    A composition root often counts for nothing itself: whoever starts the app calls it, and it sends no request.
    """
    wanted = [cls for cls in classes if cls not in m.sought]
    m.sought.update(wanted)
    _index(m)
    found: dict[int, FunctionValue] = {}
    for cls in wanted:
        makers = [f for f in m.makers.get(cls.name, ()) if _is_unseen(m, f, cls)]
        found.update((id(function.node), function) for function in makers[:_MOST])
    ran = set(m.ran)
    for function in found.values():
        with trial(m):
            m.fork(State({}, {}), partial(_run, m, function))
    m.ran = ran
    return bool(found)


def _index(m: Machine) -> None:
    """Note what the functions defined since the last time call, by last names."""
    functions = list(m.functions.values())
    for function in functions[m.makers_indexed :]:
        for name in {reference.rpartition(".")[2] for reference in function.node.called}:
            m.makers.setdefault(name, []).append(function)
    m.makers_indexed = len(functions)


def _is_unseen(m: Machine, function: FunctionValue, cls: ClassValue) -> bool:
    """Say whether a function has not run, can be run by itself, and does not belong to the class it makes."""
    return (
        id(function.node) not in m.ran
        and function.owner is not cls
        and (function.closure is None or function.closure.frame is None)
        and all(frame.function is not function for frame in m.frames())
    )


def _run(m: Machine, function: FunctionValue) -> None:
    from scopelint.link import assumed, calls, handed

    receivers: tuple[Value, ...] = ()
    owner = function.owner
    if owner is not None:
        kind = m.decorated.get(id(function.node))
        if isinstance(kind, ClassMethod):
            receivers = (owner,)
        elif not isinstance(kind, StaticMethod):
            receivers = (assumed.instance_for(m, owner),)
    given = handed.parameters(m, function, bool(receivers))
    args = Arguments((*receivers, *given.positional), given.keywords)
    calls.invoke(m, function, args, None, receivers[0] if receivers else None)
