"""Made-up values that suit a name, and that answer for whatever is asked of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, ClassVar

FILLER = "zz1"  # every text that is made up; a file of this name exists

_PAGES = ("page", "pages", "limit", "size", "total")
_NUMBERS = ("count", "quantity", "amount", "days", "minutes", "qty", "stock", "threshold", "minimum")
_DATES = ("date", "_at", "datefrom", "dateto", "day", "since", "until", "start", "end")
_ENDS = ("more", "next", "locked", "deleted")  # of flags that are never set: a loop would not end, or do nothing
_FLAGS = ("active", "archived", "deleted", "hidden", "locked", "read", "signed")  # off at first, then on
_NOTHING = ("next", "cursor", "next_cursor", "nextcursor", "error", "errors", "nextpage", "next_page")


class Mood:
    """What made-up values say: at first flags are off and numbers are one, then flags are on and numbers grow."""

    bright = False
    numbers = itertools.count(2)
    compared: ClassVar[dict[str, Iterator[object]]] = {}  # what the app compares a name with, one after the other


class Record(dict[str, Any]):
    """An answer or argument that has every key, and every attribute."""

    def __missing__(self, key: str) -> object:
        return by_name(key)

    def __contains__(self, key: object) -> bool:
        return Mood.bright or super().__contains__(key)

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def get(self, key: str, *_default: object, **_options: object) -> object:
        """Return the key's value; there always is one."""
        return self[key]


class Text(str):
    """A made-up text that also answers as a record and as a number, since nobody knows what the app takes it for."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        return by_name(key) if isinstance(key, str) else super().__getitem__(key)

    def __getattr__(self, name: str) -> object:
        if name.startswith("__") or name == "read":  # what has `read` is taken for a file
            raise AttributeError(name)
        return by_name(name)

    def get(self, key: str, *_default: object) -> object:
        """Return the key's value; there always is one."""
        return by_name(key)

    def keys(self) -> list[str]:
        """Return the only key that is sure."""
        return ["id"]

    def items(self) -> list[tuple[str, str]]:
        """Return the only key that is sure, with its value."""
        return [("id", FILLER)]

    def __format__(self, wanted: str) -> str:
        try:
            return super().__format__(wanted)
        except ValueError:
            return format(number(), wanted)

    def __int__(self) -> int:
        return number()

    def __float__(self) -> float:
        return float(number())

    def __round__(self, _digits: int = 0) -> float:
        return float(number())

    def __neg__(self) -> int:
        return -number()

    def __add__(self, other: Any) -> Any:
        return super().__add__(other) if isinstance(other, str) else number() + other

    def __radd__(self, other: Any) -> Any:
        return other + (str(self) if isinstance(other, str) else number())

    def __sub__(self, other: Any) -> Any:
        return number() - (number() if isinstance(other, str) else other)

    def __rsub__(self, other: Any) -> Any:
        return other - number()

    def __lt__(self, other: Any) -> bool:
        return super().__lt__(other) if isinstance(other, str) else number() < other

    def __le__(self, other: Any) -> bool:
        return super().__le__(other) if isinstance(other, str) else number() <= other

    def __gt__(self, other: Any) -> bool:
        return super().__gt__(other) if isinstance(other, str) else number() > other

    def __ge__(self, other: Any) -> bool:
        return super().__ge__(other) if isinstance(other, str) else number() >= other


def number() -> int:
    """Return a number: one at first, then ever larger ones."""
    return next(Mood.numbers) if Mood.bright else 1


def by_name(name: str) -> object:
    """Return a value that suits a name."""
    if Mood.bright and name in Mood.compared:
        return next(Mood.compared[name])
    low = name.lower()
    if low in _NOTHING:
        return None
    if low.startswith(("has", "is")) and low != "issue":
        return Mood.bright and not low.endswith(_ENDS)
    if low in _FLAGS:
        return Mood.bright
    if low.endswith(_PAGES):
        return 1
    if low.endswith(_NUMBERS):
        return number()
    if low.endswith(_DATES):
        return "2026-01-01T00:00:00+00:00"
    if low in ("data", "items", "results") or (low.endswith("s") and not low.endswith(("ss", "us", "is"))):
        return [Record(id=FILLER)]
    return Text(FILLER)
