"""Requests on receivers that are not known but are used as HTTP clients."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import origins, rendering, sending, source, text, urls
from scopelint.link.items import Missing
from scopelint.link.libraries import VERBS
from scopelint.link.values import Arguments, Str, Unknown, Why

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


_CLIENT_NAME = re.compile(r"session|client|http|conn|api|requests|sdk|gateway|transport", re.IGNORECASE)


_HTTP_KEYWORDS = frozenset(
    {"params", "json", "headers", "timeout", "auth", "follow_redirects", "allow_redirects", "files", "verify"}
)


_NOT_HTTP = re.compile(
    r"cache|redis|dict|store|config|settings|environ|registry|mock|router|app$|params|headers|cookies|data|payload",
    re.IGNORECASE,
)


def unknown_receiver(m: Machine, func: ir.Attr, args: Arguments, node: ir.Call) -> Value | None:
    """Record a request on a receiver that is not known but is used as an HTTP client; None when it is not.

    The text must itself say that it is the platform's, or look like one of its paths, and the receiver or the other
    arguments must say that this is HTTP: `cache.get("/v3/patients")` is none.
    """
    verb = func.name.lower()
    if verb.startswith(("send", "execute", "perform", "fetch")):
        for value in args.positional[:1]:
            inner = m.instance(value)
            held = sending.held_by(m, inner) if inner is not None and sending.is_request(m, inner) else None
            if inner is not None and held is not None:
                target = urls.expand(rendering.to_text(m, held[1]), None)
                queries: list[Value] = [inner.attrs["params"]] if "params" in inner.attrs else []
                if sending.is_template(m, inner):
                    queries.append(Unknown(Why("parameters of a request object")))
                sending.record_request(
                    m,
                    held[0],
                    target,
                    queries,
                    node,
                    f"?.{func.name}",
                    f"'{source.of(func.value)}' is taken for an HTTP client",
                )
                return sending.response(func.name)
    if verb not in (*VERBS, "request", "stream"):
        return None
    if not (_looks_like_client(func.value) or any(key in _HTTP_KEYWORDS for key, _ in args.keywords)):
        return None
    if _NOT_HTTP.search(_last_name(func.value)):
        return None
    if verb in VERBS:
        method: Value = text.of(verb.upper())
        url = sending.by_signature(args, ("url",), "url")
    else:
        given = sending.by_signature(args, ("method", "url"), "method")
        method = Unknown(Why("the method is not given")) if isinstance(given, Missing) else given
        url = sending.by_signature(args, ("method", "url"), "url")
    if type(url) is not Str or not _may_be_client(m, func.value):
        return None
    taken = urls.take_apart(url)
    if not (
        origins.is_platform(m, origins.origin(m, taken))
        or (taken.path is not None and re.search(r"/v\d+/", taken.path))
        or urls.is_absolute(url)
    ):
        return None
    queries = [value for key, value in args.keywords if key == "params"]
    sending.record_request(
        m, method, url, queries, node, f"?.{func.name}", f"'{source.of(func.value)}' is taken for an HTTP client"
    )
    return sending.response(func.name)


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
