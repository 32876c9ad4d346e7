"""Execution of statements: each takes the states that reach it and gives those that leave it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import attributes, contexts, definitions, flow, items, iteration, patterns, payload, tests
from scopelint.link.bounds import MAX_LOOP, MAX_STATES
from scopelint.link.expressions import evaluate, evaluate_any
from scopelint.link.likeness import alike, one_of, reachable
from scopelint.link.sequences import elements
from scopelint.link.state import DeadPath, Outcome, State
from scopelint.link.values import (
    DictRecord,
    External,
    InstanceRecord,
    ListRecord,
    Ref,
    Tuple,
    Unknown,
    Why,
)
from scopelint.link.weight import list_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.link.machine import Machine
    from scopelint.link.values import Record, Value

_COMPOUND = frozenset({ir.If, ir.For, ir.While, ir.Try, ir.With, ir.Match})
"""Statements with blocks: what is read after them matters where their states meet."""


def block(m: Machine, body: tuple[ir.Stmt, ...], states: list[State], live: frozenset[str]) -> list[State]:
    """Execute the statements of a block; `live` are the variables that are read after it."""
    for index, statement in enumerate(body):
        if not states:
            return states
        kind = type(statement)
        handler = _EXECUTE[kind]
        later = live | flow.reads(body, index + 1) if kind in _COMPOUND else live
        after: list[State] = []
        for state in states:
            m.step()
            after.extend(handler(m, statement, state, later))
        states = after
        if len(states) > 1:
            states = merge(m, states, live | flow.reads(body, index + 1) | flow.captured(m.frame.function))
    return states


def merge(m: Machine, states: list[State], live: frozenset[str]) -> list[State]:
    """Drop states that differ in nothing that is read later; past the bound, join."""
    keep_all = m.frame.function is None
    found: list[tuple[dict[str, Value], State]] = []
    compared = 0
    for state in states:
        env = state.env
        if not keep_all:
            env = {name: value for name, value in env.items() if name in live}
        state.heap = reachable(state.heap, (*env.values(), *m.frame.yields, *m.frame.held), m.frame.before, m.base)
        compared += (len(env) + len(state.heap)) * (len(found) + 1)
        for other, kept in found:
            if alike(env, other, state.heap, kept.heap):
                if kept.assumed != state.assumed:
                    kept.assumed = {k: v for k, v in kept.assumed.items() if state.assumed.get(k) == v}
                break
        else:
            found.append((env, state))
    m.charge(compared)
    kept_states = [state for _, state in found]
    if len(kept_states) <= MAX_STATES:
        return kept_states
    m.bound(f"more than {MAX_STATES} states of one function", cuts=False)
    return [*kept_states[: MAX_STATES - 1], join(kept_states[MAX_STATES - 1 :])]


def join(states: list[State]) -> State:
    """Return one state that holds what any of the states holds, each variable by itself."""
    first = states[0]
    if len(states) == 1:
        return first
    env: dict[str, Value] = {}
    for state in states:
        for name in state.env:
            if name not in env:
                env[name] = one_of(other.env[name] for other in states if name in other.env)
    heap: dict[int, Record] = {}
    for state in states:
        for key, record in state.heap.items():
            heap[key] = record if key not in heap else _join_records(heap[key], record)
    return State(env, heap)


def _join_records(left: Record, right: Record) -> Record:
    if left == right:
        return left
    if type(left) is ListRecord and type(right) is ListRecord:
        return ListRecord(left.kind, tuple(dict.fromkeys((*left.items, *right.items))), True)
    if type(left) is DictRecord and type(right) is DictRecord:
        return DictRecord({**right.items, **left.items}, True)
    if type(left) is InstanceRecord and type(right) is InstanceRecord:
        attrs = {
            name: one_of(record.attrs[name] for record in (left, right) if name in record.attrs)
            for name in (*left.attrs, *right.attrs)
        }
        return InstanceRecord(left.cls, attrs, left.args)
    return left


def _simple(m: Machine, state: State, action: Callable[[], object]) -> list[State]:
    return [after for _, after in m.fork(state, action)]


def _assign(m: Machine, node: ir.Assign, state: State, _live: frozenset[str]) -> list[State]:
    def action() -> None:
        value = evaluate_any(m, node.value)
        for target in node.targets:
            assign(m, target, value)

    return _simple(m, state, action)


def assign(m: Machine, target: ir.Expr, value: Value) -> None:
    """Bind `value` to an assignment target."""
    if type(target) is ir.Name:
        set_name(m, target.id, value)
    elif type(target) is ir.Attr:
        attributes.set_attribute(m, evaluate(m, target.value), target.name, value)
    elif type(target) is ir.Sub:
        items.set_item(m, evaluate(m, target.value), evaluate(m, target.index), value)
    elif type(target) is ir.Sequence:
        _unpack(m, target.items, m.pick(value))
    elif type(target) is ir.Star:
        assign(m, target.value, value)


def set_name(m: Machine, name: str, value: Value) -> None:
    """Bind a variable of the running function, or a global or outer one where it was declared so."""
    frame = m.frame
    if payload.is_payload(name):
        value = payload.blank(m, value)
    if name in frame.globals:
        attributes.write_global(m, frame.module, name, value)
        return
    if name in frame.nonlocals and frame.function is not None:
        closure = frame.function.closure
        while closure is not None:
            variables = closure.variables()
            if name in variables:
                variables[name] = value
                return
            closure = closure.outer
    m.state.env[name] = value
    if frame.function is None and m.owner_class is None and frame.module.written:
        attributes.forget_written(m, frame.module, name)
    if m.state.assumed:
        m.state.assumed = {key: index for key, index in m.state.assumed.items() if name not in flow.words(key)}


def _unpack(m: Machine, targets: tuple[ir.Expr, ...], value: Value) -> None:
    found, more = elements(m, value)
    star = next((index for index, target in enumerate(targets) if type(target) is ir.Star), None)
    unknown = Unknown(value.why if type(value) is Unknown else Why("an element of a value that is not known"))
    if more or (star is None and len(found) != len(targets)):
        found = (*found, *(unknown for _ in range(len(targets) - len(found))))
    if star is None:
        for target, item in zip(targets, found, strict=False):
            assign(m, target, item)
        return
    tail = len(targets) - star - 1
    for target, item in zip(targets[:star], found, strict=False):
        assign(m, target, item)
    middle = found[star : len(found) - tail]
    assign(m, targets[star], m.new_list(middle, more))
    for target, item in zip(targets[star + 1 :], found[len(found) - tail :], strict=False):
        assign(m, target, item)


def _annotated(m: Machine, node: ir.Annotated, state: State, _live: frozenset[str]) -> list[State]:
    if m.owner_class is not None and type(node.target) is ir.Name and m.frame.function is None:
        m.owner_class.fields[node.target.id] = node.annotation
    if node.value is None:
        return [state]
    value = node.value

    def action() -> None:
        found = evaluate_any(m, value)
        if type(found) is Unknown and not found.why.answer and m.frame.function is not None:
            from scopelint.link import handed

            injected = handed.by_annotation(m, handed.annotation(m, node.annotation, m.frame.module), found)
            found = found if injected is None else injected
        assign(m, node.target, found)

    return _simple(m, state, action)


def _augment(m: Machine, node: ir.Augment, state: State, _live: frozenset[str]) -> list[State]:
    def action() -> None:
        from scopelint.link.expressions import binary

        left = evaluate(m, node.target)
        right = evaluate(m, node.value)
        record = m.record(left) if type(left) is Ref else None
        if node.op == "+" and type(left) is Ref and type(record) is ListRecord:
            added, more = elements(m, right)
            m.put(left, list_of(record.kind, (*record.items, *added), record.more or more))
        elif node.op == "|" and type(left) is Ref and type(record) is DictRecord:
            items.update_dict(m, left, right)
        else:
            assign(m, node.target, binary(m, node.op, left, right, node.target))

    return _simple(m, state, action)


def _evaluate(m: Machine, node: ir.Evaluate, state: State, _live: frozenset[str]) -> list[State]:
    return _simple(m, state, lambda: evaluate(m, node.value))


def _return(m: Machine, node: ir.Return, state: State, _live: frozenset[str]) -> list[State]:
    frame = m.frame
    if node.value is None:
        frame.returns.append(Outcome(None, state.heap))
        return []
    value = node.value
    for result, after in m.fork(state, lambda: evaluate(m, value)):
        frame.returns.append(Outcome(m.seal(result, frame, after.env), after.heap))
    return []


def _raise(m: Machine, node: ir.Raise, state: State, _live: frozenset[str]) -> list[State]:
    if node.value is not None and not m.relevance.names.isdisjoint(flow.mentions(node.value)):
        value = node.value
        m.fork(state, lambda: evaluate(m, value))
    return []


def _jump(m: Machine, node: ir.Jump, state: State, _live: frozenset[str]) -> list[State]:
    if m.frame.loops:
        m.frame.loops[-1][0 if node.is_break else 1].append(state)
    return []


def _delete(m: Machine, node: ir.Delete, state: State, _live: frozenset[str]) -> list[State]:
    def action() -> None:
        for target in node.targets:
            if type(target) is ir.Sub:
                items.delete_item(m, evaluate(m, target.value), evaluate(m, target.index))
            elif type(target) is ir.Name:
                m.state.env.pop(target.id, None)

    return _simple(m, state, action)


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
            chosen = merge(m, chosen, live | flow.reads(branch.body, 0) | flow.captured(m.frame.function))
        result.extend(block(m, branch.body, chosen, live))
        waiting = following
        if not waiting:
            break
        if len(waiting) > MAX_STATES:
            waiting = merge(m, waiting, live | flow.stmt_reads(node) | flow.captured(m.frame.function))
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
    for iterable, start in m.fork(state, lambda: evaluate(m, node.iter)):
        found, more, known = _items(m, iterable, start, node.iter)
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
                states = merge(m, states, inner | captured) if len(states) > 1 else states
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
                again = _with_growth(start, [*once, *breaks])
                if again is not None:
                    twice, breaks = _loop(m, node.body, _bind(m, node.target, item, again), inner)
                    once.extend(twice)
                    left.extend(breaks)
                states = [start, *(_grown(before=start, after=s) for s in once)]
            m.frame.yields_more = m.frame.yields_more or bool(m.frame.yields)
        if node.orelse:
            states = block(m, node.orelse, merge(m, states, inner | captured) if len(states) > 1 else states, live)
        result.extend(states)
        result.extend(left)
    return result


def _with_growth(start: State, ends: list[State]) -> State | None:
    """Return the state before a later round of a loop: with what earlier rounds put into lists and dicts.

    None when they put nothing there. Variables stay as they were: what a round leaves in them is often not known, and
    the next page's address is better told once, by the first round.
    """
    grown: dict[int, Record] = {}
    for end in ends:
        for key, record in end.heap.items():
            old = start.heap.get(key)
            if old is None or old is record or old == record:
                continue
            if type(record) is ListRecord:
                grown[key] = ListRecord(record.kind, record.items, True)
            elif type(record) is DictRecord:
                grown[key] = DictRecord(record.items, True)
    if not grown:
        return None
    again = start.copy()
    again.heap.update(grown)
    return again


def _grown(before: State, after: State) -> State:
    """Mark lists and dicts that a loop of unknown length changed: they may hold more of the same."""
    for key, record in after.heap.items():
        old = before.heap.get(key)
        if old is not None and old is not record and old != record:
            if type(record) is ListRecord:
                after.heap[key] = ListRecord(record.kind, record.items, True)
            elif type(record) is DictRecord:
                after.heap[key] = DictRecord(record.items, True)
    return after


def _items(m: Machine, iterable: Value, state: State, node: ir.Expr) -> tuple[tuple[Value, ...], bool, bool]:
    before, m.state = m.state, state
    try:
        with iteration.at(m, node):
            found, more = elements(m, iterable)
    finally:
        m.state = before
    return found, more, bool(found) or not more


def _bind(m: Machine, target: ir.Expr, item: Value, state: State) -> list[State]:
    return [after for _, after in m.fork(state, lambda: assign(m, target, item))]


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
        states = merge(m, following, inner | flow.captured(m.frame.function)) if len(following) > 1 else following
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
    again = _with_growth(state, [*states, *breaks])
    if again is not None:
        entering = [after for truth, after in m.fork(again, lambda: tests.decide(m, node.test)) if truth]
        more, more_breaks = _loop(m, node.body, entering, inner)
        states.extend(more)
        breaks.extend(more_breaks)
    return [*result, *(_grown(state, s) for s in states)], breaks


def _try(m: Machine, node: ir.Try, state: State, live: frozenset[str]) -> list[State]:
    later = live | flow.reads(node.final, 0)
    caught = [tuple(_handler_types(m, handler, state)) for handler in node.handlers]
    m.frame.catches.append(tuple(kind for kinds in caught for kind in kinds))
    try:
        ends = block(m, node.body, [state.copy()], later | flow.reads(node.orelse, 0))
    finally:
        m.frame.catches.pop()
    result = block(m, node.orelse, ends, later)
    for handler in node.handlers:
        start = state.copy()
        if handler.name:
            start.env[handler.name] = Unknown(Why("an exception"))
        m.frame.handling += 1
        result.extend(block(m, handler.body, [start], later))
        m.frame.handling -= 1
    if node.final:
        if len(result) > 1:
            result = merge(m, result, later | flow.captured(m.frame.function))
        if not result:
            block(m, node.final, [state.copy()], live)
            return []
        result = block(m, node.final, result, live)
    return result


def _handler_types(m: Machine, handler: ir.Handler, state: State) -> list[object]:
    if not handler.types or handler.checks_refusal:
        return [External("builtins.BaseException")]
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
    managers: list[tuple[ir.WithItem, Value]] = []  # those whose end may send
    for item in node.items:
        entered: list[State] = []
        catches: tuple[object, ...] = ()
        for current in states:

            def action(item: ir.WithItem = item) -> tuple[object, ...]:
                value = evaluate(m, item.value)
                found = contexts.context_catches(m, value)
                result = contexts.enter(m, value)
                if contexts.sends_at_end(m, value) and (item, value) not in managers:
                    managers.append((item, value))
                if item.target is not None:
                    assign(m, item.target, result)
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
    return _simple(m, state, lambda: definitions.import_module(m, node))


def _import_from(m: Machine, node: ir.ImportFrom, state: State, _live: frozenset[str]) -> list[State]:
    return _simple(m, state, lambda: definitions.import_names(m, node))


def _function(m: Machine, node: ir.Function, state: State, _live: frozenset[str]) -> list[State]:
    return _simple(m, state, lambda: set_name(m, node.name, definitions.define_function(m, node)))


def _class(m: Machine, node: ir.Class, state: State, _live: frozenset[str]) -> list[State]:
    return _simple(m, state, lambda: set_name(m, node.name, definitions.define_class(m, node)))


_EXECUTE: dict[type[ir.Node], Callable[..., list[State]]] = {
    ir.Assign: _assign,
    ir.Annotated: _annotated,
    ir.Augment: _augment,
    ir.Evaluate: _evaluate,
    ir.Return: _return,
    ir.Raise: _raise,
    ir.Jump: _jump,
    ir.Delete: _delete,
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
__all__ = ["DeadPath", "assign", "block"]
