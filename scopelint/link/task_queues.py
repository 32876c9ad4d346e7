"""Task queues: the objects that their decorators make of functions, and what starting a task calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import attributes, classes, hierarchy
from scopelint.link.items import Missing
from scopelint.link.values import (
    Arguments,
    Bound,
    ClassValue,
    DictRecord,
    External,
    FunctionValue,
    InstanceRecord,
    Ref,
    Str,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

STARTERS = frozenset(
    {
        "delay", "apply_async", "apply", "apply_sync", "s", "si", "signature", "send", "send_with_options", "enqueue",
        "defer", "defer_async", "kiq",
    }
)  # fmt: skip
"""Methods of a task that start it, now or later."""
_WITH_LISTS = frozenset({"apply_async", "apply", "apply_sync", "signature", "send_with_options"})
"""Those that take the task's arguments as a sequence and a mapping."""
_TASK = External("celery.Task")


def task(m: Machine, value: Value, decorator: ir.Expr) -> Value:
    """Return what a task queue's decorator makes of a function.

    With `base=` (or the app's own `task_cls=`) the task is an instance of that class, with its attributes; with
    `bind=True` the function is given it as its first argument, however the task is started.
    """
    if type(value) is not FunctionValue or type(decorator) is not ir.Call:
        return value
    options = {arg.name: arg.value for arg in decorator.args if arg.name}
    binds = options.get("bind")
    is_bound = type(binds) is ir.Const and binds.value is True
    if not is_bound and "base" not in options:
        return value
    from scopelint.link.expressions import evaluate

    base = _class(m, evaluate(m, options["base"])) if "base" in options else _app_class(m, decorator.func)
    if base is None and is_bound:
        from scopelint.link import handed

        parameters = value.node.parameters
        base = _class(m, handed.annotation(m, parameters[0].annotation, value.module)) if parameters else None
    made = value.copy()
    found = m.new(InstanceRecord(_TASK, {}, ())) if base is None else classes.instantiate(m, base, Arguments(), None)
    made.task = found if type(found) is Ref else None
    return Bound(made, found) if is_bound else made


def _app_class(m: Machine, decorator: ir.Expr) -> ClassValue | None:
    """Return the class of an app's tasks: `Celery(task_cls=...)`, or `app.Task = ...`."""
    from scopelint.link.expressions import evaluate

    app = m.instance(evaluate(m, decorator.value)) if type(decorator) is ir.Attr else None
    if app is None:
        return None
    return _class(m, app.attrs.get("Task", app.attrs.get("task_cls")))


def _class(m: Machine, value: Value) -> ClassValue | None:
    """Return a class that is given as itself or by its dotted path."""
    from scopelint.link import stdlib_models

    value = m.pick(value)
    if type(value) is Str:
        value = stdlib_models.FUNCTIONS["pydoc.locate"](m, Arguments((value,)), None)
    return value if type(value) is ClassValue else None


def attribute(m: Machine, function: Value, name: str) -> Value | None:
    """Return what a task's class defines under a name; None where it does not."""
    while type(function) is Bound:
        function = function.function
    ref = function.task if type(function) is FunctionValue else None
    record = None if ref is None else m.instance(ref)
    if ref is None or record is None or isinstance(hierarchy.class_attribute(m, record.cls, name), Missing):
        return None
    return attributes.get_attribute(m, ref, name, None)


def start(m: Machine, function: Value, name: str, args: Arguments, node: ir.Call | None) -> Value:
    """Start a task: `task.delay(...)`, `task.apply_async(args=..., kwargs=...)`."""
    from scopelint.link import calls
    from scopelint.link.sequences import elements

    if name not in _WITH_LISTS:
        return calls.call(m, function, args, node)
    given = dict(args.keywords)
    positional = given.get("args", args.positional[0] if args.positional else None)
    found, more = elements(m, positional) if positional is not None else ((), False)
    named = given.get("kwargs", args.positional[1] if len(args.positional) > 1 else None)
    record = m.record(named) if type(named) is Ref else None
    keywords: tuple[tuple[str, Value], ...] = ()
    if type(record) is DictRecord:
        keywords = tuple((key, value) for key, value in record.items.items() if isinstance(key, str))
    calls.call(m, function, Arguments(found, keywords, more), node)
    return Unknown(Why("a task's result"))


def start_instance(m: Machine, ref: Ref, name: str, args: Arguments, node: ir.Call | None) -> Value | None:
    """Start a task that is written as a class with a `run` method; None where the object is none."""
    record = m.instance(ref)
    if name not in STARTERS or record is None or hierarchy.external_base(record.cls) is None:
        return None
    method = attributes.find_method(m, ref, "run")
    return None if method is None else start(m, method, name, args, node)
