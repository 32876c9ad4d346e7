"""Methods of lists, sets, generators, queues and dicts, as far as they matter for a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import consumers, items, passed, refusals, text, unknown_keys
from scopelint.link.items import Missing
from scopelint.link.likeness import one_of
from scopelint.link.sequences import elements, key_value, note_growth
from scopelint.link.values import Arguments, DictRecord, ListRecord, Ref, Tuple, Unknown, Why
from scopelint.link.weight import list_of

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


_ADDING = frozenset({"append", "add", "appendleft", "put", "put_nowait"})


def list_method(m: Machine, ref: Ref, record: ListRecord, name: str, args: Arguments) -> Value:
    """Return what a method of a list, set or generator gives, the object changed accordingly."""
    first = args.positional[0] if args.positional else None
    if name in _ADDING and args.positional:
        m.put(ref, list_of(record.kind, (*record.items, first), record.more))
        note_growth(m, ref, (first,))
        if record.kind == "queue" and m.waiting:
            consumers.feed(m, ref)
        return None
    if name == "insert" and len(args.positional) == 2:
        at = first if type(first) is int else len(record.items)
        found = list(record.items)
        found.insert(at, args.positional[1])
        m.put(ref, ListRecord(record.kind, tuple(found), record.more))
        return None
    if name in ("extend", "update", "union", "extendleft"):
        found_items, more = elements(m, first)
        joined = list_of(record.kind, (*record.items, *found_items), record.more or more)
        if name == "union":
            return m.new(joined)
        m.put(ref, joined)
        note_growth(m, ref, found_items)
        return None
    if record.kind == "queue" and name in ("get", "get_nowait"):
        found_items, more = elements(m, ref)
        if not found_items and not more and name == "get":
            consumers.wait(m, ref)
        return one_of(found_items) if found_items else Unknown(Why("an element of a queue"))
    if name in ("pop", "popleft"):
        if record.items and not record.more and (first is None or type(first) is int):
            index = 0 if name == "popleft" else first if type(first) is int else -1
            if -len(record.items) <= index < len(record.items):
                rest = list(record.items)
                value = rest.pop(index)
                m.put(ref, ListRecord(record.kind, tuple(rest), record.more))
                return value
        found_items, _ = elements(m, ref)  # with what others have added
        return one_of(found_items) if found_items else Unknown(Why("an element of an unknown sequence"))
    if name in ("copy", "difference", "intersection"):
        return m.new(record)
    if name == "clear":
        m.put(ref, ListRecord(record.kind, ()))
        return None
    if name == "reverse":
        m.put(ref, ListRecord(record.kind, tuple(reversed(record.items)), record.more))
        return None
    if name in ("sort", "remove", "discard"):
        return None
    if name in ("__iter__", "__aiter__", "__enter__", "__aenter__"):
        return ref
    if name in ("__next__", "__anext__", "send", "asend"):
        return one_of(record.items) if record.items else Unknown(Why("an element of an unknown sequence"))
    return Unknown(Why(f"the result of a list's {name}()"))


def dict_method(m: Machine, ref: Ref, record: DictRecord, name: str, args: Arguments) -> Value:
    """Return what a method of a dict gives, the object changed accordingly."""
    first = args.positional[0] if args.positional else None
    if name in ("get", "pop", "setdefault", "getlist"):
        return _dict_get(m, ref, record, name, args, first)
    if name == "update":
        if args.positional:
            items.update_dict(m, ref, args.positional[0])
            record = m.record(ref)  # type: ignore[assignment]  # a dict stays one
        if args.keywords or args.open_keywords:
            m.put(ref, DictRecord({**record.items, **dict(args.keywords)}, record.more or args.open_keywords))
        return None
    if name == "items":
        return m.new_list((Tuple((key, value)) for key, value in items.pairs(record)), record.more, "generator")
    if name == "values":
        return m.new_list(tuple(record.items.values()), record.more, "generator")
    if name == "keys":
        return m.new_list((key_value(key) for key in record.items), record.more, "generator")
    if name == "copy":
        return m.new(record)
    if name == "clear":
        m.put(ref, DictRecord({}))
        return None
    if name == "__getitem__":
        return items.get_item(m, ref, first)
    if name == "__contains__":
        return Unknown(Why("a condition"))
    if name == "fromkeys":
        return Unknown(Why("dict.fromkeys()"))
    return Unknown(Why(f"the result of a dict's {name}()"))


def _dict_get(m: Machine, ref: Ref, record: DictRecord, name: str, args: Arguments, first: Value) -> Value:
    key = items.dict_key(m, first)
    default = passed.argument(args, 1, "default")
    if isinstance(key, Missing) or unknown_keys.may_be_any(record, key):
        refusals.note_look_up(m, record)
        options = list(record.items.values())
        if name == "setdefault":
            m.put(ref, DictRecord(record.items, True))
            if not options and not isinstance(default, Missing):
                return default
        if (record.more and not unknown_keys.held(record)) or not options:
            return Unknown(Why("an item of a dict by a key that is not known"))
        if not isinstance(default, Missing):
            options.append(default)
        elif name == "get":
            options.append(None)
        return one_of(options)
    written = items.put_elsewhere(m, ref, key)
    if key in record.items:
        value = items.select(m, first, m.pick(one_of((record.items[key], *written))))
        if name == "pop":
            m.put(ref, DictRecord({k: v for k, v in record.items.items() if k != key}, record.more))
        return value
    if any_key := unknown_keys.held(record):
        absent = () if name == "pop" and isinstance(default, Missing) else (passed.or_none(default),)
        return one_of((*written, *any_key, *absent))
    if written:
        return items.select(m, first, m.pick(one_of(written)))
    known = text.known(first)
    if known is not None and known in m.variables:
        from scopelint.link import environment

        return environment.variable(first, default)
    if record.more:
        unknown = Unknown(Why("an item that a dict may have"))
        return unknown if isinstance(default, Missing) else one_of((default, unknown))
    value = None if isinstance(default, Missing) else default
    if name == "setdefault":
        items.note_put(m, ref, key, value)
        m.put(ref, DictRecord({**record.items, key: value}, record.more))
    return value
