"""What the functions of the environment and of settings libraries give: variables by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import environment, passed, text
from scopelint.link.items import Missing
from scopelint.link.likeness import one_of
from scopelint.link.values import Arguments, External, Str, Unknown, Why

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

    Model = Callable[[Machine, Arguments, ir.Call | None], Value]


def by_variable(m: Machine, args: Arguments) -> Value | None:
    """Return the platform's base when a function of settings is asked for one of its variables by name."""
    for value in args.positional[:2]:
        known = text.known(value)
        if known is not None and known in m.variables:
            rest = [v for v in args.positional if v is not value]
            default = passed.argument(Arguments((), args.keywords), 0, "default", "fallback")
            if isinstance(default, Missing) and rest and type(rest[0]) is Str:
                default = rest[0]
            return environment.variable(value, default)
    return None


def option(args: Arguments) -> Value | None:
    """Return an option of a configuration file, by section and name, that has a default; None without one."""
    name, default = passed.argument(args, 1, "option"), passed.argument(Arguments((), args.keywords), 0, "fallback")
    if isinstance(name, Missing) or text.known(name) is None or type(default) is not Str:
        return None
    return environment.variable(name, default)


def _getenv(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    name = passed.argument(args, 0, "key")
    if isinstance(name, Missing):
        return Unknown(Why("an environment variable whose name is not known"))
    default = passed.argument(args, 1, "default")
    if not isinstance(default, (Missing, Str)) and default is not None:
        return one_of((environment.variable(name), default))
    return environment.variable(name, default)


def _config(_m: Machine, args: Arguments, _node: ir.Call | None) -> Value:
    name = passed.argument(args, 0, "option", "key")
    if isinstance(name, Missing):
        return Unknown(Why("a setting whose name is not known"))
    cast = passed.argument(args, 99, "cast")
    default = (
        passed.argument(args, 99, "default")
        if not isinstance(passed.argument(args, 99, "default"), Missing)
        else passed.argument(args, 2)
    )
    if type(cast) is External and cast.name in ("builtins.bool", "builtins.int", "builtins.float"):
        return Unknown(Why("a setting"))
    return environment.variable(name, default)


FUNCTIONS: dict[str, Model] = {
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "os.environ.setdefault": _getenv,
    "os.environ.pop": _getenv,
    "os.environ.__getitem__": _getenv,
    "os.environb.get": _getenv,
    "decouple.config": _config,
    "decouple.AutoConfig": _config,
    "starlette.config.config": _config,
    "prettyconf.config": _config,
}
