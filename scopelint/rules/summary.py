"""Declared against needed, as lists of scopes."""

from collections.abc import Iterable

from scopelint.model import ScopeSummary
from scopelint.rules.declared import unknown_scopes
from scopelint.rules.subject import Subject
from scopelint.rules.unused import unneeded_scopes


def summarise(subject: Subject) -> ScopeSummary:
    """Return the app's scopes as sorted lists.

    `needed` holds every scope that a live call needs, for sure or perhaps. Without a manifest nothing is declared, so
    `missing` and `maybe_missing` hold between them what should be.
    """
    absent = [use for use in subject.uses if use.granted is None]
    missing = {use.scope for use in absent if use.certain}
    unneeded = tuple(unneeded_scopes(subject))
    entries = subject.declared().values()
    return ScopeSummary(
        required=_sorted(entry.name for entry in entries if not entry.optional),
        optional=_sorted(entry.name for entry in entries if entry.optional),
        needed=_sorted(use.scope for use in subject.uses),
        missing=_sorted(missing),
        maybe_missing=_sorted({use.scope for use in absent} - missing),
        unused=_sorted(unneeded_scope.entry.name for unneeded_scope in unneeded if unneeded_scope.doubt is None),
        possibly_unused=_sorted(unneeded_scope.entry.name for unneeded_scope in unneeded if unneeded_scope.doubt),
        unknown=_sorted(entry.name for entry in unknown_scopes(subject)),
    )


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))
