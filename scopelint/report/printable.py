"""Text from analysed code, made harmless for a terminal and for one line."""

import re
import unicodedata

# Cc: control codes; Cf: invisible and direction-changing marks; Cs: lone surrogates; Zl, Zp: line ends
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


# What CI services take for commands in any program's output: "::error::" where a line begins, "##[error]" and
# "##vso[...]" anywhere.
_COMMAND = re.compile(r"^\s*:(?=:)|#(?=#(?:vso)?\[)", re.IGNORECASE)


def printable(text: str) -> str:
    r"""Return the text with control codes, invisible marks, line ends and CI commands written as escapes (``\x1b``)."""
    text = _COMMAND.sub(lambda match: f"{match[0][:-1]}\\x{ord(match[0][-1]):x}", text)
    if text.isprintable():
        return text
    return "".join(character if _is_shown(character) else _escape(character) for character in text)


def _is_shown(character: str) -> bool:
    return unicodedata.category(character) not in _HIDDEN


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def width(text: str) -> int:
    """Return the number of terminal cells that the text takes."""
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
