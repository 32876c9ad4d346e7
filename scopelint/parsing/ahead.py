"""A process that imports the parser while the files are still looked for: both take about as long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.parsing.helper import fork

if TYPE_CHECKING:
    from types import TracebackType

    from scopelint.parsing.helper import Helper


class Ahead:
    """Starts that process when it is known to be of use, and ends it with the run. `jobs` of 1 allows none."""

    def __init__(self, jobs: int) -> None:
        self._allowed = jobs != 1
        self._helper: Helper | None = None

    def __enter__(self) -> Ahead:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._helper is not None:
            self._helper.close()

    def start(self) -> Helper | None:
        """Return the process, started now unless it was before; None where there can be none."""
        if self._allowed and self._helper is None:
            self._helper = fork()
        return self._helper
