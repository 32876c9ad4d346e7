"""What an app compares fields and parameters with: values that lead into its branches, by name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

Values = dict[str, list[object]]


def compared_values(files: Iterable[Path]) -> Values:
    """Return for each name the constants that it is compared with, and numbers beside those."""
    found: Values = defaultdict(list)
    for file in files:
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"))
        except (OSError, SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            for name, value in _told(node):
                if value not in found[name]:
                    found[name].append(value)
    return found


def _told(node: ast.AST) -> Iterator[tuple[str, object]]:
    if isinstance(node, ast.Compare) and len(node.comparators) == 1:
        for one, other in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
            name = name_of(one)
            if name:
                yield from ((name, value) for value in _constants(other))
    elif isinstance(node, ast.Match):
        name = name_of(node.subject)
        for case in node.cases:
            yield from _patterns(case.pattern, name)
    elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
        yield name_of(node.value), 2
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
        yield from ((name_of(node.slice), key.value) for key in node.value.keys if isinstance(key, ast.Constant))


def _constants(node: ast.expr) -> Iterator[object]:
    if isinstance(node, ast.Constant):
        yield node.value
        if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            yield from (node.value + 1, node.value - 1)
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        for item in node.elts:
            yield from _constants(item)


def _patterns(pattern: ast.pattern, name: str) -> Iterator[tuple[str, object]]:
    if isinstance(pattern, ast.MatchValue) and isinstance(pattern.value, ast.Constant) and name:
        yield name, pattern.value.value
    elif isinstance(pattern, ast.MatchOr):
        for part in pattern.patterns:
            yield from _patterns(part, name)
    elif isinstance(pattern, ast.MatchMapping):
        for key, part in zip(pattern.keys, pattern.patterns, strict=True):
            yield from _patterns(part, name_of_key(key))


def name_of(node: ast.expr) -> str:
    """Return the field, attribute or variable that an expression reads, "" for other expressions."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return name_of_key(node.slice)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in ("get", "pop") and node.args:
            return name_of_key(node.args[0])
        if node.func.attr in ("lower", "upper", "strip"):
            return name_of(node.func.value)
    return ""


def name_of_key(node: ast.expr) -> str:
    """Return a key that is a text, "" for others."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
