"""Suppressing comments: which findings they take, and which of them took none."""

import pytest

from scopelint.model import Finding, Severity, Span
from scopelint.suppress import apply


def finding(code: str, line: int, end_line: int | None = None, path: str = "app.py") -> Finding:
    span = Span(path, line, 5, end_line or line, 20)
    return Finding(code=code, slug="x", severity=Severity.ERROR, message="m", span=span)


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("# scopelint: ignore[SCL101]", {"SCL101"}),
        ("# scopelint: ignore[SCL101, scl201]", {"SCL101", "SCL201"}),
        ("#scopelint:ignore [SCL1]", {"SCL101", "SCL102"}),
        ("# scopelint: ignore", {"SCL101", "SCL102", "SCL201"}),
        ("# type: ignore # scopelint: ignore  # because", {"SCL101", "SCL102", "SCL201"}),
        ("# scopelint: ignored", set()),
        ("# scopelint: ignore[]", set()),
        ("# noqa", {"SCL101", "SCL102", "SCL201"}),
        ("# NOQA:SCL101", {"SCL101"}),
        ("# noqa: E501, SCL101", {"SCL101"}),
        ("# noqa: E501 SCL201", {"SCL201"}),
        ("# noqa: SCL1", {"SCL101", "SCL102"}),
        ("# noqa: E501", set()),
        ("# noqa: SCL101 but not SCL201", {"SCL101"}),
        ("# noqas: SCL101", set()),
        ("# a word on noqa: SCL101", set()),
    ],
)
def test_what_a_comment_suppresses(comment: str, codes: set[str]) -> None:
    findings = [finding(code, 3) for code in ("SCL101", "SCL102", "SCL201")]
    outcome = apply(findings, {"app.py": ((3, comment),)})
    assert {suppressed.finding.code for suppressed in outcome.suppressed} == codes
    assert {suppressed.by for suppressed in outcome.suppressed} <= {"comment"}
    assert {kept.code for kept in outcome.kept} - {"SCL903"} == {"SCL101", "SCL102", "SCL201"} - codes


@pytest.mark.parametrize(("line", "suppressed"), [(3, True), (4, False), (6, False), (7, False)])
def test_the_line_on_which_a_finding_stands_counts(line: int, suppressed: bool) -> None:
    outcome = apply([finding("SCL101", 3, 6)], {"app.py": ((line, "# noqa: SCL101"),)})
    assert bool(outcome.suppressed) is suppressed


def test_an_end_at_the_start_of_a_line_lies_on_the_line_before() -> None:
    whole_line = Finding(code="SCL101", slug="x", severity=Severity.ERROR, message="m", span=Span("app.py", 3, 1, 4, 1))
    assert apply([whole_line], {"app.py": ((3, "# noqa"),)}).suppressed
    assert not apply([whole_line], {"app.py": ((4, "# noqa"),)}).suppressed


def test_another_files_comment_suppresses_nothing() -> None:
    outcome = apply([finding("SCL101", 3)], {"other.py": ((3, "# noqa: SCL101"),)})
    assert [(kept.code, kept.span.path) for kept in outcome.kept] == [("SCL101", "app.py"), ("SCL903", "other.py")]


@pytest.mark.parametrize(
    ("comment", "message", "hint"),
    [
        ("# scopelint: ignore", "suppresses nothing: # scopelint: ignore", "remove the comment"),
        ("# scopelint: ignore[]", "suppresses nothing: # scopelint: ignore[]", "remove the comment"),
        ("# noqa: E501, SCL201", "suppresses nothing: SCL201", "remove the comment"),
        ("# scopelint: ignore[SCL101, SCL201]", "suppresses nothing: SCL201", "remove SCL201 from it"),
    ],
)
def test_an_unused_suppression_is_a_note(comment: str, message: str, hint: str) -> None:
    used = [finding("SCL101", 3)] if "SCL101" in comment else []
    outcome = apply(used, {"app.py": ((3, comment),)})
    assert outcome.kept == (
        Finding(
            code="SCL903",
            slug="unused-suppression",
            severity=Severity.NOTE,
            message=message,
            span=Span("app.py", 3, 1, 3, 1),
            hint=hint,
        ),
    )


def test_what_is_nobodys_or_another_tools_is_never_reported() -> None:
    assert apply([], {"app.py": ((1, "# noqa"), (2, "# noqa: E501"), (3, "# scopelint: keep"))}).kept == ()
