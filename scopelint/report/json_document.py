"""The report as JSON; its schema is published in docs/schema/report.schema.json."""

from collections.abc import Iterable

import msgspec

from scopelint import __version__
from scopelint.model import (
    App,
    BaselineEntry,
    ChainLink,
    Finding,
    MatchedCall,
    ReachedBound,
    Report,
    ScopeSummary,
    Severity,
    Suppressed,
)
from scopelint.report.counts import count
from scopelint.report.json_text import json_text
from scopelint.report.options import RenderOptions

FORMAT_VERSION = 1


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A call site on the way to the library call that sends; lines and columns count from 1, the end is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    label: str


class FindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One finding."""

    code: str
    slug: str
    severity: str
    message: str
    hint: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    scope: str | None
    endpoint: str | None
    chain: tuple[Place, ...]


class SuppressedRow(FindingRow, frozen=True, kw_only=True):
    """One finding that a comment or the baseline suppressed."""

    suppressed_by: str


class QueryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A query parameter; `value` is null when it is not known, `maybe` when it is perhaps not sent."""

    name: str
    value: str | None
    maybe: bool


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request that the code sends.

    `origin` is a literal origin, the name of a variable, or null. In `path`, `{}` stands for a text that is not known
    inside one segment, `{...}` for one that could be anything. `open_query` says that there may be more parameters.
    """

    method: str | None
    origin: str | None
    path: str | None
    endpoint: str | None
    query: tuple[QueryRow, ...]
    open_query: bool
    scopes: tuple[str, ...]
    sink: str
    file: str
    line: int
    column: int
    certainty: str
    verdict: str
    reason: str
    live: bool
    chain: tuple[Place, ...]


class AppRow(msgspec.Struct, frozen=True, kw_only=True):
    """One app of a tree that has several."""

    manifest: str | None
    scopes: ScopeSummary
    calls: tuple[CallRow, ...]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of the run; `beside` are files outside the paths that were asked about, read for their app's sake."""

    errors: int
    warnings: int
    notes: int
    suppressed: int
    calls: int
    files: int
    beside: int
    analysed: int
    skipped_tests: int
    unreadable: int


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What `check` writes; `scopes` and `calls` are those of all apps together, `apps` is there when there are several.

    `expired` has the entries of the baseline that no finding answers to any more, `bounds` the resolver's bounds that
    were reached: those that cut may cost calls. Each is left out when there are none.
    """

    version: int
    scopelint: str
    manifest: str | None
    findings: tuple[FindingRow, ...]
    suppressed: tuple[SuppressedRow, ...]
    calls: tuple[CallRow, ...]
    scopes: ScopeSummary
    summary: Summary
    incomplete: tuple[str, ...]
    bounds: tuple[ReachedBound, ...] = ()
    apps: tuple[AppRow, ...] = ()
    expired: tuple[BaselineEntry, ...] = ()


def render(report: Report, options: RenderOptions) -> str:  # noqa: ARG001 - every format has the same parameters
    """Return the JSON document, indented."""
    return json_text(document(report))


def document(report: Report) -> Document:
    """Return the report as the document that is written."""
    calls = tuple(dict.fromkeys(matched for app in report.apps for matched in app.calls))
    manifests = [app.manifest.path for app in report.apps if app.manifest]
    statistics = report.statistics
    return Document(
        version=FORMAT_VERSION,
        scopelint=__version__,
        manifest=manifests[0] if len(manifests) == 1 else None,
        findings=tuple(finding_row(finding) for finding in report.findings),
        suppressed=tuple(_suppressed_row(suppressed) for suppressed in report.suppressed),
        calls=tuple(call_row(matched) for matched in calls),
        scopes=_together(app.scopes for app in report.apps),
        summary=Summary(
            errors=count(report.findings, Severity.ERROR),
            warnings=count(report.findings, Severity.WARNING),
            notes=count(report.findings, Severity.NOTE),
            suppressed=len(report.suppressed),
            calls=len(calls),
            files=statistics.files,
            beside=statistics.beside,
            analysed=statistics.analysed,
            skipped_tests=statistics.skipped_tests,
            unreadable=statistics.unreadable,
        ),
        incomplete=report.incomplete,
        bounds=bounds(report),
        apps=tuple(_app_row(app) for app in report.apps) if len(report.apps) > 1 else (),
        expired=report.expired,
    )


def bounds(report: Report) -> tuple[ReachedBound, ...]:
    """Return the bounds that were reached in any app."""
    return tuple(sorted({bound for app in report.apps for bound in app.bounds}))


def call_row(matched: MatchedCall) -> CallRow:
    """Return a call as it is written."""
    call = matched.call
    return CallRow(
        method=call.method,
        origin=call.origin.text,
        path=call.path,
        endpoint=matched.endpoint or None,
        query=tuple(QueryRow(name=row.name, value=row.value, maybe=row.maybe) for row in call.query.parameters),
        open_query=call.query.open,
        scopes=tuple(need.alternatives[0] for need in matched.needs),
        sink=call.sink,
        file=call.span.path,
        line=call.span.line,
        column=call.span.column,
        certainty=matched.certainty.value,
        verdict=matched.verdict.value,
        reason=matched.reason or call.reason,
        live=call.live,
        chain=_places(call.chain),
    )


def finding_row(finding: Finding) -> FindingRow:
    """Return a finding as it is written."""
    span = finding.span
    return FindingRow(
        code=finding.code,
        slug=finding.slug,
        severity=finding.severity.value,
        message=finding.message,
        hint=finding.hint,
        path=span.path,
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
        scope=finding.scope,
        endpoint=finding.endpoint,
        chain=_places(finding.chain),
    )


def _suppressed_row(suppressed: Suppressed) -> SuppressedRow:
    return SuppressedRow(**msgspec.structs.asdict(finding_row(suppressed.finding)), suppressed_by=suppressed.by)


def _app_row(app: App) -> AppRow:
    path = app.manifest.path if app.manifest else None
    return AppRow(manifest=path, scopes=app.scopes, calls=tuple(call_row(matched) for matched in app.calls))


def _places(chain: Iterable[ChainLink]) -> tuple[Place, ...]:
    return tuple(Place(**msgspec.structs.asdict(link.span), label=link.label) for link in chain)


def _together(summaries: Iterable[ScopeSummary]) -> ScopeSummary:
    """Return, for each list, the scopes that are in it for at least one app."""
    rows = list(summaries)
    fields = ScopeSummary.__struct_fields__
    return ScopeSummary(**{name: tuple(sorted({s for row in rows for s in getattr(row, name)})) for name in fields})
