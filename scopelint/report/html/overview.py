"""What a reader sees first: the verdict in a sentence, the scopes by state, and the matrix of declared and needed."""

from collections.abc import Callable

from scopelint.model import App
from scopelint.report.counts import number
from scopelint.report.html.chips import GLYPHS, scope_link, state_chip
from scopelint.report.html.markup import EMPTY, Html, tag
from scopelint.report.html.states import Declared, ScopeRow, State

_TO_DO = (
    (State.MISSING, "missing"),
    (State.MAYBE_MISSING, "perhaps missing"),
    (State.UNKNOWN, "unknown to the platform"),
    (State.UNUSED, "declared but unused"),
    (State.POSSIBLY_UNUSED, "possibly unused"),
    (State.LEGACY, "declared by a legacy name"),
)
_MANY = 4  # names; a tile with more is twice as wide
FILTERED = tuple(state for state in State if state is not State.COVERED)  # told by its legacy name


def verdict(rows: tuple[ScopeRow, ...], app: App) -> str:
    """Return the state of an app's permissions in a sentence or two."""
    if app.manifest is None:
        return (
            f"There is no manifest. The code needs {number(len(app.scopes.needed), 'scope')}; this section grants them:"
        )
    counts = [(_count(rows, state), words) for state, words in _TO_DO]
    told = [f"{count} {words}" for count, words in counts if count]
    if told:
        return f"{listed(told)}; {_count(rows, State.IN_ORDER)} in order."
    if not rows:
        return "The app declares no scope, and its code needs none."
    return f"Declared and needed agree: {number(len(rows), 'scope')}, nothing missing and nothing unused."


def tiles(rows: tuple[ScopeRow, ...], app: int) -> Html:
    """Return the scopes by state, the urgent states first."""
    if not rows:
        return EMPTY
    shown = [(state, [row for row in rows if state in row.states]) for state in FILTERED]
    return tag("ul", *(_tile(state, found, app) for state, found in shown if found), class_="tiles")


def _tile(state: State, rows: list[ScopeRow], app: int) -> Html:
    names = tag("ul", *(tag("li", scope_link(row, app)) for row in rows), class_="names")
    count = tag("span", str(len(rows)), class_="count")
    return tag(
        "li",
        tag("p", count, " ", state_chip(state), class_="head"),
        names,
        class_=f"tile {state.slug}{' many' if len(rows) > _MANY else ''}",
    )


# What a cell shows: the sign, the words and the class; "" when it is empty.
Cell = tuple[str, str, str]
_NOTHING = ("", "", "")


def _declared(value: Declared) -> Callable[[ScopeRow], Cell]:
    return lambda row: ("●", value.value, "declared") if row.declared is value else _NOTHING


def _needed(row: ScopeRow) -> Cell:
    if not row.listed:
        return _NOTHING
    return ("●", "needed", "needed") if row.certain else ("◐", "perhaps needed", "needed")


def _state(*states: State) -> Callable[[ScopeRow], Cell]:
    def cell(row: ScopeRow) -> Cell:
        state = next((state for state in states if state in row.states), None)
        return (GLYPHS[state], state.value, state.slug) if state else _NOTHING

    return cell


_COLUMNS: tuple[tuple[str, str, Callable[[ScopeRow], Cell]], ...] = (
    ("Manifest", "Required", _declared(Declared.REQUIRED)),
    ("Manifest", "Optional", _declared(Declared.OPTIONAL)),
    ("Code", "Needed", _needed),
    ("Verdict", "Missing", _state(State.MISSING, State.MAYBE_MISSING)),
    ("Verdict", "Unused", _state(State.UNUSED)),
    ("Verdict", "Possibly unused", _state(State.POSSIBLY_UNUSED)),
    ("Verdict", "Legacy", _state(State.LEGACY, State.COVERED)),
    ("Verdict", "Unknown", _state(State.UNKNOWN)),
    ("Verdict", "In order", _state(State.IN_ORDER, State.KEPT)),
)


def matrix(rows: tuple[ScopeRow, ...], app: int, caption: str) -> Html:
    """Return the table of scopes by state."""
    if not rows:
        return EMPTY
    groups = tuple(dict.fromkeys(group for group, *_ in _COLUMNS))
    spans = {group: sum(group == other for other, *_ in _COLUMNS) for group in groups}
    top = tag(
        "tr",
        tag("th", "Scope", scope="col", rowspan=2, role="columnheader"),
        *(tag("th", group, scope="colgroup", colspan=spans[group], role="columnheader") for group in groups),
        tag("th", "Calls", scope="col", rowspan=2, role="columnheader"),
        role="row",
    )
    names = tag("tr", *(_heading(title, rows, cell) for _, title, cell in _COLUMNS), role="row")
    # The roles are said out loud because the phone's layout makes blocks of the rows, and browsers then forget them.
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", top, names, role="rowgroup"),
        tag("tbody", *(_row(row, app) for row in rows), role="rowgroup"),
        class_="matrix",
        role="table",
    )


def _heading(title: str, rows: tuple[ScopeRow, ...], cell: Callable[[ScopeRow], Cell]) -> Html:
    used = any(cell(row)[0] for row in rows)
    return tag("th", title, scope="col", role="columnheader", class_=None if used else "unused-column")


def _row(row: ScopeRow, app: int) -> Html:
    cells = (_cell(*cell(row)) for _, _, cell in _COLUMNS)
    return tag(
        "tr",
        tag("th", scope_link(row, app), tag("span", row.words.title, class_="title"), scope="row", role="rowheader"),
        *cells,
        tag(
            "td",
            str(len(row.uses)),
            tag("span", " call" if len(row.uses) == 1 else " calls", class_="unit"),
            role="cell",
            class_="calls",
        ),
        role="row",
        data_find=True,
        data_states=" ".join(state.slug for state in row.states),
    )


def _cell(glyph: str, words: str, kind: str) -> Html:
    if not glyph:
        return tag("td", role="cell", class_="empty")
    sign = tag("span", glyph, aria_hidden="true", class_="glyph")
    return tag("td", sign, tag("span", words, class_="words"), role="cell", class_=f"mark {kind}")


def _count(rows: tuple[ScopeRow, ...], state: State) -> int:
    return sum(state in row.states for row in rows)


def listed(parts: list[str]) -> str:
    """Return "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
