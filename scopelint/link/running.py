"""The run of a body: that of a module, once, and that of a function, to all the ways in which it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import text
from scopelint.link.bounds import MAX_ALTERNATIVES, MAX_OUTCOMES
from scopelint.link.likeness import data_once, distinct, fewer, one_of, reachable
from scopelint.link.modules import DONE, RUNNING
from scopelint.link.state import BudgetSpent, Frame, Oracle, Outcome, State
from scopelint.link.values import FunctionValue, InstanceRecord, ListRecord

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.modules import Module
    from scopelint.link.values import Record, Value


def run_module(m: Machine, module: Module) -> None:
    """Execute a module's body."""
    from scopelint.link.merging import join
    from scopelint.link.statements import block

    module.status = RUNNING
    m.fresh.append(module)
    steps = m.steps
    outer = m.frame, m.state, m.oracle, m.owner_class, m.doubt
    quiet, m.quiet_limit = m.quiet_limit, 0
    m.frame = Frame(module, None, None, None)
    m.oracle = Oracle([])
    m.frame.key = m.frame_key(None, id(module))
    m.owner_class = None
    m.doubt = 0
    module.globals.setdefault("__name__", text.of(m.modules.dotted(module.path)))
    module.globals.setdefault("__package__", text.of(m.modules.dotted(module.path).rpartition(".")[0]))
    states = [State(module.globals, {})]
    try:
        for statement in module.facts.body:
            if len(states) > 1 and type(statement) in (ir.Function, ir.Class):
                states = [join(states)]  # a definition is one, whatever led to it
            m.steps = 0
            try:
                states = block(m, (statement,), states, frozenset())
            except BudgetSpent:
                continue  # the rest of the module is none the worse
            if states:
                module.globals = states[0].env
                m.base.update(states[0].heap)
            else:
                break
        if states:
            end = join(states)
            store = end.heap.pop(module.store, None)
            module.globals = end.env if type(store) is not InstanceRecord else {**end.env, **store.attrs}
            m.base.update(end.heap)
    except BudgetSpent:
        pass
    finally:
        m.quiet_limit = quiet
        m.steps += steps
        module.status = DONE
        m.frame, m.state, m.oracle, m.owner_class, m.doubt = outer


def run(m: Machine, function: FunctionValue, env: dict[str, Value], frame: Frame) -> list[Outcome]:
    """Execute a function's body; return the ways in which it ends."""
    from scopelint.link.statements import block

    caller, caller_state = m.frame, m.state
    before = caller.state
    caller.state = caller_state
    outer_class, m.owner_class = m.owner_class, None
    oracle, m.oracle = m.oracle, Oracle([])  # what is chosen inside is none of the caller's choices
    m.frame = frame
    frame.key = m.frame_key(caller, id(frame.call) if frame.call is not None else id(function.node))
    frame.before = caller_state.heap
    frame.owner = function.owner
    try:
        states = block(m, function.node.body, [State(env, caller_state.heap)], frozenset())
    finally:
        m.frame = caller
        m.state = caller_state
        m.oracle = oracle
        m.owner_class = outer_class
        caller.state = before
        frame.state = None
    if function.node.is_generator:
        return [_generated(m, function, frame, states)]
    outcomes = [*frame.returns, *(Outcome(None, state.heap) for state in states)]
    if len(outcomes) > 1:
        for outcome in outcomes:
            outcome.heap = reachable(outcome.heap, (outcome.value,), caller_state.heap, m.base)
    return _bounded(m, fewer(data_once(distinct(outcomes), caller_state.heap, m.base)))


def _generated(m: Machine, function: FunctionValue, frame: Frame, states: list[State]) -> Outcome:
    ends = [outcome.heap for outcome in frame.returns] + [state.heap for state in states]
    heap: dict[int, Record] = {}
    for end in ends or [m.state.heap]:
        heap.update(end)
    for made in frame.yielded.values():  # as they were then: another path may have made others in their place
        heap.update((ref.id, record) for ref, record in made)
    items = tuple(dict.fromkeys(frame.yields))
    record = ListRecord("context" if function.is_context else "generator", items, frame.yields_more)
    before, m.state = m.state, State({}, heap)
    ref = m.new(record)
    m.state = before
    if function.is_context:
        m.contexts[ref.id] = function
    return Outcome(ref, heap)


def _bounded(m: Machine, outcomes: list[Outcome]) -> list[Outcome]:
    if len(outcomes) <= MAX_OUTCOMES:
        return outcomes
    m.bound(f"more than {MAX_OUTCOMES} ways in which one call ends", cuts=False)
    rest = outcomes[MAX_OUTCOMES - 1 :]
    values = tuple(dict.fromkeys(outcome.value for outcome in rest))[:MAX_ALTERNATIVES]
    return [*outcomes[: MAX_OUTCOMES - 1], Outcome(one_of(values), rest[0].heap)]
