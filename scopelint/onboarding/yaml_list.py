"""Adding an item to a list in a YAML file, without touching the rest of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_Signature: TypeAlias = tuple[str, "str | None", "str | None"]
_KEY_AND_LIST = 3  # events: the key, and the list's beginning and end


def with_item(text: str, key: str, item: str) -> str | None:
    """Return the text with an item at the end of the block list at the top-level `key`, which is made if need be.

    `item` is the item's YAML, beginning with "- " and not indented. None when the text has no place for it that
    leaves everything else as it was: it is no YAML mapping, the list is in brackets, or there is no list.
    """
    try:
        after = _edited(text, key, item)
        if after is None or not _grew(list(_signatures(text)), list(_signatures(after)), list(_signatures(item))[2:-2]):
            return None
    except (yaml.YAMLError, RecursionError):
        return None
    return after


def _edited(text: str, key: str, item: str) -> str | None:
    newline = "\r\n" if "\r\n" in text else "\n"
    if text and not text.endswith("\n"):
        text += newline
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is not None and (not isinstance(root, yaml.MappingNode) or root.flow_style):
        return None
    values = [value for name, value in root.value if name.value == key] if root is not None else []
    if not values:
        gap = newline if text.strip() else ""
        return text + gap + f"{key}:\n{_indented(item, 2)}".replace("\n", newline)
    (value,) = values[:1]
    if not isinstance(value, yaml.SequenceNode) or value.flow_style or not value.value:
        return None
    place = _end_of_content(text, value.end_mark.index)
    return text[:place] + _indented(item, value.start_mark.column).replace("\n", newline) + text[place:]


def _end_of_content(text: str, end: int) -> int:
    """Return where the last line before `end` ends that is neither empty nor a comment."""
    lines = text[:end].splitlines(keepends=True)
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        end -= len(lines.pop())
    return end


def _indented(item: str, columns: int) -> str:
    return "".join(" " * columns + line for line in item.splitlines(keepends=True))


def _signatures(text: str) -> Iterator[_Signature]:
    """Yield what each event of the parser says, whatever its place and style."""
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if not isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent)):
            yield type(event).__name__, getattr(event, "anchor", None), getattr(event, "value", None)


def _grew(before: list[_Signature], after: list[_Signature], item: list[_Signature]) -> bool:
    """Tell whether the item, perhaps with its key and its list, was put in, and nothing else changed."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    more = len(after) - len(before)
    inserted = Counter(after[start : start + more])
    return (
        after[start + more :] == before[start:]
        and not Counter(item) - inserted
        and (more - len(item) in (0, _KEY_AND_LIST) or not before)
    )
