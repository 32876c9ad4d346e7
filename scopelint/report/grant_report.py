"""What a key was granted against what the code needs, for `scopelint granted`: as text and JSON."""

from collections.abc import Iterator

import msgspec

from scopelint.grants import Difference, GrantComparison, Level
from scopelint.marketplace import Granted
from scopelint.model import App, Report
from scopelint.report.counts import number
from scopelint.report.json_text import json_text
from scopelint.report.options import RenderOptions
from scopelint.report.printable import printable

FORMAT_VERSION = 1

_LEVELS = {Level.MANIFEST: "manifest", Level.GRANT: "clinic's grant, then key", Level.KEY: "key"}


class GrantReport(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, the app that it is compared with, and the differences."""

    granted: Granted
    report: Report
    app: App
    comparison: GrantComparison


class GrantDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What `granted` writes: the key's `scopes`, whose they are ("" where the answer does not say), the differences."""

    version: int
    manifest: str | None
    scopes: tuple[str, ...]
    app: str
    organization: str
    needed_not_granted: tuple[Difference, ...]
    granted_not_needed: tuple[Difference, ...]
    declared_not_granted: tuple[Difference, ...]
    incomplete: tuple[str, ...]


def render_text(shown: GrantReport, options: RenderOptions) -> str:
    """Return the differences for people, with what to do about each."""
    path = shown.app.manifest and options.shown(shown.report, shown.app.manifest.path)
    lines = [f"{printable(path) if path else 'No manifest'}: {_whose(shown.granted)}"]
    comparison = shown.comparison
    for heading, rows in (
        ("Needed, but not granted: the platform answers such calls with 403", comparison.needed_not_granted),
        ("Granted, but not needed", comparison.granted_not_needed),
        ("Declared, but not granted", comparison.declared_not_granted),
    ):
        if rows:
            lines += ("", heading)
        for row in rows:
            lines += _difference(shown, row, options)
    if len(lines) == 1:
        lines += ("", "Every scope that is needed is granted, and no other is")
    lines += (f"Incomplete: {printable(clause)}" for clause in shown.report.incomplete)
    return "\n".join(lines) + "\n"


def render_json(shown: GrantReport, options: RenderOptions) -> str:  # noqa: ARG001 - as the other
    """Return the differences as a JSON object."""
    return json_text(
        GrantDocument(
            version=FORMAT_VERSION,
            manifest=shown.app.manifest.path if shown.app.manifest else None,
            **msgspec.structs.asdict(shown.granted),
            **msgspec.structs.asdict(shown.comparison),
            incomplete=shown.report.incomplete,
        )
    )


RENDERERS = {"text": render_text, "json": render_json}


def _whose(granted: Granted) -> str:
    app = f" of {granted.app}" if granted.app else ""
    organization = f" in {granted.organization}" if granted.organization else ""
    return printable(f"the key{app}{organization} has {number(len(granted.scopes), 'scope')}")


def _difference(shown: GrantReport, row: Difference, options: RenderOptions) -> Iterator[str]:
    yield f"  {printable(row.scope)} [{_LEVELS[row.level]}]: {row.advice}"
    for call in row.calls:
        place = f"{options.shown(shown.report, call.path)}:{call.line}:{call.column}"
        doubt = "" if call.certain else ", perhaps"
        because = f" ({call.because})" if call.because else ""
        yield f"      {call.endpoint} at {printable(place + doubt + because)}"
