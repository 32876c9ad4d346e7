"""Finding the rows of the table that a path is, could be, or was meant to be."""

import functools
from collections.abc import Sequence

import msgspec

from scopelint.catalog.model import Catalog, Endpoint
from scopelint.catalog.template import HOLE, OPEN_HOLE, accepts, could_be, has_hole
from scopelint.nearest import distance

_LENGTH_LIMIT = 1000  # characters; the comparison's cost grows with a path's length, and no row's path is as long


class Rows(msgspec.Struct, frozen=True):
    """What the table has for a path, whatever the method.

    `exact` are the rows that it certainly has the shape of, `possible` those that its holes could make it.
    """

    exact: tuple[Endpoint, ...]
    possible: tuple[Endpoint, ...]


@functools.lru_cache(maxsize=4096)
def look_up(catalog: Catalog, path: str) -> Rows:
    """Return the rows for a normalised path ("/v3/notes/{}").

    Of rows of one shape, those with more literal segments win: `/v3/emails/send` is not `/v3/emails/{id}`.
    """
    exact: list[Endpoint] = []
    if OPEN_HOLE not in path:
        segments = tuple(path.strip("/").split("/"))
        exact = [row for row in catalog.endpoints if accepts(row.shape, segments)]
        most = max((_literals(row) for row in exact), default=0)
        exact = [row for row in exact if _literals(row) == most]
    possible = tuple(row for row in could_match(catalog, path) if row not in exact) if has_hole(path) else ()
    return Rows(tuple(exact), possible)


def could_match(catalog: Catalog, path: str) -> tuple[Endpoint, ...]:
    """Return the rows that some text for the path's holes makes it."""
    if len(path) > _LENGTH_LIMIT:
        path = path[:_LENGTH_LIMIT].rpartition("/")[0] + "/" + OPEN_HOLE
    return tuple(row for row in catalog.endpoints if could_be(row.path, path))


def _literals(row: Endpoint) -> int:
    return sum(segment != HOLE for segment in row.shape)


def nearest_row(catalog: Catalog, method: str | None, path: str) -> Endpoint | None:
    """Return the row that was probably meant by a path that is none; None when nothing is near.

    Segments may be misspelt, forgotten or superfluous; at least one literal segment must be much the same.
    """
    segments = path[len(catalog.prefix) :].strip("/").split("/")
    best: tuple[float, bool, str] | None = None
    found = None
    for row in catalog.endpoints:
        cost, alike = _cost(segments, row.shape[len(catalog.prefix.strip("/").split("/")) if catalog.prefix else 0 :])
        rank = (cost, row.method != method, row.path)
        if alike and cost <= 1 and (best is None or rank < best):
            best, found = rank, row
    return found


def _cost(segments: Sequence[str], shape: Sequence[str]) -> tuple[float, bool]:
    """Return the edit cost between two lists of segments, and whether any literal segment is much the same."""
    rows: list[list[tuple[float, bool]]] = [[(0.75 * j, False) for j in range(len(shape) + 1)]]
    for i, segment in enumerate(segments[:16], 1):
        row = [(0.75 * i, False)]
        for j, other in enumerate(shape, 1):
            price, alike = _difference(segment, other)
            before = rows[-1][j - 1]
            choices = (
                (rows[-1][j][0] + 0.75, rows[-1][j][1]),
                (row[-1][0] + 0.75, row[-1][1]),
                (before[0] + price, before[1] or alike),
            )
            row.append(min(choices, key=lambda choice: (choice[0], not choice[1])))
        rows.append(row)
    return rows[-1][-1]


def _difference(segment: str, other: str) -> tuple[float, bool]:
    """Return how different two segments are, from 0 to 1, and whether they are much the same literal."""
    if other == HOLE:
        return (0.0 if HOLE in segment or any(letter.isdigit() for letter in segment) else 0.25), False
    if has_hole(segment):
        return 1.0, False
    share = distance(segment, other) / max(len(segment), len(other))
    return (share, True) if share < 0.5 else (1.0, False)
