"""Requests that are sent: method, URL and query as the arguments and the client give them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from scopelint.facts import ir
from scopelint.link import attributes, hierarchy, hooks, items, origins, rendering, source, text, urls
from scopelint.link.items import MISSING, Missing
from scopelint.link.sequences import elements
from scopelint.link.values import Arguments, ClassValue, External, Hole, InstanceRecord, Ref, Str, Tuple, Unknown, Why
from scopelint.model import QueryParameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scopelint.link.libraries import Client, Sender
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


BASE = "__base__"


QUERY = "__query__"


_FURTHER_QUERY = re.compile(r"(extra|additional)_query")  # as generated clients call what they add


UNSEEN = "?"
UNSEEN_BASE = Str((Hole(Why("the base is configured where it is not seen")),))
"""The base of a client whose row has `base = "?"`."""


def response(_name: str) -> Value:
    """Return what a request gives: an answer of the server."""
    return Unknown(Why("the server's answer", "", 0, "response", True))


def _is_platform_base(m: Machine, value: Value) -> bool:
    if type(value) is not Str or not value.parts:
        return False
    head = value.parts[0]
    return (
        origins.is_platform(m, origins.origin(m, urls.take_apart(value))) or getattr(head, "name", None) in m.variables
    )


def client_of(m: Machine, cls: Value) -> Client | None:
    """Return the client row of a class: its own, or that of the library class it derives from."""
    if type(cls) is External:
        return m.libraries.clients.get(cls.name)
    if type(cls) is ClassValue:
        for base in cls.mro:
            if type(base) is External and base.name in m.libraries.clients:
                return m.libraries.clients[base.name]
    return None


def by_signature(args: Arguments, signature: tuple[str, ...], name: str) -> Value | Missing:
    """Return the argument under a name or at its position in the signature, MISSING when it is not given."""
    for key, value in args.keywords:
        if key == name:
            return value
    if name in signature:
        index = signature.index(name)
        if index < len(args.positional):
            return args.positional[index]
    return MISSING


def make_request(m: Machine, cls: External, sender: Sender, args: Arguments, base: Value | None) -> Ref:
    """Return a request object that a call by the roles of `sender` describes, `base` before its URL."""
    return m.new(InstanceRecord(cls, request_attributes(sender, args, m.pick(base)), args.all()))


def request_attributes(sender: Sender, args: Arguments, base: Value) -> dict[str, Value]:
    """Return the attributes of a request that a constructor's arguments describe."""
    method, url, query = _roles(sender, args)
    if type(base) is Str and type(url) is Str:
        url = urls.join(base, url, "slash")
    attrs: dict[str, Value] = {"url": url, "method": method, "full_url": url}
    if not isinstance(query, Missing):
        attrs["params"] = query
    return attrs


def request_of(m: Machine, ref: Ref, sender: Sender, args: Arguments) -> Value:
    """Return the request that a call is given or, of a client's `build_request`, that its arguments describe."""
    if "request" in sender.signature:
        given = by_signature(args, sender.signature, "request")
        return Unknown(Why("a request")) if isinstance(given, Missing) else given
    record = m.record(ref)
    assert type(record) is InstanceRecord
    made = make_request(m, External("httpx.Request"), sender, args, _base_of(m, record))
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
        given = by_signature(args, sender.signature, sender.method)
        if isinstance(given, Missing) or given is None:
            method = (
                text.of(sender.default_method)
                if not (args.open_keywords or args.open_positional) or sender.signature[:1] != (sender.method,)
                else Unknown(Why("the method comes from arguments that are not known"))
            )
        else:
            method = given
    if method == text.of("GET") or (type(method) is Str and text.known(method) == "GET"):
        for name in sender.body:
            value = by_signature(args, sender.signature, name)
            if not isinstance(value, Missing) and value is not None and not _given(args, sender.method):
                method = text.of("POST")
    url = by_signature(args, sender.signature, sender.url)
    if isinstance(url, Missing) and sender.url != "url":
        url = by_signature(args, (), "url")
    query = by_signature(args, sender.signature, sender.query) if sender.query else MISSING
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
    request = by_signature(args, sender.signature, sender.request) if sender.request else MISSING
    sent = None if isinstance(request, Missing) else m.pick(request)
    inner = m.instance(sent)
    held = None if inner is None else held_by(m, inner)
    if inner is not None and held is not None:
        held = _asked_for_method(m, sent, inner, held[0]), held[1]
    if inner is not None and held is not None:
        method, url = held
        if QUERY in inner.attrs:
            queries.append(inner.attrs[QUERY])
        query: Value | Missing = inner.attrs.get("params", MISSING)
        for body in sender.body:
            data = by_signature(args, sender.signature, body)
            if not isinstance(data, Missing) and data is not None and text.known(method) == "GET":
                method = text.of("POST")
    else:
        method, url, query = _roles(sender, args)
        if sender.method.startswith("."):
            method = attrs.get(sender.method[1:], text.of(sender.default_method))
    if not isinstance(query, Missing):
        queries.append(query)
    url_text = (
        rendering.to_text(m, url) if type(url) is not Unknown else Str((Hole(_with_source(url.why, sender, node)),))
    )
    client = client_of(m, record.cls) if type(record) is InstanceRecord else None
    base = _base_of(m, record) if type(record) is InstanceRecord else None
    if client is not None and base is not None and inner is None:
        url_text = urls.join(rendering.to_text(m, m.pick(base)), url_text, client.row.join)
    if sender.base == UNSEEN:
        url_text = urls.join(UNSEEN_BASE, url_text, "slash")
    if sender.template:
        url_text = urls.expand(url_text, None if base is None else rendering.to_text(m, m.pick(base)))
        queries.append(Unknown(Why("parameters of a request object")))
    record_request(m, method, url_text, queries, node, name)
    hooks.answer(m, attrs, args, response(name))


def _base_of(m: Machine, record: InstanceRecord) -> Value | None:
    """Return the base that a client has been given: what was assigned later counts, else what its class says."""
    base = record.attrs.get("base_url", record.attrs.get(BASE))
    if base is None:
        inherited = hierarchy.class_attribute(m, record.cls, "base_url")
        return inherited if type(inherited) is Str else None
    return base


def held_by(m: Machine, request: InstanceRecord) -> tuple[Value, Value] | None:
    """Return method and URL that a request object holds, None for other objects."""
    base = hierarchy.external_base(request.cls)
    row = m.libraries.requests.get(base.name) if base is not None else None
    names = row.attributes if row is not None else {}
    found = []
    for role in ("method", "url"):
        value = request.attrs.get(names.get(role, role), request.attrs.get(role))
        if value is None:
            return None
        found.append(m.pick(value))
    return found[0], found[1]


def _asked_for_method(m: Machine, request: Value, record: InstanceRecord, method: Value) -> Value:
    """Return what urllib is told when it asks a request for its method, which its class or its maker may answer."""
    from scopelint.link import calls

    answer = record.attrs.get("get_method", attributes.find_method(m, request, "get_method"))
    return method if answer is None else calls.call(m, answer, Arguments(), None)


def request_method(m: Machine, ref: Ref, record: InstanceRecord, name: str) -> Value | Missing:
    """Return what a request object's own method gives, MISSING for objects and methods of other kinds."""
    held = held_by(m, record) if is_request(m, record) else None
    if held is None:
        return MISSING
    return {"prepare": ref, "get_method": held[0], "get_full_url": held[1]}.get(name, MISSING)


def is_request(m: Machine, record: InstanceRecord) -> bool:
    """Say whether an object is a request of a library."""
    base = hierarchy.external_base(record.cls)
    return base is not None and base.name in m.libraries.requests


def is_template(m: Machine, record: InstanceRecord) -> bool:
    """Say whether a request's URL is a template, whose query comes from what is set where that is not seen."""
    base = hierarchy.external_base(record.cls)
    return base is not None and bool(m.libraries.requests[base.name].attributes)


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
            return text.known(rendering.to_text(m, found[0]))
        return None
    return text.known(rendering.to_text(m, value))


def operation(m: Machine, name: str, args: Arguments, node: ir.Call | None, has_base: bool = False) -> bool:
    """Record a call into an SDK whose source is not at hand, where its name is an operation's; say whether it was."""
    found = m.operations(name)
    if found is None:
        return False
    operation_name, configured = found
    if not configured and not (has_base or any(carries_base(m, value) for value in args.all())):
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


def carries_base(m: Machine, value: Value) -> bool:
    """Say whether a value is the platform's base or an object that was given a base."""
    value = m.pick(value)
    if _is_platform_base(m, value):
        return True
    record = m.instance(value)
    return record is not None and BASE in record.attrs
