"""Markup that cannot hold text unescaped: a tag takes strings as text, and only `Html` as markup."""

from collections.abc import Iterable
from html import escape

from scopelint.report.printable import printable

Attribute = str | int | float | bool | None


class Html(str):
    """Markup, safe to stand in a page as it is. Only this module and the page's own template make it."""

    __slots__ = ()


EMPTY = Html()
_VOID = frozenset(("br", "input"))


def tag(name: str, /, *children: Html | str | None, **attributes: Attribute) -> Html:
    """Return an element; strings become text, and None is left out.

    Attributes are named as in Python: `class_`, `aria_label`; True writes one without a value, False and None none.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(children)}</{name}>")


def joined(parts: Iterable[Html | str | None]) -> Html:
    """Return the parts one after the other, strings as text."""
    return Html("".join(part if isinstance(part, Html) else text(part) for part in parts if part is not None))


def text(plain: str) -> Html:
    """Return the text, with what would be markup, or invisible, written out."""
    return Html(escape(printable(plain)))


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{text(str(value))}"'
