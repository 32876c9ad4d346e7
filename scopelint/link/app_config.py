"""Configuration that a web framework's app keeps by name: `app.config["X"]`, and how it is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import attribute_writes, attributes, items, module_globals, passed, running, stdlib_models, text
from scopelint.link.likeness import one_of
from scopelint.link.modules import NEW
from scopelint.link.values import Arguments, ClassValue, Env, External, InstanceRecord, ModuleValue, Str

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_SETTINGS_FILES = ("config.py", "settings.py")


def of_app(m: Machine, record: InstanceRecord) -> External | None:
    """Return the configuration of an app, None for an instance of another class: a process runs one app."""
    name = m.libraries.apps.get(record.cls.name) if type(record.cls) is External else None
    return None if name is None else External(name)


def is_config(m: Machine, value: Value) -> bool:
    """Say whether a value is the configuration of an app."""
    return type(value) is External and value.name in m.libraries.apps.values()


def read(m: Machine, config: External, key: Value) -> Value | None:
    """Return `config[key]`, None where nothing is known of it."""
    name = text.known(key)
    return None if name is None else m.pick(attributes.get_attribute(m, config, name, None))


def write(m: Machine, config: External, key: Value, value: Value) -> None:
    """Execute `config[key] = value`."""
    name = text.known(key)
    if name is not None:
        attribute_writes.set_attribute(m, config, name, value)


def _get(m: Machine, config: External, args: Arguments) -> Value:
    key, default = passed.argument(args, 0, "key"), passed.argument(args, 1, "default")
    value = None if isinstance(key, items.Missing) else read(m, config, key)
    if type(value) is Str and type(default) is Str and len(value.parts) == 1 and type(value.parts[0]) is Env:
        return Str((Env(value.parts[0].name, value.parts[0].default or default),))
    return value


def _set_default(m: Machine, config: External, args: Arguments) -> Value:
    if len(args.positional) > 1:
        write(m, config, args.positional[0], args.positional[1])
    return _get(m, config, args)


def _update(m: Machine, config: External, args: Arguments) -> Value:
    """Take what `update` and `from_mapping` are given: mappings and keywords."""
    for given in args.positional:
        record = items.dict_items(m, m.pick(given))
        if record is not None:
            _fill(m, config, ((key, value) for key, value in record.items.items() if isinstance(key, str)))
    _fill(m, config, args.keywords)
    return True


def _from_object(m: Machine, config: External, args: Arguments) -> Value:
    """Take the names in capitals of a class, a module or an object, or of what its dotted path names."""
    given = m.pick(args.positional[0]) if args.positional else None
    if text.known(given) is not None:
        given = m.pick(stdlib_models.locate(m, Arguments((given,)), None))
    _fill(m, config, _settings(m, given))
    return None


def _from_file(m: Machine, config: External, _args: Arguments) -> Value:
    _fill(m, config, _of_settings_files(m))
    return True


def _fill(m: Machine, config: External, values: Iterable[tuple[str, Value]]) -> None:
    for name, value in values:
        attribute_writes.set_attribute(m, config, name, value)


def _settings(m: Machine, given: Value) -> Iterator[tuple[str, Value]]:
    record = m.instance(given)
    cls = given if record is None else record.cls
    if type(cls) is ClassValue:
        for name in _names(cls):
            yield name, attributes.get_attribute(m, given, name, None)
    elif type(given) is ModuleValue:
        module = m.modules.get(given.path)
        if module is not None:
            if module.status == NEW:
                running.run_module(m, module)
            for name in list(module.globals):
                if name.isupper() and not isinstance(
                    value := module_globals.module_global(m, module, name), items.Missing
                ):
                    yield name, value
    else:
        yield from _of_settings_files(m)


def _of_settings_files(m: Machine) -> Iterator[tuple[str, Value]]:
    """Yield what the project's settings files define, where it is not known which of them is taken."""
    found: dict[str, list[Value]] = {}
    for module in m.modules.loaded():
        if module.path.rpartition("/")[2] not in _SETTINGS_FILES or module.library:
            continue
        holders: list[Value] = [ModuleValue(module.path)]
        holders.extend(value for value in module.globals.values() if type(value) is ClassValue)
        for holder in holders:
            for name, value in _settings(m, holder):
                found.setdefault(name, []).append(value)
    yield from ((name, one_of(values)) for name, values in found.items())


def _names(cls: ClassValue) -> Iterator[str]:
    yield from dict.fromkeys(
        name for base in reversed(cls.mro) if type(base) is ClassValue for name in base.attrs if name.isupper()
    )


_METHODS: dict[str, Callable[[Machine, External, Arguments], Value]] = {
    "get": _get,
    "setdefault": _set_default,
    "update": _update,
    "from_mapping": _update,
    "from_object": _from_object,
    "from_pyfile": _from_file,
}


def call(m: Machine, name: str, args: Arguments) -> tuple[Value] | None:
    """Call a method of an app's configuration by its qualified name; None for another function."""
    config, _, method = name.rpartition(".")
    if method not in _METHODS or not is_config(m, External(config)):
        return None
    return (m.pick(_METHODS[method](m, External(config), args)),)
