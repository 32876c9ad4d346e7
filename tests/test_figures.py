"""The text, JSON, SARIF and HTML reports of every fixture tell the same figures."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from cases import CALL_CASES, CASES, FIXTURES
from web_apps import write_app

from scopelint import pipeline
from scopelint.config import load
from scopelint.model import Report
from scopelint.report import render

LISTS = {
    "missing": "missing",
    "perhaps missing": "maybe_missing",
    "unused": "unused",
    "possibly unused": "possibly_unused",
    "unknown": "unknown",
}
"""The lists of scopes: as the text and the HTML report call them, and as the JSON report does."""


class Page(HTMLParser):
    """What the HTML report shows, by the section that it stands in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.findings: dict[str, Counter[str]] = {}  # section -> severities
        self.calls: set[str] = set()
        self.rows: dict[str, dict[str, tuple[set[str], set[str]]]] = {}  # app -> scope -> states, marks
        self._section = self._app = self._scope = ""
        self._states: set[str] = set()
        self._in_name = self._in_words = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if tag == "section":
            self._section = given.get("id", self._section)
        if re.fullmatch(r"app-\d+", given.get("id", "")):
            self._app = given["id"]
        if classes[:1] == ["finding"]:
            self.findings.setdefault(self._section, Counter())[classes[1]] += 1
        if "data-call" in given:
            self.calls.add(given["data-call"])
        if tag == "tr" and "data-states" in given:
            self._states, self._scope = set(given["data-states"].split()), ""
        self._in_name = tag == "code" and bool(self._states) and not self._scope
        self._in_words = tag == "span" and classes == ["words"]

    def handle_data(self, data: str) -> None:
        if self._in_name:
            self._scope = data
            self.rows.setdefault(self._app, {})[data] = (self._states, set())
        elif self._in_words:
            self.rows[self._app][self._scope][1].add(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_name = self._in_words = False
        if tag == "tr":
            self._states = set()


def severities(document: dict[str, Any]) -> Counter[str]:
    return Counter(finding["severity"] for finding in document["findings"])


def apps(document: dict[str, Any]) -> list[dict[str, Any]]:
    return document.get("apps") or [document]


def named(app: Path | int) -> str:
    return f"{app.parent.name}/{app.name}" if isinstance(app, Path) else f"{app} calls"


@pytest.fixture(params=[*CASES, *CALL_CASES, FIXTURES / "clinic_app", 0, 5, 200], ids=named)
def report(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    folder = request.param if isinstance(request.param, Path) else write_app(tmp_path / "app", request.param)
    monkeypatch.chdir(folder)
    return pipeline.check(["."], load(Path()))


def test_all_formats_tell_the_same_figures(report: Report) -> None:
    document = json.loads(render(report, "json"))
    found, hidden = severities(document), len(document["suppressed"])
    summary = document["summary"]
    assert (summary["errors"], summary["warnings"], summary["notes"], summary["suppressed"]) == (
        *(found[severity] for severity in ("error", "warning", "note")),
        hidden,
    )
    in_text(render(report, "text"), document)
    in_sarif(json.loads(render(report, "sarif")), found, hidden)
    in_page(Page(render(report, "html")), document)


def in_text(text: str, document: dict[str, Any]) -> None:
    last = text.splitlines()[-1]
    told = re.findall(r"(\d+) (error|warning|note)s?\b", last)
    assert {word: int(count) for count, word in told} == severities(document)
    hidden = re.search(r"\((\d+) findings? suppressed\)", last)
    assert (int(hidden[1]) if hidden else 0) == len(document["suppressed"])
    for app in apps(document):
        if app["manifest"] is None:
            continue
        scopes = app["scopes"]
        live = sum(call["live"] for call in app["calls"])
        declared = len(scopes["required"]) + len(scopes["optional"])
        block = re.search(
            rf"^{re.escape(app['manifest'])}: (\d+) calls?, (\d+) scopes? needed, (\d+) declared\n((?:  .*\n)*)",
            text,
            re.MULTILINE,
        )
        assert block is not None
        assert tuple(map(int, block.groups()[:3])) == (live, len(scopes["needed"]), declared)
        rows = dict(re.split(r"  +", row.strip(), maxsplit=1) for row in block[4].splitlines())
        assert {label: rows.get(label, "").split() for label in LISTS} == {
            label: scopes[name] for label, name in LISTS.items()
        }


def in_sarif(log: dict[str, Any], found: Counter[str], hidden: int) -> None:
    results = log["runs"][0]["results"]
    assert Counter(row["level"] for row in results if not row.get("suppressions")) == found
    assert sum(bool(row.get("suppressions")) for row in results) == hidden


def in_page(page: Page, document: dict[str, Any]) -> None:
    assert page.findings.get("findings", Counter()) == severities(document)
    assert page.findings.get("others", Counter()).total() == len(document["suppressed"])
    assert len(page.calls) == len(document["calls"])
    for place, app in enumerate(apps(document)):
        rows, scopes = page.rows.get(f"app-{place}", {}), app["scopes"]
        for name in LISTS.values():
            state = name.replace("_", "-")
            assert sorted(scope for scope, (held, _) in rows.items() if state in held) == scopes[name]
        for mark in ("required", "optional"):
            assert sorted(scope for scope, (_, marks) in rows.items() if mark in marks) == scopes[mark]
        needed = sorted(scope for scope, (_, marks) in rows.items() if marks & {"needed", "perhaps needed"})
        assert needed == scopes["needed"]
