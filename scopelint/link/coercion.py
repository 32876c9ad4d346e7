"""What data models make of plain data that their fields are given: of a dict, the model that a field is declared as."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from scopelint.facts import ir
from scopelint.link import handed
from scopelint.link.bounds import MAX_DATA_DEPTH
from scopelint.link.kinds import MODELS, SETTINGS
from scopelint.link.values import AnnotatedType, Arguments, ClassValue, DictRecord, External, ListRecord, Ref

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.modules import Module
    from scopelint.link.values import Value

_CONVERTING = (MODELS | SETTINGS) - {"msgspec.Struct"}


def converts(cls: ClassValue) -> bool:
    """Say whether a class makes its fields what they are declared as."""
    return any(type(base) is External and base.name in _CONVERTING for base in cls.mro)


def coerced(m: Machine, node: ir.Expr | None, module: Module, value: Value, depth: int = 0) -> Value:
    """Return what a field that is declared as `node` in `module` holds when it is given `value`."""
    record = m.record(value) if type(value) is Ref else None
    if node is None or depth > MAX_DATA_DEPTH or type(record) not in (DictRecord, ListRecord):
        return value
    if type(node) is ir.BinOp and node.op == "|":
        left = coerced(m, node.left, module, value, depth)
        return coerced(m, node.right, module, value, depth) if left is value else left
    inner = _arguments(node)
    if type(record) is ListRecord and inner:
        made = tuple(coerced(m, inner[0], module, m.pick(item), depth + 1) for item in record.items)
        return value if made == record.items else m.new(msgspec.structs.replace(record, items=made))
    if type(record) is not DictRecord:
        return value
    if inner:
        if _last(node) not in ("dict", "Dict", "Mapping", "MutableMapping", "defaultdict"):
            return coerced(m, inner[0], module, value, depth + 1)  # Optional, Annotated, Union
        found = {key: coerced(m, inner[-1], module, m.pick(item), depth + 1) for key, item in record.items.items()}
        return value if found == record.items else m.new(msgspec.structs.replace(record, items=found))
    return _made(m, handed.annotation(m, node, module), value)


def _made(m: Machine, kind: Value, value: Value) -> Value:
    from scopelint.link import classes

    kind = kind.type if type(kind) is AnnotatedType else kind
    if type(kind) is not ClassValue or classes.kind_of(kind) != "fields":
        return value
    return classes.made_by(m, kind, "model_validate", Arguments((value,)))


def _arguments(node: ir.Expr) -> tuple[ir.Expr, ...]:
    """Return what stands in the brackets of an annotation."""
    if type(node) is not ir.Sub:
        return ()
    return node.index.items if type(node.index) is ir.Sequence else (node.index,)


def _last(node: ir.Expr) -> str:
    """Return the last name of an annotation without its brackets."""
    node = node.value if type(node) is ir.Sub else node
    return node.id if type(node) is ir.Name else node.name if type(node) is ir.Attr else ""
