"""What this process may use of the machine: its processors, and copies of itself."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def may_fork() -> bool:
    """Say whether a forked child is safe, and has a processor of its own.

    A fork copies no other thread, and the locks that one holds would stay locked.
    """
    return hasattr(os, "fork") and cores() > 1 and threading.active_count() == 1


class Background(Generic[Value]):
    """A value that a forked child works out meanwhile. What goes wrong with the child costs time only."""

    def __init__(self, child: int, answer: int, kind: type[Value]) -> None:
        self._child = child
        self._answer = answer
        self._kind = kind

    @classmethod
    def start(cls, work: Callable[[], Value], kind: type[Value]) -> Background[Value] | None:
        """Begin with `work`, which makes a value of the type `kind`; None where there can be no child."""
        if not may_fork():
            return None
        try:
            reader, writer = os.pipe()
        except OSError:
            return None
        try:
            child = os.fork()
        except OSError:
            os.close(reader)
            os.close(writer)
            return None
        if child == 0:
            try:  # what it ends without is the parent's clean-up
                os.close(reader)
                with open(writer, "wb") as stream:
                    stream.write(msgspec.msgpack.encode(work()))
            finally:
                os._exit(0)
        os.close(writer)
        return cls(child, reader, kind)

    def value(self) -> Value | None:
        """Wait for the value; None when the child gave none."""
        try:
            with open(self._answer, "rb", closefd=False) as stream:
                answer = stream.read()
        finally:
            self.cancel()
        try:
            return msgspec.msgpack.decode(answer, type=self._kind)
        except msgspec.DecodeError:
            return None

    def cancel(self) -> None:
        """End the child, of which nothing more is wanted."""
        os.close(self._answer)
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
