import contextlib
import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scopelint import cli
from scopelint.catalog.load import load_bundled, parse
from scopelint.catalog.model import Base, Catalog, Requirement, Scope
from scopelint.catalog.openapi import dump, import_openapi, read_document
from scopelint.errors import ScopelintError
from scopelint.match import match
from scopelint.model import ApiCall, Certainty, Origin, OriginKind, Query, Span


def document(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "servers": [{"url": "https://api.example.com/v3"}], "paths": paths, **more}


def imported(operation: dict[str, Any], **more: Any) -> tuple[str, tuple[tuple[str, ...], ...]]:
    (endpoint,) = import_openapi(document({"/things": {"get": operation}}, **more)).endpoints
    return endpoint.requirement.value, endpoint.scopes


@pytest.mark.parametrize(
    ("operation", "more", "expected"),
    [
        ({}, {}, ("unknown", ())),
        ({}, {"security": [{"oauth": ["a"]}]}, ("known", (("a",),))),
        ({"security": []}, {"security": [{"oauth": ["a"]}]}, ("none", ())),
        ({"security": [{}, {"oauth": ["a"]}]}, {}, ("none", ())),
        ({"security": [{"key": []}]}, {}, ("unknown", ())),
        ({"security": [{"key": []}, {"oauth": ["a"]}]}, {}, ("known", (("a",),))),
        ({"security": [{"oauth": ["a", "b"], "oidc": ["c"]}]}, {}, ("known", (("a",), ("b",), ("c",)))),
        ({"security": [{"oauth": ["a"]}, {"oauth": ["b"]}]}, {}, ("known", (("a", "b"),))),
        ({"security": [{"x": ["a", "b"]}, {"y": ["a", "b"]}]}, {}, ("known", (("a",), ("b",)))),
        ({"security": [{"x": ["a", "b"]}, {"x": ["c"]}]}, {}, ("known", (("a", "c"), ("b", "c")))),
        ({"x-required-scopes": ["a", "b"], "security": [{"k": ["c"]}]}, {}, ("known", (("a",), ("b",)))),
        ({"x-scopes": "a b, c"}, {}, ("known", (("a",), ("b",), ("c",)))),
        ({"x-oauth-scopes": [["a", "b"], "c"]}, {}, ("known", (("a", "b"), ("c",)))),
        ({"x-permissions": {"anyOf": ["a", "b"]}}, {}, ("known", (("a", "b"),))),
        ({"x-permissions": {"allOf": ["a", {"oneOf": ["b", "c"]}]}}, {}, ("known", (("a",), ("b", "c")))),
        ({"x-permissions": [{"scope": "a"}, {"name": "b"}]}, {}, ("known", (("a",), ("b",)))),
        ({"x-security-scopes": {"oauth": ["a"]}}, {}, ("known", (("a",),))),
        ({"x-required-scopes": []}, {}, ("none", ())),
    ],
)
def test_requirements(operation: dict[str, Any], more: dict[str, Any], expected: object) -> None:
    assert imported(operation, **more) == expected


def test_a_file_beside_the_document() -> None:
    paths = {"/a": {"get": {"operationId": "getA"}, "post": {}}, "/b": {"get": {"x-scopes": "doc"}}}
    side = {"getA": ["one"], "POST /a": [["two", "three"]], "GET /v3/b": []}
    catalog = import_openapi(document(paths), side)
    assert {row.name: (row.requirement.value, row.scopes) for row in catalog.endpoints} == {
        "GET /v3/a": ("known", (("one",),)),
        "POST /v3/a": ("known", (("two", "three"),)),
        "GET /v3/b": ("none", ()),
    }
    with pytest.raises(ScopelintError, match='"getB" is no operation of the document'):
        import_openapi(document(paths), {"getB": ["one"]})


def test_parameters_references_and_names() -> None:
    paths = {
        "/users/{id}": {"$ref": "#/components/pathItems/user"},
        "/users/{id}:archive": {"post": {"operationId": "archive"}},
        "/users/": {"get": {"parameters": [{"$ref": "#/components/parameters/a~1b"}, {"in": "header", "name": "h"}]}},
        "/": {"get": {}},
    }
    components = {
        "pathItems": {
            "user": {
                "parameters": [{"in": "query", "name": "q", "required": True}, {"in": "path", "name": "id"}],
                "get": {"parameters": [{"in": "query", "name": "q"}, {"in": "query", "name": "r", "required": True}]},
                "delete": {"parameters": [{"$ref": "other.yaml#/x"}]},
            }
        },
        "parameters": {"a/b": {"in": "query", "name": "filter", "schema": {"type": "object"}}},
        "securitySchemes": {"o": {"type": "oauth2", "flows": {"implicit": {"scopes": {"a": "Reads."}}}}},
    }
    catalog = import_openapi(document(paths, components=components))
    rows = {
        row.name: (row.resource_name, row.query, row.required_query, row.query_complete) for row in catalog.endpoints
    }
    assert rows == {
        "GET /v3/users/{id}": ("users.get", ("q", "r"), ("r",), True),
        "DELETE /v3/users/{id}": ("users.delete", ("q",), ("q",), False),
        "POST /v3/users/{id}:archive": ("users.archive", (), (), True),
        "GET /v3/users": ("users.list", ("filter",), (), False),
    }
    assert catalog.scopes == (Scope(name="a", description="Reads."),)


@pytest.mark.parametrize(
    ("servers", "path", "expected"),
    [
        (["https://api.example.com/v3/"], "/a", (("api.example.com",), "/v3", ())),
        (["https://api.example.com"], "/v1/a/b", (("api.example.com",), "/v1", ())),
        (["https://api.example.com"], "/a/b", (("api.example.com",), "", ())),
        (
            ["https://A.example.com:443/v3", "http://b.example.com/v3"],
            "/a",
            (("a.example.com", "b.example.com"), "/v3", ()),
        ),
        (
            ["https://a.example.com/v3", "https://b.example.com/test/v3"],
            "/a",
            (("a.example.com",), "/v3", (Base("b.example.com", "/test"),)),
        ),
        (
            ["https://a.example.com/v3", "http://localhost:80/v3", "http://localhost:8080/v3"],
            "/a",
            (("a.example.com", "localhost"), "/v3", (Base("localhost:8080"),)),
        ),
        (["/v3"], "/a", ((), "/v3", ())),
        ([], "/a", ((), "", ())),
        (["http://[broken/v3"], "/a", ((), "", ())),
    ],
)
def test_servers(servers: list[str], path: str, expected: object) -> None:
    catalog = import_openapi(
        {"openapi": "3.0.0", "servers": [{"url": url} for url in servers], "paths": {path: {"get": {}}}}
    )
    assert (catalog.hosts, catalog.prefix, catalog.bases) == expected
    assert parse(dump(catalog), "x") == catalog


def test_server_variables() -> None:
    server = {
        "url": "https://{region}.example.com/{base}",
        "variables": {"region": {"default": "eu", "enum": ["eu", "us"]}, "base": {"default": "v3"}},
    }
    catalog = import_openapi(document({"/a": {"get": {}}}, servers=[server]))
    assert (catalog.hosts, catalog.prefix) == (("eu.example.com", "us.example.com"), "/v3")


KEYS = (
    *("$ref", "get", "post", "parameters", "security", "x-scopes", "url", "variables", "enum", "flows", "scopes"),
    *("in", "name", "servers", "schema", "operationId", "anyOf", "/a/{b}", "y", "default"),
)
_junk = st.recursive(
    st.none() | st.booleans() | st.text(max_size=4) | st.sampled_from(["#/paths", "/a/{b}", "https://x/{y}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["paths", "servers", "security", "components"]), _junk))
def test_any_document_is_imported_or_refused(parts: dict[str, Any]) -> None:
    with contextlib.suppress(ScopelintError):
        catalog = import_openapi({"openapi": "3.0.0", **parts})
        assert parse(dump(catalog), "x") == catalog


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"swagger": "2.0"}, 'is no OpenAPI 3 document: "openapi" must be "3.0" or "3.1" something'),
        (document([]), '"paths" must be a mapping'),  # type: ignore[arg-type]
        (document({"/a": 1}), '"/a" must be a mapping'),
        (document({"/a": {"$ref": "a.yaml"}}), 'refers to another file, "a.yaml": bundle it into one document first'),
        (document({"/a": {"$ref": "#/paths/~1a"}}), "has references that go in a circle"),
        (document({"/a": {"$ref": "#/nowhere"}}), '"#/nowhere" must be a mapping'),
        (document({"/a": {"get": {"x-scopes": 3}}}), 'the scopes of "GET /a" must be a text or a list of texts'),
    ],
)
def test_broken_documents(broken: dict[str, Any], message: str) -> None:
    with pytest.raises(ScopelintError) as caught:
        import_openapi(broken)
    assert str(caught.value) == message


def test_importing_names_the_file_and_what_the_table_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    hosts = "write the platform's hosts into the table, or base-urls into the configuration"
    for document_, code, told in (
        (
            {"swagger": "2.0"},
            2,
            ['error: api.json: is no OpenAPI 3 document: "openapi" must be "3.0" or "3.1" something'],
        ),
        (document({"/a": 3}), 2, ['error: api.json: "/a" must be a mapping']),
        (
            {"openapi": "3.0.0"},
            0,
            [
                'note: api.json: has no operation under "paths": the table is empty',
                f'note: api.json: names no host in "servers": {hosts}',
            ],
        ),
        (
            {"openapi": "3.0.0", "servers": [{"url": "/v3"}], "paths": {"/a": {"get": {}}}},
            0,
            [f'note: api.json: names no host in "servers": {hosts}'],
        ),
        (
            {"openapi": "3.0.0", "servers": [{"url": "https://a.example.com/v3"}], "paths": {"/a": {"get": {}}}},
            0,
            [],
        ),
    ):
        Path("api.json").write_text(json.dumps(document_))
        assert cli.run(["catalog", "import", "api.json"]) == code
        assert capsys.readouterr().err.splitlines() == [f"scopelint: {line}" for line in told]


def test_reading_documents(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"openapi": "3.0.0"}')
    (tmp_path / "a.yaml").write_text("openapi: 3.0.0\n")
    assert read_document(tmp_path / "a.json") == read_document(tmp_path / "a.yaml")
    for name, text, message in (
        ("b.json", "{", "b.json: cannot be read: Input data was truncated"),
        ("b.yaml", "a: 1\nb: ]", "b.yaml:2: cannot be read: "),
        ("c.yaml", "!!python/name:os.system x", "c.yaml:1: cannot be read: could not determine a constructor"),
        ("d.yaml", "- 1", "d.yaml: must hold a mapping"),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(ScopelintError) as caught:
            read_document(tmp_path / name)
        assert str(caught.value).startswith(str(tmp_path / name)[: -len(name)] + message)


def test_the_bundled_table_survives_its_dump() -> None:
    catalog = load_bundled()
    assert parse(dump(catalog), "x") == catalog
    gateway = catalog.extended(hosts=("https://gw.example.com/max",), variables=("ROOT",))
    assert parse(dump(gateway), "x") == gateway


def test_matching_with_an_imported_table() -> None:
    catalog = import_openapi(
        document({"/a/{id}": {"get": {"x-scopes": "one"}}, "/a/{id}:archive": {"get": {"x-scopes": "two"}}})
    )
    assert endpoint_of(catalog, "/v3/a/7") == "GET /v3/a/{id}"
    assert endpoint_of(catalog, "/v3/a/7:archive") == "GET /v3/a/{id}:archive"


def endpoint_of(catalog: Catalog, path: str) -> str:
    call = ApiCall(
        method="GET",
        origin=Origin(OriginKind.LITERAL, "https://api.example.com"),
        path=path,
        query=Query(),
        span=Span("a.py", 1, 1, 1, 2),
        chain=(),
        sink="requests.get",
        certainty=Certainty.CERTAIN,
        live=True,
        handled=False,
    )
    return match(call, catalog).endpoint


@pytest.mark.network
def test_a_published_document(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    packed = subprocess.run(
        [npm, "pack", "--silent", "@readme/oas-examples@5.12.0"], cwd=tmp_path, capture_output=True, timeout=300
    )
    if packed.returncode:
        pytest.skip("the package registry is out of reach")
    with tarfile.open(next(tmp_path.glob("*.tgz"))) as archive:
        for version in ("3.0", "3.1"):
            member = archive.extractfile(f"package/{version}/json/petstore.json")
            assert member is not None
            catalog = import_openapi(json.load(member))
            assert (catalog.hosts, catalog.prefix) == (("petstore.swagger.io",), "/v2")
            assert [scope.name for scope in catalog.scopes] == ["write:pets", "read:pets"]
            assert {row.name for row in catalog.endpoints if row.requirement is Requirement.KNOWN} == {
                "PUT /v2/pet",
                "POST /v2/pet",
                "GET /v2/pet/findByStatus",
                "GET /v2/pet/findByTags",
                "POST /v2/pet/{petId}",
                "DELETE /v2/pet/{petId}",
                "POST /v2/pet/{petId}/uploadImage",
            }
            assert {row.scopes for row in catalog.endpoints if row.scopes} == {(("write:pets",), ("read:pets",))}
            assert len(catalog.endpoints) == 20
            assert parse(dump(catalog), "petstore") == catalog
