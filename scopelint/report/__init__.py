"""The output formats: each a function of the same frozen Report, loaded only when it is asked for."""

import importlib
from collections.abc import Mapping

from scopelint.model import Report
from scopelint.report.options import RenderOptions

__all__ = ["FORMATS", "RenderOptions", "render"]

# Each module has `render(report: Report, options: RenderOptions) -> str`.
FORMATS: Mapping[str, str] = {
    "text": "scopelint.report.text",
    "concise": "scopelint.report.concise",
    "json": "scopelint.report.json_document",
    "sarif": "scopelint.report.sarif",
    "github": "scopelint.report.github",
    "gitlab": "scopelint.report.gitlab",
    "junit": "scopelint.report.junit",
    "markdown": "scopelint.report.markdown",
    "html": "scopelint.report.html",
}


def render(report: Report, name: str, options: RenderOptions | None = None) -> str:
    """Return the report in the format of that name, ended by a newline unless it is empty."""
    text: str = importlib.import_module(FORMATS[name]).render(report, options or RenderOptions())
    return text
