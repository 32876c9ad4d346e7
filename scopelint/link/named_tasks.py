"""Tasks that a queue is given by name: `queue.enqueue("app.jobs.pull", path)`, `app.send_task("jobs.pull", [path])`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scopelint.link import frameworks, task_queues, text
from scopelint.link.values import Arguments, Bound, FunctionValue, Str, Unknown, Why

if TYPE_CHECKING:
    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*[.:][A-Za-z_]\w*")


def start(m: Machine, method: str, args: Arguments, node: ir.Call | None) -> Value | None:
    """Start the task that a method of a queue is given by name; None where it is given none that is known here."""
    known = frameworks.load().methods
    if method not in known.naming:
        return None
    for index, value in enumerate(args.positional):
        name = text.known(value)
        if name is None:
            continue
        rest = args.positional[index + 1 :]
        if method in known.by_last_name:
            function = _defined(m, name)
            rest = (Unknown(Why("what the queue gives its tasks", "", 0, "context")), *rest)
        else:
            function = _at_path(m, name)
        if function is None:
            continue
        lists = method in known.by_name_with_lists or "args" in dict(args.keywords)
        if lists:  # a scheduler is also told when
            rest = tuple(given for given in rest if type(given) is not Str)
        return task_queues.start(m, function, "apply_async" if lists else "delay", Arguments(rest, args.keywords), node)
    return None


def _at_path(m: Machine, path: str) -> Value | None:
    """Return the function that a dotted path names, the last part perhaps after a colon."""
    from scopelint.link import stdlib_models

    if _PATH.fullmatch(path) is None:
        return None
    found = m.pick(stdlib_models.locate(m, Arguments((text.of(path.replace(":", ".")),)), None))
    return found if type(found) in (FunctionValue, Bound) else None


def _defined(m: Machine, name: str) -> Value | None:
    """Return the only function of a module here that has this name."""
    found = [function for function in m.functions.values() if function.node.name == name and function.owner is None]
    return found[0] if len(found) == 1 else None
