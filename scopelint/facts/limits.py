"""What the parser cannot read in reasonable time and memory, found by a scan of the tokens before it starts."""

from __future__ import annotations

import re

MAX_BRACKETS = 100
"""Brackets that may be open at once: the parser's time grows with the third power of it."""
MAX_CHAIN = 2_000
"""Operations that may follow one another in an expression (`a + b + c`, `a.b().c()`, `not not a`): the parser's time
grows with the second power of it, and its memory where they nest."""
MAX_CHAINS = 16_000_000
"""Sum of the squares of a file's long chains, to which their time is proportional: some seconds."""

_LONG_CHAIN = 100
_LONG_TEXT = 1_000  # bytes; a shorter f-string holds no long chain
_LAMBDA = 3  # one costs what three other operations do
_TOO_DEEP = f"more than {MAX_BRACKETS} brackets are open here at once"
_TOO_LONG = "more operations follow one another here than the parser can take"
_OPERATION = rb"[-+*/%@&|^~<>.]|\b(?:not|and|or|if|in|is|await)\b"
# Strings that are not closed end with their line or with the source: looking further for each would take forever.
_STRINGS = rb"|".join(
    pattern.replace(b"Q", quote)
    for pattern in (rb"QQQ[^Q\\]*(?:(?:\\.|Q{1,2}(?!Q))[^Q\\]*)*(?:QQQ|\\?\Z)", rb"Q[^Q\\\n]*(?:\\.[^Q\\\n]*)*Q?")
    for quote in (b'"', b"'")
)
_TOKENS = re.compile(
    _STRINGS + rb"|#[^\r\n]*|\\(?:\r\n?|\n)|(" + _OPERATION + rb")|([(\[{])|([)\]}])|([,;])|([\r\n])|(\blambda\b)",
    re.DOTALL,
)
_OPERATOR, _OPENING, _CLOSING, _SEPARATOR, _NEWLINE, _NESTING = range(1, 7)
_IN_TEXT = re.compile(_OPERATION + rb"|[(\[]")


def obstacle(source: bytes) -> tuple[int, str] | None:
    """Return the line and the words for what keeps a source from being parsed, None when nothing does.

    What strings and comments hold does not count, except the fields of f-strings; a closing bracket closes any other.
    """
    if len(source) <= MAX_CHAIN and max(source.count(bracket) for bracket in (b"(", b"[", b"{")) <= MAX_BRACKETS:
        return None
    chains = [0]  # lengths of the unfinished ones, from the outermost open bracket to the innermost
    cost = 0
    for match in _TOKENS.finditer(source):
        kind = match.lastindex
        if kind == _OPERATOR:
            chains[-1] += 1
            continue
        if kind == _OPENING:
            chains[-1] += 1  # a call or a subscript
            chains.append(0)
            if len(chains) > MAX_BRACKETS + 1:
                return _at(source, match.start(), _TOO_DEEP)
            continue
        if kind == _NESTING:
            chains[-1] += _LAMBDA
            continue
        if kind is None:
            if match.end() - match.start() > _LONG_TEXT:
                chains[-1] += len(_IN_TEXT.findall(match[0])) if _has_fields(source, match.start()) else 0
            continue
        if kind == _NEWLINE and len(chains) > 1:
            continue
        length = chains[-1]
        if length > _LONG_CHAIN:
            cost += length * length
            if length > MAX_CHAIN or cost > MAX_CHAINS:
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
