"""The scopes that an OpenAPI document, or a file beside it, says an operation needs."""

import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from scopelint.catalog.model import Requirement, Scope
from scopelint.errors import ScopelintError

EXTENSIONS = (
    "x-required-scopes",
    "x-scopes",
    "x-oauth-scopes",
    "x-oauth2-scopes",
    "x-security-scopes",
    "x-required-permissions",
    "x-permissions",
)
_CHOICE_LIMIT = 256  # combinations of alternatives

Groups = tuple[tuple[str, ...], ...]  # all needed, each a tuple of alternatives


class Requirements:
    """What each operation needs; `side` maps operation ids or "GET /path" to scopes and wins over the document."""

    def __init__(self, document: Mapping[str, Any], side: Mapping[str, Any]) -> None:
        self._document = document
        self._side = side
        self._unused = set(side)
        self._scopes: dict[str, Scope] = {}
        components = document.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, Mapping) else None
        for scheme in schemes.values() if isinstance(schemes, Mapping) else ():
            self._learn(scheme)

    def of(self, method: str, path: str, full_path: str, operation: Mapping[str, Any]) -> tuple[Requirement, Groups]:
        """Return what an operation needs. Raises ScopelintError for scopes that are not written as any known form."""
        name = f"{method} {path}"
        sources = [(self._side, key) for key in (operation.get("operationId"), name, f"{method} {full_path}")]
        sources += [(operation, key) for key in EXTENSIONS]
        for holder, key in sources:
            if isinstance(key, str) and key in holder:
                self._unused.discard(key)
                groups = _minimal(_groups(holder[key], name))
                self._note(groups)
                return (Requirement.KNOWN if groups else Requirement.NONE), groups
        security = operation.get("security", self._document.get("security"))
        requirement, groups = _of_security(security)
        self._note(groups)
        return requirement, groups

    def check_side(self) -> None:
        """Raise ScopelintError when the file beside the document names an operation that is not there."""
        if self._unused:
            raise ScopelintError(f'"{min(self._unused)}" is no operation of the document: write its id or "GET /path"')

    def scopes(self) -> tuple[Scope, ...]:
        """Return the scopes that the document describes, and those that operations were found to need."""
        return tuple(self._scopes.values())

    def _learn(self, scheme: object) -> None:
        flows = scheme.get("flows") if isinstance(scheme, Mapping) else None
        for flow in flows.values() if isinstance(flows, Mapping) else ():
            scopes = flow.get("scopes") if isinstance(flow, Mapping) else None
            for name, description in scopes.items() if isinstance(scopes, Mapping) else ():
                self._scopes.setdefault(str(name), Scope(name=str(name), description=str(description or "")))

    def _note(self, groups: Groups) -> None:
        for name in itertools.chain.from_iterable(groups):
            self._scopes.setdefault(name, Scope(name=name))


def _of_security(security: object) -> tuple[Requirement, Groups]:
    """Return what a `security` list says: each of its objects is an alternative, and all schemes in one are needed."""
    if not isinstance(security, list):
        return Requirement.UNKNOWN, ()
    if not security or {} in security:
        return Requirement.NONE, ()
    choices: list[list[str]] = []
    for alternative in security:
        named: list[str] = []
        for scopes in alternative.values() if isinstance(alternative, Mapping) else ():
            named += [str(scope) for scope in scopes] if isinstance(scopes, list) else []
        if named:  # an alternative without scopes, such as an API key, says nothing of scopes
            choices.append(list(dict.fromkeys(named)))
    groups = _all_of_one(choices)
    return (Requirement.KNOWN, groups) if groups else (Requirement.UNKNOWN, ())


def _all_of_one(choices: list[list[str]]) -> Groups:
    """Turn "all of one of these lists" into "one of each of these groups"; () when that would be too many groups."""
    size = 1
    for choice in choices:
        size *= len(choice)
    if not choices or size > _CHOICE_LIMIT:
        return ()
    return _minimal(tuple(dict.fromkeys(group)) for group in itertools.product(*choices))


def _minimal(groups: Iterable[tuple[str, ...]]) -> Groups:
    """Return the groups without those that another one implies."""
    unique = list({frozenset(group): group for group in reversed(list(groups))}.values())[::-1]
    return tuple(group for group in unique if not any(set(other) < set(group) for other in unique))


def _groups(value: object, name: str) -> list[tuple[str, ...]]:
    """Read scopes as people write them: a text, a list, lists of alternatives, `anyOf`, or a mapping by scheme."""
    if value is None:
        return []
    if isinstance(value, str):
        return [(scope,) for scope in re.split(r"[\s,]+", value.strip()) if scope]
    if isinstance(value, list):
        return [group for element in value for group in _element(element, name)]
    if isinstance(value, Mapping):
        for key in ("anyOf", "oneOf"):
            if key in value:
                return _alternatives(value[key], name)
        if "allOf" in value:
            return _groups(value["allOf"], name)
        for key in ("scopes", "scope", "name"):
            if key in value:
                return _groups(value[key], name)
        return [group for scopes in value.values() for group in _groups(scopes, name)]
    raise ScopelintError(f'the scopes of "{name}" must be a text or a list of texts')


def _element(element: object, name: str) -> list[tuple[str, ...]]:
    return _alternatives(element, name) if isinstance(element, list) else _groups(element, name)


def _alternatives(value: object, name: str) -> list[tuple[str, ...]]:
    """Return the one group of a list of alternatives."""
    alternatives = [scope for group in _groups(value, name) for scope in group]
    return [tuple(dict.fromkeys(alternatives))] if alternatives else []
