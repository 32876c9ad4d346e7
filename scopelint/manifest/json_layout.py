"""Writing new lists of scopes into a JSON text."""

import json
import re
from collections.abc import Sequence
from typing import Any

from scopelint.manifest.document import KeyPath, Lookup, Range
from scopelint.manifest.json_format import JsonDocument
from scopelint.manifest.layout import double_quoted, indent_at, source
from scopelint.manifest.splice import newline


class JsonLayout:
    """JSON as the editor's format."""

    def parse(self, text: str, shown: str) -> Lookup:
        """Return what answers questions for the text's fields; raises ScopelintError."""
        return JsonDocument(text, shown).field

    def quote(self, name: str, sample: str) -> str:  # noqa: ARG002 (JSON has one kind of quotes)
        """Return a string literal."""
        return double_quoted(name)

    def create(self, text: str, path: KeyPath, names: Sequence[str]) -> str:
        """Return the text with a new list at `path`, after the last member of the innermost object that is there."""
        places = JsonDocument(text, "").places
        depth = next(length for length in reversed(range(len(path))) if path[:length] in places.values)
        place = places.values[path[:depth]]
        members = [key for key in places.keys if key[:-1] == path[:depth]]
        value: Any = list(names)
        for key in reversed(path[depth + 1 :]):
            value = {key: value}
        separator = _separator(text)
        if "\n" not in (source(text, place) if members else text.strip()):
            compact = separator == ":"
            member = _dumps({path[depth]: value}, separator, None)[1:-1]
            if not members:
                return text[: place.start] + "{" + member + "}" + text[place.end :]
            end = places.values[members[-1]].end
            return text[:end] + ("," if compact else ", ") + member + text[end:]
        unit = _unit(text)
        own_line = bool(members) and "\n" in text[place.start : places.keys[members[0]].start]
        indent = indent_at(text, places.keys[members[-1]].start if own_line else place.start)
        outer = indent[: -len(unit)] if own_line and indent.endswith(unit) else indent
        member = _dumps({path[depth]: value}, separator, unit)[1:-1].strip("\n").replace("\n", "\n" + outer)
        member = (outer + member).replace("\n", newline(text))
        return _with_member(text, place, places.values[members[-1]].end if members else None, member, outer)


def _with_member(text: str, place: Range, last_end: int | None, member: str, outer: str) -> str:
    """Return the text with a member on lines of its own, after the object's last one."""
    if last_end is None:
        return text[: place.start] + "{" + newline(text) + member + newline(text) + outer + "}" + text[place.end :]
    tail = text[last_end:]
    if "\n" not in text[last_end : place.end]:  # the closing brace stands on the last member's line
        return text[:last_end] + "," + newline(text) + member + newline(text) + outer + tail.lstrip()
    return text[:last_end] + "," + newline(text) + member + tail


def _dumps(value: dict[str, Any], separator: str, unit: str | None) -> str:
    item = "," if separator == ":" or unit else ", "
    return json.dumps(value, ensure_ascii=False, indent=unit, separators=(item, separator))


def _separator(text: str) -> str:
    """Return what stands between keys and values in this text."""
    match = re.search(r'"(\s*:[ \t]*)', text)
    return match[1] if match else ": "


def _unit(text: str) -> str:
    """Return the text's unit of indentation."""
    match = re.search(r"^([ \t]+)\S", text, re.MULTILINE)
    return match[1] if match else "  "
