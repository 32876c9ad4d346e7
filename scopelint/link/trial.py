"""Running functions only to see what they do: what they send is not counted, and their steps are their own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from scopelint.link.state import BudgetSpent, QuietSpent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scopelint.link.machine import Machine
    from scopelint.link.record import Recorded
    from scopelint.model import ApiCall


class Trial:
    """What a trial has shown: the requests that were sent in it, and whether a bound ended it early."""

    def __init__(self) -> None:
        self.requests: dict[ApiCall, Recorded] = {}
        self.cut = False


@contextmanager
def trial(m: Machine) -> Iterator[Trial]:
    """Run the block on trial, where it is bounded more tightly; a bound that ends it does not end what tries it."""
    shown = Trial()
    outer, m.recorder.requests = m.recorder.requests, shown.requests
    live, steps, quiet, doubt = m.live, m.steps, m.quiet_limit, m.doubt
    m.live = False
    if live:  # a trial within a trial shares its steps
        m.steps = m.quiet_limit = 0
    try:
        yield shown
    except (BudgetSpent, QuietSpent):
        if not live:
            raise
        shown.cut = True
    finally:
        m.recorder.requests = outer
        m.live, m.doubt = live, doubt
        if live:
            m.quiet_limit = quiet + m.steps if quiet else 0
            m.steps += steps
