"""A rule's page: what `scopelint explain` prints, and the documentation's section."""

from scopelint.rules.rule import Rule


def page(rule: Rule, heading: str = "#") -> str:
    """Return the rule's page in Markdown."""
    return f"""{heading} {rule.code} {rule.slug}

Severity: {rule.severity.value}. {rule.summary[0].upper()}{rule.summary[1:]}.

{heading}# What it does
{rule.what}

{heading}# Why it matters
{rule.why}

{heading}# Example
{rule.example}

{heading}# What to do
{rule.fix}
"""
