"""Command lines by `argparse` and its kin: the options of parsers, and the namespaces that parsing gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scopelint.link import attribute_writes, environment, hierarchy, text
from scopelint.link.bounds import MAX_FORKS, MAX_STATES
from scopelint.link.items import MISSING, Missing
from scopelint.link.likeness import one_of
from scopelint.link.sequences import elements
from scopelint.link.values import (
    Arguments,
    Bound,
    ClassValue,
    DictRecord,
    Env,
    External,
    FunctionValue,
    InstanceRecord,
    ListRecord,
    OneOf,
    Partial,
    Ref,
    Str,
    Tuple,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_PARSERS = frozenset(
    {
        "argparse.ArgumentParser", "optparse.OptionParser", "configargparse.ArgParser", "configargparse.ArgumentParser",
        "configargparse.Parser", "jsonargparse.ArgumentParser", "rich_argparse.ArgumentParser",
    }
)  # fmt: skip
_COMMANDS = External("argparse._SubParsersAction")
_NAMESPACE = External("argparse.Namespace")
_OPTIONS, _SUB_PARSERS = "__options__", "__sub_parsers__"
"""Under which attributes of a parser its options are kept, by where their values go, and its commands' parsers."""
_GROUPS = frozenset({"add_argument_group", "add_mutually_exclusive_group", "add_option_group"})
_PARSING = frozenset({"parse_args", "parse_intermixed_args", "parse_known_args", "parse_known_intermixed_args"})
_SEVERAL = frozenset({"append", "append_const", "extend"})
_PLAIN = frozenset({"", "store"})


class _Command(msgspec.Struct, frozen=True):
    """A command of a parser: its name, None for none, where that goes, and the command's own parser."""

    name: Value
    dest: str
    parser: Value


def is_parser(record: InstanceRecord) -> bool:
    """Say whether an instance is a parser of command lines, or makes those of a parser's commands."""
    base = hierarchy.external_base(record.cls)
    return base is not None and (base.name in _PARSERS or base == _COMMANDS)


def method(m: Machine, ref: Ref, record: InstanceRecord, name: str, args: Arguments) -> tuple[Value] | None:
    """Call a method of a parser; None for those of no interest."""
    given = dict(args.keywords)
    if record.cls == _COMMANDS:
        return (_add_command(m, record, args),) if name == "add_parser" else None
    if name in ("add_argument", "add_option", "add"):
        _add_option(m, ref, args)
        return (Unknown(Why("an option of a command line")),)
    if name in _GROUPS:
        return (ref,)
    if name == "set_defaults":
        _put(m, ref, given)
        return (None,)
    if name == "add_subparsers":
        return (m.new(InstanceRecord(_COMMANDS, {**given, "parser": ref}, ())),)
    if name in _PARSING:
        parsed = _namespace(m, ref, given.get("namespace", args.positional[1] if len(args.positional) > 1 else None))
        pairs = "known" in name or hierarchy.external_base(record.cls) == External("optparse.OptionParser")
        return (Tuple((parsed, m.new_list((), True))) if pairs else parsed,)
    return None


def _put(m: Machine, ref: Ref, values: Mapping[str, Value]) -> None:
    """Let options of a parser have values, whatever they were before."""
    record = m.instance(ref)
    assert record is not None
    kept = record.attrs.get(_OPTIONS)
    if type(kept) is not Ref:
        kept = m.new(DictRecord({}))
        m.put(ref, InstanceRecord(record.cls, {**record.attrs, _OPTIONS: kept}, record.args))
    now: dict[object, Value] = {}
    now.update(_options(m, kept))
    now.update(values)
    m.put(kept, DictRecord(now))


def _options(m: Machine, kept: Value) -> dict[str, Value]:
    """Return the options kept so far."""
    record = m.record(kept) if type(kept) is Ref else None
    return {str(key): value for key, value in record.items.items()} if type(record) is DictRecord else {}


def _add_command(m: Machine, record: InstanceRecord, args: Arguments) -> Value:
    """Return the parser of a command, which the parser that it belongs to knows from now on."""
    from scopelint.link import calls

    cls = record.attrs.get("parser_class", External("argparse.ArgumentParser"))
    parser = calls.call(m, cls, Arguments((), args.keywords), None)
    owner = record.attrs["parser"]
    owned = m.instance(owner)
    if type(owner) is Ref and owned is not None and args.positional:
        row = Tuple((args.positional[0], record.attrs.get("dest", None), parser, record.attrs.get("required", None)))
        kept = owned.attrs.get(_SUB_PARSERS)
        known = m.record(kept) if type(kept) is Ref else None
        if type(kept) is Ref and type(known) is ListRecord:
            m.put(kept, ListRecord("list", (*known.items, row)))
        else:
            made = m.new_list((row,))
            m.put(owner, InstanceRecord(owned.cls, {**owned.attrs, _SUB_PARSERS: made}, owned.args))
    return parser


def _add_option(m: Machine, ref: Ref, args: Arguments) -> None:
    given = dict(args.keywords)
    names = [known for name in args.positional if (known := text.known(name)) is not None]
    dest = text.known(given["dest"]) if "dest" in given else _dest(names)
    if dest:
        is_optional = all(name.startswith("-") for name in names) and given.get("required") is not True
        value = _value(m, dest, given, is_optional)
        record = m.instance(ref)
        before = _options(m, record.attrs.get(_OPTIONS)) if record is not None else {}
        if "const" in given and dest in before:
            value = one_of((before[dest], value))  # flags that choose one of several
        _put(m, ref, {dest: value})


def _dest(names: list[str]) -> str:
    """Return where an option's value goes: under its first long name, else its first."""
    name = next((name for name in names if name.startswith("--")), names[0] if names else "")
    return name.lstrip("-").replace("-", "_") if name.startswith("-") else name


def _value(m: Machine, dest: str, given: Mapping[str, Value], is_optional: bool) -> Value:
    """Return what an option may be: one of its choices, its default, or what a user says."""
    action = text.known(given["action"]) if "action" in given else ""
    default = given.get("default", MISSING)
    said = Unknown(Why(f"the option '{dest}' of a command line", dest, 0, dest))
    if action in ("store_const", "append_const"):
        const = given.get("const", None)
        return m.new_list((const,), True) if action in _SEVERAL else one_of((_or_none(default), const))
    if action not in _PLAIN and action not in _SEVERAL:
        return said
    choices, more = elements(m, given["choices"]) if given.get("choices") is not None else ((), True)
    counted = text.known(given["nargs"]) if "nargs" in given else None
    if action in _SEVERAL or ("nargs" in given and counted != "?"):
        found = choices if choices and not more else (_converted(m, given, said),)
        inner = elements(m, default)[0] if type(default) is Ref else ()
        return m.new_list(dict.fromkeys((*inner, *found)), True)
    if (variable := _variable(m, dest, given)) is not None:
        return environment.variable(variable, default)
    if choices and not more:
        absent = said if isinstance(default, Missing) or default is None else default
        return one_of((*choices, absent) if is_optional or counted == "?" else choices)
    if isinstance(default, Missing) or default is None or isinstance(default, (bool, int, float)):
        return _converted(m, given, said)
    if type(default) is not Str:
        return default
    own = _converted(m, given, default)
    return own if _is_address(default) else one_of((own, _converted(m, given, said)))


def _variable(m: Machine, dest: str, given: Mapping[str, Value]) -> Value | None:
    """Return the name of the variable that an option is read from, None where there is none."""
    named = given.get("env_var")
    if type(named) is Str:
        return named
    return text.of(dest.upper()) if dest.upper() in m.variables else None


def _or_none(value: Value | Missing) -> Value:
    return None if isinstance(value, Missing) else value


def _is_address(value: Str) -> bool:
    """Say whether a default is where requests go, which few change: others are there to be chosen from."""
    known = text.known(value)
    return any(type(part) is Env for part in value.parts) or known is None or "/" in known


def _converted(m: Machine, given: Mapping[str, Value], value: Value) -> Value:
    """Return what an option's `type=` makes of a text."""
    from scopelint.link import calls

    kind = given.get("type")
    if type(kind) in (FunctionValue, Bound, Partial, ClassValue):
        return calls.call(m, kind, Arguments((value,)), None)
    if type(kind) is External and type(value) is Str and kind.name != "builtins.str":
        return calls.call(m, kind, Arguments((value,)), None)
    return value


def _namespace(m: Machine, parser: Ref, target: Value) -> Value:
    """Return what parsing gives: the options of the parser and of one of its commands, or set on a given object."""
    values = _parsed(m, parser, 0)
    if type(target) is not Ref or m.instance(target) is None:
        return m.new(InstanceRecord(_NAMESPACE, values, ()))
    for name, value in values.items():
        attribute_writes.set_attribute(m, target, name, value)
    return target


_MAX_LEVELS = 4
"""Commands inside each other."""


def _parsed(m: Machine, parser: Value, level: int) -> dict[str, Value]:
    record = m.instance(parser)
    if record is None:
        return {}
    values: dict[str, Value] = {}
    for parent in elements(m, record.attrs["parents"])[0] if "parents" in record.attrs else ():
        values.update(_parsed(m, parent, _MAX_LEVELS))
    values.update(_options(m, record.attrs.get(_OPTIONS)))
    commands = _commands(m, record.attrs.get(_SUB_PARSERS)) if level < _MAX_LEVELS else []
    if not commands:
        return values
    if len(commands) <= MAX_STATES:
        return {**values, **_of_command(m, commands[m.choose(len(commands))], level)}
    return {**values, **_any_of([_of_command(m, command, level) for command in commands])}


def _commands(m: Machine, kept: Value) -> list[_Command]:
    """Return the commands of a parser, and none if that will do."""
    found: list[_Command] = []
    optional = False
    for row in elements(m, kept)[0] if kept is not None else ():
        if type(row) is Tuple:
            name, dest, parser, required = row.items
            found.append(_Command(name, text.known(dest) or "", parser))
            optional = optional or required is not True
    return [*found, _Command(None, found[0].dest, None)] if found and optional else found


def _of_command(m: Machine, command: _Command, level: int) -> dict[str, Value]:
    own = {command.dest: command.name} if command.dest else {}
    return {**own, **_parsed(m, command.parser, level + 1)}


def _any_of(found: Iterable[dict[str, Value]]) -> dict[str, Value]:
    """Return the options of many commands at once: what is in one of them may be there."""
    joined: dict[str, dict[Value, None]] = {}
    for values in found:
        for name, value in values.items():
            joined.setdefault(name, {}).update(dict.fromkeys(value.values if type(value) is OneOf else (value,)))
    return {
        name: OneOf(tuple(values)[:MAX_FORKS]) if len(values) > 1 else next(iter(values))
        for name, values in joined.items()
    }
