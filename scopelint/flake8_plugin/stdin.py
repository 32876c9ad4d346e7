"""The text that an editor sends to flake8 instead of a file on the disk (`-`, `--stdin-display-name`)."""

from __future__ import annotations

import io
import tokenize
from typing import TYPE_CHECKING

from flake8.utils import is_using_stdin, stdin_get_value

from scopelint.flake8_plugin.paths import absolute

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping


def unsaved(options: argparse.Namespace) -> Mapping[str, bytes]:
    """Return the text of standard input by the absolute path that flake8 tells its findings at; nothing without it."""
    if not is_using_stdin(options.filenames or []):
        return {}
    return {absolute(options.stdin_display_name): _bytes(stdin_get_value())}


def _bytes(text: str) -> bytes:
    """Return the text as a file that declares its own encoding holds it: flake8 has decoded it already."""
    data = text.encode("utf-8", "surrogatepass")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return text.encode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        return data
