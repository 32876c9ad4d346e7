"""JUnit XML, for CI systems that show test results."""

from xml.sax.saxutils import escape, quoteattr

from scopelint.model import Finding, Report, Severity
from scopelint.report.counts import count
from scopelint.report.options import RenderOptions
from scopelint.report.printable import printable


def render(report: Report, options: RenderOptions) -> str:
    """Return one test case a finding: errors and warnings have failed, notes are skipped; one passes if all is well."""
    cases = [_case(report, finding, options) for finding in report.findings]
    if not cases:
        cases = ['    <testcase name="scopelint" classname="scopelint"/>\n']
    notes = count(report.findings, Severity.NOTE)
    counts = f'tests="{len(cases)}" failures="{len(report.findings) - notes}" errors="0" skipped="{notes}"'
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<testsuites name="scopelint" {counts}>\n'
        f'  <testsuite name="scopelint" {counts}>\n'
        f"{''.join(cases)}"
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def _case(report: Report, finding: Finding, options: RenderOptions) -> str:
    path = options.shown(report, finding.span.path)
    name = _attribute(f"{finding.code} {path}:{finding.span.line}:{finding.span.column}")
    message = _attribute(finding.message)
    outcome = (
        f"<skipped message={message}/>"
        if finding.severity is Severity.NOTE
        else f'<failure type="{finding.severity.value}" message={message}>{_text(finding.hint)}</failure>'
    )
    return (
        f"    <testcase name={name} classname={_attribute(finding.slug)} file={_attribute(path)} "
        f'line="{finding.span.line}">{outcome}</testcase>\n'
    )


def _text(text: str) -> str:
    return escape(_allowed(text))


def _attribute(text: str) -> str:
    return quoteattr(_allowed(text))


def _allowed(text: str) -> str:
    """Return the text without the characters that XML cannot hold: control codes and the two non-characters."""
    return printable(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
