"""The HTML report in a real browser: for apps with no, few and many calls, on a screen and on a phone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from browser import ABSENT, chromium
from web_apps import write_app

from scopelint import pipeline
from scopelint.config import Config
from scopelint.model import Report
from scopelint.report import render

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

pytestmark = pytest.mark.skipif(bool(ABSENT), reason=ABSENT)

SIZES = (0, 5, 200)
SCREEN: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


class Opened:
    """A page with everything that it asked for and complained of."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(file.as_uri())

    def shown(self, selector: str) -> int:
        """Return how many elements of a kind the filter leaves (folded ones too)."""
        count: int = self.page.evaluate(
            "selector => [...document.querySelectorAll(selector)].filter(one => !one.closest('[hidden]')).length",
            selector,
        )
        return count


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[Report, Path]]:
    found = {}
    for size in SIZES:
        folder = write_app(tmp_path_factory.mktemp(f"calls{size}") / "frontdesk_app", size)
        report = pipeline.check([str(folder)], Config(no_cache=True))
        file = folder.parent / "report.html"
        file.write_text(render(report, "html"), "utf-8")
        found[size] = (report, file)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(params=SIZES)
def opened(
    request: pytest.FixtureRequest, browser: Browser, reports: dict[int, tuple[Report, Path]]
) -> Iterator[Opened]:
    page = browser.new_page(viewport=SCREEN)
    yield Opened(page, reports[request.param][1])
    page.close()


def test_nothing_is_loaded_and_nothing_complains(opened: Opened) -> None:
    opened.page.wait_for_load_state("networkidle")
    assert opened.requests == [opened.page.url, "data:,"] or opened.requests == [opened.page.url]
    assert opened.complaints == []


@pytest.mark.parametrize(
    ("size", "viewport", "scheme"),
    [
        *product(SIZES[:2], (SCREEN, PHONE), ("light", "dark")),
        (SIZES[2], SCREEN, "light"),  # half a minute each
        (SIZES[2], PHONE, "dark"),
    ],
)
def test_nobody_is_shut_out(
    browser: Browser,
    reports: dict[int, tuple[Report, Path]],
    size: int,
    viewport: ViewportSize,
    scheme: Literal["light", "dark"],
) -> None:
    page = browser.new_page(viewport=viewport, color_scheme=scheme)
    opened = Opened(page, reports[size][1])
    page.evaluate("document.querySelectorAll('details').forEach((part, place) => { part.open ||= place < 15; })")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run()")
    assert [
        (violation["id"], node["target"], node["failureSummary"])
        for violation in found["violations"]
        for node in violation["nodes"][:3]
    ] == []
    assert opened.complaints == []
    page.close()


def test_search_and_filter(browser: Browser, reports: dict[int, tuple[Report, Path]]) -> None:
    report, file = reports[200]
    page = browser.new_page(viewport=SCREEN)
    opened = Opened(page, file)
    calls, findings = opened.shown(".call"), opened.shown(".finding")
    assert findings == len(report.findings)

    page.keyboard.press("/")
    page.keyboard.type("SOAP_notes")
    assert opened.shown("tbody tr") == sum("soap_notes" in name for name in report.apps[0].scopes.needed)
    assert 0 < opened.shown(".call") < calls
    told = f"1 scope, {opened.shown('.call')} calls, {opened.shown('.finding')} findings"
    assert page.locator("#shown").inner_text() == told
    assert page.locator("svg.flow .node.scope.on").count() == opened.shown(".scope-section")

    page.keyboard.press("Escape")
    assert (opened.shown(".call"), opened.shown(".finding")) == (calls, findings)
    assert page.locator("#shown").inner_text() == ""

    page.locator("#state-legacy").focus()
    page.keyboard.press("Space")
    assert page.locator("tbody tr:visible code").all_inner_texts() == ["read:encounters"]
    assert page.locator("details.scope-section:visible summary code").all_inner_texts() == ["read:encounters"]

    page.get_by_role("button", name="Clear").click()
    page.get_by_role("searchbox").fill("no such thing anywhere")
    assert opened.shown("tbody tr") + opened.shown(".call") + opened.shown(".finding") == 0
    assert opened.complaints == []
    page.close()


def test_a_search_leaves_folds_as_they_were(browser: Browser, reports: dict[int, tuple[Report, Path]]) -> None:
    page = browser.new_page(viewport=SCREEN)
    Opened(page, reports[5][1])
    folds = "[...document.querySelectorAll('details')].map(one => one.open)"
    before = page.evaluate(folds)
    page.get_by_role("searchbox").fill("appointments")
    assert page.evaluate(folds) != before
    page.get_by_role("searchbox").fill("")
    assert page.evaluate(folds) == before
    page.close()


@pytest.mark.parametrize("viewport", [SCREEN, PHONE], ids=["screen", "phone"])
def test_the_keyboard_reaches_everything(
    browser: Browser, reports: dict[int, tuple[Report, Path]], viewport: ViewportSize
) -> None:
    page = browser.new_page(viewport=viewport)
    Opened(page, reports[5][1])
    page.evaluate("""() => {
        window.expected = new Set([...document.querySelectorAll('a, button, input, summary, [tabindex="0"]')]
            .filter(one => one.checkVisibility() && !one.closest('[hidden]')));
        window.unseen = [];
    }""")
    count = page.evaluate("expected.size")
    assert count > 30
    for _ in range(count):
        page.keyboard.press("Tab")
        page.evaluate("""() => {
            const one = document.activeElement;
            expected.delete(one);
            const shown = [one, ...one.querySelectorAll('*'), one.nextElementSibling].filter(Boolean)
                .map(part => getComputedStyle(part))
                .some(style => style.outlineStyle !== 'none' || style.strokeWidth === '3px');
            if (!shown) unseen.push(one.outerHTML.slice(0, 100));
        }""")
    assert page.evaluate("[...expected].map(one => one.outerHTML.slice(0, 100))") == []
    assert page.evaluate("unseen") == []
    page.close()


def test_a_box_of_the_picture_shows_its_flows_and_leads_to_its_calls(
    browser: Browser, reports: dict[int, tuple[Report, Path]]
) -> None:
    page = browser.new_page(viewport=SCREEN)
    Opened(page, reports[200][1])
    box = page.locator("svg.flow a.scope", has_text="write:tasks")
    box.focus()
    assert 0 < page.locator("svg.flow .link.on").count() < page.locator("svg.flow .link").count()
    assert sorted(page.locator("svg.flow .endpoint.on title").all_text_contents()) == [
        "PATCH /v3/tasks/{id}, 5 calls",
        "POST /v3/tasks, 5 calls",
    ]
    page.keyboard.press("Enter")
    section = page.locator("details.scope-section:target")
    assert section.get_attribute("open") is not None
    assert section.locator("summary .name").inner_text() == "write:tasks"
    page.close()


def test_the_reviewers_section_can_be_copied_and_printed_alone(
    browser: Browser, reports: dict[int, tuple[Report, Path]]
) -> None:
    context = browser.new_context(viewport=SCREEN, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    Opened(page, reports[5][1])
    page.get_by_role("button", name="Copy as text").click()
    page.wait_for_function("document.getElementById('copied').textContent === 'Copied.'")
    letter = page.evaluate("navigator.clipboard.readText()")
    assert "Find patients and read a patient's record." in letter
    assert "lists patients (in 1 place) and opens a single patient (in 1 place)." in letter

    page.evaluate("window.print = () => dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.locator("#print-letter").dispatch_event("click")
    assert page.locator("main > section:visible").evaluate_all("parts => parts.map(part => part.id)") == ["reviewer"]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("main > section:visible").count() > 1
    context.close()


def test_without_scripts_everything_is_there(browser: Browser, reports: dict[int, tuple[Report, Path]]) -> None:
    report, file = reports[200]
    context = browser.new_context(viewport=SCREEN, java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("form:visible").count() == 0
    assert page.locator("tbody tr:visible").count() == len(
        {*report.apps[0].scopes.required, *report.apps[0].scopes.optional, *report.apps[0].scopes.needed}
    )
    page.locator("details.scope-section:not([open]) summary").first.click()
    assert page.locator("details.scope-section[open] .call:visible").count() > 0
    context.close()


def test_hostile_text_stays_text(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "<img src=x onerror=alert(1)>"
    folder.mkdir()
    evil = "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">\x1b[2J\u202e"
    code = f'import requests\nrequests.get("https://api.maxcare.ai/v3/" + {evil!a})\n'
    call = f'requests.get("https://api.maxcare.ai/v3/tasks", params={{{evil!a}: {evil!a}}})\n'
    (folder / "<b onmouseover=alert(1)>.py").write_text(f"{code}{call}# {evil!a}\n")
    (folder / "max-ai.app.toml").write_text(f"[permissions]\nscopes = [{json.dumps(evil)}]\n")
    file = tmp_path / "report.html"
    file.write_text(render(pipeline.check([str(folder)], Config(no_cache=True)), "html"), "utf-8")
    page = browser.new_page(viewport=SCREEN)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    opened = Opened(page, file)
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    page.wait_for_load_state("networkidle")
    assert "taken" not in page.title()
    assert (dialogs, opened.complaints) == ([], [])
    assert opened.requests in ([page.url], [page.url, "data:,"])
    assert page.locator("main img, main script, main b[onmouseover]").count() == 0
    assert "<script>document.title='taken'</script>" in page.locator("main").inner_text()
    page.close()
