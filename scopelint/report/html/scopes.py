"""Every scope of an app: what it permits, how it is declared, and the calls that need it by endpoint."""

from collections import Counter
from collections.abc import Mapping

from scopelint.model import Finding
from scopelint.report.counts import number
from scopelint.report.html.calls import CallNames, call_item
from scopelint.report.html.chips import scope_id, state_chip
from scopelint.report.html.markup import EMPTY, Html, tag
from scopelint.report.html.places import Sources
from scopelint.report.html.states import Declared, ScopeRow, State, Use

_OPENED = 4  # calls; a scope with more is folded at first


def scope_section(row: ScopeRow, app: int, sources: Sources, names: CallNames, findings: Mapping[Finding, str]) -> Html:
    """Return one scope's section, folded unless there is something to do about it."""
    urgent = row.states[0] not in (State.IN_ORDER, State.COVERED, State.KEPT)
    calls = number(len(row.uses), "call")
    return tag(
        "details",
        tag(
            "summary",
            tag("h3", tag("code", row.name), class_="name"),
            *(state_chip(state) for state in row.states),
            tag("span", f"{row.declared.value} · {calls}", class_="quiet"),
        ),
        tag("p", row.words.description, class_="description") if row.words.description else EMPTY,
        _notes(row, findings),
        *_endpoints(row, app, sources, names),
        class_=f"scope-section {row.states[0].slug}",
        id=scope_id(row.name, app),
        open=urgent and len(row.uses) <= _OPENED,
        data_find=True,
        data_states=" ".join(state.slug for state in row.states),
    )


def _notes(row: ScopeRow, findings: Mapping[Finding, str]) -> Html:
    notes: list[Html] = []
    if row.covers:
        notes.append(tag("li", "Answers the calls that need ", tag("code", row.covers), "."))
    if row.covered_by:
        notes.append(tag("li", "Declared by its legacy name, ", tag("code", row.covered_by), "."))
    if row.declared is Declared.OPTIONAL:
        notes.append(tag("li", "Optional: a clinic may refuse it, or withdraw it later."))
    codes = Counter(finding.code for finding in row.findings)
    for code, count in codes.items():
        first = next(finding for finding in row.findings if finding.code == code)
        more = f", and {count - 1} more like it" if count > 1 else ""
        notes.append(tag("li", tag("a", code, href=f"#{findings[first]}"), f" {first.message}{more}"))
    return tag("ul", *notes, class_="notes") if notes else EMPTY


def _endpoints(row: ScopeRow, app: int, sources: Sources, names: CallNames) -> list[Html]:
    if row.covers:  # its calls stand under the scope that they need
        return []
    endpoints: dict[str, list[Use]] = {}
    for use in row.uses:
        endpoints.setdefault(use.matched.endpoint, []).append(use)
    return [
        tag("div", endpoint_heading(name), _calls(uses, app, sources, names), class_="endpoint")
        for name, uses in sorted(endpoints.items())
    ]


def _calls(uses: list[Use], app: int, sources: Sources, names: CallNames) -> Html:
    items = (
        call_item(use.matched, sources, names.ids[use.matched], names.at(use.matched, app, use.need), use)
        for use in uses
    )
    return tag("ul", *items, class_="calls-list")


def endpoint_heading(name: str, level: str = "h4") -> Html:
    """Return a request as a heading, its method set apart."""
    method, _, path = name.partition(" ")
    return tag(
        level,
        tag("span", method, class_=f"method {method.lower()}"),
        " ",
        tag("code", path),
        class_="request",
    )
