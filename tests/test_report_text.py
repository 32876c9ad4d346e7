"""The formats for people: text and concise."""

from pathlib import Path

import pytest
import samples
from building import matched

from scopelint.model import App, Finding, Report, ScopeSummary, Severity, Span
from scopelint.report import RenderOptions, render
from scopelint.report.printable import printable


def test_text(tmp_path: Path) -> None:
    samples.write_source(tmp_path)
    assert (
        render(samples.report(tmp_path), "text")
        == r"""app.py:7:9: error SCL101 missing-scope
  GET /v3/tasks needs read:tasks, which max-ai.app.toml does not declare
    |
  7 | return session.get(f"{BASE}/v3/tasks")
    |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    = through http.py:9: session.request
    = help: add "read:tasks" to [permissions] scopes in max-ai.app.toml

app.py:11:12: note SCL901 unresolved-call
  the endpoint of this call is not known: 'name' is a parameter
     |
  11 | return session.get(
     |        ^^^^^^^^^^^^

max-ai.app.toml:2:12: warning SCL201 unused-scope
  no call needs read:claims
    |
  2 | scopes = ["read:claims"]
    |            ^^^^^^^^^^^^^
    = help: remove "read:claims" from max-ai.app.toml

odd,na:me\n%.py:3:1: error SCL401 unknown-endpoint
  there is no GET /v3/\x1b[2J\n::error::x|`<b>&%0A]]>[x](http://evil.test) @someone
    = help: *correct* the path

max-ai.app.toml: 2 calls, 1 scope needed, 1 declared; missing: read:tasks; unused: read:claims
2 errors, 1 warning, 1 note (1 finding suppressed) in 30 Python files, 12 of them analysed; 8 test files left out \
(--include-tests)
""".replace("\\\n(--", "(--")
    )


def test_text_in_colour(tmp_path: Path) -> None:
    samples.write_source(tmp_path)
    report = samples.report(tmp_path, findings=(samples.UNUSED,))
    assert render(report, "text", RenderOptions(color=True)).splitlines()[:6] == [
        "\x1b[1mmax-ai.app.toml:2:12\x1b[0m: \x1b[1;33mwarning SCL201\x1b[0m unused-scope",
        "  no call needs read:claims",
        "    \x1b[2m|\x1b[0m",
        '  \x1b[2m2\x1b[0m \x1b[2m|\x1b[0m scopes = ["read:claims"]',
        "    \x1b[2m|\x1b[0m \x1b[33m           ^^^^^^^^^^^^^\x1b[0m",
        '    \x1b[2m=\x1b[0m help: remove "read:claims" from max-ai.app.toml',
    ]


def test_verbose_text_tells_what_is_not_counted() -> None:
    report = samples.report(findings=())
    assert render(report, "text", RenderOptions(verbose=True)).splitlines()[0] == (
        "app.py:30:5: not counted: GET /v3/claims, since nothing uses this code"
    )


def test_without_a_manifest_the_needed_section_is_printed() -> None:
    scopes = ScopeSummary(
        needed=("read:notes", "read:soap_notes"), missing=("read:notes",), maybe_missing=("read:soap_notes",)
    )
    app = App(manifest=None, calls=(matched("GET /v3/notes"),), scopes=scopes)
    assert (
        render(Report(root="/nowhere", apps=(app,), findings=()), "text")
        == """\
No manifest (max-ai.app.toml) was found. The code needs this one:

[permissions]
scopes = [
    "read:notes",
    # "read:soap_notes",  # perhaps
]

No findings in 0 Python files, 0 of them analysed
"""
    )


def test_paths_are_shown_from_where_the_user_stands() -> None:
    report = samples.report("/project", findings=(samples.MISSING,))
    for folder, shown in (("/project", "app.py"), ("/", "project/app.py"), ("/project/src", "../app.py")):
        assert render(report, "concise", RenderOptions(folder=folder)).startswith(f"{shown}:7:9: SCL101 ")


def test_concise() -> None:
    assert render(samples.report(), "concise") == (
        "app.py:7:9: SCL101 GET /v3/tasks needs read:tasks, which max-ai.app.toml does not declare\n"
        "app.py:11:12: SCL901 the endpoint of this call is not known: 'name' is a parameter\n"
        "max-ai.app.toml:2:12: SCL201 no call needs read:claims\n"
        "odd,na:me\\n%.py:3:1: SCL401 there is no GET /v3/\\x1b[2J\\n::error::x|`<b>&%0A]]>[x](http://evil.test) "
        "@someone\n"
    )
    assert render(samples.report(findings=()), "concise") == ""


@pytest.mark.parametrize(
    ("line", "span", "expected"),
    [
        ("    日本 = get(url)", (10, 18), ("日本 = get(url)", "       ^^^^^^^^")),
        ("\tx\t= get(url)", (6, 9), ("x    = get(url)", "       ^^^")),
        ("get('\x1b[31m\u202e')", (1, 4), ("get('\\x1b[31m\\u202e')", "^^^")),
        ("x = get(url)", (90, 99), ("x = get(url)", "            ^")),
    ],
)
def test_excerpts(tmp_path: Path, line: str, span: tuple[int, int], expected: tuple[str, str]) -> None:
    (tmp_path / "a.py").write_text(line + "\n", encoding="utf-8")
    finding = Finding(
        code="SCL101", slug="s", severity=Severity.ERROR, message="m", span=Span("a.py", 1, span[0], 1, span[1])
    )
    lines = render(samples.report(tmp_path, findings=(finding,)), "text").splitlines()
    assert lines[3:5] == [f"  1 | {expected[0]}", f"    | {expected[1]}"]


def test_an_excerpt_of_a_very_long_line_shows_the_part_that_matters(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x" * 5000 + "get()" + "y" * 5000)
    finding = Finding(
        code="SCL101", slug="s", severity=Severity.ERROR, message="m", span=Span("a.py", 1, 5001, 1, 5006)
    )
    lines = render(samples.report(tmp_path, findings=(finding,)), "text").splitlines()
    assert lines[3] == "  1 | " + "x" * 60 + "get()" + "y" * 55
    assert lines[4] == "    | " + " " * 60 + "^^^^^"


@pytest.mark.parametrize("data", [b"# coding: nonsense\nx\n", b"\n" * 9, b""])
def test_a_line_that_cannot_be_quoted_is_not(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "app.py").write_bytes(data)
    assert "|" not in render(samples.report(tmp_path, findings=(samples.MISSING,)), "text")


def test_what_is_printable() -> None:
    assert printable("plain 日本 é") == "plain 日本 é"
    assert printable("\x1b[0m\x07\r\n\t\u202e\ud800\u2028\xa0") == "\\x1b[0m\\x07\\r\\n\\t\\u202e\\ud800\\u2028\xa0"
