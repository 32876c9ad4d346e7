"""Findings for processes that flake8 starts empty (spawn, forkserver): left in a file that the environment names."""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import tempfile
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from scopelint.flake8_plugin.places import Violations

_VARIABLE = "SCOPELINT_FLAKE8_FINDINGS"


class _Letter(msgspec.Struct, frozen=True):
    """What one flake8 process leaves for those that it starts."""

    sender: int  # its process id: a process that is no child of it has a run of its own
    violations: dict[str, tuple[tuple[int, int, str], ...]]


def leave(violations: Violations) -> None:
    """Leave the findings for processes to come; they analyse for themselves when the file cannot be written."""
    if multiprocessing.parent_process() is not None or _method() == "fork":
        return
    letter = msgspec.msgpack.encode(_Letter(os.getpid(), dict(violations)))
    with contextlib.suppress(OSError):
        descriptor, path = tempfile.mkstemp(prefix="scopelint-")  # readable for this user alone
        atexit.register(_remove, path)
        with open(descriptor, "wb") as file:
            file.write(letter)
        os.environ[_VARIABLE] = path


def received() -> Violations | None:
    """Return what the process that started this one has left; None in the first process, or when there is nothing."""
    parent = multiprocessing.parent_process()
    path = os.environ.get(_VARIABLE)
    if parent is None or not path:
        return None
    try:
        with open(path, "rb") as file:
            letter = msgspec.msgpack.decode(file.read(), type=_Letter)
    except (OSError, msgspec.DecodeError):
        return None
    return letter.violations if letter.sender == parent.pid else None


def _method() -> str:
    """Return how new processes start, without settling it."""
    return multiprocessing.get_start_method(allow_none=True) or multiprocessing.get_all_start_methods()[0]


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)
