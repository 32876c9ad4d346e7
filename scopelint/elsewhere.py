"""Files outside of the project, named so that the name is the same on every machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scopelint.model import ApiCall, ReachedBound, Span

INSTALLED = "site-packages/"
"""What the path of an installed package's file begins with, wherever the environment lies."""


def relative(path: str, root: str) -> str:
    """Return an absolute path relative to an absolute folder, with forward slashes; as it is on another drive."""
    try:
        return os.path.relpath(path, root).replace(os.sep, "/")
    except ValueError:
        return path


class Elsewhere(msgspec.Struct, frozen=True):
    """The folders outside of the project where imports lead, absolute, each with what stands for it."""

    folders: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, root: str, folders: Sequence[str]) -> Elsewhere:
        """Return what stands for the folders: of two inside each other, the inner one comes first."""
        inner_first = sorted(folders, key=len, reverse=True)
        return cls(tuple((os.path.join(folder, ""), _standing_for(folder, root)) for folder in inner_first))

    def told(self, text: str) -> str:
        """Return a path, or a text with paths in it, without what only this machine knows."""
        for folder, shown in self.folders:
            text = text.replace(folder, shown)
        return text

    def call(self, call: ApiCall) -> ApiCall:
        """Return a call with its places as they are told."""
        if not self.folders:
            return call
        span, reason = self._span(call.span), self.told(call.reason)
        chain = tuple(
            link if (place := self._span(link.span)) is link.span else msgspec.structs.replace(link, span=place)
            for link in call.chain
        )
        return msgspec.structs.replace(call, span=span, reason=reason, chain=chain)

    def bound(self, bound: ReachedBound) -> ReachedBound:
        """Return a bound with its place as it is told."""
        return msgspec.structs.replace(bound, path=self.told(bound.path))

    def _span(self, span: Span) -> Span:
        return msgspec.structs.replace(span, path=self.told(span.path)) if os.path.isabs(span.path) else span


def _standing_for(folder: str, root: str) -> str:
    if os.path.basename(folder) == INSTALLED.rstrip("/"):
        return INSTALLED
    inside = relative(folder, root)
    return "" if inside == "." else f"{inside}/"
