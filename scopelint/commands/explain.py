"""`scopelint explain`: a code, a scope or an endpoint in words."""

from scopelint.catalog.load import load_bundled
from scopelint.catalog.lookup import look_up
from scopelint.catalog.model import Catalog, Endpoint, Scope
from scopelint.commands.output import print_text
from scopelint.errors import ScopelintError
from scopelint.nearest import nearest
from scopelint.report.endpoint_words import needs_in_words
from scopelint.rules import ALL
from scopelint.rules.pages import page


def run(subject: str) -> int:
    """Print what is known of the subject; raises ScopelintError for one that is not known."""
    print_text(explain(subject, load_bundled()))
    return 0


def explain(subject: str, catalog: Catalog) -> str:
    """Return the explanation of a code or its slug, a scope, an endpoint ("GET /v3/notes") or a path of endpoints."""
    for rule in ALL:
        if subject.casefold() in (rule.code.casefold(), rule.slug):
            return page(rule)
    scope = catalog.scope(subject)
    if scope is not None:
        return _scope(scope, catalog)
    if rows := _endpoints(subject, catalog):
        return "\n".join(map(_endpoint, rows))
    known = [rule.code for rule in ALL]
    known += [scope.name for scope in catalog.scopes]
    known += [endpoint.name for endpoint in catalog.endpoints]
    close = nearest(subject, known)
    raise ScopelintError(f'"{subject}" is no code, scope or endpoint' + (f"; did you mean {close}?" if close else ""))


def _scope(scope: Scope, catalog: Catalog) -> str:
    lines = [f"{scope.name}: {scope.title}", scope.description]
    if scope.successor:
        lines.append(f"A legacy name: declare {scope.successor} instead.")
    if scope.useless_without:
        lines.append(f"Does nothing without {', '.join(scope.useless_without)}.")
    lines += ("", "Endpoints:")
    for endpoint in catalog.endpoints:
        conditions = [
            f"  (with {row.query}={row.equals})"
            for row in endpoint.conditional
            if any(scope.name in group for group in row.scopes)
        ]
        if scope.name in endpoint.all_scopes:
            lines.append(f"  {endpoint.name}{''.join(conditions)}")
    return "\n".join(lines) + "\n"


def _endpoints(subject: str, catalog: Catalog) -> list[Endpoint]:
    named = catalog.endpoint(subject)
    if named is not None:
        return [named]
    method, _, path = subject.rpartition(" ")
    rows = look_up(catalog, path.partition("?")[0].rstrip("/")).exact
    return [row for row in rows if method.upper() in ("", row.method)]


def _endpoint(endpoint: Endpoint) -> str:
    lines = [f"{endpoint.name}  ({endpoint.resource_name})"]
    lines += [f"  {needed}" for needed in needs_in_words(endpoint)]
    if endpoint.required_query:
        lines.append(f"  required in the query: {', '.join(endpoint.required_query)}")
    return "\n".join(lines) + "\n"
