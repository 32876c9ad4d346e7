"""What a run tells of itself while it lasts: nothing, unless it is asked or takes long on a terminal."""

import io
import re

import pytest

from scopelint import stages
from scopelint.stages import Stages


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(stream: io.StringIO, *, verbose: bool = False) -> str:
    with Stages(stream, verbose=verbose) as told:
        told.begin("sift")
        told.end("3 of 9 files may matter")
        told.watch()
        told.begin("parse", 4)
        told.advance()
        told.advance(2)
        if told._painter is not None:
            told._draw()
            told._draw()
        told.end("3 files")
    return stream.getvalue()


def test_nothing_is_told_unasked() -> None:
    assert run(io.StringIO()) == ""
    Stages().begin("sift")


def test_verbose_tells_times_and_files() -> None:
    lines = re.sub(r"\d+\.\d{3}", "T", run(io.StringIO(), verbose=True))
    assert re.sub(" +", " ", lines) == "sift T s 3 of 9 files may matter\nparse T s 3 files\n"


def test_a_terminal_shows_a_line_and_wipes_it() -> None:
    line = "scopelint: parse [##################......] 3/4"
    assert run(Terminal()) == f"\r{line}\r{line}\r{' ' * len(line)}\r"


def test_a_long_run_draws_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "_SHOW_AFTER", 0)
    drawn = Terminal()
    with Stages(drawn) as told:
        told.begin("link")
        told.watch()
        told.watch()
        while not drawn.getvalue():
            pass
    assert drawn.getvalue().startswith("\rscopelint: link")
    assert drawn.getvalue().endswith(" \r")
    assert told._painter is not None
    assert not told._painter.is_alive()


def test_a_short_run_draws_nothing() -> None:
    with Stages(short := Terminal()) as told:
        told.begin("link")
        told.watch()
    assert short.getvalue() == ""
