"""Path templates: comparing the path of a call, in which texts may be unknown, with the rows of the table.

In a call's path `{}` stands for an unknown text inside one segment and `{...}` for an unknown text that could be
anything; in a row's path `{name}` is a parameter, which is any one segment.
"""

import re

HOLE = "{}"
OPEN_HOLE = "{...}"

_TOKEN = re.compile(r"\{\.\.\.\}|\{[^{}/]*\}|.", re.DOTALL)
_UNRESERVED = re.compile(r"%(2[DdEe]|3[0-9]|[46][1-9A-Fa-f]|5[0-9AaFf]|7[0-9AaEe])")
_SEGMENT, _ANYTHING = "segment*", "anything*"  # repeatable tokens; the others are single characters
_SEGMENT_CHARACTER = "segment"


def normalise(path: str) -> str:
    """Return a call's path in the spelling to compare: one leading slash, none at the end, none doubled.

    Percent-escapes of letters, digits and `-._~` are decoded, and `.` and `..` taken as HTTP clients take them.
    """
    path = _UNRESERVED.sub(lambda match: chr(int(match[1], 16)), path)
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == ".." and segments and OPEN_HOLE in segments[-1]:
            segments[-1] = OPEN_HOLE  # what goes may be all that is known, or a part of the unknown text
        elif segment == ".." and segments:
            segments.pop()
        elif segment not in ("", ".", ".."):
            segments.append(segment)
    return "/" + "/".join(segments) if segments else ""


def has_hole(path: str) -> bool:
    """Tell whether any part of a call's path is unknown."""
    return HOLE in path or OPEN_HOLE in path


def accepts(shape: tuple[str, ...], segments: tuple[str, ...]) -> bool:
    """Tell whether a call's segments, holes of one segment included, certainly have a row's shape."""
    return len(shape) == len(segments) and all(map(_accepts, shape, segments))


def _accepts(mine: str, its: str) -> bool:
    if mine in (HOLE, its):
        return True
    return HOLE in mine and not has_hole(its) and could_be(mine, its)  # a parameter with text around: "{id}:archive"


def could_be(row: str, path: str) -> bool:
    """Tell whether some text for the holes of a call's path makes it a path of the row."""
    if OPEN_HOLE not in path and row.count("/") != path.count("/"):
        return False
    left = _tokens(row, parameter=(_SEGMENT_CHARACTER, _SEGMENT))
    right = _tokens(path, parameter=(_SEGMENT,))
    reached = {(0, 0)}
    waiting = [(0, 0)]
    while waiting:  # every pair of positions that some common text leads to
        i, j = waiting.pop()
        for step in _steps(left, right, i, j):
            if step not in reached:
                reached.add(step)
                waiting.append(step)
    return (len(left), len(right)) in reached


def _steps(left: list[str], right: list[str], i: int, j: int) -> list[tuple[int, int]]:
    mine = left[i] if i < len(left) else ""
    its = right[j] if j < len(right) else ""
    steps: list[tuple[int, int]] = []
    if mine.endswith("*"):
        steps.append((i + 1, j))
    if its.endswith("*"):
        steps.append((i, j + 1))
    if mine and its and _compatible(mine, its):
        steps.append((i if mine.endswith("*") else i + 1, j if its.endswith("*") else j + 1))
    return steps


def _compatible(mine: str, its: str) -> bool:
    """Tell whether one character could be both."""
    if _ANYTHING in (mine, its):
        return True
    if mine.startswith(_SEGMENT_CHARACTER):
        return its != "/"
    if its.startswith(_SEGMENT_CHARACTER):
        return mine != "/"
    return mine == its


def _tokens(path: str, parameter: tuple[str, ...]) -> list[str]:
    tokens: list[str] = []
    for text in _TOKEN.findall(path):
        if text == OPEN_HOLE:
            tokens.append(_ANYTHING)
        elif len(text) > 1:
            tokens.extend(parameter)
        else:
            tokens.append(text)
    return tokens
