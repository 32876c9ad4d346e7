"""What a parse gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from scopelint.facts.ir import Facts


class Parsed(NamedTuple):
    """What became of one source: its facts and their bytes (none when they cannot travel), or why there are none."""

    facts: Facts | None
    data: bytes
    lost: str = ""
