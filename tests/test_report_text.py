"""The formats for people: text and concise."""

from pathlib import Path

import msgspec
import pytest
import samples
from building import manifest, matched

from scopelint import cli
from scopelint.catalog.glossary import glossary
from scopelint.catalog.load import load_bundled
from scopelint.commands.terminal import shows_links, wants_color
from scopelint.model import App, ChainLink, Finding, Report, ScopeSummary, Severity, Span
from scopelint.report import RenderOptions, render
from scopelint.report.ansi import wrapped
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

max-ai.app.toml: 2 calls, 1 scope needed, 1 declared
  missing  read:tasks
  unused   read:claims
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


def test_the_summary_names_what_is_not_in_order() -> None:
    scopes = ScopeSummary(
        required=("read:billing", "read:claims", "read:encounters"),
        needed=("read:bills", "read:tasks"),
        missing=("read:facilities", "read:phone_numbers", "read:providers", "read:tasks"),
        unused=("read:claims",),
        unknown=("read:billing",),
    )
    app = App(manifest=manifest("read:claims"), calls=(), scopes=scopes)
    report = Report(root="/nowhere", apps=(app,), findings=(), glossary=glossary(load_bundled()))
    assert (
        render(report, "text", RenderOptions(width=60))
        == """\
max-ai.app.toml: 0 calls, 2 scopes needed, 3 declared
  missing  read:facilities read:phone_numbers read:providers
           read:tasks
  unused   read:claims
  unknown  read:billing
  legacy   read:encounters
No findings in 0 Python files, 0 of them analysed
"""
    )
    painted = render(report, "text", RenderOptions(color=True)).splitlines()
    assert painted[1].startswith("  \x1b[31mmissing\x1b[0m  read:facilities")
    assert painted[4] == "  \x1b[35mlegacy\x1b[0m   read:encounters"
    assert render(report, "markdown").splitlines()[-1] == (
        "`max-ai.app.toml`: missing: `read:facilities`, `read:phone_numbers`, `read:providers`, `read:tasks`; "
        "unused: `read:claims`; unknown: `read:billing`; legacy: `read:encounters`"
    )


def test_a_narrow_terminal(tmp_path: Path) -> None:
    samples.write_source(tmp_path)
    report = samples.report(tmp_path, findings=(samples.MISSING,))
    lines = render(report, "text", RenderOptions(width=40)).splitlines()
    assert lines[:12] == [
        "app.py:7:9: error SCL101 missing-scope",
        "  GET /v3/tasks needs read:tasks, which",
        "  max-ai.app.toml does not declare",
        "    |",
        '  7 | return session.get(f"{BASE}/v3/ta…',
        "    |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "    = through http.py:9: session.request",
        '    = help: add "read:tasks" to',
        "            [permissions] scopes in",
        "            max-ai.app.toml",
        "",
        "max-ai.app.toml: 2 calls, 1 scope needed, 1 declared",
    ]


def test_links_name_the_machine_and_hide_nothing() -> None:
    finding = Finding(
        code="SCL101", slug="s", severity=Severity.ERROR, message="m", span=Span("odd \x1b;\n.py", 3, 1, 3, 2)
    )
    report = samples.report("/project", findings=(finding,))
    assert render(report, "text", RenderOptions(link_host="front desk")).splitlines()[0] == (
        "\x1b]8;;file://front%20desk/project/odd%20%1B%3B%0A.py\x1b\\odd \\x1b;\\n.py:3:1\x1b]8;;\x1b\\: error SCL101 s"
    )


def test_the_call_itself_is_not_told_as_a_step() -> None:
    chain = (ChainLink(samples.MISSING.span, "client.get"), *samples.CHAIN)
    finding = msgspec.structs.replace(samples.MISSING, chain=chain)
    shown = render(samples.report(findings=(finding,)), "text")
    assert "client.get" not in shown
    assert "through http.py:9: session.request" in shown


@pytest.mark.parametrize(
    ("environment", "on_terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": "3", "NO_COLOR": "1"}, True, False),
    ],
)
def test_when_colours_are_used(environment: dict[str, str], on_terminal: bool, expected: bool) -> None:
    assert wants_color(environment, on_terminal) is expected


@pytest.mark.parametrize(
    ("environment", "on_terminal", "expected"),
    [
        ({"TERM": "xterm-256color"}, True, False),
        ({"TERM": "xterm-kitty"}, True, True),
        ({"TERM": "xterm-kitty", "TMUX": "/run/tmux"}, True, False),
        ({"TERM": "xterm-kitty"}, False, False),
        ({"TERM_PROGRAM": "vscode"}, True, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, True, False),
        ({"VTE_VERSION": "7600"}, True, True),
        ({"VTE_VERSION": "4600"}, True, False),
        ({"VTE_VERSION": "new"}, True, False),
        ({"WT_SESSION": "x"}, True, True),
        ({"WT_SESSION": "x", "NO_HYPERLINKS": "1"}, True, False),
        ({"FORCE_HYPERLINK": "1"}, True, True),
        ({"FORCE_HYPERLINK": "1", "CI": "true"}, True, False),
    ],
)
def test_when_links_are_written(environment: dict[str, str], on_terminal: bool, expected: bool) -> None:
    assert shows_links(environment, on_terminal) is expected


def test_lines_break_at_blanks_only() -> None:
    assert list(wrapped("a long-unbroken-word-of-a-path that stays", 20)) == [
        "a",
        "long-unbroken-word-of-a-path",
        "that stays",
    ]
    assert list(wrapped("日本 日本 日本 日本 日本", 20, 2)) == ["日本 日本 日本 日本", "  日本"]
    assert list(wrapped('mark its line with "# scopelint: keep"', 30)) == ["mark its line with", '"# scopelint: keep"']
    assert list(wrapped('an odd " in it and more words', 20)) == ['an odd " in it and', "more words"]
    assert list(wrapped("as  it is", 0)) == ["as  it is"]


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


def test_what_is_said_names_files_from_where_the_user_stands_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app, beside = tmp_path / "apps/billing", tmp_path / "common"
    app.mkdir(parents=True)
    beside.mkdir()
    (app / "max-ai.app.toml").write_text('[permissions]\nscopes = ["read:claims"]\n')
    (app / "main.py").write_text('import requests\n\nrequests.get("https://api.maxcare.ai/v3/bills")\n')
    monkeypatch.chdir(beside)
    assert cli.run(["../apps/billing", "--no-cache"]) == 1
    assert (
        capsys.readouterr().out
        == """\
../apps/billing/main.py:3:1: error SCL101 missing-scope
  GET /v3/bills needs read:bills, which ../apps/billing/max-ai.app.toml does not declare
    |
  3 | requests.get("https://api.maxcare.ai/v3/bills")
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    = help: add "read:bills" to [permissions] scopes in ../apps/billing/max-ai.app.toml

../apps/billing/max-ai.app.toml:2:11: warning SCL201 unused-scope
  no call needs read:claims
    |
  2 | scopes = ["read:claims"]
    |           ^^^^^^^^^^^^^
    = help: remove "read:claims" from ../apps/billing/max-ai.app.toml, or mark its line with "# scopelint: keep"

../apps/billing/max-ai.app.toml: 1 call, 1 scope needed, 1 declared
  missing  read:bills
  unused   read:claims
1 error, 1 warning in 1 Python file, 1 of them analysed
"""
    )
    (app / "main.py").write_text("import requests\n\n\ndef f(p):\n    requests.get(f'https://api.maxcare.ai/v3/{p}')\n")
    cli.run(["../apps/billing", "--no-cache", "--format", "concise"])
    assert capsys.readouterr().out.splitlines()[-1] == (
        "../apps/billing/max-ai.app.toml:2:11: SCL203 no call is known to need read:claims, but the unresolved call at "
        "../apps/billing/main.py:5 could"
    )


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
    assert lines[3] == "  1 | …" + "x" * 59 + "get()" + "y" * 54 + "…"
    assert lines[4] == "    | " + " " * 60 + "^^^^^"


@pytest.mark.parametrize("data", [b"# coding: nonsense\nx\n", b"\n" * 9, b""])
def test_a_line_that_cannot_be_quoted_is_not(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "app.py").write_bytes(data)
    assert "|" not in render(samples.report(tmp_path, findings=(samples.MISSING,)), "text")


def test_what_is_printable() -> None:
    assert printable("plain 日本 é") == "plain 日本 é"
    assert printable("\x1b[0m\x07\r\n\t\u202e\ud800\u2028\xa0") == "\\x1b[0m\\x07\\r\\n\\t\\u202e\\ud800\\u2028\xa0"
