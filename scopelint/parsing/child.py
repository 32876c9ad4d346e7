"""The process that parses for another one: sources in by standard input, facts out by standard output."""

import gc
import signal
import sys

import msgspec

from scopelint.deepstack import with_large_stack
from scopelint.facts.extract import extract
from scopelint.parsing import wire


def main() -> None:
    """Answer lists of sources with the facts of each, until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    gc.disable()  # what a parse makes dies by itself; looking for cycles in it doubles the time
    gc.freeze()  # what is there now stays
    with_large_stack(_answer)


def _answer() -> None:
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    wire.send(outgoing, wire.READY)
    while (message := wire.receive(incoming)) is not None:
        for source in msgspec.msgpack.decode(message, type=list[bytes]):
            wire.send(outgoing, wire.encode(extract(source)))
        gc.collect()
