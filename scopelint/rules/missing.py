"""Scopes that calls need and the manifest does not grant for sure: SCL101, SCL102, SCL103."""

from collections.abc import Iterator

from scopelint.model import Finding, Severity
from scopelint.rules.needs import ScopeUse
from scopelint.rules.rule import Rule
from scopelint.rules.subject import Subject, add_hint


def _check_missing(subject: Subject) -> Iterator[Finding]:
    for use in _absent(subject):
        if use.certain:
            condition = f" with {use.because}" if use.because else ""
            yield _missing(MISSING_SCOPE, subject, use, f"{use.endpoints()}{condition} needs {use.scope}")


def _check_maybe_missing(subject: Subject) -> Iterator[Finding]:
    for use in _absent(subject):
        if not use.certain:
            because = f" ({use.because})" if use.because else ""
            yield _missing(MAYBE_MISSING_SCOPE, subject, use, f"{use.endpoints()} may need {use.scope}{because}")


def _absent(subject: Subject) -> Iterator[ScopeUse]:
    if subject.manifest is not None:
        yield from (use for use in subject.uses if use.granted is None)


def _missing(rule: Rule, subject: Subject, use: ScopeUse, claim: str) -> Finding:
    path = subject.manifest.path if subject.manifest else ""
    return rule.finding(
        f"{claim}, which {path} does not declare",
        use.span,
        hint=add_hint(subject, use.scope),
        scope=use.scope,
        endpoint=use.endpoint(),
        chain=use.calls[0].call.chain,
    )


def _check_unguarded(subject: Subject) -> Iterator[Finding]:
    if subject.manifest is None:
        return
    for use in subject.uses:
        unguarded = [matched for matched in use.calls if not matched.call.handled]
        if use.granted is not None and use.granted.optional and unguarded:
            scope = use.granted.name
            yield OPTIONAL_SCOPE_UNGUARDED.finding(
                f"{unguarded[0].endpoint} relies on {scope}, which is only optional, and nothing on its way "
                "handles a refusal",
                use.span,
                hint=f'handle a 403 answer, or move "{scope}" to the required scopes',
                scope=scope,
                endpoint=unguarded[0].endpoint,
                chain=unguarded[0].call.chain,
            )


_MANIFEST = """```toml
[permissions]
scopes = ["read:patients"]
```"""

MISSING_SCOPE = Rule(
    code="SCL101",
    slug="missing-scope",
    severity=Severity.ERROR,
    summary="a call needs a scope that the manifest does not declare",
    what="Reports a call whose endpoint certainly needs a scope that is neither required nor optional in the manifest. "
    "There is one finding for each scope and call place.",
    why="The platform answers such a call with 403 `Insufficient scope`, for every clinic, in production.",
    example=f"""{_MANIFEST}

```python
requests.get("https://api.maxcare.ai/v3/tasks", headers=headers)  # needs read:tasks
```""",
    fix="""Declare the scope (clinics are asked to approve it), or remove the call.

```toml
[permissions]
scopes = ["read:patients", "read:tasks"]
```""",
    check=_check_missing,
)

MAYBE_MISSING_SCOPE = Rule(
    code="SCL102",
    slug="maybe-missing-scope",
    severity=Severity.WARNING,
    summary="a call perhaps needs a scope that the manifest does not declare",
    what="Reports an undeclared scope that is needed only for some value that is not known from the code, or by a "
    "call that is only probably the platform's. The message says what is not known.",
    why="If the doubtful case arises, the platform answers 403.",
    example=f"""{_MANIFEST}

```python
def notes(full: bool):
    return client.get("/v3/notes", params={{"includeSoapNote": full}})  # read:soap_notes when full is true
```""",
    fix="""Declare the scope if the case can arise. If it cannot, say so where it is decided, or suppress the finding:

```python
client.get("/v3/notes", params={"includeSoapNote": full})  # scopelint: ignore[SCL102]
```""",
    check=_check_maybe_missing,
)

OPTIONAL_SCOPE_UNGUARDED = Rule(
    code="SCL103",
    slug="optional-scope-unguarded",
    severity=Severity.NOTE,
    summary="a call relies on an optional scope and does not handle its refusal",
    what="Reports a call whose scope is only in `optional_scopes` when nothing on its way handles a refusal: neither "
    "a check for status 403 nor an `except` that would catch the error.",
    why="A clinic may refuse an optional scope or withdraw it later. The call is then answered with 403 as a matter "
    "of course, not by accident.",
    example="""```toml
[permissions]
scopes = []
optional_scopes = ["write:emails"]
```

```python
client.post("/v3/emails/send", json=message).raise_for_status()
```""",
    fix="""Handle the refusal:

```python
response = client.post("/v3/emails/send", json=message)
if response.status_code == 403:
    return None  # this clinic does not want e-mails from us
```

or move the scope to `scopes` if the app cannot work without it.""",
    check=_check_unguarded,
)
