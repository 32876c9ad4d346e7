"""What this process may use of the machine: its processors, and copies of itself."""

import os
import threading


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def may_fork() -> bool:
    """Say whether a forked child is safe, and has a processor of its own.

    A fork copies no other thread, and the locks that one holds would stay locked.
    """
    return hasattr(os, "fork") and cores() > 1 and threading.active_count() == 1
