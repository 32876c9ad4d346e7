"""What stands between an app's manifest and its code, scope by scope."""

import enum
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from scopelint.model import App, Certainty, Finding, MatchedCall, Need, Report, ScopeWords, Verdict


class State(enum.Enum):
    """How a scope fares: the value is the word for it, in order of urgency."""

    MISSING = "missing"
    MAYBE_MISSING = "perhaps missing"
    UNKNOWN = "unknown"
    UNUSED = "unused"
    POSSIBLY_UNUSED = "possibly unused"
    LEGACY = "legacy"
    COVERED = "by its legacy name"
    KEPT = "kept on purpose"
    IN_ORDER = "in order"

    @property
    def slug(self) -> str:
        """The state's name in classes and attributes."""
        return self.name.lower().replace("_", "-")


ORDER = tuple(State)


class Declared(enum.Enum):
    """How a scope stands in the manifest."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NOT = "not declared"


_DECLARED = tuple(Declared)


class Use(msgspec.Struct, frozen=True):
    """A call that needs a scope."""

    matched: MatchedCall
    need: Need

    @property
    def certain(self) -> bool:
        """Whether the scope is needed for sure."""
        return self.need.certain and self.matched.certainty is Certainty.CERTAIN

    @property
    def doubt(self) -> str:
        """Why it is not sure, or under which condition the scope is needed."""
        return self.need.because or ("" if self.certain else self.matched.reason)


class ScopeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One scope of an app; `states` has at least one, the most urgent first."""

    words: ScopeWords
    declared: Declared
    states: tuple[State, ...]
    uses: tuple[Use, ...]  # of calls that need it, the declared legacy name's too
    listed: bool  # whether it is among the needed scopes of the summary
    covers: str  # for a declared legacy name: the scope whose calls it answers
    covered_by: str  # for that scope: the legacy name
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """The scope's name."""
        return self.words.name

    @property
    def certain(self) -> bool:
        """Whether a call needs it for sure."""
        return any(use.certain for use in self.uses)


def scope_rows(report: Report, app: App) -> tuple[ScopeRow, ...]:
    """Return the app's declared and needed scopes, those with something to do first."""
    words = {scope.name: scope for scope in report.glossary.scopes}
    uses = _uses(app)
    covers = {name: needed for needed, name in _covered(app, uses)}
    covered = {needed: name for name, needed in covers.items()}
    summary = app.scopes
    names = {*summary.required, *summary.optional, *summary.needed}
    rows = (
        ScopeRow(
            words=words.get(name) or ScopeWords(name=name, title="", description=""),
            declared=_declared(app, name),
            states=tuple(_states(app, name, words.get(name), covers, covered)),
            uses=uses.get(covers.get(name, name), ()),
            listed=name in summary.needed,
            covers=covers.get(name, ""),
            covered_by=covered.get(name, ""),
            findings=tuple(_of_scope(report, app, name)),
        )
        for name in names
    )
    return tuple(sorted(rows, key=lambda row: (ORDER.index(row.states[0]), _DECLARED.index(row.declared), row.name)))


def _uses(app: App) -> dict[str, tuple[Use, ...]]:
    """Return the live calls that need a scope, by the scope to declare, in order of place."""
    found: dict[str, list[Use]] = {}
    for matched in app.calls:
        if matched.call.live and matched.verdict is Verdict.ENDPOINT:
            for need in matched.needs:
                found.setdefault(need.alternatives[0], []).append(Use(matched, need))
    return {name: tuple(sorted(uses, key=lambda use: use.matched.call.span)) for name, uses in found.items()}


def _covered(app: App, uses: Mapping[str, tuple[Use, ...]]) -> Iterator[tuple[str, str]]:
    """Yield each needed scope that is not declared, with the declared alternative that answers its calls."""
    declared = {*app.scopes.required, *app.scopes.optional}
    for needed in app.scopes.needed:
        if needed not in declared:
            alternatives = (name for use in uses.get(needed, ()) for name in use.need.alternatives)
            if answering := next((name for name in alternatives if name in declared), None):
                yield needed, answering


def _declared(app: App, name: str) -> Declared:
    if name in app.scopes.required:
        return Declared.REQUIRED
    return Declared.OPTIONAL if name in app.scopes.optional else Declared.NOT


def _states(
    app: App, name: str, words: ScopeWords | None, covers: Mapping[str, str], covered: Mapping[str, str]
) -> Iterator[State]:
    summary = app.scopes
    found = (
        (State.MISSING, name in summary.missing),
        (State.MAYBE_MISSING, name in summary.maybe_missing),
        (State.UNKNOWN, name in summary.unknown),
        (State.UNUSED, name in summary.unused),
        (State.POSSIBLY_UNUSED, name in summary.possibly_unused),
        (State.LEGACY, bool(words and words.successor) and _declared(app, name) is not Declared.NOT),
        (State.COVERED, name in covered),
    )
    states = [state for state, holds in found if holds]
    if states:
        yield from states
    elif name in summary.needed or name in covers:
        yield State.IN_ORDER
    else:
        yield State.KEPT


def _of_scope(report: Report, app: App, name: str) -> Iterable[Finding]:
    places = {matched.call.span for matched in app.calls}
    manifest = app.manifest.path if app.manifest else ""
    return (
        finding
        for finding in report.findings
        if finding.scope == name and (finding.span in places or finding.span.path == manifest)
    )
