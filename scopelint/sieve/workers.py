"""Share the reading of many files between two processes."""

import os
import signal
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from scopelint.processes import may_fork

Result = TypeVar("Result")

_WORTH_A_PROCESS = 1500  # files; below, starting one costs more than it saves


def in_parallel(
    work: Callable[[Sequence[str]], list[Result]], files: Sequence[str], kind: type[Result]
) -> list[Result]:
    """Return what `work` makes of the files, in no particular order; `kind` is the type of one result.

    A forked child takes half of the files where there is a second core. What goes wrong with it costs time only: its
    half is then done here.
    """
    if len(files) < _WORTH_A_PROCESS or not may_fork():
        return work(files)
    try:
        reader, writer = os.pipe()
        child = os.fork()
    except OSError:
        return work(files)
    if child == 0:
        _answer(work, files[1::2], reader, writer)
    os.close(writer)
    try:
        own = work(files[0::2])
        with open(reader, "rb") as stream:
            answer = stream.read()
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.waitpid(child, 0)
    try:
        return own + msgspec.msgpack.decode(answer, type=list[kind])  # type: ignore[valid-type]  # known when it runs
    except msgspec.DecodeError:
        return own + work(files[1::2])


def _answer(work: Callable[[Sequence[str]], list[Result]], files: Sequence[str], reader: int, writer: int) -> None:
    """Do the child's share and end it, without the parent's clean-up."""
    try:
        os.close(reader)
        with open(writer, "wb") as stream:
            stream.write(msgspec.msgpack.encode(work(files)))
    finally:
        os._exit(0)
