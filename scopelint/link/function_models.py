"""What calls functions or stands for one: functools, itertools, operator, threads and event loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import builtin_models, items, passed, rendering, text
from scopelint.link.sequences import elements
from scopelint.link.values import Arguments, DictRecord, External, InstanceRecord, Partial, Tuple, Unknown, Why
from scopelint.link.weight import partial_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

    Model = Callable[[Machine, Arguments, ir.Call | None], Value]


def _partial(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    if not args.positional:
        return Unknown(Why("partial()"))
    rest = Arguments(args.positional[1:], args.keywords, args.open_positional, args.open_keywords)
    return partial_of(args.positional[0], rest)


def _partial_method(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    made = _partial(m, args, node)
    return Partial(made.function, made.args, True) if type(made) is Partial else made


def _run_function(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    from scopelint.link import unknown_calls

    return unknown_calls.hand_over(m, args, node)


def _gather(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return m.new_list(args.positional, args.open_positional)


def _chain(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found: list[Value] = []
    more = False
    for value in args.positional:
        inner, inner_more = elements(m, value)
        found.extend(inner)
        more = more or inner_more
    return m.new_list(found, more, "generator")


def _product(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    import itertools

    columns = [elements(m, value) for value in args.positional]
    rows = [Tuple(tuple(row)) for row in itertools.islice(itertools.product(*(c for c, _ in columns)), 64)]
    return m.new_list(rows, any(more for _, more in columns), "generator")


def starmap(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    """Return `starmap(function, rows)`, the function called with the items of each known row."""
    from scopelint.link import calls

    if len(args.positional) < 2:
        return Unknown(Why("starmap()"))
    rows, more = elements(m, args.positional[1])
    results = []
    for row in rows:
        inner, _ = elements(m, row)
        results.append(calls.call(m, args.positional[0], Arguments(inner), node))
    return m.new_list(results, more, "generator")


def _reduce(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    from scopelint.link import calls

    if len(args.positional) < 2:
        return Unknown(Why("reduce()"))
    found, more = elements(m, args.positional[1])
    values = list(found)
    if len(args.positional) > 2:
        values.insert(0, args.positional[2])
    if more or not values:
        return Unknown(Why("reduce() over a sequence that is not known"))
    result = values[0]
    for value in values[1:]:
        result = calls.call(m, args.positional[0], Arguments((result, value)), node)
    return result


def _accumulate(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    from scopelint.link import calls
    from scopelint.link.bounds import MAX_LOOP

    if not args.positional:
        return Unknown(Why("accumulate()"))
    found, more = elements(m, args.positional[0])
    function = passed.or_none(passed.argument(args, 1, "func"))
    initial = passed.or_none(passed.argument(args, 99, "initial"))
    function = External("operator.add") if function is None else function
    results: list[Value] = [] if initial is None else [initial]
    for item in found[:MAX_LOOP]:
        results.append(calls.call(m, function, Arguments((results[-1], item)), node) if results else item)
    return m.new_list(results, more or len(found) > MAX_LOOP, "generator")


def _attr_getter(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(InstanceRecord(External("operator.attrgetter"), {"names": Tuple(args.positional)}, args.positional))


def _method_caller(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    rest = m.new(DictRecord(dict(args.keywords)))
    return m.new(
        InstanceRecord(
            External("operator.methodcaller"),
            {
                "name": args.positional[0] if args.positional else None,
                "args": Tuple(args.positional[1:]),
                "kwargs": rest,
            },
            args.positional,
        )
    )


def _item_getter(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(InstanceRecord(External("operator.itemgetter"), {"keys": Tuple(args.positional)}, args.positional))


def _operation(sign: str) -> Model:
    def model(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
        from scopelint.facts import ir as nodes
        from scopelint.link.operators import binary

        if len(args.positional) < 2:
            return Unknown(Why("a computed value"))
        shown = node.args[-1].value if node is not None and node.args else nodes.Const(None)
        return binary(m, sign, args.positional[0], args.positional[1], shown)

    return model


FUNCTIONS: dict[str, Model] = {
    "functools.partial": _partial,
    "functools.partialmethod": _partial_method,
    "functools.reduce": _reduce,
    "functools.wraps": lambda m, _args, _node: m.new(InstanceRecord(External("functools.wraps"), {}, ())),
    "asyncio.gather": _gather,
    "asyncio.wait": _gather,
    "asyncio.to_thread": _run_function,
    "anyio.run": _run_function,
    "anyio.to_thread.run_sync": _run_function,
    "anyio.from_thread.run": _run_function,
    "starlette.concurrency.run_in_threadpool": _run_function,
    "fastapi.concurrency.run_in_threadpool": _run_function,
    "trio.run": _run_function,
    "trio.to_thread.run_sync": _run_function,
    "retry.api.retry_call": _run_function,
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": lambda m, args, node: _chain(
        m, Arguments(elements(m, args.positional[0])[0] if args.positional else ()), node
    ),
    "itertools.product": _product,
    "itertools.starmap": starmap,
    "itertools.accumulate": _accumulate,
    "itertools.repeat": lambda m, args, _node: m.new_list(args.positional[:1], True, "generator"),
    "itertools.count": lambda m, _args, _node: m.new_list((), True),
    "itertools.zip_longest": lambda m, args, node: builtin_models.FUNCTIONS["builtins.zip"](m, args, node),
    "operator.attrgetter": _attr_getter,
    "operator.methodcaller": _method_caller,
    "operator.itemgetter": _item_getter,
    "django.utils.functional.SimpleLazyObject": _run_function,
    "operator.getitem": lambda m, args, _node: (
        items.get_item(m, args.positional[0], args.positional[1])
        if len(args.positional) > 1
        else Unknown(Why("getitem()"))
    ),
    **{
        f"operator.{name}": _operation(sign)
        for name, sign in (("add", "+"), ("iadd", "+"), ("truediv", "/"), ("mod", "%"), ("or_", "|"), ("ior", "|"))
    },
    "operator.concat": lambda m, args, _node: text.join(rendering.to_text(m, value) for value in args.positional),
}
