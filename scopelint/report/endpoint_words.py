"""What an endpoint needs, in words."""

from scopelint.catalog.model import Endpoint, Requirement


def needs_in_words(endpoint: Endpoint) -> list[str]:
    """Return a clause for each scope: "needs read:bills or read:encounters"."""
    if endpoint.requirement is Requirement.NONE:
        return ["needs no scope"]
    if endpoint.requirement is Requirement.UNKNOWN:
        return ["which scope it needs is not documented"]
    needs = [f"needs {' or '.join(group)}" for group in endpoint.scopes]
    return needs + [
        f"needs {' or '.join(group)} with {row.query}={row.equals}"
        for row in endpoint.conditional
        for group in row.scopes
    ]
