"""What findings say, with the paths in it told from where the reader stands, as their places are."""

import re
from collections.abc import Callable

import msgspec

from scopelint.model import Finding, Report
from scopelint.report.options import RenderOptions

_PATH = re.compile(r'[^\s"(),;]+?(?=:\d+[\s"(),;]|:\d+$|[\s"(),;]|$)')


def retold(report: Report, options: RenderOptions) -> Report:
    """Return the report with its findings' messages and hints naming files relative to the folder of the options."""
    if not options.folder or options.folder == report.root:
        return report
    telling = _telling(report, options)
    findings = tuple(_retold(finding, telling) for finding in report.findings)
    suppressed = tuple(msgspec.structs.replace(row, finding=_retold(row.finding, telling)) for row in report.suppressed)
    return msgspec.structs.replace(report, findings=findings, suppressed=suppressed)


def _retold(finding: Finding, telling: Callable[[str], str]) -> Finding:
    return msgspec.structs.replace(finding, message=telling(finding.message), hint=telling(finding.hint))


def _telling(report: Report, options: RenderOptions) -> Callable[[str], str]:
    """Return what tells the report's files in a text, where each stands as a word: "max-ai.app.toml", "app.py:3"."""
    known = {*report.analysed, *(finding.span.path for finding in report.findings)}
    for app in report.apps:
        known.update(mention.span.path for mention in app.mentions)
        known.update(bound.path for bound in app.bounds)
        if app.manifest is not None:
            known.add(app.manifest.path)

    def told(word: re.Match[str]) -> str:
        return options.shown(report, word[0]) if word[0] in known else word[0]

    return lambda text: _PATH.sub(told, text)
