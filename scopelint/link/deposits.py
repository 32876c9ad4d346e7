"""What the program leaves under a name in objects of frameworks, for its other parts to find by that name.

A start-up hook sets `app.state.client`, a handler reads `request.app.state.client`: between the two lie objects of
which nothing is known here, so that the name alone says that it is the same. Only what may lead to a request is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import frameworks, hierarchy, persistence, text
from scopelint.link.bounds import MAX_ALTERNATIVES
from scopelint.link.likeness import contents, one_of
from scopelint.link.values import (
    Arguments,
    Bound,
    ClassValue,
    DictRecord,
    External,
    FunctionValue,
    InstanceRecord,
    ListRecord,
    Method,
    Partial,
    Ref,
    Str,
    Tuple,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_TABLE = frameworks.load()
_DEPTH = 3
"""Containers inside each other that are looked through for what is left by name."""
_TAKING = frozenset({"get", "pop", "setdefault"})
"""Methods by which an item is taken."""


def key_of(m: Machine, index: Value) -> object:
    """Return what an item is left under: a text, a class, or the name of a key object; None for what is not known."""
    known = text.known(index)
    if known is not None or type(index) is ClassValue:
        return index if known is None else known
    record = m.instance(index)
    is_key = record is not None and type(record.cls) is External and bool(record.args)
    return text.known(record.args[0]) if is_key else None  # type: ignore[union-attr]  # an instance: tested


def leave(m: Machine, holder: Value, key: object, value: Value) -> None:
    """Keep what is put under a name into an object that is not analysed, if it may lead to a request."""
    if key is None or not _tells(m, value, 0) or (type(key) is ClassValue and type(value) is not Ref):
        return  # of a class, a container may be told what makes its objects
    root = _root(holder)
    if type(root) is External and not _is_context(root):
        return
    record = m.instance(root)
    if record is not None:
        base = hierarchy.external_base(record.cls)
        if base is None or (type(record.cls) is ClassValue and base.name not in _TABLE.reached):
            return
        m.deposits.places.add(base.name)
    _keep(m, key, value)


def _keep(m: Machine, key: object, value: Value) -> None:
    kept = m.deposits.values.setdefault(key, {})
    content = _content(m, value)
    if content not in kept and len(kept) < MAX_ALTERNATIVES:
        kept[content] = persistence.persist(m, value)
        m.touch(("left", key))


def _content(m: Machine, value: Value) -> object:
    from scopelint.link import classes

    return classes.freeze(m, value, 0, {})


def find(m: Machine, holder: Value, key: object) -> Value | None:
    """Return what was left under a name, if `holder` may be where it was left; None where nothing was."""
    if key is None or not _may_hold(m, holder):
        return None
    return found(m, key)


def found(m: Machine, key: object) -> Value | None:
    """Return what was left under a name anywhere, None where nothing was."""
    m.reads.add(("left", key))
    kept = m.deposits.values.get(key)
    return m.pick(one_of(kept.values())) if kept else None


def item(m: Machine, holder: Value, index: Value) -> Value | None:
    """Return what was left under an item's key, None where nothing was."""
    return find(m, holder, key_of(m, index))


def put(m: Machine, holder: Value, index: Value, value: Value) -> None:
    """Keep what is put under an item's key into an object that is not analysed, if it may lead to a request."""
    if type(holder) in (Unknown, External, Method, Ref):
        leave(m, holder, key_of(m, index), value)


def take(m: Machine, holder: Value, method: str, args: Arguments) -> Value | None:
    """Return what `holder.get("name")` and its kin give, None for other calls and where nothing was left."""
    if method not in _TAKING or not args.positional:
        return None
    key = key_of(m, args.positional[0])
    if method == "setdefault" and len(args.positional) > 1:
        leave(m, holder, key, args.positional[1])
    return find(m, holder, key)


def given(m: Machine, args: Arguments) -> None:
    """Keep what code that is not analysed is given under names: by keyword, and in dicts."""
    for name, value in args.keywords:
        roles = _TABLE.given.get(name, ())
        if type(value) is Ref or type(value) is Tuple:
            _publish(m, value, roles, name)
    for value in args.positional:
        if type(value) is Ref or type(value) is Tuple:
            _inside(m, value, 0)


def publish(m: Machine, value: Value, roles: Iterable[str]) -> None:
    """Keep what a function gives that a framework calls for the context of others: as such, and what it holds."""
    record = m.record(value) if type(value) is Ref else None
    if type(record) is ListRecord and record.kind in ("context", "generator"):
        for item in record.items:
            publish(m, item, roles)
    elif record is not None:
        _publish(m, value, roles, "")


def _publish(m: Machine, value: Value, roles: Iterable[str], name: str) -> None:
    record = m.instance(value)
    for role in roles if record is not None else ():  # what a dict holds is found by its keys
        if _tells(m, value, 0):
            _keep(m, role, value)
    if record is None:
        _inside(m, value, 0)
    elif name and type(record.cls) is ClassValue:
        _keep(m, name, value)
    if record is not None and roles:
        for attribute, held in record.attrs.items():
            if type(held) is Ref and _tells(m, held, 0):
                _keep(m, attribute, held)


def _inside(m: Machine, value: Value, depth: int) -> None:
    """Keep what dicts inside of a value hold under texts."""
    record = m.record(value) if type(value) is Ref else None
    if type(record) is DictRecord:
        for key, held in record.items.items():
            if isinstance(key, str) and type(held) is Ref and _tells(m, held, 0):
                _keep(m, key, held)
    inner: tuple[Value, ...] = value.items if type(value) is Tuple else ()
    if type(record) is ListRecord or type(record) is DictRecord:
        inner = contents(record)
    for item in inner if depth < _DEPTH else ():
        if type(item) is Ref or type(item) is Tuple:
            _inside(m, item, depth + 1)


def _tells(m: Machine, value: Value, depth: int) -> bool:
    """Say whether a value may lead to a request: an object of the program's classes, a client, a callable, a base."""
    if type(value) is Str:
        from scopelint.link import sending

        return sending.carries_base(m, value)
    if type(value) in (FunctionValue, Bound, Partial):
        return True
    if type(value) is not Ref:
        return False
    record = m.record(value)
    if type(record) is InstanceRecord:
        return type(record.cls) is ClassValue or record.cls.name in m.libraries.clients
    return depth < 1 and any(type(item) is not Str and _tells(m, item, depth + 1) for item in contents(record))


def _may_hold(m: Machine, holder: Value) -> bool:
    if type(holder) is Unknown:
        return not (holder.why.answer or holder.why.within or holder.why.attribute_of)
    root = _root(holder)
    if type(root) is External:
        return _is_context(root)
    record = m.instance(root)
    if record is None:
        return type(root) is Unknown
    base = hierarchy.external_base(record.cls)
    if base is None:
        return False
    is_own = type(record.cls) is ClassValue and type(holder) is Method
    return is_own or base.name in m.deposits.places or base.name in _TABLE.reached


def _root(value: Value) -> Value:
    """Return the object of whose attributes a value is one."""
    while type(value) is Method:
        value = value.receiver
    return value


def _is_context(value: External) -> bool:
    return any(value.name == name or value.name.startswith(f"{name}.") for name in _TABLE.contexts)


def appear(m: Machine, value: Ref, cls: Value) -> None:
    """Keep an object of the program's own that a framework gives back: its application, its bot."""
    for base in cls.mro if type(cls) is ClassValue else ():
        for name in _TABLE.reached.get(base.name, ()) if type(base) is External else ():
            _keep(m, name, value)
