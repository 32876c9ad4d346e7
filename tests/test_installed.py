"""Trees outside the project: what imports mean there, and how little of them is listed."""

import json
from pathlib import Path

import pytest
from sdk_projects import check, declare, found

from scopelint.config import Config
from scopelint.environment import search_folders
from scopelint.installed import InstalledTree, search_trees
from scopelint.link.modules import Tree
from scopelint.report import FORMATS, RenderOptions, render
from scopelint.sieve import Markers, Packages
from scopelint.sieve.packages import MAX_WRAPPER_BYTES

FILES = (
    "single.py",
    "sdk/__init__.py",
    "sdk/client.py",
    "sdk/api/patients.py",
    "sdk/models/__init__.py",
    "both.py",
    "both/__init__.py",
    "other/deep/er.py",
    "sdk-1.0.dist-info/x.py",
    "sdk/__pycache__/client.py",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


NAMES = "single sdk sdk.client sdk.api sdk.api.patients sdk.models both other.deep none sdk.none none.at.all single.x"


@pytest.mark.parametrize("dotted", NAMES.split())
def test_an_import_means_what_it_means_in_a_tree_of_all_files(folder: Path, dotted: str) -> None:
    listed = Tree(name for name in FILES if "info" not in name and "cache" not in name)
    tree = InstalledTree(str(folder))
    assert tree.below("", dotted.split(".")) == listed.below("", dotted.split("."))
    assert tree.below("sdk", dotted.split(".")) == listed.below("sdk", dotted.split("."))
    assert tree.is_package(dotted.replace(".", "/")) == listed.is_package(dotted.replace(".", "/"))
    assert tree.package_root("sdk/models/x.py") == listed.package_root("sdk/models/x.py") == ""


def test_an_installed_file_may_import_what_the_project_has() -> None:
    tree = Tree(("app.py", "shared.py"))
    assert tree.absolute("/env/site-packages/sdk/client.py", ["shared"]) == "shared.py"


def test_only_the_way_of_an_import_is_listed(folder: Path) -> None:
    tree = InstalledTree(str(folder))
    assert tree.listed == set()
    assert tree.below("", ["sdk", "client"]) == "sdk/client.py"
    assert tree.listed == {f"{folder}/", f"{folder}/sdk"}
    assert sorted(tree) == sorted(name for name in FILES if "info" not in name and "cache" not in name)


def test_a_folder_that_is_gone_or_loops_holds_nothing(tmp_path: Path) -> None:
    assert InstalledTree(str(tmp_path / "gone")).below("", ["sdk"]) is None
    (tmp_path / "loop").symlink_to(tmp_path)
    assert list(InstalledTree(str(tmp_path))) == []


def test_where_imports_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    own = tmp_path / "app" / ".venv" / "lib" / "python3.12" / "site-packages"
    other = tmp_path / "env" / "lib" / "python3.11" / "site-packages"
    extra = tmp_path / "extra"
    for path in (own, other, extra, tmp_path / "env" / "bin"):
        path.mkdir(parents=True)
    (tmp_path / "env" / "bin" / "python").touch()
    app = tmp_path / "app"
    assert search_folders(app, Config()) == (str(own),)
    for python in ("../env", "../env/bin/python", str(other)):
        assert search_folders(app, Config(python=python, folder=str(app))) == (str(other),)
    assert search_folders(tmp_path, Config(search_paths=("extra", "none"))) == (str(extra),)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "env"))
    assert search_folders(tmp_path, Config()) == (str(other),)
    ((folder, _),) = search_trees((str(extra),))
    assert folder == f"{extra}/"


def _write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("files", "leads"),
    [
        pytest.param({"sdk/__init__.py": 'BASE = "https://api.maxcare.ai"'}, True, id="names the platform"),
        pytest.param({"sdk/a/b.py": 'PATH = "/v3/patients"'}, True, id="names a path of the platform"),
        pytest.param({"sdk.py": "import httpx"}, True, id="sends requests and is small"),
        pytest.param({"sdk/__init__.py": "import math"}, False, id="sends nothing"),
        pytest.param({"sdk/__init__.py": "from urllib.parse import quote"}, False, id="only writes addresses"),
        pytest.param(
            {"sdk/__init__.py": "import httpx\n" + "#" * MAX_WRAPPER_BYTES}, False, id="sends requests and is large"
        ),
        pytest.param(
            {
                "sdk/__init__.py": "import httpx\n" + "#" * MAX_WRAPPER_BYTES,
                "sdk/api.py": '"/patients", "/notes/{id}", f"{base}/bills", "tasks/"',
            },
            True,
            id="is large and names resources of the platform",
        ),
        pytest.param({"sdk/__init__.py": "import core", "core.py": "import requests"}, True, id="uses one that leads"),
        pytest.param({"sdk/__init__.py": "import core", "core.py": "import sdk"}, False, id="goes in circles"),
        pytest.param({"sdk/__init__.py": "import shut", "shut.py": "import requests"}, False, id="uses a shut one"),
    ],
)
def test_only_packages_that_may_lead_to_the_platform_exist(files: dict[str, str], leads: bool, tmp_path: Path) -> None:
    for name, text in files.items():
        _write(tmp_path, name, text)
    markers = Markers.of_platform(
        ["api.maxcare.ai"], "/v3", ["/v3/patients", "/v3/notes/{noteId}", "/v3/bills", "/v3/tasks"]
    )
    packages = Packages(str(tmp_path), markers, frozenset({"httpx", "requests"}), frozenset({"shut"}))
    assert (InstalledTree(str(tmp_path), packages).below("", ["sdk"]) is not None) is leads


def test_packages_of_one_namespace_are_told_apart(tmp_path: Path) -> None:
    _write(tmp_path, "acme/http/__init__.py", "import requests")
    _write(tmp_path, "acme/text/__init__.py", "import re")
    packages = Packages(str(tmp_path), Markers(()), frozenset({"requests"}), frozenset())
    tree = InstalledTree(str(tmp_path), packages)
    assert tree.below("", ["acme", "http"]) == "acme/http/__init__.py"
    assert tree.below("", ["acme", "text"]) is None


def _install(folder: Path, name: str, requires: str, source: str) -> None:
    _write(folder, f"{name}/__init__.py", source)
    _write(folder, f"{name}-1.0.dist-info/METADATA", f"Name: {name}\nRequires-Dist: {requires}>=1\n\nThe platform.")
    _write(folder, f"{name}-1.0.dist-info/RECORD", f"{name}/__init__.py,,\n{name}-1.0.dist-info/METADATA,,\n")


def test_installed_packages_that_name_the_platform_are_found_by_what_they_require(tmp_path: Path) -> None:
    platform = 'BASE = "https://api.maxcare.ai"'
    _install(tmp_path, "kit", "httpx", platform)
    _install(tmp_path, "office", "Kit", "import kit")
    _install(tmp_path, "other", "httpx", 'BASE = "https://api.other.com"')
    _install(tmp_path, "guide", "jinja2", platform)
    _write(tmp_path, "loose.py", platform)
    markers = Markers.of_platform(["api.maxcare.ai"], "/v3", ())
    packages = Packages(str(tmp_path), markers, frozenset({"httpx"}), frozenset())
    assert packages.naming_the_platform() == {"kit", "office", "loose"}


def test_an_app_is_read_for_the_installed_client_alone(tmp_path: Path) -> None:
    source = """
import httpx

class Kit:
    def __init__(self, base_url="https://api.maxcare.ai/v3"):
        self._http = httpx.Client(base_url=base_url)

    def patients(self):
        return self._http.get("/patients").json()

    def bills(self):
        return self._http.get("/bills").json()
"""
    _install(tmp_path / ".venv/lib/python3.12/site-packages", "kit", "httpx", source)
    _write(tmp_path, "app.py", "from kit import Kit\n\nprint(Kit().patients())\n")
    declare(tmp_path)
    assert found(check(tmp_path)) == [("app.py", 3, "SCL101", "read:patients")]


KIT = """
import requests


def patients():
    return requests.get("https://api.maxcare.ai/v3/patients")


def bills():
    return requests.get("https://api.maxcare.ai/v3/bills")
"""


@pytest.mark.parametrize("line", ["{folder}", "../../../../../kit/src", "\ufeff{folder}\r", "# comment\n\n{folder}"])
def test_a_package_installed_to_be_edited_is_followed(tmp_path: Path, line: str) -> None:
    packages = tmp_path / "app/.venv/lib/python3.12/site-packages"
    _write(tmp_path, "kit/src/kit/__init__.py", KIT)
    _write(packages, "kit.pth", line.format(folder=tmp_path / "kit/src") + "\n")
    _write(tmp_path, "app/main.py", "import kit\n\nkit.patients()\n")
    declare(tmp_path / "app")
    report = check(tmp_path / "app")
    assert found(report) == [("main.py", 3, "SCL101", "read:patients")]
    assert [link.span.path for link in report.findings[0].chain] == ["main.py", "../kit/src/kit/__init__.py"]


@pytest.mark.parametrize(
    "text", ["import os; os.mkdir('made')\nimport\tos; os.mkdir('made')\n", "/nowhere/at/all\n\0\n", "\udcff\n"]
)
def test_lines_of_an_environment_are_not_run_and_may_be_anything(tmp_path: Path, text: str) -> None:
    packages = tmp_path / "app/.venv/lib/python3.12/site-packages"
    packages.mkdir(parents=True)
    (packages / "odd.pth").write_bytes(text.encode("utf-8", "surrogateescape"))
    (packages / "folder.pth").mkdir()
    assert search_folders(tmp_path / "app", Config()) == (str(packages),)
    assert not list(tmp_path.rglob("made"))


def test_the_project_itself_installed_to_be_edited_is_no_library(tmp_path: Path) -> None:
    packages = tmp_path / ".venv/lib/python3.12/site-packages"
    _write(tmp_path, "src/app/main.py", KIT)
    _write(packages, "app.pth", f"{tmp_path}/src\n")
    assert search_folders(tmp_path, Config(), [tmp_path]) == (str(packages),)
    declare(tmp_path)
    assert found(check(tmp_path)) == [
        ("src/app/main.py", 6, "SCL101", "read:patients"),
        ("src/app/main.py", 10, "SCL101", "read:bills"),
    ]


def test_the_path_of_an_installed_file_is_the_same_on_every_machine(tmp_path: Path) -> None:
    _install(tmp_path / "env/lib/python3.12/site-packages", "kit", "requests", KIT)
    _write(tmp_path, "app/main.py", "import kit\n\nkit.patients()\n")
    _write(tmp_path, "app/scopelint.toml", 'python = "../env"\n')
    declare(tmp_path / "app")
    report = check(tmp_path / "app")
    (call,) = (matched.call for app in report.apps for matched in app.calls if not matched.call.live)
    assert (call.span.path, call.span.line) == ("site-packages/kit/__init__.py", 10)
    assert [link.span.path for link in report.findings[0].chain] == ["main.py", "site-packages/kit/__init__.py"]
    for name in FORMATS:
        assert str(tmp_path) not in render(report, name), name
    log = json.loads(render(report, "sarif"))
    flow = log["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["physicalLocation"]["artifactLocation"] for step in flow] == [
        {"uri": "main.py", "uriBaseId": "%SRCROOT%"},
        {"uri": "kit/__init__.py", "uriBaseId": "SITE_PACKAGES"},
    ]
    options = RenderOptions(folder=str(tmp_path / "app/sub"))
    assert "through site-packages/kit/__init__.py:6: requests.get" in render(report, "text", options)
