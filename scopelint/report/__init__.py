"""The output formats: each a function of the same frozen Report, loaded only when it is asked for."""

import importlib
from collections.abc import Mapping

from scopelint.model import Report
from scopelint.report.options import RenderOptions
from scopelint.report.retold import retold

__all__ = ["FORMATS", "RenderOptions", "render"]

_SHOWN_FROM_THE_FOLDER = ("text", "concise", "junit", "html")  # the others tell paths from the root

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
    options = options or RenderOptions()
    if name in _SHOWN_FROM_THE_FOLDER:
        report = retold(report, options)
    text: str = importlib.import_module(FORMATS[name]).render(report, options)
    return text
