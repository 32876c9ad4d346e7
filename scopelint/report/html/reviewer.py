"""The page for a clinic's reviewer: each permission in the platform's words, and what the app does with it."""

from collections.abc import Iterator, Mapping

from scopelint.model import App, Report
from scopelint.report.counts import number
from scopelint.report.html.limits import is_unresolved
from scopelint.report.html.markup import EMPTY, Html, tag
from scopelint.report.html.overview import listed
from scopelint.report.html.states import Declared, ScopeRow, State

_KINDS = {
    Declared.REQUIRED: ("Required", "Granted when the clinic installs the app."),
    Declared.OPTIONAL: ("Optional", "The clinic may refuse it, or withdraw it later."),
    Declared.NOT: ("Not asked for yet", "The code uses these, and the app does not ask for them."),
}


def reviewer_section(report: Report, app: App, rows: tuple[ScopeRow, ...], name: str) -> Html:
    """Return the letter: it names permissions and what is done with them, and no code."""
    actions = {words.name: words.action for words in report.glossary.endpoints}
    # What a legacy name covers is told at the name that the clinic sees.
    asked = [row for row in rows if State.COVERED not in row.states]
    listed = (_permissions(kind, [row for row in asked if row.declared is kind], actions) for kind in _KINDS)
    return tag(
        "article",
        tag("p", f"What {name} asks a clinic to permit, and what its code does with each permission."),
        *(listed if asked else [tag("p", "It asks for no permission.")]),
        _caveats(app),
        class_="letter",
    )


def _permissions(kind: Declared, rows: list[ScopeRow], actions: Mapping[str, str]) -> Html:
    if not rows:
        return EMPTY
    title, meaning = _KINDS[kind]
    items = (_permission(row, actions) for row in sorted(rows, key=lambda row: row.words.title or row.name))
    return tag(
        "section",
        tag("h3", title, " ", tag("span", meaning, class_="quiet")),
        tag("ul", *items, class_="permissions"),
        class_=f"permission-group {kind.name.lower()}",
    )


def _permission(row: ScopeRow, actions: Mapping[str, str]) -> Html:
    return tag(
        "li",
        tag("h4", row.words.title or "Unknown permission", " ", tag("code", row.name)),
        tag("p", row.words.description or "The platform's table has no such permission: it grants nothing."),
        tag("p", tag("strong", "What the app does with it: "), _done(row, actions), class_="done"),
        data_find=True,
        data_scope=row.name,
    )


def _done(row: ScopeRow, actions: Mapping[str, str]) -> str:
    if not row.uses:
        if State.POSSIBLY_UNUSED in row.states:
            return "nothing that is known for sure; part of the code could not be read to the end."
        return "nothing: no part of its code uses this permission."
    return f"{listed(list(_actions(row, actions)))}."


def _actions(row: ScopeRow, actions: Mapping[str, str]) -> Iterator[str]:
    """Yield what the calls do, each once, with how many places in the code do it."""
    endpoints: dict[str, list[bool]] = {}
    for use in row.uses:
        endpoints.setdefault(use.matched.endpoint, []).append(use.need.certain)
    for endpoint, certain in sorted(endpoints.items()):
        doubt = "" if any(certain) else ", and needs this permission only in some cases"
        yield f"{actions.get(endpoint, f'calls {endpoint}')} (in {number(len(certain), 'place')}{doubt})"


def _caveats(app: App) -> Html:
    clauses = [
        "This follows from reading the app's Python code, without running it. It says what the app can fetch and "
        "change on the platform, and not what it does with the data afterwards."
    ]
    unresolved = sum(is_unresolved(matched) for matched in app.calls)
    if unresolved:
        are = "was one call" if unresolved == 1 else f"were {unresolved} calls"
        clauses.append(f"There {are} whose target could not be told from the code.")
    if app.mentions:
        clauses.append("Parts of the app are written in other languages, and were not read in this way.")
    return tag("p", " ".join(clauses), class_="quiet caveat")
