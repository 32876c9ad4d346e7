"""Run commands and measure them: wall time, processor time and memory, all their processes included."""

import resource
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_EVERY = 0.005  # seconds
_CRASHES = (b"Traceback (most recent call last)", b"No module named")  # Python ends with 1 then, as a linter may


@dataclass(frozen=True)
class Time:
    """Seconds of one run: by the clock, and of processors in all processes."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Subject:
    """A command, and what to do before each of its runs."""

    name: str
    command: tuple[str, ...]
    prepare: Callable[[], None] = lambda: None


def alternating(subjects: Sequence[Subject], runs: int) -> Mapping[str, Time]:
    """Return the median of each subject, running them in turn: what disturbs the machine then disturbs all alike.

    The first round warms the disk's cache and does not count. Raises RuntimeError when a command cannot be run.
    """
    times: dict[str, list[Time]] = {subject.name: [] for subject in subjects}
    for number in range(runs + 1):
        for subject in subjects:
            subject.prepare()
            measured = once(subject.command)
            if number:
                times[subject.name].append(measured)
    return {
        name: Time(statistics.median(t.wall for t in taken), statistics.median(t.cpu for t in taken))
        for name, taken in times.items()
    }


def once(command: Sequence[str]) -> Time:
    """Run a command to its end; linters exit with 1 when they find something, which is no failure."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1) or any(sign in done.stderr for sign in _CRASHES):
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    return Time(wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def peak_memory(command: Sequence[str]) -> float | None:
    """Return the most memory that a command and its children held at once, in megabytes, from samples.

    Shared pages count once (proportional set size). None where /proc does not tell.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
    return peak_memory_of(process)[0]


def peak_memory_of(process: subprocess.Popen[str], every: float = _SAMPLE_EVERY) -> tuple[float | None, str, str]:
    """Wait for a process, and return its peak memory as above, its output and its errors; samples `every` seconds."""
    told: list[tuple[str, str]] = []
    ended = threading.Event()

    def wait() -> None:
        told.append(process.communicate())
        ended.set()

    threading.Thread(target=wait).start()
    peak = 0
    while not ended.wait(every):
        peak = max(peak, sum(map(_proportional, _family(process.pid))))
    return (peak / 1024 if peak else None, *told[0])


def _family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    found = [pid]
    for parent in found:
        try:
            for children in Path(f"/proc/{parent}/task").glob("*/children"):
                found += map(int, children.read_text().split())
        except OSError:
            continue  # it has just ended
    return found


def _proportional(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
