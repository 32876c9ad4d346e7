"""JSON manifests: the standard parser says what is there, a scanner says where."""

import json
import re
from typing import Any

from scopelint.errors import ScopelintError
from scopelint.manifest.document import Field, KeyPath, Places, Range, field_of

_BLANK = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SCALAR = re.compile(r"[^\s,\]}]+")


class JsonDocument:
    """A JSON text that can be asked for fields and where they stand."""

    def __init__(self, text: str, shown: str) -> None:
        """Parse the text; `shown` is its name in errors. Raises ScopelintError, for a key that is there twice too."""
        try:
            self.data: Any = json.loads(text)
            if not isinstance(self.data, dict):
                raise ScopelintError("must hold a JSON object", shown, 1)
            self.places = _Scanner(text, shown).scan()
        except json.JSONDecodeError as error:
            raise ScopelintError(f"is not valid JSON: {error.msg}", shown, error.lineno) from None
        except RecursionError:
            raise ScopelintError("is nested too deeply", shown) from None
        except ValueError:  # more digits than Python converts
            raise ScopelintError("holds a number that is too long", shown) from None

    def field(self, path: KeyPath) -> Field | None:
        """Return the field at a path of keys, or None."""
        return field_of(self.data, self.places, path)


class _Scanner:
    """Walks a valid JSON text once, and notes where keys and values stand."""

    def __init__(self, text: str, shown: str) -> None:
        self.text = text
        self.shown = shown
        self.position = 0
        self.places = Places({}, {}, {})

    def scan(self) -> Places:
        self._skip()
        self._value(())
        return self.places

    def _value(self, path: tuple[str | int, ...]) -> None:
        start = self.position
        opening = self.text[start]
        if opening == "{":
            self._object(path)
        elif opening == "[":
            self._array(path)
        else:
            self._take(_STRING if opening == '"' else _SCALAR)
        self.places.values[path] = Range(start, self.position)

    def _object(self, path: tuple[str | int, ...]) -> None:
        self.position += 1
        self._skip()
        while self.text[self.position] != "}":
            start = self.position
            key = json.loads(self._take(_STRING))
            if (*path, key) in self.places.keys:
                line = self.text.count("\n", 0, start) + 1
                raise ScopelintError(f'the key "{key}" is there twice', self.shown, line)
            self.places.keys[(*path, key)] = Range(start, self.position)
            self._skip()
            self.position += 1  # ":"
            self._skip()
            self._value((*path, key))
            self._next()
        self.position += 1

    def _array(self, path: tuple[str | int, ...]) -> None:
        self.position += 1
        self._skip()
        number = 0
        while self.text[self.position] != "]":
            self._value((*path, number))
            number += 1
            self._next()
        self.position += 1

    def _next(self) -> None:
        self._skip()
        if self.text[self.position] == ",":
            self.position += 1
            self._skip()

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.position)
        assert match is not None  # the parser took the text
        self.position = match.end()
        return match[0]

    def _skip(self) -> None:
        match = _BLANK.match(self.text, self.position)
        self.position = match.end() if match else self.position
