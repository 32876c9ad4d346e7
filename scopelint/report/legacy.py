"""Which of an app's declared scopes have a successor."""

from scopelint.model import App, Glossary


def legacy_scopes(app: App, glossary: Glossary) -> tuple[str, ...]:
    """Return the declared scopes that are legacy names, sorted."""
    successors = {scope.name: scope.successor for scope in glossary.scopes}
    declared = sorted({*app.scopes.required, *app.scopes.optional})
    return tuple(name for name in declared if successors.get(name))
