"""What the code needs and the manifest declares, against what a key was granted, and where to mend the difference."""

import enum
from collections.abc import Iterable, Iterator

import msgspec

from scopelint.catalog.model import Catalog
from scopelint.comparison import ScopeCall, calls_of
from scopelint.model import App, Manifest, ScopeEntry, Span
from scopelint.rules.needs import ScopeUse
from scopelint.rules.subject import Subject
from scopelint.rules.unused import unneeded_scopes


class Level(enum.Enum):
    """Where the remedy lies. One answer does not tell a clinic's grant from the key's share of it."""

    MANIFEST = "manifest"
    GRANT = "grant"  # the clinic's; then the key
    KEY = "key"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One scope; `calls` are those that need it. `expected` differences are those that the manifest allows for."""

    scope: str
    level: Level
    advice: str
    calls: tuple[ScopeCall, ...] = ()
    expected: bool = False


class GrantComparison(msgspec.Struct, frozen=True, kw_only=True):
    """The differences, each list sorted by scope; a scope that is needed is told as such, declared or not."""

    needed_not_granted: tuple[Difference, ...]
    granted_not_needed: tuple[Difference, ...]
    declared_not_granted: tuple[Difference, ...]

    @property
    def fails(self) -> bool:
        """Whether a call is certainly refused that the manifest does not allow to be."""
        return any(call.certain for row in self.needed_not_granted if not row.expected for call in row.calls)


_APPROVE = "have the clinic approve it, and give it to the key"


def compare(app: App, granted: Iterable[str], catalog: Catalog) -> GrantComparison:
    """Return the differences for one app."""
    has = frozenset(granted)
    subject = Subject.of(app, catalog)
    declared = subject.declared()
    refused = _refused(subject, has)
    unneeded = tuple(_unneeded(subject, has))
    names = {name for uses in refused.values() for use in uses for name in use.alternatives}
    return GrantComparison(
        needed_not_granted=tuple(_needed(scope, refused[scope]) for scope in sorted(refused)),
        granted_not_needed=unneeded,
        declared_not_granted=tuple(
            _declared(declared[name], has, catalog) for name in sorted(declared.keys() - has - names)
        ),
    )


def _refused(subject: Subject, has: frozenset[str]) -> dict[str, list[ScopeUse]]:
    refused: dict[str, list[ScopeUse]] = {}
    for use in subject.uses:
        if not has.intersection(use.alternatives):
            refused.setdefault(use.scope, []).append(use)
    return refused


def _needed(scope: str, uses: list[ScopeUse]) -> Difference:
    entry = uses[0].granted
    calls = calls_of(uses)
    if entry is None:
        return Difference(scope=scope, level=Level.MANIFEST, advice=f"declare it, {_APPROVE}", calls=calls)
    if entry.optional:
        advice = f"the clinic may have refused it, so that the calls must bear a 403; else {_APPROVE}"
        return Difference(scope=scope, level=Level.GRANT, advice=advice, calls=calls, expected=True)
    return Difference(scope=scope, level=Level.GRANT, advice=f"it is declared: {_APPROVE}", calls=calls)


def _unneeded(subject: Subject, has: frozenset[str]) -> Iterator[Difference]:
    """Yield the granted scopes that no call needs, nor could; those that the manifest means to keep are left out."""
    declared = subject.declared()
    place = Span("", 1, 1, 1, 1)
    entries = tuple(declared.get(name) or ScopeEntry(name, optional=False, span=place) for name in sorted(has))
    as_if_declared = msgspec.structs.replace(subject, manifest=Manifest("", "", entries, place))
    idle = {unneeded.entry.name for unneeded in unneeded_scopes(as_if_declared) if unneeded.doubt is None}
    known = {scope.name for scope in subject.catalog.scopes}
    for name in sorted(has):
        if name in declared and name in idle:
            yield Difference(scope=name, level=Level.MANIFEST, advice="remove it there, then from grant and key")
        elif name in idle:
            yield Difference(scope=name, level=Level.KEY, advice="it is not declared either: make a key without it")
        elif name not in known:
            yield Difference(scope=name, level=Level.KEY, advice="the table of scopes does not have it")


def _declared(entry: ScopeEntry, has: frozenset[str], catalog: Catalog) -> Difference:
    scope = catalog.scope(entry.name)
    if scope is None:
        return Difference(scope=entry.name, level=Level.MANIFEST, advice="there is no such scope")
    if scope.successor is not None and scope.successor in has:
        advice = f"it is the legacy name of {scope.successor}, which is granted: declare that"
        return Difference(scope=entry.name, level=Level.MANIFEST, advice=advice)
    if entry.optional:
        advice = f"the clinic may have refused it; else {_APPROVE}"
        return Difference(scope=entry.name, level=Level.GRANT, advice=advice, expected=True)
    return Difference(scope=entry.name, level=Level.GRANT, advice=_APPROVE)
