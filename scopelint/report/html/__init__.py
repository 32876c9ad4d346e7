"""The report as one HTML file that needs nothing else: no network, no other file."""

from scopelint.model import Report
from scopelint.report.html.page import page
from scopelint.report.options import RenderOptions


def render(report: Report, options: RenderOptions) -> str:
    """Return the page; all text of the analysed code is escaped in it."""
    return page(report, options)
