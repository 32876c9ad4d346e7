"""What a change newly needs and no longer needs, for `scopelint diff`: as text, Markdown and JSON."""

from collections.abc import Callable, Iterator

import msgspec

from scopelint.comparison import AppChange, DeclaredScope, NeededScope, ScopeCall
from scopelint.model import Report
from scopelint.report.json_text import json_text
from scopelint.report.markdown import code_span, escaped
from scopelint.report.printable import printable

FORMAT_VERSION = 1

_NOTHING = "There is no manifest and no call of the platform on either side"


class ScopeDiff(msgspec.Struct, frozen=True, kw_only=True):
    """Both sides by name ("main", "the working tree") with their reports, and what changes for each app."""

    before_name: str
    after_name: str
    before: Report
    after: Report
    changes: tuple[AppChange, ...]

    def remarks(self) -> list[str]:
        """Return what keeps the answer from being whole, a sentence without full stop each."""
        sides = ((self.before_name, self.before), (self.after_name, self.after))
        blind = [name for name, report in sides if report.statistics.unreadable]
        return [
            *(f"Some files of {name} cannot be read: calls in them are not known" for name in blind),
            *(f"Incomplete, {name}: {clause}" for name, report in sides for clause in report.incomplete),
        ]

    def title_of(self, scope: str) -> str:
        """Return the table's title of a scope, "" when it has none."""
        return next((words.title for words in self.after.glossary.scopes if words.name == scope), "")


class AppChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What changes for one app; its manifests are null where there is none. All lists are sorted by scope.

    `no_longer_needed` has the calls that needed a scope before. `newly_asked` and `no_longer_asked` are the scopes that
    clinics are asked for now and were not before, and the other way round.
    """

    manifest_before: str | None
    manifest_after: str | None
    newly_needed: tuple[NeededScope, ...]
    no_longer_needed: tuple[NeededScope, ...]
    still_needed: tuple[str, ...]
    declarations: tuple[DeclaredScope, ...]
    newly_asked: tuple[str, ...]
    no_longer_asked: tuple[str, ...]


class ScopeChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What `diff` writes: the names of both sides, what changes, and what keeps the answer from being whole."""

    version: int
    before: str
    after: str
    apps: tuple[AppChanges, ...]
    remarks: tuple[str, ...]


def render_text(diff: ScopeDiff) -> str:
    """Return the changes for people, a block for each app."""
    blocks = ["\n".join(_text(diff, change)) for change in diff.changes] or [_NOTHING]
    return "\n\n".join(blocks + [printable(remark) for remark in diff.remarks()]) + "\n"


def render_markdown(diff: ScopeDiff) -> str:
    """Return the changes as a comment on a pull request."""
    blocks = [f"### scopelint: scopes from {escaped(diff.before_name)} to {escaped(diff.after_name)}"]
    blocks += ["\n".join(_markdown(diff, change)) for change in diff.changes] or [f"{_NOTHING}."]
    return "\n\n".join(blocks + [escaped(f"{remark}.") for remark in diff.remarks()]) + "\n"


def render_json(diff: ScopeDiff) -> str:
    """Return the changes as a JSON object."""
    apps = tuple(
        AppChanges(
            **msgspec.structs.asdict(change), newly_asked=change.newly_asked, no_longer_asked=change.no_longer_asked
        )
        for change in diff.changes
    )
    return json_text(
        ScopeChanges(
            version=FORMAT_VERSION,
            before=diff.before_name,
            after=diff.after_name,
            apps=apps,
            remarks=tuple(diff.remarks()),
        )
    )


RENDERERS = {"text": render_text, "markdown": render_markdown, "json": render_json}


def _text(diff: ScopeDiff, change: AppChange) -> Iterator[str]:
    yield printable(_name(change))
    yield from (f"  {sentence}" for sentence in _sentences(change, printable))
    for heading, mark, rows, remark in _lists(change):
        if rows:
            yield f"  {heading}:"
        for row in rows:
            title = diff.title_of(row.scope)
            yield f"    {mark} {row.scope}{f' ({title})' if title else ''}{remark(row)}"
            for call in row.calls:
                yield f"        {call.endpoint} at {printable(f'{call.path}:{call.line}:{call.column}{_doubt(call)}')}"
    if change.still_needed:
        yield f"  Still needed: {', '.join(change.still_needed)}"


def _markdown(diff: ScopeDiff, change: AppChange) -> Iterator[str]:
    yield f"**{escaped(_name(change))}**"
    yield ""
    yield from (f"- {sentence}" for sentence in _sentences(change, code_span))
    for heading, _, rows, remark in _lists(change):
        if rows:
            yield f"- {heading}:"
        for row in rows:
            title = diff.title_of(row.scope)
            yield f"  - {code_span(row.scope)}{f' ({escaped(title)})' if title else ''}{remark(row)}"
            for call in row.calls:
                where = code_span(f"{call.path}:{call.line}")
                yield f"    - {code_span(call.endpoint)} at {where}{escaped(_doubt(call))}"
    if change.still_needed:
        yield f"- Still needed: {', '.join(map(code_span, change.still_needed))}"


def _name(change: AppChange) -> str:
    before, after = change.manifest_before, change.manifest_after
    if before is None or after is None:
        only = before or after
        return "No manifest" if only is None else f"{only} ({'removed' if before else 'new'})"
    return after if before == after else f"{after} (was {before})"


def _lists(
    change: AppChange,
) -> tuple[tuple[str, str, tuple[NeededScope, ...], Callable[[NeededScope], str]], ...]:
    """Return heading, mark, scopes and what to remark on each, for both lists of needed scopes."""
    return (
        ("Newly needed", "+", change.newly_needed, lambda row: "" if row.declared else ", which is not declared"),
        ("No longer needed", "-", change.no_longer_needed, lambda row: ", which is declared" if row.declared else ""),
    )


def _sentences(change: AppChange, shown: Callable[[str], str]) -> Iterator[str]:
    """Yield what changes for clinics."""
    rows = change.declarations
    if any(not row.before for row in rows):
        yield f"This change asks clinics for {_listed(rows, shown, lambda row: row.after if not row.before else '')}"
    if any(not row.after for row in rows):
        yield f"It no longer asks for {_listed(rows, shown, lambda row: row.before if not row.after else '')}"
    for row in rows:
        if row.before and row.after:
            yield f"{shown(row.scope)} is now {row.after}, and was {row.before}"
    if not (rows or change.newly_needed or change.no_longer_needed):
        yield "Nothing changes"


def _listed(
    rows: tuple[DeclaredScope, ...], shown: Callable[[str], str], declared: Callable[[DeclaredScope], str]
) -> str:
    """Return the scopes for which `declared` gives a kind of declaration; of optional ones this is said."""
    told = ((row.scope, declared(row)) for row in rows)
    return ", ".join(shown(scope) + (" (optional)" if kind == "optional" else "") for scope, kind in told if kind)


def _doubt(call: ScopeCall) -> str:
    because = f" ({call.because})" if call.because else ""
    return because if call.certain else f", perhaps{because}"
