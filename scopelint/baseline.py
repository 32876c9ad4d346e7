"""A baseline: the findings that a project has agreed to live with, so that only new ones are reported."""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from scopelint.elsewhere import relative
from scopelint.errors import ScopelintError
from scopelint.model import BaselineEntry, Finding, Report, Suppressed
from scopelint.textfile import read_text

VERSION = 1
BY = "baseline"

_LINE_NUMBER = re.compile(r"(:| line )\d+")
_NO_BASELINE = "is no baseline: write one with scopelint check --write-baseline FILE"
_SIZE_LIMIT = 64 * 2**20  # bytes; a full JSON report may serve as a baseline


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """One finding, in a baseline or in a JSON report."""

    code: str
    path: str
    scope: str | None = None
    endpoint: str | None = None
    message: str = ""


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of a baseline; other keys are nobody's concern."""

    version: int
    root: str = ""
    findings: tuple[_Row, ...]


class Baseline(msgspec.Struct, frozen=True):
    """Entries, and the absolute folder that their paths are relative to ("" = the root of any run)."""

    root: str
    entries: tuple[BaselineEntry, ...]

    def told_from(self, root: str) -> tuple[BaselineEntry, ...]:
        """Return the entries with paths that are relative to the root of a run, which follows from where it starts.

        Of another copy of the project, they are what they are.
        """
        if self.root == root or not _is_one_inside_the_other(self.root, root):
            return self.entries
        return tuple(
            msgspec.structs.replace(entry, path=relative(os.path.join(self.root, entry.path), root))
            for entry in self.entries
        )


def dump(findings: Iterable[Finding], root: str, file: str) -> str:
    """Return the baseline of the findings as JSON: sorted, and without anything that changes when lines move.

    `root` is the folder that their paths are relative to, `file` where the baseline will lie ("" = nobody knows).
    """
    entries = sorted((_entry(finding) for finding in findings), key=_order)
    rows = [{name: value for name, value in msgspec.structs.asdict(entry).items() if value} for entry in entries]
    # escapes, since a path need not be valid UTF-8
    there = {"root": relative(root, _folder(file))} if file and _is_one_inside_the_other(root, _folder(file)) else {}
    return json.dumps({"version": VERSION, **there, "findings": rows}, indent=2, ensure_ascii=True) + "\n"


def read(path: Path, shown: str) -> Baseline:
    """Return a baseline, or the one that a report is that `check --format json` wrote.

    Raises ScopelintError, with `shown` as the file's name, when it cannot be read or is neither.
    """
    text = read_text(path, shown, _SIZE_LIMIT)
    try:
        document = msgspec.convert(json.loads(text), _Document)
    except json.JSONDecodeError as error:
        raise ScopelintError(f"is not valid JSON: {error.msg}", shown, error.lineno) from None
    except (msgspec.ValidationError, RecursionError, ValueError):
        raise ScopelintError(_NO_BASELINE, shown) from None
    if document.version != VERSION:
        raise ScopelintError(f"has version {document.version}; this scopelint reads version {VERSION}", shown)
    return Baseline(
        os.path.normpath(os.path.join(_folder(os.fspath(path)), document.root)) if document.root else "",
        tuple(_identified(row.code, row.path, row.scope, row.endpoint, row.message) for row in document.findings),
    )


def apply(report: Report, entries: Sequence[BaselineEntry], is_judged: Callable[[BaselineEntry], bool]) -> Report:
    """Return the report with the findings of the baseline suppressed, and the entries that answer to none as expired.

    An entry stands for one finding: of three findings alike, two entries suppress the first two. `is_judged` says
    whether this run would have reported an entry's finding; of a run that is not complete, nothing is said to expire.
    """
    left = Counter(entries)
    kept: list[Finding] = []
    suppressed: list[Suppressed] = []
    for finding in report.findings:
        entry = _entry(finding)
        if left[entry]:
            left[entry] -= 1
            suppressed.append(Suppressed(finding, BY))
        else:
            kept.append(finding)
    expired = () if report.incomplete else sorted(filter(is_judged, left.elements()), key=_order)
    return msgspec.structs.replace(
        report, findings=tuple(kept), suppressed=(*report.suppressed, *suppressed), expired=tuple(expired)
    )


def _folder(file: str) -> str:
    return os.path.realpath(os.path.dirname(file) or ".")


def _is_one_inside_the_other(folder: str, other: str) -> bool:
    one, two = Path(folder), Path(other)
    return bool(folder) and (one.is_relative_to(two) or two.is_relative_to(one))


def _entry(finding: Finding) -> BaselineEntry:
    return _identified(finding.code, finding.span.path, finding.scope, finding.endpoint, finding.message)


def _identified(code: str, path: str, scope: str | None, endpoint: str | None, message: str) -> BaselineEntry:
    """Return the entry; the wording of a message may change, so it counts only where nothing else tells."""
    told = "" if scope or endpoint else _LINE_NUMBER.sub("", message)
    return BaselineEntry(code=code, path=path, scope=scope or None, endpoint=endpoint or None, message=told)


def _order(entry: BaselineEntry) -> tuple[str, ...]:
    return (entry.path, entry.code, entry.scope or "", entry.endpoint or "", entry.message)
