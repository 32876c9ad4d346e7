"""Facts by file: from a text that is not saved yet, from the cache, or from a parse."""

from __future__ import annotations

import contextlib
import gc
import os
from typing import TYPE_CHECKING

from scopelint import regular
from scopelint.cache import key
from scopelint.facts.ir import Unreadable
from scopelint.parsing import wire
from scopelint.parsing.parsed import Parsed
from scopelint.processes import cores

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from scopelint.cache import Cache
    from scopelint.facts.ir import Facts
    from scopelint.parsing.helper import Helper, Source
    from scopelint.stages import Stages

_AHEAD_BYTES = 150_000  # of sources; half of what is shared, and less than the pipes hold, so that nobody waits
MAX_FILE_BYTES = 20 * 1024 * 1024


class FactsReader:
    """Reads each file once.

    Paths are relative to `root`, or absolute. `tool` identifies this version of scopelint in the cache's keys; without
    it nothing is cached. `helper` is a process that can parse at once. `lost` tells of files that could not be read at
    all, and why.
    """

    def __init__(
        self,
        root: str,
        unsaved: Mapping[str, bytes],
        cache: Cache,
        tool: bytes | None,
        jobs: int,
        helper: Helper | None = None,
    ) -> None:
        self._helper = helper
        self._root = root
        self._unsaved = unsaved
        self._cache = cache
        self._tool = tool
        self._jobs = jobs
        self.facts: dict[str, Facts | None] = {}
        self.lost: dict[str, str] = {}
        self._ahead: dict[str, Parsed] = {}  # what nobody has asked for yet
        self._recalled: set[str] = set()

    @property
    def cached(self) -> int:
        """How many of the files' facts are from the cache."""
        return len(self._recalled & self.facts.keys())

    def read(self, path: str) -> Facts | None:
        """Return a file's facts, None when it cannot be read at all."""
        if path not in self.facts:
            self.read_all((path,))
        return self.facts[path]

    def expect(self, paths: Iterable[str]) -> None:
        """Let the helper begin with files that will be read, or may be, while this process does something else."""
        if self._helper is None:
            return
        batch: list[Source] = []
        sent = dict(self._helper.sent)
        room = _AHEAD_BYTES - sum(map(len, sent.values()))
        for path in paths:
            source = None if path in sent else self._unknown(path)
            if source is not None:
                room -= len(source)
                if room < 0:
                    break
                batch.append((path, source))
        if batch:
            with contextlib.suppress(OSError):  # it is gone: they are parsed when they are read
                self._helper.send(batch)

    def read_all(self, paths: Collection[str], stages: Stages | None = None) -> None:
        """Read the facts of files that are not read yet; in several processes, when there is much to parse."""
        begun = list(self._helper.sent) if self._helper is not None else []
        in_work = {path for path, _ in begun}
        missing: list[Source] = []
        for path in paths:
            if path in in_work:
                continue
            source = self._unknown(path)
            if source is not None:
                missing.append((path, source))
            elif stages is not None:
                stages.advance()
        if missing or begun:
            self._parse(missing, begun, stages)
        for path in paths:
            if (parsed := self._ahead.pop(path, None)) is not None:
                self.facts[path] = parsed.facts
                if parsed.lost:
                    self.lost[path] = parsed.lost

    def _unknown(self, path: str) -> bytes | None:
        """Return a file's bytes if they must be parsed; else its facts, or why there are none, are known afterwards."""
        if path in self.facts or path in self._ahead:
            return None
        source = self._unsaved.get(path)
        if source is None:
            try:
                source = regular.read(os.path.join(self._root, path), MAX_FILE_BYTES + 1)[0]
            except (OSError, ValueError):
                self._ahead[path] = Parsed(None, b"", "cannot be read")
                return None
        if len(source) > MAX_FILE_BYTES:
            self._ahead[path] = Parsed(Unreadable(1, 1, f"larger than {MAX_FILE_BYTES} bytes"), b"")
            return None
        if self._tool is None:
            return source
        facts = wire.decode(self._cache.get(self._key(source)) or b"")
        if facts is None:
            return source
        self._ahead[path] = Parsed(facts, b"")
        self._recalled.add(path)
        return None

    def _key(self, source: bytes) -> bytes:
        return key(self._tool or b"", b"facts", source)

    def _parse(self, sources: list[Source], begun: list[Source], stages: Stages | None) -> None:
        from scopelint.parsing import pool

        enabled = gc.isenabled()
        gc.disable()  # what a parse makes dies by itself; looking for cycles in it doubles the time
        try:
            advance = stages.advance if stages else lambda: None
            results = pool.parse(sources, self._jobs or cores(), advance, self._helper)
        finally:
            if enabled:
                gc.enable()
        for path, source in (*begun, *sources):
            parsed = self._ahead[path] = results[path]
            if parsed.data and self._tool is not None:
                self._cache.put(self._key(source), parsed.data)
