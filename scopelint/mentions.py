"""Where sources in other languages name an endpoint of the table: what they use is not known, only what they may use.

No parser: paths are found by their shape, with the holes and concatenations of the usual languages. A mention too many
keeps a scope from being called unused, a mention too few accuses wrongly; so in doubt it is a mention.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from scopelint.catalog.lookup import look_up
from scopelint.catalog.model import Catalog, Endpoint
from scopelint.catalog.template import HOLE, OPEN_HOLE, normalise
from scopelint.model import Mention, Span
from scopelint.sieve.contents import contents

# Expressions inside a literal: ${id}, #{id}, {{id}}, {id}, <id>, :id, %s, $id, $(id).
_HOLE = re.compile(r"[$#]?\{\{?[^{}\n]*\}\}?|\$\([^()\n]*\)|<\w+>|:[A-Za-z_]\w*|%[sdv]|\$\w+")
_TEXT = re.compile(r"[\w.~/-]+")
_JOIN = r"(?:\+|\.\.?|<>|\|\||&)"  # the operators that concatenate
_CONCATENATION = re.compile(
    rf"""["'`]\s*{_JOIN}\s*(?P<expression>[^"'`;\n{{}}]*?[\w)\]])\s*(?:{_JOIN}\s*["'`](?P<more>))?(?=[\s;,)"'`/?]|$)"""
)
_LONGEST_PATH = 400  # characters

_VERB = r"(?:get|post|put|patch|delete|head|options)"
_METHOD_BEFORE = re.compile(
    rf"""(?:(?:\.|::|->)(?P<called>{_VERB})(?:\.new|\w{{0,8}})\s*(?:<[^<>()]*>)?!?\s*\(\s*"""  # axios.post<T>(
    rf"""|(?:\b|method\.?)(?P<written>{_VERB})["'`]?(?:\s*,\s*|\s+))"""  # POST https://..., "POST", url
    # Between the method and the path stands the rest of the URL: a format's call, a variable, a scheme and host.
    r"""(?:[\w.:]+\(\s*)?(?:[\w.$]+\s*\+\s*)?["'`$@f]*[^\s"'`(),;]*$""",
    re.IGNORECASE,
)
_METHOD_NEAR = re.compile(
    rf"""(?:\bmethod["'`]?\s*[:=]>?\s*["'`:]?|-X\s*["']?|--request[ =]["']?|-Method\s+|Method[:.]+)({_VERB})\b""",
    re.IGNORECASE,
)
_NEAR_AFTER = 240  # characters
_NEAR_BEFORE = 160

_HOST = re.compile(r"[a-z][a-z0-9+]*://(?P<host>[\w-]+(?:\.[\w-]+)+)(?::\d+)?$", re.IGNORECASE)
_HASH_COMMENTS = frozenset(
    {
        "sh",
        "bash",
        "zsh",
        "fish",
        "ksh",
        "rb",
        "rake",
        "pl",
        "pm",
        "r",
        "ex",
        "exs",
        "ps1",
        "jl",
        "nim",
        "cr",
        "tf",
        "mk",
    }
    | {"http", "rest", "coffee", "graphql", "gql", "py", "pyw", "pyi"}
)
_DASH_COMMENTS = frozenset({"sql", "lua", "hs", "elm"})


def mentions(root: Path, files: Sequence[str], catalog: Catalog) -> tuple[Mention, ...]:
    """Find the places in `files` (relative to `root`) that name an endpoint; unreadable files have none.

    Where a method stands near and has such a row, that row alone is meant, else every row of the path.
    """
    first_segments = {row.path[len(catalog.prefix) :].strip("/").split("/")[0] for row in catalog.endpoints}
    needles = tuple(segment.encode() for segment in first_segments)
    signs = tuple(sign.lower().encode() for sign in (*catalog.hosts, *catalog.variables))
    prefix = catalog.prefix.encode()
    names = "|".join(map(re.escape, sorted(first_segments)))
    versioned = re.compile(rf"{re.escape(catalog.prefix)}/(?:{names})(?![\w-])")
    bare = re.compile(rf"""(?:["'`}}]|\$\w+)(?P<path>/(?:{names})(?![\w-]))""")
    found: list[Mention] = []
    for file, data in contents(str(root), files):
        if data is None:
            continue
        lowered = data.lower()
        platform = any(sign in lowered for sign in signs)
        versioned_path = bool(prefix) and prefix in data
        if (platform or versioned_path) and any(needle in data for needle in needles):
            text = data.decode("utf-8", "replace")
            found += _in_text(file, text, catalog, versioned, bare if platform else None)
    return in_order(found)


def in_order(found: Iterable[Mention]) -> tuple[Mention, ...]:
    """Return mentions in the order of their places."""
    return tuple(sorted(found, key=lambda mention: (mention.span, mention.endpoint)))


def _in_text(
    file: str, text: str, catalog: Catalog, versioned: re.Pattern[str], bare: re.Pattern[str] | None
) -> Iterator[Mention]:
    """Find the mentions of one file; `bare` finds paths whose version stands elsewhere, in the base address."""
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    seen_to = 0
    starts = [(match.start(), "") for match in versioned.finditer(text)]
    if bare:
        starts += [(match.start("path"), catalog.prefix) for match in bare.finditer(text)]
    for start, prefix in sorted(starts):
        if start < seen_to or _is_foreign(text, start, catalog) or _is_comment(file, text, start, lines):
            continue
        path, end = _path(text, start)
        seen_to = end
        rows = look_up(catalog, normalise(prefix + path))
        for row in _by_method(rows.exact or rows.possible, text, start, end):
            yield Mention(row.name, _span(file, start, end, lines))


def _path(text: str, start: int) -> tuple[str, int]:
    """Read the path that begins at `start`; return it with holes, and where it ends."""
    parts: list[str] = []
    at = start
    limit = start + _LONGEST_PATH
    while at < limit:
        literal = _TEXT.match(text, at)
        if literal:
            parts.append(literal[0])
            at = literal.end()
            continue
        hole = _HOLE.match(text, at)
        if hole:
            parts.append(HOLE)
            at = hole.end()
            continue
        joined = _CONCATENATION.match(text, at)
        if not joined:
            break
        parts.append(HOLE if parts[-1].endswith("/") else OPEN_HOLE)
        if joined["more"] is None:
            break
        at = joined.end()
    return "".join(parts).rstrip("."), at


def _by_method(rows: Sequence[Endpoint], text: str, start: int, end: int) -> Sequence[Endpoint]:
    before = _METHOD_BEFORE.search(text, max(0, start - _NEAR_BEFORE), start)
    near = before or _METHOD_NEAR.search(_statement(text, start, end))
    if not near:
        return rows
    method = next(name for name in near.groups() if name).upper()
    return [row for row in rows if row.method == method] or rows


def _statement(text: str, start: int, end: int) -> str:
    """Return what stands around a path and belongs to it: its line with continued ones before, some text after."""
    begin = text.rfind("\n", 0, start)
    while begin > 0 and text[:begin].endswith("\\") and start - begin < _NEAR_BEFORE:
        begin = text.rfind("\n", 0, begin)
    rest = text[end : end + _NEAR_AFTER]
    stop = re.search(r";|\n[ \t]*\n|\n###", rest)
    return text[begin + 1 : start] + " " + (rest[: stop.start()] if stop else rest)


def _is_foreign(text: str, start: int, catalog: Catalog) -> bool:
    """Whether the literal host before a path is none of the platform's."""
    host = _HOST.search(text, max(0, start - _NEAR_BEFORE), start)
    return host is not None and host["host"].lower() not in catalog.hosts


def _is_comment(file: str, text: str, start: int, lines: list[int]) -> bool:
    """Whether the line is a comment in the obvious syntaxes of the file's language."""
    line = text[lines[bisect_right(lines, start) - 1] : start].lstrip()
    suffix = file.rpartition(".")[2].lower()
    if suffix in _HASH_COMMENTS:
        return line.startswith("#") or (suffix in ("http", "rest") and line.startswith("//"))
    if suffix in _DASH_COMMENTS:
        return line.startswith("--")
    return line.startswith(("//", "/*", "* ", "<!--"))


def _span(file: str, start: int, end: int, lines: list[int]) -> Span:
    first = bisect_right(lines, start)
    last = bisect_right(lines, end)
    return Span(file, first, start - lines[first - 1] + 1, last, end - lines[last - 1] + 1)
