"""The HTTP libraries in action: clients that are made, requests that are built, and the calls that send."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from scopelint.facts import ir
from scopelint.link import (
    attributes,
    command_lines,
    containers,
    declared,
    hooks,
    items,
    metaclasses,
    providers,
    regexes,
    source,
    split_urls,
    text,
    urls,
)
from scopelint.link.bounds import MAX_INSTANCES
from scopelint.link.items import MISSING, Missing
from scopelint.link.libraries import VERBS
from scopelint.link.sequences import elements
from scopelint.link.values import (
    Arguments,
    Bound,
    ClassValue,
    DictRecord,
    External,
    FunctionValue,
    Hole,
    InstanceRecord,
    Ref,
    Str,
    Super,
    Tuple,
    Unknown,
    Why,
)
from scopelint.model import QueryParameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scopelint.link.libraries import Client, Sender
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

BASE = "__base__"
QUERY = "__query__"
_BASE_ATTRIBUTES = ("base_url", "_base_url", "url_base")
_FURTHER_QUERY = re.compile(r"(extra|additional)_query")  # as generated clients call what they add
_CLIENT_NAME = re.compile(r"session|client|http|conn|api|requests|sdk|gateway|transport", re.IGNORECASE)
_HTTP_KEYWORDS = frozenset(
    {"params", "json", "headers", "timeout", "auth", "follow_redirects", "allow_redirects", "files", "verify"}
)
_NOT_HTTP = re.compile(
    r"cache|redis|dict|store|config|settings|environ|registry|mock|router|app$|params|headers|cookies|data|payload",
    re.IGNORECASE,
)


def call(m: Machine, name: str, args: Arguments, node: ir.Call | None) -> tuple[Value] | None:
    """Call a function or class of an HTTP library by its qualified name; None when it is none."""
    libraries = m.libraries
    sender = libraries.calls.get(name)
    if sender is not None:
        send(m, sender, args, node, name, None)
        return (response(name),)
    client = libraries.clients.get(name)
    if client is not None:
        ref = m.new(InstanceRecord(External(client.row.classes[0]), {}, ()))  # a row's classes behave alike
        construct(m, ref, args)
        _observe(m, client.row.classes[0], ref)
        return (ref,)
    request = libraries.requests.get(name)
    if request is not None:
        return (_make_request(m, External(name), request, args, None),)
    if name in declared.UPLINK_VERBS:
        path = args.positional[0] if args.positional else dict(args.keywords).get("uri", Str())
        return (m.new(InstanceRecord(External(name), {"path": path}, args.all())),)
    if declared.sends(name):
        declared.call(m, name, args, node)
        return (response(name),)
    return None


def _observe(m: Machine, name: str, ref: Ref) -> None:
    """Remember a client, for code that receives one of its class from where it cannot be seen."""
    from scopelint.link import classes

    seen = m.clients.setdefault(name, {})
    key = classes.freeze(m, ref, 0, {})
    if key not in seen and len(seen) < MAX_INSTANCES:
        kept = m.persist(ref)
        assert type(kept) is Ref
        seen[key] = kept
        m.touch(("clients", name))


def send_declared(m: Machine, function: FunctionValue, receiver: Value, node: ir.Call | None) -> Value:
    """Record the request of a method whose decorator declares it, on its receiver's base."""
    assert function.declared is not None
    method, path = function.declared
    record = m.instance(receiver)
    base = record.attrs.get("base_url", record.attrs.get(BASE)) if record is not None else None
    url = path if base is None else urls.join(items.to_text(m, m.pick(base)), path, "urljoin")
    record_request(
        m, text.of(method), url, [Unknown(Why("arguments of a declared request"))], node, f"uplink.{method.lower()}"
    )
    return response(method)


def response(_name: str) -> Value:
    """Return what a request gives: an answer of the server."""
    return Unknown(Why("the server's answer", "", 0, "response", True))


def instance_record(m: Machine, cls: External, args: Arguments) -> InstanceRecord:
    """Return the record of an instance of a class that is not analysed."""
    attrs = dict(args.keywords)
    if cls.name == "threading.Thread" or cls.name.endswith((".Thread", ".Process", ".Timer")):
        attrs = {}
    if cls.name.startswith("attr") and args.positional:
        attrs["factory"] = args.positional[0]
    if cls.name == "contextlib.closing" and args.positional:
        attrs["thing"] = args.positional[0]
    for value in args.all():
        if _carries_base(m, value):
            attrs[BASE] = value
    return InstanceRecord(cls, attrs, args.all())


def _is_platform_base(m: Machine, value: Value) -> bool:
    if type(value) is not Str or not value.parts:
        return False
    head = value.parts[0]
    return m.is_platform(m.origin(urls.take_apart(value))) or getattr(head, "name", None) in m.variables


def client_of(m: Machine, cls: Value) -> Client | None:
    """Return the client row of a class: its own, or that of the library class it derives from."""
    if type(cls) is External:
        return m.libraries.clients.get(cls.name)
    if type(cls) is ClassValue:
        for base in cls.mro:
            if type(base) is External and base.name in m.libraries.clients:
                return m.libraries.clients[base.name]
    return None


def construct(m: Machine, ref: Ref, args: Arguments) -> None:
    """Set what a client's constructor takes from its arguments: its base, its default query."""
    record = m.record(ref)
    assert type(record) is InstanceRecord
    if type(record.cls) is ClassValue and containers.fill(m, ref, args):
        return
    client = client_of(m, record.cls)
    base = attributes.external_base(record.cls)
    if base is not None and base.name in m.libraries.objects:
        signature = m.libraries.objects[base.name]
        given = {**dict(zip(signature, args.positional, strict=False)), **dict(args.keywords)}
        m.put(ref, InstanceRecord(record.cls, {**record.attrs, **given}, record.args or args.all()))
        return
    if client is None:
        request = m.libraries.requests.get(base.name) if base is not None else None
        made = dict(args.keywords) if request is None else _request_attributes(request, args, None)
        m.put(ref, InstanceRecord(record.cls, {**record.attrs, **made}, record.args or args.all()))
        return
    row = client.row
    attrs = {**record.attrs, **hooks.given(args)}
    address = _argument(args, row.signature, row.base) if row.base else MISSING
    if row.host:
        host = _argument(args, row.signature, row.host)
        if not isinstance(host, Missing):
            port = _argument(args, row.signature, "port")
            shown = items.to_text(m, host)
            if not isinstance(port, Missing) and type(port) is int and port not in (80, 443):
                shown = text.join((shown, text.of(f":{port}")))
            address = shown if urls.is_absolute(shown) else text.join((text.of(f"{row.scheme}://"), shown))
    if not isinstance(address, Missing) and address is not None:
        attrs[BASE] = items.to_text(m, address)
    elif args.open_keywords and row.base:
        attrs[BASE] = Str((Hole(Why("the client's base comes from arguments that are not known")),))
    if row.default_query:
        query = _argument(args, (), row.default_query)
        if not isinstance(query, Missing) and query is not None:
            attrs[QUERY] = query
    m.put(ref, InstanceRecord(record.cls, attrs, record.args))


def _argument(args: Arguments, signature: tuple[str, ...], name: str) -> Value | Missing:
    for key, value in args.keywords:
        if key == name:
            return value
    if name in signature:
        index = signature.index(name)
        if index < len(args.positional):
            return args.positional[index]
    return MISSING


def attribute(m: Machine, ref: Ref, record: InstanceRecord, name: str) -> Value:
    """Return an attribute of an instance of a library class that was not set."""
    from scopelint.link.values import Method

    client = client_of(m, record.cls)
    if client is not None:
        if name in _BASE_ATTRIBUTES:
            return record.attrs.get(BASE, Str())
        if name in hooks.NAMES:
            return hooks.attribute(m, ref, record, name)
        if name == "params":
            made = m.new(DictRecord({}))
            fresh = m.record(ref)
            assert type(fresh) is InstanceRecord
            m.put(ref, InstanceRecord(fresh.cls, {**fresh.attrs, name: made}, fresh.args))
            return made
    if command_lines.is_context(record) and (held := command_lines.attribute(m, ref, name)) is not None:
        return held
    base = attributes.external_base(record.cls)
    if base is not None and name.upper() == name and base.name.startswith("pycurl"):
        return External(f"pycurl.{name}")
    if base is not None and (
        regexes.is_known(base.name) or (base.name in split_urls.FIELDS and name in ("_replace", "geturl"))
    ):
        return Method(ref, name)
    if client is None and base is not None and base.name in (*split_urls.FIELDS, "argparse.Namespace"):
        return Unknown(Why(f"attribute '{name}'", "", 0, name))
    if name in m.variables or (name.upper() in m.variables and not name[:1].isupper()):
        from scopelint.link.values import Env

        return Str((Env(name.upper()),))
    if client is None or name not in client.methods:
        m.mention(name)
    if client is None and type(record.cls) is External and f"{record.cls.name}.{name}" in m.operation_prefixes:
        kept = {BASE: record.attrs[BASE]} if BASE in record.attrs else {}
        return m.new(InstanceRecord(External(f"{record.cls.name}.{name}"), kept, ()))
    if client is None and BASE in record.attrs and not isinstance(record.cls, ClassValue):
        return m.new(InstanceRecord(External(f"{record.cls.name}.{name}"), {BASE: record.attrs[BASE]}, ()))
    return Method(ref, name)


def call_method(
    m: Machine, ref: Ref, record: InstanceRecord, name: str, args: Arguments, node: ir.Call | None, inside: bool = False
) -> tuple[Value] | None:
    """Call a method of a library client, None when it has no such method.

    `inside`: the call comes from the class's own override, through `super()`.
    """
    if declared.is_handle(record):
        return (declared.method(m, ref, record, name, args, node),)
    client = client_of(m, record.cls)
    if client is None:
        if name == "prepare" and _is_request(m, record):
            return (ref,)
        found = declared.object_method(record, name)
        if found is None and operation(m, f"{_class_name(record.cls)}.{name}", args, node, BASE in record.attrs):
            return (Unknown(Why(f"the answer of {name}()")),)
        return found
    sender = client.methods.get(name)
    if sender is None:
        return (ref,) if name in ("__enter__", "__aenter__") else None
    via = client.row.via
    if via and name != via and not inside and type(record.cls) is ClassValue and sender.method.isupper():
        override = attributes.class_attribute(m, record.cls, via)
        if isinstance(override, FunctionValue):
            from scopelint.link import calls

            method = text.of(sender.method)
            return (
                calls.call(
                    m,
                    Bound(override, ref),
                    Arguments((method, *args.positional), args.keywords, args.open_positional, args.open_keywords),
                    node,
                ),
            )
    if sender.returns == "request":
        return (_request_of(m, ref, sender, args),)
    send(m, sender, args, node, f"{client.name}.{name}", ref)
    return (response(name),)


def _class_name(cls: Value) -> str:
    return cls.name if type(cls) in (External, ClassValue) else ""  # type: ignore[union-attr]  # both have it


def call_super(m: Machine, receiver: Super, name: str, args: Arguments, node: ir.Call | None) -> Value:
    """Call a method of the library class that a class derives from: `super().request(...)`."""
    target = receiver.receiver
    record = m.instance(target)
    if record is None or type(target) is not Ref:
        from scopelint.link import classes

        if type(target) is ClassValue and name in classes.ALTERNATIVE_CONSTRUCTORS:
            return classes.made_by(m, target, name, args)
        if name == "__new__" and args.positional and type(args.positional[0]) is ClassValue:
            made = metaclasses.made(m, args)
            if made is not None:
                return made
            return containers.made(m, args)
        return Unknown(Why(f"super().{name}()"))
    if name == "__init__":
        from scopelint.link import classes

        if type(record.cls) is ClassValue and classes.kind_of(record.cls) in ("fields", "settings"):
            classes.fill_fields(m, record.cls, target, args, classes.kind_of(record.cls))
        else:
            construct(m, target, args)
        return None
    if name == "__setattr__":
        known = text.known(args.positional[0]) if len(args.positional) == 2 else None
        if known is not None:
            m.put(target, InstanceRecord(record.cls, {**record.attrs, known: args.positional[1]}, record.args))
        return None
    if name in ("__enter__", "__aenter__"):
        return target
    if name in ("__getattribute__", "__getattr__") and args.positional:
        known = text.known(args.positional[0])
        return record.attrs.get(known, Unknown(Why(f"attribute '{known}'"))) if known else Unknown(Why("an attribute"))
    found = call_method(m, target, record, name, args, node, inside=True)
    if found is not None:
        return found[0]
    from scopelint.link import calls, models

    inherited = containers.method(m, target, name, args, node)
    if inherited is not None:
        return m.pick(inherited[0])
    given = models.method(m, target, record, name, args)
    if given is not None:
        return given[0]
    calls.hand_over(m, args, node)
    return Unknown(Why(f"the result of super().{name}()"))


def call_instance(m: Machine, ref: Ref, record: InstanceRecord, args: Arguments, node: ir.Call | None) -> Value:
    """Call an instance of a class that is not analysed, as if it were a function."""
    from scopelint.link import calls, settings_models, stdlib_methods

    cls = attributes.external_base(record.cls)
    name = "" if cls is None else cls.name
    first = args.positional[0] if args.positional else None
    if name in m.operation_prefixes:
        if operation(m, name, args, node, True):
            return Unknown(Why(f"the answer of {name}()"))
        return ref  # a step on the way to a named operation
    if BASE in record.attrs:
        if operation(m, name, args, node, True):
            return Unknown(Why(f"the answer of {name}()"))
        if name.rpartition(".")[2].startswith(("with", "copy", "clone", "evolve", "set_", "configure")):
            return m.new(InstanceRecord(External(name), {BASE: record.attrs[BASE]}, ()))  # the same client, changed
    if providers.is_provider(record):
        made = providers.call(m, record, args, node)
        if made is not None:
            return m.pick(made)
    if name == "operator.attrgetter":
        gotten = [_attribute_path(m, first, text.known(path) or "") for path in record.args]
        return gotten[0] if len(gotten) == 1 else Tuple(tuple(gotten))
    if name == "operator.itemgetter" and record.args:
        found_items = [items.get_item(m, first, key) for key in record.args]
        return found_items[0] if len(found_items) == 1 else Tuple(tuple(found_items))
    if name == "operator.methodcaller":
        method_name = text.known(record.attrs.get("name"))
        method = attributes.get_attribute(m, first, method_name or "", None)
        rest = record.attrs.get("args")
        keywords = m.record(record.attrs["kwargs"]) if type(record.attrs.get("kwargs")) is Ref else DictRecord({})  # type: ignore[arg-type]  # a Ref: tested
        named = tuple((str(k), v) for k, v in keywords.items.items()) if type(keywords) is DictRecord else ()
        return calls.call(m, method, Arguments(rest.items if type(rest) is Tuple else (), named), node)
    if name == "functools.wraps" and first is not None:
        return first
    model = stdlib_methods.method(m, ref, record, "__call__", args, node)
    if model is not None and type(model[0]) is not Unknown:
        return m.pick(model[0])
    found_variable = settings_models.by_variable(m, args)
    if found_variable is not None:
        return found_variable
    if len(args.positional) == 1 and calls.is_function(m, first) and not args.keywords:
        return first
    calls.hand_over(m, args, node)
    return Unknown(Why(f"the result of calling an instance of {name}"))


def _attribute_path(m: Machine, value: Value, path: str) -> Value:
    for name in path.split("."):
        value = attributes.get_attribute(m, m.pick(value), name, None)
    return value


def sends(m: Machine, receiver: Ref, name: str) -> bool:
    """Say whether a method of an instance is a library client's that sends."""
    record = m.instance(receiver)
    client = client_of(m, record.cls) if record is not None else None
    return client is not None and name in client.methods


# --- requests --------------------------------------------------------------------------------------------------------


def _make_request(m: Machine, cls: External, sender: Sender, args: Arguments, base: Value | None) -> Ref:
    return m.new(InstanceRecord(cls, _request_attributes(sender, args, m.pick(base)), args.all()))


def _request_attributes(sender: Sender, args: Arguments, base: Value) -> dict[str, Value]:
    """Return the attributes of a request that a constructor's arguments describe."""
    method, url, query = _roles(sender, args)
    if type(base) is Str and type(url) is Str:
        url = urls.join(base, url, "slash")
    attrs: dict[str, Value] = {"url": url, "method": method, "full_url": url}
    if not isinstance(query, Missing):
        attrs["params"] = query
    return attrs


def _request_of(m: Machine, ref: Ref, sender: Sender, args: Arguments) -> Value:
    if "request" in sender.signature:
        given = _argument(args, sender.signature, "request")
        return Unknown(Why("a request")) if isinstance(given, Missing) else given
    record = m.record(ref)
    assert type(record) is InstanceRecord
    made = _make_request(m, External("httpx.Request"), sender, args, _base_of(m, record))
    if QUERY in record.attrs:
        inner = m.record(made)
        assert type(inner) is InstanceRecord
        m.put(made, InstanceRecord(inner.cls, {QUERY: record.attrs[QUERY], **inner.attrs}, inner.args))
    return made


def _roles(sender: Sender, args: Arguments) -> tuple[Value, Value, Value | Missing]:
    """Return method, URL and query of a call by the sender's roles."""
    if sender.method.isupper() or not sender.method:
        method: Value = text.of(sender.method or "GET")
    else:
        given = _argument(args, sender.signature, sender.method)
        if isinstance(given, Missing) or given is None:
            method = (
                text.of("GET")
                if not (args.open_keywords or args.open_positional) or sender.signature[:1] != (sender.method,)
                else Unknown(Why("the method comes from arguments that are not known"))
            )
        else:
            method = given
    if method == text.of("GET") or (type(method) is Str and text.known(method) == "GET"):
        for name in sender.body:
            value = _argument(args, sender.signature, name)
            if not isinstance(value, Missing) and value is not None and not _given(args, sender.method):
                method = text.of("POST")
    url = _argument(args, sender.signature, sender.url)
    if isinstance(url, Missing) and sender.url != "url":
        url = _argument(args, (), "url")
    query = _argument(args, sender.signature, sender.query) if sender.query else MISSING
    if isinstance(query, Missing) and sender.query and args.open_keywords:
        query = Unknown(Why("the query comes from arguments that are not known"))
    if sender.query_methods and not isinstance(query, Missing):
        known = text.known(method)
        if known is not None and known.upper() not in sender.query_methods:
            query = MISSING
    found: Value = Unknown(Why("the URL comes from arguments that are not known")) if isinstance(url, Missing) else url
    return method, found, query


def _given(args: Arguments, name: str) -> bool:
    return any(key == name for key, _ in args.keywords)


def send(m: Machine, sender: Sender, args: Arguments, node: ir.Call | None, name: str, ref: Ref | None) -> None:
    """Record the request that a call sends."""
    record = m.record(ref) if ref is not None else None
    attrs = record.attrs if type(record) is InstanceRecord else {}
    queries: list[Value] = []
    if QUERY in attrs:
        queries.append(attrs[QUERY])
    if "params" in attrs:
        queries.append(attrs["params"])
    request = _argument(args, sender.signature, sender.request) if sender.request else MISSING
    sent = None if isinstance(request, Missing) else m.pick(request)
    inner = m.instance(sent)
    held = None if inner is None else _held(m, inner)
    overridden = None if held is None else attributes.find_method(m, sent, "get_method")
    if held is not None and overridden is not None:  # urllib asks a request for its method
        from scopelint.link import calls

        held = calls.call(m, overridden, Arguments(), None), held[1]
    if inner is not None and held is not None:
        method, url = held
        if QUERY in inner.attrs:
            queries.append(inner.attrs[QUERY])
        query: Value | Missing = inner.attrs.get("params", MISSING)
        for body in sender.body:
            data = _argument(args, sender.signature, body)
            if not isinstance(data, Missing) and data is not None and text.known(method) == "GET":
                method = text.of("POST")
    else:
        method, url, query = _roles(sender, args)
    if not isinstance(query, Missing):
        queries.append(query)
    url_text = items.to_text(m, url) if type(url) is not Unknown else Str((Hole(_with_source(url.why, sender, node)),))
    client = client_of(m, record.cls) if type(record) is InstanceRecord else None
    base = _base_of(m, record) if type(record) is InstanceRecord else None
    if client is not None and base is not None and inner is None:
        url_text = urls.join(items.to_text(m, m.pick(base)), url_text, client.row.join)
    if sender.template:
        url_text = urls.expand(url_text, None if base is None else items.to_text(m, m.pick(base)))
        queries.append(Unknown(Why("parameters of a request object")))
    record_request(m, method, url_text, queries, node, name)
    hooks.answer(m, attrs, args, response(name))


def _base_of(m: Machine, record: InstanceRecord) -> Value | None:
    """Return the base that a client has been given: what was assigned later counts, else what its class says."""
    base = record.attrs.get("base_url", record.attrs.get(BASE))
    if base is None:
        inherited = attributes.class_attribute(m, record.cls, "base_url")
        return inherited if type(inherited) is Str else None
    return base


def _held(m: Machine, request: InstanceRecord) -> tuple[Value, Value] | None:
    """Return method and URL that a request object holds, None for other objects."""
    base = attributes.external_base(request.cls)
    row = m.libraries.requests.get(base.name) if base is not None else None
    names = row.attributes if row is not None else {}
    found = []
    for role in ("method", "url"):
        value = request.attrs.get(names.get(role, role), request.attrs.get(role))
        if value is None:
            return None
        found.append(m.pick(value))
    return found[0], found[1]


def _is_request(m: Machine, record: InstanceRecord) -> bool:
    base = attributes.external_base(record.cls)
    return base is not None and base.name in m.libraries.requests


def _with_source(why: Why, sender: Sender, node: ir.Call | None) -> Why:
    if why.expression or node is None:
        return why
    for arg in node.args:
        if arg.name == sender.url:
            return msgspec.structs.replace(why, expression=source.of(arg.value))
    if sender.url in sender.signature and sender.signature.index(sender.url) < len(node.args):
        return msgspec.structs.replace(why, expression=source.of(node.args[sender.signature.index(sender.url)].value))
    return why


def record_request(
    m: Machine, method: Value, url: Str, queries: list[Value], node: ir.Call | None, name: str, doubtful: str = ""
) -> None:
    """Take a request apart and hand it to the recorder."""
    parameters: list[QueryParameter] = []
    is_open = False
    for query in queries:
        found, more = query_parameters(m, query)
        parameters.extend(found)
        is_open = is_open or more
    m.recorder.record(m, method, url, parameters, is_open, node, name, doubtful)


def query_parameters(m: Machine, query: Value) -> tuple[list[QueryParameter], bool]:
    """Return the parameters of a query given as a dict, pairs or text, and whether there may be others."""
    query = m.pick(query)
    if query is None:
        return [], False
    if type(query) is Str:
        found, more = urls.parse_query(query)
        return list(found), more
    record = items.dict_items(m, query)
    if record is None:
        instance = m.instance(query)
        if instance is not None and type(instance.cls) is ClassValue:
            return [QueryParameter(name, _shown(m, value)) for name, value in instance.attrs.items()], False
        return [], True
    result: list[QueryParameter] = []
    for key, value in record.items.items():
        name = str(key) if isinstance(key, str) else None
        value = m.pick(value)
        if name is None:
            return result, True
        if value is None:
            continue
        result.append(QueryParameter(name, _shown(m, value)))
    return result, record.more


def _shown(m: Machine, value: Value) -> str | None:
    value = m.pick(value)
    if type(value) in (Tuple, Ref):
        found, more = elements(m, value)
        if len(found) == 1 and not more:
            return text.known(items.to_text(m, found[0]))
        return None
    return text.known(items.to_text(m, value))


def unknown_receiver(m: Machine, func: ir.Attr, args: Arguments, node: ir.Call) -> Value | None:
    """Record a request on a receiver that is not known but is used as an HTTP client; None when it is not.

    The text must itself say that it is the platform's, or look like one of its paths, and the receiver or the other
    arguments must say that this is HTTP: `cache.get("/v3/patients")` is none.
    """
    verb = func.name.lower()
    if verb.startswith(("send", "execute", "perform", "fetch")):
        for value in args.positional[:1]:
            inner = m.instance(value)
            held = _held(m, inner) if inner is not None and _is_request(m, inner) else None
            if inner is not None and held is not None:
                target = urls.expand(items.to_text(m, held[1]), None)
                queries: list[Value] = (
                    [inner.attrs["params"]]
                    if "params" in inner.attrs
                    else [Unknown(Why("parameters of a request object"))]
                )
                record_request(
                    m,
                    held[0],
                    target,
                    queries,
                    node,
                    f"?.{func.name}",
                    f"'{source.of(func.value)}' is taken for an HTTP client",
                )
                return response(func.name)
    if verb not in (*VERBS, "request", "stream"):
        return None
    if not (_looks_like_client(func.value) or any(key in _HTTP_KEYWORDS for key, _ in args.keywords)):
        return None
    if _NOT_HTTP.search(_last_name(func.value)):
        return None
    if verb in VERBS:
        method: Value = text.of(verb.upper())
        url = _argument(args, ("url",), "url")
    else:
        given = _argument(args, ("method", "url"), "method")
        method = Unknown(Why("the method is not given")) if isinstance(given, Missing) else given
        url = _argument(args, ("method", "url"), "url")
    if type(url) is not Str or not _may_be_client(m, func.value):
        return None
    taken = urls.take_apart(url)
    if not (
        m.is_platform(m.origin(taken))
        or (taken.path is not None and re.search(r"/v\d+/", taken.path))
        or urls.is_absolute(url)
    ):
        return None
    queries = [value for key, value in args.keywords if key == "params"]
    record_request(
        m, method, url, queries, node, f"?.{func.name}", f"'{source.of(func.value)}' is taken for an HTTP client"
    )
    return response(func.name)


def _may_be_client(m: Machine, node: ir.Expr) -> bool:
    """Say whether nothing speaks against a receiver: what a test gives its own code is no client of the platform."""
    from scopelint.discover.languages import is_test
    from scopelint.link.expressions import evaluate

    value = evaluate(m, node) if type(node) in (ir.Name, ir.Attr) else None
    if type(value) is Unknown and "test" in value.why.text:
        return False
    return not (is_test(m.frame.module.path) and type(value) is Unknown and value.why.parameter)


def _last_name(node: ir.Expr) -> str:
    if type(node) is ir.Name:
        return node.id
    if type(node) is ir.Attr:
        return node.name
    if type(node) is ir.Call:
        return _last_name(node.func)
    if type(node) is ir.Await:
        return _last_name(node.value)
    return ""


def _looks_like_client(node: ir.Expr) -> bool:
    return bool(_CLIENT_NAME.search(_last_name(node)))


def operation(m: Machine, name: str, args: Arguments, node: ir.Call | None, has_base: bool = False) -> bool:
    """Record a call into an SDK whose source is not at hand, where its name is an operation's; say whether it was."""
    found = m.operations(name)
    if found is None:
        return False
    operation_name, configured = found
    if not configured and not (has_base or any(_carries_base(m, value) for value in args.all())):
        return False
    parameters = [QueryParameter(_camel(key), _shown(m, value)) for key, value in args.keywords]
    is_open = args.open_keywords
    for query in _further_queries(m, args.keywords):
        found_here, more = query_parameters(m, query)
        parameters.extend(found_here)
        is_open = is_open or more
    m.recorder.record_operation(m, operation_name, parameters, is_open, node, name, configured)
    return True


def _further_queries(m: Machine, keywords: Iterable[tuple[object, Value]], is_inside: bool = False) -> Iterator[Value]:
    """Yield what is given as a query besides an operation's own parameters, as such or inside of its options."""
    for key, value in keywords:
        if isinstance(key, str) and _FURTHER_QUERY.match(key):
            yield value
        elif not is_inside and (options := items.dict_items(m, m.pick(value))) is not None:
            yield from _further_queries(m, options.items.items(), is_inside=True)


def _camel(name: str) -> str:
    """Return an argument's name as the API spells its parameters: page_size is pageSize."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def _carries_base(m: Machine, value: Value) -> bool:
    value = m.pick(value)
    if _is_platform_base(m, value):
        return True
    record = m.instance(value)
    return record is not None and BASE in record.attrs
