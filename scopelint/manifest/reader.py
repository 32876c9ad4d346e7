"""Reading a manifest: the scopes that it declares, and where."""

import os
import re
from pathlib import Path

import msgspec

from scopelint.elsewhere import relative
from scopelint.errors import ScopelintError
from scopelint.manifest.absent import absent_keys
from scopelint.manifest.document import Field, Item, KeyPath, Kind, Lines, Lookup, Range
from scopelint.model import Manifest, ScopeEntry, Span
from scopelint.textfile import read_text

_KEEP = re.compile(r"#\s*scopelint:\s*keep\b")


class ManifestKeys(msgspec.Struct, frozen=True):
    """The dotted key paths of the two lists of scopes; "" for a list that the file does not have."""

    required: str = "permissions.scopes"
    optional: str = "permissions.optional_scopes"

    def paths(self) -> tuple[KeyPath, KeyPath]:
        """Return both as tuples of keys."""
        return tuple(self.required.split(".")), tuple(self.optional.split(".")) if self.optional else ()


def read(path: Path, root: Path, keys: ManifestKeys | None = None) -> Manifest:
    """Return the manifest in a TOML, JSON or YAML file; places in it are relative to `root`.

    A file without the keys declares no scopes; other keys are nobody's concern. Raises ScopelintError with file and
    line for a file that cannot be read or parsed, or whose lists of scopes are none.
    """
    shown = shown_path(path, root)
    text = read_text(path, shown)
    keys = keys or ManifestKeys()
    field = open_document(text, path.suffix, shown)
    lines = Lines(text)
    entries: list[ScopeEntry] = []
    for key_path, optional in zip(keys.paths(), (False, True), strict=True):
        for item in scope_items(field, key_path, shown, lines):
            entries.append(ScopeEntry(item.text or "", optional, lines.span(shown, item.place)))
    return Manifest(
        path=shown,
        folder=shown.rpartition("/")[0],
        entries=_with_keep_marks(sorted(entries, key=lambda entry: entry.span), text),
        section=_section(field, keys.paths()[0], shown, lines),
        keep_marks=_keep_marks(text, shown),
        absent=tuple(absent_keys(field, keys.paths(), lines)),
        required=keys.required,
    )


def shown_path(path: Path, root: Path) -> str:
    """Return the path relative to `root`, with forward slashes: with `..` when it lies elsewhere."""
    return relative(os.fspath(path.parent.resolve() / path.name), os.fspath(root.resolve()))


def open_document(text: str, suffix: str, shown: str) -> Lookup:
    """Parse a text by its file's suffix, and return what answers questions for fields. Raises ScopelintError."""
    if suffix == ".toml":
        from scopelint.manifest.toml_format import TomlDocument

        return TomlDocument(text, shown).field
    if suffix == ".json":
        from scopelint.manifest.json_format import JsonDocument

        return JsonDocument(text, shown).field
    if suffix in (".yaml", ".yml"):
        from scopelint.manifest.yaml_format import YamlDocument

        return YamlDocument(text, shown).field
    raise ScopelintError("is no manifest: its name must end with .toml, .json, .yaml or .yml", shown)


def scope_items(field: Lookup, path: KeyPath, shown: str, lines: Lines) -> tuple[Item, ...]:
    """Return the scopes in the list at `path`; raises ScopelintError when it is no list of strings."""
    for length in range(1, len(path)):
        table = field(path[:length])
        if table is None:
            return ()
        if table.kind is not Kind.TABLE:
            raise _wrong(table, path[:length], "a table", shown, lines)
    found = field(path) if path else None
    if found is None:
        return ()
    if found.kind is not Kind.ARRAY:
        raise _wrong(found, path, "a list of scopes", shown, lines)
    for item in found.items:
        if item.text is None:
            message = f'"{".".join(path)}" must be a list of strings'
            raise ScopelintError(message, shown, lines.line(item.place.start))
    return found.items


def _wrong(field: Field, path: KeyPath, wanted: str, shown: str, lines: Lines) -> ScopelintError:
    message = f'"{".".join(path)}" must be {wanted}, not {field.kind.value}'
    return ScopelintError(message, shown, lines.line(field.key.start))


def _section(field: Lookup, path: KeyPath, shown: str, lines: Lines) -> Span:
    section = field(path[:-1]) if len(path) > 1 else field(path)
    first_line = Range(0, len(lines.rest(0).rstrip("\r")))
    return lines.span(shown, section.key if section else first_line)


def _keep_marks(text: str, shown: str) -> tuple[Span, ...]:
    """Return the places of the comments that ask to keep a scope."""
    found = []
    for number, row in enumerate(text.split("\n"), 1):
        match = _KEEP.search(row)
        if match:
            found.append(Span(shown, number, match.start() + 1, number, match.end() + 1))
    return tuple(found)


def _with_keep_marks(entries: list[ScopeEntry], text: str) -> tuple[ScopeEntry, ...]:
    """Return the entries, with `keep` for those on a line that ends with the comment."""
    last_columns = {entry.span.end_line: entry.span.end_column for entry in entries}  # the entries are in order
    rows = text.split("\n")
    kept = {line for line, column in last_columns.items() if _KEEP.search(rows[line - 1], column - 1)}
    return tuple(
        msgspec.structs.replace(entry, keep=True) if entry.span.end_line in kept else entry for entry in entries
    )
