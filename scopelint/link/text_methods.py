"""Methods of texts, as far as they matter for a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import attributes, items, rendering, text
from scopelint.link.items import Missing
from scopelint.link.sequences import elements
from scopelint.link.values import Arguments, EnumMember, Hole, Ref, Str, Tuple, Unknown, Why

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.link.machine import Machine
    from scopelint.link.values import Value


def text_method(m: Machine, value: Str, name: str, args: Arguments) -> Value:
    """Return what a method of a text gives."""
    from scopelint.link import url_objects

    model = _TEXT_METHODS.get(name)
    if model is not None:
        return model(m, value, args)
    found = url_objects.method(m, value, name, args)
    return Unknown(Why(f"the result of a text's {name}()")) if isinstance(found, Missing) else found


def _characters(args: Arguments) -> str | None:
    return text.known(args.positional[0]) if args.positional else None


def _text_join(m: Machine, value: Str, args: Arguments) -> Value:
    if len(args.positional) > 1 or (args.positional and type(args.positional[0]) is Str and text.known(value) != ""):
        from scopelint.link import urls

        joined = value
        for other in args.positional:
            joined = urls.url_join(joined, rendering.to_text(m, other))
        return joined
    found, more = elements(m, args.positional[0]) if args.positional else ((), True)
    if more:
        if not found:
            return Str((Hole(Why("joined from a sequence that is not known")),))
        found = (*found, Unknown(Why("joined from a sequence that is not wholly known")))
    texts: list[Str] = []
    for index, item in enumerate(found):
        if index:
            texts.append(value)
        texts.append(rendering.to_text(m, item))
    return text.join(texts)


def _text_format(m: Machine, value: Str, args: Arguments) -> Value:
    keywords = dict(args.keywords)

    def look_up(name: str, number: int) -> Value:
        root = name.split(".")[0].split("[")[0]
        found: Value
        if root == "" or root.isdigit():
            index = int(root) if root else number
            found = args.positional[index] if index < len(args.positional) else Unknown(Why(f"format field {{{name}}}"))
        else:
            found = keywords.get(root, Unknown(Why(f"format field {{{name}}}")))
        for part in name.split(".")[1:]:
            found = attributes.get_attribute(m, m.pick(found), part.split("[")[0], None)
        for part in name.split("[")[1:]:
            key = part.rstrip("]")
            found = items.get_item(m, m.pick(found), int(key) if key.isdigit() else text.of(key))
        found = m.pick(found)
        return rendering.to_text(m, found) if type(found) in (Ref, EnumMember) else found

    return text.format_text(value, look_up)


def _text_format_map(m: Machine, value: Str, args: Arguments) -> Value:
    record = items.dict_items(m, args.positional[0]) if args.positional else None
    if record is None:
        return _text_format(m, value, Arguments())
    return _text_format(m, value, Arguments((), tuple((str(k), m.pick(v)) for k, v in record.items.items())))


def _text_replace(m: Machine, value: Str, args: Arguments) -> Value:
    if len(args.positional) < 2:
        return Unknown(Why("replace()"))
    old = text.known(rendering.to_text(m, args.positional[0]))
    if old is None:
        return value
    return text.replace(value, old, rendering.to_text(m, args.positional[1]))


def _text_split(m: Machine, value: Str, args: Arguments) -> Value:
    separator = _characters(args)
    limit = args.positional[1] if len(args.positional) > 1 else dict(args.keywords).get("maxsplit", -1)
    if separator is None:
        known = text.known(value)
        if known is None or args.positional:
            return m.new_list((), True)
        origin = text.first_origin(value)
        return m.new_list(text.of(word, origin) for word in known.split(None, limit if type(limit) is int else -1))
    if not separator:
        return m.new_list((), True)
    return m.new_list(
        text.split(value, separator, limit if type(limit) is int else -1), not text.is_exact(value) and limit != 1
    )


def _split_lines(m: Machine, value: Str, _args: Arguments) -> Value:
    known = text.known(value)
    if known is None:
        return m.new_list((), True)
    origin = text.first_origin(value)
    return m.new_list(text.of(line, origin) for line in known.splitlines())


def _text_rsplit(m: Machine, value: Str, args: Arguments) -> Value:
    known, separator = text.known(value), _characters(args)
    limit = args.positional[1] if len(args.positional) > 1 else -1
    if known is None or not separator or type(limit) is not int:
        return m.new_list((), True)
    origin = text.first_origin(value)
    return m.new_list(text.of(piece, origin) for piece in known.rsplit(separator, limit))


def _text_partition(_m: Machine, value: Str, args: Arguments) -> Value:
    separator = _characters(args)
    if not separator:
        return Tuple((value, Str(), Str()))
    pieces = text.split(value, separator, 1)
    if len(pieces) == 2:
        return Tuple((pieces[0], text.of(separator), pieces[1]))
    return Tuple((value, Str(), Str()))


def _strip(left: bool, right: bool) -> Callable[[Machine, Str, Arguments], Value]:
    return lambda _m, value, args: text.strip(value, _characters(args), left, right)


def _change(change: Callable[[str], str]) -> Callable[[Machine, Str, Arguments], Value]:
    return lambda _m, value, _args: text.map_known(value, change)


def _affix(known: Callable[[Str, str], bool | None]) -> Callable[[Machine, Str, Arguments], Value]:
    def model(_m: Machine, value: Str, args: Arguments) -> Value:
        wanted = args.positional[0] if args.positional else None
        options = wanted.items if type(wanted) is Tuple else (wanted,)
        results = []
        for option in options:
            affix = text.known(option)
            results.append(None if affix is None else known(value, affix))
        if True in results:
            return True
        return Unknown(Why("a condition")) if None in results else False

    return model


def _is_digit(_m: Machine, value: Str, _args: Arguments) -> Value:
    known = text.known(value)
    return Unknown(Why("a condition")) if known is None else known.isdigit()


def _remove_prefix(_m: Machine, value: Str, args: Arguments) -> Value:
    return text.remove_prefix(value, _characters(args) or "")


def _remove_suffix(_m: Machine, value: Str, args: Arguments) -> Value:
    return text.remove_suffix(value, _characters(args) or "")


def _itself(_m: Machine, value: Str, _args: Arguments) -> Value:
    return value


def _find(_m: Machine, value: Str, args: Arguments) -> Value:
    known, piece = text.known(value), _characters(args)
    return Unknown(Why("a position")) if known is None or piece is None else known.find(piece)


def _count(_m: Machine, value: Str, args: Arguments) -> Value:
    known, piece = text.known(value), _characters(args)
    return Unknown(Why("a count")) if known is None or piece is None else known.count(piece)


_TEXT_METHODS: dict[str, Callable[[Machine, Str, Arguments], Value]] = {
    "join": _text_join,
    "format": _text_format,
    "format_map": _text_format_map,
    "replace": _text_replace,
    "split": _text_split,
    "rsplit": _text_rsplit,
    "splitlines": _split_lines,
    "partition": _text_partition,
    "strip": _strip(True, True),
    "lstrip": _strip(True, False),
    "rstrip": _strip(False, True),
    "lower": _change(str.lower),
    "upper": _change(str.upper),
    "casefold": _change(str.casefold),
    "title": _change(str.title),
    "capitalize": _change(str.capitalize),
    "startswith": _affix(text.starts_with),
    "endswith": _affix(text.ends_with),
    "isdigit": _is_digit,
    "removeprefix": _remove_prefix,
    "removesuffix": _remove_suffix,
    "encode": _itself,
    "decode": _itself,
    "__str__": _itself,
    "get_secret_value": _itself,
    "unicode_string": _itself,
    "human_repr": _itself,
    "geturl": _itself,
    "as_posix": _itself,
    "find": _find,
    "index": _find,
    "count": _count,
}
