"""What the scopes' sections leave out: calls that were not resolved, that are no endpoint's, or that do not count."""

from collections.abc import Callable, Iterable, Sequence

from scopelint.model import App, MatchedCall, Report, Verdict
from scopelint.report.bounds import bound_clauses
from scopelint.report.counts import number
from scopelint.report.html.calls import CallNames, call_item, request
from scopelint.report.html.findings import finding_item
from scopelint.report.html.markup import EMPTY, Html, joined, tag
from scopelint.report.html.places import Sources
from scopelint.report.html.scopes import endpoint_heading

_ODD = {
    Verdict.UNKNOWN_ENDPOINT: "The table has no such endpoint",
    Verdict.WRONG_METHOD: "The path exists with other methods",
    Verdict.OTHER_VERSION: "Another version of the API, which the table does not cover",
}


def is_unresolved(matched: MatchedCall) -> bool:
    """Tell whether it counts and its endpoint is not known."""
    return matched.call.live and matched.verdict is Verdict.UNRESOLVED


def unresolved_section(report: Report, sources: Sources, names: CallNames) -> Html:
    """Return the calls that could not be resolved, with the reasons, and what else was not analysed."""
    calls = _selected(report, is_unresolved)
    items = (_item(matched, sources, names, "h3", _candidates(matched)) for matched in calls)
    return joined(
        (
            tag("ul", *items, class_="calls-list") if calls else tag("p", "Every call was resolved.", class_="good"),
            *(tag("p", f"Incomplete: {clause}.", class_="doubt") for clause in report.incomplete),
            *(tag("p", f"Bounded: {clause}.", class_="doubt") for clause in bound_clauses(report)),
            _mentions(report.apps, sources),
        )
    )


def _candidates(matched: MatchedCall) -> Html:
    expression = matched.call.expression
    could = tag(
        "details",
        tag("summary", f"It could be {number(len(matched.candidates), 'endpoint')}"),
        tag("ul", *(tag("li", tag("code", name)) for name in matched.candidates), class_="candidates"),
    )
    return joined(
        (
            tag("p", "Stopped at ", tag("code", expression), class_="stopped") if expression else EMPTY,
            could if matched.candidates else EMPTY,
        )
    )


def _mentions(apps: Sequence[App], sources: Sources) -> Html:
    found = sorted({mention for app in apps for mention in app.mentions}, key=lambda mention: mention.span)
    if not found:
        return EMPTY
    items = (
        tag("li", tag("code", mention.endpoint), " ", sources.place(mention.span), data_find=True) for mention in found
    )
    return joined((tag("h3", "Endpoints named in files of other languages"), tag("ul", *items, class_="plain")))


def other_section(report: Report, sources: Sources, names: CallNames) -> Html:
    """Return the calls that need no scope, are no endpoint's or do not count, and the suppressed findings."""
    groups = (
        ("Calls that are no endpoint of the table", _selected(report, _is_odd)),
        ("Calls that need no scope", _selected(report, _is_free)),
        ("Calls that are not counted, since nothing uses their code", _selected(report, _is_dead)),
    )
    suppressed = [
        tag(
            "div",
            tag("p", f"Suppressed by {'a comment' if row.by == 'comment' else f'the {row.by}'}:", class_="quiet"),
            tag("ul", finding_item(row.finding, sources, None), class_="findings"),
        )
        for row in report.suppressed
    ]
    return joined(
        (
            *(_folded(title, (_item(call, sources, names) for call in calls), len(calls)) for title, calls in groups),
            _folded("Suppressed findings", suppressed, len(suppressed), "div"),
        )
    )


def _folded(title: str, items: Iterable[Html], count: int, container: str = "ul") -> Html:
    if not count:
        return EMPTY
    summary = tag("summary", tag("h3", title), tag("span", str(count), class_="quiet"))
    return tag("details", summary, tag(container, *items, class_="calls-list"), class_="group")


def _item(matched: MatchedCall, sources: Sources, names: CallNames, level: str = "h4", more: Html = EMPTY) -> Html:
    remark = _ODD.get(matched.verdict, "")
    if matched.nearest:
        remark += (
            f": {matched.nearest}" if matched.verdict is Verdict.WRONG_METHOD else f"; the nearest is {matched.nearest}"
        )
    heading = joined((endpoint_heading(request(matched), level), tag("p", remark, class_="doubt") if remark else EMPTY))
    return call_item(matched, sources, names.ids[matched], names.ids[matched], heading=heading, more=more)


def _selected(report: Report, test: Callable[[MatchedCall], bool]) -> list[MatchedCall]:
    found = {matched for app in report.apps for matched in app.calls if test(matched)}
    return sorted(found, key=lambda matched: (matched.call.span, repr(matched)))


def _is_odd(matched: MatchedCall) -> bool:
    return matched.call.live and matched.verdict in _ODD


def _is_free(matched: MatchedCall) -> bool:
    return matched.call.live and matched.verdict is Verdict.ENDPOINT and not matched.needs


def _is_dead(matched: MatchedCall) -> bool:
    return not matched.call.live
