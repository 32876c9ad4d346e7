"""Places in the code: where something stands, what is written there, and how it gets to the library that sends."""

from collections.abc import Mapping

import msgspec

from scopelint.model import ChainLink, Report, Span
from scopelint.report.excerpt import CodeLine, quotation
from scopelint.report.html.markup import EMPTY, Html, tag
from scopelint.report.options import RenderOptions


class Sources(msgspec.Struct, frozen=True):
    """The quotations of the report's places, each read once and file by file."""

    report: Report
    options: RenderOptions
    quotations: Mapping[Span, tuple[CodeLine, ...]]

    @classmethod
    def of(cls, report: Report, options: RenderOptions) -> "Sources":
        """Return the sources of every place that a report shows."""
        spans = {finding.span for finding in report.findings}
        spans |= {suppressed.finding.span for suppressed in report.suppressed}
        spans |= {matched.call.span for app in report.apps for matched in app.calls}
        return cls(report, options, {span: quotation(report.root, span) for span in sorted(spans)})

    def place(self, span: Span) -> Html:
        """Return a place as people write it: `path:line`."""
        path = self.options.shown(self.report, span.path)
        return tag("code", path, tag("span", f":{span.line}", class_="line"), class_="place")

    def code(self, span: Span) -> Html:
        """Return the code at a place, the part in question marked; nothing when it cannot be read."""
        lines = self.quotations.get(span, ())
        return tag("pre", tag("code", *map(_row, lines)), class_="code") if lines else EMPTY

    def chain(self, chain: tuple[ChainLink, ...], sink: str = "") -> Html:
        """Return the call sites on the way to the library, and the library's callable at the end."""
        if not chain and not sink:
            return EMPTY
        steps = [tag("li", tag("code", link.label), " ", self.place(link.span)) for link in chain]
        if sink:
            steps.append(tag("li", tag("code", sink), " ", tag("span", "sends the request", class_="quiet")))
        return tag("ol", *steps, class_="chain", aria_label="From the call to the library that sends it")


def sentence(clause: str) -> str:
    """Return a clause as a sentence; one that begins with a name keeps its first letter."""
    first = clause.partition(" ")[0]
    return f"{clause[0].upper() if first.isalpha() else clause[0]}{clause[1:]}." if clause else ""


def _row(line: CodeLine) -> Html:
    marked = tag("mark", line.marked) if line.marked else EMPTY
    number = tag("span", str(line.number), class_="number", aria_hidden="true")
    return tag("span", number, tag("span", line.before, marked, line.after), class_="row")
