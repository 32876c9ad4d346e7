"""Attributes that are read: look-up along the classes, binding, properties and descriptors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scopelint.link import deposits, frameworks, hierarchy, items, later_attributes, literals, module_globals, text
from scopelint.link.items import MISSING, Missing
from scopelint.link.kinds import FieldDefault
from scopelint.link.libraries import VERBS
from scopelint.link.likeness import one_of
from scopelint.link.state import DeadPath
from scopelint.link.values import (
    AnnotatedType,
    Arguments,
    Bound,
    ClassMethod,
    ClassValue,
    DictRecord,
    EnumMember,
    Env,
    External,
    FunctionValue,
    InstanceRecord,
    Method,
    ModuleValue,
    Partial,
    Property,
    Ref,
    StaticMethod,
    Str,
    Super,
    Tuple,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_MODEL_METHODS = frozenset(
    {"_replace", "_asdict", "model_dump", "model_copy", "dict", "copy", "json", "model_dump_json"}
)
"""Methods that named tuples and pydantic models have without defining them."""


def get_attribute(m: Machine, value: Value, name: str, node: ir.Attr | None) -> Value:
    """Return `value.name`."""
    if type(value) is Ref:
        return _of_object(m, value, name, node)
    if type(value) is ModuleValue:
        return _of_module(m, value, name)
    if type(value) is External:
        from scopelint.link import environment

        path = f"{value.name}.{name}"
        m.reads.add(("outside", path))
        kept = m.outside.get(path)
        left = None if kept else deposits.find(m, value, name)
        return m.pick(one_of(kept)) if kept else environment.constant(m, path) if left is None else left
    if type(value) is ClassValue:
        return _of_class(m, value, name)
    if type(value) is EnumMember:
        return _of_member(m, value, name)
    if type(value) is Super:
        return _of_super(m, value, name)
    if type(value) is Method and name not in VERBS and _is_given(m, value.receiver):  # the verbs of a test's own client
        value = Unknown(Why(f"'{value.name}', which a class of another library gives"))
    if type(value) is Unknown and value.why.within:
        return Unknown(msgspec.structs.replace(value.why, name=name), value.doubtful)
    if type(value) is Unknown:
        if not value.why.answer:  # what a server answers is data
            left = deposits.find(m, value, name)
            if left is not None:
                return left
            m.mention(name)
        if name in m.variables or name.upper() in m.variables:
            return Str((Env(name.upper() if name not in m.variables else name),))
        return Unknown(
            Why(value.why.text, value.why.expression, value.why.parameter, name, value.why.answer), value.doubtful
        )
    if type(value) in (FunctionValue, Bound, Partial):
        return _of_callable(m, value, name)
    if type(value) is AnnotatedType:
        return Tuple(value.metadata) if name == "__args__" else get_attribute(m, value.type, name, node)
    if value is None:
        raise DeadPath
    if type(value) is Str:
        from scopelint.link import url_objects

        found = url_objects.attribute(value, name)
        if not isinstance(found, Missing):
            return found
    left = deposits.find(m, value, name) if type(value) is Method else None
    return Method(value, name) if left is None else left


def _is_given(m: Machine, holder: Value) -> bool:
    """Say whether what an object has, and the project's code does not give it, is its library's: not so of clients."""
    from scopelint.link import sending

    record = m.instance(holder)
    return (
        record is not None
        and type(record.cls) is ClassValue
        and sending.BASE not in record.attrs
        and hierarchy.external_base(record.cls) is not None
        and sending.client_of(m, record.cls) is None
    )


def _of_callable(m: Machine, value: Value, name: str) -> Value:
    from scopelint.link import task_queues

    if name == "__func__" and type(value) is Bound:
        return value.function
    function = value
    while isinstance(function, (Bound, Partial)):
        function = function.function
    if name in ("__name__", "__qualname__") and type(function) is FunctionValue:
        return text.of(function.node.name)
    if name == "__wrapped__":
        return value
    if name == "__annotations__":
        return _annotations(m, value)
    if type(value) is Partial and name == "func":
        return value.function
    found = task_queues.attribute(m, value, name)
    return Method(value, name) if found is None else found


def _of_object(m: Machine, ref: Ref, name: str, node: ir.Attr | None) -> Value:
    record = m.record(ref)
    if type(record) is not InstanceRecord:
        return Method(ref, name)
    if name in record.attrs:
        value = m.pick(later_attributes.with_later_writes(m, ref, record, name))
        if value is None:
            later = later_attributes.set_by_methods(m, ref, record, name)
            return None if isinstance(later, Missing) else m.pick(one_of((None, later)))
        if type(value) is Bound:
            _refer(m, value.function)
        return value
    found = hierarchy.class_attribute(m, record.cls, name)
    if isinstance(found, FieldDefault):
        found = MISSING  # what describes a field is no value of it
    if not isinstance(found, Missing):
        return m.pick(bind(m, found, ref, record.cls))
    shared = later_attributes.with_later_writes(m, ref, record, name)
    if type(shared) is not Unknown:
        return m.pick(shared)
    later = later_attributes.set_by_methods(m, ref, record, name)
    if not isinstance(later, Missing):
        return m.pick(later)
    if name == "__class__":
        return record.cls
    if name == "__dict__":
        return Method(ref, name)  # a view: see `items` and `calls`
    for hook in ("__getattribute__", "__getattr__"):
        getter = hierarchy.class_attribute(m, record.cls, hook)
        if isinstance(getter, FunctionValue):
            from scopelint.link import calls

            return calls.call(m, Bound(getter, ref), Arguments((literals.name_text(m, name, node),)), None)
    if is_caught(m, "AttributeError") and (
        hierarchy.external_base(record.cls) is None or hierarchy.is_namespace(record.cls)
    ):
        m.reads.add(("attribute", ref.id, name))
        raise DeadPath  # the handler sets it
    if hierarchy.external_base(record.cls) is not None:
        from scopelint.link import libraries_model

        return libraries_model.attribute(m, ref, record, name)
    if name == "__await__":
        return Method(ref, name)
    if name in _MODEL_METHODS and type(record.cls) is ClassValue:
        from scopelint.link import classes

        if classes.kind_of(record.cls):
            return Method(ref, name)
    annotated = later_attributes.by_annotation(m, record, name)
    if annotated is not None:
        return annotated
    m.reads.add(("attribute", ref.id, name))
    m.mention(name)
    if name in m.variables or name.upper() in m.variables:
        return Str((Env(name.upper()),))
    return Unknown(Why(f"attribute '{name}' is set nowhere that is seen", "", 0, name))


def bind(m: Machine, value: Value, receiver: Value, cls: Value) -> Value:
    """Return what an attribute found in a class gives when it is read through `receiver`, as descriptors do."""
    value = m.pick(value)
    if type(value) is FunctionValue:
        if value.owner is None and value.node.name == "<lambda>":
            return Bound(value, receiver)
        if not _keeps(m):
            m.refer(id(value.node))
        return Bound(value, receiver)
    if type(value) is Property:
        from scopelint.link import calls

        return calls.call(m, value.getter, Arguments((receiver,)), None)
    if type(value) is StaticMethod:
        return _refer(m, value.function)
    if type(value) is ClassMethod:
        return Bound(_refer(m, value.function), cls)
    if type(value) is Partial and value.is_method:
        inner = bind(m, value.function, receiver, cls)
        return Partial(inner, value.args)
    if type(value) in (Partial, Bound):
        return value
    if type(value) is Ref:
        getter = find_method(m, value, "__get__")
        if getter is not None:
            from scopelint.link import calls

            return calls.call(m, getter, Arguments((receiver, cls)), None)
        record = m.instance(value)
        if record is not None and type(record.cls) is External and frameworks.is_column(record.cls.name):
            return Unknown(Why(f"what a field of {getattr(cls, 'name', 'a class')} holds"))
    return value


def _refer(m: Machine, value: Value) -> Value:
    if type(value) is FunctionValue and not _keeps(m):
        m.refer(id(value.node))
    return value


def _keeps(m: Machine) -> bool:
    """Say whether what is read is only kept: by a constructor in library code, `self.list = client.list_notes`.

    Who reads that attribute, or calls it, refers to the method.
    """
    function = m.frame.function
    return function is not None and function.node.name == "__init__" and function.module.library


def _of_class(m: Machine, cls: ClassValue, name: str) -> Value:
    found = hierarchy.class_attribute(m, cls, name)
    if not isinstance(found, Missing):
        value = m.pick(found)
        if type(value) is StaticMethod:
            return _refer(m, value.function)
        if type(value) is ClassMethod:
            return Bound(_refer(m, value.function), cls)
        if type(value) is Ref and (getter := find_method(m, value, "__get__")) is not None:
            from scopelint.link import calls

            return calls.call(m, getter, Arguments((None, cls)), None)
        return _refer(m, value)
    if name in ("__name__", "__qualname__"):
        return text.of(cls.name)
    if name == "__annotations__":
        return _annotations(m, cls)
    if name == "__orig_bases__":
        from scopelint.link import introspection

        return introspection.bases_as_written(m, cls)
    if name == "__mro__":
        return Tuple(cls.mro)
    if name == "__subclasses__" or (name == "__init__" and hierarchy.external_base(cls) is None):
        return Method(cls, name)
    if name == "__members__":
        return m.new(DictRecord({key: value for key, value in cls.attrs.items() if type(value) is EnumMember}))
    from scopelint.link import classes

    if name in classes.ALTERNATIVE_CONSTRUCTORS and classes.kind_of(cls):
        return Method(cls, name)
    from scopelint.link import metaclasses

    lent = metaclasses.attribute(m, cls, name)
    if not isinstance(lent, Missing):
        return m.pick(lent)
    base = hierarchy.external_base(cls)
    if base is not None:
        from scopelint.link import framework_hooks

        if name == "as_view" or framework_hooks.gives_object(m, cls, name):
            return Method(cls, name)
        return External(f"{base.name}.{name}")
    m.mention(name)
    return Unknown(Why(f"class '{cls.name}' has no '{name}' that is seen", "", 0, name))


def _annotations(m: Machine, value: Value) -> Value:
    from scopelint.link import introspection

    found = introspection.hints(m, value)
    return m.new(DictRecord({}, True)) if found is None else found


def _of_member(m: Machine, member: EnumMember, name: str) -> Value:
    if name in ("value", "_value_"):
        return m.pick(member.value)
    if name in ("name", "_name_"):
        return text.of(member.name)
    ref = m.members.get((id(member.cls), member.name))
    if ref is not None:
        record = m.record(ref)
        if type(record) is InstanceRecord and name in record.attrs:
            return m.pick(record.attrs[name])
    found = hierarchy.class_attribute(m, member.cls, name)
    if not isinstance(found, Missing):
        return items.select(m, member, m.pick(bind(m, found, member, member.cls)))
    return Method(member.value, name)


def super_here(m: Machine) -> Value:
    """Return `super()` of the running method."""
    frame = m.frame
    while frame is not None and frame.owner is None and frame.caller is not None:
        frame = frame.caller
    if frame is None or frame.owner is None:
        return Unknown(Why("super() outside of a class"))
    return Super(frame.owner, frame.receiver)


def _of_super(m: Machine, value: Super, name: str) -> Value:
    receiver = value.receiver
    record = m.instance(receiver)
    cls: Value = record.cls if record is not None else receiver
    if type(cls) is EnumMember:
        cls = cls.cls
    if type(cls) is not ClassValue:
        return Unknown(Why("super() of a class that is not known"))
    after = False
    for base in cls.mro:
        if after and type(base) is ClassValue and name in base.attrs:
            found = base.attrs[name]
            if type(found) is FunctionValue and name == "__new__":
                return found
            return m.pick(bind(m, found, receiver, cls))
        if base is value.after:
            after = True
    if hierarchy.external_base(cls) is None and name != "__new__":
        return Method(receiver, name)
    return Method(Super(value.after, receiver), name)


def is_caught(m: Machine, exception: str) -> bool:
    """Say whether a statement around what runs catches a built-in exception by its own name."""
    return any(External(f"builtins.{exception}") in caught for caught in m.frame.catches)


def _of_module(m: Machine, value: ModuleValue, name: str) -> Value:
    module = m.modules.get(value.path) if value.path.endswith(".py") else None
    if module is not None:
        found = module_globals.module_global(m, module, name)
        if not isinstance(found, Missing):
            return m.pick(_refer(m, m.pick(found)))
    child = m.modules.child(value.path, name)
    if child is not None:
        return ModuleValue(child)
    if module is not None:
        hook = module_globals.module_global(m, module, "__getattr__")
        if isinstance(hook, FunctionValue):
            from scopelint.link import calls

            return calls.call(m, hook, Arguments((text.of(name),)), None)
    m.mention(name)
    return Unknown(Why(f"'{name}' is not defined in {value.path}", "", 0, name))


def find_method(m: Machine, value: Value, name: str) -> Value | None:
    """Return a method of an object that its class defines in the analysed code, bound; None when it does not."""
    record = m.instance(value)
    cls: Value = record.cls if record is not None else value.cls if type(value) is EnumMember else None
    found = hierarchy.class_attribute(m, cls, name)
    if isinstance(found, Missing):
        return None
    return bind(m, found, value, cls)
