"""Which installed packages may lead to the platform, by their bytes: most do not, and they are many."""

import os
import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from scopelint.sieve.contents import contents
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
