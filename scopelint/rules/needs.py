"""The scopes that an app's calls need, gathered by scope and place and held against what is declared."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from scopelint.model import Certainty, MatchedCall, Need, ScopeEntry, Span, Verdict


class ScopeUse(msgspec.Struct, frozen=True):
    """One scope needed at one place: by the first of `calls`, which is the most certain one."""

    scope: str  # the one to declare
    alternatives: tuple[str, ...]  # those that answer the need, this one first
    span: Span
    certain: bool
    granted: ScopeEntry | None  # the entry that answers the need, a required one if there is one
    because: str  # the condition, or why it is not certain
    calls: tuple[MatchedCall, ...]

    def endpoint(self) -> str:
        """Return the endpoint of the first call."""
        return self.calls[0].endpoint

    def endpoints(self) -> str:
        """Return the endpoints in words."""
        names = list(dict.fromkeys(matched.endpoint for matched in self.calls))
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def scope_uses(calls: Iterable[MatchedCall], declared: Mapping[str, ScopeEntry]) -> Iterator[ScopeUse]:
    """Yield each scope needed at each place, in order of place and scope, certain needs before others.

    `calls` are those that count, `declared` the manifest's entries by name.
    """
    gathered: dict[tuple[Span, str], list[tuple[MatchedCall, Need]]] = {}
    for matched in calls:
        if matched.verdict is Verdict.ENDPOINT:
            for need in matched.needs:
                gathered.setdefault((matched.call.span, need.alternatives[0]), []).append((matched, need))
    for (span, scope), pairs in sorted(gathered.items()):
        pairs.sort(key=lambda pair: (not _is_certain(*pair), pair[0].endpoint))
        matched, need = pairs[0]
        entries = [declared[name] for name in need.alternatives if name in declared]
        yield ScopeUse(
            scope=scope,
            alternatives=need.alternatives,
            span=span,
            certain=_is_certain(matched, need),
            granted=min(entries, key=lambda entry: entry.optional, default=None),
            because=need.because or ("" if _is_certain(matched, need) else matched.reason),
            calls=tuple(matched for matched, _ in pairs),
        )


def _is_certain(matched: MatchedCall, need: Need) -> bool:
    return need.certain and matched.certainty is Certainty.CERTAIN
