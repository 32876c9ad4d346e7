"""Which files there are: Python code, test code, and sources of other languages."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

import msgspec

from scopelint.discover import ignores, walk
from scopelint.discover.languages import CONFIGURATION, OTHER, PYTHON, is_test, language
from scopelint.errors import ScopelintError

_SHEBANG_BYTES = 200


class DiscoverOptions(msgspec.Struct, frozen=True):
    """`exclude`: patterns as in a .gitignore file, relative to the root."""

    exclude: tuple[str, ...] = ()


class Discovery(msgspec.Struct, frozen=True):
    """Files of a tree, as sorted paths relative to its root, with forward slashes.

    `python` holds the code, `tests` the Python test code, `other` sources of other languages, `configuration` files
    that may name code by its dotted path. Names that are not valid UTF-8 carry surrogate escapes.
    """

    python: tuple[str, ...]
    tests: tuple[str, ...]
    other: tuple[str, ...]
    configuration: tuple[str, ...] = ()


def discover(root: Path, paths: Sequence[Path] = (), options: DiscoverOptions | None = None) -> Discovery:
    """Find the source files below `paths`, or in the whole tree when there are none.

    Relative `paths` count from the current folder. Symbolic links are never followed, except a path that is named here
    and whose target lies in the root. Only regular files are told, and none is opened except a named file of no known
    name, for its first line. A file that is named here is taken whatever ignores it.

    Raises ScopelintError for a path that does not exist, cannot be read, lies outside of the root, or is a file of no
    known language.
    """
    options = options or DiscoverOptions()
    base = os.path.realpath(root)
    found: dict[str, str] = {}
    named: dict[str, str] = {}
    for path in paths or (root,):
        start = _inside(base, path)
        mode = _mode(path)
        if stat.S_ISDIR(mode):
            found.update(_below(base, start, options))
        elif stat.S_ISREG(mode):
            named[start] = _language_of_named(path, start)
        else:
            raise ScopelintError("is neither a file nor a folder", str(path))
    return _sorted_out(found | named)


def _inside(base: str, path: Path) -> str:
    """`path` relative to the root, links resolved; "" for the root itself."""
    try:
        real = os.path.realpath(path, strict=True)
    except (OSError, ValueError) as error:
        raise ScopelintError(f"cannot be read: {_reason(error)}", str(path)) from None
    if real == base:
        return ""
    inside = os.path.join(base, "")
    if not real.startswith(inside):
        raise ScopelintError(f"lies outside of the project's root, {base}", str(path))
    return real[len(inside) :].replace(os.sep, "/")


def _mode(path: Path) -> int:
    try:
        return os.stat(path).st_mode
    except OSError as error:
        raise ScopelintError(f"cannot be read: {_reason(error)}", str(path)) from None


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or "not a path"


def _below(base: str, start: str, options: DiscoverOptions) -> dict[str, str]:
    found = walk.listed(base, start)
    patterns = ignores.parse(options.exclude) if options.exclude else None
    if patterns is None:
        return found
    return {path: kind for path, kind in found.items() if not ignores.excluded_with_folders(path, patterns)}


def _language_of_named(file: Path, path: str) -> str:
    by_name = language(path)
    if by_name in (PYTHON, OTHER):
        return by_name
    try:
        with open(file, "rb") as stream:
            first_line = stream.read(_SHEBANG_BYTES).split(b"\n")[0]
    except OSError as error:
        raise ScopelintError(f"cannot be read: {_reason(error)}", path) from None
    if first_line.startswith(b"#!"):
        return PYTHON if b"python" in first_line else OTHER
    raise ScopelintError("is no Python file, by its name or by its first line", path)


def _sorted_out(kinds: dict[str, str]) -> Discovery:
    python: list[str] = []
    tests: list[str] = []
    other: list[str] = []
    configuration: list[str] = []
    for path in sorted(kinds):
        kind = kinds[path]
        if kind == CONFIGURATION:
            configuration.append(path)
        elif kind == PYTHON:
            (tests if is_test(path) else python).append(path)
        elif kind == OTHER:
            other.append(path)
    return Discovery(tuple(python), tuple(tests), tuple(other), tuple(configuration))
