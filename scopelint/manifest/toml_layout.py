"""Writing new lists of scopes into a TOML text."""

import re
from collections.abc import Sequence

from scopelint.manifest.document import KeyPath, Kind, Lookup, Range
from scopelint.manifest.layout import double_quoted, indent_at, line_start, source
from scopelint.manifest.splice import newline
from scopelint.manifest.toml_format import TomlDocument

_LINE_LENGTH = 100  # a new list that would be longer gets a line for each scope


class TomlLayout:
    """TOML as the editor's format."""

    def parse(self, text: str, shown: str) -> Lookup:
        """Return what answers questions for the text's fields; raises ScopelintError."""
        return TomlDocument(text, shown).field

    def quote(self, name: str, sample: str) -> str:
        """Return a string literal, in single quotes when the sample is and the name can be."""
        literal = sample.startswith("'") and re.fullmatch(r"[^'\x00-\x1f\x7f]*", name)
        return f"'{name}'" if literal else double_quoted(name)

    def create(self, text: str, path: KeyPath, names: Sequence[str]) -> str:
        """Return the text with a new list at `path`: beside a list of its table, in the table, or in a new section."""
        document = TomlDocument(text, "")
        table = path[:-1]
        places = document.places
        for other, place in places.keys.items():
            field = document.field((*table, str(other[-1]))) if other[:-1] == table else None
            if field and field.kind is Kind.ARRAY and other in places.values:
                return self._beside(text, place, field.value, path[-1], names)
        if table in places.headers:
            end = text.find("\n", places.headers[table].end)
            indent = indent_at(text, places.headers[table].start)
            line = indent + self._pair(text, path[-1], names, indent)
            if end < 0:
                return text + newline(text) + line + newline(text)
            return text[: end + 1] + line + newline(text) + text[end + 1 :]
        if table in places.values:  # an inline table
            place = places.values[table]
            rest = text[place.start + 1 : place.end - 1].strip()
            pair = self._pair(text, path[-1], names, None) + (", " if rest else "")
            return text[: place.start + 1] + pair + text[place.start + 1 :]
        if table in places.keys and not any(header[: len(table)] == table for header in places.headers):
            return self._dotted(text, places.keys[table], path[-1], names)
        if not table:
            return self._pair(text, path[-1], names, "") + newline(text) + text
        gap = "" if not text else newline(text) if text.endswith("\n") else newline(text) * 2
        header = "[" + ".".join(map(_key, table)) + "]"
        return text + gap + header + newline(text) + self._pair(text, path[-1], names, "") + newline(text)

    def _beside(self, text: str, key: Range, value: Range, name: str, names: Sequence[str]) -> str:
        """Return the text with the list after the one at `value`, whose key is written the same way."""
        lead = text[line_start(text, key.start) : key.start]
        if "{" in lead:
            return text[: value.end] + ", " + self._pair(text, name, names, None) + text[value.end :]
        multiline = "\n" in source(text, value)
        pair = lead + self._pair(text, name, names, indent_at(text, key.start), multiline=multiline)
        end = text.find("\n", value.end)
        if end < 0:
            return text + newline(text) + pair + newline(text)
        return text[: end + 1] + pair + newline(text) + text[end + 1 :]

    def _dotted(self, text: str, table: Range, name: str, names: Sequence[str]) -> str:
        """Return the text with the list before the first dotted key of its table."""
        start = line_start(text, table.start)
        lead = text[start : table.end] + "."
        if "{" in lead:
            pair = source(text, table) + "." + self._pair(text, name, names, None) + ", "
            return text[: table.start] + pair + text[table.start :]
        pair = lead + self._pair(text, name, names, indent_at(text, table.start))
        return text[:start] + pair + newline(text) + text[start:]

    def _pair(self, text: str, name: str, names: Sequence[str], indent: str | None, *, multiline: bool = False) -> str:
        """Return the key with its list; on one line when `indent` is None."""
        literals = [double_quoted(scope) for scope in names]
        line = f"{_key(name)} = [{', '.join(literals)}]"
        if indent is None or (not multiline and len(line) <= _LINE_LENGTH):
            return line
        end = newline(text)
        return f"{_key(name)} = [{end}" + "".join(f"{indent}    {item},{end}" for item in literals) + f"{indent}]"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else double_quoted(name)
