"""How each format writes strings and new lists, for the editor."""

import json
import re
from collections.abc import Sequence
from typing import Protocol

from scopelint.errors import ScopelintError
from scopelint.manifest.document import KeyPath, Lookup, Range


class Layout(Protocol):
    """What the editor asks of a format."""

    def parse(self, text: str, shown: str) -> Lookup:
        """Return what answers questions for the text's fields; raises ScopelintError."""

    def create(self, text: str, path: KeyPath, names: Sequence[str]) -> str:
        """Return the text with a new list at `path`, which is not there yet, and the tables around it."""

    def quote(self, name: str, sample: str) -> str:
        """Return a string literal, in the manner of the sample when there is one."""


def layout_of(suffix: str, shown: str) -> Layout:
    """Return the layout of a file's format; raises ScopelintError when it cannot be edited."""
    if suffix == ".toml":
        from scopelint.manifest.toml_layout import TomlLayout

        return TomlLayout()
    if suffix == ".json":
        from scopelint.manifest.json_layout import JsonLayout

        return JsonLayout()
    raise ScopelintError("only TOML and JSON manifests can be edited: change it by hand", shown)


def source(text: str, place: Range) -> str:
    """Return the piece of the text."""
    return text[place.start : place.end]


def double_quoted(name: str) -> str:
    """Return a string literal that both TOML and JSON read as the name."""
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")


def line_start(text: str, offset: int) -> int:
    """Return the offset at which the line of an offset begins."""
    return text.rfind("\n", 0, offset) + 1


def indent_at(text: str, offset: int) -> str:
    """Return the indentation of the line of an offset."""
    match = re.compile(r"[ \t]*").match(text, line_start(text, offset))
    return match[0] if match else ""
