"""Readers of environment variables that know a prefix: `with env.prefixed("APP_"): env("URL")`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import attribute_writes, environment, passed, text
from scopelint.link.values import External, InstanceRecord

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Arguments, Ref, Value

_READERS = frozenset({"str", "url", "__call__", "get", "get_value", "path", "uri"})
_LIBRARIES = ("environs.", "environ.")


def method(m: Machine, ref: Ref, record: InstanceRecord, name: str, args: Arguments) -> tuple[Value] | None:
    """Call a method of a reader; None for a method that is not modelled."""
    known = text.known(args.positional[0]) if args.positional else None
    if known is None or not is_reader(record):
        return None
    prefix = record.attrs.get("prefix", text.of(""))
    prefixed = text.of((text.known(prefix) or "") + known)
    if name in _READERS:
        return (environment.variable(prefixed, passed.argument(args, 1, "default")),)
    if name == "prefixed":
        return (m.new(InstanceRecord(record.cls, {"prefix": prefixed, "outer": prefix, "shares": ref}, record.args)),)
    return None


def is_reader(record: object) -> bool:
    """Say whether an object is such a reader."""
    return type(record) is InstanceRecord and type(record.cls) is External and record.cls.name.startswith(_LIBRARIES)


def set_prefix(m: Machine, value: Value, which: str) -> None:
    """Give the reader of a `prefixed` block its "prefix", or at the end the "outer" one."""
    record = m.instance(value)
    if record is not None and is_reader(record) and "shares" in record.attrs:
        attribute_writes.set_attribute(m, record.attrs["shares"], "prefix", record.attrs[which])
