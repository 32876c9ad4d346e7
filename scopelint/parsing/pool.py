"""Parse many sources, here and in other processes at the same time.

The processes are given nothing but the sources, and most are started anew, so this works wherever a program can be
started: with threads around, in a daemon, without `fork`. A process that dies loses the file that it was at, and no
other.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from scopelint.deepstack import with_large_stack
from scopelint.parsing import wire
from scopelint.parsing.helper import start
from scopelint.parsing.parsed import Parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scopelint.facts.ir import Facts
    from scopelint.parsing.helper import Helper, Source

_CHUNK_BYTES = 60_000  # a fraction of a second's work: at the end nobody waits long for the last one
_WORTH_A_PROCESS = 300_000  # bytes of source; below, starting one costs more than it saves


def parse(
    sources: list[Source], jobs: int, advance: Callable[[], None], ahead: Helper | None = None
) -> dict[str, Parsed]:
    """Return what became of each source, by its name, using up to `jobs` processes, this one among them.

    `ahead` is one that runs already; what it was sent before is in the result, and it runs on. `advance` is called
    after each source, from any thread.
    """
    work = _Work(sources, advance)
    begun = tuple(ahead.sent) if ahead is not None else ()
    size = sum(len(source) for _, source in (*begun, *sources))
    extra = min(jobs, work.chunks + bool(begun), 1 + size // _WORTH_A_PROCESS) - 1
    if ahead is not None and extra < 1:  # it does all of it, so that this process need not import the parser
        _feed(ahead, work)
        _parse_rest(work)
        return work.results
    started: list[Helper] = []
    feeders: list[threading.Thread] = []
    try:
        wanted = extra if ahead is None else extra - 1
        started += [helper for _ in range(wanted) if (helper := start()) is not None]
        helpers = started if ahead is None else [ahead, *started]
        feeders += [threading.Thread(target=_feed, args=(helper, work)) for helper in helpers]
        for feeder in feeders:
            feeder.start()
        with_large_stack(lambda: _parse_here(work))
        for feeder in feeders:
            feeder.join()
        _parse_rest(work)
    except BaseException:
        if ahead is not None:
            ahead.kill()  # else its feeder would wait for it
        raise
    finally:
        for helper in started:
            helper.kill()
        for feeder in feeders:
            if feeder.ident is not None:
                feeder.join()
        for helper in started:
            helper.close()
    return work.results


class _Work:
    """Chunks of sources still to parse, and the results so far; safe for threads."""

    def __init__(self, sources: list[Source], advance: Callable[[], None]) -> None:
        self.results: dict[str, Parsed] = {}
        self.stuck: list[Source] = []  # what another process parsed and could not send
        self._chunks = deque(_chunks(sources))
        self.chunks = len(self._chunks)
        self._advance = advance

    def take(self) -> list[Source] | None:
        """Return the next chunk, None when there is none."""
        try:
            return self._chunks.popleft()
        except IndexError:
            return None

    def give_back(self, chunk: Iterable[Source]) -> None:
        """Leave a chunk to the others."""
        if left := list(chunk):
            self._chunks.appendleft(left)

    def done(self, name: str, parsed: Parsed) -> None:
        """Keep a result."""
        self.results[name] = parsed
        self._advance()


def _chunks(sources: list[Source]) -> list[list[Source]]:
    chunks: list[list[Source]] = []
    size = _CHUNK_BYTES
    for name, source in sources:
        if size >= _CHUNK_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append((name, source))
        size += len(source)
    return chunks


def extract(source: bytes) -> Facts:
    """Return the facts of a source; the parser is imported when the first is asked for."""
    from scopelint.facts import extract as parser

    return parser.extract(source)


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


def _feed(helper: Helper, work: _Work) -> None:
    """Take the answers of a process, giving it chunk after chunk, until there is none, or the process is gone."""
    try:
        while helper.is_ready():
            if not helper.sent:
                if (chunk := work.take()) is None:
                    return
                helper.send(chunk)
            data = helper.answer()
            name, source = helper.sent.popleft()
            if data is None:
                reason = f"is not analysed: the process that parsed it ended ({helper.ending()})"
                work.done(name, Parsed(None, b"", reason))
            elif (facts := wire.decode(data)) is not None:
                work.done(name, Parsed(facts, data))
            else:
                work.stuck.append((name, source))
    except (OSError, ValueError):  # it is gone, or the pipes are closed since this run is being given up
        return
    finally:
        work.give_back(helper.sent)
        helper.sent.clear()
