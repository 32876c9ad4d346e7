"""What happens around a run: odd files, signals, disks full or read-only, closed pipes, killed processes, many runs.

Each run is compared with a quiet one: it ends cleanly, with the right code, and leaves nothing half-written behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from running import COMMAND, HERE, environment, run

from scopelint import pipeline
from scopelint.config import Config
from scopelint.discover import DiscoverOptions, Discovery, discover
from scopelint.facts.extract import extract
from scopelint.facts.ir import Facts
from scopelint.link import roots
from scopelint.link.values import FunctionValue
from scopelint.parsing import pool

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="uses /proc, /dev/full and mounts")

MANIFEST = '[permissions]\nscopes = ["read:patients"]\n'
NO_SCOPES = "[permissions]\nscopes = []\n"
LARGE = tuple(f"file_{number}.py" for number in range(20))
CALL = 'import requests\nrequests.get("https://api.maxcare.ai/v3/{}")\n'
FINDINGS = ["a.py:2:1: SCL101 GET /v3/tasks needs read:tasks, which max-ai.app.toml does not declare"]


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """An app with one finding."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "max-ai.app.toml").write_text(MANIFEST)
    (folder / "a.py").write_text(CALL.format("tasks"))
    (folder / "b.py").write_text(CALL.format("patients"))
    return folder


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """An app of twenty files, large enough for several processes; each has a finding of its own."""
    folder = tmp_path / "large"
    folder.mkdir()
    (folder / "max-ai.app.toml").write_text(NO_SCOPES)
    for name in LARGE:
        (folder / name).write_text(CALL.format("tasks") + '"""' + "text\n" * 12_000 + '"""\n' + "x = f(a, b)\n" * 200)
    return folder


def concise(folder: Path, *arguments: str, **variables: str) -> tuple[int, list[str], str]:
    """Check a folder; return the exit code, the findings and what was said on standard error."""
    result = run(folder, "check", "--no-cache", "--format", "concise", *arguments, **variables)
    return result.returncode, sorted(result.stdout.splitlines()), result.stderr


def start(folder: Path, *arguments: str, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]  # options are passed on
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def children(parent: int) -> list[int]:
    """Return the processes that a process has started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) == parent and fields[0] != "Z":
                    found.append(int(entry.name))
    return found


def wait_for_children(process: subprocess.Popen[str], count: int = 1) -> list[int]:
    for _ in range(3_000):
        found = children(process.pid)
        if len(found) >= count or process.poll() is not None:
            return found
        time.sleep(0.01)
    return []


def is_gone(process: int) -> bool:
    """Say whether a process ends; one that was just being started ends when it finds nobody to work for."""
    for _ in range(1_000):
        if not Path("/proc", str(process)).exists():
            return True
        time.sleep(0.01)
    return False


def test_odd_files_are_left_alone(app: Path) -> None:
    (app / "pkg").mkdir()
    os.mkfifo(app / "pipe.py")
    os.mkfifo(app / "pipe.ts")
    os.mkfifo(app / "pkg" / "__init__.py")
    (app / "loop.py").symlink_to("loop.py")
    (app / "gone.py").symlink_to("nowhere.py")
    (app / "pkg" / "again").symlink_to("..")
    (app / "endless.py").symlink_to("/dev/zero")
    (app / "folder.py").mkdir()
    with contextlib.suppress(PermissionError):
        os.mknod(app / "device.py", 0o600 | 0o020000, os.makedev(1, 5))
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(app / "socket.py"))
        assert concise(app) == (1, FINDINGS, "")
        assert concise(app, "--include-tests", "--search-path", "pkg") == (1, FINDINGS, "")
        code, _, error = concise(app, "pipe.py")
        assert (code, error) == (2, "scopelint: error: pipe.py: is neither a file nor a folder\n")


@pytest.mark.parametrize("name", ["max-ai.app.toml", "pyproject.toml", "scopelint.toml", ".gitignore"])
def test_a_pipe_in_place_of_a_file_that_is_looked_for_is_not_waited_for(app: Path, name: str) -> None:
    (app / name).unlink(missing_ok=True)
    os.mkfifo(app / name)
    code, _, error = concise(app)
    assert "internal error" not in error
    assert code in (0, 1, 2)


def test_names_may_be_anything(app: Path) -> None:
    for name in (b"new\nline.py", b"\xff\xfe.py", b"\x1b[31mred.py", b"-rf.py", b"a b'\"<&>.py", b"::error::.py"):
        (app / os.fsdecode(name)).write_text(CALL.format("tasks"))
    code, lines, error = concise(app)
    assert (code, error) == (1, "")
    assert sorted(line.partition(":2:1: SCL101 ")[0] for line in lines) == sorted(
        ["a.py", "new\\nline.py", "\\udcff\\udcfe.py", "\\x1b[31mred.py", "-rf.py", "a b'\"<&>.py", "\\x3a:error::.py"]
    )
    result = run(app, "check", "--no-cache", "--format", "json")
    assert len(json.loads(result.stdout)["findings"]) == 7


@pytest.mark.parametrize("sieve", [True, False])
def test_a_file_that_vanishes_is_missed_aloud(app: Path, sieve: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def discover_and_remove(root: Path, paths: Sequence[Path], options: DiscoverOptions) -> Discovery:
        found = discover(root, paths, options)
        (app / "b.py").unlink()
        return found

    monkeypatch.setattr(pipeline, "discover", discover_and_remove)
    report = pipeline.check([str(app)], Config(folder=str(app), sieve=sieve))
    assert report.incomplete == ("b.py cannot be read",)
    assert [(finding.span.path, finding.code) for finding in report.findings] == [
        ("a.py", "SCL101"),
        ("max-ai.app.toml", "SCL203"),  # what b.py needs is not known
    ]


def test_an_entry_point_that_cannot_be_followed_accuses_no_scope(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def follow(_runner: roots.Runner, _function: FunctionValue) -> None:
        raise ZeroDivisionError("by a fault of this program")

    (app / "b.py").write_text("import requests\ndef job():\n    requests.get('https://api.maxcare.ai/v3/patients')\n")
    monkeypatch.setattr(roots.Runner, "_run", follow)
    report = pipeline.check([str(app)], Config(folder=str(app), no_cache=True))
    fault = "job() in b.py could not be followed: ZeroDivisionError: by a fault of this program"
    assert report.incomplete == (fault,)
    assert [(finding.code, finding.message) for finding in report.findings if finding.scope == "read:patients"] == [
        ("SCL203", f"no call is known to need read:patients, but code that was not analysed ({fault}) could")
    ]
    assert report.apps[0].scopes.unused == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_missed_aloud(app: Path) -> None:
    (app / "b.py").chmod(0)
    code, lines, error = concise(app)
    assert (code, error) == (2, "")
    assert FINDINGS[0] in lines


@pytest.mark.parametrize("arguments", [["check"], ["check", "--format", "json"], ["calls"], ["explain", "SCL101"]])
def test_output_that_cannot_be_written_is_an_error(app: Path, arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [*COMMAND, *arguments], cwd=app, env=environment(), stdout=full, stderr=subprocess.PIPE, text=True
        )
    message = "scopelint: error: standard output cannot be written: No space left on device\n"
    assert (result.returncode, result.stderr) == (2, message)
    closed = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, *arguments],
        cwd=app,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert (closed.returncode, closed.stderr) == (2, "scopelint: error: standard output is closed\n")


def test_errors_that_nobody_hears_keep_their_code(app: Path) -> None:
    with open("/dev/full", "w") as full:
        for arguments, code in ((["check", "nowhere"], 2), (["check", "-v"], 1), (["check", "-v", "--exit-zero"], 0)):
            result = subprocess.run(
                [*COMMAND, *arguments], cwd=app, env=environment(), stdout=subprocess.PIPE, stderr=full
            )
            assert result.returncode == code


def test_a_pipe_that_closes_early_ends_the_output(app: Path) -> None:
    script = 'set -o pipefail; "$@" --format json | head -c 10 > /dev/null'
    result = subprocess.run(
        ["bash", "-c", script, "bash", *COMMAND, "check"], cwd=app, env=environment(), capture_output=True, text=True
    )
    assert result.stderr == ""
    assert result.returncode in (0, 1)


def test_a_working_folder_that_is_gone_is_one_line(tmp_path: Path) -> None:
    script = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    result = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *COMMAND, "check"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("scopelint: error: ")
    assert result.stderr.count("\n") == 1
    assert "internal" not in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_run_with_its_processes(large: Path, number: signal.Signals) -> None:
    process = start(large, "check", "--no-cache", "--jobs", "3", "--output", "report.txt")
    helpers = wait_for_children(process)
    assert helpers
    process.send_signal(number)
    output, error = process.communicate(timeout=60)
    assert (process.returncode, output, error) == (128 + number, "", "")
    assert [helper for helper in helpers if not is_gone(helper)] == []
    assert sorted(path.name for path in large.iterdir() if path.suffix != ".py") == ["max-ai.app.toml"]


def test_a_signal_that_is_ignored_stays_ignored(app: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does; the process inherits it
    try:
        process = start(app, "check", "--no-cache", "--format", "concise")
    finally:
        signal.signal(signal.SIGHUP, before)
    for _ in range(10):
        process.send_signal(signal.SIGHUP)
        time.sleep(0.02)
    output, _ = process.communicate(timeout=60)
    assert (process.returncode, output.splitlines()) == (1, FINDINGS)


def test_killed_processes_lose_their_file_and_no_other(large: Path) -> None:
    quiet = concise(large)
    assert (quiet[0], len(quiet[1])) == (1, len(LARGE))
    process = start(large, "check", "--no-cache", "--jobs", "4", "--format", "json")
    for helper in wait_for_children(process, 3):
        time.sleep(0.2)  # into the middle of a file, if it can be
        with contextlib.suppress(ProcessLookupError):
            os.kill(helper, signal.SIGKILL)
    output, error = process.communicate(timeout=300)
    report = json.loads(output)
    lost = {text.partition(" ")[0] for text in report["incomplete"]}
    assert error == ""
    assert len(lost) <= 3
    assert {finding["path"] for finding in report["findings"]} == set(LARGE) - lost
    assert process.returncode == (2 if lost else 1)
    assert all("the process that parsed it ended (signal 9)" in text for text in report["incomplete"])


def test_a_process_that_dies_at_a_file_loses_that_file(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "import os, sys; sys.path[:] = sys.argv[1:]; from scopelint.parsing import child; plain = child.extract\n"
        "child.extract = lambda source: os.abort() if b'die here' in source else plain(source)\n"
        "child.main()"
    )
    sources = [(str(number), b'"""' + b"text\n" * 12_000 + b'"""\n') for number in range(20)]
    sources[7] = ("7", sources[7][1] + b"# die here\n")
    others_done = threading.Event()
    done: list[None] = []

    def advance() -> None:
        done.append(None)
        if len(done) == len(sources) - 1:
            others_done.set()

    def wait_and_extract(source: bytes) -> Facts:
        assert others_done.wait(120)
        return extract(source)

    monkeypatch.setattr("scopelint.parsing.helper._PROGRAM", program)
    monkeypatch.setattr(pool, "extract", wait_and_extract)  # this process does one, the others must do the rest
    results = pool.parse(sources, 3, advance)
    lost = {name: parsed.lost for name, parsed in results.items() if parsed.lost}
    assert lost == {"7": "is not analysed: the process that parsed it ended (signal 6)"}
    assert {name for name, parsed in results.items() if parsed.facts is not None} == {name for name, _ in sources} - {
        "7"
    }


def test_ten_runs_on_one_cache_say_the_same(large: Path, tmp_path: Path) -> None:
    _, expected, _ = concise(large)
    cache = tmp_path / "shared-cache"
    arguments = ("check", "--format", "concise", "--jobs", "1", "--cache-dir", str(cache))
    runs = [start(large, *arguments) for _ in range(10)]
    for process in runs:
        output, error = process.communicate(timeout=300)
        assert (process.returncode, sorted(output.splitlines()), error) == (1, expected, "")
    assert [path for path in cache.rglob("*") if path.suffix == ".tmp"] == []
    warm = run(large, *arguments)
    assert (warm.returncode, sorted(warm.stdout.splitlines())) == (1, expected)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "none", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("may not mount")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_changes_no_result_and_leaves_nothing(large: Path, small_disk: Path) -> None:
    _, expected, _ = concise(large)
    shutil.copy(large / "max-ai.app.toml", small_disk)
    manifest = small_disk / "max-ai.app.toml"
    (small_disk / "a.py").write_text(CALL.format("tasks"))
    cache = small_disk / "cache"
    cached = run(large, "check", "--format", "concise", "--cache-dir", str(cache))
    assert (cached.returncode, sorted(cached.stdout.splitlines()), cached.stderr) == (1, expected, "")
    shutil.rmtree(cache)
    with contextlib.suppress(OSError), (small_disk / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(512))
    before = sorted(small_disk.iterdir())
    report = run(large, "check", "--no-cache", "--output", str(small_disk / "report.json"), "--format", "json")
    assert (report.returncode, report.stdout) == (2, "")
    assert report.stderr == f"scopelint: error: {small_disk}/report.json: cannot be written: No space left on device\n"
    fixed = run(small_disk, "fix", "--no-cache")
    assert (fixed.returncode, fixed.stdout) == (2, "")
    assert fixed.stderr == "scopelint: error: max-ai.app.toml: cannot be written: No space left on device\n"
    assert manifest.read_text() == NO_SCOPES
    assert sorted(small_disk.iterdir()) == before


def test_a_read_only_disk_changes_no_result(small_disk: Path) -> None:
    (small_disk / "max-ai.app.toml").write_text(NO_SCOPES)
    (small_disk / "a.py").write_text(CALL.format("tasks"))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    result = run(small_disk, "check", "--format", "concise", XDG_CACHE_HOME=str(small_disk / "cache"))
    assert (result.returncode, result.stdout.splitlines(), result.stderr) == (1, FINDINGS, "")
    for arguments, file in (
        (["check", "--output", "report.txt"], "report.txt"),
        (["check", "--write-baseline", "baseline.json"], "baseline.json"),
        (["fix"], "max-ai.app.toml"),
    ):
        failed = run(small_disk, *arguments)
        assert (failed.returncode, failed.stdout) == (2, "")
        assert failed.stderr.startswith(f"scopelint: error: {file}: cannot be written: ")
        assert failed.stderr.count("\n") == 1


def test_the_working_copy_is_what_runs() -> None:
    code = "import scopelint; print(scopelint.__file__)"
    found = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()).parents[1] == HERE
