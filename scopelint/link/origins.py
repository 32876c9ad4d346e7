"""Where URLs point: whether an origin is the platform's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.model import OriginKind

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.urls import Url
    from scopelint.model import Origin


def is_platform(m: Machine, origin: Origin) -> bool:
    """Say whether an origin is the platform's."""
    if origin.text is None:
        return False
    if origin.kind is OriginKind.VARIABLE:
        return origin.text in m.variables
    return origin.text.partition("://")[2].partition(":")[0] in m.hosts


def origin(m: Machine, url: Url) -> Origin:
    """Return a URL's origin: of a base in a variable that is none of the platform's, where it points by default."""
    return url.origin if url.default is None or is_platform(m, url.origin) else url.default
