"""What an environment's packages say of themselves: which distribution brought them, and what it requires."""

import os
import re
from collections.abc import Iterator

import msgspec

_REQUIRES = re.compile(r"^Requires-Dist:\s*([\w.-]+)", re.MULTILINE)
_RECORDED = re.compile(r"^([A-Za-z_]\w*)(?:/|\.py,)", re.MULTILINE)
_SUFFIX = ".dist-info"


class Distribution(msgspec.Struct, frozen=True):
    """An installed distribution: its name and those that it requires, normalised, and its top-level modules."""

    name: str
    requires: frozenset[str]
    modules: frozenset[str]


def distributions(folder: str) -> tuple[Distribution, ...]:
    """Return the distributions of an environment's folder, and one for each module that none of them brought."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return ()
    found = [_read(os.path.join(folder, name)) for name in names if name.endswith(_SUFFIX)]
    owned = {module for distribution in found for module in distribution.modules}
    return (*found, *_loose(names, owned))


def normalised(name: str) -> str:
    """Return a distribution's name in the form in which names are compared."""
    return re.sub(r"[-_.]+", "_", name).lower()


def _read(info: str) -> Distribution:
    metadata = _text(os.path.join(info, "METADATA")).partition("\n\n")[0]
    name = normalised(os.path.basename(info).removesuffix(_SUFFIX).rpartition("-")[0])
    requires = frozenset(map(normalised, _REQUIRES.findall(metadata)))
    return Distribution(name, requires, frozenset(_RECORDED.findall(_text(os.path.join(info, "RECORD")))))


def _loose(names: list[str], owned: set[str]) -> Iterator[Distribution]:
    for name in names:
        module = name.removesuffix(".py")
        if module.isidentifier() and module not in owned and not module.startswith("__"):
            yield Distribution("", frozenset(), frozenset((module,)))


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
