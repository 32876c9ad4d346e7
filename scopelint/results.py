"""Whole reports of earlier runs, for a project in which nothing has changed since."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import msgspec

from scopelint.cache import Cache, key, stamp
from scopelint.config import FailOn
from scopelint.model import Manifest, Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from scopelint.config import Config
    from scopelint.discover import Discovery


class _Saved(msgspec.Struct, frozen=True):
    """A report, and what it depends on outside of the project: files and folders, and the stamp that they had."""

    report: Report
    outside: tuple[str, ...]
    outside_stamp: bytes


class Results:
    """The reports of earlier runs in the cache. `tool` identifies this version of scopelint; None: nothing is kept.

    `started` is the time when this run began (`time.time()`): what was written later may have been read half-way.
    """

    def __init__(self, cache: Cache, tool: bytes | None, started: float) -> None:
        self._cache = cache
        self._tool = tool
        self._started = started

    def key(
        self,
        root: Path,
        found: Discovery,
        manifests: Sequence[Manifest],
        config: Config,
        search: Sequence[str],
        purpose: Sequence[str],
    ) -> bytes | None:
        """Return the digest of all that a report depends on inside the project, None when none may be kept.

        `purpose` tells what was asked for besides the configuration. It must be called before any file is read.
        """
        if self._tool is None:
            return None
        files = [*found.python, *found.other, *found.configuration, *(manifest.path for manifest in manifests)]
        if config.include_tests:
            files += found.tests
        if config.catalog:
            files.append(os.path.join(config.folder, config.catalog))
        state = stamp(os.fspath(root), files, self._started)
        if state is None:
            return None
        same = msgspec.structs.replace(
            config, baseline=None, cache_dir=None, fail_on=FailOn.WARNING, format="text", jobs=0, no_cache=False
        )
        try:
            values = msgspec.msgpack.encode((same, manifests, found.tests, search, purpose))
        except ValueError:  # a path that is no Unicode
            return None
        python = repr((sys.version_info[:3], sys.platform)).encode()
        return key(self._tool, b"report", python, os.fsencode(root), state, values)

    def recall(self, digest: bytes | None) -> Report | None:
        """Return the report that was kept under this key, if what it depends on elsewhere has not changed either."""
        data = self._cache.get(digest) if digest is not None else None
        if data is None:
            return None
        try:
            saved = msgspec.msgpack.decode(data, type=_Saved)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        return saved.report if stamp("", saved.outside, self._started) == saved.outside_stamp else None

    def keep(self, digest: bytes | None, report: Report, outside: Iterable[str]) -> None:
        """Keep a report, unless it is incomplete; `outside` are the absolute paths of what was read elsewhere."""
        paths = tuple(sorted(outside))
        if digest is None or report.incomplete:
            return
        state = stamp("", paths, self._started)
        if state is None:
            return
        try:
            data = msgspec.msgpack.encode(_Saved(report, paths, state))
        except (ValueError, OverflowError, RecursionError):
            return
        self._cache.put(digest, data)
