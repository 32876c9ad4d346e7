"""URLs taken apart by `urllib.parse`: named tuples of their parts, changed and put together again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import attribute_writes, rendering, text, urls
from scopelint.link.sequences import elements
from scopelint.link.values import Arguments, External, InstanceRecord, Ref, Str, Unknown, Why

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

SPLIT = "urllib.parse.SplitResult"
PARSED = "urllib.parse.ParseResult"
FIELDS = {
    SPLIT: ("scheme", "netloc", "path", "query", "fragment"),
    PARSED: ("scheme", "netloc", "path", "params", "query", "fragment"),
}
"""The classes' names, and the parts in their order."""


def split(m: Machine, args: Arguments, kind: str) -> Value:
    """Return the parts of a URL as an instance of `kind`."""
    value = rendering.to_text(m, args.positional[0]) if args.positional else Str()
    origin, rest = urls.cut_origin(value)
    pieces = text.split(rest, "?", 1)
    scheme = text.split(origin, "://", 1)
    netloc = scheme[1] if len(scheme) > 1 else origin
    attrs: dict[str, Value] = {
        "scheme": scheme[0] if len(scheme) > 1 else Str(),
        "netloc": netloc,
        "hostname": netloc,
        "path": pieces[0],
        "query": pieces[1] if len(pieces) > 1 else Str(),
        "fragment": Str(),
        "params": Str(),
        "__text__": value,
    }
    return m.new(InstanceRecord(External(kind), attrs, (value,)))


def made(m: Machine, args: Arguments, kind: str) -> Value:
    """Return an instance of `kind` of the parts that its constructor is given."""
    given = {**dict(zip(FIELDS[kind], args.positional, strict=False)), **dict(args.keywords)}
    attrs = {name: rendering.to_text(m, given.get(name, Str())) for name in FIELDS[kind]}
    ref = m.new(InstanceRecord(External(kind), {**attrs, "hostname": attrs["netloc"]}, args.all()))
    attribute_writes.store(m, ref, "__text__", unsplit(m, Arguments((ref,))))
    return ref


def unsplit(m: Machine, args: Arguments) -> Value:
    """Return the URL that has the given parts."""
    found, more = elements(m, args.positional[0]) if args.positional else ((), True)
    if more or len(found) not in (len(FIELDS[SPLIT]), len(FIELDS[PARSED])):
        return Unknown(Why("a URL of parts that are not known"))
    scheme, netloc, path = (rendering.to_text(m, m.pick(part)) for part in found[:3])
    query = rendering.to_text(m, m.pick(found[-2]))
    origin = text.join((scheme, text.of("://"), netloc)) if scheme.parts else netloc
    if path.parts and text.starts_with(path, "/") is False and origin.parts:
        path = text.join((text.of("/"), path))
    return text.join((origin, path, *((text.of("?"), query) if query.parts else ())))


def method(m: Machine, ref: Ref, record: InstanceRecord, name: str, args: Arguments) -> tuple[Value] | None:
    """Return what a method of the parts gives, None for those that are of no interest."""
    if name == "_replace":
        changed = m.new(InstanceRecord(record.cls, {**record.attrs, **dict(args.keywords)}))
        attribute_writes.store(m, changed, "__text__", unsplit(m, Arguments((changed,))))
        return (changed,)
    return (unsplit(m, Arguments((ref,))),) if name == "geturl" else None
