"""Methods that a framework calls on the objects that it is given: `execute` of an operator, `run` of a task."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from scopelint.facts import ir
from scopelint.link import assumed, declarations, frameworks, handed, hierarchy
from scopelint.link.values import Bound, ClassValue, External, FunctionValue, Partial

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scopelint.link.frameworks import Stream
    from scopelint.link.machine import Machine
    from scopelint.link.values import Arguments, Ref, Value


class Doing(msgspec.Struct, frozen=True):
    """What a framework does with a class's objects: the functions that it calls, the request that they declare.

    `loaders` are methods of the class that give one of them.
    """

    functions: tuple[FunctionValue, ...]
    stream: Stream | None
    loaders: frozenset[str]


PARTIAL = "partial"
"""Class method of operators that gives the class with some of its arguments: `Pull.partial(task_id="x")`."""


def run(m: Machine, cls: ClassValue, ref: Ref, node: ir.Call | None) -> None:
    """Call what the framework calls on a new object, where the object is made: that says what it is to do."""
    from scopelint.link import calls

    does = of(m, cls)
    if does.stream is not None:
        m.fork(m.state, partial(declarations.send_stream, m, does.stream, ref, node))
    for function in does.functions:
        if m.may_send(function.node) and all(frame.function is not function for frame in m.frames()):
            args = handed.parameters(m, function, skip_first=True)
            m.fork(m.state, partial(calls.call, m, Bound(function, ref), args, node))  # it returns nothing to the maker


def unmade(m: Machine) -> Iterator[tuple[ClassValue, tuple[FunctionValue, ...]]]:
    """Yield the own classes that only a framework makes, with what it calls of theirs that a library defines."""
    for cls in list(m.all_classes):
        if cls.module.library or hierarchy.external_base(cls) is None:
            continue
        functions = tuple(function for function in of(m, cls).functions if function.module.library)
        if not functions or assumed.is_abstract(m, cls):
            continue
        if not any(m.instances.get(kind) for kind in hierarchy.subclasses(m, cls)):
            yield cls, tuple(function for function in functions if m.may_send(function.node))


def make(m: Machine, cls: ClassValue, functions: tuple[FunctionValue, ...]) -> None:
    """Run functions on an instance of a class as if it were made where the class stands."""
    from scopelint.link import calls

    line, column = cls.node.place[:2]
    node = ir.Call(ir.Name(cls.name), (), (line, column, line, column + 1))
    ref = assumed.instance_for(m, cls)
    for function in functions:
        args = handed.parameters(m, function, skip_first=True)
        m.fork(m.state, partial(calls.call, m, Bound(function, ref), args, node))


def gives_object(m: Machine, cls: ClassValue, name: str) -> bool:
    """Say whether a framework's class method of this name gives an object of the class, or a part of what makes one."""
    does = of(m, cls)
    return name in does.loaders or (name == PARTIAL and bool(does.functions))


def call(m: Machine, cls: ClassValue, name: str, args: Arguments) -> Value | None:
    """Call such a class method; None for others."""
    if not gives_object(m, cls, name):
        return None
    return Partial(cls, args) if name == PARTIAL else assumed.instance_for(m, cls)


def of(m: Machine, cls: ClassValue) -> Doing:
    """Return what a framework does with what is made of a class, by the classes from outside that it inherits from."""
    known = m.hooks.get(cls)
    if known is None:
        outside = [base.name for base in cls.mro if type(base) is External]
        table = frameworks.load()
        found = (hierarchy.class_attribute(m, cls, name) for name in _listed(outside, table.hooks))
        functions = tuple(function for function in found if type(function) is FunctionValue)
        known = m.hooks[cls] = Doing(
            functions, declarations.stream_of(outside), frozenset(_listed(outside, table.loaders))
        )
    return known


def _listed(bases: Sequence[str], table: Mapping[str, tuple[str, ...]]) -> dict[str, None]:
    return dict.fromkeys(
        name for base in bases for pattern, names in table.items() if fnmatchcase(base, pattern) for name in names
    )
