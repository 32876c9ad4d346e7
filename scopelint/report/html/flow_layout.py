"""Where the picture's boxes stand: columns ordered so that few flows cross, each box near those that it flows to."""

from collections.abc import Mapping, Sequence

from scopelint.report.html.flow_graph import Column, Graph, Node

STEP = 30.0  # from one box to the next
_SWEEPS = 8

Heights = dict[Node, float]


def layout(graph: Graph) -> Heights:
    """Return each box's distance from the top, to its middle."""
    near = _neighbours(graph)
    columns = [[node for node in graph.nodes if node.column is column] for column in Column]
    tallest = max((len(column) for column in columns), default=0) * STEP
    heights = {node: (place + 0.5) * tallest / len(column) for column in columns for place, node in enumerate(column)}
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 else reversed(columns):
            heights.update(_settled(column, near, heights, tallest))
    return heights


def _neighbours(graph: Graph) -> Mapping[Node, list[tuple[Node, int]]]:
    near: dict[Node, list[tuple[Node, int]]] = {node: [] for node in graph.nodes}
    for link in graph.links:
        near[link.source].append((link.target, link.calls))
        near[link.target].append((link.source, link.calls))
    return near


def _settled(
    column: Sequence[Node], near: Mapping[Node, list[tuple[Node, int]]], heights: Heights, tallest: float
) -> Heights:
    """Return the column's heights: each box at the mean of its neighbours, pushed apart where they would touch."""
    wanted = {node: _mean(near[node], heights, tallest) for node in column}
    ordered = sorted(column, key=lambda node: (wanted[node], heights[node], node.key))
    placed: list[float] = []
    for node in ordered:
        placed.append(max(wanted[node], placed[-1] + STEP if placed else wanted[node]))
    # Pushing apart only moved boxes down: half of it is taken back, so that a crowd stays around its middle.
    drift = sum(now - wanted[node] for node, now in zip(ordered, placed, strict=True)) / max(1, len(placed))
    placed = [max(height - drift, STEP / 2 + STEP * place) for place, height in enumerate(placed)]
    lowest = tallest - STEP / 2 - STEP * (len(placed) - 1)
    return {node: min(placed[place], lowest + STEP * place) for place, node in enumerate(ordered)}


def _mean(neighbours: Sequence[tuple[Node, int]], heights: Heights, lowest: float) -> float:
    """Return the mean height of a box's neighbours; a box without any stands at the bottom."""
    weight = sum(calls for _, calls in neighbours)
    return sum(heights[node] * calls for node, calls in neighbours) / weight if weight else lowest
