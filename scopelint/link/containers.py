"""Classes that extend a built-in container or text: the dict, list, tuple or text that their instances are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import items, rendering
from scopelint.link.likeness import one_of
from scopelint.link.values import Arguments, ClassValue, DictRecord, External, InstanceRecord, Method, Ref, Str

if TYPE_CHECKING:
    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_TEXT = "__text__"
_ITEMS = "__items__"
_CONTAINERS = {
    "builtins.dict": _ITEMS,
    "builtins.list": _ITEMS,
    "builtins.tuple": _ITEMS,
    "builtins.set": _ITEMS,
    "builtins.frozenset": _ITEMS,
    "collections.OrderedDict": _ITEMS,
    "collections.defaultdict": _ITEMS,
    "collections.deque": _ITEMS,
    "collections.UserDict": "data",
    "collections.UserList": "data",
    "builtins.str": _TEXT,
    "collections.UserString": _TEXT,
}
"""Under which attribute an instance's container is kept, by the class that is extended."""
_PLAIN = {"collections.UserDict": "builtins.dict", "collections.UserList": "builtins.list"}
_MAPPINGS = frozenset(
    {"collections.abc.Mapping", "collections.abc.MutableMapping", "typing.Mapping", "typing.MutableMapping"}
)


_DEFAULT = External("collections.defaultdict")
_FACTORY = "default_factory"


def _extended(cls: Value) -> str:
    if cls == _DEFAULT:
        return _DEFAULT.name
    for base in cls.mro if type(cls) is ClassValue else ():
        if type(base) is External and base.name in _CONTAINERS:
            return base.name
    return ""


def held(m: Machine, value: Value) -> Value:
    """Return the container or text that an instance of such a class is, any other value as it is."""
    record = m.instance(value) if type(value) is Ref else None
    name = "" if record is None else _extended(record.cls)
    if record is None or not name:
        return value
    if _CONTAINERS[name] not in record.attrs:
        assert type(value) is Ref
        fill(m, value, Arguments())
        record = m.instance(value)
    return value if record is None else m.pick(record.attrs.get(_CONTAINERS[name], value))


def fill(m: Machine, ref: Ref, args: Arguments) -> bool:
    """Let an instance of such a class be what the built-in makes of these arguments; say whether it is one."""
    from scopelint.link import builtin_models, stdlib_models

    record = m.instance(ref)
    name = "" if record is None else _extended(record.cls)
    if record is None or not name:
        return False
    if _CONTAINERS[name] in record.attrs:
        return True  # `__new__` has made it
    if _CONTAINERS[name] == _TEXT:
        made: Value = rendering.to_text(m, args.positional[0]) if args.positional else Str()
    else:
        plain = _PLAIN.get(name, name)
        made = m.pick((builtin_models.FUNCTIONS.get(plain) or stdlib_models.FUNCTIONS[plain])(m, args, None))
    record = m.instance(ref)
    assert record is not None
    m.put(ref, InstanceRecord(record.cls, {**record.attrs, _CONTAINERS[name]: made}, record.args or args.all()))
    return True


def default_dict(m: Machine, args: Arguments) -> Value:
    """Return a `defaultdict`, with what makes its values."""
    record = items.dict_items(m, args.positional[1]) if len(args.positional) > 1 else None
    inner = m.new(DictRecord({**({} if record is None else record.items), **dict(args.keywords)}))
    factory = args.positional[0] if args.positional else None
    return m.new(InstanceRecord(_DEFAULT, {_ITEMS: inner, _FACTORY: factory}, ()))


def made(m: Machine, args: Arguments) -> Value:
    """Return what `str.__new__(cls, value)` and its kind give."""
    cls = args.positional[0] if args.positional else None
    ref = m.new(InstanceRecord(cls if type(cls) is ClassValue else External("builtins.object"), {}, ()))
    fill(m, ref, Arguments(args.positional[1:], args.keywords, args.open_positional, args.open_keywords))
    return ref


def method(m: Machine, ref: Ref, name: str, args: Arguments, node: ir.Call | None) -> tuple[Value] | None:
    """Call a method that such an instance has from the built-in, or a mapping of its own; None for others."""
    from scopelint.link import attributes, calls

    inner = held(m, ref)
    if inner is ref:
        record = m.instance(ref)
        is_mapping = record is not None and any(
            type(base) is External and base.name in _MAPPINGS
            for base in (record.cls.mro if type(record.cls) is ClassValue else ())
        )
        if is_mapping and name in ("items", "keys", "values") and (own := items.dict_items(m, ref)) is not None:
            return (calls.call(m, Method(m.new(own), name), args, node),)
        getter = attributes.find_method(m, ref, "__getitem__") if is_mapping and name == "get" else None
        return None if getter is None else (calls.call(m, getter, Arguments(args.positional[:1]), node),)
    if name == "__getitem__" and args.positional:
        return (item(m, ref, inner, args.positional[0]),)
    if name == "__setitem__" and len(args.positional) == 2:
        items.set_item(m, inner, args.positional[0], args.positional[1])
        return (None,)
    if name == "__init__":
        record = m.instance(ref)
        if args.positional or args.keywords:
            assert record is not None
            kept = {key: value for key, value in record.attrs.items() if key != _CONTAINERS[_extended(record.cls)]}
            m.put(ref, InstanceRecord(record.cls, kept, record.args))
            fill(m, ref, args)
        return (None,)
    return (calls.call(m, Method(inner, name), args, node),)


def item(m: Machine, ref: Ref, inner: Value, index: Value) -> Value:
    """Return an item of such an instance; what a dict lacks, its `__missing__` gives."""
    from scopelint.link import attributes, calls

    record = m.record(inner) if type(inner) is Ref else None
    owner = m.instance(ref)
    if type(inner) is Ref and type(record) is DictRecord:
        key = items.dict_key(m, index)
        factory = owner.attrs.get(_FACTORY) if owner is not None else None
        if factory is not None:
            return _or_made(m, inner, record, key, index, factory)
        missing = attributes.find_method(m, ref, "__missing__")
        if missing is not None and not record.more and key is not items.MISSING and key not in record.items:
            return calls.call(m, missing, Arguments((index,)), None)
    return items.get_item(m, inner, index)


def _or_made(m: Machine, inner: Ref, record: DictRecord, key: object, index: Value, factory: Value) -> Value:
    """Return an item of a `defaultdict`: the one that is there, or that its factory makes."""
    from scopelint.link import calls

    if key in record.items or items.put_elsewhere(m, inner, key):
        return items.get_item(m, inner, index)
    made = calls.call(m, factory, Arguments(), None)
    if key is items.MISSING:
        m.put(inner, DictRecord(record.items, True))
        return m.pick(one_of((*record.items.values(), made)))
    items.set_item(m, inner, index, made)
    return made
