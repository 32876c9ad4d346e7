"""Comments that suppress findings: `# scopelint: ignore[SCL101]`, `# scopelint: ignore`, `# noqa: SCL101`, `# noqa`."""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from scopelint.model import Finding, Severity, Span, Suppressed

UNUSED_CODE = "SCL903"
UNUSED_SLUG = "unused-suppression"

_CODE = r"[A-Z]+[0-9]+"
_IGNORE = re.compile(
    r"#\s*scopelint:\s*ignore(?![\w-])(?:\s*\[(?P<codes>[^\]]*)\]|(?P<loose>\s*(?:\[|[:=({]?\s*SCL\d)[^#]*))?",
    re.IGNORECASE,
)
# as flake8 spells it: one space at most before the codes, commas or spaces between them
_NOQA = re.compile(rf"#\s*noqa(?!\w)(?::\s?(?P<codes>{_CODE}(?:[,\s]\s*{_CODE})*))?", re.IGNORECASE)

Comment = tuple[int, int, int, str]  # the line on which its line begins, its own line, column, text


class Directive(msgspec.Struct, frozen=True):
    """One suppressing comment; `codes` are codes or beginnings of codes, None for all; `spelling` is as written."""

    span: Span
    first_line: int  # lower than the comment's own where strings or backslashes continue the line
    codes: tuple[str, ...] | None
    spelling: str
    noqa: bool  # whether it is spelled as flake8 would
    accountable: bool  # whether it is reported when it suppresses nothing
    malformed: bool = False  # whether it names codes outside of a pair of brackets: it suppresses nothing

    def covers(self, code: str) -> bool:
        """Tell whether a finding of this code is suppressed."""
        return self.codes is None or any(code.startswith(beginning.upper()) for beginning in self.codes)


class Outcome(msgspec.Struct, frozen=True):
    """Findings kept (those about unused suppressions among them, in order of place) and suppressed."""

    kept: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]


def apply(findings: Sequence[Finding], comments: Mapping[str, Sequence[Comment]], rules: Mapping[str, str]) -> Outcome:
    """Return the findings split by the comments on their line, and what the comments left unused.

    `comments` are those of each analysed file, by path, `rules` the names of all rules, by code. It must see every
    finding, before `select` and `ignore` drop some of them: a suppression of a finding that is only hidden is not an
    unused one.
    """
    every: list[Directive] = []
    by_line: dict[tuple[str, int], list[Directive]] = {}
    for path, lines in comments.items():
        for directive in directives(path, lines):
            every.append(directive)
            for line in range(directive.first_line, directive.span.line + 1):
                by_line.setdefault((path, line), []).append(directive)
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
    kept.extend(unused for directive in every if (unused := _unused(directive, used.get(directive, set()), rules)))
    kept.sort(key=lambda finding: (finding.span, finding.code, finding.scope or ""))
    return Outcome(tuple(kept), tuple(suppressed))


def directives(path: str, comments: Sequence[Comment]) -> Iterator[Directive]:
    """Yield what the comments of one file suppress; other tools' codes in a `noqa` are left out."""
    for first, line, column, text in comments:
        for match in _IGNORE.finditer(text):
            spelling, codes, malformed = match[0].rstrip(), match["codes"], match["loose"] is not None
            listed = None if codes is None and not malformed else tuple(re.findall(r"[\w-]+", codes or ""))
            span = _span(path, line, column + match.start(), spelling)
            yield Directive(span, first, listed, spelling, noqa=False, accountable=True, malformed=malformed)
        for match in _NOQA.finditer(text):
            span = _span(path, line, column + match.start(), match[0])
            if match["codes"] is None:
                yield Directive(span, first, None, match[0], noqa=True, accountable=False)
            elif ours := tuple(code for code in re.findall(_CODE, match["codes"].upper()) if code.startswith("SCL")):
                yield Directive(span, first, ours, match[0], noqa=True, accountable=True)


def _span(path: str, line: int, column: int, spelling: str) -> Span:
    return Span(path, line, column, line, column + len(spelling))


def _unused(directive: Directive, used: set[str], rules: Mapping[str, str]) -> Finding | None:
    """Return the finding about what the directive lists and no finding of the `used` codes needed."""
    if not directive.accountable:
        return None
    listed = directive.codes or ()
    idle = [beginning for beginning in listed if not any(code.startswith(beginning.upper()) for code in used)]
    if not listed and not used:
        idle = [directive.spelling]
    if not idle:
        return None
    unknown = [name for name in idle if listed and not any(code.startswith(name.upper()) for code in rules)]
    clauses = [", ".join(name for name in idle if name not in unknown)]
    if directive.malformed:
        clauses = [f'the codes of "{directive.spelling}" must stand in brackets']
    elif unknown:
        clauses.append(f"no rule has the code {' or '.join(unknown)}")
    return Finding(
        code=UNUSED_CODE,
        slug=UNUSED_SLUG,
        severity=Severity.NOTE,
        message=f"suppresses nothing: {'; '.join(filter(None, clauses))}",
        span=directive.span,
        hint=_advice(directive, idle, rules),
    )


def _advice(directive: Directive, idle: Sequence[str], rules: Mapping[str, str]) -> str:
    """Return what to do about a directive of whose codes the `idle` ones suppress nothing."""
    if directive.malformed:
        meant = re.findall(r"SCL\d+", directive.spelling.upper())
        return f'write "# scopelint: ignore[{", ".join(meant)}]"' if meant else "remove the comment"
    if named := [(code, slug) for code, slug in rules.items() if slug in map(str.lower, idle)]:
        return "; ".join(f"write {code} for {slug}" for code, slug in named)
    return f"remove {', '.join(idle)} from it" if len(idle) < len(directive.codes or ()) else "remove the comment"
