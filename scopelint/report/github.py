"""GitHub workflow commands, which become annotations of a pull request."""

from scopelint.model import Finding, Report, Severity
from scopelint.report.options import RenderOptions
from scopelint.report.printable import printable

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report, options: RenderOptions) -> str:  # noqa: ARG001 - every format has the same parameters
    """Return a workflow command a line; paths are relative to the project's root, as GitHub wants them."""
    return "".join(f"{_command(finding)}\n" for finding in report.findings)


def _command(finding: Finding) -> str:
    span = finding.span
    place = {"file": span.path, "line": span.line, "endLine": span.end_line}
    if span.line == span.end_line:  # GitHub takes columns only within one line
        place |= {"col": span.column, "endColumn": span.end_column}
    place["title"] = f"{finding.code} {finding.slug}"
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
    text = f"{finding.message}. To do: {finding.hint}" if finding.hint else finding.message
    return f"::{_COMMANDS[finding.severity]} {properties}::{_data(text)}"


def _data(text: str) -> str:
    """Return the text as the data of a workflow command: one line, and no percent sign that is not ours."""
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
