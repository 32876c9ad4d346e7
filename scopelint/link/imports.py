"""What the files of a project import of each other, as their text says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scopelint.facts.ir import ModuleFacts
    from scopelint.link.modules import Modules

_HOLDING: dict[type, tuple[str, ...]] = {**BLOCKS, ir.Function: ("body",), ir.Class: ("body",)}


class Import:
    """An import of a project file: the file, and the names taken from it."""

    __slots__ = ("names", "target")

    def __init__(self, target: str, names: tuple[str, ...]) -> None:
        self.target = target
        self.names = names


def imports_of(path: str, module: ModuleFacts, resolve: Callable[[str, str, int], str | None]) -> list[Import]:
    """Return the imports of project files that stand anywhere in a module."""
    found = []
    pending: list[object] = [module.body]
    while pending:
        node = pending.pop()
        if type(node) is tuple:
            pending.extend(node)
        elif type(node) is ir.Import:
            target = resolve(path, node.module, 0)
            if target is not None:
                found.append(Import(target, ()))
        elif type(node) is ir.ImportFrom:
            target = resolve(path, node.module, node.level)
            if target is not None:
                found.append(Import(target, tuple(name for name, _ in node.names)))
        else:
            pending.extend(getattr(node, field) for field in _HOLDING.get(type(node), ()))
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
