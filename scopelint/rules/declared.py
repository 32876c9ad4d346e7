"""Scopes that are declared wrongly, whatever the code needs: SCL301, SCL302, SCL303, SCL304."""

from collections.abc import Iterator

from scopelint.model import Finding, ScopeEntry, Severity
from scopelint.rules.confusions import advice
from scopelint.rules.rule import Rule
from scopelint.rules.subject import Subject, add_hint


def _entries(subject: Subject) -> tuple[ScopeEntry, ...]:
    return subject.manifest.entries if subject.manifest else ()


def unknown_scopes(subject: Subject) -> Iterator[ScopeEntry]:
    """Yield the declared scopes that the catalog does not have."""
    known = {scope.name for scope in subject.catalog.scopes}
    return (entry for entry in _entries(subject) if entry.name not in known)


def _check_unknown(subject: Subject) -> Iterator[Finding]:
    names = [scope.name for scope in subject.catalog.scopes if scope.successor is None]
    for entry in unknown_scopes(subject):
        clause, meant = advice(entry.name, names)
        yield UNKNOWN_SCOPE.finding(
            f'there is no scope "{entry.name}"; {clause}',
            entry.span,
            hint=f'write "{meant}"' if meant else f'remove "{entry.name}"',
            scope=entry.name,
        )


def _check_legacy(subject: Subject) -> Iterator[Finding]:
    for entry in _entries(subject):
        scope = subject.catalog.scope(entry.name)
        if scope is not None and scope.successor is not None:
            both = scope.successor in subject.declared()
            yield LEGACY_SCOPE.finding(
                f"{entry.name} is the legacy name of {scope.successor}" + (", which is declared too" if both else ""),
                entry.span,
                hint=f'remove "{entry.name}"' if both else f'write "{scope.successor}"',
                scope=entry.name,
            )


def _check_duplicate(subject: Subject) -> Iterator[Finding]:
    first: dict[str, ScopeEntry] = {}
    for entry in _entries(subject):
        earlier = first.setdefault(entry.name, entry)
        if earlier is not entry:
            where = f"line {earlier.span.line}" if earlier.span.line != entry.span.line else "this line"
            both = earlier.optional != entry.optional
            yield DUPLICATE_SCOPE.finding(
                f"{entry.name} is declared {'both as required and as optional' if both else 'twice'} "
                f"(first on {where})",
                entry.span,
                hint=f'remove one of the two "{entry.name}"',
                scope=entry.name,
            )


def _check_incomplete(subject: Subject) -> Iterator[Finding]:
    declared = subject.declared()
    for entry in declared.values():
        scope = subject.catalog.scope(entry.name)
        for needed in scope.useless_without if scope else ():
            if needed not in declared:
                problem, hint = "which is not declared", add_hint(subject, needed)
            elif declared[needed].optional and not entry.optional:
                problem, hint = "which is only optional", f'move "{needed}" to the required scopes'
            else:
                continue
            yield INCOMPLETE_SCOPE.finding(
                f"{entry.name} does nothing without {needed}, {problem}", entry.span, hint=hint, scope=entry.name
            )


UNKNOWN_SCOPE = Rule(
    code="SCL301",
    slug="unknown-scope",
    severity=Severity.ERROR,
    summary="a declared scope does not exist",
    what="Reports a declared scope that the table of scopes does not have, and says which one was probably meant.",
    why="A name that does not exist grants nothing. The calls that rely on it are answered with 403.",
    example="""```toml
[permissions]
scopes = ["read:billing"]
```""",
    fix="""```toml
[permissions]
scopes = ["read:bills"]
```""",
    check=_check_unknown,
)

LEGACY_SCOPE = Rule(
    code="SCL302",
    slug="legacy-scope",
    severity=Severity.WARNING,
    summary="a declared scope is a legacy name of another",
    what="Reports a declared scope that lives on only as an alias. It still satisfies the calls that need its "
    "successor, so nothing else is reported about it.",
    why="An alias is kept for old apps and may go. Clinics read a name that says something else than what is read.",
    example="""```toml
[permissions]
scopes = ["read:encounters"]
```""",
    fix="""```toml
[permissions]
scopes = ["read:bills"]
```""",
    check=_check_legacy,
)

DUPLICATE_SCOPE = Rule(
    code="SCL303",
    slug="duplicate-scope",
    severity=Severity.WARNING,
    summary="a scope is declared more than once",
    what="Reports a scope that is listed twice, or both as required and as optional.",
    why="Listed as both, it is not clear whether a clinic may refuse it.",
    example="""```toml
[permissions]
scopes = ["read:tasks"]
optional_scopes = ["read:tasks"]
```""",
    fix="""Keep the one that is meant.

```toml
[permissions]
scopes = ["read:tasks"]
```""",
    check=_check_duplicate,
)

INCOMPLETE_SCOPE = Rule(
    code="SCL304",
    slug="incomplete-scope",
    severity=Severity.WARNING,
    summary="a declared scope does nothing without another one",
    what="Reports a scope that is useless alone when the scope that it builds on is not declared, or is only "
    "optional while it is required itself.",
    why="`read:soap_notes` adds content to the notes that `read:notes` gives; alone it gives nothing.",
    example="""```toml
[permissions]
scopes = ["read:soap_notes"]
```""",
    fix="""```toml
[permissions]
scopes = ["read:notes", "read:soap_notes"]
```""",
    check=_check_incomplete,
)
