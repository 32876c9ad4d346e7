"""The picture as SVG: boxes that lead to what they stand for, and flows as wide as they have calls."""

import math
from collections.abc import Mapping

from scopelint.report.counts import number
from scopelint.report.html.flow_graph import Column, Graph, Link, Node
from scopelint.report.html.flow_layout import STEP, Heights, layout
from scopelint.report.html.markup import EMPTY, Html, tag
from scopelint.report.printable import printable, width

_WIDTHS: Mapping[Column, int] = {Column.APP: 170, Column.MODULE: 262, Column.ENDPOINT: 300, Column.SCOPE: 190}
_GAP = 66
_TOP = 34  # for the columns' headings
_BOX = 24
_CELL = 7.3  # the width of a letter, in the page's monospaced type of 12 units
_PADDING = 10


def flow_svg(graph: Graph) -> Html:
    """Return the picture; nothing when there is nothing to show."""
    if not graph.links:
        return EMPTY
    heights = layout(graph)
    left = _left_edges()
    full = left[Column.SCOPE] + _WIDTHS[Column.SCOPE]
    tall = _TOP + max(heights.values()) + STEP / 2
    numbers = {node: place for place, node in enumerate(graph.nodes)}
    links = sorted(graph.links, key=lambda link: -link.calls)  # thin ones above thick ones
    return tag(
        "svg",
        *(tag("text", column.value, x=left[column], y=14, class_="heading") for column in Column),
        tag("g", *(_link(link, left, heights, numbers) for link in links), class_="links"),
        *(_node(node, left, heights, numbers[node]) for node in graph.nodes),
        viewBox=f"-2 0 {full + 4} {tall:.0f}",
        width=full + 4,
        height=f"{tall:.0f}",
        class_="flow",
        role="group",
        aria_label="Flow from the app through its modules and the endpoints that they call to the scopes",
    )


def _left_edges() -> dict[Column, int]:
    edges, left = {}, 0
    for column in Column:
        edges[column] = left
        left += _WIDTHS[column] + _GAP
    return edges


def _link(link: Link, left: Mapping[Column, int], heights: Heights, numbers: Mapping[Node, int]) -> Html:
    start = left[link.source.column] + _WIDTHS[link.source.column]
    end = left[link.target.column]
    from_y, to_y = _TOP + heights[link.source], _TOP + heights[link.target]
    bend = (end - start) * 0.55
    kind = link.target.kind if link.target.column is not Column.MODULE else "module"
    return tag(
        "path",
        d=f"M{start} {from_y:.1f}C{start + bend:.1f} {from_y:.1f} {end - bend:.1f} {to_y:.1f} {end} {to_y:.1f}",
        stroke_width=f"{1.25 + 1.5 * math.log2(link.calls):.2f}",
        class_=f"link {kind}{' doubtful' if link.doubtful else ''}",
        data_from=numbers[link.source],
        data_to=numbers[link.target],
    )


def _node(node: Node, left: Mapping[Column, int], heights: Heights, place: int) -> Html:
    x, y, wide = left[node.column], _TOP + heights[node], _WIDTHS[node.column]
    count = str(node.calls) if node.calls else ""
    room = int((wide - 2 * _PADDING - (len(count) + 1) * _CELL) / _CELL)
    told = ", ".join(filter(None, (node.label, node.note, number(node.calls, "call"))))
    return tag(
        "a",
        tag("title", told),
        tag("rect", x=x, y=f"{y - _BOX / 2:.1f}", width=wide, height=_BOX, rx=6),
        tag("text", shortened(node.label, room, node.column), x=x + _PADDING, y=f"{y + 4:.1f}"),
        tag("text", count, x=x + wide - _PADDING, y=f"{y + 4:.1f}", text_anchor="end", class_="calls")
        if count
        else EMPTY,
        href=f"#{node.target}",
        class_=f"node {node.kind}",
        data_node=place,
        aria_label=told,
    )


def shortened(label: str, room: int, column: Column) -> str:
    """Return the label in that many cells: of a path the end is kept, of everything else the beginning."""
    plain = printable(label)
    if width(plain) <= room:
        return plain
    ellipsis, kept = "…", plain
    while kept and width(kept) >= room:
        kept = kept[1:] if column is Column.MODULE else kept[:-1]
    return ellipsis + kept if column is Column.MODULE else kept + ellipsis
