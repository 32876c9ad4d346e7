"""Calls: who is called, and the run of a function that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import (
    app_config,
    attribute_writes,
    attributes,
    binding,
    builtin_models,
    classes,
    command_lines,
    consumers,
    container_methods,
    containers,
    deposits,
    dispatch,
    framework_hooks,
    function_methods,
    hierarchy,
    introspection,
    items,
    iteration,
    later_attributes,
    libraries_model,
    memo,
    named_tasks,
    recursion,
    running,
    sending,
    settings_models,
    stdlib_methods,
    stdlib_models,
    task_queues,
    text,
    text_methods,
    unknown_calls,
)
from scopelint.link.bounds import MAX_DEPTH, MAX_QUIET_STEPS
from scopelint.link.state import Frame, Outcome, QuietSpent
from scopelint.link.values import (
    AnnotatedType,
    Arguments,
    Bound,
    ClassMethod,
    ClassValue,
    DictRecord,
    EnumMember,
    External,
    FunctionValue,
    InstanceRecord,
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

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_OPERATORS = {
    "+": ("__add__", "__radd__"), "-": ("__sub__", "__rsub__"), "*": ("__mul__", "__rmul__"),
    "/": ("__truediv__", "__rtruediv__"), "//": ("__floordiv__", "__rfloordiv__"), "%": ("__mod__", "__rmod__"),
    "@": ("__matmul__", "__rmatmul__"), "|": ("__or__", "__ror__"), "&": ("__and__", "__rand__"),
    "^": ("__xor__", "__rxor__"), "<<": ("__lshift__", "__rlshift__"), ">>": ("__rshift__", "__rrshift__"),
}  # fmt: skip


_UNBOUND = frozenset({"str", "dict", "list"})
"""Built-in classes whose methods are called with their objects: `map(str.title, words)`."""


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
        return call(m, callee.function, binding.merged(callee.args, args), node)
    if type(callee) is StaticMethod or type(callee) is ClassMethod:
        return call(m, callee.function, args, node)
    if type(callee) is Ref:
        method = attributes.find_method(m, callee, "__call__")
        if method is not None:
            return call(m, method, args, node)
        record = m.instance(callee)
        if record is not None and hierarchy.external_base(record.cls) is not None:
            return libraries_model.call_instance(m, callee, record, args, node)
        return unknown_calls.unknown_result(m, args, node)
    if type(callee) is AnnotatedType:
        return call(m, callee.type, args, node)
    if type(callee) is EnumMember and (method := attributes.find_method(m, callee, "__call__")) is not None:
        return call(m, method, args, node)
    if type(callee) is Property:
        return unknown_calls.unknown_result(m, args, node)
    return unknown_calls.unknown_call(m, callee, args, node)


def _call_bound(m: Machine, callee: Bound, args: Arguments, node: ir.Call | None) -> Value:
    full = Arguments((callee.receiver, *args.positional), args.keywords, args.open_positional, args.open_keywords)
    if type(callee.function) is FunctionValue:
        found = invoke(m, callee.function, full, node, callee.receiver)
        return items.select(m, callee.receiver, found) if type(callee.receiver) is EnumMember else found
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
    configured = app_config.call(m, callee.name, args)
    if configured is not None:
        return configured[0]
    found_variable = settings_models.by_variable(m, args)
    if found_variable is not None:
        return found_variable
    if sending.operation(m, callee.name, args, node):
        return Unknown(Why(f"the answer of {callee.name}()"))
    kind, _, name = callee.name.removeprefix("builtins.").rpartition(".")
    derived = hierarchy.class_under(m, args.positional[0], kind) if args.positional else None
    if derived is not None:  # `Base.method(self, ...)`
        rest = Arguments(args.positional[1:], args.keywords, args.open_positional, args.open_keywords)
        return libraries_model.call_super(m, Super(derived, args.positional[0]), name, rest, node)
    if args.positional and (kind in _UNBOUND or hierarchy.is_made_from(m, args.positional[0], kind)):
        rest = Arguments(args.positional[1:], args.keywords, args.open_positional, args.open_keywords)
        return _call_method(m, Method(args.positional[0], name), rest, node)
    asked = unknown_calls.asked_for(m, callee.name.rpartition(".")[2], args)
    if asked is None:
        asked = deposits.take(m, External(callee.name.rpartition(".")[0]), callee.name.rpartition(".")[2], args)
    if asked is not None:
        return asked
    unknown_calls.hand_over(m, args, node)
    deposits.given(m, args)
    if callee.name[:1] != "?" and callee.name.rpartition(".")[2][:1].isupper():
        return m.new(libraries_model.instance_record(m, callee, args))
    back = unknown_calls.wrapped(m, args)
    if back is not None:
        return back
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
        return m.new_list(other for other in hierarchy.subclasses(m, receiver) if receiver in other.bases)
    if type(receiver) is ClassValue and (given := framework_hooks.call(m, receiver, callee.name, args)) is not None:
        return given
    if type(receiver) is ClassValue and callee.name == "as_view":
        return _view(m, receiver, args, node)
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
            started = named_tasks.start(m, callee.name, args, node) if started is None else started
            if started is not None:
                return started
            stdlib = stdlib_methods.method(m, receiver, instance, callee.name, args, node)
            if stdlib is not None:
                return m.pick(stdlib[0])
            return unknown_calls.unknown_result(m, args, node, callee.name)
    if isinstance(receiver, (FunctionValue, Bound, Partial)):
        return function_methods.call(m, receiver, callee.name, args, node)
    if type(receiver) is Tuple and callee.name == "index":
        return Unknown(Why("a position"))
    return unknown_calls.unknown_result(m, args, node, callee.name)


def _view(m: Machine, cls: ClassValue, args: Arguments, node: ir.Call | None) -> Value:
    """Make an object of a view's class as a framework does for each request: with what follows the view's name."""
    first = args.positional[0] if args.positional else None
    is_object = type(first) is Ref and type(m.record(first)) is InstanceRecord
    given = args.positional if is_object else args.positional[1:]
    classes.instantiate(m, cls, Arguments(given, args.keywords, args.open_positional, args.open_keywords), node)
    return Unknown(Why(f"a view of {cls.name}"))


def _call_on_attributes(m: Machine, target: Value, name: str, args: Arguments) -> Value:
    """Call a method of an instance's `__dict__`."""
    record = m.instance(target)
    if record is None:
        return Unknown(Why("an object's attributes"))
    if name == "update":
        given = items.dict_items(m, args.positional[0]) if args.positional else None
        pairs = {**({} if given is None else {str(k): v for k, v in given.items.items()}), **dict(args.keywords)}
        for key, value in pairs.items():
            attribute_writes.set_attribute(m, target, key, m.pick(value))
        return None
    wanted = text.known(args.positional[0]) if args.positional else None
    if name == "setdefault" and wanted is not None and not later_attributes.holds(m, target, wanted):
        attribute_writes.set_attribute(m, target, wanted, args.positional[1] if len(args.positional) > 1 else None)
        return attributes.get_attribute(m, target, wanted, None)
    shared = type(target) is Ref and target.id in m.base
    made = m.new(DictRecord(dict(record.attrs.items()), shared or hierarchy.external_base(record.cls) is not None))
    found = m.record(made)
    assert type(found) is DictRecord
    return m.pick(container_methods.dict_method(m, made, found, name, args))


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
    if recursion.runs_inside_itself(m, function, args):
        recursion.leave_to_themselves(m, function)
        return Unknown(Why(f"the result of {function.node.name}(), which calls itself"))
    m.refer(id(function.node))
    m.step()
    if function.declared is not None:
        return libraries_model.send_declared(m, function, receiver, node)
    key = id(function.node)
    env = binding.bind(m, function, args)
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
        heap, sent, raises = m.state.heap, m.recorder.sent, m.raises
        outer, m.reads = m.reads, set()
        try:
            outcomes = run()
        finally:
            reads, m.reads = m.reads, outer | m.reads
        if m.recorder.sent == sent and m.raises == raises:
            memo.keep(m, kept, outcomes, reads, heap)
        return outcomes

    def run() -> list[Outcome]:
        frame = Frame(function.module, function, m.frame, node)
        frame.args, frame.given = args.all(), args
        frame.receiver = (
            receiver
            if receiver is not None
            else (args.positional[0] if args.positional and function.owner is not None else None)
        )
        if function.doubtful and not function.node.decorators:
            m.doubt += 1
        outcomes = running.run(m, function, env, frame)
        if not outcomes and m.waiting and consumers.waits(m, key):
            return [Outcome(Unknown(Why(f"the result of {function.node.name}(), which waits")), m.state.heap)]
        return outcomes

    result = _limited(m, function, produce)
    return declared_result(m, function, result) if type(result) is Unknown else result


def declared_result(m: Machine, function: FunctionValue, result: Unknown) -> Value:
    """Return an instance of the class that a function says it returns, where what it does return is not known."""
    if function.node.returns is None or function.node.is_generator or result.why.answer:
        return result
    from scopelint.link import handed

    declared = handed.by_annotation(m, handed.annotation(m, function.node.returns, function.module), result)
    return result if declared is None else declared


def _limited(m: Machine, function: FunctionValue, produce: Callable[[], list[Outcome]]) -> Value:
    """Return what a call gives; one that leads to no request has only so many steps."""
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


def decorate(m: Machine, decorator: Value, value: Value) -> Value | None:
    """Apply a decorator of code that is not analysed; None when nothing is known of it."""
    found = command_lines.decorate(m, decorator, value)
    return stdlib_models.decorate(m, decorator, value) if found is None else found
