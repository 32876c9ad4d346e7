"""What a rule is: a verdict's code and severity, the texts that explain it, and the function that gives it."""

from collections.abc import Callable, Iterator

import msgspec

from scopelint.model import ChainLink, Finding, Severity, Span
from scopelint.rules.subject import Subject


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule; the texts are Markdown, `example` and `fix` hold code blocks."""

    code: str
    slug: str
    severity: Severity
    summary: str  # one line, no full stop
    what: str
    why: str
    example: str
    fix: str
    check: Callable[[Subject], Iterator[Finding]]

    def finding(
        self,
        message: str,
        span: Span,
        *,
        hint: str = "",
        scope: str | None = None,
        endpoint: str | None = None,
        chain: tuple[ChainLink, ...] = (),
    ) -> Finding:
        """Return a finding of this rule."""
        return Finding(
            code=self.code,
            slug=self.slug,
            severity=self.severity,
            message=message,
            span=span,
            hint=hint,
            scope=scope,
            endpoint=endpoint,
            chain=chain,
        )
