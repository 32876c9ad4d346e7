"""What methods of instances of the standard library and of settings and task libraries do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import (
    argument_parsers,
    attribute_writes,
    attributes,
    builtin_models,
    classes,
    environs,
    function_models,
    hierarchy,
    items,
    models,
    passed,
    regexes,
    rendering,
    settings_models,
    split_urls,
    text,
)
from scopelint.link.items import MISSING, Missing
from scopelint.link.likeness import one_of
from scopelint.link.sequences import elements
from scopelint.link.values import Arguments, ClassValue, FunctionValue, InstanceRecord, Ref, Str, Unknown, Why

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

    Model = Callable[[Machine, Arguments, ir.Call | None], Value]


_CONFIG_PARSERS = frozenset({"configparser.ConfigParser", "configparser.RawConfigParser"})


def method(
    m: Machine, ref: Ref, record: InstanceRecord, name: str, args: Arguments, node: ir.Call | None
) -> tuple[Value] | None:
    """Return what a method of an instance of code that is not analysed gives, None when nothing is known of it."""
    from scopelint.link import calls, unknown_calls

    cls = hierarchy.external_base(record.cls)
    qualified = "" if cls is None else cls.name
    if name in ("enter_context", "enter_async_context") and args.positional:
        from scopelint.link import contexts

        return (contexts.enter(m, args.positional[0]),)
    if argument_parsers.is_parser(record):
        return argument_parsers.method(m, ref, record, name, args)
    if regexes.is_known(qualified):
        return regexes.method(m, record, name, args)
    if (from_environment := environs.method(m, ref, record, name, args)) is not None:
        return from_environment
    if qualified in split_urls.FIELDS:
        return split_urls.method(m, ref, record, name, args)
    if name == "register_task" and args.positional:
        made = args.positional[0]
        return (classes.instantiate(m, made, Arguments(), node) if type(made) is ClassValue else made,)
    if qualified == "string.Template" and name in ("substitute", "safe_substitute"):
        return (_substituted(m, record, args),)
    if qualified == "contextvars.ContextVar":
        return _context_variable(m, ref, record, name, args)
    if (
        name in ("apply_async", "apply", "apply_sync")
        and args.positional
        and unknown_calls.is_function(m, args.positional[0])
    ):
        given = args.positional[1] if len(args.positional) > 1 else dict(args.keywords).get("args")
        positional, more = elements(m, given) if given is not None else ((), False)
        named = args.positional[2] if len(args.positional) > 2 else dict(args.keywords).get("kwds")
        found_named = items.dict_items(m, named) if named is not None else None
        keywords = tuple((str(k), v) for k, v in found_named.items.items()) if found_named is not None else ()
        return (calls.call(m, args.positional[0], Arguments(positional, keywords, more), node),)
    if (
        name in ("map", "imap", "imap_unordered", "starmap")
        and args.positional
        and unknown_calls.is_function(m, args.positional[0])
    ):
        if name == "starmap":
            return (function_models.starmap(m, args, node),)
        return (builtin_models.mapped(m, args, node),)
    if name in (
        "submit",
        "run_in_executor",
        "create_task",
        "apply",
        "apply_async",
        "call_soon",
        "run",
        "run_sync",
        "spawn",
        "start_soon",
        "add_task",
        "enqueue",
        "call",
        "__call__",
        "schedule",
        "run_until_complete",
    ):
        found = unknown_calls.hand_over(m, args, node)
        return (
            found
            if type(found) is not Unknown or not args.positional
            else args.positional[0]
            if name in ("create_task", "run_until_complete", "run") and type(args.positional[0]) is not FunctionValue
            else found,
        )
    if (
        qualified in ("configparser.ConfigParser", "dynaconf.Dynaconf")
        and (found_variable := settings_models.by_variable(m, args)) is not None
    ):
        return (found_variable,)
    if qualified in _CONFIG_PARSERS and name == "get" and (found_option := settings_models.option(args)) is not None:
        return (found_option,)
    if type(record.cls) is ClassValue:
        return models.method(m, ref, record, name, args)
    return None


def _substituted(m: Machine, record: InstanceRecord, args: Arguments) -> Value:
    """Return what a `string.Template` gives for its names."""
    template = rendering.to_text(m, record.args[0]) if record.args else Str()
    given = items.dict_items(m, args.positional[0]) if args.positional else None
    values: dict[object, Value] = {**({} if given is None else given.items), **dict(args.keywords)}

    def look_up(name: str) -> Value:
        value = values.get(name, MISSING)
        return Unknown(Why(f"the template's '{name}'", name, 0, name)) if isinstance(value, Missing) else m.pick(value)

    return text.fill_template(template, lambda name: rendering.to_text(m, look_up(name)))


def _context_variable(m: Machine, ref: Ref, record: InstanceRecord, name: str, args: Arguments) -> tuple[Value] | None:
    if name == "set" and args.positional:
        attribute_writes.set_attribute(m, ref, "value", args.positional[0])
        return (Unknown(Why("a context variable's token")),)
    if name == "get":
        default = passed.argument(args, 0, "default")
        if isinstance(default, Missing):
            default = record.attrs.get("default", MISSING)
        found = (
            attributes.get_attribute(m, ref, "value", None)
            if "value" in record.attrs or m.written.get((ref.id, "value"))
            else MISSING
        )
        m.reads.add(("attribute", ref.id, "value"))
        options = [value for value in (found, default) if not isinstance(value, Missing)]
        return (one_of(options) if options else Unknown(Why("a context variable that is set nowhere that is seen")),)
    return None
