"""Items of containers: read, written and listed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scopelint.link import deposits, external_items, literals, payload, persistence, refusals, text, unknown_keys
from scopelint.link.bounds import MAX_ALTERNATIVES, MAX_DATA_DEPTH, MAX_LOOP
from scopelint.link.likeness import contents, one_of
from scopelint.link.modules import RUNNING
from scopelint.link.sequences import elements, key_of, key_value
from scopelint.link.state import DeadPath
from scopelint.link.values import (
    Arguments,
    Bound,
    ClassMethod,
    ClassValue,
    DictRecord,
    EnumMember,
    Env,
    External,
    FunctionValue,
    InstanceRecord,
    ListRecord,
    Lit,
    Method,
    Ref,
    Str,
    Tuple,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scopelint.link.machine import Machine
    from scopelint.link.values import Record, Value


class Missing:
    """The mark of something that is not there, where None is a value."""


MISSING = Missing()
_HEADER = re.compile(r"authorization|accept|accept-.+|content-.+|user-agent|cookie|x-.+|if-.+|referer", re.IGNORECASE)
"""Names of HTTP headers: what is stored under them is of no interest."""


def dict_key(m: Machine, value: Value) -> object:
    """Return the form in which a value is a dict's key, MISSING when it is not known."""
    value = m.pick(value)
    if type(value) is Tuple:
        value = Tuple(tuple(m.pick(item) for item in value.items))
    if type(value) is Unknown or (type(value) is Tuple and any(type(item) is Unknown for item in value.items)):
        return MISSING
    key = key_of(value)
    return MISSING if key is None and value is not None else key


def get_item(m: Machine, value: Value, index: Value) -> Value:
    """Return `value[index]`; every item is possible where the index is not known."""
    if type(value) is Tuple:
        return _at(m, value.items, False, index)
    if type(value) is Ref:
        record = m.record(value)
        if type(record) is ListRecord:
            return _at(m, record.items, record.more, index)
        if type(record) is DictRecord:
            return _from_dict(m, value, record, index)
        if type(record) is InstanceRecord:
            return _from_instance(m, value, record, index)
    if type(value) is External:
        return external_items.get(m, value, index)
    if type(value) is ClassValue:
        return _class_item(m, value, index)
    if type(value) is Method and value.name == "__dict__":
        from scopelint.link import attributes, later_attributes

        name = text.known(index)
        if name is None:
            return Unknown(Why("an attribute"))
        if attributes.is_caught(m, "KeyError") and not later_attributes.holds(m, value.receiver, name):
            raise DeadPath  # the handler sets it
        return attributes.get_attribute(m, value.receiver, name, None)
    if type(value) is Str:
        known = text.known(value)
        if known is not None and type(index) is int and -len(known) <= index < len(known):
            return text.of(known[index], text.first_origin(value))
        return Unknown(Why("a character of a text"))
    left = deposits.item(m, value, index)
    if left is not None:
        return left
    if type(value) is Unknown:
        name = text.known(index)
        if name is not None and name in m.variables:
            return Str((Env(name),))
        return Unknown(
            Why(value.why.text, value.why.expression, value.why.parameter, name or value.why.name, value.why.answer)
        )
    return Unknown(Why("an item of a value that is not understood"))


def _at(m: Machine, found: tuple[Value, ...], more: bool, index: Value) -> Value:
    if type(index) is int and not isinstance(index, bool):
        if -len(found) <= index < len(found):
            return m.pick(found[index])
        return Unknown(Why("an element of a sequence that is not wholly known"))
    if found and not more:
        return m.pick(one_of(found))
    return Unknown(Why("an element of a sequence that is not wholly known"))


def _from_dict(m: Machine, ref: Ref, record: DictRecord, index: Value) -> Value:
    key = dict_key(m, index)
    if isinstance(key, Missing) or unknown_keys.may_be_any(record, key):
        refusals.note_look_up(m, record)
        if record.items and (not record.more or unknown_keys.held(record)):
            return m.pick(one_of(record.items.values()))
        return Unknown(Why("an item of a dict by a key that is not known"))
    written = put_elsewhere(m, ref, key)
    if key in record.items:
        return select(m, index, m.pick(one_of((record.items[key], *written))))
    written = written or unknown_keys.held(record)
    if written:
        return select(m, index, m.pick(one_of(written)))
    name = text.known(index)
    if name is not None and name in m.variables:
        return Str((Env(name),))
    from scopelint.link import attributes

    if not record.more and (attributes.is_caught(m, "KeyError") or attributes.is_caught(m, "LookupError")):
        raise DeadPath  # the handler says what happens then
    return Unknown(Why(f"a dict has no key {name!r} here" if name else "a key that a dict does not have here"))


def put_elsewhere(m: Machine, ref: Ref, key: object) -> tuple[Value, ...]:
    """Return what entry points put under a key of a shared dict, unless this path has changed what it holds there."""
    if ref.id not in m.base or not isinstance(key, str):
        return ()
    m.reads.add(("attribute", ref.id, key))
    record = m.state.heap.get(ref.id)
    return () if type(record) is DictRecord and key in record.items else tuple(m.written.get((ref.id, key), ()))


def note_put(m: Machine, ref: Ref, key: object, item: Value) -> None:
    """Note that an entry point puts something under a key of a shared dict, for the others that read it."""
    if ref.id not in m.base or not isinstance(key, str) or m.frames()[-1].module.status == RUNNING:
        return
    kept = persistence.persist(m, item)
    written = m.written.setdefault((ref.id, key), [])
    if kept not in written and len(written) < MAX_ALTERNATIVES:
        written.append(kept)
        m.touch(("attribute", ref.id, key))


def select(m: Machine, key: Value, value: Value) -> Value:
    """Note that the literals of `value` were looked up by those of `key`: who gives the key, says which value it is.

    A member of an enumeration is such a key, too.
    """
    origins: set[int] = set()
    if type(key) is Str:
        origins = {part.origin for part in key.parts if type(part) is Lit and part.origin}
    elif type(key) is EnumMember:
        origins = {literals.key_of_member(m, key)}
    if origins:
        _note_selected(m, value, origins, 0)
    return value


def _note_selected(m: Machine, value: Value, origins: set[int], depth: int) -> None:
    if type(value) is Str:
        for part in value.parts:
            if type(part) is Lit and part.origin:
                m.selectors.setdefault(part.origin, set()).update(origins - {part.origin})
        return
    held: Iterable[Value] = value.items if type(value) is Tuple else ()
    if type(value) is Ref and depth < MAX_DATA_DEPTH:
        record = m.record(value)
        if type(record) is ListRecord or type(record) is DictRecord or _is_data(record):
            held = contents(record)
    for item in held:
        _note_selected(m, item, origins, depth + 1)


def _is_data(record: Record) -> bool:
    from scopelint.link import classes

    return type(record) is InstanceRecord and type(record.cls) is ClassValue and bool(classes.kind_of(record.cls))


def _from_instance(m: Machine, value: Ref, record: InstanceRecord, index: Value) -> Value:
    from scopelint.link import assumed, attributes, calls, hierarchy, proxies, regexes

    fields = hierarchy.named_tuple_fields(m, record)
    if fields is not None:
        return _at(m, fields, False, index)
    found = regexes.method(m, record, "__getitem__", Arguments((index,)))
    if found is not None:
        return found[0]
    method = attributes.find_method(m, value, "__getitem__")
    if method is not None:
        return calls.call(m, method, Arguments((index,)), None)
    from scopelint.link import containers

    inner = containers.held(m, value)
    if inner is not value:
        return containers.item(m, value, inner, index)
    proxied = proxies.target(m, record)
    if proxied is not None:
        return get_item(m, proxied, index)
    left = deposits.item(m, value, index)
    if left is None and type(index) is ClassValue and type(record.cls) is External:
        return assumed.instance_for(m, index)  # a container, asked for what it makes
    return Unknown(Why("an item of an object")) if left is None else left


def _class_item(m: Machine, value: ClassValue, index: Value) -> Value:
    """Return `Class[index]`: a member of an enum, what `__class_getitem__` gives, else the class itself."""
    from scopelint.link import calls, hierarchy, metaclasses

    name = text.known(index)
    lent = metaclasses.attribute(m, value, "__getitem__")
    if not isinstance(lent, Missing):
        return calls.call(m, lent, Arguments((index,)), None)
    if name is not None and type(value.attrs.get(name)) is EnumMember:
        return value.attrs[name]
    method = hierarchy.class_attribute(m, value, "__class_getitem__")
    method = method.function if type(method) is ClassMethod else method
    if type(method) is FunctionValue:
        return calls.call(m, Bound(method, value), Arguments((index,)), None)
    return value


def get_slice(m: Machine, value: Value, lower: Value, upper: Value, stepped: bool) -> Value:
    """Return `value[lower:upper]`."""
    if (lower is None or type(lower) is int) and (upper is None or type(upper) is int) and not stepped:
        if type(value) is Tuple:
            return Tuple(value.items[lower:upper])
        if type(value) is Ref:
            record = m.record(value)
            if type(record) is ListRecord:
                return m.new_list(record.items[lower:upper], record.more, record.kind)
        known = text.known(value)
        if known is not None and type(value) is Str:
            return text.of(known[lower:upper], text.first_origin(value))
        if type(value) is Str and lower is None and upper == -1:
            return value
    elif type(value) is Ref and type(m.record(value)) is ListRecord:
        found, _ = elements(m, value)
        return m.new_list(found, True)
    return Unknown(value.why if type(value) is Unknown else Why("a part of a value"))


def set_item(m: Machine, value: Value, index: Value, item: Value) -> None:
    """Execute `value[index] = item`."""
    if type(value) is Method and value.name == "__dict__":
        from scopelint.link import attribute_writes, attributes

        name = text.known(index)
        if name is not None:
            attribute_writes.set_attribute(m, value.receiver, name, item)
        return
    if type(value) is External:
        from scopelint.link import app_config

        if app_config.is_config(m, value):
            app_config.write(m, value, index, item)
    if type(value) is not Ref:
        deposits.put(m, value, index, item)
        return
    record = m.record(value)
    if type(record) is DictRecord:
        key = dict_key(m, index)
        if isinstance(key, str) and _HEADER.fullmatch(key):
            return  # says nothing of which endpoint is called, and would keep states apart
        if isinstance(key, str) and payload.is_payload_key(key) and not _may_matter(item):
            return
        if isinstance(key, Missing):
            kept = dict(record.items)
            unknown_keys.add(m, kept, item)
            m.put(value, DictRecord(kept, True))
        else:
            note_put(m, value, key, item)
            m.put(value, DictRecord({**record.items, key: item}, record.more))
    elif type(record) is ListRecord and type(index) is int and -len(record.items) <= index < len(record.items):
        found = list(record.items)
        found[index] = item
        m.put(value, ListRecord(record.kind, tuple(found), record.more))
    elif type(record) is InstanceRecord:
        from scopelint.link import attribute_writes, attributes, calls

        method = attributes.find_method(m, value, "__setitem__")
        if method is not None:
            calls.call(m, method, Arguments((index, item)), None)
        elif (inner := _held(m, value)) is not value:
            set_item(m, inner, index, item)
        else:
            deposits.put(m, value, index, item)


def _held(m: Machine, value: Value) -> Value:
    from scopelint.link import containers

    return containers.held(m, value)


def _may_matter(value: Value) -> bool:
    """Say whether a value under a payload's name may say something of a request all the same: a text, a callable."""
    if type(value) is Str:
        return any(type(part) is Lit for part in value.parts)
    return (
        type(value) not in (Ref, Unknown, Tuple, External)
        and value is not None
        and not isinstance(value, (bool, int, float))
    )


def delete_item(m: Machine, value: Value, index: Value) -> None:
    """Execute `del value[index]`."""
    value = _held(m, value)
    if type(value) is Ref:
        record = m.record(value)
        if type(record) is DictRecord:
            key = dict_key(m, index)
            m.put(value, DictRecord({k: v for k, v in record.items.items() if k != key}, record.more))


def update_dict(m: Machine, target: Ref, other: Value) -> None:
    """Execute `target.update(other)`."""
    record = m.record(target)
    if type(record) is not DictRecord:
        return
    found = dict_items(m, other)
    if found is None:
        m.put(target, DictRecord(record.items, True))
    else:
        m.put(target, DictRecord({**record.items, **found.items}, record.more or found.more))


def merged_dict(m: Machine, left: Ref, right: Value) -> Value:
    """Return `left | right`."""
    record = m.record(left)
    assert type(record) is DictRecord
    copy = m.new(record)
    update_dict(m, copy, right)
    return copy


def dict_items(m: Machine, value: Value) -> DictRecord | None:
    """Return what `dict(value)` holds, None when nothing is known."""
    value = _held(m, value)
    if type(value) is Ref:
        record = m.record(value)
        if type(record) is DictRecord:
            return record
        if type(record) is ListRecord:
            found: dict[object, Value] = {}
            more = record.more
            for pair in record.items:
                parts, _ = elements(m, pair)
                key = dict_key(m, parts[0]) if len(parts) == 2 else MISSING
                if isinstance(key, Missing):
                    more = True
                else:
                    found[key] = m.pick(parts[1])
            return DictRecord(found, more)
        return _of_mapping(m, value)
    if type(value) is Tuple:
        return dict_items(m, m.new_list(value.items))
    return None


def _of_mapping(m: Machine, value: Ref) -> DictRecord | None:
    """Return the items of an object that gives its keys and its items by methods of its own, None for others."""
    from scopelint.link import attributes, calls

    getter = attributes.find_method(m, value, "__getitem__")
    if getter is None or attributes.find_method(m, value, "__iter__") is None:
        return None
    found: dict[object, Value] = {}
    keys, more = elements(m, value)
    for item in keys[:MAX_LOOP]:
        key = dict_key(m, item)
        if isinstance(key, Missing):
            more = True
        else:
            found[key] = calls.call(m, getter, Arguments((item,)), None)
    return DictRecord(found, more or len(keys) > MAX_LOOP)


def pairs(record: DictRecord) -> list[tuple[Value, Value]]:
    """Return the items of a dict as values."""
    return [(key_value(key), value) for key, value in record.items.items()]
