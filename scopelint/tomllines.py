"""The lines where the keys of a TOML document stand, which its parser does not tell."""

import re

_HEADER = re.compile(r"\s*(\[+)([^\[\]]+)\]+\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(r"\s*((?:[\w.\s-]|\"[^\"]*\"|'[^']*')+?)\s*=")
_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")


def line_of(text: str, wanted: tuple[str, ...], nth: int | None = None) -> int:
    """Return the line of a key, given with its tables: ("tool", "scopelint", "jobs").

    `nth` counts the tables of an array. Where the key is not found, its innermost table's line is returned, else 0.
    Only the layout is looked at: a text of several lines that looks like keys can mislead it.
    """
    header: tuple[str, ...] = ()
    tables = -1
    best = best_length = 0
    for number, line in enumerate(text.splitlines(), 1):
        if head := _HEADER.match(line):
            header = here = _dotted(head[2])
            tables += head[1] == "[[" and header == wanted[: len(header)]
        elif assignment := _ASSIGNMENT.match(line):
            here = (*header, *_dotted(assignment[1]))
        else:
            continue
        if nth is not None and tables not in (-1, nth):
            continue
        shared = here[: len(wanted)]
        if shared == wanted[: len(shared)] and len(shared) > best_length:
            best, best_length = number, len(shared)
    return best


def _dotted(key: str) -> tuple[str, ...]:
    return tuple(part[0] or part[1] or part[2] for part in _PART.findall(key))
