"""Which findings the user wants to see: `select`, `ignore` and `per-file-ignores`."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from scopelint.errors import ScopelintError
from scopelint.model import Finding
from scopelint.nearest import nearest


def select(
    findings: Iterable[Finding],
    *,
    known: Iterable[str],
    selected: Sequence[str] = (),
    ignored: Sequence[str] = (),
    per_file_ignores: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Finding, ...]:
    """Return the findings that are selected and not ignored.

    Selectors are codes or beginnings of codes ("SCL1"); nothing selected means everything. The more exact selector
    wins, and `ignored` wins when both are as exact. `per_file_ignores` has gitignore patterns of paths. `known` are all
    codes; raises ScopelintError for a selector that none of them begins with.
    """
    files = per_file_ignores or {}
    codes = tuple(known)
    for selector in (*selected, *ignored, *(code for listed in files.values() for code in listed)):
        if wrong := mistake(selector, codes):
            raise ScopelintError(wrong)
    chosen = {code for code in codes if _exactness(code, selected or ("",)) > _exactness(code, ignored)}
    is_ignored = _per_file(files)
    return tuple(finding for finding in findings if finding.code in chosen and not is_ignored(finding))


def mistake(selector: str, codes: Sequence[str]) -> str:
    """Return what is wrong with a selector, "" when one of the codes begins with it."""
    if selector and any(code.startswith(selector.upper()) for code in codes):
        return ""
    close = nearest(selector.upper(), codes)
    return f'no rule is called "{selector}"' + (f"; did you mean {close}?" if close else "")


def _exactness(code: str, selectors: Sequence[str]) -> int:
    """Return the length of the longest selector that covers the code, -1 when none does."""
    return max((len(selector) for selector in selectors if code.startswith(selector.upper())), default=-1)


def _per_file(files: Mapping[str, Sequence[str]]) -> Callable[[Finding], bool]:
    if not files:
        return lambda _: False
    from pathspec import GitIgnoreSpec

    specs = [(GitIgnoreSpec.from_lines([pattern]), codes) for pattern, codes in files.items()]
    return lambda finding: any(
        _exactness(finding.code, codes) >= 0 and spec.match_file(finding.span.path) for spec, codes in specs
    )
