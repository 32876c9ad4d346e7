"""Places of calls, functions and classes, from one run of libcst's code generator.

libcst's own position provider records every node and copies the tree first, which costs more than parsing. Here the
generator's tokens are kept, the nodes that matter note between which tokens they stand, and one pass over the tokens'
lengths gives the places.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from types import TracebackType
from typing import TYPE_CHECKING

import libcst as cst
from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    from scopelint.facts.ir import Comment, Place

_TEXTS = (cst.FormattedString, cst.TemplatedString)
_PLACED = frozenset({cst.Call, cst.FunctionDef, cst.ClassDef, cst.Lambda, *_TEXTS})
_NEWLINE = re.compile(r"\r\n?|\n")


class _Nothing:
    """A context that records nothing."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


_NOTHING = _Nothing()


class _Recorder:
    """A context that notes the first and the last token of a node."""

    __slots__ = ("first", "node", "state")

    def __init__(self, state: _State, node: cst.CSTNode) -> None:
        self.state = state
        self.node = node
        self.first = 0

    def __enter__(self) -> None:
        self.first = len(self.state.tokens)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.state.spans[self.node] = (self.first, len(self.state.tokens))


class _State(CodegenState):
    """A code generator's state that keeps token spans of the nodes that matter."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.spans: dict[cst.CSTNode, tuple[int, int]] = {}

    def record_syntactic_position(  # type: ignore[override]  # a context object costs a tenth of a generator's
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,  # noqa: ARG002 - libcst's signature
        end_node: cst.CSTNode | None = None,  # noqa: ARG002 - libcst's signature
    ) -> _Nothing | _Recorder:
        return _Recorder(self, node) if type(node) in _PLACED else _NOTHING


class Places:
    """Where the nodes of one module stand, and its comments.

    `of(node)` answers for calls, lambdas, functions and classes.
    """

    def __init__(self, module: cst.Module) -> None:
        state = _State(module)
        module._codegen(state)
        self._tokens: list[str] = state.tokens
        self._spans = state.spans
        self._offsets = [0, *accumulate(map(len, self._tokens))]
        code = "".join(self._tokens)
        self._starts = [0, *(match.end() for match in _NEWLINE.finditer(code))]

    def of(self, node: cst.CSTNode) -> Place:
        """Return the place of `node`."""
        first, last = self._spans[node]
        end = min(last, len(self._offsets) - 1)  # the generator takes back a file's last newline
        return (*self._point(self._offsets[first]), *self._point(self._offsets[end]))

    def comments(self) -> list[Comment]:
        """Return each comment."""
        continuing: set[int] = set()  # the lines that begin inside of a string, or after a backslash
        texts: set[int] = set()  # the tokens of f-strings, which may look like comments
        for node, (first, last) in self._spans.items():
            if isinstance(node, _TEXTS):
                texts.update(range(first, last))
                continuing.update(self._begun(first, last))
        found: list[Comment] = []
        for index, token in enumerate(self._tokens):
            if token.startswith("#"):
                if index not in texts:
                    line, _ = start = self._point(self._offsets[index])
                    while line in continuing:
                        line -= 1
                    found.append((line, *start, token))
            elif _NEWLINE.search(token) and not _NEWLINE.fullmatch(token):
                continuing.update(self._begun(index, index + 1))
        return found

    def _begun(self, first: int, last: int) -> range:
        """Return the lines that begin between two tokens."""
        start, end = (self._point(self._offsets[index])[0] for index in (first, last))
        return range(start + 1, end + 1)

    def _point(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
