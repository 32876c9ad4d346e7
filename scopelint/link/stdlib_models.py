"""What functions of the standard library and of libraries around HTTP do, as far as it matters for a request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scopelint.link import (
    assumed,
    attributes,
    builtin_models,
    containers,
    data_class_models,
    declared,
    function_models,
    items,
    models,
    passed,
    regexes,
    settings_models,
    text,
    url_models,
)
from scopelint.link.items import Missing
from scopelint.link.values import (
    Arguments,
    ClassValue,
    Dependency,
    DictRecord,
    External,
    FunctionValue,
    Hole,
    InstanceRecord,
    Lit,
    Property,
    Ref,
    Str,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

    Model = Callable[[Machine, Arguments, ir.Call | None], Value]


_JSON_DEPTH = 8


def _shlex_split(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    value = args.positional[0] if args.positional else None
    return m.new_list(declared.split_command(value)) if type(value) is Str else m.new_list((), True)


def locate(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    """Return what a dotted path names: a module, or an attribute of one."""
    from scopelint.link import definitions

    name = text.known(args.positional[0]) if args.positional else None
    if name is None:
        return Unknown(Why("an object whose dotted path is not known"))
    parts = name.replace(":", ".").split(".")
    for size in range(len(parts), 0, -1):
        if m.modules.resolve(m.frame.module.path, ".".join(parts[:size]), 0) is not None:
            found = definitions.module_value(m, m.frame.module.path, ".".join(parts[:size]), 0)
            for part in parts[size:]:
                found = attributes.get_attribute(m, found, part, None)
            return found
    return External(name.replace(":", "."))


def _identity(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return args.positional[0] if args.positional else Unknown(Why("a value"))


def _import_module(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    from scopelint.link import definitions, source

    given = args.positional[0] if args.positional else None
    name = text.known(given)
    if name is None:
        begin = given.parts[0] if type(given) is Str and given.parts else None
        package = begin.text.rpartition(".")[0] if type(begin) is Lit else ""
        within = m.modules.resolve(m.frame.module.path, package, 0) if package else None
        shown = source.of(node) if node is not None else "import_module()"
        return Unknown(Why(f"{shown} names a module that is not known", shown, 0, "", False, 0, within or ""))
    level = len(name) - len(name.lstrip("."))
    return definitions.module_value(m, m.frame.module.path, name.lstrip("."), level)


def _depends(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    provider = passed.argument(args, 0, "dependency")
    return Dependency(None if isinstance(provider, Missing) else provider)


def _load_json(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    """Return what a JSON text that is known stands for."""
    given = args.positional[0] if args.positional else None
    known = text.known(given)
    if known is None or type(given) is not Str:
        return Unknown(Why("what a text stands for that is not known"))
    try:
        return _from_json(m, json.loads(known), text.first_origin(given), 0)
    except (ValueError, RecursionError):
        return Unknown(Why("a text that is no JSON"))


def _from_json(m: Machine, value: object, origin: int, depth: int) -> Value:
    if isinstance(value, str):
        return text.of(value, origin)
    if depth > _JSON_DEPTH:
        return Unknown(Why("a value deep inside a JSON text"))
    if isinstance(value, list):
        return m.new_list(_from_json(m, item, origin, depth + 1) for item in value)
    if isinstance(value, dict):
        return m.new(DictRecord({key: _from_json(m, item, origin, depth + 1) for key, item in value.items()}))
    return value  # type: ignore[return-value]  # None, a boolean or a number


def _chain_map(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found: dict[object, Value] = {}
    more = False
    for value in reversed(args.positional):
        record = items.dict_items(m, value)
        if record is None:
            more = True
        else:
            found.update(record.items)
    return m.new(DictRecord(found, more))


def _cast(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    value = args.positional[1] if len(args.positional) > 1 else None
    if type(value) is Unknown and args.positional:
        kind = args.positional[0]
        if type(kind) is ClassValue:
            return assumed.instance_for(m, kind)
    return value


def _enum_auto(m: Machine, _args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(InstanceRecord(External("enum.auto"), {}, ()))


def _uuid(_m: Machine, _args: Arguments, _node: ir.Call | None) -> Value:
    return Str((Hole(Why("a generated identifier"), True),))


def _getter_call(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    """`inject.instance(Cls)`, `container.resolve(Cls)`: an instance of the class that is asked for."""
    kind = args.positional[0] if args.positional else None
    return assumed.instance_for(m, kind) if type(kind) is ClassValue else Unknown(Why("an injected value"))


def _copy(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    value = args.positional[0] if args.positional else None
    return m.new(m.record(value)) if type(value) is Ref else value


FUNCTIONS: dict[str, Model] = {
    **data_class_models.FUNCTIONS,
    **function_models.FUNCTIONS,
    **url_models.FUNCTIONS,
    **settings_models.FUNCTIONS,
    "shlex.split": _shlex_split,
    **{f"re.{name}": regexes.function(name) for name in ("compile", *regexes.FUNCTIONS)},
    "pydoc.locate": locate,
    "django.utils.module_loading.import_string": locate,
    "werkzeug.utils.import_string": locate,
    "pkgutil.resolve_name": locate,
    "functools.update_wrapper": _identity,
    "urllib.parse.unquote": _identity,
    "urllib.parse.urldefrag": _identity,
    "pydantic.TypeAdapter": _identity,
    "httpx.QueryParams": _identity,
    "multidict.MultiDict": _identity,
    "multidict.CIMultiDict": _identity,
    "types.MappingProxyType": _identity,
    "asyncio.as_completed": _identity,
    "asyncio.run": _identity,
    "asyncio.create_task": _identity,
    "asyncio.ensure_future": _identity,
    "asyncio.wait_for": _identity,
    "asyncio.shield": _identity,
    "asgiref.sync.async_to_sync": _identity,
    "asgiref.sync.sync_to_async": _identity,
    "itertools.islice": _identity,
    "itertools.cycle": _identity,
    "importlib.import_module": _import_module,
    "builtins.__import__": _import_module,
    "fastapi.Depends": _depends,
    "fastapi.Security": _depends,
    "fastapi.params.Depends": _depends,
    "fast_depends.Depends": _depends,
    "faststream.Depends": _depends,
    "taskiq.TaskiqDepends": _depends,
    **dict.fromkeys(
        ("dataclasses.asdict", "attr.asdict", "attrs.asdict", "msgspec.structs.asdict", "cattrs.unstructure"),
        lambda m, args, _node: models.as_dict(m, args),
    ),
    **dict.fromkeys(
        ("msgspec.to_builtins", "fastapi.encoders.jsonable_encoder"),
        lambda m, args, _node: models.as_dict(m, args, by_alias=True),
    ),
    "collections.defaultdict": lambda m, args, _node: containers.default_dict(m, args),
    "json.loads": _load_json,
    "collections.OrderedDict": builtin_models.FUNCTIONS["builtins.dict"],
    "collections.deque": builtin_models.FUNCTIONS["builtins.list"],
    **dict.fromkeys(
        (
            *("queue.Queue", "queue.LifoQueue", "queue.PriorityQueue", "queue.SimpleQueue", "multiprocessing.Queue"),
            *("asyncio.Queue", "asyncio.LifoQueue", "asyncio.PriorityQueue", "multiprocessing.SimpleQueue"),
        ),
        lambda m, _args, _node: m.new_list((), False, "queue"),
    ),
    "collections.ChainMap": _chain_map,
    "contextlib.suppress": lambda m, args, _node: m.new(
        InstanceRecord(External("contextlib.suppress"), {}, args.positional)
    ),
    "copy.copy": _copy,
    "copy.deepcopy": _copy,
    "typing.cast": _cast,
    "typing_extensions.cast": _cast,
    "typing.TypeVar": lambda _m, _args, _node: Unknown(Why("a type variable")),
    "enum.auto": _enum_auto,
    "uuid.uuid4": _uuid,
    "uuid.uuid1": _uuid,
    "sys.intern": _identity,
    "textwrap.dedent": _identity,
    "inject.instance": _getter_call,
}


def decorate(m: Machine, decorator: Value, value: Value) -> Value | None:
    """Apply a decorator of code that is not analysed, None when nothing is known of it."""
    name = decorator.name if type(decorator) is External else ""
    if name.startswith("functools.") or (
        type(decorator) is Ref and getattr(m.record(decorator), "cls", None) == External("functools.wraps")
    ):
        return value
    record = m.instance(decorator)
    if record is not None and type(record.cls) is External and record.cls.name in declared.UPLINK_VERBS:
        path = record.attrs.get("path")
        if type(value) is FunctionValue and type(path) is Str:
            made = value.copy()
            made.declared = (declared.UPLINK_VERBS[record.cls.name], path)
            return made
    if name in ("functools.cached_property",):
        return Property(value)
    if name in ("asgiref.sync.async_to_sync", "asgiref.sync.sync_to_async"):
        return value
    return None
