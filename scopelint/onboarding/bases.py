"""Which addresses in the code are probably the platform's, though the table does not name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scopelint.catalog.lookup import look_up
from scopelint.catalog.template import normalise
from scopelint.model import OriginKind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scopelint.catalog.model import Catalog
    from scopelint.model import ApiCall, MatchedCall


class Suggestion(msgspec.Struct, frozen=True):
    """An entry for `base-urls`, with the first call that speaks for it.

    `likely` when an endpoint's whole path, version included, follows a variable: no other API has it.
    """

    base: str
    call: ApiCall
    likely: bool

    @property
    def request(self) -> str:
        """The call in words: "GET CLINIC_API/v3/patients"."""
        call = self.call
        return f"{call.method} {call.origin.text}{'' if (call.path or '').startswith('/') else '/'}{call.path}"


def suggested(calls: Iterable[MatchedCall], catalog: Catalog) -> tuple[Suggestion, ...]:
    """Return the bases that the requests of a project speak for, the likely ones first, then by name.

    `calls` are those to every host. A base that the table or the configuration has already is left out.
    """
    found: dict[str, Suggestion] = {}
    for matched in calls:
        suggestion = _suggestion(matched, catalog)
        if suggestion is None:
            continue
        known = found.get(suggestion.base)
        if known is None or (suggestion.likely, known.call.span) > (known.likely, suggestion.call.span):
            found[suggestion.base] = suggestion
    return tuple(sorted(found.values(), key=lambda row: (not row.likely, row.base)))


def _suggestion(matched: MatchedCall, catalog: Catalog) -> Suggestion | None:
    call = matched.call
    if not call.origin.text or call.path is None or call.method is None:
        return None
    path = normalise(call.path)
    before, version, _ = path.rpartition(catalog.prefix + "/") if catalog.prefix else ("", "", "")
    whole = bool(version) and _is_row(path[len(before) :], call.method, catalog)
    if call.origin.kind is OriginKind.VARIABLE:
        if _is_known(call.origin.text, catalog) or not (whole or _is_row(catalog.prefix + path, call.method, catalog)):
            return None
        return Suggestion(call.origin.text, call, likely=whole)
    if call.origin.kind is OriginKind.LITERAL and matched.verdict is Verdict.FOREIGN and whole:
        return Suggestion(call.origin.text + before, call, likely=False)
    return None


def _is_row(path: str, method: str, catalog: Catalog) -> bool:
    return any(row.method == method for row in look_up(catalog, path).exact)


def _is_known(name: str, catalog: Catalog) -> bool:
    return any(
        name.lower() == known.lower() or name.lower().endswith(f".{known.lower()}") for known in catalog.variables
    )
