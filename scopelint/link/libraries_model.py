"""The HTTP libraries in action: clients that are made, their attributes and methods, and which of these send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import (
    app_config,
    attributes,
    command_lines,
    containers,
    declarations,
    declared,
    deposits,
    exceptions,
    frameworks,
    hierarchy,
    hooks,
    items,
    metaclasses,
    persistence,
    providers,
    proxies,
    regexes,
    rendering,
    sending,
    split_urls,
    text,
    urls,
)
from scopelint.link.bounds import MAX_INSTANCES
from scopelint.link.items import MISSING, Missing
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

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_NO_ARGUMENTS = Arguments()
_BASE_ATTRIBUTES = ("base_url", "_base_url", "url_base")


def call(m: Machine, name: str, args: Arguments, node: ir.Call | None) -> tuple[Value] | None:
    """Call a function or class of an HTTP library by its qualified name; None when it is none."""
    libraries = m.libraries
    sender = libraries.calls.get(name)
    if sender is not None:
        sending.send(m, sender, args, node, name, None)
        return (sending.response(name),)
    made = frameworks.load().makers.get(name)
    if made is not None:
        name, args = made, _NO_ARGUMENTS
    client = libraries.clients.get(name)
    if client is not None:
        ref = m.new(InstanceRecord(External(client.row.classes[0]), {}, ()))  # a row's classes behave alike
        construct(m, ref, args)
        _observe(m, client.row.classes[0], ref)
        return (ref,)
    request = libraries.requests.get(name)
    if request is not None:
        return (sending.make_request(m, External(name), request, args, None),)
    if name in declared.UPLINK_VERBS:
        path = args.positional[0] if args.positional else dict(args.keywords).get("uri", Str())
        return (m.new(InstanceRecord(External(name), {"path": path}, args.all())),)
    if name in frameworks.load().sources:
        return (declarations.send_sources(m, args, node, name),)
    if declared.sends(name):
        declared.call(m, name, args, node)
        return (sending.response(name),)
    return None


def _observe(m: Machine, name: str, ref: Ref) -> None:
    """Remember a client, for code that receives one of its class from where it cannot be seen."""
    from scopelint.link import classes

    seen = m.clients.setdefault(name, {})
    key = classes.freeze(m, ref, 0, {})
    if key not in seen and len(seen) < MAX_INSTANCES:
        kept = persistence.persist(m, ref)
        assert type(kept) is Ref
        seen[key] = kept
        m.touch(("clients", name))


def send_declared(m: Machine, function: FunctionValue, receiver: Value, node: ir.Call | None) -> Value:
    """Record the request of a method whose decorator declares it, on its receiver's base."""
    assert function.declared is not None
    method, path = function.declared
    record = m.instance(receiver)
    base = record.attrs.get("base_url", record.attrs.get(sending.BASE)) if record is not None else None
    url = path if base is None else urls.join(rendering.to_text(m, m.pick(base)), path, "urljoin")
    sending.record_request(
        m, text.of(method), url, [Unknown(Why("arguments of a declared request"))], node, f"uplink.{method.lower()}"
    )
    return sending.response(method)


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
        if sending.carries_base(m, value):
            attrs[sending.BASE] = value
    return InstanceRecord(cls, attrs, args.all())


def construct(m: Machine, ref: Ref, args: Arguments) -> None:
    """Set what a client's constructor takes from its arguments: its base, its default query."""
    record = m.record(ref)
    assert type(record) is InstanceRecord
    if type(record.cls) is ClassValue and containers.fill(m, ref, args):
        return
    client = sending.client_of(m, record.cls)
    base = hierarchy.external_base(record.cls)
    if base is not None and base.name in m.libraries.objects:
        signature = m.libraries.objects[base.name]
        given = {**dict(zip(signature, args.positional, strict=False)), **dict(args.keywords)}
        m.put(ref, InstanceRecord(record.cls, {**record.attrs, **given}, record.args or args.all()))
        return
    if client is None:
        request = m.libraries.requests.get(base.name) if base is not None else None
        made = dict(args.keywords) if request is None else sending.request_attributes(request, args, None)
        m.put(ref, InstanceRecord(record.cls, {**record.attrs, **made}, record.args or args.all()))
        return
    row = client.row
    attrs = {**record.attrs, **hooks.given(args)}
    for kept in row.keeps:
        value = sending.by_signature(args, row.signature, kept)
        if not isinstance(value, Missing):
            attrs[kept] = value
    address = sending.by_signature(args, row.signature, row.base) if row.base else MISSING
    if row.host:
        host = sending.by_signature(args, row.signature, row.host)
        if not isinstance(host, Missing):
            port = sending.by_signature(args, row.signature, "port")
            shown = rendering.to_text(m, host)
            if not isinstance(port, Missing) and type(port) is int and port not in (80, 443):
                shown = text.join((shown, text.of(f":{port}")))
            address = shown if urls.is_absolute(shown) else text.join((text.of(f"{row.scheme}://"), shown))
    if not isinstance(address, Missing) and address is not None:
        attrs[sending.BASE] = rendering.to_text(m, address)
    elif row.base == sending.UNSEEN:
        attrs[sending.BASE] = sending.UNSEEN_BASE
    elif args.open_keywords and row.base:
        attrs[sending.BASE] = Str((Hole(Why("the client's base comes from arguments that are not known")),))
    if row.default_query:
        query = sending.by_signature(args, (), row.default_query)
        if not isinstance(query, Missing) and query is not None:
            attrs[sending.QUERY] = query
    m.put(ref, InstanceRecord(record.cls, attrs, record.args))


def attribute(m: Machine, ref: Ref, record: InstanceRecord, name: str) -> Value:
    """Return an attribute of an instance of a library class that was not set."""
    from scopelint.link.values import Method

    client = sending.client_of(m, record.cls)
    proxied = proxies.target(m, record)
    if proxied is not None:
        return attributes.get_attribute(m, proxied, name, None)
    left = deposits.find(m, ref, name)
    if left is None:
        left = proxies.carried(m, ref, record, name)
    if left is not None:
        return left
    if client is not None:
        if name in _BASE_ATTRIBUTES:
            return record.attrs.get(sending.BASE, Str())
        if name in hooks.NAMES:
            return hooks.attribute(m, ref, record, name)
        if name == "params":
            made = m.new(DictRecord({}))
            fresh = m.record(ref)
            assert type(fresh) is InstanceRecord
            m.put(ref, InstanceRecord(fresh.cls, {**fresh.attrs, name: made}, fresh.args))
            return made
    if name == "config" and (config := app_config.of_app(m, record)) is not None:
        return config
    if command_lines.is_context(record) and (held := command_lines.attribute(m, ref, name)) is not None:
        return held
    if name == "args" and exceptions.is_exception(record):
        return Tuple(record.args)
    base = hierarchy.external_base(record.cls)
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
        kept = {sending.BASE: record.attrs[sending.BASE]} if sending.BASE in record.attrs else {}
        return m.new(InstanceRecord(External(f"{record.cls.name}.{name}"), kept, ()))
    if client is None and sending.BASE in record.attrs and not isinstance(record.cls, ClassValue):
        return m.new(
            InstanceRecord(External(f"{record.cls.name}.{name}"), {sending.BASE: record.attrs[sending.BASE]}, ())
        )
    return Method(ref, name)


def call_method(
    m: Machine, ref: Ref, record: InstanceRecord, name: str, args: Arguments, node: ir.Call | None, inside: bool = False
) -> tuple[Value] | None:
    """Call a method of a library client, None when it has no such method.

    `inside`: the call comes from the class's own override, through `super()`.
    """
    if declared.is_handle(record):
        return (declared.method(m, ref, record, name, args, node),)
    client = sending.client_of(m, record.cls)
    if client is None:
        answer = sending.request_method(m, ref, record, name)
        if not isinstance(answer, Missing):
            return (answer,)
        found = declared.object_method(record, name)
        if found is None and sending.operation(
            m, f"{_class_name(record.cls)}.{name}", args, node, sending.BASE in record.attrs
        ):
            return (Unknown(Why(f"the answer of {name}()")),)
        return found
    sender = client.methods.get(name)
    if sender is None:
        return (ref,) if name in ("__enter__", "__aenter__") else None
    via = client.row.via
    if via and name != via and not inside and type(record.cls) is ClassValue and sender.method.isupper():
        override = hierarchy.class_attribute(m, record.cls, via)
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
        return (sending.request_of(m, ref, sender, args),)
    sending.send(m, sender, args, node, f"{client.name}.{name}", ref)
    return (sending.response(name),)


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
            deposits.given(m, args)
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
    from scopelint.link import models, unknown_calls

    inherited = containers.method(m, target, name, args, node)
    if inherited is not None:
        return m.pick(inherited[0])
    given = models.method(m, target, record, name, args)
    if given is not None:
        return given[0]
    unknown_calls.hand_over(m, args, node)
    return Unknown(Why(f"the result of super().{name}()"))


def call_instance(m: Machine, ref: Ref, record: InstanceRecord, args: Arguments, node: ir.Call | None) -> Value:
    """Call an instance of a class that is not analysed, as if it were a function."""
    from scopelint.link import calls, settings_models, stdlib_methods, unknown_calls

    proxied = proxies.target(m, record)
    if proxied is not None:
        return calls.call(m, proxied, args, node)
    cls = hierarchy.external_base(record.cls)
    name = "" if cls is None else cls.name
    first = args.positional[0] if args.positional else None
    if name in m.operation_prefixes:
        if sending.operation(m, name, args, node, True):
            return Unknown(Why(f"the answer of {name}()"))
        return ref  # a step on the way to a named operation
    if sending.BASE in record.attrs:
        if sending.operation(m, name, args, node, True):
            return Unknown(Why(f"the answer of {name}()"))
        if name.rpartition(".")[2].startswith(("with", "copy", "clone", "evolve", "set_", "configure")):
            return m.new(
                InstanceRecord(External(name), {sending.BASE: record.attrs[sending.BASE]}, ())
            )  # the same client, changed
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
    if len(args.positional) == 1 and unknown_calls.is_function(m, first) and not args.keywords:
        return first
    unknown_calls.hand_over(m, args, node)
    return Unknown(Why(f"the result of calling an instance of {name}"))


def _attribute_path(m: Machine, value: Value, path: str) -> Value:
    for name in path.split("."):
        value = attributes.get_attribute(m, m.pick(value), name, None)
    return value


def sends(m: Machine, receiver: Ref, name: str) -> bool:
    """Say whether a method of an instance is a library client's that sends."""
    record = m.instance(receiver)
    client = sending.client_of(m, record.cls) if record is not None else None
    return client is not None and name in client.methods
