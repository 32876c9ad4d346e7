"""What data models give as a dict: pydantic's models by their aliases, msgspec's structs, dataclasses, attrs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import attributes, hierarchy, items, tests, text
from scopelint.link.bounds import MAX_DATA_DEPTH
from scopelint.link.items import MISSING, Missing
from scopelint.link.sequences import elements, key_of
from scopelint.link.values import (
    AnnotatedType,
    Arguments,
    Bound,
    ClassValue,
    DictRecord,
    EnumMember,
    External,
    FunctionValue,
    InstanceRecord,
    ListRecord,
    Property,
    Ref,
    StaticMethod,
    Str,
    Tuple,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from scopelint.link.classes import FieldDefault
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

DUMPS = frozenset({"model_dump", "dict", "_asdict"})
"""Methods of models and named tuples that give their fields as a dict."""
_GENERATORS = ("alias_generator", "rename")
_NO_ARGUMENTS = Arguments()


def dump(m: Machine, ref: Ref, args: Arguments = _NO_ARGUMENTS, *, by_alias: bool = False) -> Ref:
    """Return the dict that a model gives; `args` are those of `model_dump` and its kind, `by_alias` their default."""
    return _dumped(m, ref, args, by_alias, 0)


def _dumped(m: Machine, ref: Ref, args: Arguments, by_alias: bool, depth: int) -> Ref:
    from scopelint.link import classes

    record = m.instance(ref)
    assert record is not None
    cls = record.cls
    options = dict(args.keywords)
    by_alias = _is_on(m, options.get("by_alias", option(m, cls, "serialize_by_alias")), by_alias)
    includes, excludes = _names(m, options.get("include")), _names(m, options.get("exclude")) or frozenset()
    found: dict[object, Value] = {}
    more = args.open_keywords
    values = {**record.attrs, **_computed(m, ref, record)}
    for name, held in values.items():
        if name in excludes or (includes is not None and name not in includes):
            continue
        value = m.pick(held)
        if value is None and options.get("exclude_none") is True:
            continue
        if options.get("exclude_unset") is True or options.get("exclude_defaults") is True:
            default = classes.default_of(m, cls, name, ref) if type(cls) is ClassValue else MISSING
            if not isinstance(default, Missing) and tests.compare(m, value, "==", m.pick(default)):
                continue
        value = _serialised(m, ref, cls, name, value)
        if type(value) is EnumMember and options.get("mode") is not None:
            value = m.pick(value.value)
        wire = alias(m, cls, name, "serialization_alias") if by_alias else text.of(name)
        if text.known(wire) is None:
            more = True
        else:
            found[key_of(wire)] = _plain(m, value, Arguments((), args.keywords), by_alias, depth + 1)
    return m.new(DictRecord(found, more))


def _plain(m: Machine, value: Value, args: Arguments, by_alias: bool, depth: int) -> Value:
    """Return a field's value with the models in it as dicts."""
    if depth > MAX_DATA_DEPTH or type(value) is not Ref:
        return value
    record = m.record(value)
    if type(record) is InstanceRecord and type(record.cls) is ClassValue:
        from scopelint.link import classes

        if classes.kind_of(record.cls) in ("fields", "settings"):
            kept = tuple((name, item) for name, item in args.keywords if name not in ("include", "exclude"))
            return _dumped(m, value, Arguments((), kept), by_alias, depth)
    if type(record) is ListRecord:
        found = tuple(_plain(m, m.pick(item), args, by_alias, depth + 1) for item in record.items)
        return value if found == record.items else m.new_list(found, record.more, record.kind)
    return value


def _is_on(m: Machine, value: Value | Missing, default: bool) -> bool:
    """Return whether a switch is on: as given, and where it is not known, either way."""
    if isinstance(value, Missing) or value is None:
        return default
    known = tests.truth(m, value)
    return m.choose(2) == 0 if known is None else known


def _names(m: Machine, value: Value) -> frozenset[str] | None:
    found, more = elements(m, value) if value is not None else ((), True)
    names = frozenset(name for item in found if (name := text.known(item)) is not None)
    return None if more else names


def alias(m: Machine, cls: Value, name: str, kind: str) -> Value:
    """Return a field's name outside of the program as a text, its own where it has no other; unknown if not known.

    `kind` is the keyword that names it for one direction: "serialization_alias", "validation_alias".
    """
    if type(cls) is not ClassValue:
        return text.of(name)
    key = (cls, name, kind)
    if key not in m.aliases:
        m.aliases[key] = _alias(m, cls, name, kind)
    return m.aliases[key]


def _alias(m: Machine, cls: ClassValue, name: str, kind: str) -> Value:
    for field in _descriptions(m, cls, name):
        given = field.keyword(kind, "alias", "name")
        if not isinstance(given, Missing) and type(m.pick(given)) is Str:
            return m.pick(given)
    computed = hierarchy.class_attribute(m, cls, name)
    if isinstance(computed, Property):
        for argument in _arguments_of(computed.getter, "computed_field") or ():
            if argument.name == "alias" and type(argument.value) is ir.Const and isinstance(argument.value.value, str):
                return text.of(argument.value.value)
    listed = option(m, cls, "fields")
    record = items.dict_items(m, listed) if not isinstance(listed, Missing) else None
    if record is not None and name in record.items:
        entry = m.pick(record.items[name])
        inner = items.dict_items(m, entry)
        return entry if inner is None else m.pick(inner.items.get("alias", text.of(name)))
    for generator in _GENERATORS:
        made = option(m, cls, generator)
        if not isinstance(made, Missing):
            return _generated(m, made, name, kind)
    return text.of(name)


def _descriptions(m: Machine, cls: ClassValue, name: str) -> list[FieldDefault]:
    """Return what `Field(...)` says of a field, as its default or in its annotation."""
    from scopelint.link import classes, handed

    found: list[FieldDefault] = []
    default = hierarchy.class_attribute(m, cls, name)
    if isinstance(default, classes.FieldDefault):
        found.append(default)
    declaring = classes.fields_of(cls).get(name)
    if declaring is not None and name in declaring.fields:
        kind = handed.annotation(m, declaring.fields[name], declaring.module)
        if type(kind) is AnnotatedType:
            metadata: tuple[object, ...] = kind.metadata
            found += [item for item in metadata if isinstance(item, classes.FieldDefault)]
    return found


def option(m: Machine, cls: Value, name: str) -> Value | Missing:
    """Return an option of a model's configuration, wherever it stands: of the class or of those it inherits from."""
    for base in cls.mro if type(cls) is ClassValue else ():
        if type(base) is not ClassValue:
            continue
        if name in base.keywords:
            return base.keywords[name]
        config = base.attrs.get("model_config")
        record = m.record(config) if type(config) is Ref else None
        if type(record) is DictRecord and name in record.items:
            return m.pick(record.items[name])
        if type(record) is InstanceRecord and name in record.attrs:
            return m.pick(record.attrs[name])
        inner = base.attrs.get("Config")
        if type(inner) is ClassValue and not isinstance(found := hierarchy.class_attribute(m, inner, name), Missing):
            return found
    return MISSING


def _generated(m: Machine, generator: Value, name: str, kind: str) -> Value:
    from scopelint.link import calls

    generator = generator.function if type(generator) is StaticMethod else generator
    record = m.instance(generator)
    if record is not None and type(record.cls) is External:  # AliasGenerator(serialization_alias=...)
        made = record.attrs.get(kind, record.attrs.get("alias"))
        return text.of(name) if made is None else _generated(m, made, name, kind)
    style = text.known(generator)
    if style is not None:  # msgspec's rename="camel"
        return text.of(camel(name, style == "pascal")) if style in ("camel", "pascal") else text.of(name)
    return calls.call(m, generator, Arguments((text.of(name),)), None)


def camel(name: str, pascal: bool = False) -> str:
    """Return a snake-case name in camel case: "page_size" is "pageSize", or "PageSize"."""
    head, *rest = name.split("_")
    return (head.capitalize() if pascal else head) + "".join(part[:1].upper() + part[1:] for part in rest)


def _computed(m: Machine, ref: Ref, record: InstanceRecord) -> dict[str, Value]:
    """Return the values of a model's computed fields."""
    found: dict[str, Value] = {}
    for base in record.cls.mro if type(record.cls) is ClassValue else ():
        for name, value in base.attrs.items() if type(base) is ClassValue else ():
            if type(value) is Property and _arguments_of(value.getter, "computed_field") is not None:
                found.setdefault(name, attributes.get_attribute(m, ref, name, None))
    return found


def _serialised(m: Machine, ref: Ref, cls: Value, name: str, value: Value) -> Value:
    """Return what a field's serialiser makes of its value."""
    from scopelint.link import calls

    for base in cls.mro if type(cls) is ClassValue else ():
        for function in base.attrs.values() if type(base) is ClassValue else ():
            if type(function) is not FunctionValue:
                continue
            given = _arguments_of(function, "field_serializer") or ()
            if any(type(arg.value) is ir.Const and arg.value.value == name for arg in given if not arg.name):
                return calls.call(m, Bound(function, ref), Arguments((value,)), None)
    return value


def _arguments_of(function: Value, decorator: str) -> tuple[ir.Arg, ...] | None:
    """Return what a decorator of this last name is given, None where a function has none."""
    for node in function.node.decorators if type(function) is FunctionValue else ():
        named = node.func if type(node) is ir.Call else node
        last = named.id if type(named) is ir.Name else named.name if type(named) is ir.Attr else ""
        if last == decorator:
            return node.args if type(node) is ir.Call else ()
    return None


def method(m: Machine, ref: Ref, record: InstanceRecord, name: str, args: Arguments) -> tuple[Value] | None:
    """Call a method that models and named tuples have without defining it; None for others."""
    from scopelint.link import classes

    kind = classes.kind_of(record.cls) if type(record.cls) is ClassValue else ""
    if name in DUMPS and kind:
        return (dump(m, ref, args),)
    if name in ("model_copy", "copy", "_replace"):
        given = dict(args.keywords)
        update = items.dict_items(m, given["update"]) if "update" in given else None
        changed = (
            given if name == "_replace" else {} if update is None else {str(k): v for k, v in update.items.items()}
        )
        return (m.new(InstanceRecord(record.cls, {**record.attrs, **changed}, record.args)),)
    if name == "__new__":
        return (ref,)
    return None


def as_dict(m: Machine, args: Arguments, *, by_alias: bool = False) -> Value:
    """Return what a function gives that makes a dict of the data object that it is given."""
    ref = args.positional[0] if args.positional else None
    if type(ref) is not Ref or m.instance(ref) is None:
        return Unknown(Why("the fields of an object that is not known"))
    given = Arguments((), args.keywords, False, args.open_keywords)
    found = dump(m, ref, given, by_alias=by_alias)
    factory = dict(args.keywords).get("dict_factory")
    if factory is None or factory == External("builtins.dict"):
        return found
    from scopelint.link import calls

    record = m.record(found)
    assert type(record) is DictRecord
    pairs = m.new_list(tuple(Tuple(pair) for pair in items.pairs(record)))
    return calls.call(m, factory, Arguments((pairs,)), None)
