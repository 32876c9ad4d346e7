"""Changing an array of strings inside a text, in the array's own layout; TOML and JSON alike.

Every function takes the text and the array as it stands in it, and returns the whole text.
"""

import re

from scopelint.manifest.document import Field

_COMMA = re.compile(r"(?:[ \t\r\n]|#[^\n]*\n)*,")  # a comment to its end: it may hold commas
_SPACE = re.compile(r"[ \t]*")
_COMMENT = re.compile(r"[ \t\r]*(#[^\n]*)?")


def add_item(text: str, array: Field, literal: str) -> str:
    """Return the text with one more element at the array's end; a comment stays behind the element that it follows."""
    if not array.items:
        return _add_first(text, array, literal)
    last = array.items[-1].place
    line_start = text.rfind("\n", 0, last.start) + 1
    comma = _comma_after(text, last.end)
    end_of_line = text.find("\n", comma or last.end, array.value.end)
    indent = _blank_at(text, line_start)
    if line_start <= array.value.start:
        if end_of_line < 0 or "#" not in text[comma or last.end : end_of_line]:
            gap = _inline_gap(text, array)
            return _insert(text, comma, gap + literal + ",") if comma else _insert(text, last.end, "," + gap + literal)
        closing = array.value.end - 1
        if len(text[end_of_line + 1 : closing]) > len(indent) and not text[end_of_line:closing].strip():
            added = _insert(text, closing, literal + ("," if comma else ""))  # the bracket stands where elements do
            return added if comma else _insert(added, last.end, ",")
        indent += "    "
    before = text[line_start : last.start]
    place = end_of_line - (text[end_of_line - 1] == "\r") if end_of_line >= 0 else comma or last.end
    if before.strip() == "," and not comma:  # a line for each element, with the comma in front
        return _insert(text, place, newline(text) + before + literal)
    added = newline(text) + indent + literal
    if comma:
        return _insert(text, place, added + ",")
    return _insert(_insert(text, place, added), last.end, ",")


def remove_item(text: str, array: Field, number: int) -> str:
    """Return the text without one of the array's elements, and without its line when it has one to itself."""
    item = array.items[number].place
    comma = _comma_after(text, item.end)
    previous_comma = _comma_after(text, array.items[number - 1].place.end) if number else None
    line_start = text.rfind("\n", 0, item.start) + 1
    end_of_line = text.find("\n", item.end, array.value.end)
    in_front = array.value.start < line_start and text[line_start : item.start].strip() == ","
    if in_front and end_of_line >= 0 and _COMMENT.fullmatch(text, item.end, end_of_line):
        return text[:line_start] + text[end_of_line + 1 :]
    end_of_line = text.find("\n", comma or item.end)
    has_line = (
        array.value.start < line_start
        and not text[line_start : item.start].strip()
        and 0 <= end_of_line < array.value.end
        and "\n" not in text[item.end : comma or item.end]
        and _COMMENT.fullmatch(text, comma or item.end, end_of_line) is not None
    )
    if has_line:
        text = text[:line_start] + text[end_of_line + 1 :]
    elif comma is None and previous_comma and not text[previous_comma : item.start].strip():
        previous = array.items[number - 1].place.end
        blank = not text[previous : previous_comma - 1].strip()
        return text[: previous if blank else previous_comma - 1] + text[item.end :]
    elif comma and not text[item.end : comma].strip(" \t\r\n,"):
        is_last = number == len(array.items) - 1
        if is_last and previous_comma and not text[previous_comma : item.start].strip():
            return text[:previous_comma] + text[comma:]
        text = text[: item.start] + text[_blank_end(text, comma) :]
    else:  # a comment stands between the element and its comma: it stays
        text = text if comma is None else text[: comma - 1] + text[comma:]
        text = text[: item.start] + text[item.end :]
    if comma is None and previous_comma:
        return text[: previous_comma - 1] + text[previous_comma:]
    if len(array.items) == 1:
        return _without_blank(text, array.value.start)
    return text


def replace_item(text: str, array: Field, number: int, literal: str) -> str:
    """Return the text with one of the array's elements replaced."""
    item = array.items[number].place
    return text[: item.start] + literal + text[item.end :]


def newline(text: str) -> str:
    """Return the line end that the text uses."""
    return "\r\n" if "\r\n" in text else "\n"


def _add_first(text: str, array: Field, literal: str) -> str:
    closing = array.value.end - 1
    line_start = text.rfind("\n", 0, closing) + 1
    if line_start <= array.value.start:
        return text[: array.value.start + 1] + literal + text[closing:]
    indent = _blank_at(text, text.rfind("\n", 0, array.value.start) + 1)
    return _insert(text, line_start, indent + "    " + literal + newline(text))


def _inline_gap(text: str, array: Field) -> str:
    """Return the space after the commas of an array on one line."""
    if len(array.items) < 2:
        return " "
    comma = _comma_after(text, array.items[-2].place.end)
    return _blank_at(text, comma) if comma else " "


def _comma_after(text: str, offset: int) -> int | None:
    """Return the offset behind the comma that follows an element; None when none does."""
    match = _COMMA.match(text, offset)
    return match.end() if match else None


def _blank_at(text: str, offset: int) -> str:
    return text[offset : _blank_end(text, offset)]


def _blank_end(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return match.end() if match else offset


def _without_blank(text: str, start: int) -> str:
    """Return the text with the array at `start` written `[]`, when nothing but space is left in it."""
    match = re.compile(r"\[[ \t]*\]").match(text, start)
    return text[:start] + "[]" + text[match.end() :] if match else text


def _insert(text: str, offset: int, more: str) -> str:
    return text[:offset] + more + text[offset:]
