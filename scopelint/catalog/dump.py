"""Writing a catalog as the TOML that `load` reads back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from scopelint.catalog.load import CatalogFile, Platform
from scopelint.catalog.model import Catalog


def dump(catalog: Catalog) -> str:
    """Return the catalog as TOML; `load.parse` of it equals the catalog."""
    file = CatalogFile(
        platform=Platform(
            hosts=catalog.hosts,
            prefix=catalog.prefix,
            other_prefixes=catalog.other_prefixes,
            variables=catalog.variables,
            bases=tuple(base.host + base.path for base in catalog.bases),
        ),
        scopes=catalog.scopes,
        endpoints=catalog.endpoints,
    )
    data = msgspec.to_builtins(file)
    blocks = [_table("[platform]", data["platform"])]
    blocks += [_table("[[scopes]]", scope) for scope in data["scopes"]]
    blocks += [_table("[[endpoints]]", endpoint) for endpoint in data["endpoints"]]
    return "\n".join(blocks)


def _table(header: str, values: Mapping[str, Any]) -> str:
    lines = [header, *(f"{key} = {_value(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def _value(value: str | bool | Sequence[Any] | Mapping[str, Any]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    return "[" + ", ".join(map(_value, value)) + "]"
