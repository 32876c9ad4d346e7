import os
from pathlib import Path

import pytest

from scopelint.errors import ScopelintError
from scopelint.manifest.write import write


def test_replaces_the_content_and_keeps_the_mode(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b"old")
    file.chmod(0o640)
    write(file, "né\r\n", "a.toml")
    assert file.read_bytes() == "né\r\n".encode()
    assert file.stat().st_mode & 0o7777 == 0o640
    assert os.listdir(tmp_path) == ["a.toml"]


def test_keeps_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes("\ufeffold".encode())
    write(file, "new", "a.toml")
    assert file.read_bytes() == "\ufeffnew".encode()


def test_replaces_the_target_of_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "a.toml", tmp_path / "link.toml"
    target.write_text("old")
    link.symlink_to(target)
    write(link, "new", "link.toml")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.toml"
    file.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ScopelintError, match=r"^a\.toml: cannot be written: No space left on device$"):
        write(file, "new", "a.toml")
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.toml"]


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ScopelintError, match="cannot be written: No such file or directory"):
        write(tmp_path / "a.toml", "new", "a.toml")
