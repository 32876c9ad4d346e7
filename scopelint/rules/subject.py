"""What is judged: one app's manifest, its matched calls, and what else the tree says of the API."""

from collections.abc import Iterator
from functools import cached_property

import msgspec

from scopelint.catalog.model import Catalog
from scopelint.model import App, Manifest, MatchedCall, Mention, ReachedBound, ScopeEntry, UnreadableFile
from scopelint.rules.needs import ScopeUse, scope_uses


class Subject(msgspec.Struct, frozen=True, dict=True):
    """One app, as the rules see it; without a manifest nothing is said about declared or missing scopes."""

    manifest: Manifest | None
    calls: tuple[MatchedCall, ...]
    mentions: tuple[Mention, ...]
    unreadable: tuple[UnreadableFile, ...]
    catalog: Catalog
    bounds: tuple[ReachedBound, ...] = ()
    lost: tuple[str, ...] = ()  # what was not analysed: nobody knows what it calls

    @classmethod
    def of(cls, app: App, catalog: Catalog) -> "Subject":
        """Return an analysed app as what the rules about scopes see; files that could not be read are not among it."""
        return cls(app.manifest, app.calls, app.mentions, (), catalog, app.bounds, app.lost)

    @cached_property
    def uses(self) -> tuple[ScopeUse, ...]:
        """Each scope needed at each place, in order of place and scope."""
        return tuple(scope_uses(self.live_calls(), self.declared()))

    def live_calls(self) -> Iterator[MatchedCall]:
        """Yield the calls that count."""
        return (matched for matched in self.calls if matched.call.live)

    def declared(self) -> dict[str, ScopeEntry]:
        """Return each declared scope's entry by name; of a scope declared twice the one that grants most."""
        entries: dict[str, ScopeEntry] = {}
        for entry in self.manifest.entries if self.manifest else ():
            if entry.name not in entries or (entries[entry.name].optional and not entry.optional):
                entries[entry.name] = entry
        return entries


def add_hint(subject: Subject, scope: str) -> str:
    """Return what to do when a scope is missing from the manifest."""
    path, key = (subject.manifest.path, subject.manifest.required) if subject.manifest else ("the manifest", "")
    table, _, name = key.rpartition(".")
    listed = f"[{table}] {name}" if table and path.endswith(".toml") else key
    return f'add "{scope}" to {listed or "the required scopes"} in {path}'
