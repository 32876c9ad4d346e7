"""Parse many sources, here and in other processes at the same time.

The processes are started anew and given nothing but the sources, so this works wherever a program can be started: with
threads around, in a daemon, without `fork`. A process that dies loses the file that it was at, and no other.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections import deque
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

import msgspec

from scopelint.deepstack import with_large_stack
from scopelint.facts.extract import extract
from scopelint.parsing import wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts.ir import Facts

_CHUNK_BYTES = 60_000  # a fraction of a second's work: at the end nobody waits long for the last one
_WORTH_A_PROCESS = 300_000  # bytes of source; below, starting one costs more than it saves
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from scopelint.parsing.child import main; main()"


class Parsed(NamedTuple):
    """What became of one source: its facts and their bytes (none when they cannot travel), or why there are none."""

    facts: Facts | None
    data: bytes
    lost: str = ""


Sources = list[tuple[str, bytes]]  # name, source


def parse(sources: Sources, jobs: int, advance: Callable[[], None]) -> dict[str, Parsed]:
    """Return what became of each source, by its name, using up to `jobs` processes, this one among them.

    `advance` is called after each source, from any thread.
    """
    work = _Work(sources, advance)
    size = sum(len(source) for _, source in sources)
    extra = min(jobs, work.chunks, 1 + size // _WORTH_A_PROCESS) - 1
    helpers: list[subprocess.Popen[bytes]] = []
    feeders: list[threading.Thread] = []
    try:
        for _ in range(extra):
            if (helper := _start()) is not None:
                helpers.append(helper)
                feeders.append(threading.Thread(target=_feed, args=(helper, work)))
        for feeder in feeders:
            feeder.start()
        with_large_stack(lambda: _parse_here(work))
        for feeder in feeders:
            feeder.join()
        _parse_rest(work)
    finally:
        for helper in helpers:
            helper.kill()
        for feeder in feeders:
            if feeder.ident is not None:
                feeder.join()
        for helper in helpers:
            _close(helper)
    return work.results


class _Work:
    """Chunks of sources still to parse, and the results so far; safe for threads."""

    def __init__(self, sources: Sources, advance: Callable[[], None]) -> None:
        self.results: dict[str, Parsed] = {}
        self.stuck: Sources = []  # what another process parsed and could not send
        self._chunks = deque(_chunks(sources))
        self.chunks = len(self._chunks)
        self._advance = advance

    def take(self) -> Sources | None:
        """Return the next chunk, None when there is none."""
        try:
            return self._chunks.popleft()
        except IndexError:
            return None

    def give_back(self, chunk: Sources) -> None:
        """Leave a chunk to the others."""
        if chunk:
            self._chunks.appendleft(chunk)

    def done(self, name: str, parsed: Parsed) -> None:
        """Keep a result."""
        self.results[name] = parsed
        self._advance()


def _chunks(sources: Sources) -> list[Sources]:
    chunks: list[Sources] = []
    size = _CHUNK_BYTES
    for name, source in sources:
        if size >= _CHUNK_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append((name, source))
        size += len(source)
    return chunks


def _parse_here(work: _Work) -> None:
    while (chunk := work.take()) is not None:
        for name, source in chunk:
            facts = extract(source)
            work.done(name, Parsed(facts, wire.encode(facts)))


def _parse_rest(work: _Work) -> None:
    """Parse here what could not be sent, and what a dead process has left after this one had ended."""
    while (chunk := work.take()) is not None:
        work.stuck.extend(chunk)
    for name, source in work.stuck:
        work.done(name, Parsed(extract(source), b""))


def _start() -> subprocess.Popen[bytes] | None:
    """Start a process that imports what this one imports, and from nowhere else; None where none can be started."""
    if not sys.executable or getattr(sys, "frozen", False):
        return None
    path = [os.path.abspath(folder) for folder in sys.path]
    command = [sys.executable, "-I", "-c", _PROGRAM, *path]
    try:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None


def _feed(helper: subprocess.Popen[bytes], work: _Work) -> None:
    """Give a process chunk after chunk, until there is none, or the process is gone."""
    incoming, outgoing = _pipes(helper)
    try:
        if wire.receive(incoming) != wire.READY:
            return
        while (chunk := work.take()) is not None:
            try:
                wire.send(outgoing, msgspec.msgpack.encode([source for _, source in chunk]))
            except OSError:
                work.give_back(chunk)
                return
            for number, (name, source) in enumerate(chunk):
                data = wire.receive(incoming)
                if data is None:
                    work.done(
                        name,
                        Parsed(None, b"", f"is not analysed: the process that parsed it ended ({_ending(helper)})"),
                    )
                    work.give_back(chunk[number + 1 :])
                    return
                facts = wire.decode(data)
                if facts is None:
                    work.stuck.append((name, source))
                else:
                    work.done(name, Parsed(facts, data))
    except (OSError, ValueError):  # the pipes are closed: this run is being given up
        return


def _pipes(helper: subprocess.Popen[bytes]) -> tuple[BinaryIO, BinaryIO]:
    return cast(BinaryIO, helper.stdout), cast(BinaryIO, helper.stdin)


def _ending(helper: subprocess.Popen[bytes]) -> str:
    try:
        code = helper.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return "its output is closed"
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _close(helper: subprocess.Popen[bytes]) -> None:
    for pipe in _pipes(helper):
        with contextlib.suppress(OSError):
            pipe.close()
    helper.wait()


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
