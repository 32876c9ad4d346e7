"""Share the reading of many files between two processes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from scopelint.processes import Background

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Result = TypeVar("Result")

_WORTH_A_PROCESS = 1500  # files; below, starting one costs more than it saves
_SHARES = 64  # so that none waits long for the other at the end


def in_parallel(
    work: Callable[[Sequence[str]], list[Result]], files: Sequence[str], kind: type[Result]
) -> list[Result]:
    """Return what `work` makes of the files, in no particular order; `kind` is the type of one result.

    A forked child takes its part where there is a second core. What goes wrong with it costs time only: its part is
    then done here.
    """
    if len(files) < _WORTH_A_PROCESS:
        return work(files)
    shares = _shares()
    child = Background.start(lambda: _take(work, files, shares)[0], list[kind])  # type: ignore[valid-type]  # known then
    try:
        own, taken = _take(work, files, shares)
    except BaseException:
        if child is not None:
            child.cancel()
        raise
    finally:
        os.close(shares)
    others = child.value() if child is not None else []
    if others is not None:
        return own + others
    left = [number for number in range(_SHARES) if number not in taken]
    return own + [result for number in left for result in work(files[number::_SHARES])]


def _shares() -> int:
    """Return a pipe that holds the numbers of the shares: whoever reads one has it to himself, in any process."""
    reader, writer = os.pipe()
    os.write(writer, bytes(range(_SHARES)))
    os.close(writer)
    return reader


def _take(
    work: Callable[[Sequence[str]], list[Result]], files: Sequence[str], shares: int
) -> tuple[list[Result], set[int]]:
    """Work on one share after the other while there are any; return the results, and the numbers of the shares."""
    results: list[Result] = []
    taken: set[int] = set()
    while number := os.read(shares, 1):
        taken.add(number[0])
        results += work(files[number[0] :: _SHARES])
    return results, taken
