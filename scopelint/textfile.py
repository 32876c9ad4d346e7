"""Reading the text and TOML files that users write; whatever is wrong with one is a single line with its place."""

import re
import stat
import sys
from pathlib import Path
from typing import Any

from scopelint.errors import ScopelintError

SIZE_LIMIT = 2**20  # bytes; no manifest and no catalog comes near it


def read_text(path: Path, shown: str, limit: int = SIZE_LIMIT) -> str:
    """Return the text of a UTF-8 file, without byte-order mark and with its line ends as they are.

    `shown` is the file's name in errors. Raises ScopelintError for a file that is missing, no regular file, larger than
    `limit` bytes, or not UTF-8.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a FIFO would be waited for
            raise ScopelintError("is not a file", shown)
        if status.st_size > limit:
            raise ScopelintError(f"is larger than {limit} bytes", shown)
        data = path.read_bytes()
    except OSError as error:
        raise ScopelintError(f"cannot be read: {error.strerror}", shown) from None
    except ValueError:
        raise ScopelintError("is not a file name", shown) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScopelintError("is not UTF-8", shown, data.count(b"\n", 0, error.start) + 1) from None


def parse_toml(text: str, shown: str) -> dict[str, Any]:
    """Return the TOML document's table; raises ScopelintError, with the line, for text that is not TOML."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        at_end = "end of document" in str(error)
        line = int(place[1]) if place else text.rstrip().count("\n") + 1 if at_end else 0
        message = re.sub(r"\s*\(at [^)]*\)$", "", str(error).splitlines()[0])
        raise ScopelintError(f"is not valid TOML: {message}", shown, line) from None
    except RecursionError:
        raise ScopelintError("is nested too deeply", shown) from None
    except ValueError:  # more digits than Python converts
        raise ScopelintError("holds a number that is too long", shown) from None
