"""Execution of statements: each takes the states that reach it and gives those that leave it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import (
    assignment,
    contexts,
    definitions,
    exceptions,
    flow,
    iteration,
    merging,
    patterns,
    persistence,
    tests,
)
from scopelint.link.bounds import MAX_LOOP, MAX_STATES
from scopelint.link.expressions import evaluate
from scopelint.link.sequences import elements
from scopelint.link.state import Outcome, State
from scopelint.link.values import External, Tuple, Unknown, Why

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_COMPOUND = frozenset({ir.If, ir.For, ir.While, ir.Try, ir.With, ir.Match})
"""Statements with blocks: what is read after them matters where their states meet."""


def block(m: Machine, body: tuple[ir.Stmt, ...], states: list[State], live: frozenset[str]) -> list[State]:
    """Execute the statements of a block; `live` are the variables that are read after it."""
    for index, statement in enumerate(body):
        if not states:
            return states
        kind = type(statement)
        handler = EXECUTE[kind]
        later = live | flow.reads(body, index + 1) if kind in _COMPOUND else live
        after: list[State] = []
        for state in states:
            m.step()
            after.extend(handler(m, statement, state, later))
        states = after
        if len(states) > 1:
            states = merging.merge(m, states, live | flow.reads(body, index + 1) | flow.captured(m.frame.function))
    return states


def _evaluate(m: Machine, node: ir.Evaluate, state: State, _live: frozenset[str]) -> list[State]:
    return assignment.simple(m, state, lambda: evaluate(m, node.value))


def _return(m: Machine, node: ir.Return, state: State, _live: frozenset[str]) -> list[State]:
    frame = m.frame
    if node.value is None:
        frame.returns.append(Outcome(None, state.heap))
        return []
    value = node.value
    for result, after in m.fork(state, lambda: evaluate(m, value)):
        frame.returns.append(Outcome(persistence.seal(m, result, frame, after), after.heap))
    return []


def _raise(m: Machine, node: ir.Raise, state: State, _live: frozenset[str]) -> list[State]:
    value = node.value
    if value is None:
        if m.wanting:
            m.fork(state, partial(exceptions.raise_again, m))
    elif m.wanting:
        m.fork(state, lambda: exceptions.raise_value(m, evaluate(m, value)))
    elif not m.relevance.names.isdisjoint(flow.mentions(value)):
        m.fork(state, lambda: evaluate(m, value))
    return []


def _jump(m: Machine, node: ir.Jump, state: State, _live: frozenset[str]) -> list[State]:
    if m.frame.loops:
        m.frame.loops[-1][0 if node.is_break else 1].append(state)
    return []


def _scope(m: Machine, node: ir.Scope, state: State, _live: frozenset[str]) -> list[State]:
    if node.is_global:
        m.frame.globals |= frozenset(node.names)
    else:
        m.frame.nonlocals |= frozenset(node.names)
    return [state]


def _assert(m: Machine, node: ir.Assert, state: State, _live: frozenset[str]) -> list[State]:
    return [after for truth, after in m.fork(state, lambda: tests.decide(m, node.test)) if truth]


def _if(m: Machine, node: ir.If, state: State, live: frozenset[str]) -> list[State]:
    result: list[State] = []
    waiting = [state]
    for branch in node.branches:
        following: list[State] = []
        chosen: list[State] = []
        for current in waiting:
            for truth, after in m.fork(current, partial(tests.decide, m, branch.test)):
                (chosen if truth else following).append(after)
        if len(chosen) > 1:
            chosen = merging.merge(m, chosen, live | flow.reads(branch.body, 0) | flow.captured(m.frame.function))
        result.extend(block(m, branch.body, chosen, live))
        waiting = following
        if not waiting:
            break
        if len(waiting) > MAX_STATES:
            waiting = merging.merge(m, waiting, live | flow.stmt_reads(node) | flow.captured(m.frame.function))
    result.extend(block(m, node.orelse, waiting, live))
    return result


def _loop(
    m: Machine, body: tuple[ir.Stmt, ...], states: list[State], live: frozenset[str]
) -> tuple[list[State], list[State]]:
    """Run a loop's body once; return the states that go on and those that left by `break`."""
    m.frame.loops.append(([], []))
    after = block(m, body, states, live)
    breaks, continues = m.frame.loops.pop()
    return [*after, *continues], breaks


def _for(m: Machine, node: ir.For, state: State, live: frozenset[str]) -> list[State]:
    inner = live | flow.stmt_reads(node)
    captured = flow.captured(m.frame.function)
    result: list[State] = []
    for (iterable, found, more), start in m.fork(state, partial(_gone_over, m, node.iter)):
        known = bool(found) or not more
        states, left = [start], []
        if m.live and m.frame.function is not None:
            if found or more:
                m.gone_over.add(id(node))
            elif m.may_send(m.frame.function.node):
                m.skipped.setdefault(id(node), id(m.frame.function.node))
        if known:
            if len(found) > MAX_LOOP:
                m.bound(f"more than {MAX_LOOP} elements of a loop")
                found = found[:MAX_LOOP]
            for index, item in enumerate(found):
                m.frame.held.append(Tuple(found[index + 1 :]))
                bound = [s for current in states for s in _bind(m, node.target, item, current)]
                states, breaks = _loop(m, node.body, bound, inner)
                left.extend(breaks)
                states = merging.merge(m, states, inner | captured) if len(states) > 1 else states
                m.frame.held.pop()
                if not states:
                    break
        if known and more and found:
            states = [start, *states]  # what may have more may also have none of these
        if not known or more:
            if not found:
                item = Unknown(iterable.why if type(iterable) is Unknown else Why("an element of an unknown sequence"))
                once, breaks = _loop(m, node.body, _bind(m, node.target, item, start), inner)
                left.extend(breaks)
                again = merging.with_growth(start, [*once, *breaks])
                if again is not None:
                    twice, breaks = _loop(m, node.body, _bind(m, node.target, item, again), inner)
                    once.extend(twice)
                    left.extend(breaks)
                states = [start, *(merging.grown(before=start, after=s) for s in once)]
            m.frame.yields_more = m.frame.yields_more or bool(m.frame.yields)
        if node.orelse:
            states = block(
                m, node.orelse, merging.merge(m, states, inner | captured) if len(states) > 1 else states, live
            )
        result.extend(states)
        result.extend(left)
    return result


def _gone_over(m: Machine, node: ir.Expr) -> tuple[Value, tuple[Value, ...], bool]:
    """Return what a loop goes over: the object, its known elements, and whether there may be others."""
    iterable = evaluate(m, node)
    with iteration.at(m, node):
        found, more = elements(m, iterable)
    return iterable, found, more


def _bind(m: Machine, target: ir.Expr, item: Value, state: State) -> list[State]:
    return [after for _, after in m.fork(state, lambda: assignment.assign(m, target, item))]


def _while(m: Machine, node: ir.While, state: State, live: frozenset[str]) -> list[State]:
    inner = live | flow.stmt_reads(node)
    result: list[State] = []
    left: list[State] = []
    states = [state]
    for _ in range(MAX_LOOP if type(node.test) is not ir.Const else 0):
        ways = [way for start in states for way in m.fork(start, partial(tests.decide, m, node.test))]
        if not ways or not all(truth for truth, _ in ways):
            break  # not known whether there is another round, or there is none left
        following, breaks = _loop(m, node.body, [after for _, after in ways], inner)
        left.extend(breaks)
        states = (
            merging.merge(m, following, inner | flow.captured(m.frame.function)) if len(following) > 1 else following
        )
    for start in states:
        ends, breaks = _while_unknown(m, node, start, inner)
        result.extend(ends)
        left.extend(breaks)
    if node.orelse:
        result = block(m, node.orelse, result, live)
    return [*result, *left]


def _while_unknown(m: Machine, node: ir.While, state: State, inner: frozenset[str]) -> tuple[list[State], list[State]]:
    """Run a loop of which it is not known how often it runs; return the states that end it and those that leave it."""
    result: list[State] = []
    entering: list[State] = []
    for truth, after in m.fork(state, lambda: tests.decide(m, node.test)):
        (entering if truth else result).append(after)
    states, breaks = _loop(m, node.body, entering, inner)
    again = merging.with_growth(state, [*states, *breaks])
    if again is not None:
        entering = [after for truth, after in m.fork(again, lambda: tests.decide(m, node.test)) if truth]
        more, more_breaks = _loop(m, node.body, entering, inner)
        states.extend(more)
        breaks.extend(more_breaks)
    return [*result, *(merging.grown(state, s) for s in states)], breaks


def _try(m: Machine, node: ir.Try, state: State, live: frozenset[str]) -> list[State]:
    later = live | flow.reads(node.final, 0)
    kinds = [tuple(_handler_types(m, handler, state)) for handler in node.handlers]
    caught = [(_ANY,) if handler.checks_refusal else found for handler, found in zip(node.handlers, kinds, strict=True)]
    m.frame.catches.append(tuple(kind for found in caught for kind in found))
    attempt = exceptions.begin(m, node.handlers, kinds)
    try:
        ends = block(m, node.body, [state.copy()], later | flow.reads(node.orelse, 0))
    finally:
        m.frame.catches.pop()
        exceptions.end(m)
    result = block(m, node.orelse, ends, later)
    for index, handler in enumerate(node.handlers):
        given = attempt.values(index)
        for values in [[value] for value in given] if handler.name else [given]:
            start = state.copy()
            if handler.name:
                start.env[handler.name] = values[0]
            m.frame.handling += 1
            m.caught.append(values)
            try:
                result.extend(block(m, handler.body, [start], later))
            finally:
                m.caught.pop()
                m.frame.handling -= 1
    if node.final:
        if len(result) > 1:
            result = merging.merge(m, result, later | flow.captured(m.frame.function))
        if not result:
            block(m, node.final, [state.copy()], live)
            return []
        result = block(m, node.final, result, live)
    return result


_ANY = External("builtins.BaseException")


def _handler_types(m: Machine, handler: ir.Handler, state: State) -> list[object]:
    if not handler.types:
        return [_ANY]
    found: list[object] = []
    for kind in handler.types:
        for value, after in m.fork(state, partial(evaluate, m, kind)):
            before, m.state = m.state, after
            found.extend(value.items if type(value) is Tuple else [value])
            m.state = before
    return found


def _with(m: Machine, node: ir.With, state: State, live: frozenset[str]) -> list[State]:
    states = [state]
    pushed = 0
    managers: list[tuple[ir.WithItem, Value]] = []  # those whose end matters
    for item in node.items:
        entered: list[State] = []
        catches: tuple[object, ...] = ()
        for current in states:

            def action(item: ir.WithItem = item) -> tuple[object, ...]:
                value = evaluate(m, item.value)
                found = contexts.context_catches(m, value)
                result = contexts.enter(m, value)
                if contexts.ends(m, value) and (item, value) not in managers:
                    managers.append((item, value))
                if item.target is not None:
                    assignment.assign(m, item.target, result)
                return found

            for found, after in m.fork(current, action):
                catches = catches + found
                entered.append(after)
        states = entered
        if catches:
            m.frame.catches.append(catches)
            pushed += 1
    m.frame.held.append(Tuple(tuple(manager for _, manager in managers)))
    later = live | frozenset(name for item in node.items for name in flow.stmt_reads(item.value))
    try:
        ends = block(m, node.body, states, later)
    finally:
        m.frame.held.pop()
        for _ in range(pushed):
            m.frame.catches.pop()
    for item, manager in reversed(managers):
        ends = [after for start in ends for _, after in m.fork(start, partial(contexts.leave, m, item.value, manager))]
    return ends


def _match(m: Machine, node: ir.Match, state: State, live: frozenset[str]) -> list[State]:
    result: list[State] = []
    for subject, start in m.fork(state, lambda: evaluate(m, node.subject)):
        waiting = [start]
        for case in node.cases:
            chosen: list[State] = []
            following: list[State] = []
            for current in waiting:

                def action(case: ir.Case = case, subject: Value = subject) -> bool:
                    if not patterns.matches(m, case.pattern, subject, node.subject):
                        return False
                    return case.guard is None or tests.decide(m, case.guard)

                for truth, after in m.fork(current, action):
                    (chosen if truth else following).append(after)
            result.extend(block(m, case.body, chosen, live))
            waiting = following
            if not waiting:
                break
        result.extend(waiting)
    return result


def _import(m: Machine, node: ir.Import, state: State, _live: frozenset[str]) -> list[State]:
    return assignment.simple(m, state, lambda: definitions.import_module(m, node))


def _import_from(m: Machine, node: ir.ImportFrom, state: State, _live: frozenset[str]) -> list[State]:
    return assignment.simple(m, state, lambda: definitions.import_names(m, node))


def _function(m: Machine, node: ir.Function, state: State, _live: frozenset[str]) -> list[State]:
    return assignment.simple(m, state, lambda: assignment.set_name(m, node.name, definitions.define_function(m, node)))


def _class(m: Machine, node: ir.Class, state: State, _live: frozenset[str]) -> list[State]:
    return assignment.simple(m, state, lambda: assignment.set_name(m, node.name, definitions.define_class(m, node)))


EXECUTE: dict[type[ir.Node], Callable[..., list[State]]] = {
    **assignment.EXECUTE,
    ir.Evaluate: _evaluate,
    ir.Return: _return,
    ir.Raise: _raise,
    ir.Jump: _jump,
    ir.Scope: _scope,
    ir.Assert: _assert,
    ir.If: _if,
    ir.For: _for,
    ir.While: _while,
    ir.Try: _try,
    ir.With: _with,
    ir.Match: _match,
    ir.Import: _import,
    ir.ImportFrom: _import_from,
    ir.Function: _function,
    ir.Class: _class,
}
