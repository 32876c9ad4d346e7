"""Calls of the API, as list items: the request, where it is made, what is known of it, and its code."""

from collections.abc import Mapping

import msgspec

from scopelint.model import Certainty, MatchedCall, Need, Report, Verdict
from scopelint.report.html.markup import EMPTY, Html, tag
from scopelint.report.html.places import Sources, sentence
from scopelint.report.html.states import Use


class CallNames(msgspec.Struct, frozen=True):
    """The id that each call has on the page, and the number of the first app that makes it."""

    ids: Mapping[MatchedCall, str]
    homes: Mapping[MatchedCall, int]

    @classmethod
    def of(cls, report: Report) -> "CallNames":
        """Return the ids, numbered in order of place."""
        homes: dict[MatchedCall, int] = {}
        for place, app in enumerate(report.apps):
            for matched in app.calls:
                homes.setdefault(matched, place)
        ordered = sorted(homes, key=lambda matched: (matched.call.span, matched.endpoint, repr(matched)))
        return cls({matched: f"call-{place}" for place, matched in enumerate(ordered, 1)}, homes)

    def at(self, matched: MatchedCall, app: int, need: Need | None = None) -> str | None:
        """Return the call's id where it is listed first; None where it is listed again, for another app or need."""
        again = self.homes[matched] != app or (need is not None and need != matched.needs[0])
        return None if again else self.ids[matched]


def request(matched: MatchedCall) -> str:
    """Return the request in a line: the endpoint's name, or as much of method and path as is known."""
    call = matched.call
    return matched.endpoint or f"{call.method or 'any method'} {call.path or 'unknown path'}"


def call_item(
    matched: MatchedCall,
    sources: Sources,
    name: str,
    identity: str | None,
    use: Use | None = None,
    heading: Html = EMPTY,
    more: Html = EMPTY,
) -> Html:
    """Return one call; `name` is its id wherever it is listed, `identity` the id to give it here.

    `use` says for which scope it is listed.
    """
    doubt = use.doubt if use else matched.reason or matched.call.reason
    return tag(
        "li",
        heading,
        tag("p", sources.place(matched.call.span), *_remarks(matched, use), class_="where"),
        tag("p", sentence(doubt), class_="doubt") if doubt else EMPTY,
        _query(matched),
        sources.code(matched.call.span),
        more,
        tag("details", tag("summary", "How it is sent"), sources.chain(matched.call.chain, matched.call.sink)),
        class_="call",
        id=identity,
        data_find=True,
        data_call=name,
    )


def _remarks(matched: MatchedCall, use: Use | None) -> list[Html]:
    remarks = []
    if use and not use.need.certain:
        remarks.append("perhaps needs the scope")
    if matched.certainty is Certainty.PROBABLE:
        remarks.append("probable")
    if matched.call.handled and matched.verdict is Verdict.ENDPOINT:
        remarks.append("handles a refusal")
    if not matched.call.live:
        remarks.append("not counted: nothing uses it")
    return [tag("span", remark, class_="remark") for remark in remarks]


def _query(matched: MatchedCall) -> Html:
    parameters = matched.call.query.parameters
    if not parameters:
        return EMPTY
    listed = [
        f"{row.name}={'…' if row.value is None else row.value}{' (perhaps)' if row.maybe else ''}" for row in parameters
    ]
    more = [tag("span", "and perhaps more", class_="quiet")] if matched.call.query.open else []
    return tag("p", "Query: ", *(part for text in listed for part in (tag("code", text), " ")), *more, class_="query")
