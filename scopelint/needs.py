"""What a call of a known endpoint needs: scopes, and query parameters."""

from collections.abc import Iterator

from scopelint.catalog.model import ConditionalScopes, Endpoint
from scopelint.catalog.template import has_hole
from scopelint.model import Need, Query, QueryParameter

_TRUE = ("true", "1")  # how HTTP libraries and hand-written code spell a true value


def needs(endpoint: Endpoint, query: Query) -> tuple[Need, ...]:
    """Return one need a scope, those that the query asks for last."""
    return (*(Need(alternatives) for alternatives in endpoint.scopes), *_conditional_needs(endpoint, query))


def missing_query(endpoint: Endpoint, query: Query) -> tuple[str, ...]:
    """Return the required query parameters that are certainly absent."""
    if query.open:
        return ()
    given = {parameter.name for parameter in query.parameters}
    return tuple(name for name in endpoint.required_query if name not in given)


def _conditional_needs(endpoint: Endpoint, query: Query) -> Iterator[Need]:
    for condition in endpoint.conditional:
        verdict = _holds(condition, query)
        if verdict is not None:
            certain, because = verdict
            for alternatives in condition.scopes:
                yield Need(alternatives, certain, because)


def _holds(condition: ConditionalScopes, query: Query) -> tuple[bool, str] | None:
    """Return whether the condition certainly holds, and the clause that says why; None when it certainly does not."""
    doubts: list[str] = []
    sought = f"{condition.query}={condition.equals}"
    given = [parameter for parameter in query.parameters if parameter.name == condition.query]
    for parameter in given:
        if parameter.value is None or has_hole(parameter.value):
            doubts.append(f"the value of {condition.query} is not known")
        elif _equal(parameter, condition):
            if not parameter.maybe:
                return True, sought
            doubts.append(f"{sought} is perhaps sent")
    if not given and query.open:
        doubts.append(f"the query is not fully known and may hold {sought}")
    return (False, doubts[0]) if doubts else None


def _equal(parameter: QueryParameter, condition: ConditionalScopes) -> bool:
    value, wanted = (parameter.value or "").lower(), condition.equals.lower()
    return value == wanted or (wanted in _TRUE and value in _TRUE)
