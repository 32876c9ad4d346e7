"""Evaluation of expressions. Each run sees single values: of several, the machine chooses one and runs again."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import (
    attributes,
    calls,
    definitions,
    items,
    iteration,
    literals,
    module_globals,
    operators,
    persistence,
    refusals,
    tests,
    text,
    unknown_keys,
)
from scopelint.link.bounds import MAX_ALTERNATIVES, MAX_LOOP
from scopelint.link.likeness import alike_records
from scopelint.link.sequences import elements
from scopelint.link.values import Arguments, Closure, DictRecord, External, FunctionValue, OneOf, Ref, Str, Unknown, Why
from scopelint.link.weight import tuple_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_BUILTINS = frozenset(dir(builtins))


def evaluate(m: Machine, node: ir.Expr) -> Value:
    """Return the value of an expression on this path."""
    return m.pick(_EVALUATE[type(node)](m, node))


def evaluate_any(m: Machine, node: ir.Expr) -> Value:
    """Return the value of an expression, alternatives of a plain variable left together."""
    return evaluate(m, node)


def _const(m: Machine, node: ir.Const) -> Value:
    return literals.literal(m, node)


def _name(m: Machine, node: ir.Name) -> Value:
    value = look_up(m, node.id)
    if type(value) is OneOf and m.frame.function is not None and node.id in m.state.env:
        value = m.state.env[node.id] = m.pick(value)  # later reads on this path find the same
    return value


def look_up(m: Machine, name: str) -> Value:
    """Return the value of a variable: of the function, of those around it, of the module, of the builtins."""
    frame = m.frame
    env = m.state.env
    if name in env:
        if frame.function is None and m.owner_class is None and name in frame.module.written:
            written = module_globals.written_here(m, frame.module, name)
            if not isinstance(written, items.Missing):
                return written
        return env[name]
    closure = frame.closure
    while closure is not None:
        variables = closure.variables()
        if name in variables:
            return variables[name]
        closure = closure.outer
    found = module_globals.module_global(m, frame.module, name)
    if not isinstance(found, items.Missing):
        return found
    if name in _BUILTINS:
        return External("builtins." + name)
    return Unknown(Why(f"'{name}' is not defined in this file", name, 0, name))


def _attribute(m: Machine, node: ir.Attr) -> Value:
    return attributes.get_attribute(m, evaluate(m, node.value), node.name, node)


def _subscript(m: Machine, node: ir.Sub) -> Value:
    value = evaluate(m, node.value)
    if type(node.index) is ir.Slice:
        lower = None if node.index.lower is None else evaluate(m, node.index.lower)
        upper = None if node.index.upper is None else evaluate(m, node.index.upper)
        return items.get_slice(m, value, lower, upper, node.index.stepped)
    return items.get_item(m, value, evaluate(m, node.index))


def arguments(m: Machine, args: tuple[ir.Arg, ...]) -> Arguments:
    """Return the evaluated arguments of a call."""
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    open_positional = open_keywords = False
    for arg in args:
        value = evaluate(m, arg.value)
        if arg.star == 1:
            found, more = elements(m, value)
            positional.extend(found)
            open_positional = open_positional or more
        elif arg.star == 2:
            record = items.dict_items(m, value)
            if record is not None:
                for key, item in record.items.items():
                    if isinstance(key, str):
                        keywords[key] = m.pick(item)
                open_keywords = open_keywords or record.more
            else:
                open_keywords = True
        elif arg.name:
            keywords[arg.name] = value
        else:
            positional.append(value)
    return Arguments(tuple(positional), tuple(keywords.items()), open_positional, open_keywords)


def _call(m: Machine, node: ir.Call) -> Value:
    func = node.func
    if type(func) is ir.Name and func.id == "super" and not node.args:
        return attributes.super_here(m)
    callee = evaluate(m, func)
    args = arguments(m, node.args)
    m.site = id(node)
    return calls.call(m, callee, args, node)


def _template(m: Machine, node: ir.Template) -> Value:
    texts: list[Str] = []
    for part in node.parts:
        if type(part) is ir.Const:
            value = literals.literal(m, part)
            texts.append(value if type(value) is Str else text.as_text(value))
        else:
            assert type(part) is ir.Field
            texts.append(operators.text_of(m, evaluate(m, part.value), part.value, part.spec))
    return text.join(texts)


def _field(m: Machine, node: ir.Field) -> Value:
    return operators.text_of(m, evaluate(m, node.value), node.value, node.spec)


def _sum(m: Machine, node: ir.Sum) -> Value:
    result = evaluate(m, node.items[0])
    for item in node.items[1:]:
        result = operators.binary(m, "+", result, evaluate(m, item), item)
    return result


def _binary(m: Machine, node: ir.BinOp) -> Value:
    left, right = evaluate(m, node.left), evaluate(m, node.right)
    if type(left) is not Ref and type(right) is not Ref:
        return operators.binary(m, node.op, left, right, node.right)
    with iteration.at(m, node):
        return operators.binary(m, node.op, left, right, node.right)


def _boolean(m: Machine, node: ir.BoolOp) -> Value:
    left = evaluate(m, node.left)
    truth = tests.truth(m, left)
    if truth is None:
        truth = tests.assume(m, node.left)
        if truth and type(left) is Unknown and node.is_or:
            return left
    if truth is node.is_or:
        return left
    return evaluate(m, node.right)


def _not(m: Machine, node: ir.Not) -> Value:
    truth = tests.truth(m, evaluate(m, node.value))
    return Unknown(Why("a condition")) if truth is None else not truth


def _compare(m: Machine, node: ir.Compare) -> Value:
    left, right = evaluate(m, node.left), evaluate(m, node.right)
    found = tests.compare(m, left, node.op, right)
    if found is not None:
        return found
    refusals.note_comparison(m, left, right)
    return Unknown(Why("a condition"))


def _if(m: Machine, node: ir.IfExp) -> Value:
    return evaluate(m, node.body if tests.decide(m, node.test) else node.orelse)


def _sequence(m: Machine, node: ir.Sequence) -> Value:
    found: list[Value] = []
    more = False
    for item in node.items:
        if type(item) is ir.Star:
            inner, inner_more = elements(m, evaluate(m, item.value))
            found.extend(inner)
            more = more or inner_more
        else:
            found.append(evaluate(m, item))
    if node.kind == "tuple" and not more:
        return tuple_of(tuple(found))
    m.site = id(node)
    return m.new_list(found, more, node.kind)


def _dict(m: Machine, node: ir.Dict) -> Value:
    result: dict[object, Value] = {}
    more = False
    for key, item in node.items:
        value = evaluate(m, item)
        if key is None:
            record = items.dict_items(m, value)
            if record is not None:
                result.update(record.items)
                more = more or record.more
            else:
                more = True
            continue
        name = items.dict_key(m, evaluate(m, key))
        if name is items.MISSING:
            more = True
        else:
            result[name] = value
    m.site = id(node)
    return m.new(DictRecord(result, more))


def _comprehension(m: Machine, node: ir.Comprehension) -> Value:
    from scopelint.link.assignment import assign

    keys: list[Value] = []
    values: list[Value] = []
    more = False
    saved = dict(m.state.env)

    def run(depth: int) -> None:
        nonlocal more
        if depth == len(node.generators):
            if node.key is not None:
                keys.append(evaluate(m, node.key))
            values.append(evaluate(m, node.value))
            return
        generator = node.generators[depth]
        iterable = evaluate(m, generator.iter)
        with iteration.at(m, generator.iter):
            found, has_more = elements(m, iterable)
        more = more or has_more
        if has_more and not found:
            found = (Unknown(iterable.why if type(iterable) is Unknown else Why("an element of an unknown sequence")),)
        for item in found[:MAX_LOOP]:
            assign(m, generator.target, item)
            if all(tests.may_hold(m, test) for test in generator.tests):
                run(depth + 1)

    run(0)
    m.state.env = saved
    m.site = id(node)
    if node.kind == "dict":
        result: dict[object, Value] = {}
        for key, value in zip(keys, values, strict=False):
            name = items.dict_key(m, key)
            if name is items.MISSING:
                more = True
                unknown_keys.add(m, result, value)
            else:
                result[name] = value
        return m.new(DictRecord(result, more))
    return m.new_list(values, more, node.kind)


def _lambda(m: Machine, node: ir.Lambda) -> Value:
    return definitions.make_function(m, node.function)


def _await(m: Machine, node: ir.Await) -> Value:
    value = evaluate(m, node.value)
    if type(value) is Ref:
        method = attributes.find_method(m, value, "__await__")
        if method is not None:
            return calls.call(m, method, Arguments(), None)
    return value


def _yield(m: Machine, node: ir.Yield) -> Value:
    value = evaluate(m, node.value)
    frame = m.frame
    if node.delegates:
        found, more = elements(m, value)
        frame.yields.extend(persistence.seal(m, item, frame, m.state) for item in found)
        frame.yields_more = frame.yields_more or more
        return Unknown(Why("what a generator was sent"))
    frame.yields.append(persistence.seal(m, _told_apart(m, value), frame, m.state))
    return Unknown(Why("what a generator was sent"))


def _told_apart(m: Machine, value: Value) -> Value:
    """Return what is yielded under an identity of its own, where another path has yielded it with other contents."""
    if type(value) is not Ref or value.id not in m.state.heap:
        return value
    record = m.record(value)
    others = m.frame.yielded.setdefault(value.id, [(value, record)])
    for other, held in others:
        if alike_records(held, record):
            return other
    if len(others) >= MAX_ALTERNATIVES:
        return value
    m.site = id(record)
    apart = m.new(record)
    others.append((apart, record))
    return apart


def _walrus(m: Machine, node: ir.Walrus) -> Value:
    from scopelint.link.assignment import set_name

    value = evaluate(m, node.value)
    set_name(m, node.name, value)
    return value


def _opaque(m: Machine, node: ir.Opaque) -> Value:
    for inside in node.inside:
        evaluate(m, inside)
    return Unknown(Why(f"an expression that is not modelled ({node.what})"))


def _negative(m: Machine, node: ir.Neg) -> Value:
    value = evaluate(m, node.value)
    return -value if type(value) is int or type(value) is float else Unknown(Why("a computed value"))


def _star(m: Machine, node: ir.Star) -> Value:
    return evaluate(m, node.value)


def _slice(_m: Machine, _node: ir.Slice) -> Value:
    return Unknown(Why("a slice"))


_EVALUATE: dict[type[ir.Node], Callable[..., Value]] = {
    ir.Const: _const,
    ir.Name: _name,
    ir.Attr: _attribute,
    ir.Sub: _subscript,
    ir.Call: _call,
    ir.Template: _template,
    ir.Field: _field,
    ir.Sum: _sum,
    ir.BinOp: _binary,
    ir.BoolOp: _boolean,
    ir.Not: _not,
    ir.Compare: _compare,
    ir.IfExp: _if,
    ir.Sequence: _sequence,
    ir.Star: _star,
    ir.Dict: _dict,
    ir.Comprehension: _comprehension,
    ir.Lambda: _lambda,
    ir.Await: _await,
    ir.Yield: _yield,
    ir.Walrus: _walrus,
    ir.Slice: _slice,
    ir.Opaque: _opaque,
    ir.Neg: _negative,
}
__all__ = ["Closure", "FunctionValue", "evaluate", "look_up"]
