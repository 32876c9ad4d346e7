"""How many findings of each severity, in words."""

from collections.abc import Iterable

from scopelint.model import Finding, Severity


def count(findings: Iterable[Finding], severity: Severity) -> int:
    """Return the number of findings of this severity."""
    return sum(finding.severity is severity for finding in findings)


def number(count: int, noun: str) -> str:
    """Return "1 error", "2 errors"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def counted(findings: tuple[Finding, ...]) -> str:
    """Return "2 errors, 1 warning" without the severities that do not occur; "no findings" when there are none."""
    counts = ((count(findings, severity), severity.value) for severity in Severity)
    return ", ".join(number(found, noun) for found, noun in counts if found) or "no findings"
