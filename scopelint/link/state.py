"""States of a running function, frames of the call stack, and the choices that make alternatives.

A statement is executed once a state. Where execution can go several ways (a condition that is not known, a call with
several outcomes), the statement is run again with the next choice: each run sees single values, so that what belongs
together stays together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scopelint.link.values import Arguments

if TYPE_CHECKING:
    from scopelint.facts import ir
    from scopelint.link.modules import Module
    from scopelint.link.values import ClassValue, Closure, FunctionValue, Record, Ref, Value


class State:
    """Variables, heap, and what has been assumed of conditions on this path."""

    __slots__ = ("assumed", "env", "heap")

    def __init__(self, env: dict[str, Value], heap: dict[int, Record], assumed: dict[str, int] | None = None) -> None:
        self.env = env
        self.heap = heap
        self.assumed: dict[str, int] = assumed if assumed is not None else {}

    def copy(self) -> State:
        """Return a state that can go its own way."""
        return State(self.env.copy(), self.heap.copy(), self.assumed.copy() if self.assumed else {})


class Outcome:
    """One way in which a call can end: what it returns and the heap that it leaves."""

    __slots__ = ("heap", "value")

    def __init__(self, value: Value, heap: dict[int, Record]) -> None:
        self.value = value
        self.heap = heap


class Choice:
    """One entry of a trail: which of how many; for calls with their outcomes, so that no call runs twice."""

    __slots__ = ("count", "index", "outcomes")

    def __init__(self, count: int, index: int, outcomes: list[Outcome] | None = None) -> None:
        self.count = count
        self.index = index
        self.outcomes = outcomes


class Oracle:
    """Replays the choices of a prefix, then takes the first alternative of each new one and notes it."""

    __slots__ = ("position", "trail")

    def __init__(self, prefix: list[Choice]) -> None:
        self.trail = prefix
        self.position = 0


class Frame:
    """A function (or module body) that runs: who called it, from where, with what."""

    __slots__ = (
        "args", "before", "call", "caller", "catches", "closure", "depth", "function", "given", "globals", "handling",
        "held",
        "key", "loops", "module", "nonlocals", "owner", "receiver", "returns", "state", "yielded", "yields",
        "yields_more",
    )  # fmt: skip

    def __init__(
        self, module: Module, function: FunctionValue | None, caller: Frame | None, call: ir.Call | None
    ) -> None:
        self.module = module
        self.function = function
        self.caller = caller
        self.call = call  # the call in the caller that entered this frame
        self.depth: int = 0 if caller is None else caller.depth + 1
        self.key = 0  # identity: of frames that are entered from the same place in the same frame it is the same
        self.before: dict[int, Record] = {}  # the heap when it was entered
        self.args: tuple[Value, ...] = ()
        self.given = Arguments()  # the same with their names
        self.receiver: Value = None
        self.closure: Closure | None = None if function is None else function.closure
        self.owner: ClassValue | None = None
        self.state: State | None = None  # the state in which it called out; None when it does not run
        self.returns: list[Outcome] = []
        self.yields: list[Value] = []
        self.yielded: dict[int, list[tuple[Ref, Record]]] = {}  # objects as they were when they were yielded
        self.yields_more = False
        self.catches: list[tuple[object, ...]] = []  # exception classes caught around what runs, innermost last
        self.handling = 0  # handlers of exceptions that run
        self.held: list[Value] = []  # what the loops around what runs have yet to go over: no variable may lead to it
        self.loops: list[tuple[list[State], list[State]]] = []  # states that left by break, and by continue
        self.globals: frozenset[str] = frozenset()
        self.nonlocals: frozenset[str] = frozenset()


class Made(msgspec.Struct, frozen=True):
    """A function that another one made: with the heap, and the values of the variables around, as they were then."""

    function: FunctionValue
    heap: dict[int, Record]
    around: tuple[object, ...]


class DeadPath(Exception):  # noqa: N818  # not an error: control flow of the abstract program
    """The way of execution that runs ends here: something certainly raised."""


class QuietSpent(Exception):  # noqa: N818  # not an error: a bound was reached
    """The bound on the steps of a call that leads to no request was reached: its result is not known."""


class BudgetSpent(Exception):  # noqa: N818  # not an error: a bound was reached
    """The bound on executed steps was reached."""


class Deposits:
    """What the program leaves under names in objects of frameworks: see `deposits.py`."""

    __slots__ = ("makers", "places", "values")

    def __init__(self) -> None:
        self.values: dict[object, dict[object, Value]] = {}  # by name, and by their content
        self.places: set[str] = set()  # the classes of the objects in which something was left
        self.makers: dict[int, tuple[str, ...]] = {}  # functions that give a context, by identity, and what holds it
