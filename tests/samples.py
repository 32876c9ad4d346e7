"""The one report that every format's test shows: ordinary findings, and one whose text is hostile."""

from pathlib import Path

from building import manifest, matched, odd, span

from scopelint.model import (
    App,
    ChainLink,
    Finding,
    Report,
    ScopeSummary,
    Severity,
    Span,
    Statistics,
    Suppressed,
    Verdict,
)

SOURCE = """\
import requests

BASE = "https://api.maxcare.ai"


def tasks(session):
\treturn session.get(f"{BASE}/v3/tasks")


def fetch(session, name):
    return session.get(
        f"{BASE}/v3/{name}",
    )
"""

CHAIN = (ChainLink(Span("http.py", 9, 5, 9, 30), "session.request"),)

MISSING = Finding(
    code="SCL101",
    slug="missing-scope",
    severity=Severity.ERROR,
    message="GET /v3/tasks needs read:tasks, which max-ai.app.toml does not declare",
    span=Span("app.py", 7, 9, 7, 40),
    hint='add "read:tasks" to [permissions] scopes in max-ai.app.toml',
    scope="read:tasks",
    endpoint="GET /v3/tasks",
    chain=CHAIN,
)
UNRESOLVED = Finding(
    code="SCL901",
    slug="unresolved-call",
    severity=Severity.NOTE,
    message="the endpoint of this call is not known: 'name' is a parameter",
    span=Span("app.py", 11, 12, 13, 6),
)
UNUSED = Finding(
    code="SCL201",
    slug="unused-scope",
    severity=Severity.WARNING,
    message="no call needs read:claims",
    span=Span("max-ai.app.toml", 2, 12, 2, 25),
    hint='remove "read:claims" from max-ai.app.toml',
    scope="read:claims",
)
HOSTILE = Finding(
    code="SCL401",
    slug="unknown-endpoint",
    severity=Severity.ERROR,
    message="there is no GET /v3/\x1b[2J\n::error::x|`<b>&%0A]]>[x](http://evil.test) @someone",
    span=Span("odd,na:me\n%.py", 3, 1, 3, 4),
    hint="*correct* the path",
)
SUPPRESSED = Suppressed(
    Finding(
        code="SCL404", slug="missing-query-parameter", severity=Severity.WARNING, message="no query", span=span(20)
    ),
    "comment",
)

CALLS = (
    matched("GET /v3/tasks", 7, chain=CHAIN),
    odd(Verdict.UNRESOLVED, "GET", "/v3/{}", 11, candidates=("GET /v3/tasks",), reason="'name' is a parameter"),
    matched("GET /v3/claims", 30, live=False),
)
SCOPES = ScopeSummary(
    required=("read:claims",), needed=("read:tasks",), missing=("read:tasks",), unused=("read:claims",)
)
STATISTICS = Statistics(files=30, analysed=12, skipped_tests=8, unreadable=0, duration=0.25)


def report(root: Path | str = "/nowhere", *, findings: tuple[Finding, ...] | None = None) -> Report:
    return Report(
        root=str(root),
        apps=(App(manifest=manifest("read:claims"), calls=CALLS, scopes=SCOPES),),
        findings=(MISSING, UNRESOLVED, UNUSED, HOSTILE) if findings is None else findings,
        suppressed=(SUPPRESSED,),
        statistics=STATISTICS,
    )


def write_source(root: Path) -> None:
    (root / "app.py").write_text(SOURCE)
    (root / "max-ai.app.toml").write_text('[permissions]\nscopes = ["read:claims"]\n')
