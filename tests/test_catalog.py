import re
from pathlib import Path

import guide_table
import pytest

from scopelint.catalog.load import load, load_bundled, parse
from scopelint.catalog.model import Base, Endpoint, Requirement
from scopelint.catalog.names import likely_operation_id, resource_names
from scopelint.errors import ScopelintError

CATALOG = load_bundled()
GUIDE = Path(__file__).parents[1].parent / "shared" / "platform" / "scopes-guide.txt"


def test_the_bundled_table_says_what_the_guide_says() -> None:
    rows = set()
    for endpoint in CATALOG.endpoints:
        for alternatives in endpoint.scopes:
            required = "?providerId=" if "providerId" in endpoint.required_query else ""
            rows.add((alternatives[0], endpoint.method, endpoint.path + required))
        for condition in endpoint.conditional:
            for alternatives in condition.scopes:
                rows.add((alternatives[0], endpoint.method, f"{endpoint.path}?{condition.query}={condition.equals}"))
    assert rows == set(guide_table.ROWS)


def test_the_transcription_says_what_the_guide_says() -> None:
    if not GUIDE.is_file():
        pytest.skip("the platform's guide is not beside the repository")
    rows, scope = [], ""
    for line in GUIDE.read_text().splitlines():
        if named := re.match(r"((?:read|write):\w+) \|", line):
            scope = named[1]
        if endpoint := re.search(r"\| (GET|POST|PUT|PATCH|DELETE) (\S+) \|", line):
            rows.append((scope, endpoint[1], endpoint[2]))
    assert tuple(rows) == guide_table.ROWS


def test_every_scope_is_described_and_no_other() -> None:
    names = {row[0] for row in guide_table.ROWS} | set(guide_table.LEGACY)
    assert {scope.name for scope in CATALOG.scopes} == names
    assert all(scope.title and scope.description.endswith(".") for scope in CATALOG.scopes)


def test_the_legacy_scope_is_an_alternative_of_its_successor_everywhere() -> None:
    assert {scope.name: scope.successor for scope in CATALOG.scopes if scope.successor} == guide_table.LEGACY
    groups = {group for endpoint in CATALOG.endpoints for group in endpoint.scopes if len(group) > 1}
    assert groups == {("read:bills", "read:encounters")}
    assert [row.name for row in CATALOG.endpoints if row.all_scopes & {"read:bills", "read:encounters"}] == [
        "GET /v3/bills",
        "GET /v3/bills/{id}",
    ]


def test_what_the_guide_says_beside_its_table() -> None:
    companions = {scope.name: scope.useless_without for scope in CATALOG.scopes if scope.useless_without}
    assert companions == {"read:soap_notes": ("read:notes",)}
    kinds = {row.name: row.requirement for row in CATALOG.endpoints if row.requirement is not Requirement.KNOWN}
    assert kinds == {
        **dict.fromkeys(guide_table.NO_SCOPE, Requirement.NONE),
        **dict.fromkeys(guide_table.UNDOCUMENTED, Requirement.UNKNOWN),
    }
    required = {row.name: row.required_query for row in CATALOG.endpoints if row.required_query}
    assert required == guide_table.REQUIRED_QUERY


def test_hosts_prefixes_and_variables() -> None:
    assert CATALOG.hosts == ("api.maxcare.ai", "api.maxcare.dev")
    assert (CATALOG.prefix, CATALOG.other_prefixes) == ("/v3", ("/v1", "/v2", "/v4", "/external/v1"))
    assert CATALOG.markers() == ("api.maxcare.ai", "api.maxcare.dev", "/v3", "MAXAI_API_URL")


def test_resource_names_follow_one_rule() -> None:
    written = {(row.method, row.path): row.resource_name for row in CATALOG.endpoints}
    assert resource_names(written, CATALOG.prefix) == written
    assert len(set(written.values())) == len(written)


@pytest.mark.parametrize(
    ("name", "endpoint"),
    [
        ("NotesPublicController_listNotes", "GET /v3/notes"),
        ("notes_public_controller_list_notes", "GET /v3/notes"),
        ("notesPublicControllerListNotes", "GET /v3/notes"),
        ("NotesPublicControllerListNotes", "GET /v3/notes"),
        ("notes-public-controller-list-notes", "GET /v3/notes"),
        ("list_notes", "GET /v3/notes"),
        ("listNotes", "GET /v3/notes"),
        ("list-notes", "GET /v3/notes"),
        ("o_auth_public_controller_exchange_token", "POST /v3/oauth/token"),
        ("patients.list", "GET /v3/patients"),
        ("phone_numbers.list", "GET /v3/phone-numbers"),
        ("phoneNumbers.list", "GET /v3/phone-numbers"),
        ("notes.images.delete", "DELETE /v3/notes/{noteId}/images/{imageId}"),
        ("emails.send", "POST /v3/emails/send"),
        ("list_bills", "GET /v3/bills"),  # its id is on no public page
        ("update_product", "PUT /v3/inventory/products/{id}"),
        ("get_stock_levels", "GET /v3/inventory/stock-levels"),
    ],
)
def test_operation_names(name: str, endpoint: str) -> None:
    assert CATALOG.operation_names()[name].name == endpoint


def test_no_operation_name_is_a_word_that_any_object_has() -> None:
    assert not {"get", "list", "send", "create", "update", "delete", "me", "token"} & set(CATALOG.operation_names())


def test_the_likely_operation_ids_follow_the_known_ones() -> None:
    plain = [
        row for row in CATALOG.endpoints if row.operation_id and re.search(r"_(list|get|create)", row.operation_id)
    ]
    derived = {row.name: likely_operation_id(row, CATALOG) for row in plain}
    known = {row.name: row.operation_id for row in plain}
    off_the_rule = {
        "GET /v3/notes/{noteId}/images/{imageId}/url",
        "GET /v3/inventory/changes/{id}/products",
        "GET /v3/inventory/stock-levels",
        "GET /v3/marketplace/me",
    }
    assert {name for name in known if known[name] != derived[name]} == off_the_rule


def test_bases_of_the_configuration() -> None:
    extended = CATALOG.extended(
        hosts=("https://gw.example.com/max/v3/", "http://localhost:8000", "Proxy.example.com"), variables=("API_ROOT",)
    )
    assert extended.bases == (Base("gw.example.com", "/max"), Base("localhost:8000"), Base("proxy.example.com"))
    assert extended.variables == ("MAXAI_API_URL", "API_ROOT")
    assert extended.markers()[2:] == (
        "gw.example.com",
        "localhost:8000",
        "proxy.example.com",
        "/v3",
        *extended.variables,
    )
    assert extended.endpoints == CATALOG.endpoints
    with pytest.raises(ScopelintError, match='"/v3/x" is no base address'):
        CATALOG.extended(hosts=("/v3/x",))


HEAD = """[platform]
hosts = ["api.example.com"]
prefix = "/v1"

[[scopes]]
name = "a"
"""
ROW = """
[[endpoints]]
method = "GET"
path = "/v1/things"
resource_name = "things.list"
scopes = [["a"]]
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ": object missing required field `platform`"),
        ("[platform", ":1: is not valid TOML: Expected ']' at the end of a table declaration"),
        (HEAD.replace("/v1", "v1"), ':1: the prefix "v1" must begin with "/" and not end with it'),
        (HEAD.replace("api", "https://api"), ':1: the host "https://api.example.com" must be a lower-case name'),
        (HEAD + 'x = 1\nname = "b"', ":8: is not valid TOML: Cannot overwrite a value"),
        (HEAD + "x = 1", ":5: object contains unknown field `x` - at `$.scopes[0]`"),
        (HEAD + '[[scopes]]\nname = "a"', ':7: the scope "a" is there twice'),
        (HEAD + 'successor = "b"', ':5: "a" refers to "b", which is no scope of this file'),
        (HEAD + ROW + ROW, ':14: "GET /v1/things" is there twice'),
        (HEAD + ROW.replace("GET", "get"), ':8: the method "get" must be in upper case'),
        (HEAD + ROW.replace("/v1", "/v2"), ':8: the path "/v2/things" must begin with "/v1/"'),
        (HEAD + ROW.replace('"a"', '"b"'), ':8: "GET /v1/things" needs "b", which is no scope of this file'),
        (HEAD + ROW.replace('"a"', ""), ':8: "GET /v1/things" has an empty list of alternative scopes'),
        (HEAD + ROW + 'requirement = "none"', ':8: "GET /v1/things" must have scopes, or the requirement'),
        (HEAD + ROW + 'requirement = "all"', ":8: invalid enum value 'all' - at `$.endpoints[0].requirement`"),
        (HEAD + ROW + 'required_query = ["q"]', ':8: "GET /v1/things" requires a query parameter'),
    ],
)
def test_a_wrong_catalog_is_one_line_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ScopelintError) as caught:
        parse(text, "table.toml")
    assert str(caught.value).startswith("table.toml" + message)
    assert "\n" not in str(caught.value)


def test_a_missing_catalog(tmp_path: Path) -> None:
    with pytest.raises(ScopelintError, match=r"none\.toml: cannot be read: No such file"):
        load(tmp_path / "none.toml")


def test_every_row_has_a_name() -> None:
    def name(endpoint: Endpoint) -> str:
        return f"{endpoint.method} {endpoint.path}"

    for row in CATALOG.endpoints:
        assert CATALOG.endpoint(name(row)) is row
        assert CATALOG.endpoint(row.resource_name) is row


def test_a_foreign_file_is_told_with_the_line_that_shows_it(tmp_path: Path) -> None:
    file = tmp_path / "max-ai.app.toml"
    file.write_text("# an app's\n[permissions]\nscopes = []\n")
    with pytest.raises(ScopelintError) as caught:
        load(file)
    assert str(caught.value) == f'{file}:2: is no table of endpoints: unknown key "permissions"'
