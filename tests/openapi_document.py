"""The platform's OpenAPI document, built out of the bundled table: what client generators are fed with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from scopelint.catalog.load import load_bundled
from scopelint.catalog.names import likely_operation_id

if TYPE_CHECKING:
    from scopelint.catalog.model import Catalog, Endpoint

_BOOLEANS = ("hidden", "includeSoapNote", "isVisible")
_NUMBERS = ("page", "pageSize")
_LISTS = ("statuses",)


def document() -> dict[str, Any]:
    """Return the document: operation ids and tags as the platform's own, `/v3` in the server, as its own has it."""
    catalog = load_bundled()
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in catalog.endpoints:
        path = endpoint.path.removeprefix(catalog.prefix)
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint, catalog)
    return {
        "openapi": "3.0.3",
        "info": {"title": "MaxCare", "version": "3.0.0"},
        "servers": [{"url": f"https://{host}{catalog.prefix}"} for host in catalog.hosts],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Record": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {"type": "string"}, "createdAt": {"type": "string", "format": "date-time"}},
                },
                "Page": {
                    "type": "object",
                    "properties": {
                        "data": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}},
                        "total": {"type": "integer"},
                    },
                },
                "Problem": {"type": "object", "properties": {"code": {"type": "string"}}},
            },
        },
    }


def operation_id(endpoint: Endpoint, catalog: Catalog) -> str:
    """Return the id that the document gives an endpoint."""
    known = endpoint.operation_id or likely_operation_id(endpoint, catalog)
    return known or f"{endpoint.method.lower()}_{endpoint.resource_name.replace('.', '_')}"


def _operation(endpoint: Endpoint, catalog: Catalog) -> dict[str, Any]:
    names = re.findall(r"\{([^{}]*)\}", endpoint.path)
    parameters = [{"in": "path", "name": name, "required": True, "schema": {"type": "string"}} for name in names]
    parameters += [
        {"in": "query", "name": name, "required": name in endpoint.required_query, "schema": _schema(name)}
        for name in endpoint.query
    ]
    parameters.append({"in": "header", "name": "X-Organization-Id", "required": False, "schema": {"type": "string"}})
    is_list = endpoint.method == "GET" and not endpoint.segments[-1].startswith("{")
    answer = "Page" if is_list else "Record"
    operation: dict[str, Any] = {
        "operationId": operation_id(endpoint, catalog),
        "tags": [endpoint.segments[1].replace("-", " ").title()],
        "parameters": parameters,
        "responses": {
            "200": _json(answer, "The answer."),
            "403": _json("Problem", "Refused."),
        },
    }
    if endpoint.method in ("POST", "PUT", "PATCH"):
        operation["requestBody"] = {"required": True, "content": {"application/json": _content("Record")}}
    return operation


def _schema(name: str) -> dict[str, Any]:
    if name in _LISTS:
        return {"type": "array", "items": {"type": "string"}}
    return {"type": "boolean" if name in _BOOLEANS else "integer" if name in _NUMBERS else "string"}


def _json(schema: str, description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": _content(schema)}}


def _content(schema: str) -> dict[str, Any]:
    return {"schema": {"$ref": f"#/components/schemas/{schema}"}}
