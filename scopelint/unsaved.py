"""Texts that an editor has not saved yet, in place of files on the disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scopelint.discover.languages import is_test

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scopelint.config import Config


def texts_inside(root: Path, unsaved: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return texts by path relative to the root, those elsewhere left out."""
    inside = os.path.join(root, "")
    return {path[len(inside) :].replace(os.sep, "/"): text for path, text in unsaved.items() if path.startswith(inside)}


def with_unsaved(root: Path, files: tuple[str, ...], texts: Mapping[str, bytes], config: Config) -> tuple[str, ...]:
    """Return the files with those of the texts that are on the disk not yet, unless they are test code left out."""
    new = (path for path in texts if not os.path.lexists(root / path) and (config.include_tests or not is_test(path)))
    return tuple(sorted({*files, *new}))
