"""The report for people at a terminal: each finding with the code it is about, then a summary."""

import os
from collections.abc import Iterator

import msgspec

from scopelint.elsewhere import INSTALLED
from scopelint.model import App, Finding, Report, Severity, Span
from scopelint.report.ansi import BOLD, CYAN, DIM, MAGENTA, RED, YELLOW, linked, painted, wrapped
from scopelint.report.bounds import bound_clauses
from scopelint.report.counts import counted, number
from scopelint.report.excerpt import excerpt
from scopelint.report.legacy import legacy_scopes
from scopelint.report.options import RenderOptions
from scopelint.report.permissions import permissions_section
from scopelint.report.printable import printable, width

_COLORS = {Severity.ERROR: RED, Severity.WARNING: YELLOW, Severity.NOTE: CYAN}


def render(report: Report, options: RenderOptions) -> str:
    """Return findings and summary, with colours, links and line ends as the options say."""
    return "\n".join(_Text(report, options).lines()) + "\n"


class _Text(msgspec.Struct, frozen=True):
    report: Report
    options: RenderOptions

    def lines(self) -> Iterator[str]:
        for finding in self.report.findings:
            yield from self._finding(finding)
            yield ""
        if self.options.verbose:
            yield from self._uncounted()
        for app in self.report.apps:
            if app.manifest is None:
                yield from _needed(app)
        for app in self.report.apps:
            if app.manifest is not None:
                yield from self._app(app)
        yield from self._summary()

    def _finding(self, finding: Finding) -> Iterator[str]:
        span, color = finding.span, _COLORS[finding.severity]
        kind = self._paint(f"{finding.severity.value} {finding.code}", f"{BOLD};{color}")
        yield f"{self._paint(self._place(span, column=True), BOLD)}: {kind} {finding.slug}"
        yield from self._wrapped("  ", finding.message)
        gutter = " " * (len(str(span.line)) + 2)
        bar = self._paint("|", DIM)
        room = self.options.width - len(gutter) - 3 if self.options.width else 0
        if quoted := excerpt(self.report.root, span, room):
            yield f"{gutter} {bar}"
            yield f"  {self._paint(str(span.line), DIM)} {bar} {quoted[0]}"
            yield f"{gutter} {bar} {self._paint(quoted[1], color)}"
        for link in finding.chain:
            if link.span != span:
                yield f"{gutter} {self._paint('=', DIM)} through {self._place(link.span)}: {printable(link.label)}"
        if finding.hint:
            first, *rest = self._wrapped(f"{gutter} = ", f"help: {finding.hint}", 6)
            yield first.replace("=", self._paint("=", DIM), 1)
            yield from rest

    def _place(self, span: Span, *, column: bool = False) -> str:
        shown = printable(self.options.shown(self.report, span.path))
        place = f"{shown}:{span.line}:{span.column}" if column else f"{shown}:{span.line}"
        if not self.options.link_host or span.path.startswith(INSTALLED):
            return place
        return linked(place, self.options.link_host, os.path.join(self.report.root, span.path))

    def _wrapped(self, start: str, text: str, indent: int = 0) -> Iterator[str]:
        room = self.options.width - len(start) if self.options.width else 0
        for position, line in enumerate(wrapped(printable(text), room, indent)):
            yield (start if position == 0 else " " * len(start)) + line

    def _paint(self, text: str, codes: str) -> str:
        return painted(text, codes) if self.options.color else text

    def _uncounted(self) -> Iterator[str]:
        """Yield the calls that do not count, because nothing uses the code that makes them."""
        for app in self.report.apps:
            for matched in app.calls:
                call = matched.call
                if not call.live:
                    what = matched.endpoint or f"{call.method or 'ANY'} {call.path or 'an unknown path'}"
                    place = self._place(call.span, column=True)
                    yield f"{place}: not counted: {printable(what)}, since nothing uses this code"

    def _app(self, app: App) -> Iterator[str]:
        """Yield an app's figures, and a table of the scopes that are not in order."""
        scopes = app.scopes
        path = printable(self.options.shown(self.report, app.manifest.path)) if app.manifest else ""
        calls = number(sum(matched.call.live for matched in app.calls), "call")
        declared = len(scopes.required) + len(scopes.optional)
        yield f"{path}: {calls}, {number(len(scopes.needed), 'scope')} needed, {declared} declared"
        table = (
            ("missing", scopes.missing, RED),
            ("perhaps missing", scopes.maybe_missing, YELLOW),
            ("unused", scopes.unused, YELLOW),
            ("possibly unused", scopes.possibly_unused, CYAN),
            ("unknown", scopes.unknown, RED),
            ("legacy", legacy_scopes(app, self.report.glossary), MAGENTA),
        )
        rows = [row for row in table if row[1]]
        across = max((width(label) for label, _, _ in rows), default=0)
        for label, names, color in rows:
            first, *rest = self._wrapped(f"  {label:<{across}}  ", " ".join(names))
            yield first.replace(label, self._paint(label, color), 1)
            yield from rest

    def _summary(self) -> Iterator[str]:
        report, statistics = self.report, self.report.statistics
        hidden = f" ({number(len(report.suppressed), 'finding')} suppressed)" if report.suppressed else ""
        left_out = f"; {number(statistics.skipped_tests, 'test file')} left out (--include-tests)"
        tests = left_out if statistics.skipped_tests else ""
        files = f"{number(statistics.files, 'Python file')}, {statistics.analysed} of them analysed{tests}"
        if statistics.beside:
            asked = number(statistics.files - statistics.beside, "Python file")
            files = f"{asked}; the rest of the app, {number(statistics.beside, 'file')}, was read to judge its scopes"
        for clause in report.incomplete:
            yield f"{self._paint('Incomplete', RED)}: {printable(clause)}"
        for clause in bound_clauses(report):
            first, *rest = self._wrapped("", f"Bounded: {clause}")
            yield first.replace("Bounded", self._paint("Bounded", YELLOW), 1)
            yield from rest
        found = counted(report.findings)
        yield from self._wrapped("", f"{found[0].upper()}{found[1:]}{hidden} in {files}")


def _needed(app: App) -> Iterator[str]:
    yield "No manifest (max-ai.app.toml) was found. The code needs this one:"
    yield ""
    yield from permissions_section(app.scopes).splitlines()
    yield ""
