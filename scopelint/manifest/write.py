"""Replacing a file whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path

from scopelint.errors import ScopelintError

_BYTE_ORDER_MARK = "\ufeff"


def write(path: Path, text: str, shown: str) -> None:
    """Replace the content of an existing file with the text, in UTF-8.

    An interruption leaves the old file or the new one. The mode and a byte-order mark are kept; of a symbolic link the
    target is replaced. Raises ScopelintError, with `shown` as the file's name, when the file cannot be written.
    """
    temporary = ""
    try:
        target = path.resolve(strict=True)
        if not os.access(target, os.W_OK):
            raise ScopelintError("cannot be written: permission denied", shown)
        with target.open("rb") as old:
            marked = old.read(3) == _BYTE_ORDER_MARK.encode()
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with open(descriptor, "wb") as file:
            file.write(((_BYTE_ORDER_MARK if marked else "") + text.removeprefix(_BYTE_ORDER_MARK)).encode())
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, target.stat().st_mode & 0o7777)
        os.replace(temporary, target)
        temporary = ""
    except OSError as error:
        raise ScopelintError(f"cannot be written: {error.strerror}", shown) from None
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
