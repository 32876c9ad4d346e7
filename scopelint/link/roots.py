"""What runs, in which order, and what counts: entry points first, library code and unused clients when referred to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import attributes, calls, classes, command_lines, payload, task_queues
from scopelint.link.items import Missing
from scopelint.link.machine import one_of
from scopelint.link.state import BudgetSpent, DeadPath, Frame, Oracle, State
from scopelint.link.values import (
    AnnotatedType,
    Arguments,
    Bound,
    ClassMethod,
    ClassValue,
    Dependency,
    External,
    FunctionValue,
    InstanceRecord,
    Property,
    StaticMethod,
    Str,
    Tuple,
    Unknown,
    Why,
)
from scopelint.model import Certainty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scopelint.link.machine import Machine
    from scopelint.link.modules import Module
    from scopelint.link.record import Recorded
    from scopelint.link.values import Value
    from scopelint.model import ApiCall

_PLAIN_DECORATORS = frozenset(
    {
        "builtins.property", "builtins.staticmethod", "builtins.classmethod", "functools.cached_property",
        "abc.abstractmethod", "functools.wraps", "functools.lru_cache", "functools.cache", "contextlib.contextmanager",
        "contextlib.asynccontextmanager", "typing.overload", "typing.override", "typing_extensions.override",
    }
)  # fmt: skip
"""Decorators that do not make a function an entry point."""
MAX_NAMESAKES = 12
"""Definitions of one name past which a mention of it says nothing of who calls whom."""
MAX_ROUNDS = 2
"""Times that roots run again since something they read got a new value."""


def parameters(m: Machine, function: FunctionValue, skip_first: bool) -> Arguments:
    """Return what a function's caller may be assumed to give: injected instances, defaults, else what is not known."""
    given: dict[str, Value] = {}
    positional: list[Value] = []
    for index, parameter in enumerate(function.node.parameters):
        if (index == 0 and skip_first) or parameter.kind in ("args", "kwargs"):
            continue
        value = _parameter(m, function, parameter)
        if parameter.kind == "posonly":
            positional.append(value)
        else:
            given[parameter.name] = value
    return Arguments(tuple(positional), tuple(given.items()))


def _parameter(m: Machine, function: FunctionValue, parameter: ir.Parameter) -> Value:
    why = Why(
        f"'{parameter.name}' is a parameter of {function.node.name}() that no caller fixes",
        parameter.name, id(function.node), parameter.name,
    )  # fmt: skip
    unknown = Unknown(why)
    default: Value | Missing = function.defaults.get(parameter.name, Missing())
    if function.node.decorators:
        chosen = command_lines.option(m, function, parameter, default)
        if not isinstance(chosen, Missing):
            return chosen
    if isinstance(default, Dependency):
        return provided(
            m,
            default.provider if default.provider is not None else annotation(m, parameter.annotation, function.module),
            unknown,
        )
    if parameter.annotation is not None:
        injected = by_annotation(m, annotation(m, parameter.annotation, function.module), unknown)
        if injected is not None:
            return injected
    if isinstance(default, (Missing, bool)) or _is_declaration(m, default):
        return unknown
    if payload.is_payload(parameter.name):
        return default
    if default is None:
        return one_of((None, unknown))
    if type(default) in (Str, int, float) and function.node.decorators:
        return one_of((default, unknown)) if type(default) is not Str else default
    return default


def _is_declaration(m: Machine, default: Value) -> bool:
    """Say whether a default only describes a parameter to a framework: `typer.Argument(...)`, `fastapi.Query()`."""
    record = m.instance(default)
    if record is None:
        return type(default) is Unknown
    return type(record.cls) is External and record.cls.name not in m.libraries.clients


def annotation(m: Machine, node: ir.Expr | None, module: Module) -> Value:
    """Return the value of an annotation, names in quotation marks looked up."""
    if node is None:
        return None
    found: Value = None

    def action() -> Value:
        from scopelint.link.expressions import evaluate

        return evaluate(m, node)

    if type(node) is ir.Const and isinstance(node.value, str):
        name = node.value.split("|")[0].split("[")[-1].rstrip("]").strip()
        parts = name.split(".")
        inner: ir.Expr = ir.Name(parts[0])
        for part in parts[1:]:
            inner = ir.Attr(inner, part)
        return annotation(m, inner, module)
    if type(node) is ir.BinOp and node.op == "|":
        left = annotation(m, node.left, module)
        return annotation(m, node.right, module) if left is None else left
    frame, m.frame = m.frame, Frame(module, None, m.frame, None)
    m.frame.caller = None
    try:
        results = m.fork(State({}, m.state.heap), action)
        found = results[0][0] if results else None
    finally:
        m.frame = frame
    return found


def by_annotation(m: Machine, kind: Value, unknown: Unknown) -> Value | None:
    """Return an injected value for a parameter by its annotated type, None when the type says nothing."""
    if type(kind) is AnnotatedType:
        for item in kind.metadata:
            if type(item) is Dependency:
                return provided(m, item.provider if item.provider is not None else kind.type, unknown)
        return by_annotation(m, kind.type, unknown)
    if type(kind) is ClassValue:
        if classes.kind_of(kind) in ("fields", "typeddict", "namedtuple") and not _has_behaviour(m, kind):
            return None
        return classes.instance_for(m, kind)
    if type(kind) is External and kind.name in command_lines.CONTEXTS:
        return command_lines.context(m)
    if type(kind) is External and kind.name in m.libraries.clients:
        from scopelint.link.libraries_model import BASE
        from scopelint.link.values import Hole

        name = m.libraries.clients[kind.name].row.classes[0]
        m.reads.add(("clients", name))
        seen = list(m.clients.get(name, {}).values())
        if seen:
            return m.pick(one_of(seen))
        return m.new(InstanceRecord(kind, {BASE: Str((Hole(unknown.why),))}, ()))
    return None


def _has_behaviour(m: Machine, cls: ClassValue) -> bool:
    return any(
        type(value) in (FunctionValue, Property)
        for base in cls.mro
        if type(base) is ClassValue
        for value in base.attrs.values()
    ) or bool(m.instances.get(cls))


def provided(m: Machine, provider: Value, unknown: Unknown) -> Value:
    """Return what a dependency's provider gives: what it returns or yields."""
    if type(provider) is AnnotatedType:
        provider = provider.type
    if type(provider) is ClassValue:
        init = attributes.class_attribute(m, provider, "__init__")
        args = parameters(m, init, True) if isinstance(init, FunctionValue) else Arguments()
        return calls.call(m, provider, args, None)
    inner = provider.function if type(provider) is Bound else provider
    if type(inner) is not FunctionValue:
        record = m.instance(provider)
        if record is None:
            return unknown
        method = attributes.find_method(m, provider, "__call__")
        if type(method) is not Bound or type(method.function) is not FunctionValue:
            return unknown
        provider, inner = method, method.function
    result = calls.call(m, provider, parameters(m, inner, type(provider) is Bound), None)
    if inner.node.is_generator:
        from scopelint.link.sequences import elements

        found, _ = elements(m, result)
        return m.pick(one_of(found)) if found else unknown
    return result


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
                self._collect(("module", module.path), partial(self.m.run_module, module), self.results)

    def _collect(self, key: object, action: Callable[[], object], into: dict[object, dict[ApiCall, Recorded]]) -> None:
        m = self.m
        before, m.recorder.requests = m.recorder.requests, {}
        m.reads = set()
        m.added = set()
        m.steps = 0
        m.quiet_limit = 0
        entered = set(m.entered)
        try:
            action()
        except BudgetSpent:
            m.entered &= entered | {key}  # what was cut short runs as an entry point of its own  # type: ignore[arg-type]  # a root's key is its function's
        except DeadPath:
            pass
        except RecursionError:
            m.bound("calls nested more deeply than can be followed")
        except Exception as error:  # one entry point that cannot be followed must not lose the others
            m.faults.append(f"{self._shown(key)} could not be followed: {type(error).__name__}: {error}")
            if self.strict:
                raise
        into[key] = m.recorder.requests
        m.recorder.requests = before
        # What it added itself to a shared list, it may have read before: a worker that it started first must run again.
        self.reads[key] = {
            read: m.versions.get(read, 0) - (read in m.added and key not in self.reads) for read in m.reads
        }

    def _shown(self, key: object) -> str:
        function = self.m.functions.get(key) if isinstance(key, int) else None
        return f"{function.node.name}() in {function.module.path}" if function is not None else str(key)

    def run(self, function: FunctionValue, into: dict[object, dict[ApiCall, Recorded]]) -> None:
        """Run a function as a root."""
        self._collect(id(function.node), lambda: self._run(function), into)

    def _run(self, function: FunctionValue) -> None:
        m = self.m
        m.frame = Frame(function.module, None, None, None)
        m.state = State({}, {})
        m.oracle = Oracle([])
        m.owner_class = None

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
                    else classes.instance_for(m, function.owner),
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
            args = parameters(m, function, bool(receivers))
            if value is not function and not isinstance(value, FunctionValue):
                value = function
            frame = Frame(function.module, None, None, None)
            del frame
            _enter(m, value if isinstance(value, FunctionValue) else function, receivers, args)
            if id(function.node) not in m.ran:
                _enter(m, function, receivers, args)

        m.fork(State({}, {}), action)

    def all(self, functions: list[FunctionValue]) -> None:
        """Run all roots in order: callers before those that they call, and what is not referred to last."""
        m = self.m
        waiting: list[FunctionValue] = []
        ordered = _callers_first(functions)
        for function in ordered:
            if id(function.node) in m.entered or not m.may_send(function.node):
                continue
            if self._is_candidate(function):
                waiting.append(function)
            else:
                self.run(function, self.results)
        self._again(ordered)
        while True:
            chosen = [f for f in waiting if id(f.node) not in m.entered and self._is_referred(f)]
            if not chosen:
                break
            for function in chosen:
                if id(function.node) not in m.entered:
                    self.run(function, self.results)
            waiting = [f for f in waiting if id(f.node) not in m.entered]
        self._again(ordered)
        m.live = False
        for function in waiting:
            if id(function.node) not in m.entered and id(function.node) not in m.ran:
                self.run(function, self.dead)
        m.live = True

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
        if owner is None or function.node.name.startswith(("__", "<")):
            return False
        if any(not _is_plain(self.m, function, decorator) for decorator in function.node.decorators):
            return False
        if attributes.external_base(owner) is not None and not all(
            type(base) is ClassValue
            or base.name in ("builtins.object", "builtins.Exception")
            or attributes.external_base(owner) is None
            for base in owner.mro
        ):
            return False
        return not any(type(base) is ClassValue and function.node.name in base.attrs for base in owner.mro[1:])

    def _is_referred(self, function: FunctionValue) -> bool:
        name = function.node.name
        if id(function.node) in self.m.referred or name in self.m.names:
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
    env = calls.bind(m, function, Arguments((*receivers, *args.positional), args.keywords))
    for parameter in function.node.parameters:
        if parameter.kind == "kwargs" and isinstance(env.get(parameter.name), object):
            from scopelint.link.values import DictRecord

            env[parameter.name] = m.new(DictRecord({}, True))
        elif parameter.kind == "args":
            env[parameter.name] = m.new_list((), True)
    if m.live:
        m.entered.add(id(function.node))
    m.ran.add(id(function.node))
    frame = Frame(function.module, function, None, None)
    frame.args = tuple(env.values())
    frame.receiver = receivers[0] if receivers else None
    m.run(function, env, frame)


def _callable(m: Machine, function: FunctionValue) -> Value:
    """Return what the function's name is bound to: what its decorators made of it."""
    value = m.decorated.get(id(function.node), function)
    return value if isinstance(value, (FunctionValue, StaticMethod, ClassMethod, Property)) else function


def _is_plain(m: Machine, function: FunctionValue, decorator: ir.Expr) -> bool:
    kind = annotation(m, decorator.func if type(decorator) is ir.Call else decorator, function.module)
    if type(kind) is External:
        return kind.name in _PLAIN_DECORATORS
    return type(decorator) is ir.Attr and decorator.name in ("setter", "getter", "deleter")


def _callers_first(functions: list[FunctionValue]) -> list[FunctionValue]:
    """Order functions so that one comes after those that mention its name, as far as there is no cycle."""
    by_name: dict[str, list[int]] = {}
    for index, function in enumerate(functions):
        by_name.setdefault(function.node.name, []).append(index)
    callees: list[set[int]] = []
    waiting_for = [0] * len(functions)
    started = by_name.get("run", ())  # a task that is a class
    for index, function in enumerate(functions):
        found: set[int] = set()
        for name in function.node.names:
            for named in (by_name.get(name, ()), started if name in task_queues.STARTERS else ()):
                if len(named) <= MAX_NAMESAKES:
                    found.update(other for other in named if other != index)
        callees.append(found)
        for other in found:
            waiting_for[other] += 1
    ready = [index for index, count in enumerate(waiting_for) if count == 0]
    done = [False] * len(functions)
    order: list[int] = []
    cursor = 0
    ready.reverse()
    while len(order) < len(functions):
        if ready:
            index = ready.pop()
        else:
            while done[cursor]:
                cursor += 1
            index = cursor
        if done[index]:
            continue
        done[index] = True
        order.append(index)
        for other in sorted(callees[index], reverse=True):
            waiting_for[other] -= 1
            if waiting_for[other] == 0 and not done[other]:
                ready.append(other)
    return [functions[index] for index in order]


__all__ = ["Certainty", "Runner", "Tuple", "parameters"]
