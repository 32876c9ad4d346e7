"""What must hold for any input. Each function takes one input and raises what breaks its promise."""

from __future__ import annotations

import os
import tempfile
from functools import cache as once
from pathlib import Path

from fuzz.programs import Choose, Programs
from scopelint import pipeline
from scopelint.cache import Cache, key
from scopelint.config import Config, load
from scopelint.errors import ScopelintError
from scopelint.facts import ir
from scopelint.facts.extract import extract
from scopelint.manifest import ManifestKeys, read
from scopelint.parsing import wire
from scopelint.results import Results

MANIFEST = '[permissions]\nscopes = ["read:patients"]\n'
KEYS = ManifestKeys("a.b", "c")


def facts(source: bytes) -> ir.Facts:
    """Hold that the bytes of a Python file give facts or a reason, and that both can be stored and read back."""
    found = extract(source)
    if isinstance(found, ir.Unreadable):
        assert 1 <= found.line <= source.count(b"\n") + source.count(b"\r") + 2, found
        assert found.column >= 1, found
        assert found.message.strip(), found
        assert len(found.message) < 300, found
        assert "\n" not in found.message, found
    data = wire.encode(found)
    if data:
        again = wire.decode(data)
        assert again is not None
        assert wire.encode(again) == data
    return found


def project(choose: Choose) -> None:
    """Hold that a project of two random programs is analysed to its end."""
    programs = Programs(choose)
    source(programs.program().encode("utf-8", "surrogatepass"), programs.program().encode("utf-8", "surrogatepass"))


def source(main: bytes, other: bytes = b"") -> None:
    """Hold that a project of two modules is analysed to its end: both are read, and no entry point is lost."""
    root = _folder()
    texts = {str(root / "main.py"): main, str(root / "other.py"): other}
    config = Config(no_cache=True, jobs=1, sieve=False)
    checked = pipeline.check([str(root)], config, texts)
    assert checked.incomplete == (), checked.incomplete
    assert checked.analysed == ("main.py", "other.py"), checked.analysed


def manifest(text: bytes) -> None:
    """Hold that the bytes of a manifest give scopes at places in it, or one line that says what is wrong."""
    root = _folder()
    for name in ("app.toml", "app.json", "app.yaml"):
        path = root / "manifests" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text)
        for keys in (None, KEYS):
            try:
                found = read(path, root, keys)
            except ScopelintError as error:
                _one_line(error)
                continue
            lines = text.count(b"\n") + 1
            assert all(1 <= entry.span.line <= entry.span.end_line <= lines for entry in found.entries), found


def configuration(text: bytes) -> None:
    """Hold that the bytes of a configuration file give settings with which an analysis ends, or one line."""
    root = _folder()
    path = root / "configuration" / "scopelint.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text)
    for name in ("a.py", "b.py"):
        (path.parent / name).write_text('import requests\nrequests.get("https://api.maxcare.ai/v3/patients")\n')
    try:
        settings = load(path.parent, path)
        pipeline.check([str(path.parent)], settings)
    except ScopelintError as error:
        _one_line(error)
    finally:
        _empty(path.parent)


def cache(data: bytes) -> None:
    """Hold that what was put into the cache is given back, and that other bytes in its place are a miss."""
    wire.decode(data)
    folder = _folder() / "cache"
    store = Cache(folder)
    name = key(data[:8])
    store.put(name, data)
    assert store.get(name) == data
    (entry,) = folder.glob("??/*")
    whole = entry.read_bytes()
    for damaged in (data, whole[: len(data)], data + whole, whole + data[:1]):
        entry.write_bytes(damaged)
        assert damaged == whole or store.get(name) is None
    store.put(name, data)
    Results(store, b"", 0.0).recall(name)
    _empty(folder)


def _one_line(error: ScopelintError) -> None:
    assert "\n" not in str(error), error
    assert error.message.strip(), error


@once
def _folder() -> Path:
    """Return a folder of this process with a manifest and two modules in it."""
    root = Path(tempfile.mkdtemp(prefix="scopelint-fuzz-")).resolve()
    (root / "max-ai.app.toml").write_text(MANIFEST)
    (root / ".git").mkdir()
    for name in ("main.py", "other.py"):
        (root / name).touch()
    return root


def _empty(folder: Path) -> None:
    """Remove everything in a folder."""
    for base, folders, files in os.walk(folder, topdown=False):
        for name in files:
            os.unlink(os.path.join(base, name))
        for name in folders:
            os.rmdir(os.path.join(base, name))
