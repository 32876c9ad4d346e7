"""`scopelint explain`: a code, a scope or an endpoint in words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from scopelint.catalog.load import load, load_bundled
from scopelint.catalog.lookup import look_up, nearest_row
from scopelint.catalog.model import Catalog, Endpoint, Scope
from scopelint.commands.output import print_text
from scopelint.errors import ScopelintError
from scopelint.nearest import nearest
from scopelint.report.endpoint_words import needs_in_words
from scopelint.rules import ALL
from scopelint.rules.pages import page

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_ADDRESS = re.compile(r"(?:https?://)?(?:[^/@]*@)?([^/:@]+)(?::\d+)?(/.*)", re.IGNORECASE)


def run(words: Sequence[str], path: str | None) -> int:
    """Print what is known of each subject, by the table in a file or the bundled one; raises ScopelintError.

    A method and the word after it are one subject.
    """
    catalog = load(Path(path)) if path else load_bundled()
    print_text("\n".join(explain(subject, catalog) for subject in _subjects(words)))
    return 0


def _subjects(words: Sequence[str]) -> Iterator[str]:
    rest = iter(words)
    for word in rest:
        yield f"{word} {next(rest, '')}".rstrip() if word.upper() in _METHODS else word


def explain(subject: str, catalog: Catalog) -> str:
    """Return the explanation of a code or its slug, a scope, an endpoint or a path of endpoints.

    An endpoint is named as the table does ("GET /v3/notes", "notes.list"), by its operation id, or as a request is
    written, with host and query. Raises ScopelintError for what is none of these.
    """
    for rule in ALL:
        if subject.casefold() in (rule.code.casefold(), rule.slug):
            return page(rule)
    scope = catalog.scope(subject)
    if scope is not None:
        return _scope(scope, catalog)
    named = catalog.endpoint(subject) or catalog.operation_names().get(subject)
    method, path = _request(subject, catalog)
    of_path = look_up(catalog, path).exact
    rows = [named] if named else [row for row in of_path if method in ("", row.method)]
    if rows:
        return "\n".join(_endpoint(row, catalog) for row in rows)
    if of_path:
        methods = ", ".join(sorted(row.method for row in of_path))
        raise ScopelintError(f"there is no {method} {of_path[0].path}; this path has {methods}")
    raise ScopelintError(f'"{subject}" is no code, scope or endpoint{_meant(subject, method, path, catalog)}')


def _meant(subject: str, method: str, path: str, catalog: Catalog) -> str:
    """Return the question whether something of a like name was meant; "" when there is none."""
    known = [rule.code for rule in ALL]
    known += [scope.name for scope in catalog.scopes]
    known += [endpoint.name for endpoint in catalog.endpoints]
    known += [endpoint.operation_id for endpoint in catalog.endpoints if endpoint.operation_id]
    row = nearest_row(catalog, method or None, path) if path.startswith("/") else None
    close = nearest(f"{method} {path}".strip(), known) or nearest(subject, known) or (row.name if row else None)
    return f"; did you mean {close}?" if close else ""


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


def _request(subject: str, catalog: Catalog) -> tuple[str, str]:
    """Return the method ("" when none is told) and the path of a request to the table's platform, as it is written."""
    method, _, address = subject.rpartition(" ")
    parts = _ADDRESS.fullmatch(address)
    path = parts[2] if parts and parts[1].lower() in catalog.hosts else address
    return method.strip().upper(), re.split(r"[?#]", path)[0].rstrip("/")


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
