"""One line a finding: `path:line:column: CODE message`."""

from scopelint.model import Report
from scopelint.report.options import RenderOptions
from scopelint.report.printable import printable


def render(report: Report, options: RenderOptions) -> str:
    """Return the findings, a line each; "" when there are none."""
    return "".join(
        f"{printable(options.shown(report, finding.span.path))}:{finding.span.line}:{finding.span.column}: "
        f"{finding.code} {printable(finding.message)}\n"
        for finding in report.findings
    )
