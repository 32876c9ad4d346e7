"""From the text of a URL to origin, path template and query; and how libraries join a base with a reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

import msgspec

from scopelint.link import text
from scopelint.link.values import Env, Hole, Lit, Str, Why
from scopelint.model import Origin, OriginKind, QueryParameter

if TYPE_CHECKING:
    from scopelint.link.values import Part

ANYTHING = "{...}"
SEGMENT = "{}"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HOST_END = re.compile(r"[/?#\\]")
_PREFIX = re.compile(r"/(?:external/)?v\d+(?=/|$)")
_EDGE = "-_.~:@,;()'!*=+"
"""Literal characters beside a hole that keep it inside one segment, since a name is being composed there."""
_COMPLETE_HOST = re.compile(r"(?:[^@/]*@)?(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?", re.IGNORECASE)
"""A host that needs nothing more: what follows it without a slash is taken for the path."""
NOTHING_KNOWN = Origin(OriginKind.UNKNOWN, None)
_VERSIONED = re.compile(r"/?(?:[\w.-]+/)*v\d+/?")
"""A default that says which version of an API a variable holds."""
_OWN_MACHINE = re.compile(
    r"://(?:[^./]+|[\d.]+|.*\.(?:local|localhost|internal|test|example|invalid|svc))(?::\d+)?$|://(?:[\w-]+\.)*example\.[a-z]+"
)
"""Origins of defaults that stand in for another where the code really runs."""


class Url(msgspec.Struct, frozen=True):
    """A URL taken apart. `literals` are the source literals that fix the path beyond the version prefix."""

    origin: Origin
    path: str | None
    parameters: tuple[QueryParameter, ...]
    open: bool
    literals: frozenset[int]
    why: Why | None = None  # why the path is not known
    base: int = 0  # the literal that holds the scheme
    spans: tuple[tuple[int, int, int, bool], ...] = ()  # of the literals: origin, begin, end in the path, has a slash
    default: Origin | None = None  # where the variable that holds the base points by default, when that tells

    def places(self, origin: int) -> list[tuple[int, int]]:
        """Return where in the path a literal stands."""
        return [(begin, end) for literal, begin, end, _ in self.spans if literal == origin]

    def is_piece(self, origin: int) -> bool:
        """Say whether a literal is a piece of a path, with a slash, not a name that fills a place, nor the base."""
        return origin != self.base and any(slash for literal, _, _, slash in self.spans if literal == origin)

    def is_base(self, origin: int) -> bool:
        """Say whether a literal is the one that holds the scheme and host."""
        return origin == self.base


def take_apart(url: Str) -> Url:
    """Return origin, path template and query of a URL's text."""
    origin, rest = _origin(url)
    path, query = _cut_query(rest)
    template, spans, why = _template(path, origin.kind is OriginKind.UNKNOWN and origin.text is None)
    literals = frozenset(span[0] for span in spans)
    parameters, is_open = parse_query(query) if query is not None else ((), False)
    known = template or ("" if origin.kind is not OriginKind.UNKNOWN else None)
    head = url.parts[0] if url.parts else None
    base = head.origin if type(head) is Lit and _SCHEME.match(head.text) else 0
    return Url(origin, known, parameters, is_open, literals, why, base, spans, _default(head))


def _default(head: Part | None) -> Origin | None:
    if type(head) is not Env or head.default is None:
        return None
    origin = _origin(head.default)[0]
    if origin.kind is OriginKind.VARIABLE:
        return _default(head.default.parts[0])
    tells = origin.kind is OriginKind.LITERAL and not _OWN_MACHINE.search(origin.text or "")
    return origin if tells else None


def _origin(url: Str) -> tuple[Origin, list[Part]]:
    parts = _flat(url)
    if not parts:
        return NOTHING_KNOWN, []
    head = parts[0]
    if type(head) is Env:
        rest = parts[1:]
        if head.default is not None:
            _, default = _origin(head.default)
            rest = default + rest
        return Origin(OriginKind.VARIABLE, head.name), _after_host(rest)
    if type(head) is not Lit:
        return NOTHING_KNOWN, parts if len(parts) == 1 else _after_host(parts[1:])
    scheme = _SCHEME.match(head.text)
    if scheme is None:
        return NOTHING_KNOWN, parts
    host, rest, has_hole = _host([Lit(head.text[scheme.end() :], head.origin), *parts[1:]])
    name, _, port = host.rpartition("@")[2].partition(":")
    if has_hole and SEGMENT in name:
        whole = Origin(OriginKind.UNKNOWN, None if host == SEGMENT else scheme.group().lower() + host)
        return whole, rest
    known_port = f":{port}" if port and SEGMENT not in port else ""
    return Origin(OriginKind.LITERAL, scheme.group().lower() + name.lower() + known_port), rest


def _host(parts: list[Part]) -> tuple[str, list[Part], bool]:
    host = ""
    has_hole = False
    for index, part in enumerate(parts):
        if type(part) is not Lit:
            if _COMPLETE_HOST.fullmatch(host):
                return host, list(parts[index:]), has_hole
            host += SEGMENT
            has_hole = True
            continue
        end = _HOST_END.search(part.text)
        if end:
            rest = Lit(part.text[end.start() :], part.origin)
            return host + part.text[: end.start()], [rest, *parts[index + 1 :]], has_hole
        host += part.text
    return host, [], has_hole


def _after_host(parts: list[Part]) -> list[Part]:
    """Drop what still belongs to the host after a variable: a port or the rest of a name."""
    if parts and type(parts[0]) is Lit and re.match(r":\d+|\.[a-z]", parts[0].text):
        return _host(parts)[1]
    if parts and type(parts[0]) is Lit and parts[0].text[:1] not in ("/", "?", "#"):
        return [Lit("/"), *parts]
    return parts


def _flat(url: Str) -> list[Part]:
    """Return the parts without empty ones, neighbouring literals of the scheme and host joined."""
    parts = [part for part in url.parts if type(part) is not Lit or part.text]
    while len(parts) > 1 and type(parts[0]) is Lit and type(parts[1]) is Lit and not _is_origin(parts[0].text):
        parts[0:2] = [Lit(parts[0].text + parts[1].text, parts[1].origin)]
        if _is_origin(parts[0].text) and "/" in parts[0].text.split("://", 1)[-1]:
            break
    return parts[:1] + [_versioned(part) for part in parts[1:]]


def _versioned(part: Part) -> Part:
    """Return the default of a variable that holds an API's version: the literals after it name that version's paths."""
    if type(part) is Env and part.default is not None:
        known = text.known(part.default)
        if known is not None and _VERSIONED.fullmatch(known):
            return Lit(known, text.first_origin(part.default))
    return part


def _is_origin(value: str) -> bool:
    return value[:1] == "/" or bool(_SCHEME.match(value))


def _cut_query(parts: list[Part]) -> tuple[list[Part], Str | None]:
    for index, part in enumerate(parts):
        if type(part) is not Lit:
            continue
        at = min((found for found in (part.text.find("?"), part.text.find("#")) if found >= 0), default=-1)
        if at >= 0:
            head = [*parts[:index], *([Lit(part.text[:at], part.origin)] if at else [])]
            if part.text[at] == "#":
                return head, None
            return head, Str((Lit(part.text[at + 1 :], part.origin), *parts[index + 1 :]))
    return parts, None


def _template(parts: list[Part], relative: bool) -> tuple[str, tuple[tuple[int, int, int, bool], ...], Why | None]:
    texts: list[str] = []
    why: Why | None = None
    if len(parts) == 1 and type(parts[0]) is not Lit:
        return ("", (), _why(parts[0])) if relative else (ANYTHING, (), _why(parts[0]))
    for index, part in enumerate(parts):
        if type(part) is Lit:
            texts.append(part.text)
            continue
        if _is_one_segment(parts, index):
            texts.append(SEGMENT)
        else:
            texts.append(ANYTHING)
            why = why or _why(part)
    if relative and texts and parts and type(parts[0]) is Lit and not texts[0].startswith("/"):
        texts.insert(0, "/")
        parts = [Lit("/"), *parts]
    template = re.sub(r"(?:\{\}){2,}", SEGMENT, "".join(texts))
    return template, _fixing(parts, texts), why


def _why(part: Part) -> Why | None:
    return part.why if type(part) is Hole else None


def _is_one_segment(parts: list[Part], index: int) -> bool:
    part = parts[index]
    left = _side(parts, index, -1)
    right = _side(parts, index, +1)
    if type(part) is Hole and part.segment:
        return bool(left)
    return left is not None and left != "" and left in "/" + _EDGE and (right == "" or right in "/" + _EDGE)


def _side(parts: list[Part], index: int, step: int) -> str:
    """Return the literal character beside a hole, past other holes; "" at an end."""
    position = index + step
    while 0 <= position < len(parts):
        part = parts[position]
        if type(part) is Lit and part.text:
            return part.text[0] if step > 0 else part.text[-1]
        position += step
    return ""


def _fixing(parts: list[Part], texts: list[str]) -> tuple[tuple[int, int, int, bool], ...]:
    whole = "".join(texts)
    prefix = _PREFIX.search(whole)
    start = prefix.end() if prefix else 0
    found = []
    offset = 0
    for part, value in zip(parts, texts, strict=True):
        end = offset + len(value)
        if type(part) is Lit and part.origin and any(map(str.isalnum, whole[max(offset, start) : end])):
            found.append((part.origin, max(offset, start), end, "/" in value))
        offset = end
    return tuple(found)


def segments(path: str) -> tuple[int, list[str]]:
    """Return where the path begins after its version prefix, and its segments from there."""
    prefix = _PREFIX.search(path)
    start = prefix.end() if prefix else 0
    return start, path[start:].strip("/").split("/")


def touched(path: str, start: int, begin: int, end: int) -> set[int]:
    """Return the numbers of the segments after `start` of which a stretch of the path covers something."""
    found = set()
    number = -1
    fresh = True
    for position in range(start, min(end, len(path))):
        if path[position] == "/":
            fresh = True
            continue
        if fresh:
            number += 1
            fresh = False
        if position >= begin:
            found.add(number)
    return found


def parse_query(query: Str) -> tuple[tuple[QueryParameter, ...], bool]:
    """Return the parameters of a query string, and whether there may be others."""
    found = []
    is_open = False
    for piece in text.split(query, "&"):
        if not piece.parts:
            continue
        name, *values = text.split(piece, "=", 1)
        key = text.known(name)
        if not key:
            is_open = True
            continue
        value = text.known(values[0]) if values else ""
        found.append(QueryParameter(unquote_plus(key), None if value is None else unquote_plus(value)))
    return tuple(found), is_open


def is_absolute(url: Str) -> bool | None:
    """Say whether a text is a URL with its own origin, None when that is not known."""
    if not url.parts:
        return False
    head = url.parts[0]
    if type(head) is Env:
        return True
    if type(head) is Hole:
        return None
    whole = "".join(part.text for part in url.parts if type(part) is Lit)
    return bool(_SCHEME.match(whole))


def join(base: Str, url: Str, style: str) -> Str:
    """Join a client's base with what a call gives, as the library does.

    `style` is "slash" (the base, one slash, the reference), "urljoin" (RFC 3986) or "concat".
    """
    absolute = is_absolute(url)
    if absolute:
        return url
    if style == "concat" or (absolute is None and len(base.parts) == 1 and type(base.parts[0]) is Hole):
        return text.join((base, url))  # of two texts that are not known, either may be the origin
    if style == "urljoin":
        return url_join(base, url)
    if not url.parts:
        return base
    return text.join((text.strip(base, "/", False, True), text.of("/"), text.strip(url, "/", True, False)))


def url_join(base: Str, url: Str) -> Str:
    """Return what `urllib.parse.urljoin(base, url)` gives."""
    if is_absolute(url) or not base.parts:
        return url
    if not url.parts:
        return base
    origin, path = cut_origin(base)
    first = text.known(Str(url.parts[:1]))
    if first is not None and first.startswith("/"):
        return text.join((origin, url))
    if first is not None and first.startswith("?"):
        return text.join((base, url))
    pieces = text.split(Str(tuple(_cut_query(list(path.parts))[0])), "/")
    while first is not None and first.startswith(("./", "../")):
        if first.startswith("../") and len(pieces) > 1:
            pieces = pieces[:-1]
        url = text.remove_prefix(url, "../" if first.startswith("../") else "./")
        first = text.known(Str(url.parts[:1]))
    folder = text.join(part for piece in pieces[:-1] for part in (piece, text.of("/")))
    if not folder.parts:
        folder = text.of("/")
    return text.join((origin, folder, url))


_PLACE = re.compile(r"\{([+?&/#.;]?)([^{}]*)\}")


def expand(template: Str, base: Str | None) -> Str:
    """Return a URL template (RFC 6570) with its places filled: the base, segments that are not known, no query."""
    why = Why("a place of a URL template")
    texts: list[Str] = []
    for part in template.parts:
        if type(part) is not Lit:
            texts.append(Str((part,)))
            continue
        position = 0
        for match in _PLACE.finditer(part.text):
            texts.append(text.of(part.text[position : match.start()], part.origin))
            position = match.end()
            if match.group(1) == "+" and match.group(2).lower() == "baseurl":
                texts.append(Str((Hole(why),)) if base is None else text.strip(base, "/", False, True))
            elif match.group(1) not in ("?", "&"):
                texts.append(Str((Hole(why, not match.group(1)),)))
        texts.append(text.of(part.text[position:], part.origin))
    return text.join(texts)


def cut_origin(url: Str) -> tuple[Str, Str]:
    """Return scheme and host, and the rest, as texts."""
    parts = _flat(url)
    if not parts:
        return Str(), Str()
    head = parts[0]
    if type(head) is Env and head.default is not None:
        origin, path = cut_origin(head.default)
        return Str((Env(head.name, origin),)), Str((*path.parts, *parts[1:]))
    if type(head) is not Lit:
        return Str((head,)), Str(tuple(parts[1:]))
    scheme = _SCHEME.match(head.text)
    if scheme is None:
        return Str(), Str(tuple(parts))
    host: list[Part] = [Lit(scheme.group(), head.origin)]
    rest = [Lit(head.text[scheme.end() :], head.origin), *parts[1:]]
    for index, part in enumerate(rest):
        if type(part) is Lit:
            end = _HOST_END.search(part.text)
            if end:
                host.append(Lit(part.text[: end.start()], part.origin))
                return Str(tuple(host)), Str((Lit(part.text[end.start() :], part.origin), *rest[index + 1 :]))
        host.append(part)
    return Str(tuple(host)), Str()
