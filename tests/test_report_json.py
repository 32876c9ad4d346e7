"""The JSON document: its fields, its schema, and text that UTF-8 cannot hold."""

import json

import jsonschema
import samples
from building import manifest, matched

from scopelint.model import App, Finding, Report, ScopeSummary, Severity, Span
from scopelint.report import render
from scopelint.report.schemas import schema


def test_the_document() -> None:
    document = json.loads(render(samples.report(), "json"))
    jsonschema.validate(document, json.loads(schema("report")))
    place = {"path": "http.py", "line": 9, "column": 5, "end_line": 9, "end_column": 30, "label": "session.request"}
    assert list(document) == [
        "version",
        "scopelint",
        "manifest",
        "findings",
        "suppressed",
        "calls",
        "scopes",
        "summary",
        "incomplete",
    ]
    assert document["version"] == 1
    assert document["manifest"] == "max-ai.app.toml"
    assert document["findings"][0] == {
        "code": "SCL101",
        "slug": "missing-scope",
        "severity": "error",
        "message": "GET /v3/tasks needs read:tasks, which max-ai.app.toml does not declare",
        "hint": 'add "read:tasks" to [permissions] scopes in max-ai.app.toml',
        "path": "app.py",
        "line": 7,
        "column": 9,
        "end_line": 7,
        "end_column": 40,
        "scope": "read:tasks",
        "endpoint": "GET /v3/tasks",
        "chain": [place],
    }
    assert document["findings"][3]["message"] == samples.HOSTILE.message
    assert [(row["code"], row["suppressed_by"]) for row in document["suppressed"]] == [("SCL404", "comment")]
    assert document["calls"][0] == {
        "method": "GET",
        "origin": "https://api.maxcare.ai",
        "path": "/v3/tasks",
        "endpoint": "GET /v3/tasks",
        "query": [],
        "open_query": False,
        "scopes": ["read:tasks"],
        "sink": "requests.get",
        "file": "app.py",
        "line": 7,
        "column": 5,
        "certainty": "certain",
        "verdict": "endpoint",
        "reason": "",
        "live": True,
        "chain": [place],
    }
    assert [(call["endpoint"], call["certainty"], call["live"]) for call in document["calls"][1:]] == [
        (None, "unresolved", True),
        ("GET /v3/claims", "certain", False),
    ]
    assert document["scopes"] == {
        "required": ["read:claims"],
        "optional": [],
        "needed": ["read:tasks"],
        "missing": ["read:tasks"],
        "maybe_missing": [],
        "unused": ["read:claims"],
        "possibly_unused": [],
        "unknown": [],
    }
    assert document["summary"] == {
        "errors": 2,
        "warnings": 1,
        "notes": 1,
        "suppressed": 1,
        "calls": 3,
        "files": 30,
        "beside": 0,
        "analysed": 12,
        "skipped_tests": 8,
        "unreadable": 0,
    }


def test_several_apps() -> None:
    shared = matched("GET /v3/tasks")
    apps = (
        App(manifest=manifest(path="a/max-ai.app.toml"), calls=(shared,), scopes=ScopeSummary(missing=("read:tasks",))),
        App(manifest=manifest(path="b/max-ai.app.toml"), calls=(shared,), scopes=ScopeSummary(needed=("read:tasks",))),
    )
    document = json.loads(render(Report(root="/nowhere", apps=apps, findings=()), "json"))
    jsonschema.validate(document, json.loads(schema("report")))
    assert (document["manifest"], len(document["calls"])) == (None, 1)
    assert (document["scopes"]["missing"], document["scopes"]["needed"]) == (["read:tasks"], ["read:tasks"])
    assert [(app["manifest"], app["scopes"]["missing"], len(app["calls"])) for app in document["apps"]] == [
        ("a/max-ai.app.toml", ["read:tasks"], 1),
        ("b/max-ai.app.toml", [], 1),
    ]


def test_a_lone_surrogate_is_escaped() -> None:
    finding = Finding(
        code="SCL101", slug="s", severity=Severity.ERROR, message="\ud800 é", span=Span("x\udcff.py", 1, 1, 1, 2)
    )
    text = render(samples.report(findings=(finding,)), "json")
    assert '"message": "\\ud800 é"' in text
    assert json.loads(text.encode("utf-8"))["findings"][0]["path"] == "x\udcff.py"
