"""Values for tests, built in one line each."""

from collections.abc import Sequence

from scopelint.catalog.load import load_bundled
from scopelint.model import (
    ApiCall,
    Certainty,
    ChainLink,
    Manifest,
    MatchedCall,
    Mention,
    Need,
    Origin,
    OriginKind,
    Query,
    ScopeEntry,
    Span,
    UnreadableFile,
    Verdict,
)
from scopelint.rules import Subject

MANIFEST = "max-ai.app.toml"


def span(line: int, path: str = "app.py", column: int = 5, end_column: int = 30) -> Span:
    return Span(path, line, column, line, end_column)


def api_call(
    method: str | None = "GET",
    path: str | None = "/v3/patients",
    line: int = 1,
    *,
    file: str = "app.py",
    certainty: Certainty = Certainty.CERTAIN,
    live: bool = True,
    handled: bool = False,
    chain: tuple[ChainLink, ...] = (),
    reason: str = "",
    expression: str = "",
) -> ApiCall:
    return ApiCall(
        method=method,
        origin=Origin(OriginKind.LITERAL, "https://api.maxcare.ai"),
        path=path,
        query=Query(),
        span=span(line, file),
        chain=chain,
        sink="requests.get",
        certainty=certainty,
        live=live,
        handled=handled,
        reason=reason,
        expression=expression,
    )


def matched(
    endpoint: str,
    line: int = 1,
    *,
    file: str = "app.py",
    certainty: Certainty = Certainty.CERTAIN,
    live: bool = True,
    handled: bool = False,
    maybe: tuple[Need, ...] = (),
    reason: str = "",
    missing_query: tuple[str, ...] = (),
    chain: tuple[ChainLink, ...] = (),
) -> MatchedCall:
    """Return a call of an endpoint of the bundled table, with the needs that the table says (and `maybe` more)."""
    row = load_bundled().endpoint(endpoint)
    assert row is not None, endpoint
    call = api_call(row.method, row.path, line, file=file, live=live, handled=handled, chain=chain)
    needs = tuple(Need(alternatives) for alternatives in row.scopes)
    return MatchedCall(
        call=call,
        verdict=Verdict.ENDPOINT,
        certainty=certainty,
        endpoint=row.name,
        needs=needs + maybe,
        missing_query=missing_query,
        reason=reason,
    )


def odd(
    verdict: Verdict,
    method: str | None,
    path: str | None,
    line: int = 1,
    *,
    nearest: str = "",
    candidates: tuple[str, ...] = (),
    reason: str = "",
    expression: str = "",
    live: bool = True,
) -> MatchedCall:
    """Return a call that is no endpoint of the table."""
    return MatchedCall(
        call=api_call(method, path, line, expression=expression, live=live),
        verdict=verdict,
        certainty=Certainty.UNRESOLVED if verdict is Verdict.UNRESOLVED else Certainty.CERTAIN,
        nearest=nearest,
        candidates=candidates,
        reason=reason,
    )


def manifest(*required: str, optional: Sequence[str] = (), keep: Sequence[str] = (), path: str = MANIFEST) -> Manifest:
    """Return a manifest with one scope a line, from line 3 on."""
    names = [(name, False) for name in required] + [(name, True) for name in optional]
    entries = tuple(
        ScopeEntry(name, is_optional, span(line, path, 5, 7 + len(name)), name in keep)
        for line, (name, is_optional) in enumerate(names, 3)
    )
    return Manifest(path, "", entries, span(1, path, 1, 14))


def subject(
    declared: Manifest | None,
    *calls: MatchedCall,
    mentions: tuple[Mention, ...] = (),
    unreadable: tuple[UnreadableFile, ...] = (),
    lost: tuple[str, ...] = (),
) -> Subject:
    return Subject(declared, calls, mentions, unreadable, load_bundled(), lost=lost)
