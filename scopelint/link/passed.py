"""What a call of a modelled function is given: an argument by its position or its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link.items import MISSING, Missing
from scopelint.link.values import Arguments

if TYPE_CHECKING:
    from scopelint.link.values import Value


def argument(args: Arguments, index: int, *names: str) -> Value | Missing:
    """Return the argument at a position (from 0) or under one of the names, MISSING when it is not given."""
    if index < len(args.positional):
        return args.positional[index]
    for key, value in args.keywords:
        if key in names:
            return value
    return MISSING


def or_none(value: Value | Missing) -> Value:
    """Return an argument that may not be given, None in its place."""
    return None if isinstance(value, Missing) else value
