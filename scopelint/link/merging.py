"""States that meet: those that differ in nothing are dropped, others joined; and what a loop adds to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link.bounds import MAX_STATES
from scopelint.link.likeness import alike, one_of, reachable
from scopelint.link.state import State
from scopelint.link.values import DictRecord, InstanceRecord, ListRecord

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Record, Value


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


def with_growth(start: State, ends: list[State]) -> State | None:
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


def grown(before: State, after: State) -> State:
    """Mark lists and dicts that a loop of unknown length changed: they may hold more of the same."""
    for key, record in after.heap.items():
        old = before.heap.get(key)
        if old is not None and old is not record and old != record:
            if type(record) is ListRecord:
                after.heap[key] = ListRecord(record.kind, record.items, True)
            elif type(record) is DictRecord:
                after.heap[key] = DictRecord(record.items, True)
    return after
