"""Classes that extend a built-in container or text: the dict, list, tuple or text that their instances are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import items
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


def _extended(cls: Value) -> str:
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
        made: Value = items.to_text(m, args.positional[0]) if args.positional else Str()
    else:
        plain = _PLAIN.get(name, name)
        made = m.pick((builtin_models.FUNCTIONS.get(plain) or stdlib_models.FUNCTIONS[plain])(m, args, None))
    record = m.instance(ref)
    assert record is not None
    m.put(ref, InstanceRecord(record.cls, {**record.attrs, _CONTAINERS[name]: made}, record.args or args.all()))
    return True


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
    if type(record) is DictRecord and not record.more:
        key = items.dict_key(m, index)
        missing = attributes.find_method(m, ref, "__missing__")
        if missing is not None and key is not items.MISSING and key not in record.items:
            return calls.call(m, missing, Arguments((index,)), None)
    return items.get_item(m, inner, index)
