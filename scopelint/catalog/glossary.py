"""The table in plain words, for people who know the clinic and not the API."""

from scopelint.catalog.model import Catalog
from scopelint.catalog.names import singular
from scopelint.model import EndpointWords, Glossary, ScopeWords

_PLURAL_ACTIONS = {"list": "lists", "create": "creates", "update": "changes", "delete": "deletes", "send": "sends"}


def glossary(catalog: Catalog) -> Glossary:
    """Return what the catalog's scopes permit and what its endpoints do, in words."""
    return Glossary(
        scopes=tuple(
            ScopeWords(name=scope.name, title=scope.title, description=scope.description, successor=scope.successor)
            for scope in catalog.scopes
        ),
        endpoints=tuple(EndpointWords(row.name, action(row.resource_name)) for row in catalog.endpoints),
    )


def action(resource_name: str) -> str:
    """Return what an endpoint does, from its resource-style name: "notes.images.delete" deletes note images."""
    *resources, verb = resource_name.replace("_", " ").split(".")
    if not resources:
        return f"uses {verb}"
    plural = " ".join((*map(singular, resources[:-1]), resources[-1]))
    if verb in _PLURAL_ACTIONS:
        return f"{_PLURAL_ACTIONS[verb]} {plural}"
    noun = " ".join(map(singular, resources))
    return f"opens a single {noun}" if verb == "get" else f"uses {noun} {verb}"
