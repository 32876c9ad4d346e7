"""The page as a whole: its parts in order, and a policy that lets only its own style and script run."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from string import Template

import msgspec

from scopelint import __version__
from scopelint.model import App, Report
from scopelint.report.counts import counted, number
from scopelint.report.html.calls import CallNames
from scopelint.report.html.filters import filter_bar
from scopelint.report.html.findings import findings_section
from scopelint.report.html.flow_graph import app_name, graph
from scopelint.report.html.flow_svg import flow_svg
from scopelint.report.html.limits import is_unresolved, other_section, unresolved_section
from scopelint.report.html.markup import EMPTY, Html, joined, tag, text
from scopelint.report.html.overview import matrix, tiles, verdict
from scopelint.report.html.places import Sources
from scopelint.report.html.reviewer import reviewer_section
from scopelint.report.html.scopes import scope_section
from scopelint.report.html.states import ScopeRow, scope_rows
from scopelint.report.options import RenderOptions
from scopelint.report.permissions import permissions_section

_ASSETS = files("scopelint.report") / "assets"


_NO_SCOPES = tag("p", "The app declares no scope, and its code needs none.", class_="quiet")


class _Part(msgspec.Struct, frozen=True):
    """A section of the page: its id, what the navigation calls it and how many things it says are there."""

    identity: str
    link: str
    title: str
    body: Html
    count: int = 0

    @property
    def badge(self) -> Html:
        """The count, when there is one to tell."""
        return tag("span", str(self.count), class_="badge") if self.count else EMPTY


def page(report: Report, options: RenderOptions) -> str:
    """Return the whole page."""
    style, script = (_ASSETS.joinpath(name).read_text("utf-8") for name in ("report.css", "report.js"))
    name = _name(report)
    return Template(_ASSETS.joinpath("report.html").read_text("utf-8")).substitute(
        policy=_policy(style, script),
        title=text(f"Permissions of {name}"),
        style=style,
        script=script,
        content=_content(report, options, name),
    )


def _policy(style: str, script: str) -> str:
    """Return a Content-Security-Policy: nothing may be loaded, and only this style and this script count."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def _name(report: Report) -> str:
    return ", ".join(app_name(report, app) for app in report.apps)


def _content(report: Report, options: RenderOptions, name: str) -> Html:
    sources = Sources.of(report, options)
    names = CallNames.of(report)
    rows = [scope_rows(report, app) for app in report.apps]
    parts = tuple(_parts(report, rows, sources, names))
    links = (tag("li", tag("a", part.link, part.badge, href=f"#{part.identity}")) for part in parts)
    sections = (
        tag("section", tag("h2", part.title), part.body, id=part.identity, aria_label=part.title, tabindex=-1)
        for part in parts
    )
    return joined(
        (
            tag("header", _head(report, name), tag("nav", tag("ul", *links), aria_label="Sections"), class_="top"),
            filter_bar(rows),
            tag("main", *sections, id="content"),
            tag("footer", tag("p", f"scopelint {__version__}. The code was read, not run.")),
        )
    )


def _head(report: Report, name: str) -> Html:
    statistics = report.statistics
    facts = [
        number(len({call for app in report.apps for call in app.calls if call.call.live}), "call"),
        f"{number(statistics.files, 'Python file')}, {statistics.analysed} of them analysed",
    ]
    if statistics.beside:
        facts.append(f"findings in {number(statistics.files - statistics.beside, 'file')} of these")
    if statistics.skipped_tests:
        facts.append(f"{number(statistics.skipped_tests, 'test file')} left out")
    if report.suppressed:
        facts.append(f"{number(len(report.suppressed), 'finding')} suppressed")
    return tag(
        "div",
        tag("p", "scopelint", class_="brand"),
        tag("h1", "Permissions of ", tag("em", name)),
        tag("p", " · ".join((counted(report.findings), *facts)), class_="facts"),
    )


def _parts(report: Report, rows: list[tuple[ScopeRow, ...]], sources: Sources, names: CallNames) -> Iterator[_Part]:
    """Yield the page's parts in order."""
    apps = tuple(enumerate(zip(report.apps, rows, strict=True)))
    findings = {finding: f"finding-{place}" for place, finding in enumerate(report.findings, 1)}
    yield _Part(
        "overview",
        "Overview",
        "Declared and needed",
        _each(report, ((app, _overview(report, app, found, place)) for place, (app, found) in apps)),
    )
    yield _Part("findings", "Findings", "Findings", findings_section(report, sources), len(report.findings))
    if picture := flow_svg(graph(report, rows, names)):
        yield _Part("flow", "Flow", "From app to scopes", _figure(picture))
    yield _Part(
        "scopes",
        "Scopes",
        "Scopes and their calls",
        _each(
            report,
            (
                (app, joined(scope_section(row, place, sources, names, findings) for row in found) or _NO_SCOPES)
                for place, (app, found) in apps
            ),
        ),
        sum(map(len, rows)),
    )
    yield _Part(
        "unresolved",
        "Not resolved",
        "What was not resolved, and why",
        unresolved_section(report, sources, names),
        sum(map(is_unresolved, names.ids)),
    )
    if others := other_section(report, sources, names):
        yield _Part("others", "Other calls", "Other calls", others)
    letters = _each(
        report, ((app, reviewer_section(report, app, found, app_name(report, app))) for _, (app, found) in apps)
    )
    body = joined((_letter_buttons(), tag("div", letters, id="letter")))
    yield _Part("reviewer", "For reviewers", "For the clinic’s reviewer", body)


def _each(report: Report, parts: Iterable[tuple[App, Html]]) -> Html:
    """Return one part after the other, each with its app's name when there are several."""
    several = tuple(parts)
    named = (tag("h3", app_name(report, app), class_="app-name") if len(several) > 1 else EMPTY for app, _ in several)
    return joined(part for heading, (_, body) in zip(named, several, strict=True) for part in (heading, body))


def _overview(report: Report, app: App, rows: tuple[ScopeRow, ...], place: int) -> Html:
    if app.manifest:
        manifest = tag("p", "Manifest: ", tag("code", app.manifest.path), class_="quiet")
    else:
        lines = permissions_section(app.scopes).splitlines()
        manifest = tag("pre", tag("code", *(tag("span", line, class_="line-of-toml") for line in lines)), class_="code")
    return tag(
        "div",
        tag("p", verdict(rows, app), class_="verdict"),
        manifest,
        tiles(rows, place),
        matrix(rows, place, f"Scopes of {app_name(report, app)} by state"),
        id=f"app-{place}",
    )


def _figure(picture: Html) -> Html:
    note = (
        "A flow is as wide as it has calls, and dashed where they only perhaps need the scope. Each box leads to its "
        "calls; point at one, or move to it with the Tab key, to see only its flows."
    )
    scroller = tag("div", picture, class_="scroller", tabindex=0, role="region", aria_label="Picture of the flow")
    return tag("figure", scroller, tag("figcaption", note))


def _letter_buttons() -> Html:
    return tag(
        "p",
        tag("button", "Copy as text", type="button", id="copy-letter"),
        " ",
        tag("button", "Print this section", type="button", id="print-letter"),
        " ",
        tag("span", id="copied", role="status"),
        class_="buttons needs-script",
        hidden=True,
    )
