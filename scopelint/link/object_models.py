"""What the builtins do that look at objects and classes: attributes by name, types and descriptors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import attribute_writes, attributes, deposits, hierarchy, metaclasses, passed, text
from scopelint.link.items import Missing
from scopelint.link.values import (
    Arguments,
    ClassMethod,
    ClassValue,
    DictRecord,
    EnumMember,
    External,
    InstanceRecord,
    ModuleValue,
    Property,
    Ref,
    StaticMethod,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


def _isinstance(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found = hierarchy.is_instance(m, args.positional[0], args.positional[1]) if len(args.positional) == 2 else None
    return Unknown(Why("isinstance()")) if found is None else found


def _getattr(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    m.call_node = node
    if len(args.positional) < 2:
        return Unknown(Why("getattr()"))
    target = args.positional[0]
    name = text.known(args.positional[1])
    if name is None:
        return _any_attribute(m, target, args.positional[1])
    m.mention(name)
    default = passed.argument(args, 2)
    if not isinstance(default, Missing) and not _has(m, target, name):
        left = deposits.find(m, target, name)
        return default if left is None else left
    return attributes.get_attribute(m, target, name, None)


def _any_attribute(m: Machine, target: Value, name: Value) -> Value:
    """Return what `getattr(x, name)` may give where the name is not known: any public method of the analysed class."""
    record = m.instance(target)
    cls = record.cls if record is not None else target
    m.any_names.append((target if type(cls) is ClassValue else None, m.frame))
    if type(cls) is ClassValue:
        for base in cls.mro:
            if type(base) is ClassValue:
                m.open_classes.add(id(base))
    from scopelint.link import source

    shown = source.of(m.call_node) if m.call_node is not None else "getattr()"
    parameter = name.why.parameter if type(name) is Unknown else 0
    holder = target.id if type(target) is Ref and record is not None and type(record.cls) is ClassValue else 0
    within = target.path if type(target) is ModuleValue else ""
    return Unknown(Why(f"{shown} names an attribute that is not known", shown, parameter, "", False, holder, within))


def _has(m: Machine, target: Value, name: str) -> bool:
    record = m.instance(target)
    if record is not None:
        if name in record.attrs or not isinstance(hierarchy.class_attribute(m, record.cls, name), Missing):
            return True
        if type(target) is Ref:
            m.reads.add(("attribute", target.id, name))
            if m.written.get((target.id, name)):
                return True
        base = hierarchy.external_base(record.cls)
        return base is not None and base.name in m.libraries.clients
    if type(target) is ClassValue:
        return not isinstance(hierarchy.class_attribute(m, target, name), Missing)
    return type(target) is not Unknown


def _writer(write: Callable[[Machine, Value, str, Value], None]) -> Callable[[Machine, Arguments, object], Value]:
    """Return the model of a function that sets an attribute whose name it is given."""

    def model(m: Machine, args: Arguments, _node: object) -> Value:
        if len(args.positional) == 3:
            target, name, value = args.positional
            known = text.known(name)
            if known is not None:
                write(m, target, known, value)
        return None

    return model


def _hasattr(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    if len(args.positional) == 2:
        name = text.known(args.positional[1])
        record = m.instance(args.positional[0])
        if name is not None and record is not None:
            if hierarchy.is_namespace(record.cls) and _has(m, args.positional[0], name):
                return True  # else what holds the namespace may have set it where that is not seen
            if hierarchy.external_base(record.cls) is None:
                return _has(m, args.positional[0], name)
    return Unknown(Why("hasattr()"))


def _type(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    if len(args.positional) == 1:
        record = m.instance(args.positional[0])
        if record is not None:
            return record.cls
        if type(args.positional[0]) is EnumMember:
            return args.positional[0].cls
    if len(args.positional) == len(("name", "bases", "namespace")):
        return metaclasses.dynamic(m, args)
    return Unknown(Why("type()"))


def _super(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link.values import Super

    if len(args.positional) == 2 and type(args.positional[0]) is ClassValue:
        return Super(args.positional[0], args.positional[1])
    return attributes.super_here(m)


def _property(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return Property(args.positional[0]) if args.positional else Unknown(Why("property()"))


def _staticmethod(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return StaticMethod(args.positional[0]) if args.positional else Unknown(Why("staticmethod()"))


def _classmethod(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return ClassMethod(args.positional[0]) if args.positional else Unknown(Why("classmethod()"))


def _vars(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    record = m.instance(args.positional[0]) if args.positional else None
    if record is not None:
        return m.new(DictRecord(dict(record.attrs.items())))
    return Unknown(Why("vars()"))


def _object(m: Machine, _args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(InstanceRecord(External("builtins.object"), {}))


def _object_getattribute(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    name = text.known(args.positional[1]) if len(args.positional) == 2 else None
    record = m.instance(args.positional[0]) if args.positional else None
    if name is None or record is None:
        return Unknown(Why("an attribute"))
    if name in record.attrs:
        return record.attrs[name]
    found = hierarchy.class_attribute(m, record.cls, name)
    if isinstance(found, Missing):
        return Unknown(Why(f"attribute '{name}'", "", 0, name))
    return attributes.bind(m, found, args.positional[0], record.cls)


def _object_new(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    cls = args.positional[0] if args.positional else None
    if type(cls) is ClassValue:
        return m.new(InstanceRecord(cls, {}, ()))
    return m.new(InstanceRecord(External("builtins.object"), {}))


FUNCTIONS: dict[str, Callable[[Machine, Arguments, ir.Call | None], Value]] = {
    "builtins.isinstance": _isinstance,
    "builtins.getattr": _getattr,
    "builtins.setattr": _writer(attribute_writes.set_attribute),
    "builtins.hasattr": _hasattr,
    "builtins.type": _type,
    "builtins.super": _super,
    "builtins.property": _property,
    "builtins.staticmethod": _staticmethod,
    "builtins.classmethod": _classmethod,
    "builtins.vars": _vars,
    "builtins.object": _object,
    "builtins.object.__new__": _object_new,
    "builtins.object.__setattr__": _writer(attribute_writes.store),  # what an override of it ends in
    "builtins.object.__getattribute__": _object_getattribute,
}
