"""The JSON documents that commands write, and their published schemas: docs/schema/NAME.schema.json."""

from collections.abc import Mapping
from typing import Any

import msgspec

from scopelint.report.grant_report import GrantDocument
from scopelint.report.inventory import InventoryDocument
from scopelint.report.json_document import Document
from scopelint.report.json_text import json_text
from scopelint.report.scope_changes import ScopeChanges

DOCUMENTS: Mapping[str, type[msgspec.Struct]] = {
    "report": Document,
    "calls": InventoryDocument,
    "diff": ScopeChanges,
    "granted": GrantDocument,
}
"""The documents by name: that of `check` is the report, the others are called as the command that writes them."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(name: str) -> str:
    """Return the JSON Schema of a document, as text."""
    return json_text({"$schema": _DIALECT, **msgspec.json.schema(DOCUMENTS[name])})


def definitions() -> dict[str, Any]:
    """Return the schemas of all objects in any of the documents, by name; references begin with `#/$defs/`."""
    _, found = msgspec.json.schema_components(tuple(DOCUMENTS.values()))
    return dict(found)
