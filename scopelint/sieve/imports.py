"""What a file imports, from its bytes: no parse, and rather too much than too little."""

import re
from collections.abc import Iterator

import msgspec

_WORDS = bytes(c if chr(c).isalnum() or c == ord("_") or c > 127 else ord(" ") for c in range(256))
_FROM = re.compile(rb"\bfrom\b[\s\\]*(?:(\.+)[\s\\]*)?(?:(\w[\w.]*)[\s\\]*)?\bimport\b(.*)", re.DOTALL)
_IMPORT = re.compile(rb"\bimport[\s\\]+(.*)", re.DOTALL)
_COMMENT = re.compile(rb"#[^\n]*")
_NAME = re.compile(rb"(\*|\w+)(?:\s+as\s+\w+)?")
_LITERAL = re.compile(rb"[\"'](\.*[A-Za-z_][\w.]*|\.(?=\{))([\"'{:])")
_DYNAMIC = (b"import_", b"__import__")


class Import(msgspec.Struct, frozen=True):
    """One import: `level` leading dots, the module's segments, the names taken from it (none for a plain import)."""

    level: int
    module: tuple[str, ...]
    names: tuple[str, ...]


def statements(data: bytes) -> list[bytes]:
    """Return the text of each line with an import, with its continuation; also of lines that only look like one."""
    found = []
    at = data.find(b"import")
    while at >= 0:
        if data[at + 6 : at + 7] not in (b" ", b"_", b"(", b"*", b"\t", b"\\"):
            at = data.find(b"import", at + 6)
            continue
        start = data.rfind(b"\n", 0, at) + 1
        end = _end(data, at)
        while data.endswith((b"\\\n", b"\\\r\n"), 0, start):  # "from x \", then "import y"
            start = data.rfind(b"\n", 0, start - 1) + 1
        found.append(data[start:end])
        at = data.find(b"import", end)
    return found


def _end(data: bytes, at: int) -> int:
    end = data.find(b"\n", at)
    if end < 0:
        return len(data)
    if data.find(b"(", at, end) >= 0 and data.find(b")", at, end) < 0:
        closing = data.find(b")", end)
        while closing >= 0 and data.rfind(b"#", data.rfind(b"\n", 0, closing) + 1, closing) >= 0:  # in a comment
            line_end = data.find(b"\n", closing)
            closing = data.find(b")", line_end) if line_end >= 0 else -1
        return closing + 1 if closing >= 0 else len(data)
    while data[end - 1 : end] == b"\\" or data[end - 2 : end] == b"\\\r":
        end = data.find(b"\n", end + 1)
        if end < 0:
            return len(data)
    return end


def words(statement: bytes) -> list[bytes]:
    """Return the identifiers of a text."""
    return statement.translate(_WORDS).split()


def is_dynamic(statement: bytes) -> bool:
    """Whether a text may import by a call: `importlib.import_module`, `import_string`, `__import__`."""
    return any(mark in statement for mark in _DYNAMIC)


def parse(statement: bytes) -> Iterator[Import]:
    """Read the imports of one statement."""
    text = _COMMENT.sub(b"", statement).replace(b"\\\r\n", b" ").replace(b"\\\n", b" ")
    for part in text.split(b";"):
        match = _FROM.search(part)
        if match:
            dots, module, names = match.groups()
            taken = tuple(name.decode("utf-8", "replace") for name in _NAME.findall(names))
            yield Import(len(dots or b""), _segments(module or b""), taken)
            continue
        match = _IMPORT.search(part)
        for name in match[1].split(b",") if match else ():
            dotted = name.split()[:1]  # without "as ..."
            if dotted:
                yield Import(0, _segments(dotted[0]), ())


def dotted_literals(data: bytes) -> Iterator[Import]:
    """Read every string that may name a module, as an import of it; one that goes on in a hole has a "*" for a name."""
    for text, following in _LITERAL.findall(data):
        name = text.lstrip(b".")
        open_end = name.endswith(b".") or (not name and following == b"{")
        yield Import(len(text) - len(name), _segments(name), ("*",) if open_end else ())


def _segments(dotted: bytes) -> tuple[str, ...]:
    return tuple(part for part in dotted.decode("utf-8", "replace").split(".") if part)
