"""The HTML report as text: what is escaped, what may run, and what it says of a scope."""

import base64
import hashlib
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
import samples
from building import manifest, matched, odd, span
from web_apps import write_app

from scopelint import pipeline
from scopelint.catalog.glossary import action, glossary
from scopelint.catalog.load import load_bundled
from scopelint.config import Config
from scopelint.model import App, ChainLink, Finding, Need, Report, ScopeSummary, Severity, Span, Verdict
from scopelint.report import render
from scopelint.report.html.flow_graph import Column
from scopelint.report.html.flow_svg import shortened
from scopelint.report.html.markup import EMPTY, Html, tag, text
from scopelint.report.html.states import State, scope_rows
from scopelint.rules import Subject, summarise

ROOT = Path(__file__).parents[1]
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\x1b[2J\u202e"


class Reader(HTMLParser):
    """Collects the elements of a page, each with its attributes, and its visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.raw: dict[str, str] = {}
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside in ("style", "script"):
            self.raw[self._inside] = self.raw.get(self._inside, "") + data
        else:
            self.text += data

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser calls it so
        self._inside = ""

    def count(self, name: str) -> int:
        return sum(element == name for element, _ in self.elements)


def app_report(*calls: object, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()) -> Report:
    declared = manifest(*required, optional=optional)
    subject = Subject(declared, calls, (), (), load_bundled())  # type: ignore[arg-type]
    app = App(manifest=declared, calls=calls, scopes=summarise(subject))  # type: ignore[arg-type]
    return Report(root="/nowhere", apps=(app,), findings=(), glossary=glossary(load_bundled()))


def states(report: Report) -> dict[str, list[State]]:
    return {row.name: list(row.states) for row in scope_rows(report, report.apps[0])}


def test_hostile_text_stays_text() -> None:
    chain = (ChainLink(Span(HOSTILE, 9, 5, 9, 30), HOSTILE),)
    calls = (
        matched("GET /v3/tasks", 7, file=HOSTILE, chain=chain, reason=HOSTILE),
        odd(Verdict.UNRESOLVED, HOSTILE, HOSTILE, 11, candidates=(HOSTILE,), reason=HOSTILE, expression=HOSTILE),
        odd(Verdict.UNKNOWN_ENDPOINT, "GET", HOSTILE, 12, nearest=HOSTILE),
    )
    scopes = ScopeSummary(required=(HOSTILE,), needed=("read:tasks",), missing=("read:tasks",), unknown=(HOSTILE,))
    finding = Finding(
        code="SCL301",
        slug="unknown-scope",
        severity=Severity.ERROR,
        message=HOSTILE,
        span=span(1, HOSTILE),
        hint=HOSTILE,
        scope=HOSTILE,
        chain=chain,
    )
    report = Report(
        root=f"/{HOSTILE}",
        apps=(App(manifest=manifest(HOSTILE, path=HOSTILE), calls=calls, scopes=scopes),),
        findings=(finding,),
        suppressed=samples.report().suppressed,
        incomplete=(HOSTILE,),
    )
    page = render(report, "html")
    reader = Reader(page)
    assert (reader.count("script"), reader.count("style"), reader.count("img")) == (1, 1, 0)
    assert "<script>alert" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert reader.text.count("<script>alert(1)</script>") > 15
    assert not {name for _, attributes in reader.elements for name in attributes if name.startswith("on")}


def test_only_the_pages_own_style_and_script_count() -> None:
    reader = Reader(render(samples.report(), "html"))
    policy = next(
        attributes["content"]
        for _, attributes in reader.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    hashes = {
        name: base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        for name, content in reader.raw.items()
    }
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}'; "
        "img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )
    assert not [attributes for _, attributes in reader.elements if "style" in attributes or "src" in attributes]
    links = [attributes["href"] for _, attributes in reader.elements if "href" in attributes]
    assert all(link == "data:," or (link or "").startswith("#") for link in links)


@pytest.mark.parametrize("calls", [0, 5, 200])
def test_every_link_leads_somewhere_and_no_id_stands_twice(tmp_path: Path, calls: int) -> None:
    reader = Reader(render(pipeline.check([str(write_app(tmp_path / "app", calls))], Config(no_cache=True)), "html"))
    ids = Counter(attributes["id"] for _, attributes in reader.elements if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    targets = {(attributes["href"] or "")[1:] for name, attributes in reader.elements if name == "a"}
    assert targets <= set(ids)


def test_the_page_depends_on_the_report_alone(tmp_path: Path) -> None:
    folder = str(write_app(tmp_path / "app", 30))
    first, second = (render(pipeline.check([folder], Config(no_cache=True)), "html") for _ in range(2))
    assert first == second


def test_states() -> None:
    report = app_report(
        matched("GET /v3/patients"),
        matched("GET /v3/bills", 2),
        matched("POST /v3/tasks", 3),
        matched("GET /v3/notes", 4, maybe=(Need(("read:soap_notes",), False, "the value is not known"),)),
        matched("POST /v3/emails/send", 5),
        odd(Verdict.UNRESOLVED, "GET", "/v3/{}", 6, candidates=("GET /v3/claims",)),
        required=("read:patients", "read:encounters", "read:billing", "read:notes", "read:claims", "read:products"),
        optional=("write:emails",),
    )
    assert states(report) == {
        "write:tasks": [State.MISSING],
        "read:soap_notes": [State.MAYBE_MISSING],
        "read:billing": [State.UNKNOWN],
        "read:products": [State.UNUSED],
        "read:claims": [State.POSSIBLY_UNUSED],
        "read:encounters": [State.LEGACY],
        "read:bills": [State.COVERED],
        "write:emails": [State.IN_ORDER],
        "read:notes": [State.IN_ORDER],
        "read:patients": [State.IN_ORDER],
    }
    rows = {row.name: row for row in scope_rows(report, report.apps[0])}
    assert (rows["read:encounters"].covers, rows["read:bills"].covered_by) == ("read:bills", "read:encounters")
    assert len(rows["read:encounters"].uses) == len(rows["read:bills"].uses) == 1
    assert (rows["read:soap_notes"].certain, rows["read:notes"].certain) == (False, True)


def test_a_scope_kept_on_purpose_is_not_unused() -> None:
    declared = manifest("read:tasks", keep=("read:tasks",))
    subject = Subject(declared, (), (), (), load_bundled())
    app = App(manifest=declared, calls=(), scopes=summarise(subject))
    assert states(Report(root="/", apps=(app,), findings=())) == {"read:tasks": [State.KEPT]}


def test_the_letter_says_what_is_done_and_shows_no_code() -> None:
    report = app_report(
        matched("GET /v3/patients", 1),
        matched("GET /v3/patients", 2),
        matched("GET /v3/notes", 4, maybe=(Need(("read:soap_notes",), False, "the value is not known"),)),
        odd(Verdict.UNRESOLVED, "POST", None, 6),
        required=("read:patients", "read:notes", "read:soap_notes", "read:claims"),
        optional=("write:emails",),
    )
    letter = Reader(render(report, "html").partition('id="letter"')[2]).text
    for sentence in (
        "Find patients and read a patient's record.What the app does with it: lists patients (in 2 places).",
        "lists notes (in 1 place, and needs this permission only in some cases).",
        "Claims read:claimsRead insurance claims and the insurer's details."
        "What the app does with it: nothing: no part of its code uses this permission.",
        "Optional The clinic may refuse it, or withdraw it later.Sending email write:emails",
        "There was one call whose target could not be told from the code.",
    ):
        assert sentence in letter, letter
    assert "app.py" not in letter


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ("patients.list", "lists patients"),
        ("facilities.get", "opens a single facility"),
        ("notes.images.delete", "deletes note images"),
        ("inventory.changes.products.list", "lists inventory change products"),
        ("phone_numbers.list", "lists phone numbers"),
        ("emails.send", "sends emails"),
        ("notes.images.url", "uses note image url"),
        ("status", "uses status"),
    ],
)
def test_what_endpoints_do_in_words(resource: str, words: str) -> None:
    assert action(resource) == words


def test_markup_takes_strings_as_text() -> None:
    assert tag("p", "a<b", tag("br"), None, class_="x", hidden=True, id=None) == '<p class="x" hidden>a&lt;b<br></p>'
    assert isinstance(tag("p"), Html)
    assert text("a\nb\u2028") == "a\\nb\\u2028"
    assert tag("a", EMPTY, aria_label='"q"') == '<a aria-label="&quot;q&quot;"></a>'


def test_labels_are_shortened_where_they_say_least() -> None:
    assert shortened("clinic/services/visits.py", 12, Column.MODULE) == "…s/visits.py"
    assert shortened("GET /v3/inventory/changes", 12, Column.ENDPOINT) == "GET /v3/inv…"
    assert shortened("日本語日本語", 8, Column.MODULE) == "…日本語"
    assert shortened("short", 8, Column.SCOPE) == "short"
