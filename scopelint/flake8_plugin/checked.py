"""Which files flake8 reads, by its own judgement."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from flake8.discover_files import expand_paths
from flake8.processor import FileProcessor

from scopelint.flake8_plugin.paths import absolute

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping


class CheckedFiles:
    """The files that a run over folders reads; for a run over single files, those that a run over the project would.

    Findings about the manifest are thus told by every run over the project, and by one of several runs over its parts.
    """

    def __init__(self, options: argparse.Namespace, folder: str) -> None:
        self._options = options
        self._folder = folder
        self._read: dict[str, bool] = {}

    def first_of(self, candidates: Iterable[str]) -> str | None:
        """Return the first of some files that flake8 reads, else the first in order of path; None when it reads none.

        All paths are absolute.
        """
        files = (*(path for path in candidates if path in self._arguments), *sorted(self._arguments))
        return next(filter(self.is_read, files), None)

    def is_read(self, path: str) -> bool:
        """Return whether flake8 hands a file to its plugins: it can be parsed and does not opt out of flake8."""
        if path not in self._read:
            self._read[path] = self._is_read(self._arguments.get(path, path))
        return self._read[path]

    def _is_read(self, argument: str) -> bool:
        try:
            processor = FileProcessor(argument, self._options)
            return not processor.should_ignore_file() and bool(processor.build_ast())
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):  # as the parser fails on odd texts
            return False

    @functools.cached_property
    def _arguments(self) -> Mapping[str, str]:
        """By absolute path, the files as flake8 names them."""
        options = self._options
        paths = list(options.filenames)
        if paths and not any(map(os.path.isdir, paths)):
            paths.append(os.path.relpath(self._folder))
        named = expand_paths(
            paths=paths,
            stdin_display_name=options.stdin_display_name,
            filename_patterns=options.filename,
            exclude=(*options.exclude, *options.extend_exclude),
        )
        return {absolute(options.stdin_display_name if name == "-" else name): name for name in named}
