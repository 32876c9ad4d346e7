"""Scopes that are declared and that no call needs: SCL201, SCL202, SCL203."""

from collections.abc import Iterator

import msgspec

from scopelint.model import Finding, ScopeEntry, Severity, Span, Verdict
from scopelint.rules.rule import Rule
from scopelint.rules.subject import Subject


class UnneededScope(msgspec.Struct, frozen=True):
    """A declared scope that no live call needs, what could need it all the same, and the unused code that would."""

    entry: ScopeEntry
    doubt: str | None  # "the unresolved call at app.py:3"
    unused_caller: Span | None


def unneeded_scopes(subject: Subject, with_kept: bool = False) -> Iterator[UnneededScope]:
    """Yield the declared scopes of the catalog that no live call needs.

    Those marked to be kept are left out, and those that a kept one does nothing without, unless `with_kept`.
    """
    known = {scope.name for scope in subject.catalog.scopes}
    entries = subject.manifest.entries if subject.manifest and not with_kept else ()
    kept = {entry.name for entry in entries if entry.keep}
    kept |= {needed for scope in subject.catalog.scopes if scope.name in kept for needed in scope.useless_without}
    live: set[str] = set()
    dead: dict[str, Span] = {}
    for matched in subject.calls:
        for name in (name for need in matched.needs for name in need.alternatives):
            if matched.call.live:
                live.add(name)
            else:
                dead.setdefault(name, matched.call.span)
    doubts = _doubts(subject)
    for name, entry in subject.declared().items():
        if name in known - kept - live:
            yield UnneededScope(entry, doubts.get(name), dead.get(name))


def _doubts(subject: Subject) -> dict[str, str]:
    """Return, for each scope that something unresolved could need, the first such thing."""
    could_need = {endpoint.name: endpoint.all_scopes for endpoint in subject.catalog.endpoints}
    doubts: dict[str, str] = {}
    for matched in subject.live_calls():
        if matched.verdict is Verdict.UNRESOLVED:
            for candidate in matched.candidates:
                for name in could_need[candidate]:
                    doubts.setdefault(name, f"the unresolved call at {matched.call.span.path}:{matched.call.span.line}")
    for mention in subject.mentions:
        for name in could_need[mention.endpoint]:
            doubts.setdefault(name, f"the mention of {mention.endpoint} at {mention.span.path}:{mention.span.line}")
    anything = [f"code that was not analysed ({clause})" for clause in subject.lost]
    anything += [
        f"a call beyond what was followed in {bound.path} ({bound.limit})" for bound in subject.bounds if bound.cuts
    ]
    for doubt in anything:
        for scope in subject.catalog.scopes:
            doubts.setdefault(scope.name, doubt)
    return doubts


def kept_scopes(subject: Subject) -> Iterator[Finding]:
    """Yield what would be found of unneeded scopes, were their lines not marked to be kept."""
    for unneeded in unneeded_scopes(subject, with_kept=True):
        if unneeded.entry.keep:
            yield _possibly_unused(unneeded) if unneeded.doubt is not None else _surely_unused(unneeded)


def _surely_unused(unneeded: UnneededScope) -> Finding:
    return _unused(UNUSED_OPTIONAL_SCOPE if unneeded.entry.optional else UNUSED_SCOPE, unneeded)


def _check_unused(subject: Subject) -> Iterator[Finding]:
    for unneeded in unneeded_scopes(subject):
        if unneeded.doubt is None and not unneeded.entry.optional:
            yield _unused(UNUSED_SCOPE, unneeded)


def _check_unused_optional(subject: Subject) -> Iterator[Finding]:
    for unneeded in unneeded_scopes(subject):
        if unneeded.doubt is None and unneeded.entry.optional:
            yield _unused(UNUSED_OPTIONAL_SCOPE, unneeded)


def _unused(rule: Rule, unneeded: UnneededScope) -> Finding:
    entry = unneeded.entry
    caller = unneeded.unused_caller
    aside = f"; the call at {caller.path}:{caller.line} would, but nothing uses it" if caller else ""
    return rule.finding(
        f"no call needs {'the optional scope ' if entry.optional else ''}{entry.name}{aside}",
        entry.span,
        hint=f'remove "{entry.name}" from {entry.span.path}, or mark its line with "# scopelint: keep"',
        scope=entry.name,
    )


def _check_possibly_unused(subject: Subject) -> Iterator[Finding]:
    for unneeded in unneeded_scopes(subject):
        if unneeded.doubt is not None:
            yield _possibly_unused(unneeded)


def _possibly_unused(unneeded: UnneededScope) -> Finding:
    return POSSIBLY_UNUSED_SCOPE.finding(
        f"no call is known to need {unneeded.entry.name}, but {unneeded.doubt} could",
        unneeded.entry.span,
        hint=f'remove "{unneeded.entry.name}" if that does not need it',
        scope=unneeded.entry.name,
    )


_CODE = """```python
client.get("/v3/patients")  # the only call
```"""

UNUSED_SCOPE = Rule(
    code="SCL201",
    slug="unused-scope",
    severity=Severity.WARNING,
    summary="a required scope that no call needs",
    what="Reports a required scope that no call of the app needs, when nothing that scopelint could not resolve (a "
    "call with an unknown path, a file in another language or of broken Python, code beyond a bound or that was not "
    "analysed) could need it either. Code that nothing uses does not count; the message names it.",
    why="The app asks every clinic for data that it never touches: harder to approve, and worse to lose.",
    example=f"""```toml
[permissions]
scopes = ["read:patients", "read:claims"]
```

{_CODE}""",
    fix="""Remove the scope, or say that it is wanted:

```toml
scopes = [
    "read:patients",
    "read:claims",  # scopelint: keep
]
```""",
    check=_check_unused,
)

UNUSED_OPTIONAL_SCOPE = Rule(
    code="SCL202",
    slug="unused-optional-scope",
    severity=Severity.WARNING,
    summary="an optional scope that no call needs",
    what="The same as SCL201 for a scope in `optional_scopes`.",
    why="Clinics are asked to decide about something that the app does not do.",
    example=f"""```toml
[permissions]
scopes = ["read:patients"]
optional_scopes = ["write:emails"]
```

{_CODE}""",
    fix="Remove the scope, or mark its line with `# scopelint: keep`.",
    check=_check_unused_optional,
)

POSSIBLY_UNUSED_SCOPE = Rule(
    code="SCL203",
    slug="possibly-unused-scope",
    severity=Severity.NOTE,
    summary="no call is known to need the scope, but something unresolved could",
    what="Reports a declared scope that no resolved call needs, when an unresolved call, a file in another language "
    "or of broken Python that names its endpoint, or code that was not analysed could need it. The message names "
    "that place.",
    why="It may be unused, and only a person can tell.",
    example="""```toml
[permissions]
scopes = ["read:claims"]
```

```python
client.get(f"/v3/{resource}")  # which resource is not known
```""",
    fix="Look at the place that the message names. If it does not need the scope, remove the scope; if it does, mark "
    "the scope's line with `# scopelint: keep`.",
    check=_check_possibly_unused,
)
