"""The bounds of the resolver that a run reached, in words."""

from scopelint.model import Report

_NAMED = 3  # files that a clause names


def bound_clauses(report: Report) -> tuple[str, ...]:
    """Return a clause for each bound that was reached: which, in which files, and what it may cost."""
    files: dict[tuple[str, bool], set[str]] = {}
    for app in report.apps:
        for bound in app.bounds:
            files.setdefault((bound.limit, bound.cuts), set()).add(bound.path)
    return tuple(f"{limit}{_in(paths)}: {_cost(cuts)}" for (limit, cuts), paths in sorted(files.items()))


def _in(paths: set[str]) -> str:
    named = sorted(paths)[:_NAMED]
    left = len(paths) - len(named)
    return f" in {', '.join(named)}" + (f" and {left} more" if left else "")


def _cost(cuts: bool) -> str:
    return "calls beyond that may be missing" if cuts else "values beyond that are taken together"
