"""Comments that suppress findings: `# scopelint: ignore[SCL101]`, `# scopelint: ignore`, `# noqa: SCL101`, `# noqa`."""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from scopelint.model import Finding, Severity, Span, Suppressed

UNUSED_CODE = "SCL903"
UNUSED_SLUG = "unused-suppression"

_CODE = r"[A-Z]+[0-9]+"
_IGNORE = re.compile(r"#\s*scopelint:\s*ignore(?![\w-])(?:\s*\[(?P<codes>[^\]]*)\])?", re.IGNORECASE)
# as flake8 spells it: one space at most before the codes, commas or spaces between them
_NOQA = re.compile(rf"#\s*noqa(?!\w)(?::\s?(?P<codes>{_CODE}(?:[,\s]\s*{_CODE})*))?", re.IGNORECASE)

Comment = tuple[int, str]  # line, text


class Directive(msgspec.Struct, frozen=True):
    """One suppressing comment; `codes` are codes or beginnings of codes, None for all; `spelling` is as written."""

    path: str
    line: int
    codes: tuple[str, ...] | None
    spelling: str
    noqa: bool  # whether it is spelled as flake8 would
    accountable: bool  # whether it is reported when it suppresses nothing

    def covers(self, code: str) -> bool:
        """Tell whether a finding of this code is suppressed."""
        return self.codes is None or code.startswith(self.codes)


class Outcome(msgspec.Struct, frozen=True):
    """Findings kept (those about unused suppressions among them, in order of place) and suppressed."""

    kept: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]


def apply(findings: Sequence[Finding], comments: Mapping[str, Sequence[Comment]]) -> Outcome:
    """Return the findings split by the comments on their line, and what the comments left unused.

    `comments` are those of each analysed file, by path. It must see every finding, before `select` and `ignore` drop
    some of them: a suppression of a finding that is only hidden is not an unused one.
    """
    by_line: dict[tuple[str, int], list[Directive]] = {}
    for path, lines in comments.items():
        for directive in directives(path, lines):
            by_line.setdefault((path, directive.line), []).append(directive)
    kept: list[Finding] = []
    suppressed: list[Suppressed] = []
    used: dict[Directive, set[str]] = {}
    for finding in findings:
        span = finding.span
        here = [directive for directive in by_line.get((span.path, span.line), ()) if directive.covers(finding.code)]
        for directive in here:
            used.setdefault(directive, set()).add(finding.code)
        if here:
            suppressed.append(Suppressed(finding, "comment", noqa=all(directive.noqa for directive in here)))
        else:
            kept.append(finding)
    for group in by_line.values():
        kept.extend(unused for directive in group if (unused := _unused(directive, used.get(directive, set()))))
    kept.sort(key=lambda finding: (finding.span, finding.code, finding.scope or ""))
    return Outcome(tuple(kept), tuple(suppressed))


def directives(path: str, comments: Sequence[Comment]) -> Iterator[Directive]:
    """Yield what the comments of one file suppress; other tools' codes in a `noqa` are left out."""
    for line, text in comments:
        for match in _IGNORE.finditer(text):
            codes = match["codes"]
            listed = None if codes is None else tuple(code.upper() for code in re.findall(r"[\w-]+", codes))
            yield Directive(path, line, listed, match[0], noqa=False, accountable=True)
        for match in _NOQA.finditer(text):
            if match["codes"] is None:
                yield Directive(path, line, None, match[0], noqa=True, accountable=False)
            elif ours := tuple(code for code in re.findall(_CODE, match["codes"].upper()) if code.startswith("SCL")):
                yield Directive(path, line, ours, match[0], noqa=True, accountable=True)


def _unused(directive: Directive, used: set[str]) -> Finding | None:
    """Return the finding about what the directive lists and no finding of the `used` codes needed."""
    if not directive.accountable:
        return None
    listed = directive.codes or ()
    idle = [beginning for beginning in listed if not any(code.startswith(beginning) for code in used)]
    if not listed and not used:
        idle = [directive.spelling]
    if not idle:
        return None
    return Finding(
        code=UNUSED_CODE,
        slug=UNUSED_SLUG,
        severity=Severity.NOTE,
        message=f"suppresses nothing: {', '.join(idle)}",
        span=Span(directive.path, directive.line, 1, directive.line, 1),
        hint=f"remove {', '.join(idle)} from it" if len(idle) < len(listed) else "remove the comment",
    )
