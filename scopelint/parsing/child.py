"""The process that parses for another one: sources in by one pipe, facts out by another."""

import gc
import signal
import sys
from typing import BinaryIO

import msgspec

from scopelint.deepstack import with_large_stack
from scopelint.facts.extract import extract
from scopelint.parsing import wire


def main() -> None:
    """Serve a process that has started this one, by standard input and output."""
    serve(sys.stdin.buffer, sys.stdout.buffer)


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer lists of sources with the facts of each, until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    gc.disable()  # what a parse makes dies by itself; looking for cycles in it doubles the time
    gc.freeze()  # what is there now stays
    with_large_stack(lambda: _answer(incoming, outgoing))


def _answer(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    wire.send(outgoing, wire.READY)
    while (message := wire.receive(incoming)) is not None:
        for source in msgspec.msgpack.decode(message, type=list[bytes]):
            wire.send(outgoing, wire.encode(extract(source)))
        gc.collect()
