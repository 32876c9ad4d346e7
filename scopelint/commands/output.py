"""Where output goes: the terminal, a pipe that may close, or files."""

import contextlib
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from scopelint.errors import ScopelintError
from scopelint.report import FORMATS
from scopelint.report.printable import printable


def print_text(text: str) -> None:
    """Write to standard output: UTF-8 into files and pipes; a reader that goes away ends the output quietly."""
    try:
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # typed as TextIO
        else:
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else the exit would try to flush again


def print_note(text: str) -> None:
    """Write one line to standard error, beside the report."""
    with contextlib.suppress(OSError):  # nobody reads it
        sys.stderr.write(f"scopelint: note: {printable(text)}\n")


def destinations(outputs: Sequence[str], default: str) -> tuple[list[tuple[str, Path]], bool]:
    """Return the files to write, each with its format, and whether one of them stands for the terminal."""
    files: list[tuple[str, Path]] = []
    instead = False
    for output in outputs:
        name, _, file = output.partition(":")
        if name in FORMATS and file:
            files.append((name, Path(file)))
        else:
            files.append((default, Path(output)))
            instead = True
    return files, instead


def write_file(path: Path, text: str) -> None:
    """Write a report to a file, whole or not at all; raises ScopelintError when it cannot be written."""
    data = text.encode("utf-8", "backslashreplace")
    try:
        if path.exists() and not path.is_file():  # /dev/stdout, a named pipe
            path.write_bytes(data)
            return
        target = path.resolve()
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
        try:
            with temporary.open("xb") as file:
                file.write(data)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise ScopelintError(f"cannot be written: {error.strerror}", str(path)) from None
