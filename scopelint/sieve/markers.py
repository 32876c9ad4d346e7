"""Which bytes make a file worth reading for itself."""

import enum
import re
from collections.abc import Callable, Iterable

import msgspec

from scopelint.sieve.search import finder


class Mark(enum.IntEnum):
    """How much a file's own bytes say."""

    NONE = 0
    BASE = 1  # a path's version alone: worth it when the file, or one that uses it, names a resource
    KEEP = 2


class Markers(msgspec.Struct, frozen=True):
    """What a file that sends a request to the platform must contain, in any case of letters.

    `words` keep a file wherever they stand: hosts, environment variables, names of the configuration. `version` ("/v3")
    counts only where it may begin a path of the table, whose first segments after it are `resources`: half of the
    world's APIs have a "/v3". Without `version`, only `words` count. `code` ("SCL") counts before a digit, for the
    comments that suppress findings, which say "noqa". `libraries` are what HTTP libraries are called: they keep a file
    that one which is kept imports.
    """

    words: tuple[bytes, ...]
    version: bytes = b""
    resources: tuple[bytes, ...] = ()
    code: bytes = b""
    libraries: tuple[bytes, ...] = ()

    @classmethod
    def of_platform(
        cls, hosts: Iterable[str], prefix: str, paths: Iterable[str], names: Iterable[str] = (), code: str = ""
    ) -> "Markers":
        """Build the markers of a platform: its hosts, the version prefix of its paths ("/v3"), the paths, more names.

        Of a host one distinctive label is enough: code may put "api." and "maxcare.ai" together.
        """
        words = [_label(host) for host in hosts] + list(names)
        segments = (path[len(prefix) :].strip("/").split("/")[0] for path in paths)
        resources = dict.fromkeys(segment for segment in segments if segment and not segment.startswith("{"))
        return cls(
            tuple(dict.fromkeys(word.encode() for word in words)),
            prefix.encode(),
            tuple(resource.encode() for resource in resources),
            code.encode(),
        )

    def lowered(self) -> tuple[bytes, ...]:
        """Return the words in lower case, without those that stand in comments only."""
        return tuple(word.lower() for word in self.words if word and not word.endswith(b":"))

    def test(self) -> Callable[[bytes], Mark]:
        """Compile the test of a file's bytes."""
        words = [word.lower() for word in self.words if word]
        version = self.version.lower().strip(b"/")
        paths = (version, _BASE_TEMPLATE) if version else ()
        says_something = finder((*words, *paths, *((_SUPPRESSION,) if self.code else ())))
        path = _path_pattern(version, self.resources)
        numbered = re.compile(re.escape(self.code.lower()) + rb"[0-9]")

        def mark(data: bytes) -> Mark:
            lowered = data.lower()
            if not says_something(lowered):
                return Mark.NONE
            if any(word in lowered for word in words):
                return Mark.KEEP
            if self.code and _SUPPRESSION in lowered and numbered.search(lowered):
                return Mark.KEEP
            if version and _BASE_TEMPLATE in lowered:
                return Mark.BASE
            return _mark_of_paths(version, path, lowered) if version else Mark.NONE

        return mark

    def evidence(self) -> Callable[[bytes], bool]:
        """Compile the test of whether a file names a resource where a path may stand."""
        pattern = re.compile(rb"[\"'`/})](?:" + _alternatives(self.resources) + rb")(?=[\"'`/?{%])", re.IGNORECASE)
        return lambda data: pattern.search(data) is not None

    def resources_named(self) -> Callable[[bytes], set[bytes]]:
        """Compile the search for the resources that a file names where a path, or the end of one, may stand."""
        pattern = re.compile(rb"[\"'`}]/?(" + _alternatives(self.resources) + rb")(?=[\"'`/?{%])", re.IGNORECASE)
        return lambda data: {found.lower() for found in pattern.findall(data)}


_SUPPRESSION = b"noqa:"
_BASE_TEMPLATE = b"{+baseurl}/"  # how Kiota's clients begin a path; the base, with the version, stands elsewhere
_SHORTEST_LABEL = 7  # characters; a shorter one is too common a word


def _label(host: str) -> str:
    labels = host.split(":")[0].split(".")
    label = labels[-2] if len(labels) > 1 else host
    return label if len(label) >= _SHORTEST_LABEL else host


# What may stand before a path inside a literal: its beginning, a hole, or a variable of a template.
_BEGINNING = re.compile(rb"(?:[\"'`{}()]|%s|%\(\w+\)s|\$\{?\w+\}?)\Z")
_LONGEST_BEGINNING = 40
_HOST = re.compile(rb"[a-z][a-z0-9+]*://[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::[0-9]+)?(?:/|$)")
_REACH = 200  # a literal host stands at most so many bytes before its path
_COMPARED = re.compile(rb"[\"']\s+(?:not\s+)?in\b")  # `"/v3/" in path` sends nothing


def _path_pattern(version: bytes, resources: tuple[bytes, ...]) -> re.Pattern[bytes]:
    """Build the pattern of a version that a resource follows or, as `base`, the literal's end or a hole."""
    resource = rb"/(?:" + _alternatives(resources) + rb")\b"
    base = rb"(?P<base>(?P<slash>/)?(?=[\"'`{%$\\+]))"
    return re.compile(rb"(?<![a-z0-9_.-])" + re.escape(version) + rb"(?:" + resource + rb"|" + base + rb")")


def _alternatives(resources: tuple[bytes, ...]) -> bytes:
    return b"|".join(re.escape(name.lower()) for name in resources) or rb"(?!)"


def _mark_of_paths(version: bytes, path: re.Pattern[bytes], data: bytes) -> Mark:
    mark = Mark.NONE
    at = data.find(version)
    while at >= 0:  # not `finditer`: the pattern begins with a look-behind, so it would be tried at every byte
        match = path.match(data, at)
        if match:
            start = at - 1 if data[at - 1 : at] == b"/" else at
            if match["base"] is None:
                if not _is_foreign(data, start):
                    return Mark.KEEP
            elif (
                (start < at or match["slash"])  # a bare "v3" says nothing
                and _BEGINNING.search(data[max(0, start - _LONGEST_BEGINNING) : start])
                and not _COMPARED.match(data, match.end())
            ):
                mark = Mark.BASE
        at = data.find(version, at + 1)
    return mark


def _is_foreign(data: bytes, at: int) -> bool:
    """Whether a literal host stands before the path: hosts of the platform are words, so this one is another's."""
    start = at
    lowest = max(0, at - _REACH)
    while start > lowest and data[start - 1] not in b"\"'`{}()%$ \t\r\n":
        start -= 1
    return _HOST.match(data, start, at) is not None
