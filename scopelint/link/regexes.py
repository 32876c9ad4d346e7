"""Regular expressions of the analysed code, applied to texts that are known, where that cannot take long."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from scopelint.link import items, rendering, text
from scopelint.link.values import (
    Arguments,
    Bound,
    DictRecord,
    External,
    FunctionValue,
    Hole,
    InstanceRecord,
    Ref,
    Str,
    Tuple,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Part, Value

MAX_PATTERN = 120
"""Characters of a pattern that is applied."""
MAX_WORK = 5_000_000
"""Steps that a match may take: the ways to share a text's characters among the pattern's repetitions."""
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_REPETITION = re.compile(r"[*+{]")
_PATTERN = "re.Pattern"
_MATCH = "re.Match"
FUNCTIONS = ("sub", "match", "search", "fullmatch", "split", "findall")


def function(name: str) -> Callable[[Machine, Arguments, ir.Call | None], Value]:
    """Return the model of `re.<name>`."""
    return lambda m, args, _node: _apply(m, name, args) if name != "compile" else _compile(m, args)


def method(m: Machine, record: InstanceRecord, name: str, args: Arguments) -> tuple[Value] | None:
    """Return what a method of a compiled pattern or of a match gives, None for other objects and methods."""
    kind = record.cls.name if type(record.cls) is External else ""
    if kind == _PATTERN and name in FUNCTIONS:
        return (_apply(m, name, Arguments((record.args[0], *args.positional), args.keywords)),)
    if kind == _MATCH:
        groups = record.attrs["groups"]
        assert type(groups) is Tuple
        if name == "groups":
            return (Tuple(groups.items[1:]),)
        if name == "groupdict":
            return (record.attrs["named"],)
        if name in ("group", "__getitem__"):
            found = [_group(m, record, index) for index in args.positional or (0,)]
            return (found[0] if len(found) == 1 else Tuple(tuple(found)),)
    return None


def is_known(name: str) -> bool:
    """Say whether a class's objects are patterns or matches."""
    return name in (_PATTERN, _MATCH)


def _group(m: Machine, record: InstanceRecord, index: Value) -> Value:
    groups = record.attrs["groups"]
    if type(index) is int and type(groups) is Tuple and 0 <= index < len(groups.items):
        return groups.items[index]
    return items.get_item(m, record.attrs["named"], index)


def _compile(m: Machine, args: Arguments) -> Value:
    if len(args.positional) != 1 or args.keywords:
        return Unknown(Why("re.compile()"))
    return m.new(InstanceRecord(External(_PATTERN), {}, args.positional))


def _apply(m: Machine, name: str, args: Arguments) -> Value:
    unknown = Unknown(Why(f"the result of re.{name}()"))
    given = args.positional
    if len(given) != (3 if name == "sub" else 2) or args.keywords:
        return Str((Hole(unknown.why),)) if name == "sub" else unknown
    pattern = _compiled(text.known(given[0]))
    subject = rendering.to_text(m, given[-1])
    if name == "sub":
        return _substitute(m, pattern, given[1], subject) or Str((Hole(unknown.why),))
    whole = text.known(subject)
    if pattern is None or whole is None or not _is_quick(pattern, whole):
        return unknown
    if name == "split":
        return m.new_list(text.of(piece) for piece in pattern.split(whole) if piece is not None)
    if name == "findall":
        return m.new_list(_found(pattern, subject, match) for match in pattern.finditer(whole))
    match = getattr(pattern, name)(whole)
    return None if match is None else _match(m, subject, match)


def _found(pattern: re.Pattern[str], subject: Str, match: re.Match[str]) -> Value:
    groups = tuple(text.cut(subject, *match.span(number)) for number in range(1, pattern.groups + 1))
    return groups[0] if len(groups) == 1 else Tuple(groups) if groups else text.cut(subject, *match.span())


def _match(m: Machine, subject: Str, match: re.Match[str]) -> Ref:
    groups = tuple(
        None if match.start(number) < 0 else text.cut(subject, *match.span(number))
        for number in range(match.re.groups + 1)
    )
    named: dict[object, Value] = {name: groups[number] for name, number in match.re.groupindex.items()}
    attrs: dict[str, Value] = {"groups": Tuple(groups), "named": m.new(DictRecord(named))}
    return m.new(InstanceRecord(External(_MATCH), attrs))


def _substitute(m: Machine, pattern: re.Pattern[str] | None, replacement: Value, subject: Str) -> Str | None:
    """Replace what matches in the literal stretches of a text; None when it is not known what that gives."""
    if pattern is None:
        return None
    parts: list[Part] = []
    for stretch in text.stretches(subject):
        if not isinstance(stretch, list):
            parts.append(stretch)
            continue
        piece = Str(tuple(stretch))
        whole = "".join(part.text for part in stretch)
        if not _is_quick(pattern, whole):
            return None
        position = 0
        for match in pattern.finditer(whole):
            new = _replacement(m, replacement, piece, match)
            if new is None:
                return None
            parts.extend(text.cut(piece, position, match.start()).parts)
            parts.extend(new.parts)
            position = match.end()
        parts.extend(text.cut(piece, position, len(whole)).parts)
    return Str(tuple(parts))


def _replacement(m: Machine, value: Value, subject: Str, match: re.Match[str]) -> Str | None:
    if type(value) in (FunctionValue, Bound):
        from scopelint.link import calls

        return rendering.to_text(m, m.pick(calls.call(m, value, Arguments((_match(m, subject, match),)), None)))
    known = text.known(value)
    if known is None:
        return None
    try:
        return text.of(match.expand(known))
    except (re.error, IndexError):
        return None


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    if pattern is None or len(pattern) > MAX_PATTERN or _REPEATED_GROUP.search(pattern):
        return None
    try:
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return None


def _is_quick(pattern: re.Pattern[str], whole: str) -> bool:
    """Say whether a match takes few steps, from whichever character it starts."""
    if _is_linear(pattern.pattern):
        return len(whole) ** 2 <= MAX_WORK
    repetitions = len(_REPETITION.findall(pattern.pattern))
    return (len(whole) + 1) * math.comb(len(whole) + repetitions, repetitions) <= MAX_WORK


@lru_cache(maxsize=256)
def _is_linear(pattern: str) -> bool:
    """Say whether nothing that a repetition takes could begin what follows it: there is one way to match, then."""
    if "|" in pattern:
        return False
    repeated: set[str] = set()  # characters that a repetition before this atom takes, and may give back
    for token in _TOKEN.finditer(pattern):
        if token["atom"] is None:
            continue
        taken = _characters(token["atom"])
        if repeated & taken:
            return False
        optional = (token["many"] or "")[:1] in ("*", "?", "{")
        repeated = (repeated if optional else set()) | (taken if token["many"] not in (None, "?", "??") else set())
    return True


_TOKEN = re.compile(
    r"\((?:\?(?:P<\w+>|[:=!]|<[=!]))?|\)\??|[\^$]|\\[bBAZ]"
    r"|(?P<atom>\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|.)(?P<many>(?:[*+?]|\{\d*,?\d*\})\??)?",
    re.DOTALL,
)


def _characters(atom: str) -> set[str]:
    """Return the ASCII characters that an atom of a pattern matches."""
    try:
        compiled = re.compile(atom, re.DOTALL)
    except re.error:
        return set(map(chr, range(128)))
    return {chr(code) for code in range(128) if compiled.fullmatch(chr(code))}
