"""Another process that parses: started anew, or forked while this one has little in it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections import deque
from typing import TYPE_CHECKING, BinaryIO, NoReturn, Protocol, cast

import msgspec

from scopelint.parsing import wire
from scopelint.processes import may_fork

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

Source = tuple[str, bytes]  # name, content

_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from scopelint.parsing.child import main; main()"
_PIPE_BYTES = 1 << 20  # the most that a user may ask for; so much is answered while nobody listens
_PATIENCE = 5.0  # seconds to wait for the end of a process whose output has ended


class _Process(Protocol):
    """What is needed of a `Popen`."""

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...


class Helper:
    """A process that parses; `sent` is what it was given and has not answered yet, in order."""

    def __init__(self, process: _Process, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self.sent: deque[Source] = deque()
        self._process = process
        self._incoming = incoming
        self._outgoing = outgoing
        self._ready: bool | None = None

    @classmethod
    def of(cls, started: subprocess.Popen[bytes]) -> Helper:
        """Return the helper that a started program is; its standard input and output must be pipes."""
        return cls(started, cast(BinaryIO, started.stdout), cast(BinaryIO, started.stdin))

    def is_ready(self) -> bool:
        """Wait until it works, the first time; say whether it still does."""
        if self._ready is None:
            self._ready = wire.receive(self._incoming) == wire.READY
        return self._ready

    def send(self, sources: Sequence[Source]) -> None:
        """Give it sources to parse, in addition to those it has; raises OSError when it is gone."""
        self.sent.extend(sources)
        wire.send(self._outgoing, msgspec.msgpack.encode([source for _, source in sources]))

    def answer(self) -> bytes | None:
        """Return the facts of the first source that it has, as bytes; None when it is gone."""
        data = wire.receive(self._incoming)
        self._ready = data is not None
        return data

    def ending(self) -> str:
        """Return how it ended."""
        import subprocess

        try:
            code = self._process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            return "its output is closed"
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def kill(self) -> None:
        """End it; whoever waits for an answer gets none."""
        self._process.kill()

    def close(self) -> None:
        """End it and leave nothing of it."""
        self.kill()
        for pipe in (self._incoming, self._outgoing):
            with contextlib.suppress(OSError):
                pipe.close()
        self._process.wait()


def start() -> Helper | None:
    """Start a process that imports what this one imports, and from nowhere else; None where none can be started."""
    if not sys.executable or getattr(sys, "frozen", False):
        return None
    import subprocess  # here: a small run starts none

    path = [os.path.abspath(folder) for folder in sys.path]
    command = [sys.executable, "-I", "-c", _PROGRAM, *path]
    try:
        started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    return Helper.of(started)


def fork() -> Helper | None:
    """Fork a process that imports the parser while this one does something else; None where that is unsafe or idle."""
    if not may_fork():
        return None
    pipes: list[int] = []
    try:
        pipes += os.pipe()
        pipes += os.pipe()
        child = os.fork()
    except OSError:
        for pipe in pipes:
            os.close(pipe)
        return None
    sources, to_child, from_child, facts = pipes
    if child == 0:
        _serve(sources, facts, (to_child, from_child))
    os.close(sources)
    os.close(facts)
    for pipe in (to_child, from_child):
        _widen(pipe)
    return Helper(_Forked(child), open(from_child, "rb"), open(to_child, "wb"))


def _serve(sources: int, facts: int, others: Sequence[int]) -> NoReturn:
    """Be the child, and end without the parent's clean-up; the parent's terminal and pipes are not the child's."""
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        for descriptor in others:
            os.close(descriptor)
        from scopelint.parsing import child

        with open(sources, "rb") as incoming, open(facts, "wb") as outgoing:
            child.serve(incoming, outgoing)
    finally:
        os._exit(0)


def _widen(pipe: int) -> None:
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


class _Forked:
    """A forked process, with what is needed of a `Popen`."""

    def __init__(self, child: int) -> None:
        self._child = child
        self._code: int | None = None

    def kill(self) -> None:
        """End it, unless it was waited for: its number may be another's then."""
        if self._code is None:
            os.kill(self._child, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:  # noqa: ARG002 - its output is closed only when it ends
        """Return its exit code, or the negative number of the signal that ended it."""
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1])
        return self._code
