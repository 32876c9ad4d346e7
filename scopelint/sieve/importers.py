"""Find the files that import a given module, for more and more modules, reading as few files as that needs."""

from collections.abc import Callable, Collection, Sequence

import msgspec

from scopelint.sieve import imports
from scopelint.sieve.contents import Texts
from scopelint.sieve.imports import Import
from scopelint.sieve.modules import INIT, Home, Modules, module_parts
from scopelint.sieve.search import finder
from scopelint.sieve.workers import in_parallel

# Looking for so many names costs more than reading every file's imports.
_MOST_NEEDLES = 4
_MOST_PASSES = 2
_BARE = b"."  # index key of "from . import x" and "from .. import x", which name no module


class Extract(msgspec.Struct, frozen=True, array_like=True):
    """The lines of one file that may import something, and the strings that may name a module."""

    file: str
    statements: list[bytes]
    literals: list[Import]


class Importers:
    """Answers who imports a module; reads a file's imports when an answer may depend on them, and once."""

    def __init__(self, texts: Texts, files: Sequence[str], modules: Modules) -> None:
        self._texts = texts
        self._modules = modules
        self._unread = list(files)
        self._passes = 0
        self._homes: set[Home] = set()
        self._entries: list[tuple[str, bytes | Import]] = []
        self._by_word: dict[bytes, list[int]] = {}

    def of(self, targets: Collection[str]) -> set[str]:
        """Return the files that import, or may import, one of the `targets`."""
        self._read_for(targets)
        found: set[str] = set()
        for target in targets:
            module = module_parts(target)
            for number in self._candidates(target, module):
                importer, entry = self._entries[number]
                if importer in found or importer == target:
                    continue
                parsed = [entry] if isinstance(entry, Import) else imports.parse(entry)
                if any(self._modules.reaches(one, importer, module) for one in parsed):
                    found.add(importer)
        return found

    def _candidates(self, target: str, module: tuple[str, ...]) -> list[int]:
        words = [module[-1].encode("utf-8", "surrogateescape")] if module else []
        numbers = [number for word in (*words, b"*") for number in self._by_word.get(word, ())]
        if target.endswith(INIT):
            numbers += self._by_word.get(_BARE, ())
        return numbers

    def ahead(self, likely: Collection[str]) -> Callable[[str, bytes], Extract | None] | None:
        """Return what to look for in every file, to know the importers of files that will likely be asked for.

        Whoever reads the files for something else gives back what it finds to `learn`. None when too many are likely.
        """
        homes = {self._modules.home(file) for file in likely}
        needles = _needles(homes)
        if not needles or len(needles) > _MOST_NEEDLES:
            return None
        self._homes |= homes
        return _reader(homes, needles)

    def learn(self, extracts: Sequence[Extract]) -> None:
        """Take in what was found in files that were read."""
        read = {extract.file for extract in extracts}
        self._unread = [file for file in self._unread if file not in read]
        for extract in extracts:
            self._add(extract)

    def _read_for(self, targets: Collection[str]) -> None:
        homes = {self._modules.home(target) for target in targets} - self._homes
        if not homes or not self._unread:
            return
        self._homes |= homes
        self._passes += 1
        needles = _needles(homes)
        if len(needles) > _MOST_NEEDLES or self._passes > _MOST_PASSES:
            needles = {b"import"}
        read = _reader(homes, needles)

        def extract(files: Sequence[str]) -> list[Extract]:
            rows = (read(file, data) for file, data in self._texts.of(files) if data is not None)
            return [row for row in rows if row is not None]

        self.learn(in_parallel(extract, self._unread, Extract))

    def _add(self, extract: Extract) -> None:
        for statement in extract.statements:
            keys = set(imports.words(statement))
            if b". import" in statement or b".import" in statement:
                keys.add(_BARE)
            if b"*" in statement:
                keys.add(b"*")
            self._enter(extract.file, statement, keys)
        for literal in extract.literals:
            keys = {part.encode("utf-8", "surrogateescape") for part in (*literal.module, *literal.names)}
            self._enter(extract.file, literal, keys)

    def _enter(self, file: str, entry: bytes | Import, keys: set[bytes]) -> None:
        number = len(self._entries)
        self._entries.append((file, entry))
        for key in keys:
            self._by_word.setdefault(key, []).append(number)


def _needles(homes: Collection[Home]) -> set[bytes]:
    return {name.encode("utf-8", "surrogateescape") for home in homes for name in home.names}


def _reader(homes: Collection[Home], needles: Collection[bytes]) -> Callable[[str, bytes], Extract | None]:
    """Return what makes an extract of a file whose imports may lead to one of the homes."""
    may_import = finder(needles)
    folders = tuple(f"{home.folder}/" if home.folder else "" for home in homes if home.folder is not None)

    def read(file: str, data: bytes) -> Extract | None:
        return _extract(file, data) if file.startswith(folders) or may_import(data) else None

    return read


def _extract(file: str, data: bytes) -> Extract:
    statements = imports.statements(data)
    dynamic = any(imports.is_dynamic(statement) for statement in statements)
    return Extract(file, statements, list(dict.fromkeys(imports.dotted_literals(data))) if dynamic else [])
