"""`scopelint catalog`: the table of endpoints, shown or made from an OpenAPI document."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scopelint.catalog.dump import dump
from scopelint.catalog.load import SIZE_LIMIT, load, load_bundled
from scopelint.catalog.model import Catalog
from scopelint.catalog.openapi import import_openapi, read_document
from scopelint.commands.output import print_note, print_text
from scopelint.errors import ScopelintError
from scopelint.report.endpoint_words import needs_in_words
from scopelint.report.json_text import json_text
from scopelint.textfile import parse_toml, read_text


def show(format_name: str, path: str | None) -> int:
    """Print the bundled table, or the one in the file; raises ScopelintError."""
    catalog = load(Path(path)) if path else load_bundled()
    if format_name == "json":
        print_text(json_text(catalog))
    elif format_name == "toml":
        print_text(dump(catalog))
    else:
        print_text(_table(catalog))
    return 0


def import_document(document: str, side: str | None) -> int:
    """Print the table of an OpenAPI document as TOML, and say what it lacks; raises ScopelintError."""
    scopes = _scopes(Path(side)) if side else None
    read = read_document(Path(document))
    try:
        catalog = import_openapi(read, scopes)
    except ScopelintError as error:
        raise ScopelintError(error.message, document) from None
    print_text(dump(catalog))
    if not catalog.endpoints:
        print_note(f'{document}: has no operation under "paths": the table is empty')
    if not catalog.hosts and not catalog.bases:
        told = "write the platform's hosts into the table, or base-urls into the configuration"
        print_note(f'{document}: names no host in "servers": {told}')
    return 0


def _scopes(file: Path) -> Mapping[str, Any]:
    shown = str(file)
    return parse_toml(read_text(file, shown, SIZE_LIMIT), shown) if file.suffix == ".toml" else read_document(file)


def _table(catalog: Catalog) -> str:
    names = max((len(endpoint.name) for endpoint in catalog.endpoints), default=0)
    rows = ((endpoint.name, ", ".join(needs_in_words(endpoint))) for endpoint in catalog.endpoints)
    return "".join(f"{name:<{names}}  {needs}\n" for name, needs in rows)
