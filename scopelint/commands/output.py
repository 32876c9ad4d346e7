"""Where output goes: the terminal, a pipe that may close, or files."""

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from scopelint.errors import ScopelintError
from scopelint.nearest import nearest
from scopelint.report import FORMATS
from scopelint.report.printable import printable


def print_text(text: str) -> None:
    """Write to standard output: UTF-8 into files and pipes; a reader that goes away ends the output quietly.

    Raises ScopelintError when it cannot be written for another reason, such as a full disk.
    """
    stream: TextIO | None = sys.stdout
    if stream is None:
        raise ScopelintError("standard output is closed")
    try:
        if stream.isatty():
            stream.reconfigure(errors="backslashreplace")  # type: ignore[attr-defined]  # typed as TextIO
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[attr-defined]  # as above
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _drop(stream)
    except OSError as error:
        _drop(stream)
        raise ScopelintError(f"standard output cannot be written: {error.strerror}") from None


def _drop(stream: TextIO) -> None:
    """Let what is still buffered go nowhere: the exit would try to write it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def print_note(text: str) -> None:
    """Write one line to standard error, beside the report."""
    _print_line("note", text)


def print_error(text: str) -> None:
    """Write why the run failed, as one line, to standard error."""
    _print_line("error", text)


def _print_line(kind: str, text: str) -> None:
    with contextlib.suppress(OSError):  # nobody reads it
        if sys.stderr is not None:
            sys.stderr.write(f"scopelint: {kind}: {printable(text)}\n")


def destinations(outputs: Sequence[str], default: str) -> tuple[list[tuple[str, Path]], bool]:
    """Return the files to write, each with its format, and whether one of them stands for the terminal.

    Raises ScopelintError for a format that is none.
    """
    files: list[tuple[str, Path]] = []
    instead = False
    for output in outputs:
        name, _, file = output.partition(":")
        if name in FORMATS and file:
            files.append((name, Path(file)))
        elif file and len(name) > 1 and name.isalpha():  # one letter is a drive
            close = nearest(name, FORMATS)
            advice = f"did you mean {close}?" if close else f"write ./{output} for a file of that name"
            raise ScopelintError(f'no format is called "{name}"; {advice}')
        else:
            files.append((default, Path(output)))
            instead = True
    return files, instead


def is_standard_output(file: str) -> bool:
    """Tell whether a file's name stands for standard output, as in other commands."""
    return file == "-"


def write_file(path: Path, text: str) -> None:
    """Write a report to a file, whole or not at all, or to standard output, which "-" stands for.

    Raises ScopelintError when it cannot be written.
    """
    if is_standard_output(str(path)):
        print_text(text)
        return
    import secrets  # here: most reports go to the terminal

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
