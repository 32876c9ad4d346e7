"""`scopelint explain`: a code, a scope or an endpoint in words."""

import re
from collections.abc import Iterable
from pathlib import Path

from scopelint.catalog.load import load, load_bundled
from scopelint.catalog.lookup import look_up
from scopelint.catalog.model import Catalog, Endpoint, Scope
from scopelint.commands.output import print_text
from scopelint.errors import ScopelintError
from scopelint.nearest import nearest
from scopelint.report.endpoint_words import needs_in_words
from scopelint.rules import ALL
from scopelint.rules.pages import page


def run(subject: str, path: str | None) -> int:
    """Print what is known of the subject, by the table in a file or the bundled one; raises ScopelintError."""
    print_text(explain(subject, load(Path(path)) if path else load_bundled()))
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
        return "\n".join(_endpoint(row, catalog) for row in rows)
    known = [rule.code for rule in ALL]
    known += [scope.name for scope in catalog.scopes]
    known += [endpoint.name for endpoint in catalog.endpoints]
    close = nearest(subject, known)
    raise ScopelintError(f'"{subject}" is no code, scope or endpoint' + (f"; did you mean {close}?" if close else ""))


def _scope(scope: Scope, catalog: Catalog) -> str:
    """Return what a scope permits, a call that needs it, and how to declare it."""
    lines = [f"{scope.name}: {scope.title}", scope.description]
    if scope.successor:
        lines.append(f"A legacy name: declare {scope.successor} instead.")
    if scope.useless_without:
        lines.append(f"Does nothing without {', '.join(scope.useless_without)}.")
    rows = [(row, _condition(row, scope)) for row in catalog.endpoints if scope.name in row.all_scopes]
    lines += ["", "Endpoints:", *(f"  {row.name}{f'  (with {told})' if told else ''}" for row, told in rows)]
    if rows:
        lines += ["", "Example:", f"  {_call(*rows[0], catalog)}"]
    lines += ["", "In the manifest:", *_manifest([*scope.useless_without, scope.successor or scope.name])]
    if scope.successor:
        lines.append(f"`scopelint fix` writes {scope.successor} where {scope.name} stands.")
    return "\n".join(lines) + "\n"


def _condition(endpoint: Endpoint, scope: Scope) -> str:
    """Return the query with which an endpoint needs the scope; "" when it always does."""
    if any(scope.name in group for group in endpoint.scopes):
        return ""
    conditions = (row for row in endpoint.conditional if any(scope.name in group for group in row.scopes))
    return next((f"{row.query}={row.equals}" for row in conditions), "")


def _manifest(names: Iterable[str]) -> list[str]:
    listed = ", ".join(f'"{name}"' for name in names)
    return ["  [permissions]", f"  scopes = [{listed}]"]


def _call(endpoint: Endpoint, query: str, catalog: Catalog) -> str:
    """Return a call of an endpoint as code."""
    path = re.sub(r"\{(\w*)[^{}]*\}", lambda match: f"{{{_snake(match[1])}}}", endpoint.path)
    host = f"https://{catalog.hosts[0]}" if catalog.hosts else ""
    marks = '"' if path == endpoint.path and "{" not in path else 'f"'
    pairs = [f'"{name}": {_snake(name)}' for name in endpoint.required_query]
    if query:
        name, _, value = query.partition("=")
        pairs.append(f'"{name}": "{value}"')
    parameters = f", params={{{', '.join(pairs)}}}" if pairs else ""
    return f'requests.{endpoint.method.lower()}({marks}{host}{path}"{parameters}, headers=headers)'


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _endpoints(subject: str, catalog: Catalog) -> list[Endpoint]:
    named = catalog.endpoint(subject)
    if named is not None:
        return [named]
    method, _, path = subject.rpartition(" ")
    rows = look_up(catalog, path.partition("?")[0].rstrip("/")).exact
    return [row for row in rows if method.upper() in ("", row.method)]


def _endpoint(endpoint: Endpoint, catalog: Catalog) -> str:
    """Return what an endpoint needs, a call of it, and what the manifest then declares."""
    lines = [f"{endpoint.name}  ({endpoint.resource_name})"]
    lines += [f"  {needed}" for needed in needs_in_words(endpoint)]
    if endpoint.required_query:
        lines.append(f"  required in the query: {', '.join(endpoint.required_query)}")
    lines += ["", "Example:", f"  {_call(endpoint, '', catalog)}"]
    for row in endpoint.conditional:
        lines.append(f"  {_call(endpoint, f'{row.query}={row.equals}', catalog)}")
    always = [group[0] for group in endpoint.scopes]
    more = [group[0] for row in endpoint.conditional for group in row.scopes]
    if always or more:
        lines += ["", "In the manifest:", *_manifest([*always, *more])]
    for name in more:
        lines.append(f"{name} is for those calls alone that ask for it.")
    return "\n".join(lines) + "\n"
