"""Trees outside the project: what imports mean there, and how little of them is listed."""

from pathlib import Path

import pytest

from scopelint.config import Config
from scopelint.environment import search_folders
from scopelint.installed import InstalledTree, search_trees
from scopelint.link.modules import Tree

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
