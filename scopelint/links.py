"""What the linker found in earlier runs, for code that says the same: a changed comment links nothing anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scopelint.cache import Cache, key, stamp
from scopelint.config import FailOn
from scopelint.facts.ir import ModuleFacts
from scopelint.link import Linked
from scopelint.parsing import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from scopelint.config import Config
    from scopelint.facts.ir import Facts


class _Saved(msgspec.Struct, frozen=True):
    """What was linked, the files that it was linked from with the digest of their code, and the folders looked into."""

    linked: Linked
    read: tuple[tuple[str, bytes], ...]
    folders: tuple[str, ...]
    folders_stamp: bytes


class Links:
    """The linker's earlier results in the cache. `tool` identifies this version of scopelint; None: nothing is kept."""

    def __init__(self, cache: Cache, tool: bytes | None) -> None:
        self._cache = cache
        self._tool = tool
        self._digests: dict[str, bytes] = {}  # of files' code

    def key(self, config: Config, *given: Collection[str]) -> bytes | None:
        """Return the digest of all that linking depends on besides the code of the files, None when nothing is kept."""
        if self._tool is None:
            return None
        same = msgspec.structs.replace(
            config, baseline=None, cache_dir=None, fail_on=FailOn.WARNING, format="text", jobs=0, no_cache=False
        )
        try:
            return key(self._tool, b"links", msgspec.msgpack.encode((same, [tuple(values) for values in given])))
        except ValueError:  # a path that is no Unicode
            return None

    def recall(self, digest: bytes | None, load: Callable[[str], Facts | None]) -> Linked | None:
        """Return what was found under this key, if each file that it was found in says the same code; reads these."""
        data = self._cache.get(digest) if digest is not None else None
        if data is None:
            return None
        try:
            saved = msgspec.msgpack.decode(data, type=_Saved)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        if stamp("", saved.folders) != saved.folders_stamp:
            return None
        if any(self._digest(path, load(path)) != seen for path, seen in saved.read):
            return None
        return saved.linked

    def keep(
        self, digest: bytes | None, linked: Linked, read: Iterable[tuple[str, Facts | None]], folders: Collection[str]
    ) -> None:
        """Keep what was found, unless something could not be followed; `folders` are those that were listed."""
        if digest is None or linked.faults:
            return
        seen = tuple((path, self._digest(path, facts)) for path, facts in read)
        state = stamp("", tuple(folders))
        if state is None or any(not code for _, code in seen):
            return
        try:
            data = msgspec.msgpack.encode(_Saved(linked, seen, tuple(folders), state))
        except (ValueError, OverflowError, RecursionError):
            return
        self._cache.put(digest, data)

    def _digest(self, path: str, facts: Facts | None) -> bytes:
        if path not in self._digests:
            self._digests[path] = _code_digest(facts)
        return self._digests[path]


def _code_digest(facts: Facts | None) -> bytes:
    """Return a digest of a module's code without its comments, or of why there is none; nothing for a lost file."""
    if isinstance(facts, ModuleFacts):
        facts = ModuleFacts(facts.body, facts.imports, facts.generated)
    data = wire.encode(facts) if facts is not None else b""
    return key(data) if data else b""
