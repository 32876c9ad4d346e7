"""What runs, in which order, and what counts: entry points first, library code and unused clients when referred to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import (
    assumed,
    binding,
    command_lines,
    deposits,
    flow,
    framework_hooks,
    frameworks,
    handed,
    hierarchy,
    order,
    running,
)
from scopelint.link.blocks import nodes
from scopelint.link.bounds import MAX_LATE_SENDER_STEPS, MAX_LATE_STEPS, MAX_UNUSED_STEPS, TOGETHER
from scopelint.link.state import BudgetSpent, DeadPath, Frame, Oracle, Outcome, State
from scopelint.link.values import (
    Arguments,
    Bound,
    ClassMethod,
    ClassValue,
    DictRecord,
    External,
    FunctionValue,
    Property,
    Ref,
    StaticMethod,
    Tuple,
)
from scopelint.model import ReachedBound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scopelint.link.machine import Machine
    from scopelint.link.modules import Module
    from scopelint.link.record import Recorded
    from scopelint.link.values import Record, Value
    from scopelint.model import ApiCall

_TABLE = frameworks.load()
_PLAIN_DECORATORS = frozenset(
    {
        "builtins.property", "builtins.staticmethod", "builtins.classmethod", "functools.cached_property",
        "abc.abstractmethod", "functools.wraps", "functools.lru_cache", "functools.cache", "contextlib.contextmanager",
        "contextlib.asynccontextmanager", "typing.overload", "typing.override", "typing_extensions.override",
    }
)  # fmt: skip
"""Decorators that do not make a function an entry point."""
MAX_ROUNDS = 2
"""Times that roots run again since something they read got a new value."""


class Runner:
    """Runs a project's roots; afterwards `results` holds each root's requests, and `dead` those that do not count."""

    strict = False  # raise what a fault of this program raises, for tests

    def __init__(self, m: Machine, count_dead: bool, mentioned: frozenset[str]) -> None:
        self.m = m
        self.count_dead = count_dead
        self.mentioned = mentioned  # dotted paths and names in configuration files
        self.results: dict[object, dict[ApiCall, Recorded]] = {}
        self.dead: dict[object, dict[ApiCall, Recorded]] = {}
        self.reads: dict[object, dict[object, int]] = {}

    def modules(self, modules: Iterable[Module]) -> None:
        """Run the bodies of modules; what a body sends counts."""
        for module in modules:
            if module.status == 0:
                self._collect(("module", module.path), partial(running.run_module, self.m, module), self.results)

    def _collect(self, key: object, action: Callable[[], object], into: dict[object, dict[ApiCall, Recorded]]) -> None:
        m = self.m
        before, m.recorder.requests = m.recorder.requests, {}
        m.reads = set()
        m.added = set()
        m.steps = 0
        m.quiet_limit = 0
        m.entering = []
        m.waiting = {}
        earlier: dict[ApiCall, Recorded] = {}
        try:
            action()
        except BudgetSpent:
            earlier = into.get(key, {})  # a run cut short takes nothing back
            m.entered.difference_update(other for other in m.entering if other != key)  # they run for themselves
        except DeadPath:
            pass
        except RecursionError:
            m.bound("calls nested more deeply than can be followed")
        except Exception as error:  # one entry point that cannot be followed must not lose the others
            m.faults.append(f"{self._shown(key)} could not be followed: {type(error).__name__}: {error}")
            if self.strict:
                raise
        into[key] = {**earlier, **m.recorder.requests}
        m.recorder.requests = before
        # What it added itself to a shared list, it may have read before: a worker that it started first must run again.
        self.reads[key] = {
            read: m.versions.get(read, 0) - (read in m.added and key not in self.reads) for read in m.reads
        }

    def _shown(self, key: object) -> str:
        function = self.m.functions.get(key) if isinstance(key, int) else None
        return f"{function.node.name}() in {function.module.path}" if function is not None else str(key)

    def unused_modules(self, modules: Iterable[Module]) -> None:
        """Run the bodies of modules that nothing has imported, as code that does not count, as far as there is time."""
        m = self.m
        end = m.total + MAX_UNUSED_STEPS
        m.live = False
        for module in modules:
            if module.status == 0 and m.total < end:
                self._collect(("module", module.path), partial(running.run_module, m, module), self.dead)
        m.live = True

    def run(self, function: FunctionValue, into: dict[object, dict[ApiCall, Recorded]]) -> None:
        """Run a function as a root, unless all together have run for so long that only those that send may."""
        m = self.m
        if m.relevance.refers_to_library(function.node):
            m.late_steps = MAX_LATE_SENDER_STEPS
        elif m.total > m.last_steps:
            m.spent[ReachedBound(TOGETHER, function.module.path, cuts=m.live)] = None
            return
        self._collect(id(function.node), lambda: self._run(function), into)
        m.late_steps = MAX_LATE_STEPS

    def _run(self, function: FunctionValue) -> None:
        """Run a function as often as others made it with other variables around."""
        m = self.m
        made = m.inner.get(id(function.node), [])
        m.reads.add(("inner", id(function.node)))
        if not made:
            self._run_one(function, {})
        for one in tuple(made):
            self._run_one(one.function, one.heap)

    def _run_one(self, function: FunctionValue, heap: dict[int, Record]) -> None:
        m = self.m
        self._begin(function.module)

        def action() -> None:
            value = _callable(m, function)
            receivers: tuple[Value, ...] = ()
            if function.owner is not None and not isinstance(value, StaticMethod):
                kind = m.decorated.get(id(function.node), value)
                owner: Value = function.owner
                receivers = (
                    owner
                    if isinstance(kind, ClassMethod)
                    or function.node.name in ("__new__", "__init_subclass__", "__class_getitem__")
                    else assumed.instance_for(m, function.owner, function.node.name),
                )
            made = m.decorated.get(id(function.node))
            if isinstance(made, Bound) and isinstance(made.function, FunctionValue) and made.function.task is not None:
                receivers = (made.receiver,)
            first = command_lines.first_argument(m, value)
            if first is not None:
                receivers = (*receivers, first)
            while isinstance(value, (StaticMethod, ClassMethod)):
                value = value.function
            if isinstance(value, Property):
                value = value.getter
            args = handed.parameters(m, function, bool(receivers))
            if value is not function and not isinstance(value, FunctionValue):
                value = function
            _enter(m, value if isinstance(value, FunctionValue) else function, receivers, args)
            if id(function.node) not in m.ran:
                _enter(m, function, receivers, args)

        m.fork(State({}, heap), action)

    def _make(self, cls: ClassValue, functions: tuple[FunctionValue, ...]) -> None:
        """Run what a framework calls on instances of a class that only the framework makes."""
        m = self.m
        self._begin(cls.module)
        m.fork(State({}, {}), partial(framework_hooks.make, m, cls, functions))

    def _begin(self, module: Module) -> None:
        m = self.m
        m.frame = Frame(module, None, None, None)
        m.state = State({}, {})
        m.oracle = Oracle([])
        m.owner_class = None

    def all(self, functions: list[FunctionValue]) -> None:
        """Run all roots in order: callers before those that they call, and what is not referred to last."""
        m = self.m
        waiting: list[FunctionValue] = []
        ordered = order.callers_first(functions, m.decorated)
        for function in ordered:
            if id(function.node) in m.entered or not (m.may_send(function.node) or _may_leave(function)):
                continue
            if self._is_candidate(function):
                waiting.append(function)
            else:
                self.run(function, self.results)
        for cls, called in framework_hooks.unmade(m):
            self._collect(("class", id(cls)), partial(self._make, cls, called), self.results)
        waiting = self._referred(waiting)
        self._skipped(ordered)
        self._again(ordered)
        waiting = self._referred(waiting)
        m.live = False
        m.most_steps = max(m.most_steps, m.total + MAX_UNUSED_STEPS)
        for function in waiting:
            if m.total > m.most_steps:
                break  # it counts for nothing
            if id(function.node) not in m.entered and id(function.node) not in m.ran:
                self.run(function, self.dead)
        m.live = True

    def _referred(self, waiting: list[FunctionValue]) -> list[FunctionValue]:
        """Run those that something refers to, until there are no more; return the others."""
        while True:
            chosen = [f for f in waiting if id(f.node) not in self.m.entered and self._is_referred(f)]
            if not chosen:
                return waiting
            for function in chosen:
                if id(function.node) not in self.m.entered:
                    self.run(function, self.results)
            done = set(chosen)  # some are not entered even so: a bound may end a run before
            waiting = [f for f in waiting if f not in done and id(f.node) not in self.m.entered]

    def _skipped(self, functions: list[FunctionValue]) -> None:
        """Run functions for themselves whose callers give them nothing to go over, or come before it is there."""
        left = {function for loop, function in self.m.skipped.items() if loop not in self.m.gone_over}
        sending = {f for found in self.results.values() for recorded in found.values() for f in recorded.functions}
        left.update(*(found - sending for number, found in self.m.starved.items() if number in self.m.grown))
        for function in functions:
            if id(function.node) in left and id(function.node) not in self.results:
                self.run(function, self.results)

    def _again(self, functions: list[FunctionValue]) -> None:
        """Run those roots again that read something which got a new value meanwhile."""
        by_key = {id(function.node): function for function in functions}
        for _ in range(MAX_ROUNDS):
            stale = [
                key
                for key, reads in self.reads.items()
                if key in by_key
                and key in self.results
                and any(self.m.versions.get(read, 0) != seen for read, seen in reads.items())
            ]
            if not stale:
                return
            for key in stale:
                self.run(by_key[key], self.results)

    def _is_candidate(self, function: FunctionValue) -> bool:
        """Say whether a function counts only when something refers to it."""
        self.m.steps = 0
        if self.count_dead:
            return False
        if function.module.library:
            return True
        owner = function.owner
        if owner is None or function.node.name.startswith(("__", "<")) or function.node.name in _TABLE.called:
            return False
        if any(not _is_plain(self.m, function, decorator) for decorator in function.node.decorators):
            return False
        if any(_is_framework(cls) for cls in hierarchy.subclasses(self.m, owner)):  # a mixin's methods are theirs
            return False
        return not any(type(base) is ClassValue and function.node.name in base.attrs for base in owner.mro[1:])

    def _is_referred(self, function: FunctionValue) -> bool:
        name = function.node.name
        if id(function.node) in self.m.referred or name in self.m.names:
            return True
        if function.owner is not None and not name.startswith("_"):  # a view that a router is given
            handed_on = self.m.handed_classes.intersection(hierarchy.subclasses(self.m, function.owner))
            if any(_is_framework(cls) for cls in handed_on):
                return True
        if function.owner is not None and id(function.owner) in self.m.open_classes and not name.startswith("_"):
            return False
        return self._is_mentioned(function)

    def _is_mentioned(self, function: FunctionValue) -> bool:
        """Say whether a configuration file names the function by a dotted path, of at least two names."""
        if not self.mentioned:
            return False
        path = function.module.path.removesuffix(".py").removesuffix("/__init__")
        owner = [] if function.owner is None else function.owner.qualname.split(".")
        full = [*path.split("/"), *owner, function.node.name]
        return any(".".join(full[start:]) in self.mentioned for start in range(len(full) - 1))


def _enter(m: Machine, function: FunctionValue, receivers: tuple[Value, ...], args: Arguments) -> None:
    """Run a function with no caller."""
    env = binding.bind(m, function, Arguments((*receivers, *args.positional), args.keywords))
    for parameter in function.node.parameters:
        bound = env.get(parameter.name)
        if parameter.kind == "kwargs" and type(bound) is Ref:
            record = m.record(bound)
            assert type(record) is DictRecord
            m.put(bound, DictRecord(record.items, True))
        elif parameter.kind == "args" and type(bound) is Tuple:
            env[parameter.name] = m.new_list(bound.items, True)
    if m.live:
        m.enter(id(function.node))
    m.ran.add(id(function.node))
    frame = Frame(function.module, function, None, None)
    frame.args = tuple(env.values())
    frame.receiver = receivers[0] if receivers else None
    outcomes = running.run(m, function, env, frame)
    _publish(m, function, outcomes)


def _publish(m: Machine, function: FunctionValue, outcomes: list[Outcome]) -> None:
    """Keep what a function gives that a framework calls for the context of others."""
    m.reads.add(("handed", id(function.node)))
    roles = m.deposits.makers.get(id(function.node))
    if roles is None and function.owner is not None and hierarchy.external_base(function.owner) is not None:
        roles = _TABLE.given.get(function.node.name)
    for outcome in outcomes if roles is not None else ():
        m.state = State({}, outcome.heap)
        deposits.publish(m, outcome.value, roles or ())


def _may_leave(function: FunctionValue) -> bool:
    """Say whether a hook may leave what sends in what it is given, for others: `request.client = self.client`."""
    node = function.node
    if function.owner is None or (node.name not in _TABLE.called and node.name not in _MIDDLEWARE):
        return False
    others = {parameter.name for parameter in node.parameters[1:]}
    return any(
        type(target) in (ir.Attr, ir.Sub) and not others.isdisjoint(flow.mentions(target))
        for statement in nodes(node.body)
        if type(statement) is ir.Assign
        for target in statement.targets
    )


_MIDDLEWARE = frozenset({"__call__", "dispatch"})
"""Methods by which classes wrap what handles a request."""


def _is_framework(cls: ClassValue) -> bool:
    """Say whether a class has a base from outside of the project, which may call its methods."""
    return hierarchy.external_base(cls) is not None and not all(
        type(base) is ClassValue or base.name in ("builtins.object", "builtins.Exception") for base in cls.mro
    )


def _callable(m: Machine, function: FunctionValue) -> Value:
    """Return what the function's name is bound to: what its decorators made of it."""
    value = m.decorated.get(id(function.node), function)
    if isinstance(value, FunctionValue) and value.node is function.node and value.closure is not function.closure:
        value = value.copy()  # of another time, with other variables around
        value.closure = function.closure
    return value if isinstance(value, (FunctionValue, StaticMethod, ClassMethod, Property)) else function


def _is_plain(m: Machine, function: FunctionValue, decorator: ir.Expr) -> bool:
    kind = handed.annotation(m, decorator.func if type(decorator) is ir.Call else decorator, function.module)
    if type(kind) is External:
        return kind.name in _PLAIN_DECORATORS
    return type(decorator) is ir.Attr and decorator.name in ("setter", "getter", "deleter")
