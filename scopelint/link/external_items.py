"""Items of what is not analysed: environment variables, settings, and classes with others in brackets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import text
from scopelint.link.values import AnnotatedType, ClassValue, Env, External, Str, Tuple, Unknown, Why

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


_PLAIN_GENERICS = ("typing.", "typing_extensions.", "builtins.", "collections.", "contextvars.", "asyncio.", "queue.")
"""Where the generic classes are from that say nothing of what leads from their objects to those of their parameters."""


def get(m: Machine, value: External, index: Value) -> Value:
    """Return `value[index]` of a name of code that is not at hand: a variable, a setting, a generic alias."""
    from scopelint.link import app_config, assumed, deposits, environment, frameworks

    if environment.is_environ(value.name):
        return environment.variable(index)
    if app_config.is_config(m, value) and (kept := app_config.read(m, value, index)) is not None:
        return kept
    if value.name in ("typing.Annotated", "typing_extensions.Annotated") and type(index) is Tuple and index.items:
        return AnnotatedType(index.items[0], index.items[1:])
    if value.name in ("typing.Literal", "typing_extensions.Literal"):
        return AnnotatedType(value, index.items if type(index) is Tuple else (index,))
    last = value.name.rpartition(".")[2]
    if (
        last in ("Optional", "Final", "ClassVar", "Type", "Union", "Required", "NotRequired")
        or value.name in frameworks.load().wrappers
    ):
        inner = index.items if type(index) is Tuple else (index,)
        kinds = [item for item in inner if item is not None]
        return AnnotatedType(kinds[0]) if kinds else value
    from scopelint.link import providers

    marked = providers.marked(value.name, index)
    if marked is not None:
        return marked
    name = text.known(index)
    if name is not None and name in m.variables:
        return Str((Env(name),))
    left = deposits.item(m, value, index)
    if left is not None:
        return left
    is_plain = value.name.startswith(_PLAIN_GENERICS)
    of = index.items if type(index) is Tuple else (index,)
    if type(index) is ClassValue and last.islower() and not is_plain:
        return assumed.instance_for(m, index)  # a container, asked for what it makes
    if not is_plain and any(type(item) is ClassValue for item in of):
        return AnnotatedType(value, of)  # `Info[Context, None]`
    is_type = last[:1].isupper() and not last.isupper() and type(index) in (ClassValue, External, AnnotatedType)
    return value if is_type or is_plain else Unknown(Why(f"an item of {value.name}", "", 0, name or ""))
