"""Providers of `dependency_injector`: objects that, when called, make another one, of what other providers make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link.values import Arguments, Dependency, External, InstanceRecord

if TYPE_CHECKING:
    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_PREFIX = "dependency_injector.providers."
_MAKING = frozenset(
    {
        *("Singleton", "ThreadSafeSingleton", "ThreadLocalSingleton", "ContextLocalSingleton", "Factory", "Callable"),
        *("Coroutine", "Resource"),
    }
)
_MARKERS = ("dependency_injector.wiring.Provide", "dependency_injector.wiring.Closing")


def is_provider(record: InstanceRecord | None) -> bool:
    """Say whether an object is a provider."""
    return record is not None and type(record.cls) is External and record.cls.name.startswith(_PREFIX)


def call(m: Machine, record: InstanceRecord, args: Arguments, node: ir.Call | None) -> Value | None:
    """Return what a provider gives when it is called, None for kinds that are of no interest."""
    from scopelint.link import calls
    from scopelint.link.sending import BASE

    assert type(record.cls) is External
    kind = record.cls.name.removeprefix(_PREFIX)
    named = {name: value for name, value in record.attrs.items() if name != BASE}
    positional = record.args[: len(record.args) - len(named)]
    if kind == "Object":
        return positional[0] if positional else None
    if kind not in _MAKING or not positional:
        return None
    given = tuple(_provided(m, value) for value in positional[1:])
    keywords = {**{name: _provided(m, value) for name, value in named.items()}, **dict(args.keywords)}
    return calls.call(m, positional[0], Arguments((*given, *args.positional), tuple(keywords.items())), node)


def _provided(m: Machine, value: Value) -> Value:
    """Return what an argument stands for: what it makes, if it is a provider itself."""
    record = m.instance(value)
    if record is None or not is_provider(record):
        return value
    found = call(m, record, Arguments(), None)
    return value if found is None else found


def marked(name: str, index: Value) -> Dependency | None:
    """Return the default `Provide[Container.client]` of a parameter, None when it is no such marker."""
    return Dependency(index) if name in _MARKERS else None
