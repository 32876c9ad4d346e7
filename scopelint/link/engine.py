"""The linker's front: sets the machine up, runs the roots, and turns what was recorded into API calls."""

from __future__ import annotations

import gc
import re
from typing import TYPE_CHECKING

import msgspec

from scopelint.deepstack import with_large_stack
from scopelint.link import flow, libraries, roots
from scopelint.link.bounds import LAST_STEPS, MAX_TOTAL_STEPS, STEPS_A_FUNCTION
from scopelint.link.machine import Machine
from scopelint.link.modules import Modules
from scopelint.link.record import Recorded, Recorder
from scopelint.link.relevance import Relevance
from scopelint.model import ApiCall, Certainty, Query, QueryParameter, ReachedBound, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from scopelint.facts.ir import Facts
    from scopelint.link.libraries import Row
    from scopelint.link.modules import Module, Tree
    from scopelint.link.values import FunctionValue


class LinkRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the linker needs to know.

    `tree` are all Python files of the project, relative to its root; `own` those that are analysed; `load` gives a
    file's facts (paths of search roots are absolute), None for a file that cannot be read. Those of `own` that are
    `apart` have to do with the platform at most in ways that no text shows: they run when the others have, so that
    they take no steps from them.
    """

    tree: Tree
    own: tuple[str, ...]
    apart: frozenset[str] = frozenset()
    load: Callable[[str], Facts | None]
    search: tuple[tuple[str, Tree], ...] = ()  # absolute folder with a trailing slash, and its files
    is_library: Callable[[str], bool] = lambda _path: False
    variables: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    clients: tuple[Row, ...] = ()
    operations: Mapping[str, str] = {}  # configured: qualified name -> operation
    operation_names: frozenset[str] = frozenset()  # derived from the catalog
    shapes: tuple[tuple[str, ...], ...] = ()  # the table's paths after the version, by segments, parameters as "{}"
    mentioned: frozenset[str] = frozenset()  # names in configuration files that may refer to code
    count_dead_code: bool = False


class Linked(msgspec.Struct, frozen=True):
    """The API calls of the project, and what bounds were reached."""

    calls: tuple[ApiCall, ...]
    bounds: tuple[ReachedBound, ...] = ()
    faults: tuple[str, ...] = ()  # entry points that could not be followed, by a fault of this program


def link(request: LinkRequest) -> Linked:
    """Run the project abstractly and return the requests that it sends."""
    enabled = gc.isenabled()
    gc.disable()  # nearly everything made here lives to the end; collecting costs a fifth of the time
    try:
        return with_large_stack(lambda: _link(request))
    finally:
        if enabled:
            gc.enable()


def _link(request: LinkRequest) -> Linked:
    table = libraries.load(request.clients)
    modules = Modules(
        request.tree,
        request.load,
        request.search,
        request.is_library,
        table.tops,
    )
    operations = frozenset(name.rpartition(".")[2] for name in (*request.operation_names, *request.operations))
    m = Machine(modules, table, Recorder(), request.variables, Relevance(modules, table, operations))
    m.hosts = request.hosts
    m.operation_prefixes = frozenset(
        ".".join(parts[: size + 1])
        for name in request.operations
        for parts in [name.replace("()", "").split(".")]
        for size in range(len(parts))
    )
    m.shapes = request.shapes
    m.vocabulary = _vocabulary(request)
    m.settings_paths = tuple(
        path for path in request.own if path.rpartition("/")[2] == "settings.py" or "/settings/" in f"/{path}"
    )
    runner = roots.Runner(m, request.count_dead_code, request.mentioned)
    done: list[FunctionValue] = []
    for apart in (False, True):
        paths = [path for path in request.own if (path in request.apart) is apart]
        _run(m, runner, [module for path in paths if (module := modules.get(path)) is not None], done)
    return Linked(_calls(m, runner), tuple(sorted(m.spent)), tuple(m.faults))


def _run(m: Machine, runner: roots.Runner, own: list[Module], done: list[FunctionValue]) -> None:
    """Run some modules, and the functions that are known by then, but for those `done`, which are added."""
    if not own:
        return
    _prepare(m, own)  # bodies run code, too
    runner.modules(module for module in own if not module.library)
    _prepare(m, m.modules.loaded())
    seen = {id(function.node) for function in done}
    functions = [function for key, function in m.functions.items() if key not in seen]
    done.extend(functions)
    runner.all(functions)
    _late_functions(m, runner, done)
    runner.unused_modules(own)
    _late_functions(m, runner, done)


def _prepare(m: Machine, modules: list[Module]) -> None:
    """Set what the machine knows of the functions in some modules: which may send, which look for a refusal."""
    m.relevance.learn(modules)
    functions = m.relevance.functions
    m.most_steps = MAX_TOTAL_STEPS + STEPS_A_FUNCTION * len(functions)
    m.last_steps = LAST_STEPS * m.most_steps
    names = {function.name for function in functions if m.relevance.may_send(function)}
    m.refusal_helpers = frozenset(f.name for f in functions if f.checks_refusal and f.name not in names)


def _late_functions(m: Machine, runner: roots.Runner, done: list[FunctionValue]) -> None:
    """Run functions that were defined while others ran: nested ones that nothing called."""
    for _ in range(3):
        seen = {id(function.node) for function in done}
        fresh = [function for key, function in m.functions.items() if key not in seen and key not in m.entered]
        if not fresh:
            return
        done.extend(fresh)
        runner.all(fresh)


_SUFFIX = re.compile(r"_(?:with_http_info|without_preload_content|detailed|async|sync)$")
"""What generators append to an operation's name for its variants."""


def _vocabulary(request: LinkRequest) -> Callable[[str], tuple[str, bool] | None]:
    configured = {name.replace("()", ""): operation for name, operation in request.operations.items()}

    def look_up(name: str) -> tuple[str, bool] | None:
        found = configured.get(name)
        if found is not None:
            return found, True
        parts = _SUFFIX.sub("", name).split(".")
        for size in (1, 2, 3):
            for end in (len(parts), len(parts) - 1):
                tail = ".".join(parts[max(end - size, 0) : end])
                if tail in request.operation_names:
                    return tail, False
        return None

    return look_up


def _calls(m: Machine, runner: roots.Runner) -> tuple[ApiCall, ...]:
    """Return the calls that count and those that do not, without versions that a caller has fixed."""
    live = [_with_checks(m, recorded) for found in runner.results.values() for recorded in found.values()]
    live = _without_gaps(live)
    dead = [recorded for found in runner.dead.values() for recorded in found.values()]
    counted = [recorded for recorded in dead if _counts(recorded)]
    fixed = {function for recorded in (*live, *counted) for function in recorded.functions[1:]}
    merged: dict[tuple[object, ...], ApiCall] = {}
    for recorded in _one_a_chain(found for found in live if not _is_open_version(found, fixed)):
        if not recorded.in_library:
            _merge(merged, recorded.call)
        elif recorded.call.certainty is not Certainty.UNRESOLVED and not recorded.parameter:
            _merge(merged, _at_reference(m, recorded))
    for recorded in _one_a_chain(found for found in dead if not _is_open_version(found, fixed)):
        _merge(merged, msgspec.structs.replace(recorded.call, live=_counts(recorded)))
    return tuple(sorted(merged.values(), key=_order))


def _counts(recorded: Recorded) -> bool:
    """Say whether a request counts of a function that nothing refers to."""
    return not recorded.is_through_self() and not recorded.in_library


def _without_gaps(found: list[Recorded]) -> list[Recorded]:
    """Return the requests without those whose path lacks a segment that the same call otherwise fills.

    `f"/patients/{key or ''}"` is written for the type checker: without its key, nothing is asked for.
    """
    with_gap = [recorded for recorded in found if "//" in (recorded.call.path or "")]
    if not with_gap:
        return found
    filled = {
        (recorded.sites, recorded.call.method, (recorded.call.path or "").replace("{}", ""))
        for recorded in found
        if "{}" in (recorded.call.path or "")
    }
    gaps = {
        recorded.call
        for recorded in with_gap
        if (recorded.sites, recorded.call.method, recorded.call.path) in filled
        and "{}" not in (recorded.call.path or "")
    }
    return [recorded for recorded in found if recorded.call not in gaps]


def _with_checks(m: Machine, recorded: Recorded) -> Recorded:
    """Return a request that counts as handled where a function on its way was seen to look for a refusal."""
    if recorded.call.handled or m.refusal_checks.isdisjoint(recorded.functions):
        return recorded
    return msgspec.structs.replace(recorded, call=msgspec.structs.replace(recorded.call, handled=True))


def _at_reference(m: Machine, recorded: Recorded) -> ApiCall:
    """Return a request of library code that is referred to but seen called nowhere, where the app refers to it."""
    function = m.functions.get(recorded.root)
    if function is None:
        return recorded.call
    name = function.node.name
    site = m.sites.get(recorded.root) or m.sites.get(name)
    if site is None:
        return recorded.call
    path, by = site
    named = flow.call_naming(by, name)
    line, column = by.place[:2]
    span = Span(path, line, column, line, column + 1) if named is None else Span(path, *named.place)
    by_name = recorded.root not in m.referred
    return msgspec.structs.replace(recorded.call, span=span, by_name=by_name)


def _one_a_chain(found: Iterable[Recorded]) -> Iterator[Recorded]:
    """Yield one request a chain of call sites and endpoint: what only some of its variants send, is perhaps sent."""
    groups: dict[tuple[object, ...], list[Recorded]] = {}
    for recorded in found:
        call = recorded.call
        groups.setdefault((recorded.sites, call.span, call.method, call.origin, call.path, call.operation), []).append(
            recorded
        )
    for group in groups.values():
        if len(group) == 1:
            yield group[0]
            continue
        best = min(group, key=lambda recorded: _rank(recorded.call))
        handled = all(recorded.call.handled for recorded in group)
        query = _joined([recorded.call.query for recorded in group])
        yield msgspec.structs.replace(best, call=msgspec.structs.replace(best.call, query=query, handled=handled))


def _joined(queries: list[Query]) -> Query:
    names = dict.fromkeys(parameter.name for query in queries for parameter in query.parameters)
    found = []
    for name in names:
        same = [parameter for query in queries for parameter in query.parameters if parameter.name == name]
        values = {parameter.value for parameter in same}
        maybe = len(same) < len(queries) or any(parameter.maybe for parameter in same)
        found.append(QueryParameter(name, values.pop() if len(values) == 1 else None, maybe))
    return Query(tuple(found), any(query.open for query in queries))


def _is_open_version(recorded: Recorded, fixed: set[int]) -> bool:
    """Say whether a request is unresolved only since its root ran without a caller, while callers do fix it."""
    return recorded.parameter != 0 and recorded.parameter in fixed


def _merge(merged: dict[tuple[object, ...], ApiCall], call: ApiCall) -> None:
    """Keep one call a place, endpoint and query; certain wins over probable, used over unused."""
    key = (call.span, call.method, call.origin, call.path, call.query, call.operation)
    other = merged.get(key)
    if other is None:
        merged[key] = call
        return
    better = call if _rank(call) < _rank(other) else other
    merged[key] = msgspec.structs.replace(
        better,
        live=call.live or other.live,
        handled=call.handled and other.handled,
        roots=tuple(sorted({*call.roots, *other.roots})),
    )


def _rank(call: ApiCall) -> tuple[bool, int, int]:
    order = (Certainty.CERTAIN, Certainty.PROBABLE, Certainty.UNRESOLVED)
    return not call.live, order.index(call.certainty), len(call.chain)


def _order(call: ApiCall) -> tuple[object, ...]:
    return call.span, call.method or "", call.path or "", call.origin.text or "", str(call.query), call.operation
