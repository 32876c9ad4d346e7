"""The judgement: every rule, and the one function that asks them all."""

from collections.abc import Sequence

from scopelint.model import Finding
from scopelint.rules.declared import DUPLICATE_SCOPE, INCOMPLETE_SCOPE, LEGACY_SCOPE, UNKNOWN_SCOPE
from scopelint.rules.endpoints import MISSING_QUERY_PARAMETER, OTHER_API_VERSION, UNKNOWN_ENDPOINT, WRONG_METHOD
from scopelint.rules.limits import UNREADABLE_FILE, UNRESOLVED_CALL, UNUSED_SUPPRESSION
from scopelint.rules.missing import MAYBE_MISSING_SCOPE, MISSING_SCOPE, OPTIONAL_SCOPE_UNGUARDED
from scopelint.rules.rule import Rule
from scopelint.rules.subject import Subject
from scopelint.rules.summary import summarise
from scopelint.rules.unused import POSSIBLY_UNUSED_SCOPE, UNUSED_OPTIONAL_SCOPE, UNUSED_SCOPE

__all__ = ["ALL", "INVENTORY", "Rule", "Subject", "judge", "summarise"]

ALL: tuple[Rule, ...] = (
    MISSING_SCOPE,
    MAYBE_MISSING_SCOPE,
    OPTIONAL_SCOPE_UNGUARDED,
    UNUSED_SCOPE,
    UNUSED_OPTIONAL_SCOPE,
    POSSIBLY_UNUSED_SCOPE,
    UNKNOWN_SCOPE,
    LEGACY_SCOPE,
    DUPLICATE_SCOPE,
    INCOMPLETE_SCOPE,
    UNKNOWN_ENDPOINT,
    WRONG_METHOD,
    OTHER_API_VERSION,
    MISSING_QUERY_PARAMETER,
    UNRESOLVED_CALL,
    UNREADABLE_FILE,
    UNUSED_SUPPRESSION,
)


INVENTORY: tuple[Rule, ...] = (UNREADABLE_FILE,)
"""What a mere list of calls has to say all the same."""


def judge(subject: Subject, rules: Sequence[Rule] = ALL) -> tuple[Finding, ...]:
    """Return the findings of the rules, in order of place, code and scope."""
    findings = [finding for rule in rules for finding in rule.check(subject)]
    return tuple(sorted(findings, key=lambda finding: (finding.span, finding.code, finding.scope or "")))
