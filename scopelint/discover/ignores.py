"""Patterns of .gitignore files, matched as git does: the last pattern that matches the whole path decides."""

import os
import re
from collections.abc import Sequence

import msgspec


class Ignores(msgspec.Struct, frozen=True):
    """The patterns of one file; `folder` is the path of the folder that they are for, with "/" at its end, or ""."""

    folder: str
    patterns: tuple[tuple[re.Pattern[str], bool], ...]  # with whether a match excludes
    any_pattern: re.Pattern[str]  # one test that rules out most paths

    def verdict(self, path: str) -> bool | None:
        """Whether `path` (with "/" at its end for a folder) is excluded, or None when no pattern speaks of it."""
        relative = path[len(self.folder) :]
        if not self.any_pattern.fullmatch(relative):
            return None
        return next((excludes for regex, excludes in reversed(self.patterns) if regex.fullmatch(relative)), None)


def parse(lines: Sequence[str], folder: str = "") -> Ignores | None:
    """Compile patterns; invalid ones are skipped, as git does. None when none is left."""
    from pathspec.patterns.gitwildmatch import GitWildMatchPattern

    patterns: list[tuple[str, bool]] = []
    for line in lines:
        try:
            compiled = GitWildMatchPattern(line)
        except ValueError:
            continue
        if compiled.include is not None and compiled.regex is not None:
            patterns.append((compiled.regex.pattern.replace("(?P<ps_d>", "(?:"), compiled.include))
    if not patterns:
        return None
    return Ignores(
        folder,
        tuple((re.compile(regex, re.DOTALL), excludes) for regex, excludes in patterns),
        re.compile("|".join(f"(?:{regex})" for regex, _ in patterns), re.DOTALL),
    )


def read(path: str, folder: str) -> Ignores | None:
    """Compile the patterns of a .gitignore file that is a regular file; one that cannot be read holds none."""
    try:
        with open(path, "rb") as file:
            text = os.fsdecode(file.read())
    except OSError:
        return None
    return parse(text.replace("\r\n", "\n").split("\n"), folder)


def excluded(path: str, stack: Sequence[Ignores]) -> bool:
    """Whether the patterns exclude `path`; `stack` goes from the outermost folder to the innermost, which wins."""
    for ignores in reversed(stack):
        verdict = ignores.verdict(path)
        if verdict is not None:
            return verdict
    return False


def excluded_with_folders(path: str, ignores: Ignores) -> bool:
    """Whether the patterns exclude `path` or a folder on its way, as if the tree had been walked."""
    slash = path.find("/")
    while slash >= 0:
        if ignores.verdict(path[: slash + 1]):
            return True
        slash = path.find("/", slash + 1)
    return bool(ignores.verdict(path))
