import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scopelint.errors import ScopelintError
from scopelint.manifest import ManifestKeys
from scopelint.manifest.edit import Changes, changed, edit

ADD = Changes(add_required=("n",))
ADD_OPTIONAL = Changes(add_optional=("n",))
REMOVE = Changes(remove=("a",))
REPLACE = Changes(replace=(("a", "n"),))
P = "[permissions]\n"


@pytest.mark.parametrize(
    ("changes", "before", "after"),
    [
        # adding, in the array's own style
        (ADD, P + 'scopes = ["a", "b"] # c\n', P + 'scopes = ["a", "b", "n"] # c\n'),
        (ADD, P + "scopes = ['a','b',]\n", P + "scopes = ['a','b','n',]\n"),
        (ADD, P + 'scopes = [ "a" ]', P + 'scopes = [ "a", "n" ]'),
        (ADD, P + "scopes = []\n", P + 'scopes = ["n"]\n'),
        (ADD, P + "scopes = [\n]\n", P + 'scopes = [\n    "n"\n]\n'),
        (ADD, P + "scopes = [\n  # all\n]\n", P + 'scopes = [\n  # all\n    "n"\n]\n'),
        (ADD, P + 'scopes = [\n  "a", # x, y\n]\n', P + 'scopes = [\n  "a", # x, y\n  "n",\n]\n'),
        (ADD, P + 'scopes = [\n  "a" # x ]\n  # end\n]\n', P + 'scopes = [\n  "a", # x ]\n  "n"\n  # end\n]\n'),
        (ADD, P + 'scopes = [\n\t"a",\n\t"b"]\n', P + 'scopes = [\n\t"a",\n\t"b",\n\t"n"]\n'),
        (ADD, P + 'scopes = ["a",\n          "b"]\n', P + 'scopes = ["a",\n          "b",\n          "n"]\n'),
        (ADD, P + 'scopes = [\n  "a"\n  , "b"\n]\n', P + 'scopes = [\n  "a"\n  , "b"\n  , "n"\n]\n'),
        # a comment stays with the scope that it stands behind
        (ADD, P + 'scopes = ["a", # x\n]\n', P + 'scopes = ["a", # x\n    "n",\n]\n'),
        (ADD, P + 'scopes = ["a" # x\r\n]\r\n', P + 'scopes = ["a", # x\r\n    "n"\r\n]\r\n'),
        (ADD, P + 'scopes = ["a" # x\n  # end\n  ]\n', P + 'scopes = ["a", # x\n    "n"\n  # end\n  ]\n'),
        (ADD, P + 'scopes = ["a" # x\n  ]\n', P + 'scopes = ["a", # x\n  "n"]\n'),
        (ADD, P + 'scopes = ["a"] # x', P + 'scopes = ["a", "n"] # x'),
        (ADD, P + 'scopes = [\n  "a"\n  , "b" # b\n]\n', P + 'scopes = [\n  "a"\n  , "b" # b\n  , "n"\n]\n'),
        (
            Changes(remove=("a",), add_required=("n", "m")),
            P + 'scopes = ["b", # scopelint: keep\n  "a"]\n',
            P + 'scopes = ["b", # scopelint: keep\n  "n",\n  "m"]\n',
        ),
        (
            Changes(replace=(("b", "c"),), remove=("a",), add_required=("n",)),
            P + 'scopes = ["b", # x\n "a"]\n',
            P + 'scopes = ["c", # x\n "n"]\n',
        ),
        (
            ADD,
            '[permissions]\r\nscopes = [\r\n  "a"\r\n]\r\n',
            '[permissions]\r\nscopes = [\r\n  "a",\r\n  "n"\r\n]\r\n',
        ),
        (ADD, '\ufeff[permissions]\nscopes = ["a"]\n', '\ufeff[permissions]\nscopes = ["a", "n"]\n'),
        # removing
        (REMOVE, P + 'scopes = ["a", "b"]\n', P + 'scopes = ["b"]\n'),
        (REMOVE, P + 'scopes = ["b", "a"]\n', P + 'scopes = ["b"]\n'),
        (REMOVE, P + 'scopes = ["a"]\n', P + "scopes = []\n"),
        (REMOVE, P + 'scopes = [ "a", ]\n', P + "scopes = []\n"),
        (REMOVE, P + 'scopes = ["b", "a", ]\n', P + 'scopes = ["b", ]\n'),
        (REMOVE, P + 'scopes = [\n  "a", # gone\n  "b", # b\n]\n', P + 'scopes = [\n  "b", # b\n]\n'),
        (REMOVE, P + 'scopes = [\n  "b", # b\n  "a" # gone\n]\n', P + 'scopes = [\n  "b" # b\n]\n'),
        (REMOVE, P + 'scopes = [\n  # why b\n  "b",\n  "a"]\n', P + 'scopes = [\n  # why b\n  "b"]\n'),
        (REMOVE, P + 'scopes = [\n  "a"\n  , "b"\n]\n', P + 'scopes = [\n  "b"\n]\n'),
        (REMOVE, P + 'scopes = ["a", # x\n  "b"]\n', P + 'scopes = [# x\n  "b"]\n'),
        (REMOVE, P + 'scopes = ["a" # x\n , "b"]\n', P + 'scopes = [ # x\n  "b"]\n'),
        (REMOVE, P + 'scopes = [ "b" , "a" ]\n', P + 'scopes = [ "b" ]\n'),
        (REMOVE, P + 'scopes = [\n  "b" # b\n  , "a" # gone\n]\n', P + 'scopes = [\n  "b" # b\n]\n'),
        (REMOVE, P + 'scopes = [\n  "b" # b\n  , "a" ]\n', P + 'scopes = [\n  "b" # b\n   ]\n'),
        (
            REMOVE,
            P + 'scopes = [\n  "b"\n  , "a" # gone\n  , "c" # c\n]\n',
            P + 'scopes = [\n  "b"\n  , "c" # c\n]\n',
        ),
        (
            REMOVE,
            P + 'scopes = ["a", "b", "a"]\noptional_scopes = ["a"]\n',
            P + 'scopes = ["b"]\noptional_scopes = []\n',
        ),
        # replacing
        (REPLACE, P + "scopes = ['a', \"b\"] # a\n", P + "scopes = ['n', \"b\"] # a\n"),
        (REPLACE, P + 'scopes = ["a", "n"]\n', P + 'scopes = ["n"]\n'),
        (REPLACE, P + 'optional_scopes = ["""a""" ]\n', P + 'optional_scopes = ["n" ]\n'),
        # declared twice
        (Changes(deduplicate=("a",)), P + 'scopes = ["a", "b", "a"]\n', P + 'scopes = ["a", "b"]\n'),
        (
            Changes(deduplicate=("a",)),
            P + 'optional_scopes = ["a", "b"]\nscopes = ["a"]\n',
            P + 'optional_scopes = ["b"]\nscopes = ["a"]\n',
        ),
        # from one list to the other
        (
            Changes(add_required=("a",)),
            P + 'scopes = ["b"]\noptional_scopes = ["a"]\n',
            P + 'scopes = ["b", "a"]\noptional_scopes = []\n',
        ),
        (Changes(add_optional=("a",)), P + 'scopes = ["a"]\n', P + 'scopes = ["a"]\n'),
        # creating
        (ADD, "", P + 'scopes = ["n"]\n'),
        (ADD, "[oauth]\nx = 1", "[oauth]\nx = 1\n\n" + P + 'scopes = ["n"]\n'),
        (ADD, "[oauth]\r\n", '[oauth]\r\n\r\n[permissions]\r\nscopes = ["n"]\r\n'),
        (ADD, P + "x = 1\n", P + 'scopes = ["n"]\nx = 1\n'),
        (ADD, "[permissions] # c", '[permissions] # c\nscopes = ["n"]\n'),
        (ADD, "  [permissions]\n  x = 1\n", '  [permissions]\n  scopes = ["n"]\n  x = 1\n'),
        (ADD, "[permissions.more]\nx = 1\n", "[permissions.more]\nx = 1\n\n" + P + 'scopes = ["n"]\n'),
        (ADD, "permissions = {}\n", 'permissions = {scopes = ["n"]}\n'),
        (ADD, "permissions = { x = 1 }\n", 'permissions = {scopes = ["n"],  x = 1 }\n'),
        (ADD, "permissions.x = 1\n[a]\n", 'permissions.scopes = ["n"]\npermissions.x = 1\n[a]\n'),
        (
            ADD_OPTIONAL,
            P + 'scopes = [\n  "a",\n] # c\nx = 1\n',
            P + 'scopes = [\n  "a",\n] # c\noptional_scopes = [\n    "n",\n]\nx = 1\n',
        ),
        (ADD_OPTIONAL, P + 'scopes = ["a"]', P + 'scopes = ["a"]\noptional_scopes = ["n"]\n'),
        (
            ADD_OPTIONAL,
            'permissions . scopes = ["a"]\n[x]\n',
            'permissions . scopes = ["a"]\npermissions . optional_scopes = ["n"]\n[x]\n',
        ),
        (
            ADD_OPTIONAL,
            'permissions = {scopes = ["a"]} # c\n',
            'permissions = {scopes = ["a"], optional_scopes = ["n"]} # c\n',
        ),
        (ADD_OPTIONAL, P + 'scopes = ["a"]\noptional_scopes = []\n', P + 'scopes = ["a"]\noptional_scopes = ["n"]\n'),
    ],
)
def test_toml(changes: Changes, before: str, after: str) -> None:
    assert edit(before, ".toml", None, changes) == after
    assert edit(after, ".toml", None, changes) == after


KEYS = ManifestKeys(required="app.scopes", optional="app.optional")


@pytest.mark.parametrize(
    ("changes", "before", "after"),
    [
        (ADD, '{"app": {"scopes": ["a"]}}', '{"app": {"scopes": ["a", "n"]}}'),
        (ADD, '{"app":{"scopes":["a","b"]}}\n', '{"app":{"scopes":["a","b","n"]}}\n'),
        (
            ADD,
            '{\n  "app": {\n    "scopes": [\n      "a"\n    ]\n  }\n}\n',
            '{\n  "app": {\n    "scopes": [\n      "a",\n      "n"\n    ]\n  }\n}\n',
        ),
        (REMOVE, '{"app": {"scopes": [\n  "b",\n  "a"\n]}}', '{"app": {"scopes": [\n  "b"\n]}}'),
        (REMOVE, '{"app": {"scopes": ["a"]}}', '{"app": {"scopes": []}}'),
        (REPLACE, '{"app": {"scopes": ["\\u0061" ]}}', '{"app": {"scopes": ["n" ]}}'),
        (ADD, "{}", '{"app": {"scopes": ["n"]}}'),
        (ADD, '{"x":1}', '{"x":1,"app":{"scopes":["n"]}}'),
        (ADD, '{"app": {"x": 1}}', '{"app": {"x": 1, "scopes": ["n"]}}'),
        (ADD, "{\n}\n", '{\n  "app": {\n    "scopes": [\n      "n"\n    ]\n  }\n}\n'),
        (
            ADD,
            '{\n    "app": {\n        "y": {}\n    }\n}\n',
            '{\n    "app": {\n        "y": {},\n        "scopes": [\n            "n"\n        ]\n    }\n}\n',
        ),
        (
            ADD_OPTIONAL,
            '{\r\n\t"app": {\r\n\t\t"scopes": []\r\n\t}\r\n}',
            '{\r\n\t"app": {\r\n\t\t"scopes": [],\r\n\t\t"optional": [\r\n\t\t\t"n"\r\n\t\t]\r\n\t}\r\n}',
        ),
    ],
)
def test_json(changes: Changes, before: str, after: str) -> None:
    assert edit(before, ".json", KEYS, changes) == after
    assert edit(after, ".json", KEYS, changes) == after


@pytest.mark.parametrize(
    ("suffix", "text", "message"),
    [
        (".yaml", "{}", "app.x: only TOML and JSON manifests can be edited: change it by hand"),
        (".toml", "x", "app.x:1: is not valid TOML: Expected '=' after a key in a key/value pair"),
        (".toml", "permissions = 1", 'app.x:1: "permissions" must be a table, not a single value'),
        (".json", "[]", "app.x:1: must hold a JSON object"),
    ],
)
def test_what_cannot_be_edited(suffix: str, text: str, message: str) -> None:
    with pytest.raises(ScopelintError) as caught:
        edit(text, suffix, None, ADD, "app.x")
    assert str(caught.value) == message


def test_no_key_for_optional_scopes() -> None:
    with pytest.raises(ScopelintError, match="has no list of optional scopes: configure its key"):
        edit("", ".toml", ManifestKeys(optional=""), ADD_OPTIONAL)


names = st.sampled_from(["a", "b", "c", "read:é", "it's", 'q"\\'])
lists = st.lists(names, max_size=4)
all_changes = st.builds(
    Changes,
    replace=st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["c", "d"])), max_size=2).map(tuple),
    remove=lists.map(tuple),
    deduplicate=lists.map(tuple),
    add_required=lists.map(tuple),
    add_optional=lists.map(tuple),
)
gaps = st.sampled_from(["", " ", "\n", "\n  ", " # , ] \"'\n", "\n\n  # x\n    "])


@st.composite
def arrays(draw: st.DrawFn) -> str:
    items = draw(lists)
    text = "["
    for number, item in enumerate(items):
        comma = "," if number < len(items) - 1 or draw(st.booleans()) else ""
        text += draw(gaps) + json.dumps(item) + draw(gaps) + comma
    return text + draw(gaps) + "]"


around = st.sampled_from(["", "x = 1 # [permissions]\n", "[a.b]\nc = '''\n[permissions]\nscopes = []'''\n"])


@given(arrays(), arrays(), around, around, all_changes)
def test_edits_say_what_was_asked_and_keep_the_rest(
    required: str, optional: str, before: str, after: str, changes: Changes
) -> None:
    after = after.replace("[a.b]", "[d.e]")
    text = f"{before}[permissions] # p\nscopes = {required} # s\noptional_scopes = {optional} # o\n{after}"
    edited = edit(text, ".toml", None, changes)
    assert edited.startswith(f"{before}[permissions] # p\nscopes = [")
    assert edited.endswith(f"] # o\n{after}")
    assert edit(edited, ".toml", None, changes) == edited


@given(lists, lists, all_changes)
def test_changes_are_idempotent(required: list[str], optional: list[str], changes: Changes) -> None:
    once = changed(required, optional, changes)
    assert changed(*once, changes) == once


values = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(
    st.dictionaries(st.text(max_size=3), values, max_size=3),
    st.dictionaries(st.sampled_from(["x", "scopes", "optional"]), lists),
    st.sampled_from([None, 1, 2, "\t"]),
    st.sampled_from([(", ", ": "), (",", ":")]),
    all_changes,
)
def test_json_edits_change_nothing_else(
    document: dict[str, object],
    app: dict[str, list[str]],
    indent: int | str | None,
    separators: tuple[str, str],
    changes: Changes,
) -> None:
    text = json.dumps({**document, **({"app": app} if app else {})}, indent=indent, separators=separators)
    edited = json.loads(edit(text, ".json", KEYS, changes))
    required, optional = changed(app.get("scopes", []), app.get("optional", []), changes)
    expected = {**app, "scopes": list(required), "optional": list(optional)}
    for key in ("scopes", "optional"):
        if key not in app and not expected[key]:
            del expected[key]
    assert edited == {**document, **({"app": expected} if app or expected else {})}
