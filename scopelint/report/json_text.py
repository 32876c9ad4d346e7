"""JSON text of structs and plain values."""

import json

import msgspec


def json_text(value: object) -> str:
    """Return the value as indented JSON and a newline; a lone surrogate, which UTF-8 cannot hold, as its escape."""
    text = json.dumps(msgspec.to_builtins(value), indent=2, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"
