"""Suppressing comments: which findings they take, and which of them took none."""

import json
from pathlib import Path

import pytest
from running import run

from scopelint.model import Finding, Severity, Span
from scopelint.rules import ALL
from scopelint.suppress import Comment, Outcome
from scopelint.suppress import apply as applied

JOINED = '''import requests

URL = "https://api.maxcare.ai/v3"
requests.get(URL + "/tasks", headers={"a": """
"""})  # noqa: SCL101
requests.get(URL + "/tasks", headers={"a": f"""
{URL}
# noqa: SCL404
"""})  # scopelint: ignore[SCL101]
answer = \\
    requests.get(URL + "/tasks")  # noqa: SCL101
requests.get(URL + "/tasks", headers={"a": """
""", "b": """
"""})  # noqa: SCL101
requests.get(URL + "/tasks", headers={"a": b"", "c": "\\
"})  # noqa: SCL101
requests.get(
    URL + "/tasks",
)   # noqa: SCL101
'''


def finding(code: str, line: int, end_line: int | None = None, path: str = "app.py") -> Finding:
    span = Span(path, line, 5, end_line or line, 20)
    return Finding(code=code, slug="x", severity=Severity.ERROR, message="m", span=span)


def apply(findings: list[Finding], comments: dict[str, tuple[tuple[int, str], ...]]) -> Outcome:
    """Apply comments, given as line and text, that stand in column 9."""
    placed: dict[str, list[Comment]] = {
        path: [(line, line, 9, text) for line, text in rows] for path, rows in comments.items()
    }
    return applied(findings, placed, {rule.code: rule.slug for rule in ALL})


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
        ("# scopelint: ignore[SCL101", set()),
        ("# scopelint: ignore[", set()),
        ("# scopelint: ignore SCL101", set()),
        ("# scopelint: ignore: SCL101, SCL102", set()),
        ("# scopelint: ignore(SCL101)", set()),
        ("# scopelint: ignore[SCL101  # noqa: SCL102", {"SCL102"}),
        ("# scopelint: ignore, for SCL101 is known", {"SCL101", "SCL102", "SCL201"}),
        ("# scopelint: ignore[missing-scope]", set()),
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
        (
            "# scopelint: ignore[SCL201",
            'suppresses nothing: the codes of "# scopelint: ignore[SCL201" must stand in brackets',
            'write "# scopelint: ignore[SCL201]"',
        ),
        (
            "# scopelint: ignore[SCL999]",
            "suppresses nothing: no rule has the code SCL999",
            "remove the comment",
        ),
        (
            "# noqa: SCL999, SCL101",
            "suppresses nothing: no rule has the code SCL999",
            "remove SCL999 from it",
        ),
        (
            "# scopelint: ignore[missing-scope, SCL201]",
            "suppresses nothing: SCL201; no rule has the code missing-scope",
            "write SCL101 for missing-scope",
        ),
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
            span=Span("app.py", 3, 9, 3, 9 + len(comment)),
            hint=hint,
        ),
    )


def test_what_is_nobodys_or_another_tools_is_never_reported() -> None:
    assert apply([], {"app.py": ((1, "# noqa"), (2, "# noqa: E501"), (3, "# scopelint: keep"))}).kept == ()


def test_a_comment_counts_on_the_lines_that_strings_and_backslashes_join(tmp_path: Path) -> None:
    (tmp_path / "max-ai.app.toml").write_text("[permissions]\nscopes = []\n")
    (tmp_path / "app.py").write_text(JOINED)
    result = run(tmp_path, "check", "--no-cache", "--format", "concise")
    assert result.stdout.splitlines() == [
        "app.py:17:1: SCL101 GET /v3/tasks needs read:tasks, which max-ai.app.toml does not declare",
        "app.py:19:5: SCL903 suppresses nothing: SCL101",
    ]


def test_the_excerpt_shows_the_comment(tmp_path: Path) -> None:
    (tmp_path / "max-ai.app.toml").write_text("[permissions]\nscopes = []\n")
    (tmp_path / "app.py").write_text("def f():\n    pass  # type: ignore  # noqa: E501, SCL101\n")
    assert run(tmp_path, "check", "--no-cache").stdout.splitlines()[:6] == [
        "app.py:2:27: note SCL903 unused-suppression",
        "  suppresses nothing: SCL101",
        "    |",
        "  2 | pass  # type: ignore  # noqa: E501, SCL101",
        "    |                       ^^^^^^^^^^^^^^^^^^^^",
        "    = help: remove the comment",
    ]


def test_what_a_keep_mark_hides_is_counted_as_suppressed(tmp_path: Path) -> None:
    (tmp_path / "max-ai.app.toml").write_text('[permissions]\nscopes = [\n  "read:claims",  # scopelint: keep\n]\n')
    (tmp_path / "app.py").write_text("print(1)\n")
    result = run(tmp_path, "check", "--no-cache", "--format", "json")
    (row,) = json.loads(result.stdout)["suppressed"]
    assert (result.returncode, row["code"], row["scope"], row["path"], row["line"], row["suppressed_by"]) == (
        *(0, "SCL201", "read:claims"),
        *("max-ai.app.toml", 3, "comment"),
    )
    last = run(tmp_path, "check", "--no-cache").stdout.splitlines()[-1]
    assert last == "No findings (1 finding suppressed) in 1 Python file, 0 of them analysed"
