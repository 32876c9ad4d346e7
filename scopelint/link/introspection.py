"""What a program reads of its own functions and classes: signatures and annotations, by which containers build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import classes, hierarchy, text
from scopelint.link.items import MISSING
from scopelint.link.values import (
    AnnotatedType,
    Arguments,
    Bound,
    ClassMethod,
    ClassValue,
    DictRecord,
    External,
    FunctionValue,
    InstanceRecord,
    Method,
    Partial,
    StaticMethod,
    Tuple,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.link.items import Missing
    from scopelint.link.machine import Machine
    from scopelint.link.modules import Module
    from scopelint.link.values import Value

EMPTY = External("inspect.Parameter.empty")
_KINDS = {
    "posonly": "POSITIONAL_ONLY",
    "positional": "POSITIONAL_OR_KEYWORD",
    "args": "VAR_POSITIONAL",
    "keyword": "KEYWORD_ONLY",
    "kwargs": "VAR_KEYWORD",
}


class Described:
    """One parameter of a callable: its annotation as written with the module to look it up in, and its default."""

    __slots__ = ("annotation", "default", "kind", "module", "name")

    def __init__(
        self, name: str, annotation: ir.Expr | None, module: Module, default: Value | Missing, kind: str
    ) -> None:
        self.name = name
        self.annotation = annotation
        self.module = module
        self.default = default
        self.kind = kind


def _inner(value: Value) -> Value:
    while True:
        if type(value) in (StaticMethod, ClassMethod, Partial):
            value = value.function  # type: ignore[union-attr]  # each of them has it
        elif type(value) is AnnotatedType:
            value = value.type
        else:
            return value


def parameters(m: Machine, value: Value) -> list[Described] | None:
    """Return the parameters that a caller gives to a callable of the analysed code, None for others."""
    value = _inner(value)
    if type(value) is FunctionValue:
        return _of_function(value, 0)
    if type(value) is Bound:
        inner = _inner(value.function)
        return _of_function(inner, 1) if type(inner) is FunctionValue else None
    owner = value.receiver if type(value) is Method and value.name == "__init__" else value
    if type(owner) is not ClassValue:
        return None
    init = hierarchy.class_attribute(m, owner, "__init__")
    if type(init) is FunctionValue:
        return _of_function(init, 1)
    fields = classes.fields_of(owner) if classes.kind_of(owner) else {}
    return [
        Described(name, declaring.fields.get(name), declaring.module, hierarchy.class_attribute(m, owner, name), "")
        for name, declaring in fields.items()
    ]


def _of_function(function: FunctionValue, skip: int) -> list[Described]:
    return [
        Described(p.name, p.annotation, function.module, function.defaults.get(p.name, MISSING), p.kind)
        for p in function.node.parameters[skip:]
    ]


def _type(m: Machine, described: Described) -> Value:
    from scopelint.link import handed

    return handed.annotation(m, described.annotation, described.module)


def hints(m: Machine, value: Value) -> Value | None:
    """Return the mapping of annotated names to types of a callable, or of a class's body; None where there is none."""
    value = _inner(value)
    if type(value) is ClassValue:
        found = [
            Described(name, base.fields[name], base.module, MISSING, "")
            for base in reversed(value.mro)
            if type(base) is ClassValue
            for name in base.fields
        ]
        return m.new(DictRecord({item.name: _type(m, item) for item in found}))
    listed = parameters(m, value)
    if listed is None:
        return None
    types: dict[object, Value] = {item.name: _type(m, item) for item in listed if item.annotation is not None}
    function = _inner(value.function) if type(value) is Bound else value
    if type(function) is FunctionValue and function.node.returns is not None:
        types["return"] = _type(m, Described("return", function.node.returns, function.module, MISSING, ""))
    return m.new(DictRecord(types))


def _type_hints(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found = hints(m, args.positional[0]) if args.positional else None
    return m.new(DictRecord({}, True)) if found is None else found


def _signature(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    value = args.positional[0] if args.positional else None
    listed = parameters(m, value)
    if listed is None:
        return Unknown(Why("the signature of a callable that is not known"))
    shown: dict[object, Value] = {}
    for item in listed:
        attrs: dict[str, Value] = {
            "name": text.of(item.name),
            "annotation": EMPTY if item.annotation is None else _type(m, item),
            "default": EMPTY if item.default is MISSING else item.default,  # type: ignore[dict-item]  # no Missing
            "kind": External(f"inspect.Parameter.{_KINDS.get(item.kind, 'POSITIONAL_OR_KEYWORD')}"),
            "empty": EMPTY,
        }
        shown[item.name] = m.new(InstanceRecord(External("inspect.Parameter"), attrs, ()))
    function = _inner(value.function) if type(value) is Bound else _inner(value)
    returns: Value = EMPTY
    if type(function) is FunctionValue and function.node.returns is not None:
        returns = _type(m, Described("return", function.node.returns, function.module, MISSING, ""))
    held: dict[str, Value] = {"parameters": m.new(DictRecord(shown)), "return_annotation": returns, "empty": EMPTY}
    return m.new(InstanceRecord(External("inspect.Signature"), held, ()))


def _argument_names(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    value = args.positional[0] if args.positional else None
    listed = parameters(m, value)
    if listed is None:
        return Unknown(Why("the arguments of a callable that is not known"))
    names = [text.of(item.name) for item in listed if item.kind in ("posonly", "positional", "")]
    if type(_inner(value)) is not FunctionValue:
        names.insert(0, text.of("self"))
    only = [text.of(item.name) for item in listed if item.kind == "keyword"]
    held: dict[str, Value] = {
        "args": m.new_list(names),
        "kwonlyargs": m.new_list(only),
        "annotations": hints(m, value),
    }
    return m.new(InstanceRecord(External("inspect.FullArgSpec"), held, ()))


def _is_class(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    value = args.positional[0] if args.positional else None
    return Unknown(Why("inspect.isclass()")) if type(value) in (Unknown, External) else type(value) is ClassValue


def _is_routine(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    value = args.positional[0] if args.positional else None
    return Unknown(Why("inspect.isfunction()")) if type(value) in (Unknown, External) else type(value) is FunctionValue


def bases_as_written(m: Machine, cls: ClassValue) -> Value:
    """Return the bases of a class with what they are parametrised by: `Repository[Bill]`."""
    from scopelint.link import handed

    found: list[Value] = []
    for arg in cls.node.bases:
        node = arg.value
        if arg.name or arg.star:
            continue
        if type(node) is ir.Sub:
            index = handed.annotation(m, node.index, cls.module)
            given = index.items if type(index) is Tuple else (index,)
            found.append(AnnotatedType(External("types.GenericAlias"), given))
        else:
            found.append(handed.annotation(m, node, cls.module))
    return Tuple(tuple(found))


_WITH_ARGUMENTS = frozenset({"typing.Literal", "typing_extensions.Literal", "types.GenericAlias"})
"""Types of which `get_args` gives the arguments alone."""


def _type_arguments(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    value = args.positional[0] if args.positional else None
    if type(value) is AnnotatedType and type(value.type) is External and value.type.name in _WITH_ARGUMENTS:
        return Tuple(value.metadata)
    return Tuple((value.type, *value.metadata)) if type(value) is AnnotatedType else m.new_list((), True, "tuple")


FUNCTIONS: dict[str, Callable[[Machine, Arguments, ir.Call | None], Value]] = {
    "typing.get_type_hints": _type_hints,
    "typing_extensions.get_type_hints": _type_hints,
    "inspect.get_annotations": _type_hints,
    "annotationlib.get_annotations": _type_hints,
    "inspect.signature": _signature,
    "inspect.Signature.from_callable": _signature,
    "inspect.getfullargspec": _argument_names,
    "inspect.isclass": _is_class,
    "inspect.isfunction": _is_routine,
    "typing.get_args": _type_arguments,
    "typing_extensions.get_args": _type_arguments,
}
