"""Metaclasses of the analysed code: they make classes out of the names that a body binds, and lend them attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import attributes, hierarchy, items, text
from scopelint.link.items import MISSING, Missing
from scopelint.link.sequences import elements
from scopelint.link.values import (
    Arguments,
    Bound,
    ClassValue,
    DictRecord,
    FunctionValue,
    StaticMethod,
    Tuple,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


def metaclass(cls: ClassValue) -> ClassValue | None:
    """Return the metaclass of a class or of those it inherits from, None when it is not of the analysed code."""
    for base in cls.mro:
        kind = base.keywords.get("metaclass") if type(base) is ClassValue else None
        if type(kind) is ClassValue:
            return kind
    return None


def create(m: Machine, cls: ClassValue) -> None:
    """Let the metaclass make a class whose body has run: it may change what the body bound."""
    kind = metaclass(cls)
    if kind is None:
        return
    from scopelint.link import calls

    named = tuple((name, value) for name, value in cls.keywords.items() if name != "metaclass")
    attrs: dict[object, Value] = dict(cls.attrs.items())
    given = (text.of(cls.name), Tuple(cls.bases), m.new(DictRecord(attrs)))
    new = hierarchy.class_attribute(m, kind, "__new__")
    new = new.function if type(new) is StaticMethod else new
    if type(new) is FunctionValue:
        m.making.append(cls)
        try:
            calls.call(m, new, Arguments((kind, *given), named), None)
        finally:
            m.making.pop()
    init = hierarchy.class_attribute(m, kind, "__init__")
    if type(init) is FunctionValue:
        calls.call(m, Bound(init, cls), Arguments(given, named), None)


def made(m: Machine, args: Arguments) -> ClassValue | None:
    """Return what `type.__new__(metaclass, name, bases, namespace)` gives, None when no class is being made."""
    if not m.making or len(args.positional) < len(("metaclass", "name", "bases", "namespace")):
        return None
    cls = m.making[-1]
    namespace = items.dict_items(m, args.positional[3])
    if namespace is not None:
        cls.attrs = {str(name): value for name, value in namespace.items.items()}
    return cls


def dynamic(m: Machine, args: Arguments) -> Value:
    """Return the class that `type(name, bases, namespace)` makes, the same one each time that the call runs."""
    from scopelint.link import definitions

    name, bases, namespace = args.positional
    known = text.known(name)
    found, more = elements(m, bases)
    attrs = items.dict_items(m, namespace)
    if known is None or more or attrs is None:
        return Unknown(Why("a class that type() makes"))
    key = (m.site, known)
    cls = m.dynamic.get(key)
    if cls is None:
        node = ir.Class(known, (), (), (), (1, 1, 1, 1))
        cls = m.dynamic[key] = ClassValue(node, m.frame.module, found)
        cls.mro = definitions.linearise(cls)
        m.all_classes.append(cls)
    cls.attrs = {str(attribute): value for attribute, value in attrs.items.items()}
    return cls


def attribute(m: Machine, cls: ClassValue, name: str) -> Value | Missing:
    """Return an attribute that a class has from its metaclass, MISSING when there is none."""
    kind = metaclass(cls)
    found = MISSING if kind is None else hierarchy.class_attribute(m, kind, name)
    if kind is not None and not isinstance(found, Missing):
        return attributes.bind(m, found, cls, kind)
    fallback = MISSING if kind is None else hierarchy.class_attribute(m, kind, "__getattr__")
    if type(fallback) is FunctionValue and not name.startswith("__"):
        from scopelint.link import calls

        return calls.call(m, Bound(fallback, cls), Arguments((text.of(name),)), None)
    return MISSING
