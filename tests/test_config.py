"""The configuration: where it is found, what it may say, and the one line that a mistake in it gives."""

from pathlib import Path

import pytest

from scopelint import pipeline
from scopelint.config import KEYS, ClientRow, Config, FailOn, load, project_root
from scopelint.errors import ScopelintError
from scopelint.nearest import distance, nearest
from scopelint.report import FORMATS


def write(folder: Path, text: str, name: str = "scopelint.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        """
manifest = "deploy/max-ai.app.toml"
manifest-required-key = "app.scopes"
manifest-optional-key = "app.optional"
exclude = ["vendor/", "*.gen.py"]
include-tests = true
select = ["SCL1", "SCL201"]
ignore = ["SCL103"]
fail-on = "error"
format = "concise"
base-urls = ["https://proxy.example.com/maxai", "settings.MAX_URL"]
library = ["vendor/max_sdk"]
python = ".venv"
search-paths = ["src"]
catalog = "catalog.toml"
count-dead-code = true
cache-dir = ".cache/scopelint"
no-cache = true
jobs = 4
sieve = false
baseline = "baseline.json"

[per-file-ignores]
"scripts/*.py" = ["SCL102"]

[operations]
"maxcare.Client().patients.list" = "GET /v3/patients"
"maxcare.Client().notes.get" = "notes.get"

[[clients]]
call = "ourlib.send"
signature = "verb, path, *, query"
method = "verb"
url = "path"
query = "query"

[[clients]]
class = "ourlib.Session"
base = "base_url"
""",
    )
    assert load(tmp_path) == Config(
        manifest="deploy/max-ai.app.toml",
        manifest_required_key="app.scopes",
        manifest_optional_key="app.optional",
        exclude=("vendor/", "*.gen.py"),
        include_tests=True,
        select=("SCL1", "SCL201"),
        ignore=("SCL103",),
        per_file_ignores={"scripts/*.py": ("SCL102",)},
        fail_on=FailOn.ERROR,
        format="concise",
        base_urls=("https://proxy.example.com/maxai", "settings.MAX_URL"),
        clients=(
            ClientRow(call="ourlib.send", signature="verb, path, *, query", method="verb", url="path", query="query"),
            ClientRow(class_="ourlib.Session", base="base_url"),
        ),
        operations={
            "maxcare.Client().patients.list": "GET /v3/patients",
            "maxcare.Client().notes.get": "notes.get",
        },
        library=("vendor/max_sdk",),
        python=".venv",
        search_paths=("src",),
        catalog="catalog.toml",
        count_dead_code=True,
        cache_dir=".cache/scopelint",
        no_cache=True,
        jobs=4,
        sieve=False,
        baseline="baseline.json",
        file=str(file),
        folder=str(tmp_path),
    )


def test_the_nearest_file_upwards_wins_and_scopelint_toml_goes_first(tmp_path: Path) -> None:
    write(tmp_path, '[tool.scopelint]\nfail-on = "never"\n', "pyproject.toml")
    write(tmp_path / "app", "[tool.other]\n# not scopelint's\n", "pyproject.toml")
    (tmp_path / "app/src").mkdir()
    assert load(tmp_path / "app/src").fail_on is FailOn.NEVER
    write(tmp_path / "app", 'fail-on = "note"\n')
    write(tmp_path / "app", '[tool.scopelint]\nfail-on = "error"\n', "pyproject.toml")
    assert load(tmp_path / "app/src").fail_on is FailOn.NOTE
    assert load(tmp_path / "app/src", isolated=True) == Config()


def test_the_search_ends_at_the_top_of_the_git_work_tree(tmp_path: Path) -> None:
    write(tmp_path, 'fail-on = "never"\n')
    (tmp_path / "repo/.git").mkdir(parents=True)
    assert load(tmp_path / "repo") == Config()


def test_a_broken_project_file_that_does_not_name_scopelint_is_somebody_elses(tmp_path: Path) -> None:
    write(tmp_path, "[tool.broken\n", "pyproject.toml")
    assert load(tmp_path) == Config()
    assert load(tmp_path, tmp_path / "pyproject.toml") == Config()


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("scopelint.toml", 'select = []\nfail_on = "never"\n', '2: unknown key "fail_on"; did you mean "fail-on"?'),
        (
            "pyproject.toml",
            '[project]\nname = "x"\n[tool.scopelint]\njobs = 2\nselct = ["SCL1"]\n',
            '5: unknown key "selct"; did you mean "select"?',
        ),
        ("pyproject.toml", "tool.scopelint.jbos = 2\n", '1: unknown key "jbos"; did you mean "jobs"?'),
        ("scopelint.toml", "colour = 1\n", f'1: unknown key "colour"; known: {", ".join(KEYS)}'),
        ("scopelint.toml", "\nselect = 'SCL1'\n", '2: "select": expected an array, found a string'),
        ("scopelint.toml", "select = ['SCL1', 3]\n", '1: "select": expected a string, found an integer'),
        ("scopelint.toml", "sieve = 'no'\n", '1: "sieve": expected true or false, found a string'),
        (
            "scopelint.toml",
            "fail-on = 'warn'\n",
            "1: \"fail-on\": invalid value 'warn'; one of: error, warning, note, never",
        ),
        ("scopelint.toml", "\nformat = 'xml'\n", f"2: \"format\": invalid value 'xml'; one of: {', '.join(FORMATS)}"),
        ("scopelint.toml", "jobs = -1\n", '1: "jobs": expected an integer >= 0'),
        ("scopelint.toml", "jobs = 1\njobs = 2\n", "2: is not valid TOML: Cannot overwrite a value"),
        ("scopelint.toml", "[per-file-ignores]\nx = 'y'\n", '1: "per-file-ignores": expected an array, found a string'),
        ("scopelint.toml", "clients = 3\n", '1: "clients" must be an array of tables, each begun with [[...clients]]'),
        (
            "scopelint.toml",
            "[[clients]]\ncall = 'a.b'\nurl = 'u'\n[[clients]]\ncall = 'a.c'\nurll = 'x'\n",
            '6: unknown key of a client "urll"; did you mean "url"?',
        ),
        (
            "scopelint.toml",
            "[[clients]]\ncall = 'a.b'\nsignature = 'verb, path, *, query=None'\nmethod = 'verb'\nurl = 'url'\n",
            '5: "url": the signature has no parameter "url"',
        ),
        (
            "scopelint.toml",
            "[[clients]]\nclass = 'a.B'\nsignature = 'root: str'\nbase = 'base_url'\nquery = 'params'\n",
            '4: "base": the signature has no parameter "base_url"',
        ),
        ("scopelint.toml", "[[clients]]\nurl = 'x'\n", '1: a client has either "call" or "class"'),
        (
            "scopelint.toml",
            "manifest = '../../etc/passwd'\n",
            "1: \"manifest\" must stay inside the folder of the configuration: '../../etc/passwd'",
        ),
        (
            "scopelint.toml",
            "cache-dir = '/var/x'\n",
            "1: \"cache-dir\" must stay inside the folder of the configuration: '/var/x'",
        ),
        ("pyproject.toml", "tool = {scopelint = 3}\n", '1: "scopelint" must be a table'),
        ("pyproject.toml", "[tool]\nscopelint = 3\n", '2: "scopelint" must be a table'),
        (
            "scopelint.toml",
            "\n[[clients]]\ncall = 'a.b'\n",
            '2: a client with "call" needs "url": the parameter that holds the URL',
        ),
        ("scopelint.toml", "\nmanifest-required-key = 'a..b'\n", "2: \"manifest-required-key\": no dotted key: 'a..b'"),
        ("scopelint.toml", "manifest-optional-key = ''\n", "1: \"manifest-optional-key\": no dotted key: ''"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(tmp_path: Path, name: str, text: str, expected: str) -> None:
    file = write(tmp_path, text, name)
    with pytest.raises(ScopelintError) as caught:
        load(tmp_path)
    assert str(caught.value) == f"{file}:{expected}"


@pytest.mark.parametrize("data", [b"a = '\xff'\n", b"\x00", b"x = " + b"[" * 100_000, b'a = "scopelint'])
def test_any_bytes_give_one_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "scopelint.toml").write_bytes(data)
    with pytest.raises(
        ScopelintError, match=r"scopelint\.toml:(\d+:)? is (not UTF-8|not valid TOML|nested too deeply)"
    ) as caught:
        load(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ignore = ['SCL1', 'E501']\n", '1: no rule is called "E501"'),
        ("\nselect = ['SLC101']\n", '2: no rule is called "SLC101"; did you mean SCL101?'),
        ("[per-file-ignores]\n'a.py' = ['SCL1']\n'b c/*.py' = ['X']\n", '3: no rule is called "X"'),
        (
            "[operations]\n'a.b' = 'patients.list'\n\"kit.Client().list\" = 'GET /v3/patientz'\n",
            '3: no endpoint is called "GET /v3/patientz"; did you mean GET /v3/patients?',
        ),
        (
            "operations = {'a.b' = 'GET'}\n",
            '1: no endpoint is called "GET"; `scopelint catalog show` lists them',
        ),
        (
            "jobs = 1\nbase-urls = ['settings.MAX_URL', 'gateway.example.com/maxai']\n",
            '2: "gateway.example.com/maxai" is neither a URL with its scheme nor the name of a variable or a setting',
        ),
        (
            "[operations]\n'x y(' = 'patients.list'\n",
            '2: "x y(" names no call: write it as "maxcare.Client().patients.list"',
        ),
        ("\nmanifest = 'nope.toml'\n", '2: "manifest": there is no nope.toml'),
        ("\npython = '.venv-typo'\n", '2: "python": there is no .venv-typo'),
        ("\nsearch-paths = ['.', 'nope']\n", '2: "search-paths": there is no folder nope'),
        (
            "base-urls = ['https://']\n",
            '1: "https://" is no base address: write a URL such as "https://gateway.example.com"',
        ),
    ],
)
def test_a_name_that_nothing_has_is_one_line_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    file = write(tmp_path, text, "scopelint.toml")
    (tmp_path / "app.py").write_text("")
    with pytest.raises(ScopelintError) as caught:
        pipeline.check([str(tmp_path)], load(tmp_path))
    assert str(caught.value) == f"{file}:{expected}"


def test_a_name_in_a_project_file_is_told_with_its_line_there(tmp_path: Path) -> None:
    file = write(tmp_path, "[project]\nselect = 1\n[tool.scopelint]\nselect = ['E501']\n", "pyproject.toml")
    with pytest.raises(ScopelintError) as caught:
        pipeline.check([str(tmp_path)], load(tmp_path))
    assert str(caught.value) == f'{file}:4: no rule is called "E501"'


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ScopelintError, match="cannot be read: No such file or directory"):
        load(tmp_path, tmp_path / "nowhere.toml")


def test_the_project_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = tmp_path / "app"
    source = app / "src"
    source.mkdir(parents=True)
    assert project_root([source], Config()) == source
    write(app, "", "max-ai.app.toml")
    assert project_root([source], Config()) == app
    assert project_root([source], Config(folder=str(tmp_path))) == tmp_path
    assert project_root([source, tmp_path / "other"], Config()) == tmp_path
    (tmp_path / ".git").mkdir()
    assert project_root([source], Config(folder=str(app))) == app
    monkeypatch.chdir(tmp_path)
    assert project_root([source], Config(folder=str(app))) == tmp_path  # where the user stands, as other tools do


def test_the_nearest_name() -> None:
    assert nearest("read:pateints", ["read:patients", "read:tasks"]) == "read:patients"
    assert nearest("xyz", ["read:patients"]) is None
    assert nearest("x", []) is None
    assert (distance("abcd", "abdc"), distance("", "ab"), distance("kitten", "sitting")) == (1, 2, 3)
