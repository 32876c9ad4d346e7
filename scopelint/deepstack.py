"""Room for deep recursion: parsing and following code recurse with its nesting."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

STACK_BYTES = 512 * 1024 * 1024
"""Stack of the thread that works: libcst's parser, written in Rust, and Python 3.10 and 3.12 recurse on it."""
RECURSION_LIMIT = 60_000

Result = TypeVar("Result")
_here = threading.local()  # `.large`: this thread has the room already


def with_large_stack(action: Callable[[], Result]) -> Result:
    """Return what `action` returns, run where deep recursion is safe; what it raises is raised here."""
    if getattr(_here, "large", False):
        return action()
    results: list[Result] = []
    errors: list[BaseException] = []

    def work() -> None:
        _here.large = True
        try:
            results.append(action())
        except BaseException as error:  # whatever it is, it is the caller's
            errors.append(error)

    before_size = threading.stack_size(STACK_BYTES)
    before_limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(RECURSION_LIMIT)
        thread = threading.Thread(target=work, daemon=True)  # an interrupted program does not wait for it
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before_size)
        sys.setrecursionlimit(before_limit)
    if errors:
        raise errors[0]
    return results[0]
