"""The report for people at a terminal: each finding with the code it is about, then a summary."""

from collections.abc import Iterator

from scopelint.model import App, Finding, Report, Severity
from scopelint.report.counts import counted, number
from scopelint.report.excerpt import excerpt
from scopelint.report.options import RenderOptions
from scopelint.report.permissions import permissions_section
from scopelint.report.printable import printable

_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}
_BOLD = "1"
_DIM = "2"


def render(report: Report, options: RenderOptions) -> str:
    """Return findings and summary, with ANSI colours when the options say so."""
    lines: list[str] = []
    for finding in report.findings:
        lines += (*_finding(report, finding, options), "")
    if options.verbose:
        lines += _uncounted(report, options)
    for app in report.apps:
        if app.manifest is None:
            lines += _needed(app)
    lines += _summary(report)
    return "\n".join(lines) + "\n"


def _finding(report: Report, finding: Finding, options: RenderOptions) -> Iterator[str]:
    def paint(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if options.color else text

    span = finding.span
    color = _COLORS[finding.severity]
    place = f"{printable(options.shown(report, span.path))}:{span.line}:{span.column}"
    kind = paint(f"{finding.severity.value} {finding.code}", f"{_BOLD};{color}")
    yield f"{paint(place, _BOLD)}: {kind} {finding.slug}"
    yield f"  {printable(finding.message)}"
    gutter = " " * len(str(span.line))
    bar = paint("|", _DIM)
    if quoted := excerpt(report.root, span):
        yield f"  {gutter} {bar}"
        yield f"  {paint(str(span.line), _DIM)} {bar} {quoted[0]}"
        yield f"  {gutter} {bar} {paint(quoted[1], color)}"
    for link in finding.chain:
        where = printable(options.shown(report, link.span.path))
        yield f"  {gutter} {paint('=', _DIM)} through {where}:{link.span.line}: {printable(link.label)}"
    if finding.hint:
        yield f"  {gutter} {paint('=', _DIM)} help: {printable(finding.hint)}"


def _uncounted(report: Report, options: RenderOptions) -> Iterator[str]:
    """Yield the calls that do not count, because nothing uses the code that makes them."""
    for app in report.apps:
        for matched in app.calls:
            call = matched.call
            if not call.live:
                what = matched.endpoint or f"{call.method or 'ANY'} {call.path or 'an unknown path'}"
                where = f"{printable(options.shown(report, call.span.path))}:{call.span.line}:{call.span.column}"
                yield f"{where}: not counted: {printable(what)}, since nothing uses this code"


def _needed(app: App) -> Iterator[str]:
    yield "No manifest (max-ai.app.toml) was found. The code needs this one:"
    yield ""
    yield from permissions_section(app.scopes).splitlines()
    yield ""


def _summary(report: Report) -> Iterator[str]:
    for app in report.apps:
        if app.manifest is not None:
            yield _app_summary(app)
    statistics = report.statistics
    hidden = f" ({number(len(report.suppressed), 'finding')} suppressed)" if report.suppressed else ""
    tests = (
        f"; {number(statistics.skipped_tests, 'test file')} left out (--include-tests)"
        if statistics.skipped_tests
        else ""
    )
    files = f"{number(statistics.files, 'Python file')}, {statistics.analysed} of them analysed{tests}"
    for clause in report.incomplete:
        yield f"Incomplete: {printable(clause)}"
    found = counted(report.findings)
    yield f"{found[0].upper()}{found[1:]}{hidden} in {files}"


def _app_summary(app: App) -> str:
    scopes = app.scopes
    path = printable(app.manifest.path) if app.manifest else ""
    declared = len(scopes.required) + len(scopes.optional)
    calls = sum(matched.call.live for matched in app.calls)
    parts = (
        ("missing", scopes.missing),
        ("perhaps missing", scopes.maybe_missing),
        ("unused", scopes.unused),
        ("possibly unused", scopes.possibly_unused),
        ("unknown", scopes.unknown),
    )
    told = "; ".join(f"{label}: {', '.join(map(printable, names))}" for label, names in parts if names)
    return f"{path}: {number(calls, 'call')}, {number(len(scopes.needed), 'scope')} needed, {declared} declared" + (
        f"; {told}" if told else ""
    )
