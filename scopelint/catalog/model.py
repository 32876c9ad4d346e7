"""The table of the platform as values: hosts, scopes, endpoints and what each endpoint needs."""

import enum
import re
from collections.abc import Mapping, Sequence

import msgspec

from scopelint.errors import ScopelintError

_PARAMETER = re.compile(r"\{[^{}]*\}")


class Requirement(enum.Enum):
    """What is documented of an endpoint's scopes."""

    KNOWN = "known"
    NONE = "none"  # documented to need none
    UNKNOWN = "unknown"  # not documented: counts for nothing and accuses nobody


class Scope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One scope; `successor` for a legacy alias, `useless_without` for one that does nothing alone."""

    name: str
    title: str = ""
    description: str = ""
    successor: str | None = None
    useless_without: tuple[str, ...] = ()


class ConditionalScopes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Scopes needed in addition when a query parameter has a value."""

    query: str
    equals: str
    scopes: tuple[tuple[str, ...], ...]


class Endpoint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One row: method and path template, and the scopes that a call needs.

    `scopes` are all needed; each is a tuple of alternatives, the one to declare first. `operation_id` is None when it
    is not known. `query_complete` says that the known query parameters are all there are.
    """

    method: str
    path: str
    resource_name: str
    operation_id: str | None = None
    query: tuple[str, ...] = ()
    required_query: tuple[str, ...] = ()
    query_complete: bool = False
    requirement: Requirement = Requirement.KNOWN
    scopes: tuple[tuple[str, ...], ...] = ()
    conditional: tuple[ConditionalScopes, ...] = ()

    @property
    def name(self) -> str:
        """The row's name in results: "GET /v3/notes/{id}"."""
        return f"{self.method} {self.path}"

    @property
    def segments(self) -> tuple[str, ...]:
        """The path's segments: ("v3", "notes", "{id}")."""
        return tuple(self.path.strip("/").split("/"))

    @property
    def shape(self) -> tuple[str, ...]:
        """The path's segments without the parameters' names: ("v3", "notes", "{}")."""
        return tuple(_PARAMETER.sub("{}", segment) for segment in self.segments)

    @property
    def all_scopes(self) -> frozenset[str]:
        """Every scope that a call of this endpoint could use, alternatives and conditional ones too."""
        groups = (*self.scopes, *(group for condition in self.conditional for group in condition.scopes))
        return frozenset(scope for group in groups for scope in group)


class Base(msgspec.Struct, frozen=True):
    """A base address that the user's configuration names; `host` has a port only if one was given."""

    host: str
    path: str = ""  # "" or "/gateway/max"


class Catalog(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """The table. `other_prefixes` are the platform's versions that it does not cover."""

    hosts: tuple[str, ...]
    prefix: str  # "/v3"; "" when the paths carry no version
    endpoints: tuple[Endpoint, ...]
    scopes: tuple[Scope, ...]
    other_prefixes: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()  # environment variables and settings that hold the base
    bases: tuple[Base, ...] = ()

    def extended(self, hosts: Sequence[str] = (), variables: Sequence[str] = ()) -> "Catalog":
        """Return the catalog with more bases: host names or URLs, and names of variables.

        Raises ScopelintError for a URL that has no host.
        """
        bases = (*self.bases, *(_base(host, self.prefix) for host in hosts))
        return msgspec.structs.replace(
            self, bases=tuple(dict.fromkeys(bases)), variables=tuple(dict.fromkeys((*self.variables, *variables)))
        )

    def markers(self) -> tuple[str, ...]:
        """Return the texts of which code that calls the platform must hold one, for the sieve."""
        hosts = (*self.hosts, *(base.host for base in self.bases))
        prefixes = (self.prefix,) if self.prefix else ()
        return tuple(dict.fromkeys((*hosts, *prefixes, *self.variables)))

    def operation_names(self) -> Mapping[str, Endpoint]:
        """Return the names that a generated client or a configuration may give an endpoint; see `names`."""
        from scopelint.catalog.names import operation_names  # it is made of this module's values

        return operation_names(self)

    def scope(self, name: str) -> Scope | None:
        """Return the scope of that name, or None."""
        return next((scope for scope in self.scopes if scope.name == name), None)

    def endpoint(self, name: str) -> Endpoint | None:
        """Return the row called "METHOD /v3/path" or, resource-style, "patients.list"; None when there is none."""
        return next((row for row in self.endpoints if name in (row.name, row.resource_name)), None)


def _base(address: str, prefix: str) -> Base:
    from urllib.parse import urlsplit  # few runs need it

    try:
        parts = urlsplit(address if "//" in address else "//" + address)
    except ValueError:
        parts = urlsplit("")
    host = parts.netloc.rpartition("@")[2].lower()
    if not host:
        raise ScopelintError(f'"{address}" is no base address: write a URL such as "https://gateway.example.com"')
    path = parts.path.rstrip("/")
    return Base(host, path[: -len(prefix)] if prefix and path.endswith(prefix) else path)
