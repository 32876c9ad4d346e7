"""Small marks: a scope's state, a severity, a scope's name."""

from scopelint.model import Severity
from scopelint.report.html.markup import Html, tag
from scopelint.report.html.states import ScopeRow, State

GLYPHS = {
    State.MISSING: "✕",
    State.MAYBE_MISSING: "?",
    State.UNKNOWN: "✕",
    State.UNUSED: "−",
    State.POSSIBLY_UNUSED: "≈",
    State.LEGACY: "↻",
    State.COVERED: "↻",
    State.KEPT: "•",
    State.IN_ORDER: "✓",
}


def state_chip(state: State) -> Html:
    """Return the state's word with its sign; neither colour nor sign says anything that the word does not."""
    glyph = tag("span", GLYPHS[state], class_="glyph", aria_hidden="true")
    return tag("span", glyph, state.value, class_=f"chip {state.slug}")


def severity_chip(severity: Severity) -> Html:
    """Return the severity as a mark."""
    return tag("span", severity.value, class_=f"chip severity-{severity.value}")


def scope_link(row: ScopeRow, app: int) -> Html:
    """Return the scope's name, leading to its section."""
    return tag("a", tag("code", row.name), href=f"#{scope_id(row.name, app)}", class_="scope")


def scope_id(name: str, app: int) -> str:
    """Return the id of a scope's section."""
    safe = "".join(letter if letter.isalnum() and letter.isascii() else f"-{ord(letter):x}-" for letter in name)
    return f"scope-{app}-{safe.replace('-3a-', '-').replace('-5f-', '_')}"
