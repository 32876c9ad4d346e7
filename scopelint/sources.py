"""The project's code for the linker: which files are read, their facts, and where else imports may lead."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scopelint.discover.languages import is_test
from scopelint.facts import extract
from scopelint.facts.ir import ModuleFacts, Unreadable
from scopelint.link import LinkRequest, Linked, link
from scopelint.link.libraries import Row, Sender
from scopelint.link.modules import Modules, Tree
from scopelint.link.ownership import library_test
from scopelint.model import Span, UnreadableFile
from scopelint.sieve import Markers, sieve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from scopelint.catalog.model import Catalog
    from scopelint.config import ClientRow, Config
    from scopelint.facts.ir import Facts

MAX_FILE_BYTES = 20 * 1024 * 1024
_HTTP_WORDS = (
    "requests", "httpx", "aiohttp", "urllib", "http.client", "niquests", "treq", "tornado", "curl", "uplink", "httplib2", "authlib",
)  # fmt: skip


class Code:
    """A project's Python files as the linker sees them; facts are read once, on demand."""

    def __init__(
        self,
        root: Path,
        files: tuple[str, ...],
        kept: tuple[str, ...],
        config: Config,
        catalog: Catalog,
        unsaved: Mapping[str, bytes],
    ) -> None:
        self._root = os.fspath(root)
        self._unsaved = unsaved
        self._files = files
        self._kept = kept
        self._config = config
        self._catalog = catalog
        self._facts: dict[str, Facts | None] = {}
        self._tree = Tree(files)
        self._search = tuple(_search_roots(root, config))

    def load(self, path: str) -> Facts | None:
        """Return a file's facts, None when it cannot be read at all."""
        if path not in self._facts:
            text = self._unsaved.get(path)
            full = path if os.path.isabs(path) else os.path.join(self._root, path)
            self._facts[path] = _read(full) if text is None else _extract(text)
        return self._facts[path]

    def link(self, owned: tuple[str, ...], mentioned: frozenset[str] = frozenset()) -> Linked:
        """Run the program from the files that an app owns."""
        kept = frozenset(self._kept)
        own = tuple(path for path in owned if path in kept)
        facts = {path: found for path in self._kept if isinstance(found := self.load(path), ModuleFacts)}
        catalog = self._catalog
        modules = Modules(self._tree, self.load, (), lambda _path: False, frozenset())
        is_library = library_test(self._tree, facts, modules.resolve, self._config.library)
        return link(
            LinkRequest(
                files=self._files,
                own=own,
                load=self.load,
                search=self._search,
                is_library=is_library,
                variables=frozenset(catalog.variables),
                hosts=frozenset(catalog.hosts) | {base.host.partition(":")[0] for base in catalog.bases},
                clients=tuple(map(_row, self._config.clients)),
                operations=self._config.operations,
                operation_names=frozenset(catalog.operation_names()),
                mentioned=mentioned,
                shapes=tuple(dict.fromkeys(row.shape[catalog.prefix.count("/") :] for row in catalog.endpoints)),
                count_dead_code=self._config.count_dead_code,
            )
        )

    def analysed(self) -> tuple[str, ...]:
        """Return the project's files whose code was read."""
        return tuple(sorted(path for path, facts in self._facts.items() if facts is not None and not os.path.isabs(path)))

    def unreadable(self) -> tuple[UnreadableFile, ...]:
        """Return the project's files that gave no facts."""
        found = []
        for path, facts in sorted(self._facts.items()):
            if isinstance(facts, Unreadable) and not os.path.isabs(path):
                span = Span(path, facts.line, facts.column, facts.line, facts.column + 1)
                found.append(UnreadableFile(span, facts.message))
        return tuple(found)

    def comments(self) -> dict[str, tuple[tuple[int, str], ...]]:
        """Return the comments that may suppress findings, by file."""
        return {
            path: facts.comments
            for path, facts in self._facts.items()
            if isinstance(facts, ModuleFacts) and facts.comments and not os.path.isabs(path)
        }

    def incomplete(self) -> tuple[str, ...]:
        """Return what could not be read at all."""
        return tuple(sorted(f"{path} cannot be read" for path, facts in self._facts.items() if facts is None))


def unsaved_texts(root: Path, unsaved: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return texts by path relative to the root, those elsewhere left out."""
    inside = os.path.join(root, "")
    return {path[len(inside) :].replace(os.sep, "/"): text for path, text in unsaved.items() if path.startswith(inside)}


def with_unsaved(root: Path, files: tuple[str, ...], texts: Mapping[str, bytes], config: Config) -> tuple[str, ...]:
    """Return the files with those of the texts that are on the disk not yet, unless they are test code left out."""
    new = (path for path in texts if not os.path.lexists(root / path) and (config.include_tests or not is_test(path)))
    return tuple(sorted({*files, *new}))


def read(
    root: Path,
    files: tuple[str, ...],
    config: Config,
    catalog: Catalog,
    every_host: bool,
    unsaved: Mapping[str, bytes] | None = None,
) -> Code:
    """Sift the files and return the code to link; `unsaved` texts stand for those of files on the disk."""
    texts = {path: text for path, text in (unsaved or {}).items() if path in files}
    if not config.sieve:
        return Code(root, files, files, config, catalog, texts)
    names = (*catalog.variables, *(base.host for base in catalog.bases), *_configured_names(config), "scopelint:")
    if every_host:
        markers = Markers(words=tuple(word.encode() for word in (*_HTTP_WORDS, *names)), code=b"SCL")
    else:
        markers = Markers.of_platform(catalog.hosts, catalog.prefix, [row.path for row in catalog.endpoints], names, "SCL")
    return Code(root, files, sieve(root, files, markers, texts).paths, config, catalog, texts)


def _configured_names(config: Config) -> tuple[str, ...]:
    return tuple(name.split(".")[0].replace("()", "") for name in config.operations)


def _read(path: str) -> Facts | None:
    try:
        with open(path, "rb") as file:
            source = file.read(MAX_FILE_BYTES + 1)
    except OSError:
        return None
    return _extract(source)


def _extract(source: bytes) -> Facts:
    if len(source) > MAX_FILE_BYTES:
        return Unreadable(1, 1, f"larger than {MAX_FILE_BYTES} bytes")
    return extract(source)


def _search_roots(root: Path, config: Config) -> list[tuple[str, tuple[str, ...]]]:
    """Return the folders where imports are looked for besides the project, each with its files."""
    folders = [os.path.join(config.folder or root, path) for path in config.search_paths]
    folders += _site_packages(root, config)
    return [(os.path.join(folder, ""), _listing(folder)) for folder in folders if os.path.isdir(folder)]


def _site_packages(root: Path, config: Config) -> list[str]:
    import glob

    if config.python:
        given = os.path.join(config.folder or root, config.python)
        candidates = [given, os.path.dirname(os.path.dirname(given))]
    else:
        candidates = [os.path.join(root, ".venv"), os.path.join(root, "venv"), os.environ.get("VIRTUAL_ENV", "")]
    for candidate in candidates:
        if not candidate:
            continue
        found = [*glob.glob(os.path.join(glob.escape(candidate), "lib", "python3*", "site-packages")), os.path.join(candidate, "Lib", "site-packages")]
        existing = [folder for folder in found if os.path.isdir(folder)]
        if existing:
            return existing
        if os.path.basename(candidate) == "site-packages" and os.path.isdir(candidate):
            return [candidate]
    return []


class _Listing(tuple[str, ...]):
    """The files below a folder."""


def _listing(folder: str) -> tuple[str, ...]:
    found = []
    for base, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.endswith((".dist-info", ".egg-info"))]
        prefix = os.path.relpath(base, folder).replace(os.sep, "/")
        prefix = "" if prefix == "." else prefix + "/"
        found.extend(prefix + name for name in names if name.endswith(".py"))
    return tuple(sorted(found))


def _row(row: ClientRow) -> Row:
    """Return a configured row in the table's form."""
    signature = tuple(part.split("=")[0].split(":")[0].strip().lstrip("*") for part in row.signature.split(",") if part.strip(" *"))
    if row.call:
        return Row(call=(row.call,), signature=signature, method=row.method, url=row.url or "url", query=row.query)
    verbs = Sender(names=("{verb}",), signature=("url",), query=row.query or "params")
    request = Sender(names=("request", "stream"), signature=("method", "url"), method="method", query=row.query or "params")
    return Row(kind="client", classes=(row.class_,), signature=signature, base=row.base, methods=(verbs, request))


def relevant(mapping: Mapping[str, object], names: Sequence[str]) -> list[str]:
    """Return the names that a mapping has."""
    return [name for name in names if name in mapping]
