"""Values of string literals and of the literal texts of f-strings, without evaluating code."""

from __future__ import annotations

import re
import unicodedata

_ESCAPE = re.compile(r"\\(?:\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.)", re.DOTALL)
_SINGLE = dict(zip("\\'\"abfnrtv", "\\'\"\a\b\f\n\r\t\v", strict=True))


def literal(source: str) -> str | None:
    """Return the text of a string or bytes literal as written in the source, None when it is malformed."""
    quote = min((index for index in (source.find('"'), source.find("'")) if index >= 0), default=-1)
    if quote < 0:
        return None
    prefix = source[:quote].lower()
    width = 3 if source[quote : quote + 3] in ('"""', "'''") and len(source) >= quote + 6 else 1
    body = source[quote + width : -width]
    return body if "\\" not in body or "r" in prefix else unescape(body)


def unescape(body: str) -> str:
    """Return `body` with its backslash escapes replaced; unknown ones stay as they are."""
    return _ESCAPE.sub(_escape, body)


def clean(text: str) -> str:
    """Return `text` without lone surrogates, which no output encoding accepts."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _escape(match: re.Match[str]) -> str:
    source = match.group()
    kind, digits = source[1], source[2:]
    if kind in _SINGLE:
        return _SINGLE[kind]
    if source[1:] in ("\r\n", "\r", "\n"):
        return ""
    try:
        if kind in "01234567":
            return chr(int(source[1:], 8))
        if kind in "xuU" and digits:
            return chr(int(digits, 16))
        if kind == "N" and digits:
            return unicodedata.lookup(digits[1:-1])
    except (ValueError, OverflowError, KeyError):  # beyond Unicode, no such name
        return source
    return source
