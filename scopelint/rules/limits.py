"""What could not be analysed, and suppressions of nothing: SCL901, SCL902, SCL903."""

from collections.abc import Iterator

from scopelint.model import Finding, Severity, Span, Verdict
from scopelint.rules.rule import Rule
from scopelint.rules.subject import Subject
from scopelint.rules.unused import unneeded_scopes
from scopelint.suppress import UNUSED_CODE, UNUSED_SLUG

_NAMED = 3  # candidates that a message names


def _check_unresolved(subject: Subject) -> Iterator[Finding]:
    seen: set[Span] = set()
    for matched in subject.live_calls():
        call = matched.call
        if matched.verdict is Verdict.UNRESOLVED and call.span not in seen:
            seen.add(call.span)
            reason = matched.reason or call.reason
            stopped = f": {reason}" if reason else f": {call.expression} is not known" if call.expression else ""
            count = len(matched.candidates)
            could = f"it could be {' or '.join(matched.candidates)}; " if 0 < count <= _NAMED else ""
            yield UNRESOLVED_CALL.finding(
                f"the endpoint of this call is not known{stopped}",
                call.span,
                hint=f'{could}mark the scope that it needs in the manifest with "# scopelint: keep"',
                chain=call.chain,
            )


def _check_unreadable(subject: Subject) -> Iterator[Finding]:
    for file in subject.unreadable:
        yield UNREADABLE_FILE.finding(
            f"this file cannot be read as Python: {file.message}",
            file.span,
            hint="correct the file, or exclude it in the configuration",
        )


def _check_idle_keeps(subject: Subject) -> Iterator[Finding]:
    """Report the `# scopelint: keep` comments that keep nothing; comments in code are `suppress`'s concern."""
    if subject.manifest is None or not subject.manifest.keep_marks:
        return
    unneeded = {unneeded.entry.span.end_line for unneeded in unneeded_scopes(subject, with_kept=True)}
    for mark in subject.manifest.keep_marks:
        if mark.line not in unneeded:
            yield UNUSED_SUPPRESSION.finding(
                "keeps nothing: no scope on this line would be called unused", mark, hint="remove the comment"
            )


UNRESOLVED_CALL = Rule(
    code="SCL901",
    slug="unresolved-call",
    severity=Severity.NOTE,
    summary="a call goes to the platform, but its endpoint is not known",
    what="Reports a call that is certainly the platform's and whose method or path could not be resolved. The message "
    "says which expression stopped it.",
    why="Its scope is not known. Declared scopes that it could need are reported as SCL203 rather than as unused.",
    example="""```python
def fetch(resource: str):
    return client.get(f"/v3/{resource}")  # called from nowhere that scopelint can see
```""",
    fix="""Write the paths out where they are chosen:

```python
PATHS = {"patients": "/v3/patients", "tasks": "/v3/tasks"}
```

or mark the scopes that it needs in the manifest with `# scopelint: keep`.""",
    check=_check_unresolved,
)

UNREADABLE_FILE = Rule(
    code="SCL902",
    slug="unreadable-file",
    severity=Severity.ERROR,
    summary="a Python file cannot be parsed or decoded",
    what="Reports a file that is not Python as scopelint can read it, and says where and why.",
    why="Calls in such a file are not seen, so nothing can be said for sure about missing and unused scopes.",
    example="""```python
print "hello"
```""",
    fix="Correct the file, or leave it out with `exclude` in the configuration.",
    check=_check_unreadable,
)

UNUSED_SUPPRESSION = Rule(
    code=UNUSED_CODE,
    slug=UNUSED_SLUG,
    severity=Severity.NOTE,
    summary="a comment suppresses a finding that is not there",
    what="Reports a `# scopelint: ignore` or a `# noqa: SCL...` on a line without such a finding. A bare `# noqa` is "
    "never reported. A comment whose codes no rule has, or stand in no pair of brackets, suppresses nothing and is "
    "reported too.",
    why="It would hide the finding that comes later.",
    example="""```python
client.get("/v3/patients")  # scopelint: ignore[SCL101]
```

where `read:patients` is declared.""",
    fix="""```python
client.get("/v3/patients")
```""",
    check=_check_idle_keeps,
)
