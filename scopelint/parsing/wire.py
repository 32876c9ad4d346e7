"""Facts as bytes, for the cache and between processes; nothing is executed when they are read back."""

from __future__ import annotations

import functools
from typing import BinaryIO

import msgspec

from scopelint.facts.ir import Facts

READY = b"ready"  # the first message of a process that parses
_LENGTH_BYTES = 8
_encoder = msgspec.msgpack.Encoder()


def encode(facts: Facts) -> bytes:
    """Return the bytes of a module's facts, none for facts that cannot travel.

    That is so for texts that are no Unicode, numbers of more than 64 bits, and code nested too deeply.
    """
    try:
        return _encoder.encode(facts)
    except (ValueError, OverflowError, RecursionError, msgspec.MsgspecError):
        return b""


def decode(data: bytes) -> Facts | None:
    """Return the facts in some bytes, or None when they hold none."""
    try:
        return _decoder().decode(data) if data else None
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


@functools.cache
def _decoder() -> msgspec.msgpack.Decoder[Facts]:
    """Return the decoder of facts, made when the first are there: it takes as long as some imports."""
    return msgspec.msgpack.Decoder(Facts)


def send(stream: BinaryIO, data: bytes) -> None:
    """Write one message; raises OSError when the reader is gone."""
    stream.write(len(data).to_bytes(_LENGTH_BYTES, "little") + data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """Return the next message, None when the writer is gone, in the middle of one or before it."""
    head = stream.read(_LENGTH_BYTES)
    if len(head) < _LENGTH_BYTES:
        return None
    length = int.from_bytes(head, "little")
    data = stream.read(length)
    return data if len(data) == length else None
