"""TOML manifests: the standard parser says what is there, a scanner says where."""

import re
from typing import Any

from scopelint.errors import ScopelintError
from scopelint.manifest.document import Field, KeyPath, Places, Range, field_of
from scopelint.textfile import parse_toml

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}' + r"|'''(?:[^']|'(?!''))*'{3,5}" + r'|"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^\s,\]}#]+(?: \d[^\s,\]}#]*)?")

Path = tuple[str | int, ...]


class TomlDocument:
    """A TOML text that can be asked for fields and where they stand."""

    def __init__(self, text: str, shown: str) -> None:
        """Parse the text; `shown` is its name in errors. Raises ScopelintError."""
        self.data: dict[str, Any] = parse_toml(text, shown)
        try:
            self.places = _Scanner(text).scan()
        except RecursionError:
            raise ScopelintError("is nested too deeply", shown) from None

    def field(self, path: KeyPath) -> Field | None:
        """Return the field at a path of keys, or None."""
        return field_of(self.data, self.places, path)


class _Scanner:
    """Walks a valid TOML text once, and notes where keys, values and headers stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.places = Places({}, {}, {})
        self._table_counts: dict[Path, int] = {}  # of arrays of tables

    def scan(self) -> Places:
        prefix: Path = ()
        while self._skip(_BLANK):
            if self.text[self.position] == "[":
                prefix = self._header()
            else:
                self._pair(prefix)
        return self.places

    def _header(self) -> Path:
        start = self.position
        is_array = self.text.startswith("[[", start)
        self.position += 2 if is_array else 1
        path: Path = ()
        for key, place in self._key():
            path = (*path, key)
            self.places.keys.setdefault(path, place)
            if path in self._table_counts:
                path = (*path, self._table_counts[path] - 1)
        if is_array:
            path = path[:-1] if path and isinstance(path[-1], int) else path
            number = self._table_counts.get(path, 0)
            self._table_counts[path] = number + 1
            path = (*path, number)
        self.position += 2 if is_array else 1
        self.places.headers[path] = Range(start, self.position)
        return path

    def _pair(self, prefix: Path) -> None:
        path = prefix
        for key, place in self._key():
            path = (*path, key)
            self.places.keys.setdefault(path, place)
        self.position += 1  # "="
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        start = self.position
        opening = self.text[start]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            self._take(_STRING if opening in "\"'" else _SCALAR)
        self.places.values[path] = Range(start, self.position)

    def _array(self, path: Path) -> None:
        self.position += 1
        number = 0
        while self._skip(_BLANK) and self.text[self.position] != "]":
            self._value((*path, number))
            number += 1
            self._skip(_BLANK)
            if self.text[self.position] == ",":
                self.position += 1
        self.position += 1

    def _inline_table(self, path: Path) -> None:
        self.position += 1
        while self._skip(_BLANK) and self.text[self.position] != "}":
            self._pair(path)
            self._skip(_BLANK)
            if self.text[self.position] == ",":
                self.position += 1
        self.position += 1

    def _key(self) -> list[tuple[str, Range]]:
        """Take a dotted key and the space around it; return its parts."""
        parts: list[tuple[str, Range]] = []
        while True:
            self._skip(_SPACE)
            start = self.position
            quoted = self.text[start] in "\"'"
            raw = self._take(_STRING if quoted else _BARE_KEY)
            key = next(iter(parse_toml(raw + " = 0", ""))) if quoted else raw
            parts.append((key, Range(start, self.position)))
            self._skip(_SPACE)
            if self.text[self.position] != ".":
                return parts
            self.position += 1

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.position)
        if match is None:
            raise ScopelintError("is TOML of a kind that scopelint cannot place")
        self.position = match.end()
        return match[0]

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        """Pass over what the pattern matches; return whether any text is left."""
        match = pattern.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return self.position < len(self.text)
