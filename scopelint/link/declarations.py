"""Requests that a framework sends by what is declared to it: by a class that says what to read, by a dict."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from scopelint.link import attributes, frameworks, handed, hierarchy, items, rendering, sending, text, urls
from scopelint.link.items import Missing
from scopelint.link.sequences import elements
from scopelint.link.values import Bound, DictRecord, FunctionValue, Str, Unknown, Why

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scopelint.facts import ir
    from scopelint.link.frameworks import Stream
    from scopelint.link.machine import Machine
    from scopelint.link.values import Arguments, Ref, Value


def sends(name: str) -> bool:
    """Say whether a class or function of a framework sends what is declared to it."""
    table = frameworks.load()
    return name in table.sources or any(fnmatchcase(name, stream.base) for stream in table.streams)


# --- classes ---------------------------------------------------------------------------------------------------------


def stream_of(bases: Sequence[str]) -> Stream | None:
    """Return how a class declares a request that has these bases, by their names; None for other classes."""
    streams = frameworks.load().streams
    return next((stream for stream in streams for name in bases if fnmatchcase(name, stream.base)), None)


def send_stream(m: Machine, stream: Stream, ref: Ref, node: ir.Call | None) -> None:
    """Record the request that an object declares, where it is made."""
    path = _told(m, ref, stream.path)
    base = _told(m, ref, stream.address)
    if type(path) is not Str or type(base) is not Str:
        return
    method = next((found for name in stream.methods if type(found := _told(m, ref, name)) is Str), text.of("GET"))
    query = _told(m, ref, stream.query)
    url = urls.expand(urls.join(base, path, stream.join), None)
    sending.record_request(m, method, url, [] if isinstance(query, Missing) else [query], node, f"?.{stream.path}")


def _told(m: Machine, ref: Ref, name: str) -> Value | Missing:
    """Return what an object says under a name: an attribute, or what a method of this name returns."""
    from scopelint.link import calls

    record = m.instance(ref)
    if record is None or (
        name not in record.attrs and isinstance(hierarchy.class_attribute(m, record.cls, name), Missing)
    ):
        return Missing()
    value = attributes.get_attribute(m, ref, name, None)
    if type(value) is Bound and type(value.function) is FunctionValue:
        return calls.call(m, value, handed.parameters(m, value.function, skip_first=True), None)
    return value


# --- dicts -----------------------------------------------------------------------------------------------------------


def send_sources(m: Machine, args: Arguments, node: ir.Call | None, name: str) -> Value:
    """Record the requests of all sources of a configuration: a base, defaults, and a path and a query for each."""
    config = _items(m, args.positional[0] if args.positional else dict(args.keywords).get("config"))
    client = _items(m, config.get("client"))
    base = client.get("base_url")
    defaults = _items(m, _items(m, config.get("resource_defaults")).get("endpoint"))
    found, _ = elements(m, config["resources"]) if "resources" in config else ((), True)
    for source in found:
        endpoint = _endpoint(m, m.pick(source))
        path = endpoint.get("path")
        if type(path) is not Str or base is None:
            continue
        url = urls.expand(urls.join(rendering.to_text(m, base), path, "slash"), None)
        queries: list[Value] = [
            value for value in (defaults.get("params"), endpoint.get("params")) if value is not None
        ]
        method = endpoint.get("method", defaults.get("method", text.of("GET")))
        sending.record_request(m, method, url, queries, node, name)
    return Unknown(Why(f"what {name}() gives"))


def _endpoint(m: Machine, source: Value) -> Mapping[object, Value]:
    """Return what is said of a source's endpoint: a path alone, or a dict; the path is the source's name by default."""
    if type(source) is Str:
        return {"path": source}
    said = _items(m, source)
    endpoint = said.get("endpoint")
    if type(endpoint) is Str:
        return {"path": endpoint}
    return {"path": said.get("name"), **_items(m, endpoint)}


def _items(m: Machine, value: Value) -> dict[object, Value]:
    record = items.dict_items(m, value) if value is not None else None
    return {key: m.pick(held) for key, held in record.items.items()} if type(record) is DictRecord else {}
