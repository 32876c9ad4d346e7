"""A catalog made of an OpenAPI 3 document."""

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from scopelint.catalog.dump import dump
from scopelint.catalog.model import Base, Catalog, Endpoint, Scope
from scopelint.catalog.names import resource_names
from scopelint.catalog.requirements import Requirements
from scopelint.errors import ScopelintError
from scopelint.textfile import read_text

__all__ = ["dump", "import_openapi", "read_document"]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SIZE_LIMIT = 64 * 2**20  # bytes
_REFERENCE_LIMIT = 32  # references to references
_SERVER_LIMIT = 64  # spellings of one server's URL


def read_document(path: Path) -> Mapping[str, Any]:
    """Return the mapping in a JSON or YAML file; raises ScopelintError with the line where it can be known."""
    shown = str(path)
    text = read_text(path, shown, SIZE_LIMIT)
    import yaml  # few runs need it

    try:
        if path.suffix == ".json":
            document = msgspec.json.decode(text)
        else:
            document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, msgspec.DecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        message = " ".join(str(getattr(error, "problem", None) or error).split())
        raise ScopelintError(f"cannot be read: {message}", shown, mark.line + 1 if mark else 0) from None
    except (RecursionError, ValueError):
        raise ScopelintError("cannot be read: it is nested too deeply or holds a value of no use", shown) from None
    if not isinstance(document, dict):
        raise ScopelintError("must hold a mapping", shown)
    return document


def import_openapi(document: Mapping[str, Any], side: Mapping[str, Any] | None = None) -> Catalog:
    """Return the catalog of an OpenAPI 3.0 or 3.1 document.

    Scopes come from `side` (operation id or "GET /path" → scopes), else from an extension such as `x-required-scopes`,
    else from `security`. An operation for which none of them names a scope has an unknown requirement, one with an
    empty `security` has none. Raises ScopelintError for a document that is not OpenAPI 3, or refers to other files.
    """
    version = document.get("openapi")
    if not isinstance(version, str) or not version.startswith("3."):
        raise ScopelintError('is no OpenAPI 3 document: "openapi" must be "3.0" or "3.1" something')
    parsed = _Document(document)
    servers = list(parsed.servers(document))
    requirements = Requirements(document, side or {})
    rows: dict[tuple[str, ...], Endpoint] = {}
    for method, path, item, operation in parsed.operations():
        if not path.strip("/"):
            continue  # the root is no endpoint
        own = next(iter(parsed.servers(operation) or parsed.servers(item)), servers[0])
        full_path = re.sub(r"/+", "/", own.path + path).rstrip("/")
        servers += [own] if own not in servers else []
        requirement, scopes = requirements.of(method, path, full_path, operation)
        query, required, complete = parsed.query(item, operation)
        operation_id = operation.get("operationId")
        endpoint = Endpoint(
            method=method,
            path=full_path,
            resource_name="",
            operation_id=operation_id if isinstance(operation_id, str) else None,
            query=query,
            required_query=required,
            query_complete=complete,
            requirement=requirement,
            scopes=scopes,
        )
        rows.setdefault((method, *endpoint.shape), endpoint)
    requirements.check_side()
    return _catalog(servers, list(rows.values()), requirements.scopes())


def _catalog(servers: list[Base], endpoints: list[Endpoint], scopes: tuple[Scope, ...]) -> Catalog:
    prefix = _prefix(servers[0].path, [endpoint.path for endpoint in endpoints])
    hosts = dict.fromkeys(
        server.host for server in servers if server.path == servers[0].path and _is_plain(server.host)
    )
    bases = [
        Base(server.host, server.path.removesuffix(prefix) if prefix else server.path)
        for server in servers
        if server.host and not (server.path == servers[0].path and server.host in hosts)
    ]
    names = resource_names([(endpoint.method, endpoint.path) for endpoint in endpoints], prefix)
    return Catalog(
        hosts=tuple(hosts),
        prefix=prefix,
        bases=tuple(dict.fromkeys(bases)),
        scopes=scopes,
        endpoints=tuple(
            msgspec.structs.replace(endpoint, resource_name=names[endpoint.method, endpoint.path])
            for endpoint in endpoints
        ),
    )


def _is_plain(host: str) -> bool:
    return bool(host) and ":" not in host


def _prefix(server_path: str, paths: list[str]) -> str:
    """Return the prefix of all paths: the server's, or what they share up to a version segment."""
    if all(path.startswith(server_path + "/") for path in paths) and server_path:
        return server_path
    split = [path.strip("/").split("/")[:-1] for path in paths]
    shared = [
        column[0] for column in itertools.takewhile(lambda column: len(set(column)) == 1, zip(*split, strict=False))
    ]
    shared = list(itertools.takewhile(lambda segment: "{" not in segment, shared))
    versions = [number for number, segment in enumerate(shared) if re.fullmatch(r"v\d[\w.]*", segment)]
    return "/" + "/".join(shared[: versions[-1] + 1]) if versions else ""


class _Document:
    """An OpenAPI document, read without trust in its structure."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    def operations(self) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
        """Yield method, path, path item and operation."""
        for path, item in _mapping(self.document.get("paths", {}), "paths").items():
            item = self.resolve(_mapping(item, str(path)))
            for method in METHODS:
                operation = item.get(method)
                if isinstance(operation, Mapping):
                    yield method.upper(), re.split(r"[?#]", str(path))[0], item, operation

    def query(
        self, item: Mapping[str, Any], operation: Mapping[str, Any]
    ) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
        """Return the names of the query parameters, those that are required, and whether they are all there are."""
        found: dict[str, bool] = {}
        complete = True
        for parameter in (*_list(item.get("parameters")), *_list(operation.get("parameters"))):
            if not isinstance(parameter, Mapping):
                continue
            if not str(parameter.get("$ref", "#")).startswith("#"):
                complete = False  # in another file
                continue
            parameter = self.resolve(parameter)
            if parameter.get("in") == "query" and isinstance(parameter.get("name"), str):
                found[parameter["name"]] = parameter.get("required") is True
                schema = parameter.get("schema")
                complete = complete and not (isinstance(schema, Mapping) and schema.get("type") == "object")
        return tuple(found), tuple(name for name, required in found.items() if required), complete

    def servers(self, holder: Mapping[str, Any]) -> list[Base]:
        """Return the bases of a document's, path's or operation's servers; for a document without, an empty one."""
        bases: dict[Base, None] = {}
        for server in _list(holder.get("servers")):
            if isinstance(server, Mapping) and isinstance(server.get("url"), str):
                for url in _spellings(server["url"], server.get("variables")):
                    bases[_base(url)] = None
        return list(bases) or ([Base("")] if holder is self.document else [])

    def resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a node refers to; raises ScopelintError for references out of the document or in a circle."""
        for _ in range(_REFERENCE_LIMIT):
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node
            if not reference.startswith("#/"):
                raise ScopelintError(f'refers to another file, "{reference}": bundle it into one document first')
            target: Any = self.document
            for part in reference[2:].split("/"):
                key = unquote(part).replace("~1", "/").replace("~0", "~")
                target = target.get(key) if isinstance(target, Mapping) else None
            node = _mapping(target, reference)
        raise ScopelintError("has references that go in a circle")


def _spellings(url: str, variables: object) -> Iterator[str]:
    """Yield the URL with each combination of its variables' values."""
    names = re.findall(r"\{([^{}]*)\}", url)
    choices = []
    for name in names:
        variable = variables.get(name) if isinstance(variables, Mapping) else None
        variable = variable if isinstance(variable, Mapping) else {}
        default = [variable["default"]] if "default" in variable else []
        choices.append(list(dict.fromkeys(map(str, (*default, *_list(variable.get("enum")))))))
    for values in itertools.islice(itertools.product(*choices), _SERVER_LIMIT):
        spelt = url
        for name, value in zip(names, values, strict=True):
            spelt = spelt.replace("{" + name + "}", value, 1)
        yield spelt


def _base(url: str) -> Base:
    try:
        parts = urlsplit(url)
    except ValueError:
        return Base("")
    path = re.sub(r"/+", "/", parts.path).rstrip("/")
    host = re.sub(r":(80|443)$", "", parts.netloc.rpartition("@")[2].lower())
    return Base(host, path if path.startswith("/") else "")


def _mapping(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ScopelintError(f'"{name}" must be a mapping')
    return value


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
