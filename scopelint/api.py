"""What Python programs call: `scopelint.check`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from scopelint import config as configuration
from scopelint import pipeline
from scopelint.config import Config
from scopelint.model import Report

StrPath = str | os.PathLike[str]


def check(paths: StrPath | Iterable[StrPath] = ".", *, config: Config | StrPath | None = None) -> Report:
    """Analyse code as `scopelint check` does, and return what it found.

    `paths` are files or folders. `config` is a configuration, or the file that holds one; by default it is looked for
    from the first path upwards, as the command does. `Config()` is the one that reads no file. The relative paths in a
    `Config` without a file count from the project's root.

    Nothing is printed and no code is imported or run. The report's paths are relative to its `root`; a run that could
    not read everything says so in its `incomplete`. Raises ScopelintError for a path, a configuration or a manifest
    that cannot be used.
    """
    listed = (paths,) if isinstance(paths, str | os.PathLike) else tuple(paths)
    targets = tuple(os.fspath(path) for path in listed) or (".",)
    if not isinstance(config, Config):
        config = configuration.load(Path(targets[0]), Path(config) if config is not None else None)
    return pipeline.check(targets, config)
