"""SARIF 2.1.0, for code scanning services."""

import re
from typing import Any
from urllib.parse import quote

from scopelint import __version__
from scopelint.elsewhere import INSTALLED
from scopelint.model import ChainLink, Finding, Report, Severity, Span, Suppressed
from scopelint.report.bounds import bound_clauses
from scopelint.report.fingerprints import fingerprints
from scopelint.report.json_text import json_text
from scopelint.report.options import RenderOptions
from scopelint.report.printable import printable
from scopelint.rules import ALL, Rule
from scopelint.rules.pages import page

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_POSITIONS = {rule.code: position for position, rule in enumerate(ALL)}
_KINDS = {"comment": "inSource"}  # everything else that suppresses is outside the source


def render(report: Report, options: RenderOptions) -> str:  # noqa: ARG001 - every format has the same parameters
    """Return the SARIF log of one run, with the suppressed findings marked as such."""
    shown = (*report.findings, *(suppressed.finding for suppressed in report.suppressed))
    results = [_result(finding, name) for finding, name in zip(shown, fingerprints(shown), strict=True)]
    for result, suppressed in zip(results[len(report.findings) :], report.suppressed, strict=True):
        result["suppressions"] = [_suppression(suppressed)]
    notifications = [
        {"level": level, "message": {"text": printable(clause)}}
        for level, clauses in (("error", report.incomplete), ("warning", bound_clauses(report)))
        for clause in clauses
    ]
    run = {
        "tool": {"driver": {"name": "scopelint", "version": __version__, "rules": [_rule(rule) for rule in ALL]}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {"executionSuccessful": not report.incomplete, "toolExecutionNotifications": notifications},
        ],
        "results": results,
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.slug,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.what},
        "help": {"text": f"{rule.why}\n\n{rule.fix}", "markdown": page(rule)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(finding: Finding, fingerprint: str) -> dict[str, Any]:
    hint = f". To do: {finding.hint}" if finding.hint else ""
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": _POSITIONS[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding.message + hint)},
        "locations": [_location(finding.span)],
        "partialFingerprints": {"scopelint/v1": fingerprint},
    }
    if finding.chain:
        steps = [{"location": _step(link)} for link in finding.chain]
        if finding.chain[0].span != finding.span:
            steps.insert(0, {"location": _location(finding.span)})
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    return result


def _message(text: str) -> str:
    """Return the text as a SARIF plain text message: brackets would make a link, a number in braces a placeholder."""
    escaped = re.sub(r"[\\\[\]]", r"\\\g<0>", printable(text))
    return re.sub(r"\{(\d+)\}", r"{{\1}}", escaped)


def _location(span: Span) -> dict[str, Any]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    inside = span.path.removeprefix(INSTALLED)
    base = "%SRCROOT%" if inside == span.path else "SITE_PACKAGES"
    artifact = {"uri": quote(inside.encode("utf-8", "surrogateescape")), "uriBaseId": base}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _step(link: ChainLink) -> dict[str, Any]:
    return {**_location(link.span), "message": {"text": _message(link.label)}}


def _suppression(suppressed: Suppressed) -> dict[str, str]:
    return {"kind": _KINDS.get(suppressed.by, "external")}
