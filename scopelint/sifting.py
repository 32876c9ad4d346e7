"""Which of a project's files deserve a parse, and which of an environment's packages, by its configuration."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

import msgspec

from scopelint.sieve import Markers, Packages, importing, sieve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from scopelint.catalog.model import Catalog
    from scopelint.config import Config
    from scopelint.installed import InstalledTree

_HTTP_WORDS = (
    *("requests", "httpx", "aiohttp", "urllib", "http.client", "niquests", "treq", "tornado", "curl", "uplink"),
    *("httplib2", "authlib", "kiota", "providers.http", "http_hook", "http_operator", "http_sensor"),
    *("rest_api", "rest_client", "singer_sdk", "airbyte_cdk"),
)


def sift(
    root: Path,
    files: tuple[str, ...],
    config: Config,
    catalog: Catalog,
    every_host: bool,
    unsaved: Mapping[str, bytes],
    search: tuple[tuple[str, InstalledTree], ...],
    certain: Callable[[Sequence[str]], None],
    likely: Sequence[str],
) -> tuple[str, ...]:
    """Return the files that deserve a parse; `unsaved` texts stand for those of files on the disk.

    `search` are the folders where imports may lead: what they hold is not sifted, so that its importers are kept. Of an
    environment's packages only those are looked at that name the platform. `certain` is told, early, files that deserve
    it for certain; those that `likely` do only save time.
    """
    markers = _markers(config, catalog, ("scopelint:",), "SCL")
    libraries = (*_HTTP_WORDS, "pycurl", "curl_cffi", "HTTPSConnection")
    markers = msgspec.structs.replace(markers, libraries=tuple(word.encode() for word in libraries))
    if every_host:
        markers = msgspec.structs.replace(markers, words=(*(word.encode() for word in _HTTP_WORDS), *markers.words))
    importers = importing(os.fspath(root), files, frozenset(_shared_modules(search)))
    return sieve(root, files, markers, {*unsaved, *importers}, certain, likely).paths


def search_trees(folders: tuple[str, ...], config: Config, catalog: Catalog) -> tuple[tuple[str, InstalledTree], ...]:
    """Return the trees of the absolute folders where imports may lead, each with its folder."""
    if not folders:
        return ()
    from scopelint import installed  # with the linker

    return installed.search_trees(folders, lambda folder: _packages(folder, config, catalog))


def _packages(folder: str, config: Config, catalog: Catalog) -> Packages | None:
    """Return the packages of an environment's folder, which know whether they may lead to the platform.

    None for another folder: what a search path or the repository holds is there to be read.
    """
    if not _is_environment(folder):
        return None
    from scopelint.link import libraries

    table = libraries.load()
    closed = sys.stdlib_module_names | table.tops
    return Packages(folder, _markers(config, catalog), table.modules, closed)


def _markers(config: Config, catalog: Catalog, more: tuple[str, ...] = (), code: str = "") -> Markers:
    names = (*catalog.variables, *(base.host for base in catalog.bases), *_configured_names(config), *more)
    return Markers.of_platform(catalog.hosts, catalog.prefix, [row.path for row in catalog.endpoints], names, code)


def _configured_names(config: Config) -> tuple[str, ...]:
    return tuple(name.split(".")[0].replace("()", "") for name in config.operations)


def _is_environment(folder: str) -> bool:
    return os.path.basename(folder.rstrip("/\\")) == "site-packages"


def _shared_modules(search: tuple[tuple[str, InstalledTree], ...]) -> Iterator[str]:
    """Yield the names of the modules and packages in the searched folders, of installed ones as far as they matter."""
    for folder, tree in search:
        if _is_environment(folder):
            yield from sorted(tree.naming_the_platform())
            continue
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            names = (entry.name.removesuffix(".py") for entry in entries)
            yield from sorted(name for name in names if name.isidentifier())
