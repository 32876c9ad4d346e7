"""What makes and looks at data classes, named tuples and namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import classes, hierarchy, models, passed, text
from scopelint.link.items import MISSING, Missing
from scopelint.link.sequences import elements
from scopelint.link.values import Arguments, ClassValue, DictRecord, External, InstanceRecord, Str, Tuple, Unknown, Why

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

    Model = Callable[[Machine, Arguments, ir.Call | None], Value]


def _fields(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    value = args.positional[0] if args.positional else None
    record = m.instance(value)
    cls = record.cls if record is not None else value
    if type(cls) is not ClassValue:
        return m.new_list((), True)
    return Tuple(tuple(_described(m, cls, name) for name in classes.fields_of(cls)))


def _described(m: Machine, cls: ClassValue, name: str) -> Value:
    """Return what describes a field of a data class: its name, its default and its metadata."""
    attrs: dict[str, Value] = {"name": text.of(name)}
    default = classes.default_of(m, cls, name, None)
    attrs["default"] = External("dataclasses.MISSING") if isinstance(default, Missing) else default
    field = hierarchy.class_attribute(m, cls, name)
    metadata = field.keyword("metadata") if isinstance(field, classes.FieldDefault) else MISSING
    attrs["metadata"] = m.new(DictRecord({})) if isinstance(metadata, Missing) else metadata
    return m.new(InstanceRecord(External("dataclasses.Field"), attrs, ()))


def _replace(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    ref = args.positional[0] if args.positional else None
    record = m.instance(ref)
    if record is None:
        return Unknown(Why("replace()"))
    return m.new(InstanceRecord(record.cls, {**record.attrs, **dict(args.keywords)}, record.args))


def _camel(args: Arguments, *, pascal: bool) -> Value:
    name = text.known(args.positional[0]) if args.positional else None
    return Unknown(Why("a name in camel case")) if name is None else text.of(models.camel(name, pascal))


def _field(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return classes.FieldDefault(args)  # type: ignore[return-value]  # stands in class bodies only


def _named_tuple(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.facts import ir as nodes

    listed = passed.argument(args, 1, "field_names", "fields")
    names: list[str] = []
    known = None if isinstance(listed, Missing) else text.known(listed)
    if known is not None:
        names = known.replace(",", " ").split()
    elif not isinstance(listed, Missing):
        found, _ = elements(m, listed)
        for item in found:
            inner, _ = elements(m, item) if type(item) is not Str else ((item,), False)
            name = text.known(inner[0]) if inner else None
            if name is not None:
                names.append(name)
    title = text.known(args.positional[0]) if args.positional else None
    node = nodes.Class(title or "namedtuple", (), (), (), (1, 1, 1, 1))
    cls = ClassValue(node, m.frame.module, (External("typing.NamedTuple"),))
    cls.mro = (cls, External("typing.NamedTuple"))
    cls.fields = {name: nodes.Const(None) for name in names}
    defaults = passed.argument(args, 99, "defaults")
    if not isinstance(defaults, Missing):
        values, _ = elements(m, defaults)
        cls.attrs.update(zip(names[len(names) - len(values) :], values, strict=False))
    return cls


def _simple_namespace(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(InstanceRecord(External("types.SimpleNamespace"), dict(args.keywords), ()))


def _namespace(name: str) -> Model:
    return lambda m, _args, _node: m.new(InstanceRecord(External(name), {}, ()))


FUNCTIONS: dict[str, Model] = {
    "dataclasses.fields": _fields,
    "attr.fields": _fields,
    "attrs.fields": _fields,
    "types.SimpleNamespace": _simple_namespace,
    "argparse.Namespace": _simple_namespace,
    "threading.local": _namespace("threading.local"),
    "_threading_local.local": _namespace("threading.local"),
    "gevent.local.local": _namespace("gevent.local.local"),
    "dataclasses.replace": _replace,
    "attr.evolve": _replace,
    "attrs.evolve": _replace,
    "copy.replace": _replace,
    **dict.fromkeys(
        ("pydantic.alias_generators.to_camel", "pydantic.v1.utils.to_lower_camel", "pydantic.utils.to_lower_camel"),
        lambda _m, args, _node: _camel(args, pascal=False),
    ),
    "pydantic.alias_generators.to_pascal": lambda _m, args, _node: _camel(args, pascal=True),
    "collections.namedtuple": _named_tuple,
    "typing.NamedTuple": _named_tuple,
    **dict.fromkeys(classes.FIELD_MAKERS, _field),
}
