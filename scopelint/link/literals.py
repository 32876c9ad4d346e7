"""Texts that are written in the code: their origin is where they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import text

if TYPE_CHECKING:
    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import EnumMember, Str, Value


def literal(m: Machine, node: ir.Const) -> Value:
    """Return the value of a literal; a text's origin identifies it."""
    if not isinstance(node.value, str):
        return node.value
    found = m.texts.get(id(node))
    if found is None:
        m.serial += 1
        found = m.texts[id(node)] = text.of(node.value, m.serial)
        m.literals[m.serial] = m.owner_class or (m.frame.owner if m.frame is not None else None)
        if m.frame is not None and m.frame.function is not None:
            m.spoken.add(m.serial)
    return found


def key_of_member(m: Machine, member: EnumMember) -> int:
    """Return what identifies a member of an enumeration, as its origin does a literal."""
    key = (id(member.cls), member.name)
    if key not in m.member_keys:
        m.serial += 1
        m.member_keys[key] = m.serial
    return m.member_keys[key]


def name_text(m: Machine, name: str, node: object) -> Str:
    """Return an attribute's name as a text, whose origin is where it is written."""
    if node is None:
        return text.of(name)
    found = m.texts.get(id(node))
    if found is None:
        m.serial += 1
        found = m.texts[id(node)] = text.of(name, m.serial)
    return found
