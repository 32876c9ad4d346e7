"""The bar that searches the page and filters it by state; the page's script works it."""

from collections import Counter

from scopelint.report.html.chips import GLYPHS
from scopelint.report.html.markup import Html, tag
from scopelint.report.html.overview import FILTERED
from scopelint.report.html.states import ScopeRow, State


def filter_bar(rows: list[tuple[ScopeRow, ...]]) -> Html:
    """Return the bar, hidden until the script is there to work it."""
    counts = Counter(state for found in rows for row in found for state in row.states)
    boxes = (_box(state, counts[state]) for state in FILTERED if counts[state])
    return tag(
        "form",
        tag("label", "Search", for_="search", class_="unseen"),
        tag(
            "input",
            type="search",
            id="search",
            placeholder="Search scopes, files, code",
            autocomplete="off",
            aria_keyshortcuts="/",
        ),
        tag("fieldset", tag("legend", "Only scopes that are", class_="unseen"), *boxes),
        tag("button", "Clear", type="reset", id="clear", hidden=True),
        tag("p", "", id="shown", role="status"),
        class_="filters needs-script",
        id="filters",
        role="search",
        hidden=True,
    )


def _box(state: State, count: int) -> Html:
    identity = f"state-{state.slug}"
    glyph = tag("span", GLYPHS[state], class_="glyph", aria_hidden="true")
    return tag(
        "label",
        tag("input", type="checkbox", name="state", value=state.slug, id=identity),
        tag("span", glyph, state.value, " ", tag("b", str(count)), class_=f"chip {state.slug}"),
        for_=identity,
    )
