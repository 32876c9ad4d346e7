"""What the manifest formats have in common: fields and where they stand in the text."""

import bisect
import enum
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from scopelint.model import Span

KeyPath = tuple[str, ...]


class Range(msgspec.Struct, frozen=True):
    """Offsets of a piece of the text, the end exclusive."""

    start: int
    end: int


class Kind(enum.Enum):
    """What a field holds, as far as a manifest's reader must tell."""

    TABLE = "a table"
    ARRAY = "an array"
    OTHER = "a single value"


class Item(msgspec.Struct, frozen=True):
    """An element of an array; `text` is None when it is no string."""

    text: str | None
    place: Range


class Field(msgspec.Struct, frozen=True):
    """A key with its value; `key` is where the name stands (for a TOML section, the header), `value` the value.

    An array has `items`, a table the `names` of its keys. The field at the empty path is the whole file.
    """

    kind: Kind
    key: Range
    value: Range
    items: tuple[Item, ...] = ()
    names: tuple[str, ...] = ()


Lookup = Callable[[KeyPath], Field | None]  # raises ScopelintError when the way there is not made of tables


class Places(msgspec.Struct):
    """Where keys and values stand, by their path; array elements have their number in it. Filled by a scanner."""

    keys: dict[tuple[str | int, ...], Range]
    values: dict[tuple[str | int, ...], Range]
    headers: dict[tuple[str | int, ...], Range]  # TOML's `[section]`s


def field_of(data: Mapping[str, Any], places: Places, path: KeyPath) -> Field | None:
    """Return the field at a path of parsed data; None when it, or a table on the way, is not there."""
    value: Any = data
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    kind = Kind.TABLE if isinstance(value, Mapping) else Kind.ARRAY if isinstance(value, list) else Kind.OTHER
    key_place = places.headers.get(path) or places.keys.get(path) or Range(0, 0)
    items: tuple[Item, ...] = ()
    if isinstance(value, list):
        items = tuple(
            Item(element if isinstance(element, str) else None, places.values.get((*path, number), key_place))
            for number, element in enumerate(value)
        )
    names = tuple(value) if isinstance(value, Mapping) else ()
    return Field(kind, key_place, places.values.get(path, key_place), items, names)


class Lines:
    """A text's lines, for turning offsets into lines and columns."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]
        start = text.find("\n")
        while start >= 0:
            self._starts.append(start + 1)
            start = text.find("\n", start + 1)

    def line(self, offset: int) -> int:
        """Return the line of an offset, from 1."""
        return bisect.bisect_right(self._starts, offset)

    def span(self, path: str, place: Range) -> Span:
        """Return the span of a piece of the text."""
        first, last = self.line(place.start), self.line(place.end)
        return Span(
            path,
            first,
            place.start - self._starts[first - 1] + 1,
            last,
            place.end - self._starts[last - 1] + 1,
        )

    def rest(self, offset: int) -> str:
        """Return the text from an offset to the end of its line."""
        end = self._text.find("\n", offset)
        return self._text[offset : end if end >= 0 else None]
