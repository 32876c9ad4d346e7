"""How a report is shown."""

import os

import msgspec

from scopelint.model import Report


class RenderOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`color` and `verbose` are for people's formats; `folder` is what these show paths relative to ("" = the root)."""

    color: bool = False
    verbose: bool = False
    folder: str = ""

    def shown(self, report: Report, path: str) -> str:
        """Return a path of the report as it is shown to people: relative to the folder where they stand."""
        if not self.folder or self.folder == report.root:
            return path
        try:
            return os.path.relpath(os.path.join(report.root, path), self.folder)
        except ValueError:  # another drive
            return path
