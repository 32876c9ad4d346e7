"""Objects that stand for a URL (`yarl.URL`, `httpx.URL`, paths): texts with methods of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import items, rendering, text, urls
from scopelint.link.items import MISSING, Missing
from scopelint.link.sequences import elements
from scopelint.link.values import Hole, Str, Unknown, Why

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Arguments, Value


def attribute(value: Str, name: str) -> Value | Missing:
    """Return an attribute of a URL or path object, MISSING for other names."""
    if name not in ("path", "raw_path", "host", "netloc", "query", "query_string", "scheme", "parent", "name"):
        return MISSING
    origin, rest = urls.cut_origin(value)
    if name in ("path", "raw_path"):
        return text.split(rest, "?", 1)[0]
    if name in ("query", "query_string"):
        pieces = text.split(rest, "?", 1)
        return pieces[1] if len(pieces) > 1 else Str()
    if name in ("host", "netloc", "scheme"):
        pieces = text.split(origin, "://", 1)
        return pieces[0 if name == "scheme" else -1]
    pieces = text.split(value, "/")
    if name == "name":
        return pieces[-1]
    return text.join(
        part for index, piece in enumerate(pieces[:-1]) for part in ((text.of("/"), piece) if index else (piece,))
    )


def method(m: Machine, value: Str, name: str, args: Arguments) -> Value | Missing:
    """Return what a method of a URL object gives, MISSING for other names."""
    keywords = dict(args.keywords)
    first = args.positional[0] if args.positional else None
    if name == "joinpath":
        result = value
        for part in args.positional:
            result = _slash(m, result, part)
        return result
    if name == "with_path":
        origin, _ = urls.cut_origin(value)
        return text.join((origin, rendering.to_text(m, first)))
    if name == "with_name":
        pieces = text.split(value, "/")
        return text.join([*(p for piece in pieces[:-1] for p in (piece, text.of("/"))), rendering.to_text(m, first)])
    if name in (
        "with_query",
        "update_query",
        "extend_query",
        "copy_merge_params",
        "copy_set_param",
        "copy_add_param",
        "include_query_params",
        "replace_query_params",
    ):
        given: Value = first
        if name in ("copy_set_param", "copy_add_param"):
            from scopelint.link.values import DictRecord

            key = items.dict_key(m, first)
            given = m.new(
                DictRecord(
                    {}
                    if isinstance(key, Missing)
                    else {key: args.positional[1] if len(args.positional) > 1 else keywords.get("value")},
                    isinstance(key, Missing),
                )
            )
        elif keywords:
            from scopelint.link.values import DictRecord

            given = m.new(DictRecord(dict(keywords.items())))
        return with_query(m, value, given, name == "with_query")
    if name == "copy_with":
        return _with_parts(m, value, keywords)
    if name in ("with_host", "with_scheme"):
        return _with_parts(m, value, {name.removeprefix("with_"): first})
    if name in (
        "origin",
        "with_fragment",
        "with_port",
        "with_user",
        "with_password",
        "with_suffix",
        "resolve",
        "absolute",
    ):
        return urls.cut_origin(value)[0] if name == "origin" else value
    if name == "set" and ("path" in keywords or "args" in keywords):
        origin, _ = urls.cut_origin(value)
        return text.join((origin, rendering.to_text(m, keywords["path"]))) if "path" in keywords else value
    if name == "add":
        if "path" in keywords:
            value = _slash(m, value, keywords["path"])
        return with_query(m, value, keywords["args"], False) if "args" in keywords else value
    return MISSING


def _with_parts(m: Machine, url: Str, changed: dict[str, Value]) -> Str:
    """Return a URL with some of its parts changed: scheme, host or netloc, path, query."""
    origin, rest = urls.cut_origin(url)
    pieces = text.split(origin, "://", 1)
    scheme = rendering.to_text(m, changed["scheme"]) if "scheme" in changed else pieces[0]
    host = changed.get("host", changed.get("netloc"))
    if host is not None or ("scheme" in changed and len(pieces) > 1):
        named = pieces[-1] if host is None else rendering.to_text(m, host)
        origin = text.join((scheme if len(pieces) > 1 else text.of("https"), text.of("://"), named))
    path, *query = text.split(rest, "?", 1)
    if "path" in changed or "raw_path" in changed:
        path = rendering.to_text(m, changed.get("path", changed.get("raw_path")))
    if "query" in changed:
        query = [rendering.to_text(m, changed["query"])] if changed["query"] is not None else []
    result = text.join((origin, path, *(piece for part in query for piece in (text.of("?"), part))))
    return with_query(m, result, changed["params"], True) if "params" in changed else result


def _slash(m: Machine, left: Str, right: Value) -> Str:
    return text.join(
        (text.strip(left, "/", False, True), text.of("/"), text.strip(rendering.to_text(m, right), "/", True, False))
    )


def with_query(m: Machine, url: Str, query: Value, replace: bool) -> Str:
    """Return a URL with parameters added to its query, or in place of it."""
    base = url
    has_query = text.contains(url, "?") is True
    if replace and has_query:
        base = text.split(url, "?", 1)[0]
        has_query = False
    encoded = encode(m, query)
    if not encoded.parts:
        return base
    return text.join((base, text.of("&" if has_query else "?"), encoded))


def encode(m: Machine, query: Value) -> Str:
    """Return what `urlencode(query)` gives."""
    if type(query) is Str:
        return query
    record = items.dict_items(m, query)
    if record is None:
        return Str((Hole(Why("a query that is not known")),)) if query is not None else Str()
    texts: list[Str] = []
    for key, value in items.pairs(record):
        if texts:
            texts.append(text.of("&"))
        value = m.pick(value)
        found, _ = (
            elements(m, value)
            if type(value) not in (Str, Unknown) and not isinstance(value, (int, float)) and value is not None
            else ((), True)
        )
        shown = rendering.to_text(m, found[0]) if found else rendering.to_text(m, value)
        texts.extend((rendering.to_text(m, key), text.of("="), shown))
    if record.more:
        texts.append(Str((text.of("&").parts if texts else ()) + (Hole(Why("parameters that are not known")),)))
    return text.join(texts)
