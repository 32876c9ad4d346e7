"""What the builtins do, as far as it matters for a request: functions, and methods of texts, lists and dicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import attributes, items, metaclasses, refusals, text
from scopelint.link.bounds import MAX_LOOP
from scopelint.link.items import MISSING, Missing
from scopelint.link.likeness import one_of
from scopelint.link.sequences import elements, key_value, note_growth
from scopelint.link.values import (
    Arguments,
    ClassMethod,
    ClassValue,
    DictRecord,
    EnumMember,
    External,
    Hole,
    InstanceRecord,
    ListRecord,
    Method,
    ModuleValue,
    Property,
    Ref,
    StaticMethod,
    Str,
    Tuple,
    Unknown,
    Why,
)
from scopelint.link.weight import list_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

MAX_RANGE = 12


def _argument(args: Arguments, index: int, name: str = "") -> Value | Missing:
    if index < len(args.positional):
        return args.positional[index]
    for key, value in args.keywords:
        if key == name:
            return value
    return MISSING


def _str(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return items.to_text(m, args.positional[0]) if args.positional else Str()


def _repr(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return Str((Hole(Why("repr() of a value")),)) if args.positional else Str()


def _format(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    spec = text.known(args.positional[1]) if len(args.positional) > 1 else ""
    return items.to_text(m, args.positional[0], spec or "") if args.positional else Str()


def _int(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    value = args.positional[0] if args.positional else 0
    if isinstance(value, (int, float)):
        return int(value)
    known = text.known(value)
    if known is not None and known.strip().isdigit():
        return int(known)
    return _segment(Why("a number"))


def _segment(why: Why) -> Value:
    return Str((Hole(why, True),))


def _bool(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link import tests

    found = tests.truth(m, args.positional[0]) if args.positional else False
    return Unknown(Why("a condition")) if found is None else found


def _len(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link import calls, iteration

    method = attributes.find_method(m, args.positional[0], "__len__") if args.positional else None
    if method is not None:
        return calls.call(m, method, Arguments(), iteration.site(m))
    if args.positional:
        found, more = elements(m, args.positional[0])
        if not more:
            return len(found)
    return Unknown(Why("a length"))


def _list(kind: str) -> Callable[[Machine, Arguments, ir.Call | None], Value]:
    def model(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
        if not args.positional:
            return m.new_list((), kind=kind)
        found, more = elements(m, args.positional[0])
        if kind in ("set", "frozenset"):
            found = tuple(dict.fromkeys(found))
        return m.new_list(found, more, kind)

    return model


def _tuple(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    if not args.positional:
        return Tuple(())
    found, more = elements(m, args.positional[0])
    return m.new_list(found, True, "tuple") if more else Tuple(found)


def _dict(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    base = items.dict_items(m, args.positional[0]) if args.positional else DictRecord({})
    record = base or DictRecord({}, True)
    return m.new(DictRecord({**record.items, **dict(args.keywords)}, record.more or args.open_keywords))


def _from_keys(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found, more = elements(m, args.positional[0]) if args.positional else ((), True)
    value = args.positional[1] if len(args.positional) > 1 else None
    keys = [items.dict_key(m, item) for item in found]
    known = {key: value for key in keys if not isinstance(key, Missing)}
    return m.new(DictRecord(known, more or any(isinstance(key, Missing) for key in keys)))


def _isinstance(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found = attributes.is_instance(m, args.positional[0], args.positional[1]) if len(args.positional) == 2 else None
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
    default = _argument(args, 2)
    if not isinstance(default, Missing) and not _has(m, target, name):
        return default
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
        if name in record.attrs or not isinstance(attributes.class_attribute(m, record.cls, name), Missing):
            return True
        if type(target) is Ref:
            m.reads.add(("attribute", target.id, name))
            if m.written.get((target.id, name)):
                return True
        base = attributes.external_base(record.cls)
        return base is not None and base.name in m.libraries.clients
    if type(target) is ClassValue:
        return not isinstance(attributes.class_attribute(m, target, name), Missing)
    return type(target) is not Unknown


def _setattr(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    if len(args.positional) == 3:
        name = text.known(args.positional[1])
        if name is not None:
            attributes.set_attribute(m, args.positional[0], name, args.positional[2])
    return None


def _hasattr(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    if len(args.positional) == 2:
        name = text.known(args.positional[1])
        record = m.instance(args.positional[0])
        if name is not None and record is not None:
            if attributes.is_namespace(record.cls) and _has(m, args.positional[0], name):
                return True  # else what holds the namespace may have set it where that is not seen
            if attributes.external_base(record.cls) is None:
                return _has(m, args.positional[0], name)
    return Unknown(Why("hasattr()"))


def _callable(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link import calls

    value = args.positional[0] if args.positional else None
    if type(value) is Unknown:
        return Unknown(Why("callable()"))
    return calls.is_function(m, value) or type(value) in (ClassValue, Method, External)


def _map(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    return mapped(m, args, node)


def mapped(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    """Return `map(function, iterables...)`, the function called for each known element."""
    from scopelint.link import calls

    if len(args.positional) < 2:
        return Unknown(Why("map()"))
    function, *iterables = args.positional
    columns = [elements(m, iterable) for iterable in iterables]
    more = any(has_more for _, has_more in columns)
    known = [found for found, has_more in columns if found or not has_more]
    size = min((len(found) for found in known), default=0)
    if size == 0 and more:
        size = 1
    results = []
    for index in range(min(size, MAX_LOOP)):
        row = [
            found[index] if index < len(found) else Unknown(Why("an element of an unknown sequence"))
            for found, _ in columns
        ]
        results.append(calls.call(m, function, Arguments(tuple(m.pick(value) for value in row)), node))
    return m.new_list(results, more, "generator")


def _filter(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    if len(args.positional) < 2:
        return Unknown(Why("filter()"))
    from scopelint.link import calls, tests

    found, more = elements(m, args.positional[1])
    function = args.positional[0]
    kept = []
    for item in found[:MAX_LOOP]:
        value = item if function is None else calls.call(m, function, Arguments((m.pick(item),)), node)
        if tests.truth(m, m.pick(value)) is not False:
            kept.append(item)
    return m.new_list(kept, more or len(found) > MAX_LOOP, "generator")


def _zip(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    columns = [elements(m, value) for value in args.positional]
    more = any(has_more for _, has_more in columns)
    known = [found for found, has_more in columns if found or not has_more]
    size = min((len(found) for found in known), default=0)
    rows = []
    for index in range(size):
        rows.append(
            Tuple(
                tuple(
                    found[index] if index < len(found) else Unknown(Why("an element of an unknown sequence"))
                    for found, _ in columns
                )
            )
        )
    return m.new_list(rows, more and all(has_more for _, has_more in columns), "generator")


def _enumerate(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found, more = elements(m, args.positional[0]) if args.positional else ((), True)
    return m.new_list((Tuple((index, value)) for index, value in enumerate(found)), more, "generator")


def _range(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    bounds = args.positional
    if bounds and all(type(value) is int for value in bounds) and len(bounds) <= 3:
        try:
            numbers = range(*bounds)  # type: ignore[arg-type]  # integers: tested
        except ValueError:
            return m.new_list(())
        if len(numbers) <= MAX_RANGE:
            return m.new_list(numbers, kind="generator")
    return m.new_list((), True, "generator")


def _same(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found, more = elements(m, args.positional[0]) if args.positional else ((), True)
    return m.new_list(found, more)


def _reversed(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found, more = elements(m, args.positional[0]) if args.positional else ((), True)
    return m.new_list(tuple(reversed(found)), more)


def _iter(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return args.positional[0] if args.positional else Unknown(Why("iter()"))


def _next(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    if not args.positional:
        return Unknown(Why("next()"))
    found, more = elements(m, args.positional[0])
    if found:
        return m.pick(one_of(found))
    return args.positional[1] if len(args.positional) > 1 and not more else Unknown(Why("next()"))


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


def _globals(m: Machine, _args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(DictRecord(dict(m.frame.module.globals.items()), True))


def _locals(m: Machine, _args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(DictRecord(dict(m.state.env.items())))


def _object(m: Machine, _args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(InstanceRecord(External("builtins.object"), {}))


def _either(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found: tuple[Value, ...] = args.positional
    if len(args.positional) == 1:
        found, more = elements(m, args.positional[0])
        if more:
            return Unknown(Why("one of several values"))
    return m.pick(one_of(found)) if found else Unknown(Why("one of several values"))


def _object_setattr(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    """`object.__setattr__(self, name, value)`: what an override of `__setattr__` ends in."""
    if len(args.positional) == 3:
        name = text.known(args.positional[1])
        if name is not None:
            attributes.store(m, args.positional[0], name, args.positional[2])
    return None


def _object_getattribute(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    name = text.known(args.positional[1]) if len(args.positional) == 2 else None
    record = m.instance(args.positional[0]) if args.positional else None
    if name is None or record is None:
        return Unknown(Why("an attribute"))
    if name in record.attrs:
        return record.attrs[name]
    found = attributes.class_attribute(m, record.cls, name)
    if isinstance(found, Missing):
        return Unknown(Why(f"attribute '{name}'", "", 0, name))
    return attributes.bind(m, found, args.positional[0], record.cls)


def _object_new(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    cls = args.positional[0] if args.positional else None
    if type(cls) is ClassValue:
        return m.new(InstanceRecord(cls, {}, ()))
    return m.new(InstanceRecord(External("builtins.object"), {}))


def _container_new(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link import containers

    return containers.made(m, args)


def _container_init(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    from scopelint.link import containers

    ref = args.positional[0] if args.positional else None
    if type(ref) is Ref:
        containers.method(m, ref, "__init__", Arguments(args.positional[1:], args.keywords), node)
    return None


FUNCTIONS: dict[str, Callable[[Machine, Arguments, ir.Call | None], Value]] = {
    "builtins.str": _str,
    "builtins.bytes": _str,
    "builtins.repr": _repr,
    "builtins.format": _format,
    "builtins.int": _int,
    "builtins.bool": _bool,
    "builtins.len": _len,
    "builtins.list": _list("list"),
    "builtins.set": _list("set"),
    "builtins.frozenset": _list("set"),
    "builtins.tuple": _tuple,
    "builtins.dict": _dict,
    "builtins.dict.fromkeys": _from_keys,
    "builtins.isinstance": _isinstance,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.hasattr": _hasattr,
    "builtins.callable": _callable,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.zip": _zip,
    "builtins.enumerate": _enumerate,
    "builtins.range": _range,
    "builtins.sorted": _same,
    "builtins.reversed": _reversed,
    "builtins.iter": _iter,
    "builtins.aiter": _iter,
    "builtins.next": _next,
    "builtins.anext": _next,
    "builtins.type": _type,
    "builtins.type.__new__": lambda m, args, _node: metaclasses.made(m, args) or Unknown(Why("type.__new__()")),
    "builtins.super": _super,
    "builtins.property": _property,
    "builtins.staticmethod": _staticmethod,
    "builtins.classmethod": _classmethod,
    "builtins.vars": _vars,
    "builtins.globals": _globals,
    "builtins.locals": _locals,
    "builtins.object": _object,
    **{f"builtins.{name}.__new__": _container_new for name in ("str", "dict", "list", "tuple", "set", "frozenset")},
    **{f"builtins.{name}.__init__": _container_init for name in ("dict", "list", "set")},
    "builtins.object.__new__": _object_new,
    "builtins.object.__setattr__": _object_setattr,
    "builtins.object.__getattribute__": _object_getattribute,
    "builtins.max": _either,
    "builtins.min": _either,
}


# --- methods ---------------------------------------------------------------------------------------------------------


def text_method(m: Machine, value: Str, name: str, args: Arguments) -> Value:
    """Return what a method of a text gives."""
    from scopelint.link import url_objects

    model = _TEXT_METHODS.get(name)
    if model is not None:
        return model(m, value, args)
    found = url_objects.method(m, value, name, args)
    return Unknown(Why(f"the result of a text's {name}()")) if isinstance(found, Missing) else found


def _characters(args: Arguments) -> str | None:
    return text.known(args.positional[0]) if args.positional else None


def _text_join(m: Machine, value: Str, args: Arguments) -> Value:
    if len(args.positional) > 1 or (args.positional and type(args.positional[0]) is Str and text.known(value) != ""):
        from scopelint.link import urls

        joined = value
        for other in args.positional:
            joined = urls.url_join(joined, items.to_text(m, other))
        return joined
    found, more = elements(m, args.positional[0]) if args.positional else ((), True)
    if more:
        if not found:
            return Str((Hole(Why("joined from a sequence that is not known")),))
        found = (*found, Unknown(Why("joined from a sequence that is not wholly known")))
    texts: list[Str] = []
    for index, item in enumerate(found):
        if index:
            texts.append(value)
        texts.append(items.to_text(m, item))
    return text.join(texts)


def _text_format(m: Machine, value: Str, args: Arguments) -> Value:
    keywords = dict(args.keywords)

    def look_up(name: str, number: int) -> Value:
        root = name.split(".")[0].split("[")[0]
        found: Value
        if root == "" or root.isdigit():
            index = int(root) if root else number
            found = args.positional[index] if index < len(args.positional) else Unknown(Why(f"format field {{{name}}}"))
        else:
            found = keywords.get(root, Unknown(Why(f"format field {{{name}}}")))
        for part in name.split(".")[1:]:
            found = attributes.get_attribute(m, m.pick(found), part.split("[")[0], None)
        for part in name.split("[")[1:]:
            key = part.rstrip("]")
            found = items.get_item(m, m.pick(found), int(key) if key.isdigit() else text.of(key))
        found = m.pick(found)
        return items.to_text(m, found) if type(found) in (Ref, EnumMember) else found

    return text.format_text(value, look_up)


def _text_format_map(m: Machine, value: Str, args: Arguments) -> Value:
    record = items.dict_items(m, args.positional[0]) if args.positional else None
    if record is None:
        return _text_format(m, value, Arguments())
    return _text_format(m, value, Arguments((), tuple((str(k), m.pick(v)) for k, v in record.items.items())))


def _text_replace(m: Machine, value: Str, args: Arguments) -> Value:
    if len(args.positional) < 2:
        return Unknown(Why("replace()"))
    old = text.known(items.to_text(m, args.positional[0]))
    if old is None:
        return value
    return text.replace(value, old, items.to_text(m, args.positional[1]))


def _text_split(m: Machine, value: Str, args: Arguments) -> Value:
    separator = _characters(args)
    limit = args.positional[1] if len(args.positional) > 1 else dict(args.keywords).get("maxsplit", -1)
    if separator is None:
        known = text.known(value)
        if known is None or args.positional:
            return m.new_list((), True)
        origin = text.first_origin(value)
        return m.new_list(text.of(word, origin) for word in known.split(None, limit if type(limit) is int else -1))
    if not separator:
        return m.new_list((), True)
    return m.new_list(
        text.split(value, separator, limit if type(limit) is int else -1), not text.is_exact(value) and limit != 1
    )


def _split_lines(m: Machine, value: Str, _args: Arguments) -> Value:
    known = text.known(value)
    if known is None:
        return m.new_list((), True)
    origin = text.first_origin(value)
    return m.new_list(text.of(line, origin) for line in known.splitlines())


def _text_rsplit(m: Machine, value: Str, args: Arguments) -> Value:
    known, separator = text.known(value), _characters(args)
    limit = args.positional[1] if len(args.positional) > 1 else -1
    if known is None or not separator or type(limit) is not int:
        return m.new_list((), True)
    origin = text.first_origin(value)
    return m.new_list(text.of(piece, origin) for piece in known.rsplit(separator, limit))


def _text_partition(_m: Machine, value: Str, args: Arguments) -> Value:
    separator = _characters(args)
    if not separator:
        return Tuple((value, Str(), Str()))
    pieces = text.split(value, separator, 1)
    if len(pieces) == 2:
        return Tuple((pieces[0], text.of(separator), pieces[1]))
    return Tuple((value, Str(), Str()))


def _strip(left: bool, right: bool) -> Callable[[Machine, Str, Arguments], Value]:
    return lambda _m, value, args: text.strip(value, _characters(args), left, right)


def _change(change: Callable[[str], str]) -> Callable[[Machine, Str, Arguments], Value]:
    return lambda _m, value, _args: text.map_known(value, change)


def _affix(known: Callable[[Str, str], bool | None]) -> Callable[[Machine, Str, Arguments], Value]:
    def model(_m: Machine, value: Str, args: Arguments) -> Value:
        wanted = args.positional[0] if args.positional else None
        options = wanted.items if type(wanted) is Tuple else (wanted,)
        results = []
        for option in options:
            affix = text.known(option)
            results.append(None if affix is None else known(value, affix))
        if True in results:
            return True
        return Unknown(Why("a condition")) if None in results else False

    return model


def _is_digit(_m: Machine, value: Str, _args: Arguments) -> Value:
    known = text.known(value)
    return Unknown(Why("a condition")) if known is None else known.isdigit()


def _remove_prefix(_m: Machine, value: Str, args: Arguments) -> Value:
    return text.remove_prefix(value, _characters(args) or "")


def _remove_suffix(_m: Machine, value: Str, args: Arguments) -> Value:
    return text.remove_suffix(value, _characters(args) or "")


def _itself(_m: Machine, value: Str, _args: Arguments) -> Value:
    return value


def _find(_m: Machine, value: Str, args: Arguments) -> Value:
    known, piece = text.known(value), _characters(args)
    return Unknown(Why("a position")) if known is None or piece is None else known.find(piece)


def _count(_m: Machine, value: Str, args: Arguments) -> Value:
    known, piece = text.known(value), _characters(args)
    return Unknown(Why("a count")) if known is None or piece is None else known.count(piece)


_TEXT_METHODS: dict[str, Callable[[Machine, Str, Arguments], Value]] = {
    "join": _text_join,
    "format": _text_format,
    "format_map": _text_format_map,
    "replace": _text_replace,
    "split": _text_split,
    "rsplit": _text_rsplit,
    "splitlines": _split_lines,
    "partition": _text_partition,
    "strip": _strip(True, True),
    "lstrip": _strip(True, False),
    "rstrip": _strip(False, True),
    "lower": _change(str.lower),
    "upper": _change(str.upper),
    "casefold": _change(str.casefold),
    "title": _change(str.title),
    "capitalize": _change(str.capitalize),
    "startswith": _affix(text.starts_with),
    "endswith": _affix(text.ends_with),
    "isdigit": _is_digit,
    "removeprefix": _remove_prefix,
    "removesuffix": _remove_suffix,
    "encode": _itself,
    "decode": _itself,
    "__str__": _itself,
    "get_secret_value": _itself,
    "unicode_string": _itself,
    "human_repr": _itself,
    "geturl": _itself,
    "as_posix": _itself,
    "find": _find,
    "index": _find,
    "count": _count,
}


_ADDING = frozenset({"append", "add", "appendleft", "put", "put_nowait"})


def list_method(m: Machine, ref: Ref, record: ListRecord, name: str, args: Arguments) -> Value:
    """Return what a method of a list, set or generator gives, the object changed accordingly."""
    first = args.positional[0] if args.positional else None
    if name in _ADDING and args.positional:
        m.put(ref, list_of(record.kind, (*record.items, first), record.more))
        note_growth(m, ref, (first,))
        return None
    if name == "insert" and len(args.positional) == 2:
        at = first if type(first) is int else len(record.items)
        found = list(record.items)
        found.insert(at, args.positional[1])
        m.put(ref, ListRecord(record.kind, tuple(found), record.more))
        return None
    if name in ("extend", "update", "union", "extendleft"):
        found_items, more = elements(m, first)
        joined = list_of(record.kind, (*record.items, *found_items), record.more or more)
        if name == "union":
            return m.new(joined)
        m.put(ref, joined)
        note_growth(m, ref, found_items)
        return None
    if record.kind == "queue" and name in ("get", "get_nowait"):
        found_items, _ = elements(m, ref)
        return one_of(found_items) if found_items else Unknown(Why("an element of a queue"))
    if name in ("pop", "popleft"):
        if record.items and not record.more and (first is None or type(first) is int):
            index = 0 if name == "popleft" else first if type(first) is int else -1
            if -len(record.items) <= index < len(record.items):
                rest = list(record.items)
                value = rest.pop(index)
                m.put(ref, ListRecord(record.kind, tuple(rest), record.more))
                return value
        return one_of(record.items) if record.items else Unknown(Why("an element of an unknown sequence"))
    if name in ("copy", "difference", "intersection"):
        return m.new(record)
    if name == "clear":
        m.put(ref, ListRecord(record.kind, ()))
        return None
    if name == "reverse":
        m.put(ref, ListRecord(record.kind, tuple(reversed(record.items)), record.more))
        return None
    if name in ("sort", "remove", "discard"):
        return None
    if name in ("__iter__", "__aiter__", "__enter__", "__aenter__"):
        return ref
    if name in ("__next__", "__anext__", "send", "asend"):
        return one_of(record.items) if record.items else Unknown(Why("an element of an unknown sequence"))
    return Unknown(Why(f"the result of a list's {name}()"))


def dict_method(m: Machine, ref: Ref, record: DictRecord, name: str, args: Arguments) -> Value:
    """Return what a method of a dict gives, the object changed accordingly."""
    first = args.positional[0] if args.positional else None
    if name in ("get", "pop", "setdefault", "getlist"):
        return _dict_get(m, ref, record, name, args, first)
    if name == "update":
        if args.positional:
            items.update_dict(m, ref, args.positional[0])
            record = m.record(ref)  # type: ignore[assignment]  # a dict stays one
        if args.keywords or args.open_keywords:
            m.put(ref, DictRecord({**record.items, **dict(args.keywords)}, record.more or args.open_keywords))
        return None
    if name == "items":
        return m.new_list((Tuple((key, value)) for key, value in items.pairs(record)), record.more, "generator")
    if name == "values":
        return m.new_list(tuple(record.items.values()), record.more, "generator")
    if name == "keys":
        return m.new_list((key_value(key) for key in record.items), record.more, "generator")
    if name == "copy":
        return m.new(record)
    if name == "clear":
        m.put(ref, DictRecord({}))
        return None
    if name == "__getitem__":
        return items.get_item(m, ref, first)
    if name == "__contains__":
        return Unknown(Why("a condition"))
    if name == "fromkeys":
        return Unknown(Why("dict.fromkeys()"))
    return Unknown(Why(f"the result of a dict's {name}()"))


def _dict_get(m: Machine, ref: Ref, record: DictRecord, name: str, args: Arguments, first: Value) -> Value:
    key = items.dict_key(m, first)
    default = _argument(args, 1, "default")
    if isinstance(key, Missing):
        refusals.note_look_up(m, record)
        options = list(record.items.values())
        if name == "setdefault":
            m.put(ref, DictRecord(record.items, True))
            if not options and not isinstance(default, Missing):
                return default
        if record.more or not options:
            return Unknown(Why("an item of a dict by a key that is not known"))
        if not isinstance(default, Missing):
            options.append(default)
        elif name == "get":
            options.append(None)
        return one_of(options)
    written = items.put_elsewhere(m, ref, key)
    if key in record.items:
        value = items.select(m, first, m.pick(one_of((record.items[key], *written))))
        if name == "pop":
            m.put(ref, DictRecord({k: v for k, v in record.items.items() if k != key}, record.more))
        return value
    if written:
        return items.select(m, first, m.pick(one_of(written)))
    known = text.known(first)
    if known is not None and known in m.variables:
        from scopelint.link import environment

        return environment.variable(first, default)
    if record.more:
        unknown = Unknown(Why("an item that a dict may have"))
        return unknown if isinstance(default, Missing) else one_of((default, unknown))
    value = None if isinstance(default, Missing) else default
    if name == "setdefault":
        items.note_put(m, ref, key, value)
        m.put(ref, DictRecord({**record.items, key: value}, record.more))
    return value
