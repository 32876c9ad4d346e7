"""GitLab's Code Quality report."""

from scopelint.model import Report, Severity
from scopelint.report.fingerprints import fingerprints
from scopelint.report.json_text import json_text
from scopelint.report.options import RenderOptions
from scopelint.report.printable import printable

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(report: Report, options: RenderOptions) -> str:  # noqa: ARG001 - every format has the same parameters
    """Return the JSON array of issues."""
    return json_text(
        [
            {
                "description": f"{finding.code} {printable(finding.message)}",
                "check_name": finding.code,
                "fingerprint": fingerprint,
                "severity": _SEVERITIES[finding.severity],
                "location": {
                    "path": finding.span.path,
                    "lines": {"begin": finding.span.line, "end": finding.span.end_line},
                },
            }
            for finding, fingerprint in zip(report.findings, fingerprints(report.findings), strict=True)
        ]
    )
