"""Texts as sequences of parts: what string operations do to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scopelint.link.values import EnumMember, Env, Hole, Lit, Ref, Str, Unknown, Why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scopelint.link.values import Part, Value

MAX_PARTS = 400
"""Parts of one text; a text that grows in a loop becomes a hole."""
MAX_TEXT = 20_000
"""Characters of one text."""

_WIDE = re.compile(r"\d{4}")
"""A width in a format that makes a text longer than any that matters."""
OBJECT = Why("an object whose text is not known")
TOO_LONG = Why("the text grew past the bound on texts")


def of(text: str, origin: int = 0) -> Str:
    """Return a text that is known."""
    return Str((Lit(text, origin),)) if text else Str()


def known(value: Value) -> str | None:
    """Return the characters of a text that is wholly known, else None."""
    if type(value) is not Str:
        return None
    texts = []
    for part in value.parts:
        if type(part) is not Lit:
            return None
        texts.append(part.text)
    return "".join(texts)


def join(texts: Iterable[Str]) -> Str:
    """Return the concatenation."""
    parts = tuple(part for text in texts for part in text.parts)
    if len(parts) > MAX_PARTS or sum(len(part.text) for part in parts if type(part) is Lit) > MAX_TEXT:
        return Str((Hole(TOO_LONG),))
    return Str(parts)


def as_text(value: Value, conversion: str = "") -> Str:
    """Return what `str(value)` gives; `conversion` is a format specification."""
    if type(value) is Str and not conversion:
        return value
    if _WIDE.search(conversion):
        return Str((Hole(TOO_LONG),))
    if value is None or type(value) in (bool, int, float):
        if conversion and conversion != "?":
            try:
                return of(format(value, conversion))
            except (ValueError, TypeError):
                return Str((Hole(Why("a format that is not understood")),))
        return of(str(value))
    if type(value) is Str:
        text = known(value)
        if text is not None and conversion != "?":
            try:
                return of(format(text, conversion), first_origin(value))
            except ValueError:
                return value
        return value if conversion in ("s", "") else Str((Hole(Why("a format that is not understood")),))
    if type(value) is EnumMember and type(value.value) is Str:
        return value.value
    if type(value) is Unknown:
        return Str((Hole(value.why, conversion[-1:] in ("d", "x", "X")),))
    return Str((Hole(OBJECT if type(value) is Ref else Why("a value whose text is not known")),))


def first_origin(text: Str) -> int:
    """Return the origin of the first literal part."""
    return next((part.origin for part in text.parts if type(part) is Lit), 0)


def map_known(text: Str, change: Callable[[str], str]) -> Str:
    """Apply a change that works on each character by itself to the literal parts."""
    return Str(tuple(Lit(change(part.text), part.origin) if type(part) is Lit else part for part in text.parts))


def strip(text: Str, characters: str | None, left: bool, right: bool) -> Str:
    """Return the text without characters at its ends; an unknown end stays as it is."""
    parts = list(text.parts)
    if left:
        while parts:
            head = parts[0]
            if type(head) is Env and head.default is not None:
                parts[0] = Env(head.name, strip(head.default, characters, True, False))
            if type(head) is not Lit:
                break
            rest = head.text.lstrip(characters)
            if rest:
                parts[0] = Lit(rest, head.origin)
                break
            parts.pop(0)
    if right:
        while parts:
            tail = parts[-1]
            if type(tail) is Env and tail.default is not None:
                parts[-1] = Env(tail.name, strip(tail.default, characters, False, True))
            if type(tail) is not Lit:
                break
            rest = tail.text.rstrip(characters)
            if rest:
                parts[-1] = Lit(rest, tail.origin)
                break
            parts.pop()
    return Str(tuple(parts))


def remove_prefix(text: Str, prefix: str) -> Str:
    """Return the text without a known prefix."""
    if text.parts and type(text.parts[0]) is Lit and text.parts[0].text.startswith(prefix):
        head = text.parts[0]
        rest = head.text[len(prefix) :]
        return Str(((Lit(rest, head.origin),) if rest else ()) + text.parts[1:])
    return text


def remove_suffix(text: Str, suffix: str) -> Str:
    """Return the text without a known suffix."""
    if text.parts and type(text.parts[-1]) is Lit and text.parts[-1].text.endswith(suffix):
        tail = text.parts[-1]
        rest = tail.text[: len(tail.text) - len(suffix)] if suffix else tail.text
        return Str(text.parts[:-1] + ((Lit(rest, tail.origin),) if rest else ()))
    return text


def starts_with(text: Str, prefix: str) -> bool | None:
    """Say whether the text starts with `prefix`, None when that is not known."""
    seen = ""
    for part in text.parts:
        if type(part) is Env and part.default is not None and not seen:
            return starts_with(part.default, prefix)
        if type(part) is Env and not seen and prefix in ("http", "http://", "https://"):
            return True if prefix == "http" else None
        if type(part) is not Lit:
            return False if not prefix.startswith(seen[: len(prefix)]) else None
        seen += part.text
        if len(seen) >= len(prefix):
            return seen.startswith(prefix)
    return seen.startswith(prefix)


def ends_with(text: Str, suffix: str) -> bool | None:
    """Say whether the text ends with `suffix`, None when that is not known."""
    seen = ""
    for part in reversed(text.parts):
        if type(part) is not Lit:
            return False if not suffix.endswith(seen[-len(suffix) :] if seen else "") else None
        seen = part.text + seen
        if len(seen) >= len(suffix):
            return seen.endswith(suffix)
    return seen.endswith(suffix)


def contains(text: Str, piece: str) -> bool | None:
    """Say whether `piece` occurs in the text, None when that is not known."""
    if any(type(part) is Lit and piece in part.text for part in text.parts):
        return True
    whole = known(text)
    return None if whole is None else piece in whole


def replace(text: Str, old: str, new: Str) -> Str:
    """Return the text with `old` replaced by `new` in its literal stretches."""
    if not old:
        return text
    parts: list[Part] = []
    for stretch in stretches(text):
        if isinstance(stretch, list):
            parts.extend(_replace_in(stretch, old, new))
        else:
            parts.append(stretch)
    return join((Str(tuple(parts)),))


def stretches(text: Str) -> list[list[Lit] | Part]:
    """Return the parts of a text, those that are known and stand together as one list."""
    found: list[list[Lit] | Part] = []
    for part in text.parts:
        if type(part) is Lit:
            if found and isinstance(found[-1], list):
                found[-1].append(part)
            else:
                found.append([part])
        else:
            found.append(part)
    return found


def _replace_in(stretch: list[Lit], old: str, new: Str) -> list[Part]:
    whole = "".join(part.text for part in stretch)
    if old not in whole:
        return list(stretch)
    found: list[Part] = []
    position = 0
    while True:
        at = whole.find(old, position)
        found.extend(_cut(stretch, position, len(whole) if at < 0 else at))
        if at < 0:
            return found
        found.extend(new.parts)
        position = at + len(old)


def _cut(stretch: list[Lit], start: int, end: int) -> list[Part]:
    found: list[Part] = []
    offset = 0
    for part in stretch:
        piece = part.text[max(start - offset, 0) : max(end - offset, 0)]
        if piece:
            found.append(Lit(piece, part.origin))
        offset += len(part.text)
    return found


def cut(text: Str, start: int, end: int) -> Str:
    """Return the characters from `start` to `end` of a text that is known."""
    return Str(tuple(_cut([part for part in text.parts if type(part) is Lit], start, end)))


def split(text: Str, separator: str, limit: int = -1) -> list[Str]:
    """Return the pieces between separators; holes are assumed to hold none."""
    pieces: list[list[Part]] = [[]]
    for part in text.parts:
        if type(part) is not Lit:
            pieces[-1].append(part)
            continue
        rest = part.text
        while limit < 0 or len(pieces) <= limit:
            at = rest.find(separator)
            if at < 0:
                break
            if at:
                pieces[-1].append(Lit(rest[:at], part.origin))
            pieces.append([])
            rest = rest[at + len(separator) :]
        if rest:
            pieces[-1].append(Lit(rest, part.origin))
    return [Str(tuple(piece)) for piece in pieces]


def is_exact(text: Str) -> bool:
    """Say whether the text has no hole."""
    return all(type(part) is Lit for part in text.parts)


_DOLLAR = re.compile(r"\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})")


def fill_template(template: Str, look_up: Callable[[str], Str]) -> Str:
    """Return a `string.Template`'s text with its `$names` replaced."""
    texts: list[Str] = []
    for part in template.parts:
        if type(part) is not Lit:
            texts.append(Str((part,)))
            continue
        position = 0
        for match in _DOLLAR.finditer(part.text):
            texts.append(of(part.text[position : match.start()], part.origin))
            texts.append(of("$", part.origin) if match[1] else look_up(match[2] or match[3]))
            position = match.end()
        texts.append(of(part.text[position:], part.origin))
    return join(texts)


_FIELD = re.compile(r"\{\{|\}\}|\{([^{}!:]*)(?:![rsa])?(?::([^{}]*))?\}")


def format_text(template: Str, look_up: Callable[[str, int], Value]) -> Str:
    """Return `template.format(...)`; `look_up` gives the value of a field by its name and its number."""
    texts: list[Str] = []
    number = 0
    for part in template.parts:
        if type(part) is not Lit:
            texts.append(Str((part,)))
            continue
        position = 0
        for match in _FIELD.finditer(part.text):
            texts.append(of(part.text[position : match.start()], part.origin))
            position = match.end()
            if match.group() in ("{{", "}}"):
                texts.append(of(match.group()[0], part.origin))
                continue
            texts.append(as_text(look_up(match.group(1), number), match.group(2) or ""))
            if not match.group(1):
                number += 1
        texts.append(of(part.text[position:], part.origin))
    return join(texts)


_PERCENT = re.compile(r"%(?:\(([^)]*)\))?[-+ #0]*\d*(?:\.\d+)?([diouxXeEfFgGcrsa%])")


def percent(template: Str, look_up: Callable[[str | None, int], Value]) -> Str:
    """Return `template % values`."""
    texts: list[Str] = []
    number = 0
    for part in template.parts:
        if type(part) is not Lit:
            texts.append(Str((part,)))
            continue
        position = 0
        for match in _PERCENT.finditer(part.text):
            texts.append(of(part.text[position : match.start()], part.origin))
            position = match.end()
            if match.group(2) == "%":
                texts.append(of("%", part.origin))
                continue
            value = look_up(match.group(1), number)
            number += 1
            texts.append(as_text(value, "d" if match.group(2) in "dioxX" and type(value) is Unknown else ""))
        texts.append(of(part.text[position:], part.origin))
    return join(texts)
