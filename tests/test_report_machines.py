"""The formats for other tools, each read back by a tool that is not ours, with hostile text in every place."""

import json
import xml.etree.ElementTree
from pathlib import Path
from urllib.parse import unquote

import pytest
import samples
from building import manifest, matched
from markdown_it import MarkdownIt

from scopelint.model import App, Finding, Report, ScopeSummary, Severity, Span
from scopelint.report import FORMATS, render
from scopelint.report.fingerprints import fingerprints
from scopelint.rules import ALL

HOSTILE_SHOWN = r"there is no GET /v3/\x1b[2J\n::error::x|`<b>&%0A]]>[x](http://evil.test) @someone"


def moved(finding: Finding, lines: int) -> Finding:
    span = finding.span
    return Finding(
        code=finding.code,
        slug=finding.slug,
        severity=finding.severity,
        message=finding.message,
        span=Span(span.path, span.line + lines, span.column, span.end_line + lines, span.end_column),
        scope=finding.scope,
        endpoint=finding.endpoint,
    )


def test_github() -> None:
    assert render(samples.report(), "github").splitlines() == [
        "::error file=app.py,line=7,endLine=7,col=9,endColumn=40,title=SCL101 missing-scope::GET /v3/tasks needs "
        'read:tasks, which max-ai.app.toml does not declare. To do: add "read:tasks" to [permissions] scopes in '
        "max-ai.app.toml",
        "::notice file=app.py,line=11,endLine=13,title=SCL901 unresolved-call::the endpoint of this call is not known: "
        "'name' is a parameter",
        "::warning file=max-ai.app.toml,line=2,endLine=2,col=12,endColumn=25,title=SCL201 unused-scope::no call needs "
        'read:claims. To do: remove "read:claims" from max-ai.app.toml',
        "::error file=odd%2Cna%3Ame\\n%25.py,line=3,endLine=3,col=1,endColumn=4,title=SCL401 unknown-endpoint::"
        + HOSTILE_SHOWN.replace("%", "%25")
        + ". To do: *correct* the path",
    ]


def test_gitlab() -> None:
    issues = json.loads(render(samples.report(), "gitlab"))
    assert issues[0] == {
        "description": "SCL101 GET /v3/tasks needs read:tasks, which max-ai.app.toml does not declare",
        "check_name": "SCL101",
        "fingerprint": issues[0]["fingerprint"],
        "severity": "major",
        "location": {"path": "app.py", "lines": {"begin": 7, "end": 7}},
    }
    assert [issue["severity"] for issue in issues] == ["major", "info", "minor", "major"]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert issues[3]["description"] == f"SCL401 {HOSTILE_SHOWN}"


def test_fingerprints_survive_moved_lines_and_tell_twins_apart() -> None:
    findings = [samples.MISSING, moved(samples.MISSING, 2), samples.UNUSED]
    before = fingerprints(findings)
    assert fingerprints([moved(finding, 40) for finding in findings]) == before
    assert len(set(before)) == len(before)
    told = Finding(
        code="SCL203",
        slug="s",
        severity=Severity.NOTE,
        message="but the unresolved call at app.py:8 could (first on line 3)",
        span=Span("m.toml", 1, 1, 1, 2),
    )
    later = Finding(
        code="SCL203",
        slug="s",
        severity=Severity.NOTE,
        message="but the unresolved call at app.py:9 could (first on line 4)",
        span=Span("m.toml", 1, 1, 1, 2),
    )
    assert fingerprints([told]) == fingerprints([later])


def test_sarif(tmp_path: Path) -> None:
    text = render(samples.report(), "sarif")
    run = json.loads(text)["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.code for rule in ALL]
    results = run["results"]
    assert [(row["ruleId"], row["level"]) for row in results] == [
        ("SCL101", "error"),
        ("SCL901", "note"),
        ("SCL201", "warning"),
        ("SCL401", "error"),
        ("SCL404", "warning"),
    ]
    assert all(run["tool"]["driver"]["rules"][row["ruleIndex"]]["id"] == row["ruleId"] for row in results)
    assert results[0]["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "app.py", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 7, "startColumn": 9, "endLine": 7, "endColumn": 40},
            }
        }
    ]
    steps = results[0]["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["physicalLocation"]["artifactLocation"]["uri"] for step in steps] == ["app.py", "http.py"]
    assert steps[1]["location"]["message"] == {"text": "session.request"}
    assert unquote(results[3]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]) == "odd,na:me\n%.py"
    assert r"/v3/\\x1b\[2J\\n::error::x|`<b>&%0A\]\]>\[x\](http://evil.test)" in results[3]["message"]["text"]
    assert [row.get("suppressions") for row in results] == [None, None, None, None, [{"kind": "inSource"}]]
    pysarif = pytest.importorskip("pysarif")
    (tmp_path / "report.sarif").write_text(text, "utf-8")
    read = pysarif.load_from_file(str(tmp_path / "report.sarif"))
    assert [result.rule_id for result in read.runs[0].results] == [row["ruleId"] for row in results]


def test_sarif_of_a_run_that_is_not_complete() -> None:
    report = Report(root="/nowhere", apps=(), findings=(), incomplete=("a worker died",))
    (invocation,) = json.loads(render(report, "sarif"))["runs"][0]["invocations"]
    assert invocation == {
        "executionSuccessful": False,
        "toolExecutionNotifications": [{"level": "error", "message": {"text": "a worker died"}}],
    }


def test_junit() -> None:
    text = render(samples.report(), "junit")
    suite = xml.etree.ElementTree.fromstring(text)[0]
    assert suite.attrib == {"name": "scopelint", "tests": "4", "failures": "3", "errors": "0", "skipped": "1"}
    assert [(case.attrib["name"], case[0].tag) for case in suite] == [
        ("SCL101 app.py:7:9", "failure"),
        ("SCL901 app.py:11:12", "skipped"),
        ("SCL201 max-ai.app.toml:2:12", "failure"),
        ("SCL401 odd,na:me\\n%.py:3:1", "failure"),
    ]
    assert (suite[3][0].attrib, suite[3][0].text) == ({"type": "error", "message": HOSTILE_SHOWN}, "*correct* the path")
    clean = xml.etree.ElementTree.fromstring(render(samples.report(findings=()), "junit"))[0]
    assert (clean.attrib["tests"], clean.attrib["failures"], [list(case) for case in clean]) == ("1", "0", [[]])


def test_markdown() -> None:
    assert (
        render(samples.report(findings=(samples.MISSING, samples.UNUSED)), "markdown")
        == """\
### scopelint: 1 error, 1 warning

| where | code | finding | what to do |
|---|---|---|---|
| `app.py:7` | error SCL101 | GET /v3/tasks needs read:tasks, which max-ai.app.toml does not declare | add \
"read:tasks" to &#91;permissions&#93; scopes in max-ai.app.toml |
| `max-ai.app.toml:2` | warning SCL201 | no call needs read:claims | remove "read:claims" from max-ai.app.toml |

`max-ai.app.toml`: missing: `read:tasks`; unused: `read:claims`
"""
    )


def test_hostile_text_is_only_text_in_markdown() -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(
        render(samples.report(findings=(samples.HOSTILE,)), "markdown")
    )
    cells = html.split("<td>")[1:]
    assert len(cells) == 4
    assert cells[0].startswith("<code>odd,na:me\\n%.py:3</code>")
    expected = HOSTILE_SHOWN.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    expected = expected.replace("://", ":\u200b//").replace("@", "@\u200b")
    assert cells[2].startswith(f"{expected}</td>")
    assert cells[3].startswith("*correct* the path</td>")


def test_code_in_markdown_survives_backticks_and_pipes() -> None:
    finding = moved(samples.MISSING, 0)
    odd = Finding(code="SCL101", slug="s", severity=Severity.ERROR, message="m", span=Span("a`b``c|d.py", 1, 1, 1, 2))
    html = MarkdownIt("gfm-like", {"linkify": False}).render(
        render(samples.report(findings=(finding, odd)), "markdown")
    )
    assert "<code>a`b``c|d.py:1</code>" in html


def test_markdown_without_a_manifest() -> None:
    app = App(manifest=None, calls=(matched("GET /v3/tasks"),), scopes=ScopeSummary(missing=("read:tasks",)))
    assert (
        render(Report(root="/nowhere", apps=(app,), findings=()), "markdown")
        == """\
### scopelint: no findings

No manifest was found. The code needs:

```toml
[permissions]
scopes = [
    "read:tasks",
]
```
"""
    )


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_the_same_places(name: str) -> None:
    finding = Finding(
        code="SCL101",
        slug="missing-scope",
        severity=Severity.ERROR,
        message="m",
        span=Span("deep/app.py", 12345, 7, 12345, 9),
    )
    text = render(samples.report(findings=(finding,)), name)
    assert all(part in text for part in ("deep/app.py", "12345", "SCL101"))
    assert text.endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_fails_on_strange_text(name: str) -> None:
    strange = "\ud800\x00\x85\u2028\ufffe\uffff\U0010ffff\\"
    path = strange.replace("\ud800", "\udcff")  # a byte that is not UTF-8, as Python decodes file names
    finding = Finding(
        code="SCL101",
        slug="missing-scope",
        severity=Severity.ERROR,
        message=strange,
        span=Span(path, 1, 1, 1, 2),
        hint=strange,
        chain=samples.CHAIN,
    )
    apps = (App(manifest=manifest(strange, path=path), calls=(), scopes=ScopeSummary(unknown=(strange,))),)
    text = render(Report(root="/nowhere", apps=apps, findings=(finding,), incomplete=(strange,)), name)
    text.encode("utf-8")
    if name == "junit":
        xml.etree.ElementTree.fromstring(text)
    elif name in ("json", "sarif", "gitlab"):
        json.loads(text)
    else:
        assert not {"\x00", "\x85", "\u2028"} & set(text)
