"""What the parser cannot read in reasonable time and memory, found by a scan of the tokens before it starts."""

from __future__ import annotations

import re

MAX_BRACKETS = 100
"""Brackets that may be open at once: the parser's time grows with the third power of it."""
MAX_CHAIN = 2_000
"""Operations that may follow one another in an expression (`a + b + c`, `a.b().c()`, `not not a`): the parser's time
grows with the second power of it, and its memory where they nest."""
MAX_COST = 16_000_000
"""What all long chains and patterns of a file may cost together: some seconds. A chain costs the square of its length,
a bracket in a pattern four to the power of those around it, which is how often the parser begins it anew."""
MAX_TOKENS = 400_000
"""Operators, brackets, separators, strings, comments and lines of a file: the parser takes some kilobytes for each."""

_LONG_CHAIN = 100
_LONG_TEXT = 1_000  # bytes; a shorter f-string holds no long chain
_LAMBDA = 3  # one costs what three other operations do
_TOO_DEEP = f"more than {MAX_BRACKETS} brackets are open here at once"
_TOO_NESTED = "the patterns are nested too deeply to be parsed"
_TOO_MANY = "the file is too long to be parsed"
_TOO_LONG = "more operations follow one another here than the parser can take"
_OPERATION = rb"[-+*/%@&|^~<>.]|\b(?:not|and|or|if|in|is|await)\b"
# Strings that are not closed end with their line or with the source: looking further for each would take forever.
_STRINGS = rb"|".join(
    pattern.replace(b"Q", quote)
    for pattern in (rb"QQQ[^Q\\]*(?:(?:\\.|Q{1,2}(?!Q))[^Q\\]*)*(?:QQQ|\\?\Z)", rb"Q[^Q\\\n]*(?:\\.[^Q\\\n]*)*Q?")
    for quote in (b'"', b"'")
)
_TOKENS = re.compile(
    _STRINGS
    + rb"|#[^\r\n]*|\\(?:\r\n?|\n)|("
    + _OPERATION
    + rb")|([(\[{])|([)\]}])|([,;])|([\r\n](?:[ \t\f]*(case)\b)?)|(\blambda\b)",
    re.DOTALL,
)
_OPERATOR, _OPENING, _CLOSING, _SEPARATOR, _NEWLINE, _CASE, _NESTING = range(1, 8)
_IN_TEXT = re.compile(_OPERATION + rb"|[(\[]")


def obstacle(source: bytes) -> tuple[int, str] | None:
    """Return the line and the words for what keeps a source from being parsed, None when nothing does.

    What strings and comments hold does not count, except the fields of f-strings; a closing bracket closes any other.
    """
    brackets = max(source.count(bracket) for bracket in (b"(", b"[", b"{"))
    if len(source) <= MAX_CHAIN and brackets <= MAX_BRACKETS and b"case" not in source:
        return None
    chains = [0]  # lengths of the unfinished ones, from the outermost open bracket to the innermost
    cost = 0
    in_pattern = False
    for number, match in enumerate(_TOKENS.finditer(source)):
        if number > MAX_TOKENS:
            return _at(source, match.start(), _TOO_MANY)
        kind = match.lastindex
        if kind == _OPERATOR:
            chains[-1] += 1
            continue
        if kind == _OPENING:
            chains[-1] += 1  # a call or a subscript
            chains.append(0)
            if len(chains) > MAX_BRACKETS + 1:
                return _at(source, match.start(), _TOO_DEEP)
            if in_pattern:
                cost += 4 ** len(chains)
                if cost > MAX_COST:
                    return _at(source, match.start(), _TOO_NESTED)
            continue
        if kind == _NESTING:
            chains[-1] += _LAMBDA
            continue
        if kind is None:
            if match.end() - match.start() > _LONG_TEXT:
                chains[-1] += len(_IN_TEXT.findall(match[0])) if _has_fields(source, match.start()) else 0
            continue
        if kind == _NEWLINE:
            if len(chains) > 1:
                continue
            in_pattern = match[_CASE] is not None
        length = chains[-1]
        if length > _LONG_CHAIN:
            cost += length * length
            if length > MAX_CHAIN or cost > MAX_COST:
                return _at(source, match.start(), _TOO_LONG)
        if kind == _CLOSING and len(chains) > 1:
            chains.pop()
        else:
            chains[-1] = 0
    if max(chains) > MAX_CHAIN:
        return _at(source, len(source), _TOO_LONG)
    return None


def _has_fields(source: bytes, quote: int) -> bool:
    """Say whether the string that opens at `quote` is an f-string or a t-string."""
    return any(letter in source[max(quote - 2, 0) : quote].lower() for letter in b"ft")


def _at(source: bytes, offset: int, message: str) -> tuple[int, str]:
    return source.count(b"\n", 0, offset) + 1, message
