"""Did you mean: the nearest of the known names."""

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name at the least edit distance; None when even that one is too far to be meant."""
    best = min(known, key=lambda candidate: (distance(name, candidate), candidate), default=None)
    if best is None or distance(name, best) > max(2, len(name) // 3):
        return None
    return best


def distance(left: str, right: str) -> int:
    """Return the least number of letters to insert, delete, replace or swap with a neighbour."""
    rows = [list(range(len(right) + 1))]
    for i, letter in enumerate(left[:64], 1):  # hostile names are long; nobody mistypes that much
        row = [i]
        for j, other in enumerate(right, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
