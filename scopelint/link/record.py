"""What was seen: each request with its place, its chain of calls, how sure it is and what reached it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from scopelint.facts import ir
from scopelint.link import flow, origins, refusals, source, supply, text, urls
from scopelint.link.libraries import VERBS
from scopelint.link.values import External, Hole, Lit, Str, Unknown, Why
from scopelint.model import ApiCall, Certainty, ChainLink, Origin, Query, QueryParameter, Span

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.state import Frame
    from scopelint.link.values import Value


class Recorded(msgspec.Struct, frozen=True):
    """A request as recorded: the call, the root that ran, the functions that it went through."""

    call: ApiCall
    root: int  # identity of the root function's node, 0 for a module
    functions: tuple[int, ...]  # nodes of the functions on the chain, from the root
    parameter: int  # root whose unknown parameter stopped resolution, or stands for the resource, else 0
    entry: tuple[ir.Function, ir.Call] | None  # the root function and its first call
    in_library: bool
    sites: tuple[object, ...]  # the call sites from the root on: the identity of the chain

    def is_through_self(self) -> bool:
        """Say whether the root sends through its own instance: its first call is on it, or is given a part of it."""
        if self.entry is None or not self.entry[0].parameters:
            return False
        function, site = self.entry
        names = flow.derived_from(function, function.parameters[0].name)
        node: object = site.func
        while type(node) in (ir.Attr, ir.Call, ir.Sub):
            node = node.func if type(node) is ir.Call else node.value  # type: ignore[attr-defined]  # each kind has it
        if type(node) is ir.Name and node.id in names:
            return True
        return any(not names.isdisjoint(flow.stmt_reads(arg.value)) for arg in site.args)


class Recorder:
    """Collects requests; `requests` are those of the root that runs now."""

    def __init__(self) -> None:
        self.requests: dict[ApiCall, Recorded] = {}
        self.sent = 0  # how many requests were noted in all

    def record(
        self,
        m: Machine,
        method: Value,
        url: Str,
        parameters: list[QueryParameter],
        is_open: bool,
        node: ir.Call | None,
        sink: str,
        doubtful: str,
    ) -> None:
        """Note a request that the machine sends now."""
        taken = urls.take_apart(url)
        name, method_why = _method(m, method)
        frames = list(reversed(m.frames()))  # from the root
        resource = _with_selectors(m, _fixing_literals(m, taken))
        verb = {part.origin for part in method.parts if type(part) is Lit} if type(method) is Str else set()
        verb = _with_selectors(m, verb - {0})
        stopped = _unknown_values(url, method)
        index = supply.fixing_frame(m, frames, resource, verb, stopped)
        why = taken.why if taken.path is None or urls.ANYTHING in taken.path else None
        why = why or (method_why if name is None else None)
        parameter = why.parameter if why is not None else _of_resource(taken.path, stopped)
        self._add(
            m, frames, index, node, sink,
            method=name, origin=origins.origin(m, taken), path=taken.path,
            query=Query(tuple(_unique([*taken.parameters, *parameters])), is_open or taken.open),
            why=why, doubtful=doubtful, operation="", parameter=parameter,
        )  # fmt: skip

    def record_operation(
        self,
        m: Machine,
        operation: str,
        parameters: list[QueryParameter],
        is_open: bool,
        node: ir.Call | None,
        sink: str,
        configured: bool,
    ) -> None:
        """Note a call into an SDK whose source is not at hand."""
        frames = list(reversed(m.frames()))
        reason = "" if configured else f"{sink} is taken for the operation by its name, since its source is not at hand"
        self._add(
            m, frames, len(frames) - 1, node, sink,
            method=None, origin=urls.NOTHING_KNOWN, path=None, query=Query(tuple(parameters), is_open),
            why=None, doubtful=reason, operation=operation,
        )  # fmt: skip

    def record_any(self, m: Machine, origin: Origin, why: Why, node: ir.Call | None) -> None:
        """Note a request of which only the origin is known."""
        frames = list(reversed(m.frames()))
        self._add(
            m, frames, len(frames) - 1, node, "getattr",
            method=None, origin=origin, path=urls.ANYTHING, query=Query((), True), why=why, doubtful="", operation="",
            parameter=why.parameter,
        )  # fmt: skip

    def _add(
        self,
        m: Machine,
        frames: list[Frame],
        index: int,
        node: ir.Call | None,
        sink: str,
        *,
        method: str | None,
        origin: Origin,
        path: str | None,
        query: Query,
        why: Why | None,
        doubtful: str,
        operation: str,
        parameter: int = 0,
    ) -> None:
        self.sent += 1
        index = _own_frame(frames, index)
        sites = [*(frame.call for frame in frames[1:]), node]
        while index > 0 and sites[index] is None:
            index -= 1
        links = []
        for frame, site in zip(frames[index:], sites[index:], strict=True):
            if site is not None:
                links.append(ChainLink(_span(frame, site), source.of(site.func)))
        if not links:
            return
        span = links[0].span
        if sites[index] is None and not frames[index].module.library and (own := frames[index].function) is not None:
            line, column, _, _ = own.node.place  # no call stands where it enters what sends
            span = Span(frames[index].module.path, line, column, line, column + 1)
        reason, certainty = doubtful, Certainty.PROBABLE if doubtful else Certainty.CERTAIN
        if m.doubt and not reason:
            reason, certainty = (
                "the receiver is not known, and a class of the project has this method",
                Certainty.PROBABLE,
            )
        expression = ""
        if why is not None:
            reason, certainty, expression = why.text, Certainty.UNRESOLVED, why.expression
        call = ApiCall(
            method=method, origin=origin, path=path, query=query, span=span, chain=tuple(links), sink=sink,
            certainty=certainty, live=True, handled=refusals.is_handled(m, frames, sink), reason=reason,
            expression=expression, operation=operation, roots=(frames[0].module.path,),
        )  # fmt: skip
        functions = tuple(id(frame.function.node) for frame in frames if frame.function is not None)
        root = functions[0] if functions and frames[0].function is not None else 0
        self.requests[call] = Recorded(
            call,
            root,
            functions,
            parameter,
            _entry(frames[0], sites[0]),
            frames[0].module.library,
            tuple(
                (frame.module.path, None if site is None else site.place)
                for frame, site in zip(frames, sites, strict=True)
            ),
        )


def _fixing_literals(m: Machine, taken: urls.Url) -> set[int]:
    """Return the literals that say which endpoint it is: not those that only fill a place for an identifier."""
    if taken.path is None:
        return set(taken.literals)
    start, segments = urls.segments(taken.path)
    fixed = _fixed_places(m.shapes, tuple(segments))
    chosen = set()
    for literal in taken.literals:
        touched = {
            index for begin, end in taken.places(literal) for index in urls.touched(taken.path, start, begin, end)
        }
        if fixed is None:
            if taken.is_piece(literal):
                chosen.add(literal)
        elif touched & fixed:
            chosen.add(literal)
    if not chosen and fixed is None:
        chosen = {literal for literal in taken.literals if not taken.is_base(literal)}
    return chosen or set(taken.literals)


@lru_cache(maxsize=4096)  # an app calls an endpoint from many places
def _fixed_places(shapes: tuple[tuple[str, ...], ...], segments: tuple[str, ...]) -> frozenset[int] | None:
    """Return which segments of a path are literal in the table's row of its shape, None when no row has it."""
    fixed: frozenset[int] | None = None
    for shape in shapes:
        if len(shape) == len(segments) and all(a in ("{}", b) for a, b in zip(shape, segments, strict=True)):
            places = frozenset(index for index, segment in enumerate(shape) if segment != "{}")
            fixed = places if fixed is None or len(places) > len(fixed) else fixed
    return fixed


def _method(m: Machine, method: Value) -> tuple[str | None, Why | None]:
    from scopelint.link import rendering

    if type(method) is External:
        last = method.name.rpartition(".")[2].removeprefix("METH_")
        if last.lower() in VERBS:
            return last.upper(), None  # a constant of a library: Method.GET
    shown = rendering.to_text(m, method) if type(method) is not Str else method
    known = text.known(shown)
    if known is not None:
        return known.upper() or "GET", None
    for part in shown.parts:
        if type(part) is Hole:
            why = part.why
            return None, Why(f"the method is not known: {why.text}", why.expression, why.parameter, why.name)
    return None, Why("the method is not known")


def _unknown_values(url: Str, method: Value) -> list[Why]:
    found = [part.why for part in url.parts if type(part) is Hole]
    if type(method) is Unknown:
        found.append(method.why)
    return found


_RESOURCE_HOLE = re.compile(r"(?:/v\d+)?/\{\}(?:/|$)")


def _of_resource(path: str | None, stopped: list[Why]) -> int:
    """Return the root whose parameter stands for the resource, the first segment of a path; 0 when none does."""
    if path is None or not _RESOURCE_HOLE.match(path):
        return 0
    return next((why.parameter for why in stopped if why.parameter), 0)


def _unique(parameters: list[QueryParameter]) -> list[QueryParameter]:
    found: dict[str, QueryParameter] = {}
    for parameter in parameters:
        found[parameter.name] = parameter
    return list(found.values())


def _span(frame: Frame, site: ir.Call) -> Span:
    line, column, end_line, end_column = site.place
    return Span(frame.module.path, line, column, end_line, end_column)


def _with_selectors(m: Machine, literals: set[int]) -> set[int]:
    return literals | {key for origin in literals for key in m.selectors.get(origin, ())}


def _own_frame(frames: list[Frame], index: int) -> int:
    """Return the frame at or above `index` that is in the app's own code, where there is one."""
    entry = next((position for position, frame in enumerate(frames) if frame.module.library), None)
    if entry is None or entry > index:
        return index
    return max(entry - 1, 0)


def _entry(frame: Frame, site: ir.Call | None) -> tuple[ir.Function, ir.Call] | None:
    return None if frame.function is None or site is None else (frame.function.node, site)
