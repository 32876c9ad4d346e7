"""What a change of the code and the manifests means for the scopes: two reports, held against each other."""

from collections.abc import Iterator, Sequence

import msgspec

from scopelint.catalog.model import Catalog
from scopelint.model import App, Report
from scopelint.rules.needs import ScopeUse
from scopelint.rules.subject import Subject


class ScopeCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call that needs a scope; `because` says on what that depends, or why it is not certain."""

    endpoint: str
    path: str
    line: int
    column: int
    certain: bool
    because: str


class NeededScope(msgspec.Struct, frozen=True, kw_only=True):
    """A scope with the calls that need it, and how the manifest declares it after the change: "" for not at all."""

    scope: str
    declared: str  # "required", "optional" or ""
    calls: tuple[ScopeCall, ...]


class DeclaredScope(msgspec.Struct, frozen=True, kw_only=True):
    """A scope whose declaration changes; "" for not declared."""

    scope: str
    before: str
    after: str


class AppChange(msgspec.Struct, frozen=True, kw_only=True):
    """What changes for one app; manifests are None where there is none. All lists are sorted by scope."""

    manifest_before: str | None
    manifest_after: str | None
    newly_needed: tuple[NeededScope, ...]
    no_longer_needed: tuple[NeededScope, ...]  # with the calls that needed it before
    still_needed: tuple[str, ...]
    declarations: tuple[DeclaredScope, ...]

    @property
    def newly_asked(self) -> tuple[str, ...]:
        """The scopes that clinics are asked for, and were not before."""
        return tuple(row.scope for row in self.declarations if not row.before)

    @property
    def no_longer_asked(self) -> tuple[str, ...]:
        """The scopes that clinics were asked for, and are no more."""
        return tuple(row.scope for row in self.declarations if not row.after)


def compare(before: Report, after: Report, catalog: Catalog) -> tuple[AppChange, ...]:
    """Return what changes for each app of the two reports.

    Apps are the same when their manifests lie at the same path, or when each report has one that the other has not.
    """
    return tuple(_change(old, new, catalog) for old, new in _pairs(before.apps, after.apps))


def _pairs(before: Sequence[App], after: Sequence[App]) -> Iterator[tuple[App | None, App | None]]:
    old = {_path(app): app for app in before}
    new = {_path(app): app for app in after}
    gone = [path for path in old if path not in new]
    come = [path for path in new if path not in old]
    moved = {come[0]: gone[0]} if len(gone) == len(come) == 1 else {}
    for path in sorted({*old, *new} - set(moved.values())):
        yield old.get(moved.get(path, path)), new.get(path)


def _path(app: App) -> str:
    return app.manifest.path if app.manifest else ""


def _change(before: App | None, after: App | None, catalog: Catalog) -> AppChange:
    old, new = _uses(before, catalog), _uses(after, catalog)
    was, now = _declared(before, catalog), _declared(after, catalog)
    return AppChange(
        manifest_before=before.manifest.path if before and before.manifest else None,
        manifest_after=after.manifest.path if after and after.manifest else None,
        newly_needed=tuple(_needed(name, new[name], now) for name in sorted(new.keys() - old.keys())),
        no_longer_needed=tuple(_needed(name, old[name], now) for name in sorted(old.keys() - new.keys())),
        still_needed=tuple(sorted(old.keys() & new.keys())),
        declarations=tuple(
            DeclaredScope(scope=name, before=was.get(name, ""), after=now.get(name, ""))
            for name in sorted({*was, *now})
            if was.get(name) != now.get(name)
        ),
    )


def _uses(app: App | None, catalog: Catalog) -> dict[str, list[ScopeUse]]:
    uses: dict[str, list[ScopeUse]] = {}
    if app is not None:
        for use in Subject.of(app, catalog).uses:
            uses.setdefault(use.scope, []).append(use)
    return uses


def _declared(app: App | None, catalog: Catalog) -> dict[str, str]:
    if app is None:
        return {}
    entries = Subject.of(app, catalog).declared()
    return {name: "optional" if entry.optional else "required" for name, entry in entries.items()}


def _needed(scope: str, uses: Sequence[ScopeUse], declared: dict[str, str]) -> NeededScope:
    answers = [declared[name] for name in uses[0].alternatives if name in declared]
    return NeededScope(
        scope=scope,
        declared="required" if "required" in answers else "optional" if answers else "",
        calls=calls_of(uses),
    )


def calls_of(uses: Sequence[ScopeUse]) -> tuple[ScopeCall, ...]:
    """Return the places where a scope is needed."""
    return tuple(
        ScopeCall(
            endpoint=use.endpoints(),
            path=use.span.path,
            line=use.span.line,
            column=use.span.column,
            certain=use.certain,
            because=use.because,
        )
        for use in uses
    )
