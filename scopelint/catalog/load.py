"""Reading a catalog's TOML file, and checking that it makes sense."""

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from scopelint.catalog.model import Catalog, Endpoint, Requirement, Scope
from scopelint.errors import ScopelintError
from scopelint.textfile import parse_toml, read_text
from scopelint.tomllines import line_of

SIZE_LIMIT = 16 * 2**20  # bytes; the largest public APIs have a thousand operations


class Platform(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The file's `[platform]` table; see `Catalog`."""

    hosts: tuple[str, ...]
    prefix: str
    other_prefixes: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()  # further ones, as URLs with or without a scheme


class CatalogFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file as it is written."""

    platform: Platform
    scopes: tuple[Scope, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()


@functools.cache
def load_bundled() -> Catalog:
    """Return the table of the Max AI Public API, version 3, that comes with scopelint."""
    return load(Path(__file__).with_name("v3.toml"))


def load(path: Path) -> Catalog:
    """Return the catalog in a TOML file; raises ScopelintError with the file and, where it can be known, the line."""
    return parse(read_text(path, str(path), SIZE_LIMIT), str(path))


def parse(text: str, shown: str) -> Catalog:
    """Return the catalog in a TOML text; `shown` is its name in errors. Raises ScopelintError."""
    data = parse_toml(text, shown)
    try:
        file = msgspec.convert(data, CatalogFile)
    except msgspec.ValidationError as error:
        place = re.search(r"\$\.(scopes|endpoints)\[(\d+)\]", str(error))
        line = _line(text, place[1], int(place[2])) if place else _line(text, "platform", 0)
        foreign = next((key for key in data if key not in CatalogFile.__struct_fields__), None)
        if foreign is not None:
            message = f'is no table of endpoints: unknown key "{foreign}"'
            raise ScopelintError(message, shown, line_of(text, (foreign,))) from None
        raise ScopelintError(_first_lower(str(error)), shown, line) from None
    for table, number, message in _mistakes(file):
        raise ScopelintError(message, shown, _line(text, table, number))
    catalog = Catalog(
        hosts=file.platform.hosts,
        prefix=file.platform.prefix,
        other_prefixes=file.platform.other_prefixes,
        variables=file.platform.variables,
        scopes=file.scopes,
        endpoints=file.endpoints,
    )
    try:
        return catalog.extended(hosts=file.platform.bases)
    except ScopelintError as error:
        raise ScopelintError(error.message, shown, _line(text, "platform", 0)) from None


def _mistakes(file: CatalogFile) -> Iterator[tuple[str, int, str]]:
    """Yield what is wrong beyond types: the table, which one of its kind, and the message."""
    for host in file.platform.hosts:
        if host != host.lower() or "/" in host or not host:
            yield "platform", 0, f'the host "{host}" must be a lower-case name without scheme and path'
    for prefix in (file.platform.prefix, *file.platform.other_prefixes):
        if prefix and not re.fullmatch(r"(/[^/{}]+)+", prefix):
            yield "platform", 0, f'the prefix "{prefix}" must begin with "/" and not end with it'
    names: set[str] = set()
    for number, scope in enumerate(file.scopes):
        if scope.name in names:
            yield "scopes", number, f'the scope "{scope.name}" is there twice'
        names.add(scope.name)
    for number, scope in enumerate(file.scopes):
        for other in (*scope.useless_without, *((scope.successor,) if scope.successor else ())):
            if other not in names:
                yield "scopes", number, f'"{scope.name}" refers to "{other}", which is no scope of this file'
    rows: set[tuple[str, ...]] = set()
    resources: set[str] = set()
    for number, endpoint in enumerate(file.endpoints):
        for message in _endpoint_mistakes(endpoint, file.platform.prefix, names):
            yield "endpoints", number, message
        row = (endpoint.method, *endpoint.shape)
        if row in rows:
            yield "endpoints", number, f'"{endpoint.name}" is there twice'
        if endpoint.resource_name in resources:
            yield "endpoints", number, f'the resource name "{endpoint.resource_name}" is there twice'
        rows.add(row)
        resources.add(endpoint.resource_name)


def _endpoint_mistakes(endpoint: Endpoint, prefix: str, scopes: set[str]) -> Iterator[str]:
    if not re.fullmatch(r"[A-Z]+", endpoint.method):
        yield f'the method "{endpoint.method}" must be in upper case'
    if not endpoint.path.startswith(prefix + "/"):
        yield f'the path "{endpoint.path}" must begin with "{prefix}/"'
    if endpoint.all_scopes - scopes:
        yield f'"{endpoint.name}" needs "{min(endpoint.all_scopes - scopes)}", which is no scope of this file'
    if not all((*endpoint.scopes, *(group for condition in endpoint.conditional for group in condition.scopes))):
        yield f'"{endpoint.name}" has an empty list of alternative scopes'
    if (endpoint.requirement is Requirement.KNOWN) != bool(endpoint.scopes):
        yield f'"{endpoint.name}" must have scopes, or the requirement "none" or "unknown", and not both'
    if set(endpoint.required_query) - set(endpoint.query):
        yield f'"{endpoint.name}" requires a query parameter that its "query" lacks'


def _line(text: str, table: str, number: int) -> int:
    """Return the line of the nth table of that name; 0 when it is not written as a table."""
    headers = re.finditer(rf"^[ \t]*\[\[?[ \t]*{table}[ \t]*\]", text, re.MULTILINE)
    header = next((match for index, match in enumerate(headers) if index == number), None)
    return text.count("\n", 0, header.start()) + 1 if header else 0


def _first_lower(message: str) -> str:
    return message[:1].lower() + message[1:]
