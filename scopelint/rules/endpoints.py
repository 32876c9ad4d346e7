"""Calls of what the table does not have: SCL401, SCL402, SCL403; and what a call leaves out: SCL404."""

from collections.abc import Iterator

from scopelint.model import Finding, MatchedCall, Severity, Span, Verdict
from scopelint.rules.rule import Rule
from scopelint.rules.subject import Subject


def _of_verdict(subject: Subject, verdict: Verdict) -> Iterator[tuple[MatchedCall, str]]:
    """Yield the live calls of a verdict with the request in words, one for each request and place.

    Where the table has the path, only with other methods, the request is told as the table writes it.
    """
    seen: set[tuple[Span, str]] = set()
    for matched in subject.live_calls():
        request = f"{matched.call.method or 'ANY'} {matched.template or matched.call.path or 'an unknown path'}"
        if matched.verdict is verdict and (matched.call.span, request) not in seen:
            seen.add((matched.call.span, request))
            yield matched, request


def _check_unknown(subject: Subject) -> Iterator[Finding]:
    for matched, request in _of_verdict(subject, Verdict.UNKNOWN_ENDPOINT):
        yield UNKNOWN_ENDPOINT.finding(
            f"there is no endpoint {request}" + (f"; the nearest is {matched.nearest}" if matched.nearest else ""),
            matched.call.span,
            hint="correct the path; the known ones are listed by `scopelint catalog show`",
            chain=matched.call.chain,
        )


def _check_method(subject: Subject) -> Iterator[Finding]:
    for matched, request in _of_verdict(subject, Verdict.WRONG_METHOD):
        yield WRONG_METHOD.finding(
            f"there is no {request}; this path has {matched.nearest}",
            matched.call.span,
            hint=f"use {matched.nearest}",
            chain=matched.call.chain,
        )


def _check_version(subject: Subject) -> Iterator[Finding]:
    prefix = subject.catalog.prefix
    for matched, request in _of_verdict(subject, Verdict.OTHER_VERSION):
        yield OTHER_API_VERSION.finding(
            f"{request} is another version of the API, whose scopes are not known here",
            matched.call.span,
            hint=f"call the endpoint under {prefix}, or check its scope by hand",
            chain=matched.call.chain,
        )


def _check_query(subject: Subject) -> Iterator[Finding]:
    seen: set[tuple[Span, str]] = set()
    for matched in subject.live_calls():
        place = (matched.call.span, matched.endpoint)
        if matched.missing_query and place not in seen:
            seen.add(place)
            names = ", ".join(matched.missing_query)
            yield MISSING_QUERY_PARAMETER.finding(
                f"{matched.endpoint} needs the query parameter {names}, which the call does not give",
                matched.call.span,
                hint=f"give {names} in the query (not in the body)",
                endpoint=matched.endpoint,
                chain=matched.call.chain,
            )


UNKNOWN_ENDPOINT = Rule(
    code="SCL401",
    slug="unknown-endpoint",
    severity=Severity.ERROR,
    summary="a call goes to an endpoint that does not exist",
    what="Reports a call to the platform whose path the table does not have, and names the nearest that it has.",
    why="The platform answers 404, and scopelint cannot say which scope the call needs.",
    example="""```python
requests.get("https://api.maxcare.ai/v3/patient", headers=headers)
```""",
    fix="""```python
requests.get("https://api.maxcare.ai/v3/patients", headers=headers)
```

If the endpoint is new, extend the table: `scopelint catalog import`.""",
    check=_check_unknown,
)

WRONG_METHOD = Rule(
    code="SCL402",
    slug="wrong-method",
    severity=Severity.ERROR,
    summary="the path of a call exists, but not with this method",
    what="Reports a call whose path the table has with other methods only, and names these.",
    why="The platform answers 404 or 405. The usual cause: products are updated with PUT, tasks and notes with PATCH.",
    example="""```python
client.put(f"/v3/tasks/{task_id}", json={"status": "complete"})
```""",
    fix="""```python
client.patch(f"/v3/tasks/{task_id}", json={"status": "complete"})
```""",
    check=_check_method,
)

OTHER_API_VERSION = Rule(
    code="SCL403",
    slug="other-api-version",
    severity=Severity.WARNING,
    summary="a call goes to another version of the API",
    what="Reports a call to the platform under `/v1`, `/v2`, `/v4` or `/external/v1`. The table covers `/v3`.",
    why="Which scopes such a call needs is not known, so the comparison with the manifest is not complete.",
    example="""```python
client.get("/v1/patients")
```""",
    fix="""```python
client.get("/v3/patients")
```""",
    check=_check_version,
)

MISSING_QUERY_PARAMETER = Rule(
    code="SCL404",
    slug="missing-query-parameter",
    severity=Severity.WARNING,
    summary="a required query parameter is certainly absent",
    what="Reports a call that does not give a query parameter that its endpoint requires. A query that is not wholly "
    "known is not reported.",
    why="The platform answers 400. The usual cause: `providerId` is a query parameter of the note writes, but a field "
    "of the body of `POST /v3/tasks`.",
    example="""```python
client.patch(f"/v3/notes/{note_id}", json={"plan": plan, "providerId": provider_id})
```""",
    fix="""```python
client.patch(f"/v3/notes/{note_id}", params={"providerId": provider_id}, json={"plan": plan})
```""",
    check=_check_query,
)
