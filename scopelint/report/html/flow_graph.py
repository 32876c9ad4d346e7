"""The picture's content: which app's modules call which endpoints, and which scopes these need."""

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from scopelint.model import App, MatchedCall, Report, Verdict
from scopelint.report.counts import number
from scopelint.report.html.calls import CallNames, request
from scopelint.report.html.chips import scope_id
from scopelint.report.html.states import ORDER, ScopeRow, State

_MODULES = 24  # more would make the picture too tall; folders stand in then
_FEWEST = 4  # folders; fewer would say too little, and the busiest modules stand in

UNRESOLVED = "not resolved"


class Column(enum.Enum):
    """The columns, from left to right."""

    APP = "App"
    MODULE = "Modules"
    ENDPOINT = "Endpoints"
    SCOPE = "Scopes"


class Node(msgspec.Struct, frozen=True):
    """A box: `kind` is its class, `target` the id that it leads to, `note` what it says besides its label."""

    column: Column
    key: str
    label: str
    kind: str
    target: str
    calls: int
    note: str = ""


class Link(msgspec.Struct, frozen=True):
    """A flow between two boxes; `doubtful` when every call in it is."""

    source: Node
    target: Node
    calls: int
    doubtful: bool


class Graph(msgspec.Struct, frozen=True):
    """The picture's boxes and flows."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]


class _Flow(msgspec.Struct, frozen=True):
    """One call's way through the picture, for one scope or for none, as keys."""

    matched: MatchedCall
    app: int
    module: str
    endpoint: str
    scope: str
    doubtful: bool


def graph(report: Report, rows: Sequence[tuple[ScopeRow, ...]], names: CallNames) -> Graph:
    """Return the picture of the calls that count, with the scopes that none of them needs at its side."""
    apps = report.apps
    modules = _grouped(matched for app in apps for matched in app.calls if matched.call.live)
    flows = [
        flow
        for number_, (app, found) in enumerate(zip(apps, rows, strict=True))
        for flow in _flows(number_, app, found, modules)
    ]
    nodes = {
        Column.APP: _app_nodes(report, flows),
        Column.MODULE: _module_nodes(flows, names, modules, [app.manifest.folder for app in apps if app.manifest]),
        Column.ENDPOINT: _endpoint_nodes(flows, names),
        Column.SCOPE: _scope_nodes(rows, flows),
    }
    links = (
        *_links(nodes, Column.APP, Column.MODULE, flows),
        *_links(nodes, Column.MODULE, Column.ENDPOINT, flows),
        *_links(nodes, Column.ENDPOINT, Column.SCOPE, flows),
    )
    return Graph(tuple(node for column in nodes.values() for node in column.values()), links)


def _flows(number_: int, app: App, rows: tuple[ScopeRow, ...], modules: Mapping[str, str]) -> Iterable[_Flow]:
    covered = {row.name: row.covered_by for row in rows if row.covered_by}
    for matched in app.calls:
        if matched.call.live:
            module = modules[matched.call.span.path]
            endpoint = UNRESOLVED if matched.verdict is Verdict.UNRESOLVED else request(matched)
            for need in matched.needs:
                scope = covered.get(need.alternatives[0], need.alternatives[0])
                yield _Flow(matched, number_, module, endpoint, scope, not need.certain)
            if not matched.needs:
                yield _Flow(matched, number_, module, endpoint, "", False)


def _grouped(calls: Iterable[MatchedCall]) -> dict[str, str]:
    """Return, for each path that calls, what stands for it: itself, a folder of it, or the rest."""
    counts = Counter(matched.call.span.path for matched in calls)
    groups = {path: path for path in counts}
    depth = max((path.count("/") for path in counts), default=0)
    while len(set(groups.values())) > _MODULES and depth:
        groups = {path: _folder(path, depth) for path in counts}
        depth -= 1
    if len(counts) > _MODULES and not _FEWEST <= len(set(groups.values())) <= _MODULES:
        busiest = {path for path, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[: _MODULES - 1]}
        rest = f"{len(counts) - len(busiest)} other modules"
        groups = {path: path if path in busiest else rest for path in counts}
    return groups


def _folder(path: str, depth: int) -> str:
    parts = PurePosixPath(path).parts
    return path if len(parts) <= depth else "/".join(parts[:depth]) + "/"


def _app_nodes(report: Report, flows: Sequence[_Flow]) -> dict[str, Node]:
    calls = Counter({flow.app: 0 for flow in flows})
    calls.update(app for app, _ in {(flow.app, flow.matched) for flow in flows})
    names = {app: app_name(report, report.apps[app]) for app in calls}
    return {str(app): Node(Column.APP, str(app), names[app], "app", f"app-{app}", calls[app]) for app in calls}


def app_name(report: Report, app: App) -> str:
    """Return what an app is called: the folder of its manifest."""
    folder = PurePosixPath(app.manifest.path).parent.name if app.manifest else ""
    return folder or Path(report.root).name or "app"


def _module_nodes(
    flows: Sequence[_Flow], names: CallNames, modules: Mapping[str, str], folders: Sequence[str]
) -> dict[str, Node]:
    sizes = Counter(modules.values())
    nodes = {}
    for key, calls in _by(flows, "module").items():
        inside = next((folder for folder in folders if folder and key.startswith(f"{folder}/")), "")
        label = key.removeprefix(f"{inside}/") or key
        nodes[key] = Node(Column.MODULE, key, label, "module", _first(calls, names), len(calls), _size(sizes[key]))
    return nodes


def _size(files: int) -> str:
    return number(files, "file") if files > 1 else ""


def _endpoint_nodes(flows: Sequence[_Flow], names: CallNames) -> dict[str, Node]:
    nodes = {}
    for key, calls in _by(flows, "endpoint").items():
        verdicts = {matched.verdict for matched in calls}
        kind = "endpoint" if Verdict.ENDPOINT in verdicts else "unresolved" if key == UNRESOLVED else "odd"
        nodes[key] = Node(Column.ENDPOINT, key, key, kind, _first(calls, names), len(calls))
    return nodes


def _scope_nodes(rows: Sequence[tuple[ScopeRow, ...]], flows: Sequence[_Flow]) -> dict[str, Node]:
    calls = {key: len(found) for key, found in _by(flows, "scope").items()}
    nodes: dict[str, Node] = {}
    worst: dict[str, tuple[State, int]] = {}
    for app, found in enumerate(rows):
        for row in found:
            state = row.states[0]
            if state is not State.COVERED and (row.name not in worst or _rank(state) < _rank(worst[row.name][0])):
                worst[row.name] = (state, app)
    for name, (state, app) in worst.items():
        target = scope_id(name, app)
        nodes[name] = Node(Column.SCOPE, name, name, f"scope {state.slug}", target, calls.get(name, 0), state.value)
    return nodes


def _rank(state: State) -> int:
    return ORDER.index(state)


def _by(flows: Sequence[_Flow], field: str) -> dict[str, set[MatchedCall]]:
    found: dict[str, set[MatchedCall]] = {}
    for flow in flows:
        if key := getattr(flow, field):
            found.setdefault(key, set()).add(flow.matched)
    return found


def _first(calls: Iterable[MatchedCall], names: CallNames) -> str:
    return names.ids[min(calls, key=lambda matched: (matched.call.span, repr(matched)))]


def _links(
    nodes: Mapping[Column, Mapping[str, Node]], source: Column, target: Column, flows: Sequence[_Flow]
) -> Iterable[Link]:
    calls: dict[tuple[str, str], set[MatchedCall]] = {}
    sure: set[tuple[str, str]] = set()
    for flow in flows:
        keys = {Column.APP: str(flow.app), Column.MODULE: flow.module, Column.ENDPOINT: flow.endpoint}
        pair = (keys[source], keys.get(target, flow.scope))
        if pair[1] in nodes[target]:
            calls.setdefault(pair, set()).add(flow.matched)
            if not flow.doubtful or target is not Column.SCOPE:
                sure.add(pair)
    return (
        Link(nodes[source][pair[0]], nodes[target][pair[1]], len(found), pair not in sure)
        for pair, found in calls.items()
    )
