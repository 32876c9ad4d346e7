"""What the standard library and settings, dependency and task libraries do, as far as it matters for a request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scopelint.link import (
    assumed,
    attributes,
    builtin_models,
    classes,
    containers,
    declared,
    environment,
    items,
    models,
    regexes,
    split_urls,
    text,
    urls,
)
from scopelint.link.items import MISSING, Missing
from scopelint.link.likeness import one_of
from scopelint.link.sequences import elements
from scopelint.link.values import (
    Arguments,
    Bound,
    ClassValue,
    Dependency,
    DictRecord,
    External,
    FunctionValue,
    Hole,
    InstanceRecord,
    ListRecord,
    Lit,
    Partial,
    Property,
    Ref,
    Str,
    Tuple,
    Unknown,
    Why,
)
from scopelint.link.weight import partial_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

    Model = Callable[[Machine, Arguments, ir.Call | None], Value]


_JSON_DEPTH = 8


def _get(args: Arguments, index: int, *names: str) -> Value | Missing:
    if index < len(args.positional):
        return args.positional[index]
    for key, value in args.keywords:
        if key in names:
            return value
    return MISSING


def by_variable(m: Machine, args: Arguments) -> Value | None:
    """Return the platform's base when a function of settings is asked for one of its variables by name."""
    for value in args.positional[:2]:
        known = text.known(value)
        if known is not None and known in m.variables:
            rest = [v for v in args.positional if v is not value]
            default = _get(Arguments((), args.keywords), 0, "default", "fallback")
            if isinstance(default, Missing) and rest and type(rest[0]) is Str:
                default = rest[0]
            return environment.variable(value, default)
    return None


def _getenv(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    name = _get(args, 0, "key")
    if isinstance(name, Missing):
        return Unknown(Why("an environment variable whose name is not known"))
    default = _get(args, 1, "default")
    if not isinstance(default, (Missing, Str)) and default is not None:
        return one_of((environment.variable(name), default))
    return environment.variable(name, default)


def _config(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    name = _get(args, 0, "option", "key")
    if isinstance(name, Missing):
        return Unknown(Why("a setting whose name is not known"))
    cast = _get(args, 99, "cast")
    default = _get(args, 99, "default") if not isinstance(_get(args, 99, "default"), Missing) else _get(args, 2)
    if type(cast) is External and cast.name in ("builtins.bool", "builtins.int", "builtins.float"):
        return Unknown(Why("a setting"))
    return environment.variable(name, default)


def _partial(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    if not args.positional:
        return Unknown(Why("partial()"))
    rest = Arguments(args.positional[1:], args.keywords, args.open_positional, args.open_keywords)
    return partial_of(args.positional[0], rest)


def _shlex_split(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    value = args.positional[0] if args.positional else None
    return m.new_list(declared.split_command(value)) if type(value) is Str else m.new_list((), True)


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
    field = attributes.class_attribute(m, cls, name)
    metadata = field.keyword("metadata") if isinstance(field, classes.FieldDefault) else MISSING
    attrs["metadata"] = m.new(DictRecord({})) if isinstance(metadata, Missing) else metadata
    return m.new(InstanceRecord(External("dataclasses.Field"), attrs, ()))


def _locate(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
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


def _partial_method(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    made = _partial(m, args, node)
    return Partial(made.function, made.args, True) if type(made) is Partial else made


def _urljoin(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    base, url = _get(args, 0, "base"), _get(args, 1, "url")
    if isinstance(base, Missing) or isinstance(url, Missing):
        return Unknown(Why("urljoin()"))
    return urls.url_join(items.to_text(m, base), items.to_text(m, url))


def _urlencode(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link import url_objects

    return url_objects.encode(m, args.positional[0]) if args.positional else Str()


def _url_concat(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link import url_objects

    url, given = _get(args, 0, "url"), _get(args, 1, "args")
    return url_objects.with_query(m, items.to_text(m, _or_none(url)), _or_none(given), False)


def _quote(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    if not args.positional:
        return Unknown(Why("quote()"))
    value = items.to_text(m, args.positional[0])
    safe = text.known(_or_none(_get(args, 1, "safe")))
    if safe is not None and "/" not in safe:
        return Str(tuple(Hole(part.why, True) if type(part) is Hole else part for part in value.parts))
    return value


def _or_none(value: Value | Missing) -> Value:
    return None if isinstance(value, Missing) else value


def _path_join(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    parts = [items.to_text(m, value) for value in args.positional]
    if not parts:
        return Str()
    result = parts[0]
    for part in parts[1:]:
        if text.starts_with(part, "/") is True:
            result = part
        elif text.ends_with(result, "/") is True or not result.parts:
            result = text.join((result, part))
        else:
            result = text.join((result, text.of("/"), part))
    return result


def _identity(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return args.positional[0] if args.positional else Unknown(Why("a value"))


def _as_text(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link import url_objects

    value = args.positional[0] if args.positional else None
    if value is None:
        keywords = dict(args.keywords)
        if "host" in keywords or "netloc" in keywords:
            host = items.to_text(m, keywords.get("host", keywords.get("netloc")))
            scheme = items.to_text(m, keywords.get("scheme", text.of("https")))
            path = items.to_text(m, keywords.get("path", Str()))
            return text.join((scheme, text.of("://"), host, path))
        return Str()
    result = items.to_text(m, value)
    params = dict(args.keywords).get("params")
    return url_objects.with_query(m, result, params, False) if params is not None else result


def _pure_path(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    return _path_join(m, args, node)


def _run_function(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    from scopelint.link import calls

    return calls.hand_over(m, args, node)


def _gather(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return m.new_list(args.positional, args.open_positional)


def _chain(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    found: list[Value] = []
    more = False
    for value in args.positional:
        inner, inner_more = elements(m, value)
        found.extend(inner)
        more = more or inner_more
    return m.new_list(found, more, "generator")


def _product(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    import itertools

    columns = [elements(m, value) for value in args.positional]
    rows = [Tuple(tuple(row)) for row in itertools.islice(itertools.product(*(c for c, _ in columns)), 64)]
    return m.new_list(rows, any(more for _, more in columns), "generator")


def _starmap(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    from scopelint.link import calls

    if len(args.positional) < 2:
        return Unknown(Why("starmap()"))
    rows, more = elements(m, args.positional[1])
    results = []
    for row in rows:
        inner, _ = elements(m, row)
        results.append(calls.call(m, args.positional[0], Arguments(inner), node))
    return m.new_list(results, more, "generator")


def _reduce(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    from scopelint.link import calls

    if len(args.positional) < 2:
        return Unknown(Why("reduce()"))
    found, more = elements(m, args.positional[1])
    values = list(found)
    if len(args.positional) > 2:
        values.insert(0, args.positional[2])
    if more or not values:
        return Unknown(Why("reduce() over a sequence that is not known"))
    result = values[0]
    for value in values[1:]:
        result = calls.call(m, args.positional[0], Arguments((result, value)), node)
    return result


def _accumulate(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    from scopelint.link import calls
    from scopelint.link.bounds import MAX_LOOP

    if not args.positional:
        return Unknown(Why("accumulate()"))
    found, more = elements(m, args.positional[0])
    function = _or_none(_get(args, 1, "func"))
    initial = _or_none(_get(args, 99, "initial"))
    function = External("operator.add") if function is None else function
    results: list[Value] = [] if initial is None else [initial]
    for item in found[:MAX_LOOP]:
        results.append(calls.call(m, function, Arguments((results[-1], item)), node) if results else item)
    return m.new_list(results, more or len(found) > MAX_LOOP, "generator")


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
    provider = _get(args, 0, "dependency")
    return Dependency(None if isinstance(provider, Missing) else provider)


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

    listed = _get(args, 1, "field_names", "fields")
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
    defaults = _get(args, 99, "defaults")
    if not isinstance(defaults, Missing):
        values, _ = elements(m, defaults)
        cls.attrs.update(zip(names[len(names) - len(values) :], values, strict=False))
    return cls


def _simple_namespace(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(InstanceRecord(External("types.SimpleNamespace"), dict(args.keywords), ()))


def _namespace(name: str) -> Model:
    return lambda m, _args, _node: m.new(InstanceRecord(External(name), {}, ()))


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


def _parse_qs(m: Machine, _args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(DictRecord({}, True))


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


def _attr_getter(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(InstanceRecord(External("operator.attrgetter"), {"names": Tuple(args.positional)}, args.positional))


def _method_caller(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    rest = m.new(DictRecord(dict(args.keywords)))
    return m.new(
        InstanceRecord(
            External("operator.methodcaller"),
            {
                "name": args.positional[0] if args.positional else None,
                "args": Tuple(args.positional[1:]),
                "kwargs": rest,
            },
            args.positional,
        )
    )


def _item_getter(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(InstanceRecord(External("operator.itemgetter"), {"keys": Tuple(args.positional)}, args.positional))


def _getter_call(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    """`inject.instance(Cls)`, `container.resolve(Cls)`: an instance of the class that is asked for."""
    kind = args.positional[0] if args.positional else None
    return assumed.instance_for(m, kind) if type(kind) is ClassValue else Unknown(Why("an injected value"))


def _copy(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    value = args.positional[0] if args.positional else None
    return m.new(m.record(value)) if type(value) is Ref else value


def _operation(sign: str) -> Model:
    def model(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
        from scopelint.facts import ir as nodes
        from scopelint.link.expressions import binary

        if len(args.positional) < 2:
            return Unknown(Why("a computed value"))
        shown = node.args[-1].value if node is not None and node.args else nodes.Const(None)
        return binary(m, sign, args.positional[0], args.positional[1], shown)

    return model


FUNCTIONS: dict[str, Model] = {
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "os.environ.setdefault": _getenv,
    "os.environ.pop": _getenv,
    "os.environ.__getitem__": _getenv,
    "os.environb.get": _getenv,
    "decouple.config": _config,
    "decouple.AutoConfig": _config,
    "starlette.config.config": _config,
    "prettyconf.config": _config,
    "shlex.split": _shlex_split,
    "dataclasses.fields": _fields,
    "attr.fields": _fields,
    "attrs.fields": _fields,
    **{f"re.{name}": regexes.function(name) for name in ("compile", *regexes.FUNCTIONS)},
    "pydoc.locate": _locate,
    "django.utils.module_loading.import_string": _locate,
    "werkzeug.utils.import_string": _locate,
    "pkgutil.resolve_name": _locate,
    "functools.partial": _partial,
    "functools.partialmethod": _partial_method,
    "functools.reduce": _reduce,
    "functools.update_wrapper": _identity,
    "functools.wraps": lambda m, _args, _node: m.new(InstanceRecord(External("functools.wraps"), {}, ())),
    "urllib.parse.urljoin": _urljoin,
    "urllib.parse.urlencode": _urlencode,
    "urllib.parse.quote": _quote,
    "urllib.parse.quote_plus": _quote,
    "urllib.parse.unquote": _identity,
    "urllib.parse.urlparse": lambda m, args, _node: split_urls.split(m, args, split_urls.PARSED),
    "urllib.parse.urlsplit": lambda m, args, _node: split_urls.split(m, args, split_urls.SPLIT),
    "urllib.parse.urlunparse": lambda m, args, _node: split_urls.unsplit(m, args),
    "urllib.parse.urlunsplit": lambda m, args, _node: split_urls.unsplit(m, args),
    "urllib.parse.SplitResult": lambda m, args, _node: split_urls.made(m, args, split_urls.SPLIT),
    "urllib.parse.ParseResult": lambda m, args, _node: split_urls.made(m, args, split_urls.PARSED),
    "urllib.parse.parse_qs": _parse_qs,
    "urllib.parse.parse_qsl": _parse_qs,
    "urllib.parse.urldefrag": _identity,
    "os.path.expandvars": lambda m, args, _node: declared.expanded(items.to_text(m, _or_none(_get(args, 0, "path")))),
    "posixpath.join": _path_join,
    "os.path.join": _path_join,
    "pathlib.PurePosixPath": _pure_path,
    "pathlib.PurePath": _pure_path,
    "pathlib.Path": _pure_path,
    "pathlib.PosixPath": _pure_path,
    "yarl.URL": _as_text,
    "yarl.URL.build": _as_text,
    "httpx.URL": _as_text,
    "furl.furl": _as_text,
    "starlette.datastructures.URL": _as_text,
    "pydantic.HttpUrl": _as_text,
    "pydantic.AnyUrl": _as_text,
    "pydantic.AnyHttpUrl": _as_text,
    "pydantic.SecretStr": _as_text,
    "pydantic.TypeAdapter": _identity,
    "requests.compat.urljoin": _urljoin,
    "tornado.httputil.url_concat": _url_concat,
    "requests.compat.quote": _quote,
    "requests.utils.quote": _quote,
    "httpx.QueryParams": _identity,
    "multidict.MultiDict": _identity,
    "multidict.CIMultiDict": _identity,
    "types.MappingProxyType": _identity,
    "types.SimpleNamespace": _simple_namespace,
    "argparse.Namespace": _simple_namespace,
    "threading.local": _namespace("threading.local"),
    "_threading_local.local": _namespace("threading.local"),
    "gevent.local.local": _namespace("gevent.local.local"),
    "asyncio.gather": _gather,
    "asyncio.wait": _gather,
    "asyncio.as_completed": _identity,
    "asyncio.run": _identity,
    "asyncio.create_task": _identity,
    "asyncio.ensure_future": _identity,
    "asyncio.wait_for": _identity,
    "asyncio.shield": _identity,
    "asyncio.to_thread": _run_function,
    "anyio.run": _run_function,
    "anyio.to_thread.run_sync": _run_function,
    "anyio.from_thread.run": _run_function,
    "starlette.concurrency.run_in_threadpool": _run_function,
    "fastapi.concurrency.run_in_threadpool": _run_function,
    "asgiref.sync.async_to_sync": _identity,
    "asgiref.sync.sync_to_async": _identity,
    "trio.run": _run_function,
    "trio.to_thread.run_sync": _run_function,
    "retry.api.retry_call": _run_function,
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": lambda m, args, node: _chain(
        m, Arguments(elements(m, args.positional[0])[0] if args.positional else ()), node
    ),
    "itertools.product": _product,
    "itertools.starmap": _starmap,
    "itertools.accumulate": _accumulate,
    "itertools.islice": _identity,
    "itertools.repeat": lambda m, args, _node: m.new_list(args.positional[:1], True, "generator"),
    "itertools.count": lambda m, _args, _node: m.new_list((), True),
    "itertools.cycle": _identity,
    "itertools.zip_longest": lambda m, args, node: builtin_models.FUNCTIONS["builtins.zip"](m, args, node),
    "importlib.import_module": _import_module,
    "builtins.__import__": _import_module,
    "fastapi.Depends": _depends,
    "fastapi.Security": _depends,
    "fastapi.params.Depends": _depends,
    "fast_depends.Depends": _depends,
    "faststream.Depends": _depends,
    "taskiq.TaskiqDepends": _depends,
    "dataclasses.replace": _replace,
    "attr.evolve": _replace,
    "attrs.evolve": _replace,
    "copy.replace": _replace,
    **dict.fromkeys(
        ("dataclasses.asdict", "attr.asdict", "attrs.asdict", "msgspec.structs.asdict", "cattrs.unstructure"),
        lambda m, args, _node: models.as_dict(m, args),
    ),
    **dict.fromkeys(
        ("msgspec.to_builtins", "fastapi.encoders.jsonable_encoder"),
        lambda m, args, _node: models.as_dict(m, args, by_alias=True),
    ),
    **dict.fromkeys(
        ("pydantic.alias_generators.to_camel", "pydantic.v1.utils.to_lower_camel", "pydantic.utils.to_lower_camel"),
        lambda _m, args, _node: _camel(args, pascal=False),
    ),
    "pydantic.alias_generators.to_pascal": lambda _m, args, _node: _camel(args, pascal=True),
    "collections.namedtuple": _named_tuple,
    "typing.NamedTuple": _named_tuple,
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
    "operator.attrgetter": _attr_getter,
    "operator.methodcaller": _method_caller,
    "operator.itemgetter": _item_getter,
    "inject.instance": _getter_call,
    "django.utils.functional.SimpleLazyObject": _run_function,
    "operator.getitem": lambda m, args, _node: (
        items.get_item(m, args.positional[0], args.positional[1])
        if len(args.positional) > 1
        else Unknown(Why("getitem()"))
    ),
    **{
        f"operator.{name}": _operation(sign)
        for name, sign in (("add", "+"), ("iadd", "+"), ("truediv", "/"), ("mod", "%"), ("or_", "|"), ("ior", "|"))
    },
    "operator.concat": lambda m, args, _node: text.join(items.to_text(m, value) for value in args.positional),
    **dict.fromkeys(classes.FIELD_MAKERS, _field),
}


def method(
    m: Machine, ref: Ref, record: InstanceRecord, name: str, args: Arguments, node: ir.Call | None
) -> tuple[Value] | None:
    """Return what a method of an instance of code that is not analysed gives, None when nothing is known of it."""
    from scopelint.link import calls

    cls = attributes.external_base(record.cls)
    qualified = "" if cls is None else cls.name
    if name in ("enter_context", "enter_async_context") and args.positional:
        from scopelint.link import contexts

        return (contexts.enter(m, args.positional[0]),)
    if regexes.is_known(qualified):
        return regexes.method(m, record, name, args)
    if qualified in split_urls.FIELDS:
        return split_urls.method(m, ref, record, name, args)
    if name == "register_task" and args.positional:
        made = args.positional[0]
        return (classes.instantiate(m, made, Arguments(), node) if type(made) is ClassValue else made,)
    if qualified == "string.Template" and name in ("substitute", "safe_substitute"):
        return (_substituted(m, record, args),)
    if qualified == "contextvars.ContextVar":
        return _context_variable(m, ref, record, name, args)
    if name in ("apply_async", "apply", "apply_sync") and args.positional and calls.is_function(m, args.positional[0]):
        given = args.positional[1] if len(args.positional) > 1 else dict(args.keywords).get("args")
        positional, more = elements(m, given) if given is not None else ((), False)
        named = args.positional[2] if len(args.positional) > 2 else dict(args.keywords).get("kwds")
        found_named = items.dict_items(m, named) if named is not None else None
        keywords = tuple((str(k), v) for k, v in found_named.items.items()) if found_named is not None else ()
        return (calls.call(m, args.positional[0], Arguments(positional, keywords, more), node),)
    if (
        name in ("map", "imap", "imap_unordered", "starmap")
        and args.positional
        and calls.is_function(m, args.positional[0])
    ):
        if name == "starmap":
            return (_starmap(m, args, node),)
        return (builtin_models.mapped(m, args, node),)
    if name in (
        "submit",
        "run_in_executor",
        "create_task",
        "apply",
        "apply_async",
        "call_soon",
        "run",
        "run_sync",
        "spawn",
        "start_soon",
        "add_task",
        "enqueue",
        "call",
        "__call__",
        "schedule",
        "run_until_complete",
    ):
        found = calls.hand_over(m, args, node)
        return (
            found
            if type(found) is not Unknown or not args.positional
            else args.positional[0]
            if name in ("create_task", "run_until_complete", "run") and type(args.positional[0]) is not FunctionValue
            else found,
        )
    if (
        qualified.startswith(("environs.", "environ."))
        and args.positional
        and (known := text.known(args.positional[0])) is not None
    ):
        prefixed = text.of(_env_prefix(record) + known)
        if name in ("str", "url", "__call__", "get", "get_value", "path", "uri"):
            return (environment.variable(prefixed, _get(args, 1, "default")),)
        if name == "prefixed":
            return (m.new(InstanceRecord(record.cls, {**record.attrs, "prefix": prefixed}, record.args)),)
    if (
        qualified in ("configparser.ConfigParser", "dynaconf.Dynaconf")
        and (found_variable := by_variable(m, args)) is not None
    ):
        return (found_variable,)
    if type(record.cls) is ClassValue:
        return models.method(m, ref, record, name, args)
    return None


def _substituted(m: Machine, record: InstanceRecord, args: Arguments) -> Value:
    """Return what a `string.Template` gives for its names."""
    template = items.to_text(m, record.args[0]) if record.args else Str()
    given = items.dict_items(m, args.positional[0]) if args.positional else None
    values: dict[object, Value] = {**({} if given is None else given.items), **dict(args.keywords)}

    def look_up(name: str) -> Value:
        value = values.get(name, MISSING)
        return Unknown(Why(f"the template's '{name}'", name, 0, name)) if isinstance(value, Missing) else m.pick(value)

    return text.fill_template(template, lambda name: items.to_text(m, look_up(name)))


def _context_variable(m: Machine, ref: Ref, record: InstanceRecord, name: str, args: Arguments) -> tuple[Value] | None:
    if name == "set" and args.positional:
        attributes.set_attribute(m, ref, "value", args.positional[0])
        return (Unknown(Why("a context variable's token")),)
    if name == "get":
        default = _get(args, 0, "default")
        if isinstance(default, Missing):
            default = record.attrs.get("default", MISSING)
        found = (
            attributes.get_attribute(m, ref, "value", None)
            if "value" in record.attrs or m.written.get((ref.id, "value"))
            else MISSING
        )
        m.reads.add(("attribute", ref.id, "value"))
        options = [value for value in (found, default) if not isinstance(value, Missing)]
        return (one_of(options) if options else Unknown(Why("a context variable that is set nowhere that is seen")),)
    return None


def _env_prefix(record: InstanceRecord) -> str:
    prefix = record.attrs.get("prefix")
    return text.known(prefix) or ""


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


__all__ = ["Bound", "ListRecord", "Str", "method"]
