"""The findings, each with its code and what to do."""

import re

from scopelint.model import Finding, Report, Severity
from scopelint.report.counts import number
from scopelint.report.html.chips import severity_chip
from scopelint.report.html.markup import EMPTY, Html, joined, tag
from scopelint.report.html.places import Sources, sentence

_UNFOLDED = 12  # findings; more are grouped and folded
_SEVERITIES = tuple(Severity)
_TYPED = re.compile(r'"([^"]+)"')


def findings_section(report: Report, sources: Sources) -> Html:
    """Return the list of findings."""
    if not report.findings:
        if any(app.manifest is None for app in report.apps):
            return tag("p", "Without a manifest there is nothing that the code could be compared with.", class_="quiet")
        return tag("p", "Nothing was found that needs a change.", class_="good")
    groups: dict[tuple[str, str | None], list[Html]] = {}
    for place, finding in enumerate(report.findings, 1):
        item = finding_item(finding, sources, f"finding-{place}")
        groups.setdefault((finding.code, finding.scope), []).append(item)
    if len(report.findings) <= _UNFOLDED:
        return tag("ul", *(item for items in groups.values() for item in items), class_="findings")
    first = {(finding.code, finding.scope): finding for finding in reversed(report.findings)}
    ordered = sorted(groups, key=lambda key: (_SEVERITIES.index(first[key].severity), key[0], key[1] or ""))
    return joined(_group(first[key], groups[key]) for key in ordered)


def _group(first: Finding, items: list[Html]) -> Html:
    """Return the findings of one code and scope, folded: there are too many to show them all at first."""
    summary = tag(
        "summary",
        severity_chip(first.severity),
        tag("span", first.code, class_="code-name"),
        tag("span", first.slug, class_="slug"),
        tag("code", first.scope, class_="name") if first.scope else EMPTY,
        tag("span", number(len(items), "place"), class_="quiet"),
    )
    return tag("details", summary, tag("ul", *items, class_="findings"), class_="group")


def finding_item(finding: Finding, sources: Sources, identity: str | None) -> Html:
    """Return one finding as a list item."""
    return tag(
        "li",
        tag(
            "h3",
            severity_chip(finding.severity),
            tag("span", finding.code, class_="code-name"),
            tag("span", finding.slug, class_="slug"),
        ),
        tag("p", sentence(finding.message), class_="message"),
        tag("p", sources.place(finding.span), class_="where"),
        sources.code(finding.span),
        tag("p", tag("strong", "To do: "), _with_code(finding.hint), class_="hint") if finding.hint else EMPTY,
        tag("details", tag("summary", "How it is sent"), sources.chain(finding.chain)) if finding.chain else EMPTY,
        class_=f"finding {finding.severity.value}",
        id=identity,
        data_find=True,
        data_scope=finding.scope,
    )


def _with_code(hint: str) -> Html:
    """Return the hint with what is to be typed shown as code."""
    parts = _TYPED.split(hint)
    return joined(tag("code", f'"{part}"') if place % 2 else part for place, part in enumerate(parts))
