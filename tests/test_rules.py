"""The judgement, rule by rule: exactly which findings, where, and what they say."""

import pytest
from building import MANIFEST, manifest, matched, odd, span, subject

from scopelint.catalog.load import load_bundled
from scopelint.errors import ScopelintError
from scopelint.model import (
    Certainty,
    ChainLink,
    Finding,
    Mention,
    Need,
    ScopeSummary,
    Severity,
    UnreadableFile,
    Verdict,
)
from scopelint.rules import ALL, Subject, judge, summarise
from scopelint.rules.confusions import MEANT, advice
from scopelint.rules.select import select

SOAP = Need(("read:soap_notes",), certain=False, because="includeSoapNote is not known")


def verdicts(judged: Subject) -> list[tuple[str, int, str | None]]:
    return [(finding.code, finding.span.line, finding.scope) for finding in judge(judged)]


def only(judged: Subject) -> Finding:
    (finding,) = judge(judged)
    return finding


def test_a_manifest_that_says_what_the_code_needs_is_clean() -> None:
    calls = (matched("GET /v3/patients"), matched("POST /v3/emails/send", 2, handled=True))
    assert judge(subject(manifest("read:patients", optional=["write:emails"]), *calls)) == ()


def test_a_missing_scope() -> None:
    chain = (ChainLink(span(9, "http.py"), "session.request"),)
    finding = only(
        subject(manifest("read:patients"), matched("GET /v3/patients"), matched("GET /v3/tasks", 7, chain=chain))
    )
    assert finding == Finding(
        code="SCL101",
        slug="missing-scope",
        severity=Severity.ERROR,
        message="GET /v3/tasks needs read:tasks, which max-ai.app.toml does not declare",
        span=span(7),
        hint='add "read:tasks" to [permissions] scopes in max-ai.app.toml',
        scope="read:tasks",
        endpoint="GET /v3/tasks",
        chain=chain,
    )


def test_a_condition_is_told() -> None:
    need = Need(("read:soap_notes",), because="includeSoapNote=true")
    finding = only(subject(manifest("read:notes"), matched("GET /v3/notes", maybe=(need,))))
    assert finding.code == "SCL101"
    assert finding.message == (
        "GET /v3/notes with includeSoapNote=true needs read:soap_notes, which max-ai.app.toml does not declare"
    )


def test_two_calls_at_one_place_give_one_finding_a_scope_and_the_certain_one_wins() -> None:
    calls = (
        matched("GET /v3/patients/{id}", certainty=Certainty.PROBABLE, reason="the host is not known"),
        matched("GET /v3/patients"),
        matched("GET /v3/tasks"),
    )
    first, second = judge(subject(manifest(), *calls))
    assert (first.code, first.scope, second.code, second.scope) == ("SCL101", "read:patients", "SCL101", "read:tasks")
    assert first.message.startswith("GET /v3/patients and GET /v3/patients/{id} needs read:patients")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            matched("GET /v3/tasks", certainty=Certainty.PROBABLE, reason="the host is not known"),
            "GET /v3/tasks may need read:tasks (the host is not known), which max-ai.app.toml does not declare",
        ),
        (
            matched("GET /v3/marketplace/me", maybe=(SOAP,)),
            "GET /v3/marketplace/me may need read:soap_notes (includeSoapNote is not known), which max-ai.app.toml "
            "does not declare",
        ),
    ],
)
def test_a_doubtful_need_is_a_warning(call: object, message: str) -> None:
    finding = only(subject(manifest(), call))  # type: ignore[arg-type]  # parametrize knows no types
    assert (finding.code, finding.severity, finding.message) == ("SCL102", Severity.WARNING, message)


@pytest.mark.parametrize(
    ("handled", "required", "expected"),
    [(False, [], ["SCL103"]), (True, [], []), (False, ["write:emails"], ["SCL303"])],
)
def test_an_optional_scope_wants_its_refusal_handled(handled: bool, required: list[str], expected: list[str]) -> None:
    judged = subject(
        manifest(*required, optional=["write:emails"]), matched("POST /v3/emails/send", 4, handled=handled)
    )
    assert [finding.code for finding in judge(judged)] == expected


def test_unused_scopes() -> None:
    judged = subject(manifest("read:claims", "read:patients", optional=["write:emails"]), matched("GET /v3/patients"))
    unused, optional = judge(judged)
    assert (unused.code, unused.span, unused.message) == (
        "SCL201",
        span(3, MANIFEST, 5, 18),
        "no call needs read:claims",
    )
    assert unused.hint == 'remove "read:claims" from max-ai.app.toml, or mark its line with "# scopelint: keep"'
    assert (optional.code, optional.span.line) == ("SCL202", 5)
    assert optional.message == "no call needs the optional scope write:emails"


def test_a_scope_that_only_unused_code_needs_is_unused_and_the_code_is_named() -> None:
    finding = only(subject(manifest("read:claims"), matched("GET /v3/claims", 12, file="sdk.py", live=False)))
    assert finding.code == "SCL201"
    assert finding.message == "no call needs read:claims; the call at sdk.py:12 would, but nothing uses it"


def test_a_doubtful_need_is_a_use() -> None:
    calls = (matched("GET /v3/notes", maybe=(SOAP,)), matched("GET /v3/claims", certainty=Certainty.PROBABLE))
    assert judge(subject(manifest("read:notes", "read:soap_notes", "read:claims"), *calls)) == ()


def test_what_is_kept_is_never_unused() -> None:
    judged = subject(manifest("read:claims", optional=["write:emails"], keep=["read:claims", "write:emails"]))
    assert judge(judged) == ()


def test_an_unresolved_call_makes_its_candidates_possibly_used() -> None:
    call = odd(
        Verdict.UNRESOLVED,
        "GET",
        "/v3/{}",
        8,
        candidates=("GET /v3/claims", "GET /v3/notes"),
        reason="'name' is a parameter",
    )
    judged = subject(manifest("read:claims", "read:soap_notes", "read:notes", "read:tasks"), call)
    assert verdicts(judged) == [
        ("SCL901", 8, None),
        ("SCL203", 3, "read:claims"),
        ("SCL203", 4, "read:soap_notes"),
        ("SCL203", 5, "read:notes"),
        ("SCL201", 6, "read:tasks"),
    ]
    messages = [finding.message for finding in judge(judged)]
    assert messages[0] == "the endpoint of this call is not known: 'name' is a parameter"
    assert messages[1] == "no call is known to need read:claims, but the unresolved call at app.py:8 could"


def test_a_file_of_another_language_makes_a_scope_possibly_used() -> None:
    judged = subject(manifest("read:claims"), mentions=(Mention("GET /v3/claims", span(3, "web/api.ts")),))
    finding = only(judged)
    assert finding.code == "SCL203"
    assert finding.message == (
        "no call is known to need read:claims, but the mention of GET /v3/claims at web/api.ts:3 could"
    )


def test_an_endpoint_of_unknown_requirement_accuses_nobody_and_saves_nobody() -> None:
    judged = subject(manifest("read:notes"), matched("GET /v3/notes/{noteId}/images/{imageId}/url"))
    assert verdicts(judged) == [("SCL201", 3, "read:notes")]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (["read:encounters"], [("SCL302", "read:encounters is the legacy name of read:bills", 'write "read:bills"')]),
        (
            ["read:bills", "read:encounters"],
            [
                (
                    "SCL302",
                    "read:encounters is the legacy name of read:bills, which is declared too",
                    'remove "read:encounters"',
                )
            ],
        ),
        (["read:bills"], []),
    ],
)
def test_a_legacy_scope_satisfies_and_is_told_to_go(declared: list[str], expected: list[object]) -> None:
    findings = judge(subject(manifest(*declared), matched("GET /v3/bills")))
    assert [(finding.code, finding.message, finding.hint) for finding in findings] == expected


def test_a_legacy_scope_that_nothing_needs_is_unused_too() -> None:
    assert [code for code, _, _ in verdicts(subject(manifest("read:encounters")))] == ["SCL201", "SCL302"]


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("read:billing", 'there is no scope "read:billing"; read:bills is probably meant', 'write "read:bills"'),
        (
            "read:pateints",
            'there is no scope "read:pateints"; read:patients is probably meant',
            'write "read:patients"',
        ),
        (
            "write:patients",
            'there is no scope "write:patients"; no endpoint has a permission to write patients',
            'remove "write:patients"',
        ),
        (
            "read:phone-numbers",
            'there is no scope "read:phone-numbers"; read:phone_numbers is probably meant',
            'write "read:phone_numbers"',
        ),
        ("tasks:read", 'there is no scope "tasks:read"; read:tasks is probably meant', 'write "read:tasks"'),
        ("Read:Tasks", 'there is no scope "Read:Tasks"; read:tasks is probably meant', 'write "read:tasks"'),
        ("admin", 'there is no scope "admin"; no scope has a name like it', 'remove "admin"'),
        ("", 'there is no scope ""; no scope has a name like it', 'remove ""'),
    ],
)
def test_an_unknown_scope_names_what_was_meant_and_is_not_unused_too(name: str, message: str, hint: str) -> None:
    finding = only(subject(manifest(name)))
    assert (finding.code, finding.message, finding.hint) == ("SCL301", message, hint)


def test_every_confusion_leads_to_a_scope_of_the_table() -> None:
    names = {scope.name for scope in load_bundled().scopes}
    assert set(MEANT.values()) <= names
    assert not set(MEANT) & names
    assert [advice(name, names)[1] for name in MEANT] == list(MEANT.values())


def test_a_scope_declared_twice() -> None:
    judged = subject(manifest("read:tasks", "read:tasks", optional=["read:tasks"]), matched("GET /v3/tasks"))
    assert [(finding.span.line, finding.message) for finding in judge(judged)] == [
        (4, "read:tasks is declared twice (first on line 3)"),
        (5, "read:tasks is declared both as required and as optional (first on line 3)"),
    ]


@pytest.mark.parametrize(
    ("required", "optional", "message"),
    [
        (["read:soap_notes"], [], "read:soap_notes does nothing without read:notes, which is not declared"),
        (
            ["read:soap_notes"],
            ["read:notes"],
            "read:soap_notes does nothing without read:notes, which is only optional",
        ),
        ([], ["read:soap_notes"], "read:soap_notes does nothing without read:notes, which is not declared"),
        ([], ["read:soap_notes", "read:notes"], None),
        (["read:notes"], ["read:soap_notes"], None),
    ],
)
def test_a_scope_that_is_useless_alone(required: list[str], optional: list[str], message: str | None) -> None:
    judged = subject(manifest(*required, optional=optional))
    incomplete = [finding.message for finding in judge(judged) if finding.code == "SCL304"]
    assert incomplete == ([message] if message else [])


@pytest.mark.parametrize(
    ("call", "code", "message"),
    [
        (
            odd(Verdict.UNKNOWN_ENDPOINT, "GET", "/v3/patient", nearest="GET /v3/patients"),
            "SCL401",
            "there is no endpoint GET /v3/patient; the nearest is GET /v3/patients",
        ),
        (
            odd(Verdict.UNKNOWN_ENDPOINT, None, "/v3/xyz"),
            "SCL401",
            "there is no endpoint ANY /v3/xyz",
        ),
        (
            odd(Verdict.WRONG_METHOD, "PUT", "/v3/tasks/{}", nearest="GET, PATCH"),
            "SCL402",
            "there is no PUT /v3/tasks/{}; this path has GET, PATCH",
        ),
        (
            odd(Verdict.OTHER_VERSION, "GET", "/v1/patients"),
            "SCL403",
            "GET /v1/patients is another version of the API, whose scopes are not known here",
        ),
        (
            matched("GET /v3/marketplace/me", missing_query=("providerId",)),
            "SCL404",
            "GET /v3/marketplace/me needs the query parameter providerId, which the call does not give",
        ),
        (
            odd(Verdict.UNRESOLVED, "GET", None, expression="url"),
            "SCL901",
            "the endpoint of this call is not known: url is not known",
        ),
    ],
)
@pytest.mark.parametrize("declared", [manifest(), None])
def test_calls_of_what_the_table_does_not_have(call: object, code: str, message: str, declared: None) -> None:
    finding = only(subject(declared, call, call))  # type: ignore[arg-type]  # parametrize knows no types
    assert (finding.code, finding.message) == (code, message)


def test_an_unreadable_file() -> None:
    file = UnreadableFile(span(4, "old.py"), "invalid syntax")
    finding = only(subject(None, unreadable=(file,)))
    assert (finding.code, finding.span.path, finding.message) == (
        "SCL902",
        "old.py",
        "this file cannot be read as Python: invalid syntax",
    )


def test_what_was_not_analysed_could_need_any_scope() -> None:
    told = judge(
        subject(manifest("read:tasks", "read:claims"), matched("GET /v3/tasks"), lost=("a.py cannot be read",))
    )
    assert [(finding.code, finding.message) for finding in told] == [
        (
            "SCL203",
            "no call is known to need read:claims, but code that was not analysed (a.py cannot be read) could",
        )
    ]


def test_without_a_manifest_nothing_is_said_of_scopes() -> None:
    assert judge(subject(None, matched("GET /v3/tasks"), matched("GET /v3/claims", 2))) == ()


def test_calls_that_nothing_uses_do_not_count() -> None:
    calls = (matched("GET /v3/tasks", live=False), odd(Verdict.UNKNOWN_ENDPOINT, "GET", "/v3/x", live=False))
    assert judge(subject(manifest(), *calls)) == ()


def test_findings_are_in_order_of_place() -> None:
    calls = (matched("GET /v3/tasks", 9), matched("GET /v3/claims", 2), matched("GET /v3/bills", 2, file="a.py"))
    assert [(f.span.path, f.span.line) for f in judge(subject(manifest(), *calls))] == [
        ("a.py", 2),
        ("app.py", 2),
        ("app.py", 9),
    ]


def test_the_summary_of_scopes() -> None:
    judged = subject(
        manifest("read:patients", "read:claims", "read:billing", "read:emails", optional=["write:emails"]),
        matched("GET /v3/patients"),
        matched("GET /v3/tasks"),
        matched("GET /v3/notes", maybe=(SOAP,)),
        matched("GET /v3/inventory/products", live=False),
        odd(Verdict.UNRESOLVED, "GET", "/v3/{}", candidates=("GET /v3/emails",)),
    )
    assert summarise(judged) == ScopeSummary(
        required=("read:billing", "read:claims", "read:emails", "read:patients"),
        optional=("write:emails",),
        needed=("read:notes", "read:patients", "read:soap_notes", "read:tasks"),
        missing=("read:notes", "read:tasks"),
        maybe_missing=("read:soap_notes",),
        unused=("read:claims", "write:emails"),
        possibly_unused=("read:emails",),
        unknown=("read:billing",),
    )


def test_codes_and_slugs_are_unique_and_in_order() -> None:
    codes = [rule.code for rule in ALL]
    assert codes == sorted(set(codes))
    assert len({rule.slug for rule in ALL}) == len(ALL)


@pytest.mark.parametrize(
    ("selected", "ignored", "expected"),
    [
        ([], [], ["SCL101", "SCL102", "SCL201"]),
        (["SCL1"], [], ["SCL101", "SCL102"]),
        (["scl1"], ["SCL102"], ["SCL101"]),
        ([], ["SCL"], []),
        (["SCL101"], ["SCL1"], ["SCL101"]),
        (["SCL101"], ["SCL101"], []),
    ],
)
def test_selection(selected: list[str], ignored: list[str], expected: list[str]) -> None:
    known = [rule.code for rule in ALL]
    findings = [
        Finding(code=code, slug="x", severity=Severity.NOTE, message="m", span=span(1))
        for code in ("SCL101", "SCL102", "SCL201")
    ]
    chosen = select(findings, known=known, selected=selected, ignored=ignored)
    assert [finding.code for finding in chosen] == expected


def test_selection_by_file() -> None:
    known = [rule.code for rule in ALL]
    findings = [
        Finding(code="SCL101", slug="x", severity=Severity.NOTE, message="m", span=span(1, path))
        for path in ("scripts/a.py", "src/scripts.py", "src/b.py")
    ]
    chosen = select(findings, known=known, per_file_ignores={"scripts/": ["SCL1"], "b.py": ["SCL2"]})
    assert [finding.span.path for finding in chosen] == ["src/scripts.py", "src/b.py"]


@pytest.mark.parametrize("selector", ["SCL110", "E501", ""])
def test_a_selector_of_no_rule_is_refused(selector: str) -> None:
    with pytest.raises(ScopelintError, match=f'no rule is called "{selector}"'):
        select([], known=[rule.code for rule in ALL], ignored=[selector])
