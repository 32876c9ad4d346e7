"""Names of operations: how a generated client or a user's configuration may call an endpoint."""

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from scopelint.catalog.model import Catalog, Endpoint

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_PARAMETER = re.compile(r"\{[^{}]*\}")
_VERBS = {"POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}


@functools.lru_cache(maxsize=8)
def operation_names(catalog: Catalog) -> Mapping[str, Endpoint]:
    """Return the names that mean exactly one endpoint.

    They are the operation ids and the resource-style names in every case style, with and without the controller part
    of the id. Where an id is not known, the one that the catalog's other ids suggest stands in. A name that could mean
    two endpoints is left out, but one that is an endpoint's own id or resource name is not lost to another's variant.
    """
    names: dict[str, Endpoint] = {}
    for spellings in (_exact_names, _variants):
        found: dict[str, set[Endpoint]] = {}
        for endpoint in catalog.endpoints:
            for name in spellings(endpoint, catalog):
                found.setdefault(name, set()).add(endpoint)
        for name, endpoints in found.items():
            if len(endpoints) == 1:
                names.setdefault(name, *endpoints)
    return MappingProxyType(names)


def _exact_names(endpoint: Endpoint, catalog: Catalog) -> Iterator[str]:
    yield endpoint.resource_name
    operation_id = endpoint.operation_id or likely_operation_id(endpoint, catalog)
    if operation_id:
        yield operation_id


def _variants(endpoint: Endpoint, catalog: Catalog) -> Iterator[str]:
    for style in (_snake, _camel, _kebab):
        yield ".".join(style(_words(part)) for part in endpoint.resource_name.split("."))
    operation_id = endpoint.operation_id or likely_operation_id(endpoint, catalog)
    if operation_id:
        for part in {operation_id, operation_id.rpartition("_")[2]}:
            words = _words(part)
            if len(words) > 1:  # a bare "list" or "get" could be anything
                yield from (_snake(words), _camel(words), _pascal(words), _kebab(words))


def likely_operation_id(endpoint: Endpoint, catalog: Catalog) -> str | None:
    """Return the id that an endpoint without a known one probably has; None when its path is not a plain resource's.

    The catalog's known ids show the rule: the first segment and a suffix name the controller, the verb follows from
    the method, the last literal segment is the noun: "BillsPublicController_listBills".
    """
    suffix = _controller_suffix(catalog)
    literals = [segment for segment in _relative(endpoint, catalog) if not segment.startswith("{")]
    is_item = endpoint.segments[-1].startswith("{")
    if suffix is None or not literals or (not is_item and not is_plural(literals[-1])):
        return None
    verb = ("get" if is_item else "list") if endpoint.method == "GET" else _VERBS.get(endpoint.method)
    if verb is None:
        return None
    noun = _pascal(_words(literals[-1]))
    controller = _pascal(_words(literals[0]))
    return f"{controller}{suffix}_{verb}{noun if verb == 'list' else singular(noun)}"


@functools.lru_cache(maxsize=8)
def _controller_suffix(catalog: Catalog) -> str | None:
    """Return what the known ids add to the first segment's name: "PublicController"; None when they follow no rule."""
    suffixes: Counter[str] = Counter()
    for endpoint in catalog.endpoints:
        controller, separator, _ = (endpoint.operation_id or "").rpartition("_")
        resource = _pascal(_words(_relative(endpoint, catalog)[0]))
        if separator and controller.startswith(resource):
            suffixes[controller[len(resource) :]] += 1
    return suffixes.most_common(1)[0][0] if suffixes else None


def resource_names(paths: Iterable[tuple[str, str]], prefix: str) -> dict[tuple[str, str], str]:
    """Return a unique resource-style name for each (method, path).

    The literal segments, joined by dots, and a verb: `list` or `get`, `create`, `update`, `delete`. A last segment that
    is no plural names an action or a single thing, and then needs no verb: `emails.send`, `marketplace.me`.
    """
    names: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for method, path in sorted(paths, key=lambda row: (row[1].count("{"), row[1], row[0])):
        name = resource_name(method, path, prefix)
        if name in taken:  # two verbs for one thing, or two paths that differ only in parameters
            name = f"{name}_{method.lower()}"
        for number in range(2, 1000):
            if name not in taken:
                break
            name = f"{name.rstrip('0123456789')}{number}"
        taken.add(name)
        names[method, path] = name
    return names


def resource_name(method: str, path: str, prefix: str) -> str:
    """Return the resource-style name of an endpoint: "notes.images.delete"."""
    segments = [_PARAMETER.sub("", segment) for segment in path[len(prefix) :].strip("/").split("/")]
    literals = [_snake(_words(segment)) or "_" for segment in segments if segment] or ["root"]
    is_item = not segments[-1]
    if not is_item and not is_plural(segments[-1]) and method in ("GET", "POST"):
        return ".".join(literals)
    verb = ("get" if is_item else "list") if method == "GET" else _VERBS.get(method, method.lower())
    return ".".join((*literals, verb))


def is_plural(word: str) -> bool:
    """Tell whether an English word of a path looks like a plural."""
    return word.endswith("s") and not word.endswith("ss")


def singular(noun: str) -> str:
    """Return the singular of a plural of a path: "Facilities" → "Facility"."""
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    return noun[:-1] if is_plural(noun) else noun


def _relative(endpoint: Endpoint, catalog: Catalog) -> tuple[str, ...]:
    return tuple(endpoint.path[len(catalog.prefix) :].strip("/").split("/"))


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _snake(words: Iterable[str]) -> str:
    return "_".join(word.lower() for word in words)


def _kebab(words: Iterable[str]) -> str:
    return "-".join(word.lower() for word in words)


def _pascal(words: Iterable[str]) -> str:
    return "".join(word.capitalize() for word in words)


def _camel(words: Iterable[str]) -> str:
    pascal = _pascal(words)
    return pascal[:1].lower() + pascal[1:]
