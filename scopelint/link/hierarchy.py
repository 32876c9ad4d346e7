"""Classes and what they inherit: their attributes, their bases from outside, and what is an instance of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import text
from scopelint.link.items import MISSING, Missing
from scopelint.link.values import (
    Bound,
    ClassValue,
    DictRecord,
    EnumMember,
    External,
    FunctionValue,
    InstanceRecord,
    ListRecord,
    Partial,
    Ref,
    Str,
    Tuple,
    Unknown,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


PLAIN = frozenset(
    {
        "builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol",
        "typing.NamedTuple", "enum.Enum",
    }
)  # fmt: skip
"""Bases from outside whose attributes are of no interest here."""


NAMESPACES = frozenset(
    {
        "threading.local", "_threading_local.local", "gevent.local.local", "werkzeug.local.Local",
        "asgiref.local.Local", "types.SimpleNamespace",
    }
)  # fmt: skip
"""Classes of libraries whose instances have the attributes that were set, and no others."""


def class_attribute(m: Machine, cls: Value, name: str) -> Value | Missing:
    """Return an attribute of a class or of those it inherits from, unbound."""
    if type(cls) is not ClassValue:
        return MISSING
    for base in cls.mro:
        if type(base) is ClassValue and name in base.attrs:
            m.reads.add(("class", id(base), name))
            return base.attrs[name]
    return MISSING


def external_base(cls: Value) -> External | None:
    """Return the first base of a class that is not analysed and matters, the class itself if it is such a one."""
    if type(cls) is External:
        return cls
    if type(cls) is ClassValue:
        for base in cls.mro:
            if type(base) is External and base.name not in PLAIN:
                return base
    return None


def class_under(m: Machine, value: Value, name: str) -> ClassValue | None:
    """Return the class of an object if it derives from the named one, which is not analysed; None for others."""
    record = m.instance(value)
    cls = record.cls if record is not None else None
    return cls if type(cls) is ClassValue and External(name) in cls.mro else None


def is_made_from(m: Machine, value: Value, name: str) -> bool:
    """Say whether an object is of the named class itself, which is not analysed."""
    record = m.instance(value)
    client = m.libraries.clients.get(name)
    return record is not None and record.cls == External(client.row.classes[0] if client else name)


def is_namespace(cls: Value) -> bool:
    """Say whether a class's instances have the attributes that were set on them, and no others."""
    base = external_base(cls)
    return base is not None and base.name in NAMESPACES


def is_instance(m: Machine, value: Value, cls: Value) -> bool | None:
    """Return `isinstance(value, cls)`, None when it is not known."""
    from scopelint.link import protocols

    if type(cls) is Tuple:
        results = [is_instance(m, value, item) for item in cls.items]
        return True if True in results else None if None in results else False
    if type(value) is Unknown or type(cls) not in (ClassValue, External):
        return None
    record = m.instance(value)
    actual: Value = record.cls if record is not None else value.cls if type(value) is EnumMember else None
    if actual is not None:
        if type(actual) is External:
            return actual == cls or (None if type(cls) is External else False)
        assert type(actual) is ClassValue
        if cls in actual.mro:
            return True
        if protocols.is_protocol(cls):
            assert type(cls) is ClassValue
            return protocols.is_implemented(m, actual, cls)
        return (
            None
            if any(type(base) is External and base.name not in PLAIN for base in actual.mro) and type(cls) is External
            else False
        )
    if type(cls) is External and cls.name.startswith("builtins."):
        return _is_builtin(m, value, cls.name[9:])
    if value is None or isinstance(value, (int, float)):
        return False
    return _is_of_library(m, value, cls.name) if type(cls) is External else None


_ABSTRACT = ("collections.abc.", "typing.", "typing_extensions.", "abc.")


def _is_of_library(m: Machine, value: Value, name: str) -> bool | None:
    """Return whether a text, list, dict or tuple is an instance of a class of a library."""
    record = m.record(value) if type(value) is Ref else None
    last = name.rpartition(".")[2]
    if name.startswith(_ABSTRACT):
        if last in ("Mapping", "MutableMapping"):
            return type(record) is DictRecord
        if last in ("Callable", "Hashable"):
            return None
        if last in ("Sequence", "MutableSequence", "Iterable", "Collection", "Sized"):
            return (
                type(record) is ListRecord
                or type(value) in (Tuple, Str)
                or (last != "Sequence" and type(record) is DictRecord)
            )
        return None
    if type(value) is Str:
        return None if last.lower().endswith(("url", "path", "str", "uri")) else False
    if type(value) is Tuple or type(record) in (ListRecord, DictRecord):
        return None if last.lower().endswith(("dict", "list", "tuple", "headers", "params", "map")) else False
    return None


def _is_builtin(m: Machine, value: Value, name: str) -> bool | None:
    if value is None:
        return name in ("object", "NoneType")
    if type(value) is ClassValue:
        return name in ("type", "object")
    if type(value) in (FunctionValue, Bound, Partial):
        return name == "object"
    if isinstance(value, bool):
        return name in ("bool", "int", "object")
    if isinstance(value, (int, float)):
        return name == type(value).__name__
    if type(value) is Str:
        return None if name == "bytes" else name == "str"
    if type(value) is Tuple:
        return name == "tuple"
    if type(value) is Ref:
        record = m.record(value)
        if type(record) is ListRecord:
            return name == record.kind
        if type(record) is DictRecord:
            return name == "dict"
    return None


def match_args(m: Machine, cls: Value) -> list[str]:
    """Return the names of the positional sub-patterns of a class pattern."""
    from scopelint.link import classes

    found = class_attribute(m, cls, "__match_args__")
    if type(found) is Tuple:
        return [name for item in found.items if (name := text.known(item)) is not None]
    return list(classes.fields_of(cls)) if type(cls) is ClassValue else []


def named_tuple_fields(m: Machine, record: InstanceRecord) -> tuple[Value, ...] | None:
    """Return the elements of a named tuple, None for other instances."""
    from scopelint.link import classes, split_urls

    if type(record.cls) is External and record.cls.name in split_urls.FIELDS:
        return tuple(m.pick(record.attrs.get(name, None)) for name in split_urls.FIELDS[record.cls.name])
    if type(record.cls) is ClassValue and classes.kind_of(record.cls) == "namedtuple":
        return tuple(m.pick(record.attrs.get(name, None)) for name in classes.fields_of(record.cls))
    return None


def subclasses(m: Machine, cls: ClassValue) -> list[ClassValue]:
    """Return a class and those that derive from it, in the order of their definition."""
    for other in m.all_classes[m.indexed :]:
        for base in other.mro[1:]:
            if type(base) is ClassValue:
                m.derived.setdefault(base, []).append(other)
    m.indexed = len(m.all_classes)
    return [cls, *m.derived.get(cls, ())]


def setters(m: Machine, cls: ClassValue, name: str) -> list[FunctionValue]:
    """Return the methods of a class, but for its constructor, that assign `self.name`."""
    from scopelint.link import flow

    if cls not in m.setters:
        index: dict[str, list[FunctionValue]] = {}
        for value in cls.attrs.values():
            if (
                type(value) is FunctionValue
                and value.node.name not in ("__init__", "__new__")
                and value.node.parameters
            ):
                for attribute in flow.assigned_attributes(value.node):
                    index.setdefault(attribute, []).append(value)
        m.setters[cls] = index
    return m.setters[cls].get(name, [])
