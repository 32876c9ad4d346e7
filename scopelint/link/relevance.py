"""Which functions may lead to a request, by what they refer to: the others need not run for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import flow
from scopelint.link.blocks import nodes
from scopelint.link.references import SENDS, Part, Table, survey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scopelint.link.libraries import Libraries
    from scopelint.link.modules import Module, Modules


class Relevance:
    """What is known of the functions of some modules; more modules can be added at any time."""

    def __init__(self, modules: Modules, libraries: Libraries, operations: frozenset[str]) -> None:
        self.names: set[str] = set()
        """Names of what may lead to a request."""
        self.functions: list[ir.Function] = []
        """Those of the modules."""
        self._modules = modules
        self._table = Table(libraries, operations)
        self._seen: set[str] = set()  # modules, by path
        self._sending: set[int] = set()  # functions from which a request may be reached, by identity
        self._known: set[int] = set()
        self._direct: set[int] = set()  # functions that themselves refer to code that sends
        self._reached = set(self._table.seeds)
        self._users: dict[str, list[Part]] = {}  # parts that lead to no request so far, by the keys that they use
        self.names.update(key.lstrip(".") for key in self._reached)

    def learn(self, modules: Iterable[Module]) -> None:
        """Add what some modules define."""
        pending: list[str] = []
        for module in modules:
            if module.path in self._seen:
                continue
            self._seen.add(module.path)
            for part in survey(module, len(self._seen), self._modules, self._table):
                function = part.function
                if function is not None:
                    self.functions.append(function)
                    self._known.add(id(function))
                    if SENDS in part.uses:
                        self._direct.add(id(function))
                if not self._reached.isdisjoint(part.uses) or (
                    function is not None and (_calls_found(function) or self._calls_kept(function))
                ):
                    self._add(part, pending)
                else:
                    for key in part.uses:
                        self._users.setdefault(key, []).append(part)
        while pending:
            for part in self._users.pop(pending.pop(), ()):
                self._add(part, pending)

    def _calls_kept(self, function: ir.Function) -> bool:
        """Say whether a function calls what is kept in a container that is an attribute: subscribers, jobs."""
        references = (*function.called, *function.looked_at)
        names = {reference.rpartition(".")[2] for reference in references if "." in reference}
        return not names.isdisjoint(self._table.containers) and _calls_items(function)

    def _add(self, part: Part, pending: list[str]) -> None:
        if part.function is not None:
            self._sending.add(id(part.function))
        for key in part.gives:
            if key not in self._reached:
                self._reached.add(key)
                self.names.add(key.lstrip(".@"))
                pending.append(key)

    def may_send(self, node: ir.Function) -> bool:
        """Say whether a request may be reached from a function; of one that is not known, by the names it mentions."""
        if id(node) in self._known:
            return id(node) in self._sending
        return not self.names.isdisjoint(flow.referred(node))

    def refers_to_library(self, node: ir.Function) -> bool:
        """Say whether a function itself refers to a library that sends requests."""
        return id(node) in self._direct


def _calls_found(function: ir.Function) -> bool:
    """Say whether what `getattr` gives is called, returned or handed on, and not only looked at."""
    if "getattr" not in function.called:
        return False
    held: set[str] = set()
    used: set[str] = set()
    for node in nodes(function.body):
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
    return not held.isdisjoint(used)


def _calls_items(function: ir.Function) -> bool:
    """Say whether a function calls an item of an attribute, or of what such an item is."""
    held: set[str] = set()
    used: set[str] = set()
    for node in nodes(function.body):
        if type(node) is ir.Call:
            if _is_item(node.func):
                return True
            if type(node.func) is ir.Name:
                used.add(node.func.id)
        elif type(node) is ir.Assign and _is_item(node.value):
            held.update(_bound(node.targets))
        elif type(node) is ir.For or type(node) is ir.Generator:
            held.update(_bound((node.target,)))
    return not held.isdisjoint(used)


def _is_item(node: object) -> bool:
    if type(node) is ir.Await:
        return _is_item(node.value)
    if type(node) is ir.Call and type(node.func) is ir.Attr:
        return node.func.name in _TAKING
    return type(node) is ir.Sub


_TAKING = frozenset({"get", "pop", "popleft", "popitem", "setdefault", "get_nowait"})
"""Methods of containers that give an item."""


def _bound(targets: tuple[ir.Expr | None, ...]) -> set[str]:
    """Return the variables that an assignment's targets bind."""
    found: set[str] = set()
    for target in targets:
        if type(target) is ir.Name:
            found.add(target.id)
        elif type(target) is ir.Sequence:
            found |= _bound(target.items)
    return found


def _is_getattr(node: object) -> bool:
    if type(node) is ir.Await:
        return _is_getattr(node.value)
    return type(node) is ir.Call and type(node.func) is ir.Name and node.func.id == "getattr"
