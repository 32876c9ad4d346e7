"""What is plainly data, by how it is named and used, or the function's own: it refers to no definition elsewhere."""

from __future__ import annotations

import re
from functools import cache

import libcst as cst

from scopelint.facts import ir

_DATA_NAME = re.compile(
    r"_*(?:.*_)?(?:dict|map|mapping|cache|config|cfg|settings|environ|env|headers?|params?|kwargs|args|data|payload|"
    r"body|json|response|resp|result|row|item|record|attrs|options|opts|query|form|cookies|registry|lookup|index|"
    r"counts?|seen|meta|context|ctx|state|redis|mock|formats|types|models?|queue|parser|info|values?|fields?|obj|d)",
    re.IGNORECASE,
)
"""Names of what is read with `get` but sends nothing."""
_DEFAULTS = (cst.SimpleString, cst.Integer, cst.Float, cst.List, cst.Tuple, cst.Set)
_LOOK_UP_ARGUMENTS = 2


def free(references: set[str], bound: set[str]) -> set[str]:
    """Return references without what they read on variables of the function itself: `x.get` says only `.get`."""
    found = set()
    for reference in references:
        root = reference.partition(".")[0]
        if root not in bound:
            found.add(reference)
        elif root != reference:
            found.add(reference[reference.rindex(".") :])
    return found


@cache
def _is_data_name(name: str) -> bool:
    return _DATA_NAME.fullmatch(name) is not None


def is_data(node: ir.Expr) -> bool:
    """Say whether an expression is plainly data, by its last name."""
    name = node.id if type(node) is ir.Name else node.name if type(node) is ir.Attr else ""
    return bool(name) and _is_data_name(name)


def is_look_up(node: cst.Call) -> bool:
    """Say whether a call is that of a mapping: `.get(key, "default")`. No request's second argument is such a value."""
    func, args = node.func, node.args
    return (
        len(args) == _LOOK_UP_ARGUMENTS
        and isinstance(func, cst.Attribute)
        and func.attr.value == "get"
        and isinstance(args[1].value, _DEFAULTS)
        and not (args[0].star or args[1].star or args[0].keyword or args[1].keyword)
        and not _may_be_query(args[1].value)
    )


def _may_be_query(node: cst.BaseExpression) -> bool:
    """Say whether a default may be the parameters of a query: pairs, or `a=b` in a text."""
    if isinstance(node, cst.SimpleString):
        return "=" in node.value
    return isinstance(node, (cst.List, cst.Tuple, cst.Set)) and bool(node.elements)
