"""What the files of a project import of each other, as their text says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scopelint.facts.ir import ModuleFacts
    from scopelint.link.modules import Modules


class Import:
    """An import of a project file: the file, and the names taken from it."""

    __slots__ = ("names", "target")

    def __init__(self, target: str, names: tuple[str, ...]) -> None:
        self.target = target
        self.names = names


def imports_of(path: str, module: ModuleFacts, resolve: Callable[[str, str, int], str | None]) -> list[Import]:
    """Return the imports of project files that stand anywhere in a module."""
    found = []
    for node in module.imports:
        level, names = (node.level, node.names) if type(node) is ir.ImportFrom else (0, ())
        target = resolve(path, node.module, level)
        if target is not None:
            found.append(Import(target, tuple(name for name, _ in names)))
    return found


def reached(modules: Modules, paths: Iterable[str]) -> frozenset[str]:
    """Return some files with all that they import, and what these import."""
    found = set(paths)
    pending = list(found)
    while pending:
        path = pending.pop()
        module = modules.get(path)
        if module is None:
            continue
        for imported in imports_of(path, module.facts, modules.resolve):
            children = (modules.child(imported.target, name) for name in imported.names)
            for target in (imported.target, *children):
                if target is not None and target.endswith(".py") and target not in found:
                    found.add(target)
                    pending.append(target)
    return frozenset(found)
