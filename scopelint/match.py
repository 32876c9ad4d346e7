"""From a resolved call to the table's answer: which endpoint it is, and what it needs."""

import enum
from collections.abc import Iterable

import msgspec

from scopelint.catalog.lookup import could_match, look_up, nearest_row
from scopelint.catalog.model import Catalog, Endpoint
from scopelint.catalog.template import HOLE, OPEN_HOLE, has_hole, normalise
from scopelint.model import ApiCall, Certainty, MatchedCall, Origin, OriginKind, Verdict
from scopelint.needs import missing_query, needs


def match(call: ApiCall, catalog: Catalog) -> MatchedCall:
    """Return the call with its verdict, its endpoint and needs, or the endpoints that it could still be.

    Nothing is guessed: where the path's unknown parts leave a choice, the verdict is UNRESOLVED.
    """
    found = _match(call, catalog)
    if call.by_name and found.verdict in (Verdict.UNKNOWN_ENDPOINT, Verdict.WRONG_METHOD, Verdict.UNRESOLVED):
        call = msgspec.structs.replace(call, live=False)  # some other class's method of this name is meant
        return msgspec.structs.replace(found, call=call)
    return found


def _match(call: ApiCall, catalog: Catalog) -> MatchedCall:
    base, base_path = _base(call.origin, call.path or "", catalog)
    if call.method == "OPTIONS" or base is Base.FOREIGN:
        return _foreign(call)
    matching = _Matching(call, catalog, _method(call, catalog))
    if call.operation:
        return matching.named_operation()
    if base is Base.UNKNOWN:
        return matching.after_prefix() or _foreign(call)
    if call.path is None:
        return matching.unresolved(catalog.endpoints)
    path = normalise(call.path)[len(base_path) :]
    if path in ("", catalog.prefix) and catalog.prefix:
        return _foreign(call)
    return matching.on_platform(path, base)


class Base(enum.Enum):
    """How well the base of a call is known."""

    HOST = "host"  # the platform's host: the path is the whole path
    OPEN = "open"  # the platform's, from a variable or a gateway's URL: the version may be in the base
    UNKNOWN = "unknown"
    FOREIGN = "foreign"


class _Matching(msgspec.Struct, frozen=True):
    """One call on its way through the table; `method` is what the table has for the call's method."""

    call: ApiCall
    catalog: Catalog
    method: str | None

    def on_platform(self, path: str, base: Base) -> MatchedCall:
        """Return the answer for a normalised path on the platform's base."""
        prefix = self.catalog.prefix
        for other in self.catalog.other_prefixes:
            if path.startswith(other + "/"):
                return self._other_version(path, other)
        if path.startswith(prefix + "/"):
            return self._in_table(path)
        if base is Base.OPEN or OPEN_HOLE in path.partition(prefix + "/")[0]:
            tail = self.after_prefix()
            if tail is not None:
                return tail
        whole = could_match(self.catalog, path) if has_hole(path) else ()
        if base is Base.OPEN:
            return self._in_table(prefix + path, self._base_doubt(), whole)
        unknown_start = has_hole(path.split("/")[1])
        if unknown_start and not whole:  # no row has so few segments: one unknown text stands for several
            whole = could_match(self.catalog, path.replace(HOLE, OPEN_HOLE))
        return self.unresolved(whole) if whole or unknown_start else _foreign(self.call)

    def after_prefix(self) -> MatchedCall | None:
        """Return the answer for what follows the path's last "/v3/", whatever stands before; None when it is no row."""
        prefix = self.catalog.prefix
        path = normalise(self.call.path or "")
        start = path.rfind(prefix + "/")
        if start < 0 or not prefix:
            return None
        rows = look_up(self.catalog, path[start:]).exact
        doubt = f"what stands before {prefix} is not known" if start else "the host is not known"
        if self.method is None:
            return self.unresolved(rows, doubt) if len(rows) == 1 else None
        row = next((row for row in rows if row.method == self.method), None)
        return self._endpoint(row, doubt) if row else None

    def named_operation(self) -> MatchedCall:
        """Return the answer for an operation whose source is not at hand."""
        name = self.call.operation
        row = self.catalog.endpoint(name) or self.catalog.operation_names().get(name)
        stated = self.call.certainty is Certainty.CERTAIN  # by the configuration, not guessed from the name
        return self._endpoint(row, "" if stated else f"known only by its name, {name}") if row else _foreign(self.call)

    def unresolved(self, rows: Iterable[Endpoint], doubt: str = "") -> MatchedCall:
        """Return the answer for a call that could still be any of the rows that have its method."""
        candidates = {row.name: row for row in rows if self.method in (None, row.method)}
        missing = "the method is not known" if self.method is None else "the path is not fully known"
        return msgspec.structs.replace(
            self._answer(Verdict.UNRESOLVED, doubt),
            candidates=tuple(candidates),
            reason=_clauses(self.call.reason or missing, doubt),
        )

    def _in_table(self, path: str, doubt: str = "", more: tuple[Endpoint, ...] = ()) -> MatchedCall:
        """Return the answer for a path under the table's prefix; `more` are rows that it could be otherwise.

        `doubt` is whether it is under the prefix at all; that it goes to the platform is certain.
        """
        rows = look_up(self.catalog, path)
        possible = (*rows.possible, *more)
        if self.method is None and (rows.exact or possible):
            return self.unresolved((*rows.exact, *possible))
        for row in rows.exact:
            if row.method == self.method:
                return self._endpoint(row, doubt)
        if any(row.method == self.method for row in possible) or (possible and not rows.exact):
            return self.unresolved(possible)
        if rows.exact:
            methods = ", ".join(sorted(row.method for row in rows.exact))
            template = rows.exact[0].name.partition(" ")[2]
            return msgspec.structs.replace(
                self._answer(Verdict.WRONG_METHOD, doubt), nearest=methods, template=template
            )
        nearest = nearest_row(self.catalog, self.method, path)
        return msgspec.structs.replace(
            self._answer(Verdict.UNKNOWN_ENDPOINT, doubt), nearest=nearest.name if nearest else ""
        )

    def _endpoint(self, row: Endpoint, doubt: str) -> MatchedCall:
        return msgspec.structs.replace(
            self._answer(Verdict.ENDPOINT, doubt),
            endpoint=row.name,
            needs=needs(row, self.call.query),
            missing_query=missing_query(row, self.call.query),
        )

    def _other_version(self, path: str, other: str) -> MatchedCall:
        rows = look_up(self.catalog, self.catalog.prefix + path[len(other) :]).exact
        same = next((row.name for row in rows if self.method in (None, row.method)), "")
        return msgspec.structs.replace(self._answer(Verdict.OTHER_VERSION, ""), nearest=same)

    def _answer(self, verdict: Verdict, doubt: str) -> MatchedCall:
        certainty = self.call.certainty
        if doubt and certainty is Certainty.CERTAIN:
            certainty = Certainty.PROBABLE
        return MatchedCall(
            call=self.call, verdict=verdict, certainty=certainty, reason=_clauses(self.call.reason, doubt)
        )

    def _base_doubt(self) -> str:
        return f"{self.call.origin.text} is taken to hold the {self.catalog.prefix} that the path lacks"


def _foreign(call: ApiCall) -> MatchedCall:
    return MatchedCall(call=call, verdict=Verdict.FOREIGN, certainty=call.certainty, reason=call.reason)


def _method(call: ApiCall, catalog: Catalog) -> str | None:
    """Return the method that the table has for the call's: a HEAD request needs what the GET needs."""
    if call.method == "HEAD" and not any(row.method == "HEAD" for row in catalog.endpoints):
        return "GET"
    return call.method


def _clauses(*clauses: str) -> str:
    return "; ".join(dict.fromkeys(clause for clause in clauses if clause))


def _base(origin: Origin, path: str, catalog: Catalog) -> tuple[Base, str]:
    """Return what the origin says of the base, and the part of the path that belongs to the base."""
    text = (origin.text or "").lower()
    if origin.kind is OriginKind.UNKNOWN or not text:
        return Base.UNKNOWN, ""
    if origin.kind is OriginKind.VARIABLE:
        known = any(text == name.lower() or text.endswith("." + name.lower()) for name in catalog.variables)
        return (Base.OPEN if known else Base.UNKNOWN), ""
    address = text.partition("//")[2].partition("/")[0].rpartition("@")[2] if "//" in text else text.partition("/")[0]
    host = address.partition(":")[0].rstrip(".")
    path = normalise(path)
    for base in catalog.bases:
        if base.path and base.host in (address, host) and (path + "/").startswith(base.path + "/"):
            return Base.OPEN, base.path
    if host in catalog.hosts or any(not base.path and base.host in (address, host) for base in catalog.bases):
        return Base.HOST, ""
    return Base.FOREIGN, ""
