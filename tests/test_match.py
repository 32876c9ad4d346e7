import pytest
from hypothesis import given
from hypothesis import strategies as st

from scopelint.catalog.load import load_bundled
from scopelint.catalog.template import could_be, normalise
from scopelint.match import match
from scopelint.model import (
    ApiCall,
    Certainty,
    MatchedCall,
    Need,
    Origin,
    OriginKind,
    Query,
    QueryParameter,
    Span,
    Verdict,
)

CATALOG = load_bundled()
HOST = Origin(OriginKind.LITERAL, "https://api.maxcare.ai")
VARIABLE = Origin(OriginKind.VARIABLE, "MAXAI_API_URL")
UNKNOWN = Origin(OriginKind.UNKNOWN, None)
NO_QUERY = Query()


def answer(
    method: str | None,
    path: str | None,
    origin: Origin = HOST,
    query: Query = NO_QUERY,
    certainty: Certainty = Certainty.CERTAIN,
    operation: str = "",
) -> MatchedCall:
    call = ApiCall(
        method=method,
        origin=origin,
        path=path,
        query=query,
        span=Span("app.py", 1, 1, 1, 9),
        chain=(),
        sink="requests.request",
        certainty=certainty,
        live=True,
        handled=False,
        operation=operation,
    )
    return match(call, CATALOG)


def summary(matched: MatchedCall) -> tuple[str, str, str]:
    detail = matched.endpoint or " | ".join(matched.candidates) or matched.nearest
    return matched.verdict.value, matched.certainty.value, detail


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("https://api.maxcare.ai", Verdict.ENDPOINT),
        ("http://API.MaxCare.dev:8443", Verdict.ENDPOINT),
        ("https://user:secret@api.maxcare.ai.", Verdict.ENDPOINT),
        ("api.maxcare.ai", Verdict.ENDPOINT),
        ("https://api.sendgrid.com", Verdict.FOREIGN),
        ("https://api.maxcare.ai.evil.example", Verdict.FOREIGN),
        ("https://evil.example/api.maxcare.ai", Verdict.FOREIGN),
        ("http://localhost:8000", Verdict.FOREIGN),
    ],
)
def test_literal_origins(text: str, verdict: Verdict) -> None:
    assert answer("GET", "/v3/patients", Origin(OriginKind.LITERAL, text)).verdict is verdict


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v3/patients", ("endpoint", "certain", "GET /v3/patients")),
        ("GET", "/v3//patients/", ("endpoint", "certain", "GET /v3/patients")),
        ("GET", "v3/patients", ("endpoint", "certain", "GET /v3/patients")),
        ("GET", "/v3/./patients", ("endpoint", "certain", "GET /v3/patients")),
        ("GET", "/v1/../v3/patients", ("endpoint", "certain", "GET /v3/patients")),
        ("GET", "/v3/p%61tients/%7Bx", ("endpoint", "certain", "GET /v3/patients/{id}")),
        ("GET", "/v3/Patients", ("unknown-endpoint", "certain", "GET /v3/patients")),
        ("HEAD", "/v3/patients", ("endpoint", "certain", "GET /v3/patients")),
        ("OPTIONS", "/v3/patients", ("foreign", "certain", "")),
        ("GET", "/v3/patients/{}", ("endpoint", "certain", "GET /v3/patients/{id}")),
        ("GET", "/v3/patients/p-{}", ("endpoint", "certain", "GET /v3/patients/{id}")),
        ("PATCH", "/v3/notes/{}", ("endpoint", "certain", "PATCH /v3/notes/{noteId}")),
        ("GET", "/v3/emails/{}", ("endpoint", "certain", "GET /v3/emails/{id}")),
        ("GET", "/v3/emails/send", ("wrong-method", "certain", "POST")),
        ("PUT", "/v3/tasks/1", ("wrong-method", "certain", "GET, PATCH")),
        ("DELETE", "/v3/emails/{}", ("wrong-method", "certain", "GET")),
        ("POST", "/v3/emails/{}", ("unresolved", "certain", "POST /v3/emails/send")),
        (
            "POST",
            "/v3/inventory/{}",
            ("unresolved", "certain", "POST /v3/inventory/changes | POST /v3/inventory/products"),
        ),
        ("PUT", "/v3/inventory/{}/{}", ("unresolved", "certain", "PUT /v3/inventory/products/{id}")),
        ("PUT", "/v3/{...}", ("unresolved", "certain", "PUT /v3/inventory/products/{id}")),
        ("GET", "/v3/bills{...}", ("unresolved", "certain", "GET /v3/bills | GET /v3/bills/{id}")),
        ("DELETE", "/v3/inventory/{}", ("unresolved", "certain", "")),
        ("PUT", None, ("unresolved", "certain", "PUT /v3/inventory/products/{id}")),
        ("PUT", "/{...}", ("unresolved", "certain", "PUT /v3/inventory/products/{id}")),
        ("GET", "/{}/claims", ("unresolved", "certain", "GET /v3/claims")),
        (None, "/v3/claims", ("unresolved", "certain", "GET /v3/claims")),
        (None, "/v3/tasks/{}", ("unresolved", "certain", "GET /v3/tasks/{id} | PATCH /v3/tasks/{id}")),
        ("GET", "{...}/v3/patients", ("endpoint", "probable", "GET /v3/patients")),
        ("GET", "/v3/patient", ("unknown-endpoint", "certain", "GET /v3/patients")),
        ("GET", "/v3/phone_numbers", ("unknown-endpoint", "certain", "GET /v3/phone-numbers")),
        ("PUT", "/v3/products/{}", ("unknown-endpoint", "certain", "PUT /v3/inventory/products/{id}")),
        ("POST", "/v3/notes/{}/image", ("unknown-endpoint", "certain", "POST /v3/notes/{noteId}/images")),
        ("GET", "/v3/billing", ("unknown-endpoint", "certain", "GET /v3/bills")),
        ("GET", "/v3/prescriptions", ("unknown-endpoint", "certain", "")),
        ("GET", "/v3/widgets/{...}", ("unknown-endpoint", "certain", "")),
        ("GET", "/v1/patients", ("other-version", "certain", "GET /v3/patients")),
        ("GET", "/external/v1/patients", ("other-version", "certain", "GET /v3/patients")),
        ("GET", "/v4/novelties", ("other-version", "certain", "")),
        ("GET", "/v3", ("foreign", "certain", "")),
        ("GET", "/v3/", ("foreign", "certain", "")),
        ("GET", "", ("foreign", "certain", "")),
        ("GET", "/docs", ("foreign", "certain", "")),
        ("GET", "/v33/patients", ("foreign", "certain", "")),
        ("GET", "/docs/{}", ("foreign", "certain", "")),
    ],
)
def test_paths_on_the_platforms_host(method: str | None, path: str | None, expected: tuple[str, str, str]) -> None:
    assert summary(answer(method, path)) == expected


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v3/patients", ("endpoint", "certain", "GET /v3/patients")),
        ("GET", "/patients", ("endpoint", "probable", "GET /v3/patients")),
        ("GET", "/patients/{}", ("endpoint", "probable", "GET /v3/patients/{id}")),
        ("PUT", "/tasks/{}", ("wrong-method", "probable", "GET, PATCH")),
        ("GET", "/health", ("unknown-endpoint", "probable", "")),
        ("GET", "/gateway/v3/patients", ("endpoint", "probable", "GET /v3/patients")),
        ("GET", "/v2/patients", ("other-version", "certain", "GET /v3/patients")),
        ("PUT", "{...}", ("unresolved", "certain", "PUT /v3/inventory/products/{id}")),
        ("PUT", None, ("unresolved", "certain", "PUT /v3/inventory/products/{id}")),
        ("POST", "/{}", ("unresolved", "certain", "POST /v3/tasks")),
        ("GET", "", ("foreign", "certain", "")),
    ],
)
def test_paths_on_a_variable_base(method: str | None, path: str | None, expected: tuple[str, str, str]) -> None:
    assert summary(answer(method, path, VARIABLE)) == expected


@pytest.mark.parametrize("origin", [UNKNOWN, Origin(OriginKind.VARIABLE, "OTHER_URL")])
@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v3/patients", ("endpoint", "probable", "GET /v3/patients")),
        ("GET", "{...}/v3/patients/{}", ("endpoint", "probable", "GET /v3/patients/{id}")),
        ("GET", "/v3/emails/send", ("foreign", "certain", "")),
        ("GET", "/v3/mail/send", ("foreign", "certain", "")),
        ("GET", "/v3/{}", ("foreign", "certain", "")),
        ("GET", "/patients", ("foreign", "certain", "")),
        ("GET", "/v1/patients", ("foreign", "certain", "")),
        (None, "/v3/patients", ("unresolved", "probable", "GET /v3/patients")),
        (None, "/v3/tasks", ("foreign", "certain", "")),
        ("GET", "{...}", ("foreign", "certain", "")),
        ("GET", None, ("foreign", "certain", "")),
    ],
)
def test_paths_on_an_unknown_base(
    origin: Origin, method: str | None, path: str | None, expected: tuple[str, str, str]
) -> None:
    assert summary(answer(method, path, origin)) == expected


def test_settings_names_count_like_the_variable() -> None:
    assert (
        answer("GET", "/v3/bills", Origin(OriginKind.VARIABLE, "settings.MAXAI_API_URL")).certainty is Certainty.CERTAIN
    )
    assert answer("GET", "/v3/bills", Origin(OriginKind.VARIABLE, "maxai_api_url")).certainty is Certainty.CERTAIN


def test_a_gateway_of_the_configuration() -> None:
    catalog = CATALOG.extended(hosts=("https://gw.example.com/max",))
    gateway = Origin(OriginKind.LITERAL, "https://gw.example.com")
    through = {
        path: summary(match(answer("GET", path, gateway).call, catalog))
        for path in ("/max/v3/patients", "/max/patients", "/v3/patients", "/maximum/v3/patients")
    }
    assert through == {
        "/max/v3/patients": ("endpoint", "certain", "GET /v3/patients"),
        "/max/patients": ("endpoint", "probable", "GET /v3/patients"),
        "/v3/patients": ("foreign", "certain", ""),
        "/maximum/v3/patients": ("foreign", "certain", ""),
    }


def test_the_calls_own_doubt_stays() -> None:
    assert answer("GET", "/v3/patients", certainty=Certainty.PROBABLE).certainty is Certainty.PROBABLE


def test_reasons_say_what_is_doubtful() -> None:
    assert answer("GET", "/patients", VARIABLE).reason == "MAXAI_API_URL is taken to hold the /v3 that the path lacks"
    assert answer("GET", "/v3/patients", UNKNOWN).reason == "the host is not known"
    assert answer(None, "/v3/tasks").reason == "the method is not known"
    assert answer("GET", "/v3/{...}").reason == "the path is not fully known"


def test_needs_are_the_rows() -> None:
    assert answer("GET", "/v3/bills").needs == (Need(("read:bills", "read:encounters")),)
    assert answer("GET", "/v3/marketplace/me").needs == ()
    assert answer("GET", "/v3/notes/1/images/2/url").verdict is Verdict.ENDPOINT
    assert answer("GET", "/v3/notes/1/images/2/url").needs == ()


SOAP = "includeSoapNote"


@pytest.mark.parametrize(
    ("query", "soap"),
    [
        (Query(), None),
        (Query((QueryParameter("page", "1"),)), None),
        (Query((QueryParameter(SOAP, "false"),)), None),
        (Query((QueryParameter(SOAP, "false"),), open=True), None),
        (Query((QueryParameter("includesoapnote", "true"),)), None),
        (Query((QueryParameter(SOAP, "true"),)), (True, "includeSoapNote=true")),
        (Query((QueryParameter(SOAP, "True"),)), (True, "includeSoapNote=true")),
        (Query((QueryParameter(SOAP, "1"),), open=True), (True, "includeSoapNote=true")),
        (Query((QueryParameter(SOAP, "true", maybe=True),)), (False, "includeSoapNote=true is perhaps sent")),
        (Query((QueryParameter(SOAP, None),)), (False, "the value of includeSoapNote is not known")),
        (Query(open=True), (False, "the query is not fully known and may hold includeSoapNote=true")),
        (Query((QueryParameter(SOAP, "false"), QueryParameter(SOAP, "true"))), (True, "includeSoapNote=true")),
    ],
)
def test_the_scope_that_a_query_asks_for(query: Query, soap: tuple[bool, str] | None) -> None:
    more = (Need(("read:soap_notes",), *soap),) if soap else ()
    assert answer("GET", "/v3/notes", query=query).needs == (Need(("read:notes",)), *more)


def test_missing_query_parameters() -> None:
    path = "/v3/notes/{}/images"
    assert answer("POST", path).missing_query == ("providerId",)
    assert answer("POST", path, query=Query(open=True)).missing_query == ()
    assert answer("POST", path, query=Query((QueryParameter("providerId", None, maybe=True),))).missing_query == ()


def test_operations_without_source() -> None:
    guessed = answer(None, None, VARIABLE, certainty=Certainty.PROBABLE, operation="list_notes")
    assert summary(guessed) == ("endpoint", "probable", "GET /v3/notes")
    stated = answer(None, None, UNKNOWN, operation="patients.list")  # by the configuration
    assert summary(stated) == ("endpoint", "certain", "GET /v3/patients")
    assert answer(None, None, VARIABLE, operation="GET /v3/tasks").endpoint == "GET /v3/tasks"
    assert answer(None, None, VARIABLE, operation="close").verdict is Verdict.FOREIGN
    foreign = Origin(OriginKind.LITERAL, "https://api.example.com")
    assert answer(None, None, foreign, operation="list_notes").verdict is Verdict.FOREIGN


@given(st.text(), st.sampled_from(["GET", "POST", None]), st.sampled_from([HOST, VARIABLE, UNKNOWN]))
def test_any_path_has_an_answer(path: str, method: str | None, origin: Origin) -> None:
    answer(method, path, origin)


@given(st.lists(st.sampled_from(["/", "v3", "notes", "patients", "{}", "{...}", "x", "%2e", ".."])).map("".join))
def test_a_hole_never_hides_the_row_that_it_stands_for(template: str) -> None:
    path = normalise(template.replace("{...}", "v3/patients/1").replace("{}", "7"))
    known = answer("GET", path)
    unknown = answer("GET", template)
    if known.verdict is Verdict.ENDPOINT:
        assert known.endpoint in (unknown.endpoint, *unknown.candidates)


@given(st.text("ab/", max_size=6), st.text("ab/", max_size=6))
def test_templates_without_holes_are_texts(left: str, right: str) -> None:
    assert could_be(left, right) == (left == right)
