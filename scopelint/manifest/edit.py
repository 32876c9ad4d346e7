"""Changing the scopes that a manifest declares, and nothing else in it."""

from collections.abc import Mapping, Sequence

import msgspec

from scopelint.errors import ScopelintError
from scopelint.manifest.document import Field, KeyPath, Lines
from scopelint.manifest.layout import Layout, layout_of, source
from scopelint.manifest.reader import ManifestKeys, scope_items
from scopelint.manifest.splice import add_item, remove_item, replace_item

_BYTE_ORDER_MARK = "\ufeff"


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What to change, carried out in this order: replace, remove, deduplicate, add.

    `replace` has pairs of old and new name. `deduplicate` names scopes to be left once, required rather than optional.
    `add_required` moves a scope that is optional; `add_optional` leaves one that is declared alone. A scope that
    is removed or replaced is not added.
    """

    replace: tuple[tuple[str, str], ...] = ()
    remove: tuple[str, ...] = ()
    deduplicate: tuple[str, ...] = ()
    add_required: tuple[str, ...] = ()
    add_optional: tuple[str, ...] = ()


def edit(text: str, suffix: str, keys: ManifestKeys | None, changes: Changes, shown: str = "") -> str:
    """Return the text of a manifest with the changes made; comments, order and layout stay.

    `suffix` is the file's (".toml", ".json"), `shown` its name in errors. A missing section or list is created. Raises
    ScopelintError for a text that cannot be parsed, for YAML, and when the result would not say exactly what was asked.
    """
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    text = text.removeprefix(_BYTE_ORDER_MARK)
    layout = layout_of(suffix, shown)
    paths = (keys or ManifestKeys()).paths()
    before = tuple(_names(layout, text, path, shown) for path in paths)
    wanted = changed(before[0], before[1], changes)
    if wanted == before:
        return mark + text
    if wanted[1] and not paths[1]:
        raise ScopelintError("has no list of optional scopes: configure its key", shown)
    try:
        for path, names in zip(paths, wanted, strict=True):
            if path:
                text = _rewrite(layout, text, path, names, dict(changes.replace))
        found = tuple(_names(layout, text, path, shown) for path in paths)
    except ScopelintError:
        found = ()
    if found != wanted:
        raise ScopelintError("is written in a way that cannot be edited safely: change it by hand", shown)
    return mark + text


def changed(
    required: Sequence[str], optional: Sequence[str], changes: Changes
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return both lists after the changes."""
    lists: list[list[str]] = []
    for names in (required, optional):
        renamed = _renamed(names, dict(changes.replace))
        lists.append([name for name in renamed if name is not None and name not in changes.remove])
    for name in changes.deduplicate:
        holder = lists[0] if name in lists[0] else lists[1]
        if name in holder:
            first = holder.index(name)
            holder[first + 1 :] = [other for other in holder[first + 1 :] if other != name]
        if holder is lists[0]:
            lists[1] = [other for other in lists[1] if other != name]
    unwanted = {*changes.remove, *dict(changes.replace)}
    for name in changes.add_required:
        if name not in unwanted:
            lists[1] = [other for other in lists[1] if other != name]
            lists[0] += [name] if name not in lists[0] else []
    for name in changes.add_optional:
        if name not in (*unwanted, *lists[0], *lists[1]):
            lists[1].append(name)
    return tuple(lists[0]), tuple(lists[1])


def _names(layout: Layout, text: str, path: KeyPath, shown: str) -> tuple[str, ...]:
    items = scope_items(layout.parse(text, shown), path, shown, Lines(text))
    return tuple(item.text or "" for item in items)


def _rewrite(layout: Layout, text: str, path: KeyPath, wanted: Sequence[str], new_names: Mapping[str, str]) -> str:
    """Return the text in which the list at `path` holds the wanted names; elements that stay are not touched."""
    array = layout.parse(text, "")(path)
    if array is None:
        return layout.create(text, path, wanted) if wanted else text
    renamed = _renamed([item.text or "" for item in array.items], new_names)
    kept: dict[int, str] = {}
    for number, name in enumerate(renamed):
        if len(kept) < len(wanted) and name == wanted[len(kept)]:
            kept[number] = name
    for number in reversed(range(len(array.items))):  # from the end, so that numbers stay right
        if number not in kept:
            text = remove_item(text, array, number)
        elif kept[number] != array.items[number].text:
            literal = layout.quote(kept[number], source(text, array.items[number].place))
            text = replace_item(text, array, number, literal)
        else:
            continue
        array = _array(layout, text, path)
    for name in wanted[len(kept) :]:
        sample = source(text, array.items[-1].place) if array.items else ""
        text = add_item(text, array, layout.quote(name, sample))
        array = _array(layout, text, path)
    return text


def _array(layout: Layout, text: str, path: KeyPath) -> Field:
    array = layout.parse(text, "")(path)
    if array is None:
        raise ScopelintError("lost the list that was edited")
    return array


def _renamed(names: Sequence[str], new_names: Mapping[str, str]) -> list[str | None]:
    """Return each name's new one; None for a name whose new one is there already."""
    renamed: list[str | None] = []
    for name in names:
        new = new_names.get(name, name)
        renamed.append(new if new == name or (new not in names and new not in renamed) else None)
    return renamed
