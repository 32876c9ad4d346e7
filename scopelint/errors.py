"""The one exception that reaches the user, as a single line."""


class ScopelintError(Exception):
    """Bad usage, configuration or manifest: ends the run with exit code 2.

    The message is one line: what is wrong and what to do; `path` and `line` say where.
    """

    def __init__(self, message: str, path: str = "", line: int = 0) -> None:
        self.message = message
        self.path = path
        self.line = line
        super().__init__(str(self))

    def __str__(self) -> str:
        """Return `path:line: message`, without the parts that are not known."""
        place = f"{self.path}:{self.line}: " if self.line else f"{self.path}: " if self.path else ""
        return place + self.message
