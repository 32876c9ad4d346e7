"""The text of values, as `str()`, formats and templates give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import text
from scopelint.link.values import (
    Arguments,
    DictRecord,
    EnumMember,
    Env,
    External,
    Hole,
    InstanceRecord,
    Ref,
    Str,
    Tuple,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


def to_text(m: Machine, value: Value, spec: str = "") -> Str:
    """Return what `str(value)` gives, calling `__str__` where the code defines it."""
    value = m.pick(value)
    if type(value) is Ref:
        from scopelint.link import attributes, calls

        for name in ("__format__", "__str__"):
            method = attributes.find_method(m, value, name)
            if method is not None:
                found = calls.call(m, method, Arguments((text.of(spec),) if name == "__format__" else ()), None)
                if type(found) is Str:
                    return found
        record = m.record(value)
        if type(record) is InstanceRecord and type(record.attrs.get("__text__")) is Str:
            return record.attrs["__text__"]  # type: ignore[return-value]  # a Str: tested
        if type(record) is InstanceRecord and len(record.args) == 1 and type(record.args[0]) is Str:
            from scopelint.link import exceptions

            if exceptions.is_exception(record):
                return record.args[0]
    if type(value) is EnumMember:
        from scopelint.link import attributes, calls

        method = attributes.find_method(m, value, "__str__")
        if method is not None:
            found = calls.call(m, method, Arguments(), None)
            if type(found) is Str:
                return found
        if not any(type(base) is External and base.name in ("builtins.str", "enum.StrEnum") for base in value.cls.mro):
            if any(type(base) is External and base.name in ("builtins.int", "enum.IntEnum") for base in value.cls.mro):
                return text.as_text(value.value, spec)
            return text.of(f"{value.cls.name}.{value.name}")
    return text.as_text(value, spec)


def percent(m: Machine, template: Str, values: Value) -> Value:
    """Return `template % values`; on a URL object it is an update of the query, which leaves the path as it is."""
    record = m.record(values) if type(values) is Ref else None
    positional = values.items if type(values) is Tuple else (values,)

    def look_up(name: str | None, number: int) -> Value:
        if name is not None:
            if type(record) is DictRecord and name in record.items:
                return m.pick(record.items[name])
            return Unknown(Why(f"a value for %({name})"))
        if number < len(positional):
            found = m.pick(positional[number])
            return to_text(m, found) if type(found) in (Ref, EnumMember) else found
        return Unknown(Why("a value for %"))

    if type(record) is DictRecord and not any(
        "%" in part.text for part in template.parts if not isinstance(part, (Hole, Env))
    ):
        from scopelint.link import url_objects

        return url_objects.with_query(m, template, values, False)
    return text.percent(template, look_up)
