"""Facts in several processes and from the cache: the same facts, whatever happens to the processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from scopelint import pipeline
from scopelint.cache import Cache
from scopelint.commands.check import exit_code
from scopelint.config import Config, FailOn
from scopelint.facts.extract import extract
from scopelint.facts.ir import Const, Facts, ModuleFacts, Unreadable
from scopelint.parsing import FactsReader, ahead, helper, pool, wire
from scopelint.parsing.helper import Helper

SOURCES = [(f"m{number}.py", b"import requests\nrequests.get('/v3/patients/%d')\n" % number) for number in range(40)]
TOOL = b"this version"


def encoded(facts: Facts | None) -> bytes:
    return msgspec.msgpack.encode(facts)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start processes for next to nothing."""
    monkeypatch.setattr(pool, "_WORTH_A_PROCESS", 1)
    monkeypatch.setattr(pool, "_CHUNK_BYTES", 100)


def start_instead(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Start another program as the process that parses."""
    command = [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {program}"]
    monkeypatch.setattr(
        pool, "start", lambda: Helper.of(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
    )


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_every_number_of_processes_gives_the_same(jobs: int) -> None:
    advanced: list[int] = []
    parsed = pool.parse(SOURCES, jobs, lambda: advanced.append(1))
    assert {name: encoded(result.facts) for name, result in parsed.items()} == {
        name: encoded(extract(source)) for name, source in SOURCES
    }
    assert all(result.data == encoded(result.facts) for result in parsed.values())
    assert len(advanced) == len(SOURCES)


@pytest.mark.parametrize(("size", "jobs", "expected"), [(10_000, 8, 0), (700_000, 8, 2), (700_000, 2, 1), (9, 1, 0)])
def test_processes_are_started_where_they_pay(
    monkeypatch: pytest.MonkeyPatch, size: int, jobs: int, expected: int
) -> None:
    started: list[None] = []
    monkeypatch.setattr(pool, "start", lambda: started.append(None))
    pool.parse([(str(number), b"#" * (size // 10)) for number in range(10)], jobs, lambda: None)
    assert len(started) == expected


@pytest.mark.usefixtures("eager")
def test_a_process_that_is_killed_loses_the_file_that_it_was_at(monkeypatch: pytest.MonkeyPatch) -> None:
    start_instead(
        monkeypatch,
        "import os, signal; from scopelint.parsing import wire; wire.send(sys.stdout.buffer, wire.READY); "
        "wire.receive(sys.stdin.buffer); os.kill(os.getpid(), signal.SIGKILL)",
    )
    monkeypatch.setattr(pool, "_CHUNK_BYTES", 1000)  # the dead process leaves the rest of its chunk to the others
    fed = Fed(monkeypatch)
    monkeypatch.setattr(pool, "extract", lambda source: fed.wait(10) and extract(source))
    parsed = pool.parse(SOURCES, 2, lambda: None)
    lost = {name: result.lost for name, result in parsed.items() if result.facts is None}
    assert set(lost.values()) == {"is not analysed: the process that parsed it ended (signal 9)"}
    assert len(lost) == 1
    assert len(parsed) == len(SOURCES)


class Fed:
    """Keeps this process waiting until the other one has got its share."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import threading

        self._over = threading.Event()
        feed = pool._feed

        def feed_and_tell(*arguments: object) -> None:
            feed(*arguments)  # type: ignore[arg-type]  # handed on
            self._over.set()

        monkeypatch.setattr(pool, "_feed", feed_and_tell)

    def wait(self, seconds: float) -> bool:
        return self._over.wait(seconds)


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("program", ["sys.exit(3)", "import no_such_module", "print('hello')"])
def test_a_process_that_cannot_work_loses_nothing(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    start_instead(monkeypatch, program)
    parsed = pool.parse(SOURCES, 3, lambda: None)
    assert [name for name, result in parsed.items() if result.facts is None] == []
    assert len(parsed) == len(SOURCES)


@pytest.mark.usefixtures("eager")
def test_facts_that_cannot_travel_are_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    start_instead(
        monkeypatch,
        "from scopelint.parsing import child; child.extract = lambda source: 1 << 99; child.main()",
    )
    parsed = pool.parse(SOURCES, 3, lambda: None)
    assert {name: encoded(result.facts) for name, result in parsed.items()} == {
        name: encoded(extract(source)) for name, source in SOURCES
    }


def forked(monkeypatch: pytest.MonkeyPatch, parse: Callable[[bytes], object] = extract) -> Helper:
    """Fork a process that parses, which calls `parse`, whatever this machine has."""
    monkeypatch.setattr(helper, "may_fork", lambda: True)
    with monkeypatch.context() as patched:
        patched.setattr("scopelint.parsing.child.extract", parse)
        started = helper.fork()
    assert started is not None
    return started


def die_at(mark: bytes) -> Callable[[bytes], object]:
    return lambda source: os.kill(os.getpid(), signal.SIGKILL) if mark in source else extract(source)


def test_what_a_forked_process_was_sent_ahead_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    process = forked(monkeypatch)
    try:
        process.send(SOURCES[:7])
        monkeypatch.setattr(pool, "extract", None)  # nothing is parsed here
        for more in (SOURCES[7:], [("again.py", b"x = 1")]):
            parsed = pool.parse(more, 2, lambda: None, process)
            assert encoded(parsed[more[0][0]].facts) == encoded(extract(more[0][1]))
            assert parsed.keys() >= dict(more).keys()
    finally:
        process.close()


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("jobs", [2, 4])
def test_a_forked_process_is_one_of_several(monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    process = forked(monkeypatch)
    try:
        process.send(SOURCES[:7])
        parsed = pool.parse(SOURCES[7:], jobs, lambda: None, process)
    finally:
        process.close()
    assert {name: encoded(result.facts) for name, result in parsed.items()} == {
        name: encoded(extract(source)) for name, source in SOURCES
    }


@pytest.mark.parametrize("sent", [0, 7])
def test_a_forked_process_that_dies_loses_the_file_that_it_was_at(monkeypatch: pytest.MonkeyPatch, sent: int) -> None:
    process = forked(monkeypatch, die_at(b"/5'"))
    try:
        process.send(SOURCES[:sent])
        parsed = pool.parse(SOURCES[sent:], 2, lambda: None, process)
    finally:
        process.close()
    assert {name: result.lost for name, result in parsed.items() if result.facts is None} == {
        "m5.py": "is not analysed: the process that parsed it ended (signal 9)"
    }
    assert len(parsed) == len(SOURCES)


def test_a_forked_process_that_is_gone_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, source in SOURCES:
        (tmp_path / name).write_bytes(source)
    monkeypatch.setattr("scopelint.parsing.child.serve", lambda *_: None)  # it ends before it works
    process = forked(monkeypatch)
    try:
        reader = FactsReader(str(tmp_path), {}, Cache(None), None, 2, process)
        reader.expect(name for name, _ in SOURCES[:5])
        reader.read_all([name for name, _ in SOURCES])
    finally:
        process.close()
    assert reader.lost == {}
    assert {name: encoded(facts) for name, facts in reader.facts.items()} == {
        name: encoded(extract(source)) for name, source in SOURCES
    }


def test_what_is_expected_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, source in SOURCES:
        (tmp_path / name).write_bytes(source)
    process = forked(monkeypatch)
    try:
        reader = FactsReader(str(tmp_path), {}, Cache(tmp_path / "cache"), TOOL, 2, process)
        reader.expect([*(name for name, _ in SOURCES[:5]), "gone.py"])
        (tmp_path / "m3.py").write_text("changed = 1")
        assert encoded(reader.read("m9.py")) == encoded(extract(SOURCES[9][1]))
        assert encoded(reader.read("m3.py")) == encoded(extract(SOURCES[3][1]))
        assert reader.read("gone.py") is None
        assert reader.lost == {"gone.py": "cannot be read"}
    finally:
        process.close()
    warm = FactsReader(str(tmp_path), {}, Cache(tmp_path / "cache"), TOOL, 1)
    warm.read_all(["m2.py", "m3.py"])  # what was parsed is known by what was parsed, not by what is there now
    assert warm.cached == 1
    assert encoded(warm.read("m3.py")) == encoded(extract(b"changed = 1"))


@pytest.mark.parametrize("value", [1 << 99, "\ud800"])
def test_values_that_have_no_bytes(value: int | str) -> None:
    assert wire.encode(ModuleFacts((Const(value),))) == b""  # type: ignore[arg-type]  # any node will do


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x93\x01", encoded(extract(b"x = 1"))[:-1]])
def test_bytes_that_hold_no_facts(data: bytes) -> None:
    assert wire.decode(data) is None


def test_nothing_of_the_current_folder_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("libcst", "msgspec", "gc", "signal"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(pool, "_WORTH_A_PROCESS", 1)
    monkeypatch.setattr(pool, "_CHUNK_BYTES", 100)
    assert len(pool.parse(SOURCES, 2, lambda: None)) == len(SOURCES)
    assert not (tmp_path / "imported").exists()


def test_a_known_file_is_not_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_bytes(b"x = 1\n")
    (tmp_path / "same.py").write_bytes(b"x = 1\n")
    cache = Cache(tmp_path / "cache")
    cold = FactsReader(str(tmp_path), {}, cache, TOOL, 1)
    cold.read_all(["a.py"])
    with monkeypatch.context() as patched:
        patched.setattr(pool, "parse", None)
        warm = FactsReader(str(tmp_path), {}, cache, TOOL, 1)
        warm.read_all(["a.py", "same.py"])
    assert encoded(warm.read("same.py")) == encoded(cold.read("a.py"))
    assert warm.cached == 2
    for reader in (
        FactsReader(str(tmp_path), {}, cache, None, 1),
        FactsReader(str(tmp_path), {}, cache, b"another version", 1),
        FactsReader(str(tmp_path), {"a.py": b"x = 2\n"}, cache, TOOL, 1),
    ):
        reader.read_all(["a.py"])
        assert reader.cached == 0


def test_what_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scopelint.parsing.reader.MAX_FILE_BYTES", 10)
    (tmp_path / "large.py").write_bytes(b"x = 1234567")
    reader = FactsReader(str(tmp_path), {}, Cache(None), None, 1)
    reader.read_all(["gone.py", "large.py"])
    assert reader.lost == {"gone.py": "cannot be read"}
    assert reader.read("gone.py") is None
    assert encoded(reader.read("large.py")) == encoded(Unreadable(1, 1, "larger than 10 bytes"))


@pytest.mark.usefixtures("eager")
def test_a_run_that_lost_a_file_says_so_and_ends_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, source in SOURCES:
        (tmp_path / name).write_bytes(source.replace(b"'/v3", b"'https://api.maxcare.ai/v3"))
    start_instead(
        monkeypatch,
        "from scopelint.parsing import wire; wire.send(sys.stdout.buffer, wire.READY); "
        "wire.receive(sys.stdin.buffer); sys.exit(7)",
    )
    monkeypatch.setattr(ahead, "fork", lambda: None)
    fed = Fed(monkeypatch)
    monkeypatch.setattr(pool, "extract", lambda source: fed.wait(10) and extract(source))
    report = pipeline.check([os.fspath(tmp_path)], Config(cache_dir=str(tmp_path / "cache"), jobs=2))
    (told,) = report.incomplete
    name, _, reason = told.partition(" ")
    assert name in dict(SOURCES)
    assert reason == "is not analysed: the process that parsed it ended (exit code 7)"
    assert exit_code(report, FailOn.NEVER) == 2
    assert sum(len(app.calls) for app in report.apps) == len(SOURCES) - 1
    again = pipeline.check([os.fspath(tmp_path)], Config(cache_dir=str(tmp_path / "cache"), jobs=1))
    assert again.incomplete == ()
    assert sum(len(app.calls) for app in again.apps) == len(SOURCES)


def test_what_was_only_likely_to_be_asked_for_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name for name, _ in SOURCES]
    for name, source in SOURCES[:4]:
        (tmp_path / name).write_bytes(source)
    cache = Cache(tmp_path / "cache")
    FactsReader(str(tmp_path), {}, cache, TOOL, 1).read_all(names[:1])
    process = forked(monkeypatch)
    try:
        reader = FactsReader(str(tmp_path), {}, cache, TOOL, 2, process)
        reader.expect(names[:6])  # known, to be parsed, or not there
        reader.read_all(names[1:2])
        assert (set(reader.facts), reader.lost, reader.cached) == ({names[1]}, {}, 0)
        reader.read_all(names[:5])
        assert (set(reader.facts), reader.lost, reader.cached) == (set(names[:5]), {names[4]: "cannot be read"}, 1)
    finally:
        process.close()
