"""Environment variables and settings: every usual way in which code reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import hierarchy, module_globals, text
from scopelint.link.items import MISSING, Missing
from scopelint.link.values import (
    Arguments,
    ClassValue,
    DictRecord,
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
    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_ENVIRON = frozenset({"os.environ", "os.environb", "environ.environ"})
_CONSTANTS: dict[str, Value] = {
    "typing.TYPE_CHECKING": False,
    "typing_extensions.TYPE_CHECKING": False,
    **{
        f"http.HTTPMethod.{verb}": text.of(verb)
        for verb in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
    },
    **{f"hdrs.METH_{verb}": text.of(verb) for verb in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")},
    **{
        f"aiohttp.hdrs.METH_{verb}": text.of(verb)
        for verb in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
    },
    "os.sep": text.of("/"),
    "inspect._empty": External("inspect.Parameter.empty"),
    "inspect.Signature.empty": External("inspect.Parameter.empty"),
    "builtins.Ellipsis": Unknown(Why("...")),
}
_SETTINGS_OBJECTS = (
    *("django.conf.settings", "dynaconf.settings", "starlette.config"),
    *("flask.current_app.config", "quart.current_app.config"),
)
_DELIMITER = "env_nested_delimiter"
_TEXT_TYPES = ("str", "HttpUrl", "AnyUrl", "AnyHttpUrl", "SecretStr", "Url")


def is_environ(name: str) -> bool:
    """Say whether a qualified name is the mapping of environment variables."""
    return name in _ENVIRON


def variable(name: Value, default: Value | Missing = MISSING) -> Value:
    """Return the text of an environment variable."""
    known = text.known(name)
    if known is None:
        return Unknown(Why("an environment variable whose name is not known"))
    if type(default) is Str:
        return Str((Env(known, default),))
    return Str((Env(known),))


def constant(m: Machine, name: str) -> Value:
    """Return the value of an attribute of code that is not analysed."""
    name = m.libraries.moved.get(name, name)
    found = _CONSTANTS.get(name)
    if found is not None or name in _CONSTANTS:
        return found
    if name.startswith(_SETTINGS_OBJECTS):
        last = name.rpartition(".")[2]
        if name not in _SETTINGS_OBJECTS and last.isupper():
            return django_setting(m, last)
    last = name.rpartition(".")[2]
    if last in m.variables and last.isupper():
        return Str((Env(last),))
    if last.upper() in m.variables and not last[:1].isupper():
        return Str((Env(last.upper()),))
    return External(name)


def django_setting(m: Machine, name: str) -> Value:
    """Return a Django setting: from the project's settings modules when one defines it, else by its name."""
    found: list[Value] = []
    for path in m.settings_paths:
        module = m.modules.get(path)
        if module is not None:
            value = module_globals.module_global(m, module, name)
            if not isinstance(value, Missing):
                found.append(m.pick(value))
    if found:
        from scopelint.link.likeness import one_of

        return m.pick(one_of(found))
    return Str((Env(name),))


def setting(
    m: Machine, cls: ClassValue, name: str, annotation: ir.Expr | None, field: Value | Missing, default: Value | Missing
) -> Value:
    """Return the value of a pydantic settings field: of its environment variable, else its default."""
    from scopelint.link import source

    names = list(_explicit_names(m, field))
    if not names:
        names = [_option(m, cls, "env_prefix") + name]
    shown = source.of(annotation) if annotation is not None else "str"
    if not any(kind in shown for kind in _TEXT_TYPES):
        return _nested(m, _plain_setting(m, cls, name, annotation, default), names[0], _option(m, cls, _DELIMITER))
    if not isinstance(default, (Missing, Str)) and default is not None:
        return _or_set(m, name, default)
    chosen = next((n for n in names if n.upper() in m.variables), names[0])
    return Str((Env(chosen.upper(), default if type(default) is Str else None),))


def _plain_setting(
    m: Machine, cls: ClassValue, name: str, annotation: ir.Expr | None, default: Value | Missing
) -> Value:
    """Return the value of a settings field that is no text: its default, or an instance of its class."""
    from scopelint.link import calls, handed

    if not isinstance(default, (Missing, Str)) and default is not None:
        return _or_set(m, name, default)
    kind = handed.annotation(m, annotation, cls.module)
    if type(kind) is ClassValue:
        return calls.call(m, kind, Arguments(), None)
    return Unknown(Why(f"setting '{name}'", "", 0, name))


def _or_set(m: Machine, name: str, default: Value) -> Value:
    """Return a field's default, or what is not known where that says no more than what holds when nobody sets it."""
    from scopelint.link.sequences import elements

    is_empty = type(default) in (Tuple, Ref) and m.instance(default) is None and elements(m, default) == ((), False)
    return Unknown(Why(f"setting '{name}'", "", 0, name)) if is_empty or isinstance(default, bool) else default


def _nested(m: Machine, value: Value, prefix: str, delimiter: str) -> Value:
    """Return a settings field's object with the variables that its own fields are read from, where there are such."""
    from scopelint.link import classes

    record = m.instance(value)
    if not delimiter or record is None or type(record.cls) is not ClassValue or classes.kind_of(record.cls) != "fields":
        return value
    attrs = dict(record.attrs)
    for name in classes.fields_of(record.cls):
        held, variable_name = m.pick(attrs.get(name)), f"{prefix}{delimiter}{name}"
        if type(held) in (Str, Unknown):
            attrs[name] = Str((Env(variable_name.upper(), held if type(held) is Str else None),))
        else:
            attrs[name] = _nested(m, held, variable_name, delimiter)
    return m.new(InstanceRecord(record.cls, attrs, record.args))


def _explicit_names(m: Machine, field: Value | Missing) -> list[str]:
    from scopelint.link.classes import FieldDefault

    if not isinstance(field, FieldDefault):
        return []
    value = field.keyword("validation_alias", "alias", "env")
    if isinstance(value, Missing):
        return []
    known = text.known(value)
    if known is not None:
        return [known]
    record = m.instance(value)
    if record is not None:
        return [name for item in record.args if (name := text.known(item)) is not None]
    from scopelint.link.sequences import elements

    items, _ = elements(m, value)
    return [name for item in items if (name := text.known(item)) is not None]


def _option(m: Machine, cls: ClassValue, name: str) -> str:
    """Return a text of a settings class's configuration, in any of the places where it may stand."""
    config = hierarchy.class_attribute(m, cls, "model_config")
    if type(config) is Ref:
        record = m.record(config)
        if type(record) is DictRecord:
            return text.known(record.items.get(name, None)) or ""
        given = getattr(record, "attrs", {}).get(name)
        return text.known(given) or ""
    inner = hierarchy.class_attribute(m, cls, "Config")
    if type(inner) is ClassValue:
        return text.known(inner.attrs.get(name)) or ""
    return text.known(cls.keywords.get(name)) or ""


__all__ = ["Hole"]
