"""Which installed packages may lead to the platform, by their bytes: most do not, and they are many."""

import os
import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from scopelint.sieve.contents import contents
from scopelint.sieve.distributions import Distribution, distributions, normalised
from scopelint.sieve.markers import Mark, Markers

MAX_WRAPPER_BYTES = 300_000
"""Source of a package that is read only since it sends requests: an in-house client is small."""
MIN_RESOURCES = 4
"""Resources of the platform that a larger one must name where a path may stand, if it names no host and no version."""
_IMPORT = re.compile(rb"^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)", re.MULTILINE)


class Packages:
    """The packages of one environment folder, each scanned when an import leads to it.

    `senders` are the modules of HTTP client libraries; `closed` top-level names that are never looked into. `listed`
    are the folders that were listed so far, absolute.
    """

    def __init__(self, folder: str, markers: Markers, senders: AbstractSet[str], closed: AbstractSet[str]) -> None:
        self.listed: set[str] = set()
        self._folder = folder
        self._mark = markers.test()
        self._resources = markers.resources_named()
        self._senders = senders
        self._closed = closed
        self._known: dict[str, bool] = {}

    def leads(self, module: Sequence[str]) -> bool:
        """Say whether the package of a module may send a request to the platform, itself or through one it imports."""
        name = self._package(module)
        if name not in self._known:
            self._known[name] = False  # for those that import it in turn
            self._known[name] = self._scan(name)
        return self._known[name]

    def naming_the_platform(self) -> frozenset[str]:
        """Return the top-level modules that name the platform, and those of distributions that require theirs.

        Looked at are those that can send requests by what their distribution requires, and those that none brought.
        """
        self.listed.add(self._folder)
        found = distributions(self._folder)
        senders = {normalised(name) for name in self._senders if "." not in name}
        chosen: dict[str, Distribution] = {}
        for distribution in found:
            if not distribution.name or not senders.isdisjoint(distribution.requires):
                modules = distribution.modules - self._closed
                named = frozenset(module for module in modules if self._is_marked(module))
                if named:
                    chosen[distribution.name or min(named)] = distribution
        while True:
            more = {
                other.name: other
                for other in found
                if other.name not in chosen and not other.requires.isdisjoint(chosen) and other.modules - self._closed
            }
            if not more:
                return frozenset(module for distribution in chosen.values() for module in distribution.modules)
            chosen |= more

    def _is_marked(self, name: str) -> bool:
        files = list(self._files(name))
        return any(data is not None and self._mark(data) is Mark.KEEP for _, data in contents(self._folder, files))

    def _package(self, module: Sequence[str]) -> str:
        """Return the package's path: of a folder that only holds packages of several vendors, the one below."""
        top = os.path.join(self._folder, module[0])
        if len(module) > 1 and os.path.isdir(top) and not os.path.isfile(os.path.join(top, "__init__.py")):
            return f"{module[0]}/{module[1]}"
        return module[0]

    def _scan(self, name: str) -> bool:
        size, sends = 0, False
        resources: set[bytes] = set()
        imported: set[str] = set()
        for _, data in contents(self._folder, list(self._files(name))):
            if data is None:
                continue
            if self._mark(data) is Mark.KEEP:
                return True
            size += len(data)
            resources |= self._resources(data)
            names = {found.decode() for found in _IMPORT.findall(data)}
            sends = sends or not names.isdisjoint(self._senders)
            imported |= names
        if sends and (size <= MAX_WRAPPER_BYTES or len(resources) >= MIN_RESOURCES):
            return True
        own = name.partition("/")[0]
        others = {tuple(other.split(".")) for other in imported if other.partition(".")[0] not in self._closed | {own}}
        return any(self.leads(other) for other in sorted(others))

    def _files(self, name: str) -> Iterator[str]:
        if os.path.isfile(os.path.join(self._folder, name + ".py")):
            yield name + ".py"
        for folder, _, files in os.walk(os.path.join(self._folder, name)):
            self.listed.add(folder)
            inside = os.path.relpath(folder, self._folder)
            yield from (os.path.join(inside, file) for file in sorted(files) if file.endswith(".py"))
