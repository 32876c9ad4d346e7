"""Classes that implement others without deriving from them: structural typing, by a protocol's or an ABC's members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import hierarchy
from scopelint.link.items import Missing
from scopelint.link.values import (
    ClassMethod,
    ClassValue,
    External,
    FunctionValue,
    Property,
    StaticMethod,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_PROTOCOLS = (External("typing.Protocol"), External("typing_extensions.Protocol"))
_OBJECT = frozenset({"__init__", "__module__", "__doc__", "__slots__", "__init_subclass__", "__subclasshook__"})
"""Names in a protocol's body that say nothing of its members."""


def is_protocol(cls: Value) -> bool:
    """Say whether a class is itself a protocol: a class that only derives from one is none."""
    return type(cls) is ClassValue and any(base in _PROTOCOLS for base in cls.bases)


def implementers(m: Machine, cls: ClassValue) -> list[ClassValue]:
    """Return the classes that have all methods of a protocol without deriving from it, in the order of definition.

    Those whose parameters are named alike come alone, where there are any: a type checker demands that.
    """
    wanted = _members(cls)
    if not wanted:
        return []
    known = m.implementers.get(cls)
    if known is None or known[0] != len(m.all_classes):
        found = [
            other
            for other in m.all_classes
            if cls not in other.mro and not is_protocol(other) and _has_members(m, other, wanted)
        ]
        alike = [other for other in found if _are_named_alike(m, other, wanted)]
        known = m.implementers[cls] = len(m.all_classes), alike or found
    return known[1]


def is_implemented(m: Machine, cls: ClassValue, protocol: ClassValue) -> bool:
    """Say whether a class has all methods of a protocol."""
    return _has_members(m, cls, _members(protocol))


def _members(cls: ClassValue) -> dict[str, Value]:
    """Return the methods and properties that a protocol, or an ABC, demands."""
    return {
        name: value
        for base in reversed(cls.mro)
        if type(base) is ClassValue
        for name, value in base.attrs.items()
        if name not in _OBJECT and type(value) in (FunctionValue, Property, StaticMethod, ClassMethod)
    }


def _has_members(m: Machine, cls: ClassValue, wanted: dict[str, Value]) -> bool:
    """Say whether a class has methods of these names that take as many arguments; properties may be attributes."""
    for name, value in wanted.items():
        found = hierarchy.class_attribute(m, cls, name)
        if isinstance(found, Missing):
            if type(value) is not Property:
                return False
        elif (asked := _parameters(value)) is not None and (own := _parameters(found)) is not None:
            required, most = own[1], len(own[0]) if not own[2] else len(asked[0])
            if not (required <= len(asked[0]) and asked[1] <= most):
                return False
    return True


def _are_named_alike(m: Machine, cls: ClassValue, wanted: dict[str, Value]) -> bool:
    for name, value in wanted.items():
        found = hierarchy.class_attribute(m, cls, name)
        if isinstance(found, Missing):
            continue
        asked, own = _parameters(value), _parameters(found)
        if asked is None or own is None:
            continue
        if any(left != right and not left.startswith("__") for left, right in zip(asked[0], own[0], strict=False)):
            return False
    return True


def _parameters(value: Value | Missing) -> tuple[list[str], int, bool] | None:
    """Return the names of a method's positional parameters, how many it needs, and whether it takes any more."""
    while isinstance(value, (StaticMethod, ClassMethod)):
        value = value.function
    if type(value) is not FunctionValue or value.node.decorators:
        return None
    positional = [p for p in value.node.parameters if p.kind in ("positional", "posonly")]
    required = sum(1 for p in positional if p.default is None)
    return [p.name for p in positional], required, any(p.kind in ("args", "kwargs") for p in value.node.parameters)
