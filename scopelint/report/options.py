"""How a report is shown."""

import os

import msgspec

from scopelint.elsewhere import INSTALLED, relative
from scopelint.model import Report


class RenderOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to show a report to people; the formats for programs take no notice.

    `folder` is what paths are shown relative to ("" = the root). `link_host` is the name of the machine that links to
    files hold ("" = no links), `width` the cells of a line (0 = without end).
    """

    color: bool = False
    verbose: bool = False
    folder: str = ""
    link_host: str = ""
    width: int = 0

    def shown(self, report: Report, path: str) -> str:
        """Return a path of the report as it is shown to people: relative to the folder where they stand."""
        if not self.folder or self.folder == report.root or path.startswith(INSTALLED):
            return path
        return relative(os.path.join(report.root, path), self.folder)
