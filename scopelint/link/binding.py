"""How the arguments of a call meet the parameters of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import payload
from scopelint.link.items import MISSING
from scopelint.link.values import Arguments, Dependency, DictRecord, FunctionValue, Unknown, Why
from scopelint.link.weight import tuple_of

if TYPE_CHECKING:
    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


def merged(first: Arguments, then: Arguments) -> Arguments:
    """Return the arguments of a partial with those of the call."""
    keywords = {**dict(first.keywords), **dict(then.keywords)}
    return Arguments(
        first.positional + then.positional,
        tuple(keywords.items()),
        first.open_positional or then.open_positional,
        first.open_keywords or then.open_keywords,
    )


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
            env[name] = _given(m, function, parameter, positional.pop(0))
            keywords.pop(name, None)
        elif name in keywords and parameter.kind != "posonly":
            env[name] = _given(m, function, parameter, keywords.pop(name))
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


def _given(m: Machine, function: FunctionValue, parameter: ir.Parameter, value: Value) -> Value:
    """Return an argument; one that is not known is what its annotation says.

    One that is given where the default is None is taken for not None.
    """
    name = parameter.name
    if payload.is_payload(name):
        return payload.blank(m, value)
    if type(value) is not Unknown:
        return value
    if parameter.annotation is not None and not value.why.answer:
        from scopelint.link import handed

        found = handed.of_kind(m, parameter.annotation, function.module, value)
        if found is not None:
            return found
    if not value.why.parameter and function.defaults.get(name, MISSING) is None:
        return Unknown(value.why, value.doubtful, True)
    return value
