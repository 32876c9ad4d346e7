"""Markdown, for a comment on a pull request."""

import re
from collections.abc import Iterator

from scopelint.model import App, Finding, Report
from scopelint.report.bounds import bound_clauses
from scopelint.report.counts import counted
from scopelint.report.legacy import legacy_scopes
from scopelint.report.options import RenderOptions
from scopelint.report.permissions import permissions_section
from scopelint.report.printable import printable

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~&#!$]")
# What hosts turn into links, mentions and references after Markdown is done; a zero-width space breaks it up.
_LINKING = re.compile(r"(?<=@)(?=\w)|(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)


def render(report: Report, options: RenderOptions) -> str:  # noqa: ARG001 - every format has the same parameters
    """Return a heading, a table of the findings, and each app's scopes."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"### scopelint: {counted(report.findings)}"
    if report.findings:
        yield from ("", "| where | code | finding | what to do |", "|---|---|---|---|")
        yield from map(_row, report.findings)
    for app in report.apps:
        yield from _app(app, report)
    for clause in report.incomplete:
        yield from ("", f"Incomplete: {escaped(clause)}")
    for clause in bound_clauses(report):
        yield from ("", f"Bounded: {escaped(clause)}")


def _row(finding: Finding) -> str:
    cells = (
        code_span(f"{finding.span.path}:{finding.span.line}"),
        f"{finding.severity.value} {finding.code}",
        escaped(finding.message),
        escaped(finding.hint),
    )
    return f"| {' | '.join(cells)} |"


def _app(app: App, report: Report) -> Iterator[str]:
    if app.manifest is None:
        yield from ("", "No manifest was found. The code needs:", "", "```toml")
        yield permissions_section(app.scopes).rstrip()
        yield "```"
        return
    named = (
        ("missing", app.scopes.missing),
        ("perhaps missing", app.scopes.maybe_missing),
        ("unused", app.scopes.unused),
        ("possibly unused", app.scopes.possibly_unused),
        ("unknown", app.scopes.unknown),
        ("legacy", legacy_scopes(app, report.glossary)),
    )
    told = "; ".join(f"{label}: {', '.join(map(code_span, names))}" for label, names in named if names)
    if told:
        yield from ("", f"{code_span(app.manifest.path)}: {told}")


def code_span(text: str) -> str:
    """Return the text as code in a table's cell, whatever backticks and pipes it has."""
    plain = printable(text).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", plain)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {plain} {fence}" if longest else f"{fence}{plain}{fence}"


def escaped(text: str) -> str:
    """Return the text so that Markdown and its hosts show it as it is."""
    plain = _LINKING.sub("\u200b", printable(text))
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", plain)
