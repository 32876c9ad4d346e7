"""Which functions may lead to a request, by the names that they mention: the others need not run for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scopelint.facts import ir
from scopelint.link import declared
from scopelint.link.bounds import MAX_TOTAL_STEPS, STEPS_A_FUNCTION
from scopelint.link.libraries import VERBS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scopelint.link.machine import Machine

SENDERS = frozenset(VERBS) | {"request", "send", "stream", "urlopen", "fetch", "perform", "Popen", "putrequest"}
_LOOK_UPS = frozenset({"globals", "import_module", "locate", "import_string"})
_COMMON = (
    frozenset(name for kind in (str, list, dict, set, object) for name in dir(kind))
    | SENDERS
    | {"call", "run", "read", "open", "close"}
)
"""Names that much else has too: a mention counts only where it is called, and not on what is plainly data."""


def prepare(m: Machine, bodies: Iterable[tuple[ir.Stmt, ...]]) -> None:
    """Set what the machine knows of the functions in some module bodies: which may send, which look for a refusal."""
    functions = learn(m, bodies)
    m.most_steps = MAX_TOTAL_STEPS + STEPS_A_FUNCTION * len(functions)
    names = {function.name for function in functions if id(function) in m.sending}
    m.refusal_helpers = frozenset(f.name for f in functions if f.checks_refusal and f.name not in names)


def learn(m: Machine, bodies: Iterable[tuple[ir.Stmt, ...]]) -> list[ir.Function]:
    """Add to what the machine knows which functions in some module bodies may send, and return the functions."""
    functions: list[ir.Function] = []
    classes: list[ir.Class] = []
    aliases: list[tuple[str, str]] = []  # a name, and another that is bound to the same
    words: set[str] = set()  # module variables that may hold something that is called, and other ways to a client
    for body in bodies:
        words.update(
            target.id
            for statement in body
            if type(statement) is ir.Assign and type(statement.value) in (ir.Call, ir.Dict, ir.Lambda, ir.Sequence)
            for target in statement.targets
            if type(target) is ir.Name
        )
        survey = _survey(m, body)
        functions += survey.functions
        classes += survey.classes
        aliases += survey.aliases
    words |= {name.rpartition(".")[2] for name in (*m.libraries.clients, *m.libraries.requests)}
    words |= m.operation_words | _LOOK_UPS | m.relevant
    senders = SENDERS | declared.PROCESS_WORDS
    senders |= {name.rpartition(".")[2] for name in m.libraries.calls}
    senders |= {name for client in m.libraries.clients.values() for name in client.methods}
    sending = {id(f) for f in functions if not senders.isdisjoint(f.called)}
    sending |= {id(f) for f in functions if "getattr" in f.names and _calls_getattr(f)}
    relevant = words | {f.name for f in functions if id(f) in sending}

    def leads(function: ir.Function) -> bool:
        if not relevant.isdisjoint(function.called):
            return True
        return any(name in relevant and name not in _COMMON for name in function.names)

    waiting = [function for function in functions if id(function) not in sending]
    while True:
        found = [function for function in waiting if leads(function)]
        fresh = {function.name for function in found}
        sending |= {id(function) for function in found}
        fresh |= {
            cls.name
            for cls in classes
            if any(type(node) is ir.Function and id(node) in sending for node in cls.body)
            or any(_mentions(arg.value, relevant) for arg in cls.bases)
        }
        fresh |= {alias for name, alias in aliases if name in relevant or name in fresh}
        if fresh <= relevant:
            break
        relevant |= fresh
        waiting = [function for function in waiting if id(function) not in sending]
    m.relevant = frozenset(relevant)
    m.sending |= sending
    m.known_functions.update(id(function) for function in functions)
    return functions


class Survey(msgspec.Struct, frozen=True):
    """The functions and classes of a module, and names with others that are bound to the same."""

    functions: list[ir.Function]
    classes: list[ir.Class]
    aliases: list[tuple[str, str]]


def _survey(m: Machine, body: tuple[ir.Stmt, ...]) -> Survey:
    """Return what a module's body defines, at whatever depth; done once a module."""
    known = m.surveys.get(id(body))
    if known is not None:
        return known
    functions: list[ir.Function] = []
    classes: list[ir.Class] = []
    aliases: list[tuple[str, str]] = []
    pending: list[tuple[object, ...]] = [body]
    while pending:
        for node in pending.pop():
            kind = type(node)
            if kind is ir.Assign:
                value = node.value  # type: ignore[attr-defined]  # an Assign
                name = value.id if type(value) is ir.Name else value.name if type(value) is ir.Attr else ""
                if name:  # `ask = send`
                    targets = node.targets  # type: ignore[attr-defined]  # an Assign
                    aliases.extend((name, target.id) for target in targets if type(target) is ir.Name)
            elif kind is ir.ImportFrom:  # `from client import send as ask`
                aliases.extend((name, bound) for name, bound in node.names if name != bound)  # type: ignore[attr-defined]  # an ImportFrom
            elif kind in _BLOCKS:
                if kind is ir.Function:
                    functions.append(node)  # type: ignore[arg-type]  # a Function
                elif kind is ir.Class:
                    classes.append(node)  # type: ignore[arg-type]  # a Class
                pending.extend(getattr(node, field) for field in _BLOCKS[kind])
    found = m.surveys[id(body)] = Survey(functions, classes, aliases)
    return found


_BLOCKS: dict[type, tuple[str, ...]] = {
    ir.Function: ("body",),
    ir.Class: ("body",),
    ir.If: ("branches", "orelse"),
    ir.Branch: ("body",),
    ir.Try: ("body", "handlers", "orelse", "final"),
    ir.Handler: ("body",),
    ir.With: ("body",),
    ir.For: ("body", "orelse"),
    ir.While: ("body", "orelse"),
    ir.Match: ("cases",),
    ir.Case: ("body",),
}
"""The fields of statements that hold other statements."""


def _mentions(node: ir.Expr, names: set[str]) -> bool:
    if type(node) is ir.Sub:
        return _mentions(node.value, names)
    return (type(node) is ir.Name and node.id in names) or (type(node) is ir.Attr and node.name in names)


def _calls_getattr(function: ir.Function) -> bool:
    """Say whether what `getattr` gives is called, returned or handed on, and not only looked at."""
    held: set[str] = set()
    used: set[str] = set()
    pending: list[object] = list(function.body)
    while pending:
        node = pending.pop()
        if type(node) is ir.Call:
            if _is_getattr(node.func):
                return True
            if type(node.func) is ir.Name:
                used.add(node.func.id)
            if not _is_getattr(node) and any(_is_getattr(arg.value) for arg in node.args):
                return True
            used.update(arg.value.id for arg in node.args if type(arg.value) is ir.Name)
        elif type(node) is ir.Assign and _is_getattr(node.value):
            held.update(target.id for target in node.targets if type(target) is ir.Name)
        elif type(node) is ir.Return and (_is_getattr(node.value) or type(node.value) is ir.Name):
            if _is_getattr(node.value):
                return True
            used.add(node.value.id)  # type: ignore[union-attr]  # a name: tested
        if isinstance(node, ir.Node):
            pending.extend(getattr(node, field) for field in node.__struct_fields__)
        elif isinstance(node, tuple):
            pending.extend(node)
    return not held.isdisjoint(used)


def _is_getattr(node: object) -> bool:
    if type(node) is ir.Await:
        return _is_getattr(node.value)
    return type(node) is ir.Call and type(node.func) is ir.Name and node.func.id == "getattr"
