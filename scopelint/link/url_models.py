"""What the functions that build, quote and split URLs and paths give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import declared, passed, rendering, split_urls, text, urls
from scopelint.link.items import Missing
from scopelint.link.values import Arguments, DictRecord, Hole, Str, Unknown, Why

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

    Model = Callable[[Machine, Arguments, ir.Call | None], Value]


def _urljoin(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    base, url = passed.argument(args, 0, "base"), passed.argument(args, 1, "url")
    if isinstance(base, Missing) or isinstance(url, Missing):
        return Unknown(Why("urljoin()"))
    return urls.url_join(rendering.to_text(m, base), rendering.to_text(m, url))


def _urlencode(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link import url_objects

    return url_objects.encode(m, args.positional[0]) if args.positional else Str()


def _url_concat(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link import url_objects

    url, given = passed.argument(args, 0, "url"), passed.argument(args, 1, "args")
    return url_objects.with_query(m, rendering.to_text(m, passed.or_none(url)), passed.or_none(given), False)


def _quote(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    if not args.positional:
        return Unknown(Why("quote()"))
    value = rendering.to_text(m, args.positional[0])
    safe = text.known(passed.or_none(passed.argument(args, 1, "safe")))
    if safe is not None and "/" not in safe:
        return Str(tuple(Hole(part.why, True) if type(part) is Hole else part for part in value.parts))
    return value


def _path_join(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    parts = [rendering.to_text(m, value) for value in args.positional]
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


def _as_text(m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    from scopelint.link import url_objects

    value = args.positional[0] if args.positional else None
    if value is None:
        keywords = dict(args.keywords)
        if "host" in keywords or "netloc" in keywords:
            host = rendering.to_text(m, keywords.get("host", keywords.get("netloc")))
            scheme = rendering.to_text(m, keywords.get("scheme", text.of("https")))
            path = rendering.to_text(m, keywords.get("path", Str()))
            return text.join((scheme, text.of("://"), host, path))
        return Str()
    result = rendering.to_text(m, value)
    params = dict(args.keywords).get("params")
    return url_objects.with_query(m, result, params, False) if params is not None else result


def _pure_path(m: Machine, args: Arguments, node: ir.Call | None) -> Value:
    return _path_join(m, args, node)


def _parse_qs(m: Machine, _args: Arguments, _node: ir.Call | None) -> Value:
    return m.new(DictRecord({}, True))


FUNCTIONS: dict[str, Model] = {
    "urllib.parse.urljoin": _urljoin,
    "urllib.parse.urlencode": _urlencode,
    "urllib.parse.quote": _quote,
    "urllib.parse.quote_plus": _quote,
    "urllib.parse.urlparse": lambda m, args, _node: split_urls.split(m, args, split_urls.PARSED),
    "urllib.parse.urlsplit": lambda m, args, _node: split_urls.split(m, args, split_urls.SPLIT),
    "urllib.parse.urlunparse": lambda m, args, _node: split_urls.unsplit(m, args),
    "urllib.parse.urlunsplit": lambda m, args, _node: split_urls.unsplit(m, args),
    "urllib.parse.SplitResult": lambda m, args, _node: split_urls.made(m, args, split_urls.SPLIT),
    "urllib.parse.ParseResult": lambda m, args, _node: split_urls.made(m, args, split_urls.PARSED),
    "urllib.parse.parse_qs": _parse_qs,
    "urllib.parse.parse_qsl": _parse_qs,
    "os.path.expandvars": lambda m, args, _node: declared.expanded(
        rendering.to_text(m, passed.or_none(passed.argument(args, 0, "path")))
    ),
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
    "requests.compat.urljoin": _urljoin,
    "tornado.httputil.url_concat": _url_concat,
    "requests.compat.quote": _quote,
    "requests.utils.quote": _quote,
}
