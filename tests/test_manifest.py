import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import run

from scopelint.errors import ScopelintError
from scopelint.manifest import ManifestKeys, find, read
from scopelint.model import Manifest


def read_text(
    tmp_path: Path, text: str | bytes, name: str = "max-ai.app.toml", keys: ManifestKeys | None = None
) -> Manifest:
    file = tmp_path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(file, tmp_path, keys)


def marked(manifest: Manifest, text: str) -> list[tuple[str, bool, str]]:
    """Return each entry's name, whether it is optional, and the source text that its span covers."""
    lines = text.split("\n")
    rows = []
    for entry in manifest.entries:
        span = entry.span
        if span.line == span.end_line:
            rows.append((entry.name, entry.optional, lines[span.line - 1][span.column - 1 : span.end_column - 1]))
        else:
            first, last = lines[span.line - 1][span.column - 1 :], lines[span.end_line - 1][: span.end_column - 1]
            rows.append((entry.name, entry.optional, "\n".join([first, *lines[span.line : span.end_line - 1], last])))
    return rows


TOML = '''name = "x" # [permissions]
[oauth]
urls = {a = ["]", '}'], "b c".d = 1979-05-27 07:32:00}
[[hooks]]
on = 1
[[hooks]]
on = [[1, 2], ["scopes = ]"]]
  [permissions] # what a clinic approves
scopes = [ # é
  "read:patients", # scopelint: keep
  \'read:tasks\', "read:bills",
  # "read:no" ]
  """
read:claims""", # scopelint: keep this
  "read:\\u0041",
]
"optional_scopes" = ["write:é😀"  , "write:emails"]
'''


def test_toml_with_everything_in_it(tmp_path: Path) -> None:
    manifest = read_text(tmp_path, TOML)
    assert marked(manifest, TOML) == [
        ("read:patients", False, '"read:patients"'),
        ("read:tasks", False, "'read:tasks'"),
        ("read:bills", False, '"read:bills"'),
        ("read:claims", False, '"""\nread:claims"""'),
        ("read:A", False, '"read:\\u0041"'),
        ("write:é😀", True, '"write:é😀"'),
        ("write:emails", True, '"write:emails"'),
    ]
    assert [entry.name for entry in manifest.entries if entry.keep] == ["read:patients", "read:claims"]
    assert (manifest.section.line, manifest.section.column, manifest.section.end_column) == (8, 3, 16)
    assert (manifest.path, manifest.folder) == ("max-ai.app.toml", "")


@pytest.mark.parametrize(
    "text",
    [
        '[permissions]\r\nscopes = ["a"]\r\noptional_scopes = ["b"]\r\n',
        'permissions.scopes = ["a"]\npermissions.optional_scopes = ["b"]\n',
        'permissions = {scopes = ["a"], optional_scopes = ["b"]}\n',
        "permissions.'scopes' = ['a']\n\"permissions\" . \"optional\\u005fscopes\" = ['b']",
        '[permissions.more]\nx = 1\n[permissions]\noptional_scopes = ["b"]\nscopes = ["a"]\n',
        '\ufeff[permissions]\nunknown = 1\nscopes = ["a",]\noptional_scopes = [\n\n"b"]\n',
    ],
)
def test_toml_spellings(tmp_path: Path, text: str) -> None:
    manifest = read_text(tmp_path, text)
    assert sorted((entry.name, entry.optional) for entry in manifest.entries) == [("a", False), ("b", True)]
    assert {source.strip("\"'") for _, _, source in marked(manifest, text.removeprefix("\ufeff"))} == {"a", "b"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "app.json",
            '{\n  "app": {"name": "é", "scopes": [\n    "a",\n    "\\u0061b"\n  ], "more": {"maybe": ["c"]}}\n}',
        ),
        ("app.yaml", "app:\n  scopes: # all\n  - a\n  - 'ab' # scopelint: keep\n  more: {maybe: [\"c\"]}\n"),
        ("app.yml", 'x: &x [a, "ab"]\napp:\n  scopes: *x\n  more:\n    maybe:\n      - c\n'),
        ("app.toml", '[app]\nscopes = ["a", "ab"]\nmore.maybe = ["c"]\n'),
    ],
)
def test_configured_keys(tmp_path: Path, name: str, text: str) -> None:
    keys = ManifestKeys(required="app.scopes", optional="app.more.maybe")
    manifest = read_text(tmp_path, text, name, keys)
    assert [(entry.name, entry.optional) for entry in manifest.entries] == [("a", False), ("ab", False), ("c", True)]
    sources = [source.strip("\"'") for _, _, source in marked(manifest, text)]
    assert sources in (["a", "ab", "c"], ["a", "\\u0061b", "c"])
    assert [entry.name for entry in manifest.entries if entry.keep] == (["ab"] if "keep" in text else [])


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "[oauth]\nx = 1\n", "[permissions]\n", "[permissions]\nother = []\n"]
)
def test_no_scopes(tmp_path: Path, text: str) -> None:
    manifest = read_text(tmp_path, text)
    assert manifest.entries == ()
    assert manifest.section.line == 1


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.toml", "permissions = 3", ':1: "permissions" must be a table, not a single value'),
        ("a.toml", "[[permissions]]", ':1: "permissions" must be a table, not an array'),
        (
            "a.toml",
            "[permissions]\nscopes = 'x'",
            ':2: "permissions.scopes" must be a list of scopes, not a single value',
        ),
        ("a.toml", "[permissions]\nscopes = {}", ':2: "permissions.scopes" must be a list of scopes, not a table'),
        ("a.toml", "[permissions]\nscopes = ['x',\n3]", ':3: "permissions.scopes" must be a list of strings'),
        ("a.toml", "[permissions]\nscopes = []\nscopes = []", ":3: is not valid TOML: Cannot overwrite a value"),
        ("a.toml", "[permissions]\nscopes = ['a'\n\n", ":2: is not valid TOML: Unclosed array"),
        ("a.toml", b"\n\nx = '\xff'", ":3: is not UTF-8"),
        ("a.toml", "x = " + "[" * 100_000, ": is nested too deeply"),
        ("a.toml", "x = " + "9" * 5000, ": holds a number that is too long"),
        ("a.toml", "#" * (2**20 + 1), ": is larger than 1048576 bytes"),
        ("a.json", '{"a": \n}', ":2: is not valid JSON: Expecting value"),
        ("a.json", '{"a": 1,\n "b": {"c": 1, "c": 2}}', ':2: the key "c" is there twice'),
        ("a.json", "[]", ":1: must hold a JSON object"),
        ("a.json", '{"x": ' + "[" * 100_000, ": is nested too deeply"),
        ("a.json", '{"x": ' + "9" * 5000 + "}", ": holds a number that is too long"),
        ("a.yml", "a: b: c", ":1: is not valid YAML: mapping values are not allowed in this context"),
        ("a.yml", "a: 1\nb: *x", ":2: is not valid YAML: found undefined alias"),
        (
            "a.yml",
            "--- {}\n--- {}",
            ":2: is not valid YAML: expected a single document in the stream, but found another document",
        ),
        ("a.yml", "a: \x01", ":1: is not valid YAML: control characters are not allowed"),
        ("a.yml", "- a", ":1: must hold a YAML mapping"),
        ("a.yml", "permissions: {}\npermissions: {}", ':2: the key "permissions" is there twice'),
        ("a.yml", "permissions:\n  scopes:\n  - 1", ':3: "permissions.scopes" must be a list of strings'),
        (
            "a.yml",
            "permissions:\n  scopes: [!!python/name:os.system x]",
            ':2: "permissions.scopes" must be a list of strings',
        ),
        ("a.yml", "x: " + "[" * 200_000, ": is nested too deeply"),
        ("a.txt", "", ": is no manifest: its name must end with .toml, .json, .yaml or .yml"),
    ],
)
def test_a_malformed_manifest_is_one_line(tmp_path: Path, name: str, text: str | bytes, message: str) -> None:
    with pytest.raises(ScopelintError) as caught:
        read_text(tmp_path, text, name)
    assert str(caught.value) == name + message


def test_aliases_are_not_multiplied(tmp_path: Path) -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 60))
    manifest = read_text(tmp_path, "l0: &l0 [x]\n" + levels + "permissions: {scopes: *l0}\n", "a.yml")
    assert [entry.name for entry in manifest.entries] == ["x"]


def test_a_megabyte_of_scopes(tmp_path: Path) -> None:
    text = "[permissions]\nscopes = [\n" + "".join(f'  "read:s{n:06}",\n' for n in range(50_000)) + "]\n"
    entries = read_text(tmp_path, text).entries
    assert [(entry.name, entry.span.line) for entry in entries[-2:]] == [
        ("read:s049998", 50_001),
        ("read:s049999", 50_002),
    ]


def test_what_is_no_readable_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    for name, message in [
        ("none.toml", "cannot be read: No such file"),
        (".", "is not a file"),
        ("pipe.toml", "is not a file"),
    ]:
        with pytest.raises(ScopelintError, match=message):
            read(tmp_path / name, tmp_path)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.symlink_to("gone.toml"), "cannot be read: No such file or directory"),
        (lambda path: path.symlink_to(path.name), "cannot be read: Too many levels of symbolic links"),
        (Path.mkdir, "is not a file"),
    ],
)
@pytest.mark.parametrize("target", [".", "src"])
def test_a_manifest_that_is_no_file_is_not_passed_over(
    make: Callable[[Path], None], message: str, target: str, tmp_path: Path
) -> None:
    make(tmp_path / "max-ai.app.toml")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").touch()
    done = run(tmp_path, "check", target)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"scopelint: error: max-ai.app.toml: {message}\n")


@pytest.mark.parametrize("given", [(), ("--manifest", "max-ai.app.toml")])
def test_configured_keys_of_the_manifest_that_is_found(given: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text('import requests\nrequests.get("https://api.maxcare.ai/v3/tasks")\n')
    manifest = tmp_path / "max-ai.app.toml"
    manifest.write_text('[app]\nneeds = ["read:tasks"]\nlikes = ["write:tasks"]\n')
    (tmp_path / "answer.json").write_text('{"scopes": []}')
    settings = tmp_path / "scopelint.toml"
    settings.write_text('manifest-required-key = "app.needs"\nmanifest-optional-key = "app.likes"\n')
    done = run(tmp_path, "check", "--format", "concise", *given)
    assert (done.returncode, done.stdout[:28]) == (1, "max-ai.app.toml:3:10: SCL202")
    for name, kind in (("needs", "required"), ("likes", "optional")):
        settings.write_text(f'manifest-{kind}-key = "app.{name}"\n')
        manifest.write_text("[app]\n")
        done = run(tmp_path, "check", *given)
        advice = f'write an empty list there, or correct "manifest-{kind}-key" in the configuration'
        message = f'scopelint: error: max-ai.app.toml: has no "app.{name}": {advice}\n'
        assert (done.returncode, done.stdout, done.stderr) == (2, "", message)
        manifest.write_text(f"[app]\n\n{name.title()} = []\n")
        named = f'scopelint: error: max-ai.app.toml:3: has no "app.{name}", but "app.{name.title()}": {advice}\n'
        for command in ("check", "granted", "fix"):
            answer = ("--answer", "answer.json") if command == "granted" else ()
            done = run(tmp_path, command, *answer, *given)
            assert (done.returncode, done.stdout, done.stderr) == (2, "", named)


@pytest.mark.parametrize(
    ("name", "text", "key", "listed"),
    [
        ("max-ai.app.toml", "[app.needs]\nlist = []\n", "app.needs.list", "[app.needs] list"),
        ("max-ai.app.toml", "needs = []\n", "needs", "needs"),
        ("app.toml", "[permissions]\nscopes = []\n", "", "[permissions] scopes"),
        ("app.json", '{"app": {"needs": []}}', "app.needs", "app.needs"),
        ("app.yaml", "{}", "", "permissions.scopes"),
    ],
)
def test_what_to_do_names_the_list_of_this_manifest(
    name: str, text: str, key: str, listed: str, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text('import requests\nrequests.get("https://api.maxcare.ai/v3/tasks")\n')
    (tmp_path / name).write_text(text)
    configured = f'manifest-required-key = "{key}"\n' if key else ""
    (tmp_path / "scopelint.toml").write_text(f'manifest = "{name}"\n{configured}')
    done = run(tmp_path, "check")
    assert done.stdout.splitlines()[5].strip() == f'= help: add "read:tasks" to {listed} in {name}'


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ('[app]\n[permission]\nscopes = ["read:tasks"]\n', ('2: "permission"', "permissions")),
        ('scopes = ["read:tasks"]\n', ('1: "scopes"', "permissions.scopes")),
        ('[permissions]\nscope = ["read:tasks"]\n', ('2: "permissions.scope"', "permissions.scopes")),
        (
            '[permissions]\nscopes = []\noptional-scopes = ["read:tasks"]\n',
            ('3: "permissions.optional-scopes"', "permissions.optional_scopes"),
        ),
        ('[permissions]\nscopes = []\ndescription = "x"\n[scopes]\n', None),
        ("", None),
    ],
)
def test_a_name_that_is_probably_mistaken(text: str, mistakes: tuple[str, str] | None, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text('import requests\nrequests.get("https://api.maxcare.ai/v3/tasks")\n')
    (tmp_path / "max-ai.app.toml").write_text(text)
    told = f'max-ai.app.toml:{mistakes[0]} declares no scopes; did you mean "{mistakes[1]}"?' if mistakes else ""
    done = run(tmp_path, "check", "--format", "concise")
    assert (done.returncode, done.stdout[:18]) == (1, "app.py:2:1: SCL101")
    assert done.stderr == (f"scopelint: note: {told}\n" if told else "")
    done = run(tmp_path, "fix")
    unchanged = f"scopelint: error: {told} Nothing is changed before that is corrected\n"
    assert (done.returncode, done.stderr) == ((2, unchanged) if told else (0, ""))
    assert ((tmp_path / "max-ai.app.toml").read_text() == text) == bool(told)
    if told:
        (tmp_path / "sub").mkdir()
        assert run(tmp_path / "sub", "fix", "..").stderr == unchanged.replace("max-ai", "../max-ai", 1)


def test_find_goes_upwards_and_not_beyond_the_root(tmp_path: Path) -> None:
    app = tmp_path / "apps" / "one"
    (app / "src").mkdir(parents=True)
    (tmp_path / "max-ai.app.toml").touch()
    (app / "src" / "main.py").touch()
    assert find(app / "src" / "main.py", tmp_path) == tmp_path / "max-ai.app.toml"
    assert find(app / "src", tmp_path / "apps") is None
    (app / "max-ai.app.toml").touch()
    found = find(app / "src" / "main.py", tmp_path)
    assert found == app / "max-ai.app.toml"
    assert read(found, tmp_path).folder == "apps/one"


def test_a_root_behind_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "real" / "app").mkdir(parents=True)
    (tmp_path / "real" / "app" / "max-ai.app.toml").touch()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    root = tmp_path / "link"
    found = find(root / "app", root)
    assert found is not None
    assert read(found, root).path == "app/max-ai.app.toml"


_quoted = st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), max_size=8).map(
    lambda text: '"' + text.encode("unicode_escape").decode().replace('"', '\\"').replace("\\x", "\\u00") + '"'
)


@given(
    st.lists(st.tuples(_quoted, st.sampled_from(["", " ", "\n", " # ] x\n", "\n\n  # '\n"]))),
    st.sampled_from(["", "x = '''a'''''\n", 'y = """b\\""""\n', "[a.b]\nz = {q = [{}, {r.s = 1}]}\n[[c]]\n[[c]]\n"]),
)
def test_places_of_any_array(
    tmp_path_factory: pytest.TempPathFactory, items: list[tuple[str, str]], before: str
) -> None:
    text = before + "[permissions]\nscopes = [" + "".join(f"{item}{gap},{gap}" for item, gap in items) + "]\n"
    manifest = read_text(tmp_path_factory.mktemp("property"), text)
    assert [source for _, _, source in marked(manifest, text)] == [item for item, _ in items]
