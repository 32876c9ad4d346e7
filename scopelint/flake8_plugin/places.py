"""Where flake8 says a finding: at its own place, or on a file's first line when flake8 does not read the finding's."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

from scopelint import apps
from scopelint.report import RenderOptions
from scopelint.report.printable import printable
from scopelint.report.retold import retold

if TYPE_CHECKING:
    from scopelint.flake8_plugin.checked import CheckedFiles
    from scopelint.model import Finding, Report

Violations = Mapping[str, tuple[tuple[int, int, str], ...]]
"""By the absolute path of a file: line from 1, column from 0, and code and message."""

UNREADABLE = "SCL902"


def violations(report: Report, findings: Iterable[Finding], checked: CheckedFiles) -> Violations:
    """Return some findings of a report as flake8 is to tell them."""
    options = RenderOptions(folder=os.getcwd())
    manifests = tuple(app.manifest for app in report.apps if app.manifest)
    places: dict[str, list[tuple[int, int, str]]] = {}
    for finding in retold(msgspec.structs.replace(report, findings=tuple(findings)), options).findings:
        span, message = finding.span, printable(finding.message)
        path = os.path.join(report.root, span.path)
        is_manifest = any(manifest.path == span.path for manifest in manifests)
        if not is_manifest and (finding.code != UNREADABLE or checked.is_read(path)):
            places.setdefault(path, []).append((span.line, span.column - 1, f"{finding.code} {message}"))
        elif first := checked.first_of(_candidates(report, span.path)):
            place = f"{printable(options.shown(report, span.path))}:{span.line}:{span.column}"
            places.setdefault(first, []).append((1, 0, f"{finding.code} {place}: {message}"))
    return {path: tuple(found) for path, found in places.items()}


def _candidates(report: Report, path: str) -> tuple[str, ...]:
    """Return the analysed files, those first that belong to the manifest of that path."""
    manifests = tuple(app.manifest for app in report.apps if app.manifest)
    own = [
        file
        for manifest, files in apps.owners(manifests, report.analysed)
        if manifest is not None and manifest.path == path
        for file in files
    ]
    return tuple(os.path.join(report.root, file) for file in (*own, *report.analysed))
