"""Making instances: constructors, and the ones that dataclasses, attrs, pydantic, named tuples and enums write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import deposits, persistence, text
from scopelint.link.attribute_writes import set_attribute
from scopelint.link.bounds import MAX_INSTANCES
from scopelint.link.hierarchy import class_attribute, external_base, setters
from scopelint.link.items import MISSING, Missing, dict_items
from scopelint.link.kinds import FIELD_MAKERS, KEYWORD_MODELS, MODELS, FieldDefault, fields_of, is_marked, kind_of
from scopelint.link.likeness import one_of
from scopelint.link.values import (
    Arguments,
    Bound,
    ClassMethod,
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
    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


def default_of(m: Machine, cls: ClassValue, name: str, ref: Ref | None) -> Value | Missing:
    """Return a field's default, MISSING when it has none."""
    value = class_attribute(m, cls, name)
    if isinstance(value, Missing):
        return MISSING
    if isinstance(value, FieldDefault):
        return _made_default(m, value, ref)
    if isinstance(value, (Property, StaticMethod, ClassMethod)):
        return MISSING
    return _by_factory(m, value, ref)


def _made_default(m: Machine, made: FieldDefault, ref: Ref | None) -> Value | Missing:
    from scopelint.link import calls

    factory = made.keyword("default_factory", "factory")
    if not isinstance(factory, Missing):
        return calls.call(m, factory, Arguments(), None)
    value = made.keyword("default")
    if isinstance(value, Missing) and made.args.positional:
        value = made.args.positional[0]
    if isinstance(value, Missing):
        return MISSING
    value = _by_factory(m, value, ref)
    if type(value) is Unknown or (type(value) is External and value.name == "builtins.Ellipsis"):
        return MISSING
    return value


def _by_factory(m: Machine, value: Value, ref: Ref | None) -> Value:
    """Return what a default of attrs makes, where it is a factory; any other default as it is."""
    from scopelint.link import calls

    record = m.instance(value)
    if record is None or record.cls not in (External("attr.Factory"), External("attrs.Factory")):
        return value
    takes_self = record.attrs.get("takes_self", False)
    given = (ref,) if takes_self is True and ref is not None else ()
    return calls.call(m, record.attrs.get("factory", None), Arguments(given), None)


def instantiate(m: Machine, cls: ClassValue, args: Arguments, node: ir.Call | None) -> Value:
    """Return a new instance, its constructor run."""
    from scopelint.link import framework_hooks

    kind = kind_of(cls)
    if kind == "enum":
        return member(m, cls, args)
    if kind == "typeddict":
        return m.new(DictRecord(dict(args.keywords), args.open_keywords))
    maker = class_attribute(m, cls, "__new__")
    if isinstance(maker, (StaticMethod, ClassMethod)):
        maker = maker.function
    if isinstance(maker, FunctionValue) and not any(frame.function is maker for frame in m.frames()):
        from scopelint.link import calls

        made = calls.call(
            m, maker, Arguments((cls, *args.positional), args.keywords, args.open_positional, args.open_keywords), node
        )
        record = m.instance(made)
        if type(made) is not Ref or record is None or record.cls is not cls:
            return made
        ref = made
    else:
        ref = m.new(InstanceRecord(cls, {}, args.all()))
    construct(m, cls, ref, args, kind, node)
    observe(m, cls, ref)
    if external_base(cls) is not None:
        framework_hooks.run(m, cls, ref, node)
        deposits.appear(m, ref, cls)
    return ref


def construct(m: Machine, cls: ClassValue, ref: Ref, args: Arguments, kind: str, node: ir.Call | None) -> None:
    """Run the constructor of a new instance."""
    from scopelint.link import calls, libraries_model

    init = class_attribute(m, cls, "__init__")
    if isinstance(init, FunctionValue):
        calls.call(m, Bound(init, ref), args, node)
    elif kind in ("fields", "settings", "namedtuple"):
        fill_fields(m, cls, ref, args, kind)
    elif external_base(cls) is not None:
        libraries_model.construct(m, ref, args)


def fill_fields(m: Machine, cls: ClassValue, ref: Ref, args: Arguments, kind: str) -> None:
    """Set the fields as a generated constructor does."""
    from scopelint.link import calls, coercion, environment, models

    fields = fields_of(cls)
    converting = coercion.converts(cls)
    given = dict(args.keywords)
    handed_on: list[Value] = []  # what is only given to the hook that runs afterwards
    positional = [name for name in fields if not _is_keyword_only(class_attribute(m, cls, name))]
    if any(type(base) is External and base.name in KEYWORD_MODELS for base in cls.mro):
        positional = []
    for name, argument in zip(positional, args.positional, strict=False):
        given.setdefault(name, argument)
    for name, declaring in fields.items():
        field = class_attribute(m, cls, name)
        alias_name = text.known(models.alias(m, cls, name, "validation_alias"))
        public = name.lstrip("_")
        value: Value | Missing = given.get(name, given.get(alias_name or public, given.get(public, MISSING)))
        if isinstance(value, Missing):
            default = default_of(m, cls, name, ref)
            if isinstance(default, Missing) and _is_left_unset(m, cls, name, field):
                continue
            if kind == "settings":
                value = environment.setting(m, cls, name, declaring.fields.get(name), field, default)
            elif isinstance(default, Missing):
                hook = cls.defaults.get(name)
                if hook is not None:
                    value = calls.call(m, Bound(hook, ref), Arguments(), None)
                elif (injected := _injected(m, declaring, name)) is not None:
                    value = injected
                else:
                    value = Unknown(Why(f"field '{name}' of {cls.name}", "", 0, name))
            else:
                value = default
            if args.open_keywords and type(value) is not Unknown:
                unknown = Unknown(
                    Why(f"field '{name}' of {cls.name} comes from arguments that are not known", "", 0, name)
                )
                value = m.pick(one_of((unknown, value)))
        elif isinstance(field, FieldDefault):
            converter = field.keyword("converter")
            if not isinstance(converter, Missing):
                value = calls.call(m, converter, Arguments((value,)), None)
        if is_marked(declaring.fields.get(name), "InitVar"):
            handed_on.append(m.pick(value))
            continue
        if converting:
            value = coercion.coerced(m, declaring.fields.get(name), declaring.module, m.pick(value))
        record = m.record(ref)
        assert type(record) is InstanceRecord
        m.put(ref, InstanceRecord(cls, {**record.attrs, name: m.pick(value)}, record.args))
    if not any(type(base) is External and base.name in MODELS for base in cls.mro):
        _keep_others(m, cls, ref, args, fields)
    for hook_name in ("__post_init__", "__attrs_post_init__", "model_post_init"):
        post = class_attribute(m, cls, hook_name)
        if isinstance(post, FunctionValue):
            given_on = (None,) if hook_name == "model_post_init" else tuple(handed_on)
            calls.call(m, Bound(post, ref), Arguments(given_on), None)


def _keep_others(m: Machine, cls: ClassValue, ref: Ref, args: Arguments, fields: dict[str, ClassValue]) -> None:
    """Set what the constructor is given by name for a base whose fields are not known here."""
    record = m.instance(ref)
    if record is not None and external_base(cls) is not None:
        others = {name: value for name, value in args.keywords if name not in fields}
        m.put(ref, InstanceRecord(cls, {**others, **record.attrs}, record.args))


ALTERNATIVE_CONSTRUCTORS = frozenset(
    {"construct", "model_construct", "parse_obj", "model_validate", "_make", "from_orm"}
)
"""Class methods that models and named tuples have without defining them, and that make an instance."""


def made_by(m: Machine, cls: ClassValue, name: str, args: Arguments) -> Value:
    """Return the instance that one of the alternative constructors makes."""
    if name in ("construct", "model_construct"):
        given = args
    else:
        record = dict_items(m, args.positional[0]) if args.positional and name != "_make" else None
        if record is None:
            from scopelint.link.sequences import elements

            found, _ = elements(m, args.positional[0]) if args.positional else ((), True)
            given = Arguments(found, ()) if name == "_make" and found else Arguments((), (), False, True)
        else:
            given = Arguments((), tuple((str(key), value) for key, value in record.items.items()), False, record.more)
    ref = m.new(InstanceRecord(cls, {}, given.all()))
    fill_fields(m, cls, ref, given, kind_of(cls))
    return ref


def _is_left_unset(m: Machine, cls: ClassValue, name: str, field: Value | Missing) -> bool:
    """Say whether the constructor leaves an attribute without default to a method that sets it: what is private."""
    is_private = name.startswith("_") or (isinstance(field, FieldDefault) and field.keyword("init") is False)
    return is_private and any(type(base) is ClassValue and setters(m, base, name) for base in cls.mro)


def _is_keyword_only(field: Value | Missing) -> bool:
    return isinstance(field, FieldDefault) and (field.keyword("kw_only") is True or field.keyword("init") is False)


def _injected(m: Machine, cls: ClassValue, name: str) -> Value | None:
    """Return an instance for a field that was not given, by its annotated class."""
    from scopelint.link import handed

    kind = handed.annotation(m, cls.fields.get(name), cls.module)
    return handed.by_annotation(m, kind, Unknown(Why(f"field '{name}' of {cls.name}", "", 0, name)))


def member(m: Machine, cls: ClassValue, args: Arguments) -> Value:
    """Return the member of an enumeration that a call of it gives."""
    members = [value for value in cls.attrs.values() if type(value) is EnumMember]
    if args.positional:
        wanted = args.positional[0]
        if type(wanted) is EnumMember:
            return wanted
        from scopelint.link import tests

        for found in members:
            if tests.compare(m, found.value, "==", wanted):
                return found
        missing = class_attribute(m, cls, "_missing_")
        if isinstance(missing, ClassMethod) and text.known(wanted) is not None:
            from scopelint.link import calls

            made = calls.call(m, missing.function, Arguments((cls, wanted)), None)
            if type(made) is EnumMember:
                return made
    return m.pick(one_of(members)) if members else Unknown(Why(f"a member of {cls.name}"))


def observe(m: Machine, cls: ClassValue, ref: Ref) -> None:
    """Remember an instance, for code that receives one from where it cannot be seen."""
    seen = m.instances.setdefault(cls, {})
    if len(seen) >= MAX_INSTANCES:
        return
    key = freeze(m, ref, 0, {})
    if key not in seen:
        kept = persistence.persist(m, ref)
        assert type(kept) is Ref
        seen[key] = kept
        m.touch(("instances", id(cls)))


def freeze(m: Machine, value: Value, depth: int, seen: dict[int, int]) -> object:
    """Return a value's content in a form that can be compared and hashed."""
    if depth > 6:
        return "…"
    if type(value) is Ref:
        if value.id in seen:
            return ("again", seen[value.id])
        seen[value.id] = len(seen)
        record = m.record(value)
        if type(record) is ListRecord:
            return (record.kind, *(freeze(m, item, depth + 1, seen) for item in record.items))
        if type(record) is DictRecord:
            return ("dict", *((str(key), freeze(m, item, depth + 1, seen)) for key, item in record.items.items()))
        assert type(record) is InstanceRecord
        return (
            id(record.cls) if type(record.cls) is ClassValue else record.cls.name,
            *((name, freeze(m, item, depth + 1, seen)) for name, item in sorted(record.attrs.items())),
        )
    if type(value) is Tuple:
        return tuple(freeze(m, item, depth + 1, seen) for item in value.items)
    if type(value) is Bound:
        return ("bound", value.function, freeze(m, value.receiver, depth + 1, seen))
    return value


def _automatic(m: Machine, cls: ClassValue, name: str) -> Value:
    """Return what `auto()` stands for: what the class says that it is, else the name in lower case."""
    maker = class_attribute(m, cls, "_generate_next_value_")
    maker = maker.function if isinstance(maker, StaticMethod) else maker
    m.serial += 1  # like a literal: who names the member, says which text it is
    if not isinstance(maker, FunctionValue):
        return text.of(name.lower(), m.serial)
    from scopelint.link import calls

    unknown = Unknown(Why("what is known of the members before"))
    return calls.call(m, maker, Arguments((text.of(name, m.serial), 1, unknown, unknown)), None)


def make_member(m: Machine, cls: ClassValue, name: str, value: Value) -> EnumMember:
    """Return a member of an enumeration; what makes and what fills objects of the enumeration runs for it."""
    if isinstance(value, FieldDefault) or (
        type(value) is Ref and (made := m.instance(value)) is not None and made.cls == External("enum.auto")
    ):
        value = _automatic(m, cls, name)
    maker, init = class_attribute(m, cls, "__new__"), class_attribute(m, cls, "__init__")
    is_filled = any(type(base) is ClassValue and kind_of(base) == "fields" for base in cls.mro[1:])
    if not isinstance(maker, FunctionValue) and not isinstance(init, FunctionValue) and not is_filled:
        return EnumMember(cls, name, value)
    from scopelint.link import calls

    given = Arguments(value.items if type(value) is Tuple else (value,))
    own: Value = None
    if isinstance(maker, FunctionValue):
        own = calls.call(m, maker, Arguments((cls, *given.positional)), None)
    ref = own if type(own) is Ref else m.new(InstanceRecord(cls, {}, (value,)))
    if isinstance(init, FunctionValue):
        calls.call(m, Bound(init, ref), given, None)
    elif is_filled:
        fill_fields(m, cls, ref, given, "fields")
    m.members[(id(cls), name)] = persistence.persist(m, ref)  # type: ignore[assignment]  # an object stays one
    record = m.instance(ref)
    return EnumMember(cls, name, value if record is None else record.attrs.get("_value_", value))


__all__ = ["FIELD_MAKERS", "FieldDefault", "Str", "construct", "fields_of", "instantiate", "kind_of", "set_attribute"]
