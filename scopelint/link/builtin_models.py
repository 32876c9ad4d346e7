"""What the builtins do, as far as it matters for a request: functions and constructors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import attributes, items, metaclasses, object_models, rendering, text
from scopelint.link.bounds import MAX_LOOP
from scopelint.link.items import Missing
from scopelint.link.likeness import one_of
from scopelint.link.sequences import elements
from scopelint.link.values import (
    Arguments,
    ClassValue,
    DictRecord,
    External,
    Hole,
    Method,
    Ref,
    Str,
    Tuple,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

MAX_RANGE = 12


def _str(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return rendering.to_text(m, args.positional[0]) if args.positional else Str()


def _repr(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return Str((Hole(Why("repr() of a value")),)) if args.positional else Str()


def _format(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    spec = text.known(args.positional[1]) if len(args.positional) > 1 else ""
    return rendering.to_text(m, args.positional[0], spec or "") if args.positional else Str()


def _int(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    value = args.positional[0] if args.positional else 0
    if isinstance(value, (int, float)):
        return int(value)
    known = text.known(value)
    if known is not None and known.strip().isdigit():
        return int(known)
    return _segment(Why("a number"))


def _segment(why: Why) -> Value:
    return Str((Hole(why, True),))


def _bool(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link import tests

    found = tests.truth(m, args.positional[0]) if args.positional else False
    return Unknown(Why("a condition")) if found is None else found


def _len(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link import calls, iteration

    method = attributes.find_method(m, args.positional[0], "__len__") if args.positional else None
    if method is not None:
        return calls.call(m, method, Arguments(), iteration.site(m))
    if args.positional:
        found, more = elements(m, args.positional[0])
        if not more:
            return len(found)
    return Unknown(Why("a length"))


def _list(kind: str) -> Callable[[Machine, Arguments, ir.Call | None], Value]:
    def model(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
        if not args.positional:
            return m.new_list((), kind=kind)
        found, more = elements(m, args.positional[0])
        if kind in ("set", "frozenset"):
            found = tuple(dict.fromkeys(found))
        return m.new_list(found, more, kind)

    return model


def _tuple(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    if not args.positional:
        return Tuple(())
    found, more = elements(m, args.positional[0])
    return m.new_list(found, True, "tuple") if more else Tuple(found)


def _dict(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    base = items.dict_items(m, args.positional[0]) if args.positional else DictRecord({})
    record = base or DictRecord({}, True)
    return m.new(DictRecord({**record.items, **dict(args.keywords)}, record.more or args.open_keywords))


def _from_keys(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found, more = elements(m, args.positional[0]) if args.positional else ((), True)
    value = args.positional[1] if len(args.positional) > 1 else None
    keys = [items.dict_key(m, item) for item in found]
    known = {key: value for key in keys if not isinstance(key, Missing)}
    return m.new(DictRecord(known, more or any(isinstance(key, Missing) for key in keys)))


def _callable(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link import unknown_calls

    value = args.positional[0] if args.positional else None
    if type(value) is Unknown:
        return Unknown(Why("callable()"))
    return unknown_calls.is_function(m, value) or type(value) in (ClassValue, Method, External)


def _map(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    return mapped(m, args, node)


def mapped(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    """Return `map(function, iterables...)`, the function called for each known element."""
    from scopelint.link import calls

    if len(args.positional) < 2:
        return Unknown(Why("map()"))
    function, *iterables = args.positional
    columns = [elements(m, iterable) for iterable in iterables]
    more = any(has_more for _, has_more in columns)
    known = [found for found, has_more in columns if found or not has_more]
    size = min((len(found) for found in known), default=0)
    if size == 0 and more:
        size = 1
    results = []
    for index in range(min(size, MAX_LOOP)):
        row = [
            found[index] if index < len(found) else Unknown(Why("an element of an unknown sequence"))
            for found, _ in columns
        ]
        results.append(calls.call(m, function, Arguments(tuple(m.pick(value) for value in row)), node))
    return m.new_list(results, more, "generator")


def _filter(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    if len(args.positional) < 2:
        return Unknown(Why("filter()"))
    from scopelint.link import calls, tests

    found, more = elements(m, args.positional[1])
    function = args.positional[0]
    kept = []
    for item in found[:MAX_LOOP]:
        value = item if function is None else calls.call(m, function, Arguments((m.pick(item),)), node)
        if tests.truth(m, m.pick(value)) is not False:
            kept.append(item)
    return m.new_list(kept, more or len(found) > MAX_LOOP, "generator")


def _zip(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    columns = [elements(m, value) for value in args.positional]
    more = any(has_more for _, has_more in columns)
    known = [found for found, has_more in columns if found or not has_more]
    size = min((len(found) for found in known), default=0)
    rows = []
    for index in range(size):
        rows.append(
            Tuple(
                tuple(
                    found[index] if index < len(found) else Unknown(Why("an element of an unknown sequence"))
                    for found, _ in columns
                )
            )
        )
    return m.new_list(rows, more and all(has_more for _, has_more in columns), "generator")


def _enumerate(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found, more = elements(m, args.positional[0]) if args.positional else ((), True)
    return m.new_list((Tuple((index, value)) for index, value in enumerate(found)), more, "generator")


def _range(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    bounds = args.positional
    if bounds and all(type(value) is int for value in bounds) and len(bounds) <= 3:
        try:
            numbers = range(*bounds)  # type: ignore[arg-type]  # integers: tested
        except ValueError:
            return m.new_list(())
        if len(numbers) <= MAX_RANGE:
            return m.new_list(numbers, kind="generator")
    return m.new_list((), True, "generator")


def _same(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found, more = elements(m, args.positional[0]) if args.positional else ((), True)
    return m.new_list(found, more)


def _reversed(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found, more = elements(m, args.positional[0]) if args.positional else ((), True)
    return m.new_list(tuple(reversed(found)), more)


def _iter(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return args.positional[0] if args.positional else Unknown(Why("iter()"))


def _next(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    if not args.positional:
        return Unknown(Why("next()"))
    found, more = elements(m, args.positional[0])
    if found:
        return m.pick(one_of(found))
    return args.positional[1] if len(args.positional) > 1 and not more else Unknown(Why("next()"))


def _globals(m: Machine, _args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(DictRecord(dict(m.frame.module.globals.items()), True))


def _locals(m: Machine, _args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(DictRecord(dict(m.state.env.items())))


def _either(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found: tuple[Value, ...] = args.positional
    if len(args.positional) == 1:
        found, more = elements(m, args.positional[0])
        if more:
            return Unknown(Why("one of several values"))
    return m.pick(one_of(found)) if found else Unknown(Why("one of several values"))


def _container_new(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link import containers

    return containers.made(m, args)


def _container_init(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    from scopelint.link import containers

    ref = args.positional[0] if args.positional else None
    if type(ref) is Ref:
        containers.method(m, ref, "__init__", Arguments(args.positional[1:], args.keywords), node)
    return None


FUNCTIONS: dict[str, Callable[[Machine, Arguments, ir.Call | None], Value]] = {
    **object_models.FUNCTIONS,
    "builtins.str": _str,
    "builtins.bytes": _str,
    "builtins.repr": _repr,
    "builtins.format": _format,
    "builtins.int": _int,
    "builtins.bool": _bool,
    "builtins.len": _len,
    "builtins.list": _list("list"),
    "builtins.set": _list("set"),
    "builtins.frozenset": _list("set"),
    "builtins.tuple": _tuple,
    "builtins.dict": _dict,
    "builtins.dict.fromkeys": _from_keys,
    "builtins.callable": _callable,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.zip": _zip,
    "builtins.enumerate": _enumerate,
    "builtins.range": _range,
    "builtins.sorted": _same,
    "builtins.reversed": _reversed,
    "builtins.iter": _iter,
    "builtins.aiter": _iter,
    "builtins.next": _next,
    "builtins.anext": _next,
    "builtins.type.__new__": lambda m, args, _node: metaclasses.made(m, args) or Unknown(Why("type.__new__()")),
    "builtins.globals": _globals,
    "builtins.locals": _locals,
    **{f"builtins.{name}.__new__": _container_new for name in ("str", "dict", "list", "tuple", "set", "frozenset")},
    **{f"builtins.{name}.__init__": _container_init for name in ("dict", "list", "set")},
    "builtins.max": _either,
    "builtins.min": _either,
}
