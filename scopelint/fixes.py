"""What to change in a manifest so that nothing is found in it any more: a plan, made from an app's findings."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from scopelint.catalog.model import Catalog
from scopelint.manifest.edit import Changes, changed
from scopelint.model import App, Finding, Manifest, ScopeEntry
from scopelint.rules.confusions import advice
from scopelint.rules.declared import DUPLICATE_SCOPE, INCOMPLETE_SCOPE, LEGACY_SCOPE, UNKNOWN_SCOPE
from scopelint.rules.missing import MAYBE_MISSING_SCOPE, MISSING_SCOPE
from scopelint.rules.needs import ScopeUse
from scopelint.rules.subject import Subject
from scopelint.rules.unused import UNUSED_OPTIONAL_SCOPE, UNUSED_SCOPE, unneeded_scopes


class FixOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`optional`: scopes that are added as optional ones. `remove_unused`: whether unused scopes may be removed."""

    optional: tuple[str, ...] = ()
    remove_unused: bool = False


class Step(msgspec.Struct, frozen=True):
    """One change: what is done ("add"), to which scope, and the reason or the detail as a clause."""

    verb: str
    scope: str
    detail: str = ""


class Plan(msgspec.Struct, frozen=True):
    """The changes for one manifest, the same as steps for people, and what is wrong and left as it is."""

    changes: Changes
    steps: tuple[Step, ...]
    left: tuple[Step, ...]


def plan(app: App, manifest: Manifest, findings: Sequence[Finding], catalog: Catalog, options: FixOptions) -> Plan:
    """Return what to change in an app's manifest; `findings` are those that are to be fixed, of any app.

    Without `remove_unused`, nothing that could grant something is taken away.
    """
    return _Planning(app, manifest, findings, catalog, options).plan()


class _Planning:
    """One plan on its way."""

    def __init__(
        self, app: App, manifest: Manifest, findings: Sequence[Finding], catalog: Catalog, options: FixOptions
    ) -> None:
        self._subject = Subject.of(app, catalog)
        self._manifest = manifest
        self._catalog = catalog
        self._options = options
        self._named: dict[str, list[str]] = {}  # code -> scopes found in this manifest
        for finding in findings:
            if finding.span.path == manifest.path and finding.scope is not None:
                self._named.setdefault(finding.code, []).append(finding.scope)
        self._reported = {
            (finding.span, finding.scope)
            for finding in findings
            if finding.code in (MISSING_SCOPE.code, MAYBE_MISSING_SCOPE.code)
        }
        self._replace: dict[str, str] = {}
        self._remove: dict[str, str] = {}  # scope -> why
        self._left: list[Step] = []

    def plan(self) -> Plan:
        """Return the plan."""
        unused = self._unused()
        self._rename()
        if self._options.remove_unused:
            self._drop_needless_names()
        missing = self._missing()
        moved, added = self._companions(unused)
        required = [scope for scope in missing if not self._is_optional(scope, missing)]
        duplicates = self._named.get(DUPLICATE_SCOPE.code, ())
        changes = Changes(
            replace=tuple(self._replace.items()),
            remove=tuple(self._remove),
            deduplicate=tuple(dict.fromkeys((*duplicates, *self._replace.values()))),
            add_required=tuple(dict.fromkeys((*required, *moved))),
            add_optional=tuple(dict.fromkeys((*(scope for scope in missing if scope not in required), *added))),
        )
        return Plan(changes, tuple(self._steps(changes, missing)), tuple(self._left))

    def _unused(self) -> frozenset[str]:
        """Sort the scopes that no call needs into those to remove and those to leave."""
        names = [name for rule in (UNUSED_SCOPE, UNUSED_OPTIONAL_SCOPE) for name in self._named.get(rule.code, ())]
        for name in dict.fromkeys(names):
            if self._options.remove_unused:
                self._remove[name] = "no call needs it"
            else:
                self._left.append(Step("leave", name, "no call needs it; --remove-unused removes it"))
        return frozenset(names)

    def _rename(self) -> None:
        """Give wrong names the right ones."""
        names = [scope.name for scope in self._catalog.scopes if scope.successor is None]
        for name in dict.fromkeys(self._named.get(UNKNOWN_SCOPE.code, ())):
            clause, meant = advice(name, names)
            if meant in self._subject.declared():
                self._remove[name] = f"there is no such scope, and {meant} is declared already"
            elif meant is not None:
                self._replace[name] = meant
            elif self._options.remove_unused:
                self._remove[name] = "there is no such scope"
            else:
                self._left.append(Step("leave", name, f"there is no such scope; {clause}"))
        for name in dict.fromkeys(self._named.get(LEGACY_SCOPE.code, ())):
            scope = self._catalog.scope(name)
            if scope is not None and scope.successor is not None and name not in self._remove:
                self._replace[name] = scope.successor

    def _drop_needless_names(self) -> None:
        """Remove the wrong names whose right ones no call needs either: writing them right would ask for more."""
        declared = self._subject.declared()
        for name in self._needless(set(self._replace.values()) - set(declared)):
            for wrong in [wrong for wrong, right in self._replace.items() if right == name]:
                del self._replace[wrong]
                self._remove[wrong] = f"there is no such scope, and no call needs {name}"

    def _needless(self, names: Iterable[str]) -> set[str]:
        """Return those of the new names that would be unused, were they declared."""
        entries = [
            msgspec.structs.replace(entry, name=self._replace.get(entry.name, entry.name))
            for entry in self._manifest.entries
        ]
        renamed = msgspec.structs.replace(self._manifest, entries=tuple(entries))
        unneeded = unneeded_scopes(msgspec.structs.replace(self._subject, manifest=renamed))
        return {scope.entry.name for scope in unneeded if scope.doubt is None} & set(names)

    def _missing(self) -> dict[str, ScopeUse]:
        """Return the scopes to add, each with the call that needs it most certainly."""
        found: dict[str, ScopeUse] = {}
        for use in self._subject.uses:
            if use.granted is None and (use.span, use.scope) in self._reported:
                known = found.get(use.scope)
                if known is None or (use.certain and not known.certain):
                    found[use.scope] = use
        renamed = set(self._replace.values())
        return {scope: use for scope, use in found.items() if scope not in renamed}

    def _is_optional(self, scope: str, missing: Iterable[str]) -> bool:
        """Tell whether to add a scope as optional: as told, or since one that it does nothing without is optional."""
        if scope in self._options.optional:
            return True
        known = self._catalog.scope(scope)
        declared = self._subject.declared()
        return any(
            (entry is not None and entry.optional) or (needed in missing and needed in self._options.optional)
            for needed in (known.useless_without if known else ())
            for entry in (declared.get(needed),)
        )

    def _companions(self, unused: frozenset[str]) -> tuple[list[str], list[str]]:
        """Return the scopes that declared ones do nothing without: those to require, and those to add as optional."""
        required: list[str] = []
        optional: list[str] = []
        declared = self._subject.declared()
        for name in dict.fromkeys(self._named.get(INCOMPLETE_SCOPE.code, ())):
            scope = self._catalog.scope(name)
            if scope is not None and name not in unused:
                (optional if declared[name].optional else required).extend(scope.useless_without)
        return required, optional

    def _steps(self, changes: Changes, missing: dict[str, ScopeUse]) -> Iterator[Step]:
        lists = _lists(self._manifest.entries)
        after = changed(*lists, changes)
        for old, new in changes.replace:
            yield Step("replace", old, f"by {new}")
        for name, why in self._remove.items():
            yield Step("remove", name, why)
        for name in changes.deduplicate:
            if sum(names.count(name) for names in lists) > 1:
                yield Step("deduplicate", name)
        for number, (before, names) in enumerate(zip(lists, after, strict=True)):
            kind = "optional " if number else ""
            for name in names:
                if name in before or name in changes.deduplicate:
                    continue
                if name in lists[1 - number]:
                    yield Step("require", name, "another required scope does nothing without it")
                elif name in missing:
                    yield Step(f"add {kind}".strip(), name, _reason(missing[name]))
                else:
                    yield Step(f"add {kind}".strip(), name, "another scope does nothing without it")


def _lists(entries: Iterable[ScopeEntry]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rows = list(entries)
    return tuple(row.name for row in rows if not row.optional), tuple(row.name for row in rows if row.optional)


def _reason(use: ScopeUse) -> str:
    verb = "needs" if use.certain else "may need"
    because = f" ({use.because})" if use.because else ""
    return f"{use.endpoints()} at {use.span.path}:{use.span.line} {verb} it{because}"
