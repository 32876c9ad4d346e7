"""The table of HTTP client libraries: which callables send a request, which classes are clients, which exceptions tell.

Source: `libraries.toml` beside this file, and rows that a configuration adds.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Sequence

VERBS = ("get", "post", "put", "patch", "delete", "head", "options")


class Sender(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """How a callable takes a request: see the comments in `libraries.toml`."""

    names: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    verbs: tuple[str, ...] = VERBS
    method: str = ""
    url: str = "url"
    query: str = ""
    query_methods: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    default_method: str = "GET"
    request: str = ""
    returns: str = ""
    template: bool = False
    base: str = ""
    attributes: dict[str, str] = {}


class Row(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """One row of the table."""

    kind: str = "call"
    call: tuple[str, ...] = ()
    classes: tuple[str, ...] = msgspec.field(name="class", default=())
    signature: tuple[str, ...] = ()
    verbs: tuple[str, ...] = VERBS
    method: str = ""
    url: str = "url"
    query: str = ""
    query_methods: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    default_method: str = "GET"
    request: str = ""
    attributes: dict[str, str] = {}
    keeps: tuple[str, ...] = ()
    base: str = ""
    host: str = ""
    scheme: str = ""
    join: str = "slash"
    via: str = ""
    default_query: str = ""
    methods: tuple[Sender, ...] = ()

    def sender(self) -> Sender:
        """Return how the row's own callable takes a request."""
        return Sender(
            signature=self.signature, method=self.method, url=self.url, query=self.query,
            query_methods=self.query_methods, body=self.body, request=self.request, attributes=self.attributes,
            default_method=self.default_method, base=self.base if self.kind == "call" else "",
        )  # fmt: skip


class Client(msgspec.Struct, frozen=True):
    """A client class: its constructor's row and its methods by name."""

    name: str
    row: Row
    methods: dict[str, Sender]


_SHARED = frozenset({"urllib", "http", "subprocess", "urllib.parse"})
"""Modules of the standard library that hold much else: importing them says nothing of requests."""


class Libraries(msgspec.Struct, frozen=True):
    """The table, indexed by qualified name."""

    calls: dict[str, Sender]
    clients: dict[str, Client]
    requests: dict[str, Sender]
    objects: dict[str, tuple[str, ...]]  # classes that keep their arguments, with the arguments' names
    refusals: dict[str, tuple[str, ...]]
    moved: dict[str, str]  # names of Python 2 and of `six.moves`, with those of today
    tops: frozenset[str]  # top-level packages that are modelled, or say nothing: their source is never read
    modules: frozenset[str]  # modules from which the callables and classes of the rows are imported
    apps: dict[str, str]  # classes of web apps, and the name of the configuration of the app that runs


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    closed: tuple[str, ...]
    row: tuple[Row, ...]
    refusals: dict[str, tuple[str, ...]]
    apps: dict[str, str]
    moved: dict[str, str]


@cache
def _bundled() -> _Table:
    source = Path(__file__).with_name("libraries.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(source), _Table)


def load(extra: Sequence[Row] = ()) -> Libraries:
    """Return the bundled table with the rows that a configuration adds."""
    table = _bundled()
    calls: dict[str, Sender] = {}
    clients: dict[str, Client] = {}
    requests: dict[str, Sender] = {}
    objects: dict[str, tuple[str, ...]] = {}
    for row in (*table.row, *extra):
        for name in row.call:
            for expanded, verb in _expand(name, row.verbs):
                sender = row.sender()
                calls[expanded] = msgspec.structs.replace(sender, method=verb.upper()) if verb else sender
        for name in row.classes:
            if row.kind == "object":
                objects[name] = row.signature
            elif row.kind == "request":
                requests[name] = row.sender()
            else:
                clients[name] = Client(name, row, _methods(row.methods))
    names = (*calls, *clients, *requests, *objects)
    tops = frozenset(name.split(".")[0] for name in names) - {name.split(".")[0] for row in extra for name in row.call}
    modules = frozenset(".".join(name.split(".")[:size]) for name in names for size in (1, 2)) - _SHARED
    closed = tops | set(table.closed)
    return Libraries(calls, clients, requests, objects, table.refusals, table.moved, closed, modules, table.apps)


def _methods(senders: tuple[Sender, ...]) -> dict[str, Sender]:
    found: dict[str, Sender] = {}
    for sender in senders:
        for name in sender.names:
            for expanded, verb in _expand(name, sender.verbs):
                found[expanded] = msgspec.structs.replace(sender, method=verb.upper()) if verb else sender
    return found


def _expand(name: str, verbs: tuple[str, ...]) -> list[tuple[str, str]]:
    if "{verb}" not in name:
        return [(name, "")]
    return [(name.replace("{verb}", verb), verb) for verb in verbs]
