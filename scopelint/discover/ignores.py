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
    patterns: list[tuple[str, bool]] = []
    for line in lines:
        excludes = not line.startswith("!")
        text = _without_trailing_spaces(line if excludes else line[1:])
        regex = None if line.startswith("#") else _regex(text)
        if regex is not None:
            patterns.append((regex, excludes))
    if not patterns:
        return None
    return Ignores(
        folder,
        tuple((re.compile(regex, re.DOTALL), excludes) for regex, excludes in patterns),
        re.compile("|".join(regex for regex, _ in patterns), re.DOTALL),
    )


def _without_trailing_spaces(line: str) -> str:
    stripped = line.rstrip(" ")
    return stripped + " " if len(stripped) < len(line) and stripped.endswith("\\") else stripped


# Matching takes time to the power of the stars, and nobody's pattern may stop the run: one with more is skipped.
_MOST_STARS = 3
_LIMIT_BYTES = 256 * 1024
_TOKEN = re.compile(r"\*+|\?|\\.|\[[!^]?\]?(?:\\.|[^\]\\])*\]|[^*?\\\[]", re.DOTALL)


def _regex(pattern: str) -> str | None:
    """Translate a pattern to a regular expression of whole paths (see gitignore(5)); None when it matches nothing."""
    body = pattern.removesuffix("/")
    if not body or body.count("**/") > _MOST_STARS or any(part.count("*") > _MOST_STARS for part in body.split("/")):
        return None
    anchored = "/" in body
    body = body.removeprefix("/")
    translated = "" if anchored else "(?:.*/)?"
    at = 0
    while at < len(body):
        token = _TOKEN.match(body, at)
        if not token:
            return None  # an open bracket or a backslash at the end
        segment = (at == 0 or body[at - 1] == "/") and body[token.end() :][:1] in ("", "/")
        whole_segment = token[0] == "**" and segment
        at = token.end()
        if segment and set(token[0]) == {"*"} and not whole_segment:
            translated += "[^/]+"  # "a/*" means what is in the folder, not the folder itself, whose path ends with "/"
        elif whole_segment and at < len(body):
            translated += "(?:.*/)?"
            at += 1
        elif whole_segment:
            translated += ".+"
        else:
            translated += _translated(token[0])
    translated += "/" if pattern.endswith("/") else "/?"
    try:
        re.compile(translated)
    except re.error:
        return None  # such as a range that runs backwards
    return translated


def _translated(token: str) -> str:
    if token.startswith("*"):
        return "[^/]*"
    if token == "?":
        return "[^/]"
    if token.startswith("[") and len(token) > 1:
        negated = token[1] in "!^"
        members = re.sub(r"([\[\]&~|^])", r"\\\1", token[2 if negated else 1 : -1])
        return f"(?!/)[{'^' if negated else ''}{members}]"
    return re.escape(token[-1])


def read(path: str, folder: str) -> Ignores | None:
    """Compile the patterns of a .gitignore file that is a regular file; one that cannot be read holds none.

    Of a file that no one wrote by hand, only the beginning counts: compiling its patterns would take the time of a run.
    """
    try:
        with open(path, "rb") as file:
            text = os.fsdecode(file.read(_LIMIT_BYTES))
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
