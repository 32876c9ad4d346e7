"""Which files are found, in trees that are made to mislead."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scopelint.discover import DiscoverOptions, Discovery, discover
from scopelint.errors import ScopelintError

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="compares with git")


def make(root: Path, *files: str, **texts: str) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts.get(name, ""))


def test_files_are_sorted_out_by_name(tmp_path: Path) -> None:
    make(tmp_path, "b.py", "a/x.pyw", "a/x.pyi", "README.md", "data.json", "web/app.tsx", "Makefile", "run.sh", ".py")
    make(
        tmp_path,
        "tests/a.py",
        "a/test_x.py",
        "a/x_test.py",
        "conftest.py",
        "a/testing.py",
        "latest/x.py",
        "a/.hidden.py",
    )
    assert discover(tmp_path) == Discovery(
        python=("a/.hidden.py", "a/testing.py", "a/x.pyw", "b.py", "latest/x.py"),
        tests=("a/test_x.py", "a/x_test.py", "conftest.py", "tests/a.py"),
        other=("Makefile", "run.sh", "web/app.tsx"),
        configuration=("data.json",),
    )


def test_folders_without_own_code_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a.py", ".venv/a.py", "x/venv/a.py", "node_modules/m/a.py", "x/__pycache__/a.py", "p.egg-info/a.py")
    make(tmp_path, "env/pyvenv.cfg", "env/lib/a.py", "build/lib/a.py", "src/build/__init__.py", "src/build/env.py")
    assert discover(tmp_path).python == ("a.py", "src/build/__init__.py", "src/build/env.py")


def test_ignore_files_hold_below_their_folder(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "gen/a.py", "x/gen/a.py", "x/keep.py", "x/drop.py", "x/y/keep.py")
    (tmp_path / ".gitignore").write_text("/gen/\n*drop*\n# comment\n\n")
    (tmp_path / "x" / ".gitignore").write_text("keep.py\n!y/keep.py\n!drop.py\r\n")
    assert discover(tmp_path).python == ("a.py", "x/drop.py", "x/gen/a.py", "x/y/keep.py")


def test_exclude_patterns_are_relative_to_the_root(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "gen/a.py", "x/gen/a.py", "x/b.py")
    assert discover(tmp_path, (), DiscoverOptions(exclude=("/gen", "b.py"))).python == ("a.py", "x/gen/a.py")


def test_named_paths_limit_the_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.py", "x/b.py", "x/c.py", "build/d.py", "script")
    (tmp_path / "script").write_text("#!/usr/bin/env python3\n")
    (tmp_path / ".gitignore").write_text("build\nx/c.py\n")
    monkeypatch.chdir(tmp_path / "x")
    assert discover(tmp_path, [Path()]).python == ("x/b.py",)
    assert discover(tmp_path, [Path("c.py"), Path("../script")]).python == ("script", "x/c.py")
    assert discover(tmp_path, [tmp_path / "build"]).python == ("build/d.py",)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone.py", "gone.py: cannot be read: No such file or directory"),
        ("notes.txt", "notes.txt: is no Python file, by its name or by its first line"),
        ("../outside.py", "../outside.py: lies outside of the project's root, {root}"),
        ("leads_out.py", "leads_out.py: lies outside of the project's root, {root}"),
        ("pipe.py", "pipe.py: is neither a file nor a folder"),
        ("nul\0.py", "nul\0.py: cannot be read: not a path"),
    ],
)
def test_a_named_path_that_cannot_be_read_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    root = tmp_path / "root"
    make(root, "notes.txt")
    (tmp_path / "outside.py").touch()
    (root / "leads_out.py").symlink_to(tmp_path / "outside.py")
    os.mkfifo(root / "pipe.py")
    monkeypatch.chdir(root)
    with pytest.raises(ScopelintError) as error:
        discover(root, [Path(name)])
    assert str(error.value) == message.format(root=root)


def test_only_regular_files_are_told_and_links_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    make(tmp_path, "outside/secret.py")
    make(root, "a.py", "x/b.py", "locked/c.py")
    (root / "loop").symlink_to(root)
    (root / "x" / "up").symlink_to("..")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "linked.py").symlink_to("a.py")
    (root / "dangling.py").symlink_to("gone.py")
    (root / "folder.py").mkdir()
    os.mkfifo(root / "pipe.py")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(root / "s.py"))
        (root / "locked").chmod(0)
        try:
            found = discover(root).python
        finally:
            (root / "locked").chmod(0o700)
    assert [path for path in found if path != "locked/c.py"] == ["a.py", "x/b.py"]  # root reads locked folders too


def test_names_may_hold_any_bytes(tmp_path: Path) -> None:
    for name in (b"new\nline.py", b"caf\xe9.py", "é 😀.py".encode(), b"-rf.py", b"a;b$(c).py"):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).touch()
    assert [os.fsencode(path) for path in discover(tmp_path).python] == sorted(
        [b"new\nline.py", b"caf\xe9.py", "é 😀.py".encode(), b"-rf.py", b"a;b$(c).py"], key=os.fsdecode
    )


def git(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = [
        "git",
        "-c",
        "user.name=n",
        "-c",
        "user.email=n@example.com",
        "-c",
        "init.defaultBranch=main",
        *arguments,
    ]
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


@needs_git
def test_a_nested_repository_has_ignores_of_its_own(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "gen.py", "inner/gen.py", "inner/own.py", "inner/x/b.py")
    (tmp_path / ".gitignore").write_text("gen.py\n")
    (tmp_path / "inner" / ".gitignore").write_text("own.py\n")
    git(tmp_path, "init", "-q")
    git(tmp_path / "inner", "init", "-q")
    assert discover(tmp_path).python == ("a.py", "inner/gen.py", "inner/x/b.py")
    assert discover(tmp_path, [tmp_path / "inner"]).python == ("inner/gen.py", "inner/x/b.py")


@needs_git
def test_a_root_inside_a_repository_inherits_its_ignores(tmp_path: Path) -> None:
    make(tmp_path, "app/a.py", "app/gen/b.py", "app/c.py")
    (tmp_path / ".gitignore").write_text("/app/gen\nc.py\n")
    assert discover(tmp_path / "app").python == ("a.py", "c.py", "gen/b.py")  # no repository: nothing above counts
    git(tmp_path, "init", "-q")
    assert discover(tmp_path / "app").python == ("a.py",)


NAMES = st.sampled_from(["a", "b", "ab", "a.py", "b.py", "*.py", "?", "[ab]", "[!a]", "[", "\\a", "*", "**", "a*"])
PATTERNS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "!"]),
    st.sampled_from(["", "/"]),
    st.lists(NAMES, min_size=1, max_size=3).map("/".join),
    st.sampled_from(["", "/", " "]),
)
FILES = [f"{folder}{name}" for folder in ("", "a/", "b/", "a/b/", "a/a/b/") for name in ("a.py", "b.py", "ab.py")]


@needs_git
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(outer=st.lists(PATTERNS, max_size=4), inner=st.lists(PATTERNS, max_size=3))
@example(outer=[], inner=["a/*", "!b"])
def test_ignores_mean_what_git_takes_them_for(tmp_path: Path, outer: list[str], inner: list[str]) -> None:
    if not (tmp_path / ".git").exists():
        make(tmp_path, *FILES)
        git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("\n".join(outer))
    (tmp_path / "a" / ".gitignore").write_text("\n".join(inner))
    listed = git(tmp_path, "ls-files", "-z", "--others", "--exclude-per-directory=.gitignore").split("\0")
    assert set(discover(tmp_path).python) == {path for path in listed if path.endswith(".py")}


def test_a_package_may_be_named_like_an_environment(tmp_path: Path) -> None:
    make(tmp_path, "venv/__init__.py", "venv/a.py", "old/venv/a.py", "old/venv/__init__.py", "old/venv/pyvenv.cfg")
    assert discover(tmp_path).python == ("venv/__init__.py", "venv/a.py")
