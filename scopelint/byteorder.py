"""Files of two or four bytes a character, which editors and shells on Windows write and Python does not read."""

import codecs

# UTF-32's mark begins like UTF-16's in the little-endian order, so it comes first
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_FIRST_BYTES = frozenset(mark[0] for mark, _ in _MARKS)


def wide_encoding(data: bytes) -> str | None:
    """Return the encoding that a byte order mark names, "UTF-16" or "UTF-32"; None for any other file."""
    if not data or data[0] not in _FIRST_BYTES:
        return None
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)


def narrowed(data: bytes) -> bytes:
    """Return a file's bytes, those of a UTF-16 or UTF-32 file in UTF-8, so that what it names can be looked for."""
    encoding = wide_encoding(data)
    return data if encoding is None else data.decode(encoding, "replace").encode("utf-8", "replace")
