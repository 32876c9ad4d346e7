"""Methods that a framework calls on the objects that it is given: `execute` of an operator, `run` of a task."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING

from scopelint.link import frameworks, handed, hierarchy
from scopelint.link.values import Bound, ClassValue, External, FunctionValue

if TYPE_CHECKING:
    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Ref


PARTIAL = "partial"
"""Class method of operators that gives the class with some of its arguments: `Pull.partial(task_id="x")`."""


def run(m: Machine, cls: ClassValue, ref: Ref, node: ir.Call | None) -> None:
    """Call what the framework calls on a new object, where the object is made: that says what it is to do."""
    from scopelint.link import calls

    for function in of(m, cls):
        if m.may_send(function.node) and all(frame.function is not function for frame in m.frames()):
            args = handed.parameters(m, function, skip_first=True)
            m.fork(m.state, partial(calls.call, m, Bound(function, ref), args, node))  # it returns nothing to the maker


def of(m: Machine, cls: ClassValue) -> tuple[FunctionValue, ...]:
    """Return the functions of a class here, or of those it inherits from, that a framework calls."""
    known = m.hooks.get(cls)
    if known is None:
        names = dict.fromkeys(
            name
            for base in cls.mro
            if type(base) is External
            for pattern, listed in frameworks.load().hooks.items()
            if fnmatchcase(base.name, pattern)
            for name in listed
        )
        found = (hierarchy.class_attribute(m, cls, name) for name in names)
        known = m.hooks[cls] = tuple(function for function in found if type(function) is FunctionValue)
    return known
