"""Instances of classes that a function is given without a caller: those that the program makes, or made for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scopelint.facts import ir
from scopelint.link import flow, hierarchy, makers, persistence, protocols
from scopelint.link.bounds import MAX_INSTANCES
from scopelint.link.classes import construct, fields_of, freeze, kind_of, member
from scopelint.link.hierarchy import class_attribute
from scopelint.link.items import MISSING
from scopelint.link.likeness import one_of
from scopelint.link.state import DeadPath, State
from scopelint.link.values import (
    Arguments,
    ClassValue,
    DictRecord,
    FunctionValue,
    Hole,
    InstanceRecord,
    ListRecord,
    Property,
    Ref,
    Str,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from collections.abc import Container

    from scopelint.link.items import Missing
    from scopelint.link.machine import Machine
    from scopelint.link.values import Record, Value


class Assumed(msgspec.Struct, frozen=True):
    """Instances made for a class from arguments that are not known, and the shared state that they depend on."""

    instances: tuple[Value, ...]
    reads: tuple[tuple[object, int], ...]


def instance_for(m: Machine, cls: ClassValue, method: str = "") -> Value:
    """Return an instance of a class as the program makes them: those seen, or one made from unknown arguments.

    It is to run the class's own `method`: where there are some for which this is not overridden, it is one of them.
    """
    m.reads.add(("instances", id(cls)))
    fitting = hierarchy.subclasses(m, cls)
    if protocols.is_protocol(cls) or (len(fitting) == 1 and is_abstract(m, cls)):
        fitting = [*fitting, *protocols.implementers(m, cls)]
        m.reads.update(("instances", id(kind)) for kind in fitting)
    if method and len(fitting) > 1 and hierarchy.external_base(cls) is not None and not kind_of(cls):
        kinds = [kind for kind in fitting if not (is_abstract(m, kind) or _overrides(kind, cls, method))]
        chosen = kinds[m.choose(min(len(kinds), MAX_INSTANCES))] if kinds else cls
        if chosen is not cls:  # a framework makes objects of each, whatever is made here
            return instance_for(m, chosen)
        fitting = [cls] if kinds else fitting
    seen = _seen(m, fitting)
    if not seen and kind_of(cls) != "enum" and makers.seek(m, fitting):
        seen = _seen(m, fitting)
    if seen:
        of = {ref: record.cls for ref in seen if (record := m.instance(ref)) is not None}
        running = [ref for ref in seen if not _overrides(of.get(ref), cls, method)]
        return m.pick(one_of(running or seen))
    if cls in m.constructing:
        return Unknown(Why(f"an instance of {cls.name}"))
    if kind_of(cls) == "enum":
        return member(m, cls, Arguments())
    if protocols.is_protocol(cls) or is_abstract(m, cls):
        concrete = [kind for kind in fitting if not (protocols.is_protocol(kind) or is_abstract(m, kind))]
        if concrete:
            running_it = [kind for kind in concrete if not _overrides(kind, cls, method)]
            concrete = (running_it or concrete)[:MAX_INSTANCES]
            return instance_for(m, concrete[m.choose(len(concrete))])
        if protocols.is_protocol(cls):
            return Unknown(Why(f"an instance of {cls.name}, which no class here implements"))
    kept = m.assumed.get(cls)
    if kept is None or any(m.versions.get(read, 0) != version for read, version in kept.reads):
        if m.constructing:
            return _made(m, cls)  # what is made inside of another instance may refer to that
        kept = _assume(m, cls)
    m.reads.update(read for read, _ in kept.reads)
    if not kept.instances:
        raise DeadPath
    return kept.instances[m.choose(len(kept.instances))]


def _seen(m: Machine, classes: list[ClassValue]) -> list[Value]:
    return [ref for cls in classes for ref in m.instances.get(cls, {}).values()]


def _overrides(kind: Value, cls: ClassValue, method: str) -> bool:
    """Say whether a class that derives from `cls` has a method of its own in place of that of `cls`."""
    for base in kind.mro if type(kind) is ClassValue and method else ():
        if base is cls:
            return False
        if type(base) is ClassValue and method in base.attrs:
            return True
    return False


def _assume(m: Machine, cls: ClassValue) -> Assumed:
    """Make instances in every way that the constructor can go, once for all who are given one."""
    reads, m.reads = m.reads, set()
    sent = len(m.recorder.requests)
    results = m.fork(State({}, {}), lambda: _made(m, cls))
    before = m.state
    instances: dict[object, Value] = {}
    for value, state in results:
        m.state = state
        content = _told(freeze(m, value, 0, {}))
        if content not in instances and len(instances) < MAX_INSTANCES:
            instances[content] = persistence.persist(m, value)
    m.state = before
    kept = Assumed(tuple(instances.values()), tuple((read, m.versions.get(read, 0)) for read in m.reads))
    m.reads |= reads
    if len(m.recorder.requests) == sent:  # a root that runs again sends again what the constructor sends
        m.assumed[cls] = kept
    return kept


def _told(content: object) -> object:
    """Return an instance's content without the reasons why something in it is not known."""
    if type(content) is tuple:
        return tuple(map(_told, content))
    if type(content) is Str and all(type(part) is Hole for part in content.parts):
        return "?" if content.parts else ""
    return "?" if type(content) is Unknown else content


def _made(m: Machine, cls: ClassValue) -> Value:
    from scopelint.link import handed

    m.constructing.append(cls)
    try:
        ref: Ref = m.new(InstanceRecord(cls, {}, ()))  # first: what it is given may be another one when this runs again
        init = class_attribute(m, cls, "__init__")
        args = handed.parameters(m, init, skip_first=True) if isinstance(init, FunctionValue) else Arguments()
        construct(m, cls, ref, args, kind_of(cls), None)
        if kind_of(cls) == "fields":
            _open_fields(m, cls, ref, switches=not has_behaviour(m, cls))
        return ref
    finally:
        m.constructing.pop()


def as_left(m: Machine, value: Value) -> Value:
    """Return an instance that stands for one that is not known: what its fields were at first, they need not be now."""
    record = m.instance(value)
    if record is None or type(record.cls) is not ClassValue or kind_of(record.cls) != "fields":
        return value
    copy = m.new(record)
    _open_fields(m, record.cls, copy, switches=True)
    return copy


def _open_fields(m: Machine, cls: ClassValue, ref: Ref, switches: bool) -> None:
    """Let the fields that are None by default be anything, as such parameters may be; and `switches`, if wanted."""
    record = m.instance(ref)
    if record is None:
        return
    attrs = dict(record.attrs)
    for name in fields_of(cls):
        value = attrs.get(name, MISSING)
        if value is None or (switches and type(value) is bool):
            attrs[name] = Unknown(Why(f"field '{name}' of {cls.name}", "", 0, name))
        elif type(value) is Ref and (more := _open(m.record(value))) is not None:
            attrs[name] = m.new(more)
    m.put(ref, InstanceRecord(record.cls, attrs, record.args))


def _open(record: Record) -> Record | None:
    """Return an empty container that may hold something, None for other objects."""
    if type(record) is ListRecord and not record.items:
        return ListRecord(record.kind, (), True)
    return DictRecord({}, True) if type(record) is DictRecord and not record.items else None


def has_behaviour(m: Machine, cls: ClassValue) -> bool:
    """Say whether a class has methods, or instances that are seen: others only hold what somebody sends."""
    return any(
        type(value) in (FunctionValue, Property)
        for base in cls.mro
        if type(base) is ClassValue
        for value in base.attrs.values()
    ) or bool(m.instances.get(cls))


def is_abstract(m: Machine, cls: ClassValue) -> bool:
    """Say whether a class leaves a method, or an attribute, to those that derive from it: itself, it sends nothing."""
    derived = len(hierarchy.subclasses(m, cls))
    known = m.abstract.get(cls)
    if known is None or known[0] != derived:
        known = m.abstract[cls] = derived, _leaves_something(m, cls)
    return known[1]


def _leaves_something(m: Machine, cls: ClassValue) -> bool:
    names = dict.fromkeys(name for base in cls.mro if type(base) is ClassValue for name in base.attrs)
    if any(_is_abstract(class_attribute(m, cls, name)) for name in names):
        return True
    left = {name for name in names if _is_left(class_attribute(m, cls, name))}
    if any(not left.isdisjoint(derived.attrs) for derived in hierarchy.subclasses(m, cls) if derived is not cls):
        return True
    empty = [name for name in names if class_attribute(m, cls, name) in (None, Str())]
    empty.extend(_only_declared(cls, names))
    return bool(empty) and any(
        type(derived.attrs.get(name)) is Str
        for derived in hierarchy.subclasses(m, cls)
        if derived is not cls
        for name in empty
    )


def _only_declared(cls: ClassValue, names: Container[str]) -> list[str]:
    """Return the names that a class declares, `upstream: ClassVar[str]`, or only reads, and that nothing in it sets."""
    bases = [base for base in cls.mro if type(base) is ClassValue]
    methods = [value.node for base in bases for value in base.attrs.values() if type(value) is FunctionValue]
    references = (reference for node in methods for reference in (*node.looked_at, *node.called))
    read = {reference.rpartition(".")[2] for reference in references if "." in reference}
    declared = [name for name in {*read, *(name for base in bases for name in base.fields)} if name not in names]
    if not declared or kind_of(cls):
        return []
    assigned = {name for node in methods if node.parameters for name in flow.assigned_attributes(node)}
    return [name for name in declared if name not in assigned]


def _is_left(value: Value | Missing) -> bool:
    """Say whether a method does nothing but raise NotImplementedError."""
    if type(value) is Property:
        value = value.getter
    if type(value) is not FunctionValue or not value.node.body or type(end := value.node.body[-1]) is not ir.Raise:
        return False
    return len(value.node.body) <= _DOCUMENTED and "NotImplementedError" in flow.mentions(end)


_DOCUMENTED = 2
"""Statements of a method with a docstring that does nothing but raise."""


def _is_abstract(value: Value | Missing) -> bool:
    if type(value) is Property:
        value = value.getter
    return type(value) is FunctionValue and any(
        (node.id if type(node) is ir.Name else node.name if type(node) is ir.Attr else "") == "abstractmethod"
        for node in value.node.decorators
    )
