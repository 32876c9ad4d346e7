"""The flake8 plugin: one analysis of the whole project a run, whose findings flake8 gets file by file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from scopelint.flake8_plugin.paths import absolute

if TYPE_CHECKING:
    import argparse
    import ast
    from collections.abc import Iterator

    from flake8.options.manager import OptionManager

    from scopelint.flake8_plugin.places import Violations


class Plugin:
    """What stands in one file; flake8 makes one for each file that it checks.

    The analysis runs where flake8 has its options read: once, in the process that then shares the files out to others.
    These get the findings with the rest of its memory or, where processes start empty, from a file.
    """

    _violations: ClassVar[Violations] = {}

    def __init__(self, tree: ast.AST, filename: str) -> None:  # noqa: ARG002 - what makes it a plugin that reads files
        self._path = absolute(filename)

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """Yield line, column from 0, and text with the code; flake8 itself applies `# noqa`, `select` and `ignore`."""
        for line, column, text in self._violations.get(self._path, ()):
            yield line, column, text, type(self)

    @staticmethod
    def add_options(manager: OptionManager) -> None:
        """Add the plugin's options, which may stand in flake8's configuration files too."""
        from scopelint.flake8_plugin.options import OPTIONS

        for name, settings in OPTIONS:
            manager.add_option(name, parse_from_config=True, **settings)

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Analyse the project; raises flake8's ExecutionError, which it prints, for what the user must mend."""
        from scopelint.flake8_plugin import handover

        found = handover.received()
        if found is None:
            from scopelint.flake8_plugin import analysis

            found = analysis.run(options)
            handover.leave(found)
        cls._violations = found
