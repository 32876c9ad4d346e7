"""In which order the entry points run: callers before what they call, makers of objects before the methods of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import flow, task_queues
from scopelint.link.values import ClassValue, FunctionValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scopelint.link.values import Value

MAX_NAMESAKES = 12
"""Definitions of one name past which a mention of it says nothing of who calls whom."""


def callers_first(functions: list[FunctionValue], decorated: Mapping[int, Value]) -> list[FunctionValue]:
    """Order functions so that one comes after those that mention it or its class, as far as there is no cycle.

    `decorated` says what the name of a function, by the identity of its node, is bound to: a wrapper comes after what
    it wraps.
    """
    later = _later(functions, decorated)
    waiting_for = [0] * len(later)
    for nodes in later:
        for node in nodes:
            waiting_for[node] += 1
    ready = [node for node, count in enumerate(waiting_for) if count == 0]
    ready.reverse()
    done = [False] * len(later)
    order: list[int] = []
    cursor = 0
    while len(order) < len(later):
        if ready:
            node = ready.pop()
        else:
            while done[cursor]:
                cursor += 1
            node = cursor
        if done[node]:
            continue
        done[node] = True
        order.append(node)
        for other in sorted(later[node], reverse=True):
            waiting_for[other] -= 1
            if waiting_for[other] == 0 and not done[other]:
                ready.append(other)
    return [functions[node] for node in order if node < len(functions)]


def _later(functions: list[FunctionValue], decorated: Mapping[int, Value]) -> list[set[int]]:
    """Return for each function, and for each class after them, which of both come later."""
    by_name: dict[str, list[int]] = {}
    by_node: dict[int, int] = {}
    classes: dict[ClassValue, int] = {}
    for index, function in enumerate(functions):
        by_name.setdefault(function.node.name, []).append(index)
        by_node[id(function.node)] = index
        for cls in () if function.owner is None else function.owner.mro:
            if type(cls) is ClassValue and cls not in classes:
                classes[cls] = len(functions) + len(classes)
                by_name.setdefault(cls.name, []).append(classes[cls])
    started = by_name.get("run", ())  # a task that is a class
    later: list[set[int]] = [set() for _ in range(len(functions) + len(classes))]
    for index, function in enumerate(functions):
        found = later[index]
        referred = flow.referred(function.node)
        for name in referred & by_name.keys():
            if len(by_name[name]) <= MAX_NAMESAKES:
                found.update(by_name[name])
        if len(started) <= MAX_NAMESAKES and not referred.isdisjoint(task_queues.STARTERS):
            found.update(started)
        wrapper = decorated.get(id(function.node))
        if type(wrapper) is FunctionValue:
            found.add(by_node.get(id(wrapper.node), index))
        found.discard(index)
        if function.owner is not None:
            later[classes[function.owner]].add(index)
            found.discard(classes[function.owner])
    for cls, node in classes.items():
        later[node].update(classes[base] for base in cls.mro if type(base) is ClassValue and base is not cls)
    return later
