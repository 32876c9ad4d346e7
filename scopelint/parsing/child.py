"""The process that parses for another one: sources in by one pipe, facts out by another."""

from __future__ import annotations

import gc
import os
import signal
import sys
from itertools import accumulate
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from scopelint.facts.extract import extract
from scopelint.parsing import wire
from scopelint.processes import Background

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORTH_A_FORK = 15_000  # bytes of source; below, a child costs what it saves


def main() -> None:
    """Serve a process that has started this one, by standard input and output."""
    serve(sys.stdin.buffer, sys.stdout.buffer)


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer lists of sources with the facts of each, until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    gc.disable()  # what a parse makes dies by itself; looking for cycles in it doubles the time
    gc.freeze()  # what is there now stays
    wire.send(outgoing, wire.READY)
    while (message := wire.receive(incoming)) is not None:
        for facts in _facts(msgspec.msgpack.decode(message, type=list[bytes])):
            wire.send(outgoing, facts)
        gc.collect()


def _facts(sources: list[bytes]) -> Iterator[bytes]:
    """Yield the facts of each source; where there is a processor for it, another child begins with the second half.

    The first is told before the next is begun, so that it is known at which one this process died.
    """
    first, second = _halves(sources)
    parent = os.getpid()
    background = Background.start(lambda: _encoded(second, parent), list[bytes]) if second else None
    yield from map(_encode, first)
    known = background.value() if background is not None else None
    yield from map(_encode, second) if known is None else known


def _halves(sources: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Return the sources in two lists of about the same size; the second is empty when that does not pay."""
    size = sum(map(len, sources))
    if size < _WORTH_A_FORK:
        return sources, []
    ends = accumulate(map(len, sources))
    middle = next(number for number, end in enumerate(ends) if 2 * end >= size) + 1
    return sources[:middle], sources[middle:]


def _encoded(sources: list[bytes], parent: int) -> list[bytes]:
    return [_encode(source) for source in sources if os.getppid() == parent]  # else nobody waits for it any more


def _encode(source: bytes) -> bytes:
    return wire.encode(extract(source))
