"""Calls of what is not known: what a name tells, what is tried, and the functions that are handed over."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import (
    assumed,
    attributes,
    deposits,
    frameworks,
    libraries_model,
    named_tasks,
    settings_models,
    source,
    text,
    unknown_receivers,
)
from scopelint.link.bounds import MAX_DEAD_STEPS
from scopelint.link.trial import trial
from scopelint.link.values import (
    Arguments,
    Bound,
    ClassValue,
    DictRecord,
    External,
    FunctionValue,
    Method,
    Partial,
    Ref,
    Str,
    Tuple,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


_GIVEN = frameworks.load().given
_PROVIDERS = frozenset(
    {
        "get",
        "resolve",
        "instance",
        "get_instance",
        "provide",
        "inject",
        "make",
        "aget",
        "get_sync",
        "find_object",
        "get_abstract",
        "aget_abstract",
        "find_service",
        "resolve_async",
        "aresolve",
        "get_service",
    }
)
"""Methods of dependency containers that give an instance of the class that they are asked for."""


_TRIED_CLASSES = 3
"""Classes of the project that a method of an unknown receiver is tried on."""


_COMMON_METHODS = frozenset(
    name for kind in (str, list, dict, set, bytes, tuple, int, object) for name in dir(kind)
) | {
    "request",
    "send",
    "close",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "fetch",
    "run",
    "execute",
    "call",
    "read",
    "write",
    "json",
    "open",
    "search",
    "query",
    "filter",
    "all",
    "create",
    "save",
    "load",
    "next",
    "start",
    "stop",
    "result",
    "submit",
    "map",
    "apply",
    "main",
}
"""Method names that say nothing of the class."""


def unknown_result(m: Machine, args: Arguments, node: ir.Call | None, name: str = "") -> Value:
    """Return what a call gives of which nothing is known but its name, the functions it is given called."""
    asked = asked_for(m, name, args)
    if asked is not None:
        return asked
    started = named_tasks.start(m, name, args, node)
    if started is not None:
        return started
    hand_over(m, args, node)
    deposits.given(m, args)
    shown = source.of(node.func) if node is not None else name
    return Unknown(Why(f"the result of {shown}()", source.of(node) if node is not None else "", 0, name))


def asked_for(m: Machine, method: str, args: Arguments) -> Value | None:
    """Return the instances of the classes that a container is asked for, None for other calls."""
    kinds = [value for value in args.positional if type(value) is ClassValue]
    if method not in _PROVIDERS or not kinds or type(args.positional[0]) is not ClassValue:
        return None
    made = tuple(assumed.instance_for(m, kind) for kind in kinds)
    return made[0] if len(args.positional) == 1 else Tuple(made)


def unknown_call(m: Machine, callee: Value, args: Arguments, node: ir.Call | None) -> Value:
    """Call something of which nothing is known: its method name may tell, and what it is given may be called."""
    found = settings_models.by_variable(m, args)
    if found is not None:
        return found
    if type(callee) is Unknown and callee.why.attribute_of:
        _call_any(m, callee.why, args, node)
        return Unknown(Why(f"the result of {source.of(node.func) if node is not None else 'a call'}()"))
    if type(callee) is Unknown and callee.why.within:
        if _call_any_within(m, callee.why, args, node):
            return Unknown(Why(f"the result of {source.of(node.func) if node is not None else 'a call'}()"))
        if callee.why.name:
            m.mention(callee.why.name)
    if node is not None and type(node.func) is ir.Attr:
        sent = unknown_receivers.unknown_receiver(m, node.func, args, node)
        if sent is not None:
            return sent
        tried = _try_project_classes(m, node.func, args, node)
        if tried is not None:
            return tried
    asked = asked_for(m, node.func.name, args) if node is not None and type(node.func) is ir.Attr else None
    if asked is not None:
        return asked
    why = callee.why if type(callee) is Unknown else None
    if why is not None and why.answer:
        return Unknown(why)
    taken = deposits.take(m, callee, node.func.name, args) if node and type(node.func) is ir.Attr else None
    if taken is not None:
        return taken
    started = named_tasks.start(m, node.func.name, args, node) if node and type(node.func) is ir.Attr else None
    if started is not None:
        return started
    hand_over(m, args, node)
    deposits.given(m, args)
    back = wrapped(m, args)
    if back is not None:
        return back
    shown = source.of(node.func) if node is not None else "a call"
    return Unknown(
        Why(
            why.text if why is not None and why.parameter else f"the result of {shown}()",
            source.of(node) if node else "",
            why.parameter if why else 0,
            why.name if why else "",
        )
    )


def _call_any(m: Machine, why: Why, args: Arguments, node: ir.Call | None) -> None:
    """Record a call of a method whose name is not known: a request that could be any of the object's own."""
    target = Ref(why.attribute_of)
    record = m.instance(target)
    if record is None or type(record.cls) is not ClassValue:
        return
    methods = [
        Bound(value, target)
        for base in record.cls.mro
        if type(base) is ClassValue
        for name, value in base.attrs.items()
        if type(value) is FunctionValue and not name.startswith("_") and m.may_send(value.node)
    ]
    _try_each(m, methods, why, args, node)


def _call_any_within(m: Machine, why: Why, args: Arguments, node: ir.Call | None) -> bool:
    """Record a call of a function in some module of a package, if one of the name sends; say whether one does."""
    folder = why.within.removesuffix("/__init__.py") + "/"
    functions = [
        function
        for function in m.functions.values()
        if function.owner is None
        and function.closure is None
        and (function.node.name == why.name if why.name else not function.node.name.startswith("_"))
        and (function.module.path == why.within or function.module.path.startswith(folder))
        and m.may_send(function.node)
    ]
    return _try_each(m, functions, why, args, node)


def _try_each(m: Machine, functions: Sequence[Value], why: Why, args: Arguments, node: ir.Call | None) -> bool:
    """Record a request of unknown endpoint if one of the functions sends, or could beyond a bound; say whether."""
    from scopelint.link import calls

    cut = False
    for function in functions:
        with trial(m) as shown:
            m.fork(m.state, partial(calls.call, m, function, args, node))
        if shown.requests:
            m.recorder.record_any(m, next(iter(shown.requests)).origin, why, node)
            return True
        cut = cut or shown.cut
    if cut:
        m.bound(f"more than {MAX_DEAD_STEPS} steps of what {why.expression} may name")
    return cut


def _try_project_classes(m: Machine, func: ir.Attr, args: Arguments, node: ir.Call) -> Value | None:
    from scopelint.link import calls

    name = func.name
    candidates = m.methods.get(name, [])
    if not candidates or name.startswith("__"):
        return None
    if name in _COMMON_METHODS:
        first = args.positional[0] if args.positional else None
        path = first if type(first) is Str else None
        if path is None or (len(args.positional) > 1 and type(args.positional[1]) is Str):
            path = args.positional[1] if len(args.positional) > 1 and type(args.positional[1]) is Str else path
        if path is None or text.starts_with(path, "/") is not True:
            return None
    owners = {id(function.owner): function for function in candidates if function.owner is not None}
    if name not in m.relevance.names or not owners or len(owners) > _TRIED_CLASSES:
        return None
    result: Value | None = None
    chosen = list(owners.values())
    function = chosen[m.choose(len(chosen))]
    if function.owner is None or name in m.trying:
        return None
    receiver = assumed.instance_for(m, function.owner)
    m.doubt += 1
    m.trying.add(name)
    try:
        bound = attributes.get_attribute(m, receiver, name, None)
        result = calls.call(m, bound, args, node) if type(bound) is Bound else None
    finally:
        m.trying.discard(name)
        m.doubt -= 1
    return result


def hand_over(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    """Call the functions that were given to code that is not analysed; return what the first gives."""
    values = args.positional
    if m.live and not m.frame.module.library:
        m.handed_classes.update(value for value in args.all() if type(value) is ClassValue)
    for index, value in enumerate(values):
        if is_function(m, value):
            rest = values[index + 1 :]
            return _call_given(
                m, value, Arguments(rest, tuple(k for k in args.keywords if not is_function(m, k[1]))), node
            )
    given = dict(args.keywords)
    result: Value = Unknown(Why("the result of a function that was handed over"))
    for name, value in args.keywords:
        roles = _GIVEN.get(name)
        if roles is not None and type(value) is FunctionValue and id(value.node) not in m.deposits.makers:
            m.deposits.makers[id(value.node)] = roles
            m.touch(("handed", id(value.node)))
        if is_function(m, value):
            from scopelint.link.sequences import elements

            positional, more = (
                elements(m, given["args"])
                if name in ("target", "func", "fn", "function") and "args" in given
                else ((), False)
            )
            keywords: tuple[tuple[str, Value], ...] = ()
            named = given.get("kwargs")
            record = m.record(named) if type(named) is Ref else None
            if type(record) is DictRecord:
                keywords = tuple((k, v) for k, v in record.items.items() if isinstance(k, str))
            result = _call_given(m, value, Arguments(positional, keywords, more), node)
            if roles is not None:
                deposits.publish(m, result, roles)
    return result


def is_function(m: Machine, value: Value) -> bool:
    """Say whether a value is a callable of the analysed code (not a class)."""
    if type(value) in (FunctionValue, Partial):
        return True
    if type(value) is External:
        return value.name in m.libraries.calls
    if type(value) is Bound:
        return is_function(m, value.function)
    return (
        type(value) is Method and type(value.receiver) is Ref and libraries_model.sends(m, value.receiver, value.name)
    )


def _call_given(m: Machine, function: Value, args: Arguments, node: ir.Call | None) -> Value:
    from scopelint.link import calls

    inner = _bare(function)[0]
    if type(inner) is FunctionValue:
        fitting = _fitting(function, args)
        if fitting is None:
            if not m.frame.module.library:
                m.refer(id(inner.node))  # whoever calls it gives more than is seen here: it runs as an entry point
            return Unknown(Why("the result of a function that was handed over"))
        args = fitting
    return calls.call(m, function, args, node)


def wrapped(m: Machine, args: Arguments) -> Value | None:
    """Return the function that code without source was given first, if only somebody else can call it.

    It needs more than came with it: `resource(fetch, name="claims")` makes something of it, as decorators do.
    """
    first = args.positional[0] if args.positional else None
    if not is_function(m, first) or args.open_positional or type(_bare(first)[0]) is not FunctionValue:
        return None
    return first if _fitting(first, Arguments(args.positional[1:], args.keywords)) is None else None


def _bare(function: Value) -> tuple[Value, int]:
    """Return what a callable runs, and how many arguments it has already."""
    skip = 0
    while type(function) is Bound or type(function) is Partial:
        skip += len(function.args.positional) if type(function) is Partial else 1
        function = function.function
    return function, skip


def _fitting(function: Value, args: Arguments) -> Arguments | None:
    """Return those arguments that a function takes, None where it needs others."""
    inner, skip = _bare(function)
    assert type(inner) is FunctionValue
    parameters = inner.node.parameters
    names = [p.name for p in parameters if p.kind in ("positional", "posonly")]
    variadic = any(p.kind == "args" for p in parameters)
    takes_all = any(p.kind == "kwargs" for p in parameters)
    known = {p.name for p in parameters}
    keywords = tuple((k, v) for k, v in args.keywords if takes_all or k in known)
    positional = args.positional if variadic else args.positional[: max(len(names) - skip, 0)]
    given = {name for name, _ in keywords} | set(names[: skip + len(positional)])
    if type(function) is Partial:
        given.update(name for name, _ in function.args.keywords)
    required = any(p.kind not in ("args", "kwargs") and p.default is None and p.name not in given for p in parameters)
    return None if required and not args.open_positional else Arguments(positional, keywords, args.open_positional)
