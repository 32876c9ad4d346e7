"""What the functions, classes and variables of a module refer to, told apart as far as its text says.

A key stands for everything that a reference may mean: "3:send" for what the third module defines as `send`, "@send" for
what any module defines so, "send" for a name that nothing defines, ".send" for an attribute of something that is not
known, CALLED for objects that are called like functions, and SENDS for what sends requests.
"""

from __future__ import annotations

import builtins
import sys
from typing import TYPE_CHECKING

import msgspec

from scopelint.facts import ir
from scopelint.link import declarations, declared, frameworks
from scopelint.link.blocks import BLOCKS, inside
from scopelint.link.libraries import VERBS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scopelint.link.libraries import Libraries
    from scopelint.link.modules import Module, Modules

SENDS = "!"
CALLED = "()"
SENDERS = frozenset(VERBS) | {"request", "send", "stream", "urlopen", "fetch", "perform", "Popen", "putrequest"}
_LOOK_UPS = frozenset({"globals", "import_module", "locate", "import_string"})
_COMMON = (
    frozenset(name for kind in (str, list, dict, set, object) for name in dir(kind))
    | SENDERS
    | {"call", "run", "read", "open", "close"}
)
"""Names that much else has too: on what is plainly data they say nothing."""
_TOO_COMMON = frozenset({"run", "paginate"})
"""Methods of clients that say nothing by themselves: what makes such a client tells enough."""
_CONTAINERS = frozenset(
    {
        "dict", "list", "set", "deque", "defaultdict", "OrderedDict", "ChainMap", "UserDict", "UserList", "Queue",
        "LifoQueue", "PriorityQueue", "SimpleQueue", "JoinableQueue", "local", "ContextVar", "SimpleNamespace",
        "Namespace", "WeakValueDictionary", "WeakKeyDictionary", "WeakSet",
    }
)  # fmt: skip
"""What makes an object into which anything may be put later."""


class Part(msgspec.Struct, frozen=True):
    """A function, class or variable: the keys that stand for it, and those of what it refers to."""

    gives: tuple[str, ...]
    uses: frozenset[str]
    function: ir.Function | None = None


class Table:
    """What is known of the code that is not at hand."""

    def __init__(self, libraries: Libraries, operations: frozenset[str]) -> None:
        names = (*libraries.calls, *libraries.clients, *libraries.requests)
        self._names = frozenset(names) | libraries.modules | libraries.apps.keys()  # a factory fills its app's settings
        self._tops = frozenset(name.partition(".")[0] for name in names) - sys.stdlib_module_names
        self._closed = libraries.tops | sys.stdlib_module_names
        words = {_last(name) for name in names} | SENDERS
        words |= {name for client in libraries.clients.values() for name in client.methods} - _TOO_COMMON
        words |= operations | _LOOK_UPS | frameworks.load().methods.naming
        self.seeds = frozenset({SENDS, *words, *(f".{word}" for word in words)})
        """The keys that stand for something that sends, or leads to what does."""
        self.containers: set[str] = set()
        """Attributes into which anything may be put later, as far as classes have been seen that have such."""

    def key(self, dotted: str) -> str:
        """Return the key of a name of code that is not at hand, "" for one that sends nothing."""
        top, last = dotted.partition(".")[0], _last(dotted)
        if (
            top in self._tops
            or dotted in self._names
            or last in _LOOK_UPS
            or declared.sends(dotted)
            or declarations.sends(dotted)
        ):
            return SENDS
        return "" if top in self._closed else f".{last}"


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]


class _Found(msgspec.Struct, frozen=True):
    """A part before the names of its module are known; `inside`: an assignment in a function, whose names they are."""

    gives: tuple[str, ...]
    uses: tuple[str, ...]
    function: ir.Function | None = None
    inside: bool = False


class _Imported(msgspec.Struct, frozen=True):
    dotted: str
    at_hand: bool


class _Names:
    """What the names of a module mean."""

    def __init__(self, module: Module, number: int, modules: Modules, table: Table) -> None:
        self._module = module
        self._number = number
        self._modules = modules
        self.table = table
        self._imports: dict[str, _Imported] = {}
        self._own: set[str] = set()
        self._methods: set[str] = set()
        self._star = False

    def define(self, name: str) -> None:
        self._own.add(name)

    def define_method(self, name: str) -> None:
        self._methods.add(name)

    def add_import(self, node: ir.Import | ir.ImportFrom) -> None:
        path, resolve = self._module.path, self._modules.resolve
        if type(node) is ir.Import:
            dotted = node.module if node.asname else node.module.partition(".")[0]
            self._imports[node.asname or dotted] = _Imported(dotted, resolve(path, dotted, 0) is not None)
        elif type(node) is ir.ImportFrom:
            at_hand = node.level > 0 or resolve(path, node.module, 0) is not None
            for name, bound in node.names:
                self._star = self._star or name == "*"
                self._imports[bound] = _Imported(f"{node.module}.{name}", at_hand)

    def keys_of(self, name: str) -> tuple[str, ...]:
        """Return the keys that stand for what the module defines under a name."""
        return (f"{self._number}:{name}", f"@{name}", f".{name}") if name else ()

    def keys(self, references: Iterable[str], local: bool) -> Iterator[str]:
        """Yield the keys of what references mean; `local`: a name that the module does not define is a variable."""
        for reference in references:
            root, dot, rest = reference.partition(".")
            imported = self._imports.get(root)
            if imported is not None and not imported.at_hand:
                yield self.table.key(f"{imported.dotted}.{rest}" if dot else imported.dotted)
                if root not in self._own:
                    continue
            if dot:
                last = _last(rest)
                yield f".{last}"
                if last not in self._methods and last not in _COMMON:
                    yield CALLED  # maybe: `self.api("GET", path)`
                continue
            if imported is not None and imported.at_hand:
                yield f"@{_last(imported.dotted)}"
            if root in self._own:
                yield f"{self._number}:{root}"
            elif imported is None and not local and (self._star or root in _LOOK_UPS or root not in _BUILTINS):
                yield root
                yield f"@{root}"


_BUILTINS = frozenset(dir(builtins))


def survey(module: Module, number: int, modules: Modules, table: Table) -> list[Part]:
    """Return the parts of a module, at whatever depth."""
    names = _Names(module, number, modules, table)
    found: list[_Found] = []
    pending: list[tuple[tuple[object, ...], tuple[str, ...], bool]] = [(module.facts.body, (), False)]
    while pending:
        body, owner, inside = pending.pop()  # the keys of the class whose body it is; whether it is a function's
        for node in body:
            if type(node) is ir.Function:
                _add_function(names, found, node, owner)
                pending.append((node.body, (), True))
            elif type(node) is ir.Class:
                if not owner:
                    names.define(node.name)
                keys = names.keys_of(node.name)
                found.append(_Found(keys, tuple(r for base in node.bases for r in references(base.value))))
                pending.append((node.body, keys, inside))
            elif type(node) is ir.Import or type(node) is ir.ImportFrom:
                names.add_import(node)
                if type(node) is ir.ImportFrom and not inside:  # `import send as ask`, for those who import `ask`
                    aliases = [bound for name, bound in node.names if name != bound]
                    found.extend(_Found((f"@{bound}", f".{bound}"), (bound,)) for bound in aliases)
            elif type(node) is ir.Assign:
                _add_assigned(names, found, node.targets, node.value, owner, inside)
            elif type(node) is ir.Annotated:
                _add_assigned(names, found, (node.target,), node.value, owner, inside)
            elif type(node) in BLOCKS:
                if type(node) is ir.With:
                    for item in node.items:
                        _add_assigned(names, found, (item.target,), item.value, owner, inside)
                pending.extend((getattr(node, field), owner, inside) for field in BLOCKS[type(node)])
    return [
        Part(part.gives, frozenset(filter(None, names.keys(part.uses, part.inside))), part.function) for part in found
    ]


def _add_function(names: _Names, found: list[_Found], node: ir.Function, owner: tuple[str, ...]) -> None:
    if owner:
        is_special = node.name.startswith("__") and node.name.endswith("__")  # who uses the class may reach it
        gives = owner if is_special else (f".{node.name}", *owner)
        gives = (*gives, CALLED) if node.name == "__call__" else gives
        names.define_method(node.name)
    else:
        names.define(node.name)
        gives = names.keys_of(node.name)
    hands_on = any(_last(reference) in _HANDING_ON for reference in node.called)
    common = _COMMON - SENDERS if hands_on else _COMMON
    looked_at = (reference for reference in node.looked_at if _last(reference) not in common)
    dispatching = [key for decorator in node.decorators for key in names.keys_of(_registering(decorator))]
    found.append(_Found((*gives, *dispatching), (*node.names, *node.called, *looked_at), node))


def _registering(decorator: ir.Expr) -> str:
    """Return the name of the function to which `@name.register` adds another that does its work, "" for others."""
    named = decorator.func if type(decorator) is ir.Call else decorator
    return _name_of(named.value) if type(named) is ir.Attr and named.name == "register" else ""


def _add_assigned(
    names: _Names,
    found: list[_Found],
    targets: tuple[ir.Expr | None, ...],
    value: ir.Expr | None,
    owner: tuple[str, ...],
    inside: bool,
) -> None:
    """Note what an assignment makes known: a module's variable, and in classes and functions other names of functions.

    Nothing is noted of other attributes: what has them says enough by what is called on them.
    """
    if value is None:
        return
    is_told = not (inside or owner) or _is_alias(value)
    is_told = is_told or (not inside and type(value) is ir.Call)  # a descriptor, which may send when it is read
    holds_anything = _holds_anything(value)
    if not is_told and not holds_anything:
        return
    each = [item for target in targets for item in (target.items if type(target) is ir.Sequence else (target,))]
    if holds_anything and (inside or owner):
        names.table.containers.update(target.name for target in each if type(target) is ir.Attr)
        names.table.containers.update(target.id for target in each if type(target) is ir.Name and not inside)
    if not is_told:
        return
    gives: list[str] = []
    for target in each:
        holder = target.value if type(target) is ir.Sub else target  # `HANDLERS["send"] = send`
        if type(holder) is ir.Attr and _is_alias(value):
            gives.append(f".{holder.name}")
        elif type(holder) is ir.Name and inside:
            gives.append(f"@{holder.id}")
        elif type(holder) is ir.Name and owner:
            gives.append(f".{holder.id}")
        elif type(holder) is ir.Name:
            names.define(holder.id)
            gives.extend(names.keys_of(holder.id))
    if gives:
        uses = (*references(value), *((SENDS,) if holds_anything else ()))
        if owner and not inside:  # names of the class come before those of the module
            uses = (*uses, *(f".{reference}" for reference in references(value) if "." not in reference))
        found.append(_Found(tuple(gives), uses, inside=inside))


_HANDING_ON = frozenset({"partial", "partialmethod", "methodcaller"})
"""What gives a function on with some of its arguments, without calling it."""


def _is_alias(value: ir.Expr) -> bool:
    """Say whether a value may be a function of another name, or one with some of its arguments given."""
    if type(value) is ir.Attr:
        return value.name in SENDERS
    if type(value) is ir.Call:
        return _name_of(value.func) in _HANDING_ON
    return type(value) is ir.Name or type(value) is ir.Lambda


def _name_of(node: ir.Expr) -> str:
    return node.id if type(node) is ir.Name else node.name if type(node) is ir.Attr else ""


def _holds_anything(value: ir.Expr) -> bool:
    """Say whether a value is a container into which anything may be put later."""
    if type(value) is ir.Dict or type(value) is ir.Sequence:
        return not value.items
    if type(value) is not ir.Call:
        return False
    return _name_of(value.func) in _CONTAINERS


def references(node: object) -> Iterator[str]:
    """Yield the references of an expression, as those of functions are told in their facts."""
    pending: list[object] = [node]
    while pending:
        current = pending.pop()
        if type(current) is ir.Name:
            yield current.id
        elif type(current) is ir.Attr:
            yield _dotted(current)
            pending.append(current.value)
        elif type(current) is ir.Function:
            yield from (*current.names, *current.called, *current.looked_at)
        else:
            pending.extend(inside(current))


def _dotted(node: ir.Attr) -> str:
    names = [node.name]
    value = node.value
    while type(value) is ir.Attr:
        names.append(value.name)
        value = value.value
    return ".".join((value.id, *reversed(names))) if type(value) is ir.Name else f".{node.name}"
