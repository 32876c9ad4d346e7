"""The inventory of calls, for `scopelint calls`."""

import msgspec

from scopelint.model import Certainty, Finding, MatchedCall, ReachedBound, Report, Span, Verdict
from scopelint.report.bounds import bound_clauses
from scopelint.report.counts import number
from scopelint.report.json_document import CallRow, FindingRow, bounds, call_row, finding_row
from scopelint.report.json_text import json_text
from scopelint.report.options import RenderOptions
from scopelint.report.printable import printable
from scopelint.rules.limits import UNREADABLE_FILE

FORMAT_VERSION = 1

_ODD = {
    Verdict.UNKNOWN_ENDPOINT: "no such endpoint",
    Verdict.WRONG_METHOD: "wrong method",
    Verdict.OTHER_VERSION: "another version of the API",
}


class InventoryDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What `calls` writes; `findings` are the files that cannot be read (SCL902)."""

    version: int
    calls: tuple[CallRow, ...]
    findings: tuple[FindingRow, ...]
    incomplete: tuple[str, ...]
    bounds: tuple[ReachedBound, ...]


def render_text(report: Report, options: RenderOptions) -> str:
    """Return a line for each call, with what is odd about it, a line for what was not analysed, and a count."""
    calls = _calls(report)
    lines = [
        *(f"{_place(report, matched.call.span, options)}: {printable(_told(matched))}" for matched in calls),
        *(f"{_place(report, row.span, options)}: {printable(row.message)}" for row in _unread(report)),
        *(f"Incomplete: {printable(clause)}" for clause in report.incomplete),
        *(f"Bounded: {printable(clause)}" for clause in bound_clauses(report)),
        number(len(calls), "call"),
    ]
    return "".join(f"{line}\n" for line in lines)


def render_json(report: Report) -> str:
    """Return the calls, and what was not analysed, as a JSON object with rows like those of `check --format json`."""
    return json_text(
        InventoryDocument(
            version=FORMAT_VERSION,
            calls=tuple(call_row(matched) for matched in _calls(report)),
            findings=tuple(finding_row(finding) for finding in _unread(report)),
            incomplete=report.incomplete,
            bounds=bounds(report),
        )
    )


def _unread(report: Report) -> tuple[Finding, ...]:
    return tuple(finding for finding in report.findings if finding.code == UNREADABLE_FILE.code)


def _calls(report: Report) -> tuple[MatchedCall, ...]:
    calls = {matched for app in report.apps for matched in app.calls}
    return tuple(sorted(calls, key=lambda matched: (matched.call.span, _request(matched), repr(matched))))


def _place(report: Report, span: Span, options: RenderOptions) -> str:
    return f"{printable(options.shown(report, span.path))}:{span.line}:{span.column}"


def _request(matched: MatchedCall) -> str:
    call = matched.call
    return f"{call.method or '?'} {call.origin.text or ''}{call.path or '?'}"


def _told(matched: MatchedCall) -> str:
    scopes = [need.alternatives[0] + ("" if need.certain else " (perhaps)") for need in matched.needs]
    doubt = "" if matched.certainty is Certainty.CERTAIN else matched.certainty.value
    reason = matched.reason or matched.call.reason
    remarks = (
        ", ".join(scopes),
        _ODD.get(matched.verdict, ""),
        f"{doubt}: {reason}" if doubt and reason else doubt,
        "" if matched.call.live else "not counted: nothing uses it",
    )
    told = "; ".join(remark for remark in remarks if remark)
    return f"{_request(matched)}  [{told}]" if told else _request(matched)
