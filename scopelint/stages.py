"""Where a run stands: a progress line while it lasts, and how long each stage took when that is asked for."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from types import TracebackType

_SHOW_AFTER = 1.0  # seconds; a shorter run shows nothing
_REDRAW_EVERY = 0.1
_BAR = 24  # characters


class Stages:
    """The stages of one run, told to `stream`: nothing without one.

    On a terminal a line shows the running stage, from `watch` on and once the run takes longer than a second. With
    `verbose`, each stage is told when it ends: its time, and what it let through.
    """

    def __init__(self, stream: TextIO | None = None, *, verbose: bool = False) -> None:
        self._stream = stream
        self._verbose = verbose and stream is not None
        self._started = time.perf_counter()
        self._stage = ""
        self._stage_started = self._started
        self._done = 0
        self._total = 0
        self._drawn = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._painter: threading.Thread | None = None

    def __enter__(self) -> Stages:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._painter is not None:
            self._painter.join()
        self._wipe()

    def begin(self, stage: str, total: int = 0) -> None:
        """Say that a stage starts, and how many steps it has, if that is known."""
        self._stage, self._done, self._total = stage, 0, total
        self._stage_started = time.perf_counter()

    def advance(self, steps: int = 1) -> None:
        """Say that some steps of the stage are done; may be called from any thread."""
        with self._lock:
            self._done += steps

    def end(self, outcome: str) -> None:
        """Say that the stage is over, and what it let through."""
        if self._verbose and self._stream is not None:
            seconds = time.perf_counter() - self._stage_started
            self._wipe()
            self._write(f"{self._stage:<10}{seconds:8.3f} s  {outcome}\n")
        self._stage = ""

    def watch(self) -> None:
        """Begin to show the progress line, from a thread of its own: stages that fork must be over."""
        if self._painter is None and self._stream is not None and self._stream.isatty():
            self._painter = threading.Thread(target=self._paint, daemon=True)
            self._painter.start()

    def _paint(self) -> None:
        wait = max(0.0, self._started + _SHOW_AFTER - time.perf_counter())
        while not self._over.wait(wait):
            wait = _REDRAW_EVERY
            self._draw()

    def _draw(self) -> None:
        stage, done, total = self._stage, self._done, self._total
        if self._stream is None or not stage:
            return
        line = f"scopelint: {stage}"
        if total:
            filled = _BAR * min(done, total) // total
            line += f" [{'#' * filled}{'.' * (_BAR - filled)}] {done}/{total}"
        with self._lock:
            self._write(f"\r{line:<{self._drawn}}")
            self._drawn = len(line)

    def _wipe(self) -> None:
        with self._lock:
            if self._stream is not None and self._drawn:
                self._write(f"\r{' ' * self._drawn}\r")
                self._drawn = 0

    def _write(self, text: str) -> None:
        if self._stream is not None:
            with contextlib.suppress(OSError):  # nobody reads it
                self._stream.write(text)
                self._stream.flush()
