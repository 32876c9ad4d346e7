"""Calls: who is called, how arguments meet parameters, and what happens where the callee is not known."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import (
    assumed,
    attributes,
    builtin_models,
    classes,
    command_lines,
    container_methods,
    containers,
    dispatch,
    introspection,
    items,
    iteration,
    libraries_model,
    memo,
    payload,
    settings_models,
    source,
    stdlib_methods,
    stdlib_models,
    task_queues,
    text,
    text_methods,
)
from scopelint.link.bounds import MAX_DEAD_STEPS, MAX_DEPTH, MAX_DESCENT, MAX_QUIET_STEPS, MAX_RECURSION
from scopelint.link.items import MISSING
from scopelint.link.state import Frame, QuietSpent
from scopelint.link.trial import trial
from scopelint.link.values import (
    AnnotatedType,
    Arguments,
    Bound,
    ClassMethod,
    ClassValue,
    Dependency,
    DictRecord,
    EnumMember,
    External,
    FunctionValue,
    ListRecord,
    Method,
    Partial,
    Property,
    Ref,
    StaticMethod,
    Str,
    Super,
    Tuple,
    Unknown,
    Why,
)
from scopelint.link.weight import tuple_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scopelint.link.machine import Machine
    from scopelint.link.state import Outcome
    from scopelint.link.values import Value

_OPERATORS = {
    "+": ("__add__", "__radd__"), "-": ("__sub__", "__rsub__"), "*": ("__mul__", "__rmul__"),
    "/": ("__truediv__", "__rtruediv__"), "//": ("__floordiv__", "__rfloordiv__"), "%": ("__mod__", "__rmod__"),
    "@": ("__matmul__", "__rmatmul__"), "|": ("__or__", "__ror__"), "&": ("__and__", "__rand__"),
    "^": ("__xor__", "__rxor__"), "<<": ("__lshift__", "__rlshift__"), ">>": ("__rshift__", "__rrshift__"),
}  # fmt: skip
_PROVIDERS = frozenset(
    {"get", "resolve", "instance", "get_instance", "provide", "inject", "make", "aget", "get_sync", "find_object"}
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


def call(m: Machine, callee: Value, args: Arguments, node: ir.Call | None) -> Value:
    """Return what a call gives on this path."""
    callee = m.pick(callee)
    if type(callee) is Bound:
        return _call_bound(m, callee, args, node)
    if type(callee) is FunctionValue:
        return invoke(m, callee, args, node)
    if type(callee) is External or type(callee) is Method:
        with iteration.at(m, node):
            if type(callee) is Method:
                return _call_method(m, callee, args, node)
            assert type(callee) is External
            return _call_external(m, callee, args, node)
    if type(callee) is ClassValue:
        return classes.instantiate(m, callee, args, node)
    if type(callee) is Partial:
        return call(m, callee.function, merged(callee.args, args), node)
    if type(callee) is StaticMethod or type(callee) is ClassMethod:
        return call(m, callee.function, args, node)
    if type(callee) is Ref:
        method = attributes.find_method(m, callee, "__call__")
        if method is not None:
            return call(m, method, args, node)
        record = m.instance(callee)
        if record is not None and attributes.external_base(record.cls) is not None:
            return libraries_model.call_instance(m, callee, record, args, node)
        return _unknown_result(m, args, node)
    if type(callee) is AnnotatedType:
        return call(m, callee.type, args, node)
    if type(callee) is EnumMember and (method := attributes.find_method(m, callee, "__call__")) is not None:
        return call(m, method, args, node)
    if type(callee) is Property:
        return _unknown_result(m, args, node)
    return unknown_call(m, callee, args, node)


def merged(first: Arguments, then: Arguments) -> Arguments:
    """Return the arguments of a partial with those of the call."""
    keywords = {**dict(first.keywords), **dict(then.keywords)}
    return Arguments(
        first.positional + then.positional,
        tuple(keywords.items()),
        first.open_positional or then.open_positional,
        first.open_keywords or then.open_keywords,
    )


def _call_bound(m: Machine, callee: Bound, args: Arguments, node: ir.Call | None) -> Value:
    full = Arguments((callee.receiver, *args.positional), args.keywords, args.open_positional, args.open_keywords)
    if type(callee.function) is FunctionValue:
        return invoke(m, callee.function, full, node, callee.receiver)
    return call(m, callee.function, full, node)


def _call_external(m: Machine, callee: External, args: Arguments, node: ir.Call | None) -> Value:
    found = libraries_model.call(m, callee.name, args, node)
    if found is not None:
        return found[0]
    model = (
        builtin_models.FUNCTIONS.get(callee.name)
        or stdlib_models.FUNCTIONS.get(callee.name)
        or introspection.FUNCTIONS.get(callee.name)
        or command_lines.FUNCTIONS.get(callee.name)
    )
    if model is not None:
        return m.pick(model(m, args, node))
    found_variable = settings_models.by_variable(m, args)
    if found_variable is not None:
        return found_variable
    if libraries_model.operation(m, callee.name, args, node):
        return Unknown(Why(f"the answer of {callee.name}()"))
    hand_over(m, args, node)
    if callee.name[:1] != "?" and callee.name.rpartition(".")[2][:1].isupper():
        return m.new(libraries_model.instance_record(m, callee, args))
    return Unknown(
        Why(f"the result of {callee.name}(), whose source is not at hand", "", 0, callee.name.rpartition(".")[2])
    )


def _call_method(m: Machine, callee: Method, args: Arguments, node: ir.Call | None) -> Value:
    receiver = m.pick(callee.receiver)
    if type(receiver) is Method and receiver.name == "__dict__":
        return _call_on_attributes(m, receiver.receiver, callee.name, args)
    if callee.name == "__await__":
        return receiver  # what a coroutine gives stands for the coroutine
    if type(receiver) is Super:
        return libraries_model.call_super(m, receiver, callee.name, args, node)
    if type(receiver) is ClassValue and callee.name == "__init__" and args.positional:
        target, rest = args.positional[0], Arguments(args.positional[1:], args.keywords, False, args.open_keywords)
        if type(target) is Ref and m.instance(target) is not None:
            classes.construct(m, receiver, target, rest, classes.kind_of(receiver), node)
        return None
    if type(receiver) is ClassValue and callee.name == "__subclasses__":
        return m.new_list(other for other in m.subclasses(receiver) if receiver in other.bases)
    if type(receiver) is ClassValue and callee.name in classes.ALTERNATIVE_CONSTRUCTORS:
        return classes.made_by(m, receiver, callee.name, args)
    record = m.record(receiver) if type(receiver) is Ref else None
    if type(receiver) is Str or (type(receiver) is EnumMember):
        value = receiver.value if type(receiver) is EnumMember else receiver
        if type(value) is Str:
            return m.pick(text_methods.text_method(m, value, callee.name, args))
    if type(record) is ListRecord:
        assert type(receiver) is Ref
        return m.pick(container_methods.list_method(m, receiver, record, callee.name, args))
    if type(record) is DictRecord:
        assert type(receiver) is Ref
        return m.pick(container_methods.dict_method(m, receiver, record, callee.name, args))
    if type(receiver) is Ref:
        instance = m.instance(receiver)
        if instance is not None:
            inherited = containers.method(m, receiver, callee.name, args, node)
            if inherited is not None:
                return m.pick(inherited[0])
            found = libraries_model.call_method(m, receiver, instance, callee.name, args, node)
            if found is not None:
                return found[0]
            if callee.name in ("__init__", "__init_subclass__", "__post_init__", "__setattr__"):
                if callee.name == "__setattr__" and len(args.positional) == 2:
                    name = text.known(args.positional[0])
                    if name is not None:
                        m.put(
                            receiver,
                            type(instance)(instance.cls, {**instance.attrs, name: args.positional[1]}, instance.args),
                        )
                return None
            if command_lines.is_context(instance):
                answer = command_lines.method(m, receiver, callee.name, args, node)
                if answer is not None:
                    return answer[0]
            started = task_queues.start_instance(m, receiver, callee.name, args, node)
            if started is not None:
                return started
            stdlib = stdlib_methods.method(m, receiver, instance, callee.name, args, node)
            if stdlib is not None:
                return m.pick(stdlib[0])
            return _unknown_result(m, args, node, callee.name)
    if isinstance(receiver, (FunctionValue, Bound, Partial)):
        return _function_method(m, receiver, callee.name, args, node)
    if type(receiver) is Tuple and callee.name == "index":
        return Unknown(Why("a position"))
    return _unknown_result(m, args, node, callee.name)


def _call_on_attributes(m: Machine, target: Value, name: str, args: Arguments) -> Value:
    """Call a method of an instance's `__dict__`."""
    record = m.instance(target)
    if record is None:
        return Unknown(Why("an object's attributes"))
    if name == "update":
        given = items.dict_items(m, args.positional[0]) if args.positional else None
        pairs = {**({} if given is None else {str(k): v for k, v in given.items.items()}), **dict(args.keywords)}
        for key, value in pairs.items():
            attributes.set_attribute(m, target, key, m.pick(value))
        return None
    wanted = text.known(args.positional[0]) if args.positional else None
    if name == "setdefault" and wanted is not None and not attributes.holds(m, target, wanted):
        attributes.set_attribute(m, target, wanted, args.positional[1] if len(args.positional) > 1 else None)
        return attributes.get_attribute(m, target, wanted, None)
    shared = type(target) is Ref and target.id in m.base
    made = m.new(DictRecord(dict(record.attrs.items()), shared or attributes.external_base(record.cls) is not None))
    found = m.record(made)
    assert type(found) is DictRecord
    return m.pick(container_methods.dict_method(m, made, found, name, args))


def _function_method(m: Machine, function: Value, name: str, args: Arguments, node: ir.Call | None) -> Value:
    """Call what a library hung on a function: `task.delay(...)`, `step.submit(...)`."""
    if name == "register" and dispatch.registers(m, method := Method(function, name)):
        return dispatch.register(m, method, args)
    if name in task_queues.STARTERS:
        return task_queues.start(m, function, name, args, node)
    if name in ("__get__", "cache_clear", "cache_info"):
        return function
    return (
        call(m, function, args, node)
        if name
        in (
            "__call__",
            "remote",
            "submit",
            "spawn",
            "fn",
            "func",
            "original_func",
            "aio",
            "sync",
            "call_local",
            "with_options",
            "retry_with",
            "callback",
            "main",
        )
        else _unknown_result(m, args, node, name)
    )


def invoke(m: Machine, function: FunctionValue, args: Arguments, node: ir.Call | None, receiver: Value = None) -> Value:
    """Run a function of the analysed code with these arguments."""
    if id(function.node) in m.dispatch:
        target = dispatch.chosen(m, function, args)
        if target is not function:
            m.refer(id(function.node))
            return invoke(m, target, args, node, receiver)
    depth = m.frame.depth + 1
    if depth > MAX_DEPTH:
        m.bound(f"more than {MAX_DEPTH} calls inside each other")
        return Unknown(Why(f"a call {MAX_DEPTH} calls deep"))
    if _runs_inside_itself(m, function, args):
        _leave_to_themselves(m, function)
        return Unknown(Why(f"the result of {function.node.name}(), which calls itself"))
    m.refer(id(function.node))
    m.step()
    if function.declared is not None:
        return libraries_model.send_declared(m, function, receiver, node)
    key = id(function.node)
    env = bind(m, function, args)
    if m.live and not m.doubt:
        m.enter(key)
    m.ran.add(key)

    def produce() -> list[Outcome]:
        kept = memo.key_of(m, function, env)
        if kept is None:
            return run()
        try:
            found = memo.look_up(m, kept)
        except TypeError:  # an argument that cannot be hashed
            return run()
        if found is not None:
            return found
        heap, sent = m.state.heap, m.recorder.sent
        outer, m.reads = m.reads, set()
        try:
            outcomes = run()
        finally:
            reads, m.reads = m.reads, outer | m.reads
        if m.recorder.sent == sent:
            memo.keep(m, kept, outcomes, reads, heap)
        return outcomes

    def run() -> list[Outcome]:
        frame = Frame(function.module, function, m.frame, node)
        frame.args = args.all()
        frame.receiver = (
            receiver
            if receiver is not None
            else (args.positional[0] if args.positional and function.owner is not None else None)
        )
        if function.doubtful and not function.node.decorators:
            m.doubt += 1
        return m.run(function, env, frame)

    if m.may_send(function.node):
        left, m.quiet_limit = m.quiet_limit - m.steps if m.quiet_limit else 0, 0
        try:
            return m.pick(m.outcome(produce))
        finally:
            m.quiet_limit = m.steps + left if left else 0  # what leads to a request does not count there
    if m.quiet_limit:
        return m.pick(m.outcome(produce))
    m.quiet_limit = m.steps + MAX_QUIET_STEPS
    try:
        return m.pick(m.outcome(produce))
    except QuietSpent:
        m.bound(f"more than {MAX_QUIET_STEPS} steps of a call that leads to no request", cuts=False)
        return Unknown(Why(f"the result of {function.node.name}(), which takes more than {MAX_QUIET_STEPS} steps"))
    finally:
        m.quiet_limit = 0


def _runs_inside_itself(m: Machine, function: FunctionValue, args: Arguments) -> bool:
    """Say whether a function runs inside itself too often; one that goes down into what it was given may do so more."""
    running: list[Frame] = []
    frame: Frame | None = m.frame
    while frame is not None:
        if frame.function is not None and frame.function.node is function.node:
            running.append(frame)
        frame = frame.caller
    if len(running) < MAX_RECURSION:
        return False
    if len(running) >= MAX_DESCENT:
        return True
    return not _is_part(m, args.all(), running[0].args) and not _is_of_others(args, running)


def _is_of_others(args: Arguments, running: list[Frame]) -> bool:
    """Say whether a call is given classes or functions that no running one was given.

    Containers build objects so, by what their constructors need.
    """

    def given(values: tuple[Value, ...]) -> tuple[Value, ...]:
        return tuple(
            value
            for value in values
            if type(value) is ClassValue or (type(value) is FunctionValue and value.closure is None)
        )

    found = given(args.all())
    return bool(found) and all(given(frame.args) != found for frame in running)


def _is_part(m: Machine, values: tuple[Value, ...], wholes: tuple[Value, ...]) -> bool:
    """Say whether one of the values is an item of one of the wholes."""
    for whole in wholes:
        found: tuple[Value, ...] = ()
        if type(whole) is Tuple:
            found = whole.items
        elif type(whole) is Ref:
            record = m.record(whole)
            if type(record) is ListRecord:
                found = record.items
            elif type(record) is DictRecord:
                found = tuple(record.items.values())
        if any(value in found for value in values):
            return True
    return False


def _leave_to_themselves(m: Machine, function: FunctionValue) -> None:
    """Let the functions between two runs of one that is not run again be entry points: they are not followed here."""
    for frame in m.frames():
        if frame.function is None or frame.function.node is function.node:
            break
        m.entered.discard(id(frame.function.node))


def bind(m: Machine, function: FunctionValue, args: Arguments) -> dict[str, Value]:
    """Return the parameters with their values; those that are not given and have no default are unknown."""
    env: dict[str, Value] = {}
    positional = list(args.positional)
    keywords = dict(args.keywords)
    rest: dict[object, Value] | None = None
    for parameter in function.node.parameters:
        name = parameter.name
        if parameter.kind == "args":
            env[name] = tuple_of(tuple(positional)) if not args.open_positional else m.new_list(positional, True)
            positional = []
        elif parameter.kind == "kwargs":
            rest = {}
            env[name] = None
        elif parameter.kind != "keyword" and positional:
            env[name] = _given(m, function, name, positional.pop(0))
            keywords.pop(name, None)
        elif name in keywords and parameter.kind != "posonly":
            env[name] = _given(m, function, name, keywords.pop(name))
        elif args.open_positional and parameter.kind != "keyword":
            env[name] = Unknown(Why(f"'{name}' comes from arguments that are not known", name, 0, name))
        elif name in function.defaults:
            default = function.defaults[name]
            if isinstance(default, Dependency) and default.provider is not None:
                from scopelint.link import handed

                default = handed.provided(m, default.provider, Unknown(Why(f"'{name}' is not given here", name)))
            env[name] = default
            if args.open_keywords:
                from scopelint.link.likeness import one_of

                env[name] = one_of(
                    (default, Unknown(Why(f"'{name}' comes from arguments that are not known", name, 0, name)))
                )
        else:
            env[name] = Unknown(Why(f"'{name}' is not given here", name, 0, name))
    if rest is not None:
        rest.update(keywords)
        name = next(parameter.name for parameter in function.node.parameters if parameter.kind == "kwargs")
        env[name] = m.new(DictRecord(rest, args.open_keywords))
    return env


def _given(m: Machine, function: FunctionValue, name: str, value: Value) -> Value:
    """Return an argument; one that is not known but is given where the default is None is taken for not None."""
    if payload.is_payload(name):
        return payload.blank(m, value)
    if type(value) is Unknown and not value.why.parameter and function.defaults.get(name, MISSING) is None:
        return Unknown(value.why, value.doubtful, True)
    return value


def operator(m: Machine, op: str, left: Value, right: Value) -> Value:
    """Return what an operator method of the analysed code gives, None when there is none."""
    names = _OPERATORS.get(op)
    if names is None:
        return None
    for value, other, name in ((left, right, names[0]), (right, left, names[1])):
        if type(value) in (Ref, EnumMember):
            method = attributes.find_method(m, value, name)
            if method is not None:
                return call(m, method, Arguments((other,)), iteration.site(m))
    return None


def _unknown_result(m: Machine, args: Arguments, node: ir.Call | None, name: str = "") -> Value:
    if name in _PROVIDERS and args.positional and type(args.positional[0]) is ClassValue:
        return assumed.instance_for(m, args.positional[0])
    hand_over(m, args, node)
    shown = source.of(node.func) if node is not None else name
    return Unknown(Why(f"the result of {shown}()", source.of(node) if node is not None else "", 0, name))


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
        sent = libraries_model.unknown_receiver(m, node.func, args, node)
        if sent is not None:
            return sent
        tried = _try_project_classes(m, node.func, args, node)
        if tried is not None:
            return tried
    if (
        node is not None
        and type(node.func) is ir.Attr
        and node.func.name in _PROVIDERS
        and args.positional
        and type(args.positional[0]) is ClassValue
    ):
        return assumed.instance_for(m, args.positional[0])
    why = callee.why if type(callee) is Unknown else None
    if why is not None and why.answer:
        return Unknown(why)
    hand_over(m, args, node)
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
    cut = False
    for function in functions:
        with trial(m) as shown:
            m.fork(m.state, partial(call, m, function, args, node))
        if shown.requests:
            m.recorder.record_any(m, next(iter(shown.requests)).origin, why, node)
            return True
        cut = cut or shown.cut
    if cut:
        m.bound(f"more than {MAX_DEAD_STEPS} steps of what {why.expression} may name")
    return cut


def _try_project_classes(m: Machine, func: ir.Attr, args: Arguments, node: ir.Call) -> Value | None:
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
        result = call(m, bound, args, node) if type(bound) is Bound else None
    finally:
        m.trying.discard(name)
        m.doubt -= 1
    return result


def hand_over(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    """Call the functions that were given to code that is not analysed; return what the first gives."""
    values = args.positional
    for index, value in enumerate(values):
        if is_function(m, value):
            rest = values[index + 1 :]
            return _call_given(
                m, value, Arguments(rest, tuple(k for k in args.keywords if not is_function(m, k[1]))), node
            )
    given = dict(args.keywords)
    result: Value = Unknown(Why("the result of a function that was handed over"))
    for name, value in args.keywords:
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
    inner = function
    skip = 0
    while type(inner) is Bound or type(inner) is Partial:
        skip += len(inner.args.positional) if type(inner) is Partial else 1
        inner = inner.function
    if type(inner) is FunctionValue:
        names = [p.name for p in inner.node.parameters if p.kind in ("positional", "posonly")]
        variadic = any(p.kind == "args" for p in inner.node.parameters)
        takes_all = any(p.kind == "kwargs" for p in inner.node.parameters)
        known = {p.name for p in inner.node.parameters}
        keywords = tuple((k, v) for k, v in args.keywords if takes_all or k in known)
        positional = args.positional if variadic else args.positional[: max(len(names) - skip, 0)]
        args = Arguments(positional, keywords, args.open_positional)
        given = {name for name, _ in keywords} | set(names[: skip + len(positional)])
        required = [
            p.name
            for p in inner.node.parameters
            if p.kind not in ("args", "kwargs") and p.default is None and p.name not in given
        ]
        if required and not args.open_positional:
            if not m.frame.module.library:
                m.refer(id(inner.node))  # whoever calls it gives more than is seen here: it runs as an entry point
            return Unknown(Why("the result of a function that was handed over"))
    return call(m, function, args, node)


def decorate(m: Machine, decorator: Value, value: Value) -> Value | None:
    """Apply a decorator of code that is not analysed; None when nothing is known of it."""
    found = command_lines.decorate(m, decorator, value)
    return stdlib_models.decorate(m, decorator, value) if found is None else found
