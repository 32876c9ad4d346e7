"""Which code of the tree is the app's own, and which is a library that counts only where the app uses it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from scopelint.discover.languages import is_test
from scopelint.link.imports import imports_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from scopelint.facts.ir import ModuleFacts
    from scopelint.link.imports import Import
    from scopelint.link.modules import Tree

_STARTERS = frozenset(
    {
        "main", "app", "application", "create_app", "make_app", "build_app", "get_app", "cli", "run", "start", "serve",
        "server", "celery", "celery_app", "worker", "start_worker", "entrypoint", "scheduler", "run_server", "bot",
    }
)  # fmt: skip
"""Names that a script imports from the app's own package when it only starts it."""
_START_SCRIPTS = frozenset(
    {"manage", "wsgi", "asgi", "setup", "noxfile", "fabfile", "tasks", "__main__", "conftest", "gunicorn_conf"}
)


def library_test(
    tree: Tree,
    facts: Mapping[str, ModuleFacts],
    resolve: Callable[[str, str, int], str | None],
    configured: Iterable[str],
) -> Callable[[str], bool]:
    """Return the test of whether a file is library code.

    It is when the configuration names it, when a generator wrote it, or when it lies in a separate top-level package
    that code outside it imports and that imports nothing of that code.
    """
    named = tuple(name.strip("/").replace(".", "/") if not name.endswith(".py") else name for name in configured)
    generated = _generated_folders(facts)
    libraries = _separate_packages(tree, facts, resolve)

    def is_library(path: str) -> bool:
        if path.startswith("/"):
            return True
        if any(path == name or path.startswith(name + "/") or f"/{name}/" in f"/{path}" for name in named):
            return True
        return path in generated or _group(tree, path) in libraries

    return is_library


def _generated_folders(facts: Mapping[str, ModuleFacts]) -> frozenset[str]:
    return frozenset(path for path, module in facts.items() if module.generated)


def _group(tree: Tree, path: str) -> str:
    """Return the top-level package of a file: its outermost package folder, "" for a loose script."""
    return _group_of_folder(tree, posixpath.dirname(path))


def _group_of_folder(tree: Tree, inner: str) -> str:
    folder = inner
    top = ""
    while folder:
        if tree.is_package(folder):
            top = folder
        elif top:
            break
        folder = posixpath.dirname(folder)
    if top:
        return top
    parts = inner.split("/")
    if parts[:1] in (["src"], ["lib"]):
        parts = parts[1:]
        return f"src/{parts[0]}" if parts else ""
    return parts[0] if parts else ""


def _separate_packages(
    tree: Tree, facts: Mapping[str, ModuleFacts], resolve: Callable[[str, str, int], str | None]
) -> frozenset[str]:
    edges: dict[str, set[str]] = {}
    users: dict[str, dict[str, list[Import]]] = {}
    for path, module in facts.items():
        if is_test(path):
            continue  # tests import the app, which does not make it a library
        group = _group(tree, path)
        for found in imports_of(path, module, resolve):
            is_file = found.target.endswith(".py")  # else the folder of a namespace package, of which modules are taken
            other = _group(tree, found.target) if is_file else _group_of_folder(tree, found.target)
            if other != group and other:
                edges.setdefault(group, set()).add(other)
                users.setdefault(other, {}).setdefault(path, []).append(found)
    return frozenset(package for package in users if _is_separate(tree, package, edges, users[package]))


def _is_separate(tree: Tree, package: str, edges: dict[str, set[str]], users: dict[str, list[Import]]) -> bool:
    reached = {package}
    pending = [package]
    while pending:
        for other in edges.get(pending.pop(), ()):
            if other not in reached:
                reached.add(other)
                pending.append(other)
    outside = [path for path in users if _group(tree, path) not in reached]
    if "" in {group for group in edges if package in reached and package in edges.get(group, ())} and "" in reached:
        return False
    return any(not _only_starts(tree, path, users[path]) for path in outside)


def _only_starts(tree: Tree, path: str, imports: list[Import]) -> bool:
    """Say whether a script outside any package takes from a package only what starts it."""
    if tree.is_package(posixpath.dirname(path)) and posixpath.dirname(path):
        return False
    stem = posixpath.basename(path).removesuffix(".py")
    names = {name for found in imports for name in found.names}
    return stem in _START_SCRIPTS or (bool(names) and names <= _STARTERS)
