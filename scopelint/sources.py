"""The project's code for the linker: which files are read, their facts, and where else imports may lead."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from scopelint.facts.ir import Comment, ModuleFacts, Unreadable
from scopelint.link import Linked, LinkRequest, link
from scopelint.link.imports import reached
from scopelint.link.libraries import Row, Sender
from scopelint.link.modules import Modules, Tree
from scopelint.link.ownership import library_test
from scopelint.model import Span, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scopelint.catalog.model import Catalog
    from scopelint.config import ClientRow, Config
    from scopelint.installed import InstalledTree
    from scopelint.links import Links
    from scopelint.parsing import FactsReader
    from scopelint.stages import Stages

_NONE: frozenset[str] = frozenset()


class Code:
    """A project's Python files as the linker sees them: `kept` are read; the `deserving` ones go first, if not all."""

    def __init__(
        self,
        files: tuple[str, ...],
        kept: tuple[str, ...],
        deserving: tuple[str, ...],
        config: Config,
        catalog: Catalog,
        reader: FactsReader,
        search: tuple[tuple[str, InstalledTree], ...],
        links: Links,
    ) -> None:
        self._files = files
        self._kept = kept
        self._deserving = deserving
        self._config = config
        self._catalog = catalog
        self._reader = reader
        self._tree = Tree(files)
        self._search = search
        self._links = links

    def parse(self, stages: Stages) -> None:
        """Read the facts of the kept files."""
        stages.begin("parse", len(self._kept))
        self._reader.read_all(self._kept, stages)
        stages.end(f"{len(self._kept)} files, {self._reader.cached} of them known from the cache")

    def link(self, owned: tuple[str, ...], mentioned: frozenset[str] = frozenset()) -> Linked:
        """Run the program from the files that an app owns, unless an earlier run has, and nothing says otherwise."""
        kept = frozenset(self._kept)
        own = tuple(path for path in owned if path in kept)
        catalog = self._catalog
        request = LinkRequest(
            tree=self._tree,
            own=own,
            apart=kept.difference(self._deserving),
            load=self._reader.read,
            search=self._search,
            is_library=lambda _path: False,
            variables=frozenset(catalog.variables),
            hosts=frozenset(catalog.hosts) | {base.host.partition(":")[0] for base in catalog.bases},
            clients=tuple(map(_row, self._config.clients)),
            operations=self._config.operations,
            operation_names=frozenset(catalog.operation_names()),
            mentioned=mentioned,
            shapes=tuple(dict.fromkeys(row.shape[catalog.prefix.count("/") :] for row in catalog.endpoints)),
            count_dead_code=self._config.count_dead_code,
        )
        digest = self._links.key(
            self._config,
            *(self._files, request.own, sorted(request.apart), sorted(request.mentioned)),
            *([folder for folder, _ in request.search], sorted(request.variables), sorted(request.hosts)),
            *(sorted(request.operation_names), ["/".join(shape) for shape in request.shapes]),
        )
        found = self._links.recall(digest, request.load)
        if found is None:
            found = link(msgspec.structs.replace(request, is_library=self._library_test()))
            read = sorted(self._reader.facts.items())
            self._links.keep(digest, found, read, sorted({path for _, tree in self._search for path in tree.listed}))
        return found

    def _library_test(self) -> Callable[[str], bool]:
        load = self._reader.read
        facts = {path: found for path in self._kept if isinstance(found := load(path), ModuleFacts)}
        modules = Modules(self._tree, load, (), lambda _path: False, _NONE)
        return library_test(self._tree, facts, modules.resolve, self._config.library)

    def concerned(self) -> frozenset[str]:
        """Return the files in which a call of unknown address may be the platform's.

        They are all that was read, unless the configuration has everything read: then those that deserve it, and what
        they import.
        """
        if self._config.sieve:
            return frozenset(self._reader.facts)
        return reached(
            Modules(self._tree, self._reader.read, self._search, lambda _path: False, _NONE), self._deserving
        )

    def analysed(self) -> tuple[str, ...]:
        """Return the project's files whose code was read."""
        return tuple(
            sorted(path for path, facts in self._reader.facts.items() if facts is not None and not os.path.isabs(path))
        )

    def unreadable(self, concerned: frozenset[str]) -> tuple[UnreadableFile, ...]:
        """Return those of some project files that gave no facts."""
        found = []
        for path, facts in sorted(self._reader.facts.items()):
            if isinstance(facts, Unreadable) and path in concerned and not os.path.isabs(path):
                span = Span(path, facts.line, facts.column, facts.line, facts.column + 1)
                found.append(UnreadableFile(span, facts.message))
        return tuple(found)

    def comments(self) -> dict[str, tuple[Comment, ...]]:
        """Return the comments that may suppress findings, by file."""
        return {
            path: facts.comments
            for path, facts in self._reader.facts.items()
            if isinstance(facts, ModuleFacts) and facts.comments and not os.path.isabs(path)
        }

    def incomplete(self) -> tuple[str, ...]:
        """Return what could not be read at all."""
        return tuple(f"{path} {reason}" for path, reason in sorted(self._reader.lost.items()))

    def outside(self) -> Iterator[str]:
        """Yield the absolute paths of what was read outside the project: files, and folders that were listed."""
        yield from (path for path in self._reader.facts if os.path.isabs(path))
        for _, tree in self._search:
            yield from tree.listed | tree.scanned()


def _row(row: ClientRow) -> Row:
    """Return a configured row in the table's form."""
    signature = row.parameters()
    if row.call:
        return Row(call=(row.call,), signature=signature, method=row.method, url=row.url or "url", query=row.query)
    verbs = Sender(names=("{verb}",), signature=("url",), query=row.query or "params")
    request = Sender(
        names=("request", "stream"), signature=("method", "url"), method="method", query=row.query or "params"
    )
    return Row(kind="client", classes=(row.class_,), signature=signature, base=row.base, methods=(verbs, request))
