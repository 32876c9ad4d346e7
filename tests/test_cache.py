"""The cache: what it gives back, and what makes it give back nothing."""

import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scopelint import cache
from scopelint.cache import Cache, default_folder, key, stamp

KEY = key(b"1.0", b"module")


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("??/*") if path.is_file())


def age(path: Path, seconds: float) -> None:
    status = path.stat()
    os.utime(path, (status.st_atime - seconds, status.st_mtime - seconds))


def test_a_value_comes_back_in_another_process(tmp_path: Path) -> None:
    Cache(tmp_path / "c").put(KEY, b"value\0")
    Cache(tmp_path / "c").put(key(b""), b"")
    assert Cache(tmp_path / "c").get(KEY) == b"value\0"
    assert Cache(tmp_path / "c").get(key(b"")) == b""
    assert Cache(tmp_path / "c").get(key(b"1.0", b"other")) is None
    assert stat.S_IMODE((tmp_path / "c").stat().st_mode) == 0o700


def test_keys_keep_the_borders_of_their_parts() -> None:
    assert len({key(b"ab", b"c"), key(b"a", b"bc"), key(b"abc"), key(b"abc", b"")}) == 4


@pytest.mark.parametrize("damage", ["truncate", "empty", "flip", "foreign", "append", "swap", "folder", "link", "pipe"])
def test_a_damaged_entry_is_a_miss(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "c"
    Cache(folder).put(KEY, b"value")
    (path,) = entries(folder)
    whole = path.read_bytes()
    if damage in ("folder", "link", "pipe"):
        path.unlink()
    if damage == "truncate":
        path.write_bytes(whole[:-2])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "flip":
        path.write_bytes(whole[:-1] + b"E")
    elif damage == "foreign":
        path.write_bytes(b"\x80\x04cos\nsystem\n(S'touch pwned'\ntR.")
    elif damage == "append":
        path.write_bytes(whole + b"x")
    elif damage == "swap":  # another key's entry
        Cache(folder).put(key(b"other"), b"other value")
        (other,) = set(entries(folder)) - {path}
        other.replace(path)
    elif damage == "folder":
        path.mkdir()
    elif damage == "link":
        (tmp_path / "elsewhere").write_bytes(whole)
        path.symlink_to(tmp_path / "elsewhere")
    elif damage == "pipe":
        os.mkfifo(path)
    assert Cache(folder).get(KEY) is None
    Cache(folder).put(KEY, b"again")
    assert Cache(folder).get(KEY) == (None if damage == "folder" else b"again")


def test_without_a_usable_folder_there_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    for folder in (None, tmp_path / "file", tmp_path / "file" / "below", Path("/proc/none"), Path("nul\0"), shared):
        store = Cache(folder)
        store.put(KEY, b"value")
        assert store.get(KEY) is None
        store.close()
    assert list(shared.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Cache(tmp_path / "c")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    store.put(KEY, b"value")
    monkeypatch.undo()
    assert entries(tmp_path / "c") == []
    assert store.get(KEY) is None


def test_the_entries_unused_for_longest_go_first(tmp_path: Path) -> None:
    store = Cache(tmp_path, limit=10_000)
    for number in range(10):
        store.put(key(bytes([number])), bytes(1500))
        (path,) = [path for path in entries(tmp_path) if path.stat().st_mtime > path.stat().st_ctime - 100]
        age(path, 100_000 * (10 - number))
    assert store.get(key(b"\0")) is not None  # its age counts anew
    (tmp_path / "aa").mkdir(exist_ok=True)
    abandoned = tmp_path / "aa" / "x.1.tmp"
    abandoned.touch()
    age(abandoned, 10_000)
    store.close()
    left = [number for number in range(10) if store.get(key(bytes([number]))) is not None]
    assert left == [0, 6, 7, 8, 9]
    assert not abandoned.exists()


def test_what_is_not_the_caches_own_is_never_removed(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_bytes(bytes(9000))
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "draft").write_bytes(bytes(9000))
    store = Cache(tmp_path, limit=1000)
    store.put(KEY, b"x")
    store.close()
    assert (tmp_path / "thesis.txt").exists()
    assert (tmp_path / "papers" / "draft").exists()


def test_writers_do_not_disturb_each_other(tmp_path: Path) -> None:
    def work(number: int) -> bool:
        store = Cache(tmp_path, limit=50_000)
        for round_ in range(20):
            store.put(key(bytes([round_])), bytes([round_]) * 1000)
            value = store.get(key(bytes([round_])))
            if value is not None and value != bytes([round_]) * 1000:
                return False
        store.close()
        return number >= 0

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(8)))


def test_the_default_folder_is_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = default_folder()
    assert folder is not None
    assert folder.is_relative_to(tmp_path)
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_CACHE_HOME", "relative")
        found = default_folder()
        assert found is None or found.is_absolute()


def test_a_stamp_changes_with_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_UNSETTLED", -10.0)
    (tmp_path / "a.py").write_text("1")
    (tmp_path / "b.py").write_text("1")
    first = stamp(str(tmp_path), ["a.py", "b.py"])
    assert first is not None
    assert stamp(str(tmp_path), ["a.py", "b.py"]) == first
    assert stamp(str(tmp_path), ["b.py", "a.py"]) != first
    assert stamp(str(tmp_path), ["a.py"]) != first
    (tmp_path / "a.py").replace(tmp_path / "old")
    (tmp_path / "a.py").write_text("2")
    os.utime(tmp_path / "a.py", ns=((tmp_path / "old").stat().st_mtime_ns,) * 2)
    assert stamp(str(tmp_path), ["a.py", "b.py"]) != first
    assert stamp(str(tmp_path), ["a.py", "gone.py"]) is None


def test_files_written_just_now_have_no_stamp(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    assert stamp(str(tmp_path), ["a.py"]) is None
