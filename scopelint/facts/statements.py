"""The walk over statements and patterns, on top of that over expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from scopelint.facts import ir
from scopelint.facts.expressions import _OPERATORS, ExpressionWalk, _names_refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scopelint.facts.places import Places

MAX_BLOCKS = 90
"""Blocks nested deeper than this are left out: execution recurses once a level."""


class Walk(ExpressionWalk):
    """Turns a module's statements into `ir` nodes."""

    _blocks = 0

    def __init__(self, places: Places) -> None:
        super().__init__(places)
        self.imports: list[ir.Import | ir.ImportFrom] = []

    def block(self, body: Sequence[cst.CSTNode]) -> tuple[ir.Stmt, ...]:
        """Return the executable forms of the statements of a block."""
        if self._blocks > MAX_BLOCKS:
            return ()
        self._blocks += 1
        found: list[ir.Stmt] = []
        for node in body:
            if type(node) is cst.SimpleStatementLine:
                for small in node.body:
                    self._add(found, small)
            else:
                self._add(found, node)
        self._blocks -= 1
        return tuple(found)

    def _add(self, found: list[ir.Stmt], node: cst.CSTNode) -> None:
        walk = _WALKS.get(type(node))
        if walk is not None:
            result = walk(self, node)
            if isinstance(result, list):
                found.extend(result)
            elif result is not None:
                found.append(result)

    def _suite(self, node: cst.BaseSuite | cst.Else | cst.Finally | None) -> tuple[ir.Stmt, ...]:
        if node is None:
            return ()
        suite = node.body if isinstance(node, (cst.Else, cst.Finally)) else node
        if isinstance(suite, cst.SimpleStatementSuite):
            found: list[ir.Stmt] = []
            for small in suite.body:
                self._add(found, small)
            return tuple(found)
        return self.block(suite.body)

    def _expression(self, node: cst.Expr) -> ir.Stmt | None:
        if isinstance(node.value, (cst.SimpleString, cst.Ellipsis)):
            return None
        return ir.Evaluate(self.expr(node.value))

    def _assign(self, node: cst.Assign) -> ir.Stmt:
        value = self.expr(node.value)
        return ir.Assign(tuple(self._target(target.target) for target in node.targets), value)

    def _target(self, node: cst.CSTNode) -> ir.Expr:
        target = self.expr(node)
        self.bind(target)
        return target

    def _annotated(self, node: cst.AnnAssign) -> ir.Stmt:
        annotation = self.expr(node.annotation.annotation)
        return ir.Annotated(self._target(node.target), annotation, self.optional(node.value))

    def _augment(self, node: cst.AugAssign) -> ir.Stmt:
        return ir.Augment(self._target(node.target), _OPERATORS[type(node.operator)], self.expr(node.value))

    def _return(self, node: cst.Return) -> ir.Stmt:
        return ir.Return(self.optional(node.value))

    def _raise(self, node: cst.Raise) -> ir.Stmt:
        return ir.Raise(self.optional(node.exc))

    def _assert(self, node: cst.Assert) -> ir.Stmt:
        return ir.Assert(self.expr(node.test))

    def _delete(self, node: cst.Del) -> ir.Stmt:
        target = self.expr(node.target)
        return ir.Delete(target.items if isinstance(target, ir.Sequence) else (target,))

    def _global(self, node: cst.Global | cst.Nonlocal) -> ir.Stmt:
        self.shared.update(item.name.value for item in node.names)
        return ir.Scope(tuple(item.name.value for item in node.names), isinstance(node, cst.Global))

    def _jump(self, node: cst.Break | cst.Continue) -> ir.Stmt:
        return ir.Jump(isinstance(node, cst.Break))

    def _import(self, node: cst.Import) -> list[ir.Stmt]:
        found: list[ir.Stmt] = []
        for alias in node.names:
            self.imports.append(ir.Import(_dotted(alias.name), _bound(alias)))
            found.append(self.imports[-1])
        return found

    def _import_from(self, node: cst.ImportFrom) -> ir.Stmt:
        module = "" if node.module is None else _dotted(node.module)
        if isinstance(node.names, cst.ImportStar):
            names: tuple[tuple[str, str], ...] = (("*", "*"),)
        else:
            names = tuple((_dotted(alias.name), _bound(alias) or _dotted(alias.name)) for alias in node.names)
        self.imports.append(ir.ImportFrom(module, len(node.relative), names))
        return self.imports[-1]

    def _if_statement(self, node: cst.If) -> ir.Stmt:
        branches = []
        current: cst.If | cst.Else | None = node
        while isinstance(current, cst.If):
            branches.append(ir.Branch(self.expr(current.test), self._suite(current.body)))
            current = current.orelse
        return ir.If(tuple(branches), self._suite(current))

    def _for(self, node: cst.For) -> ir.Stmt:
        return ir.For(self._target(node.target), self.expr(node.iter), self._suite(node.body), self._suite(node.orelse))

    def _while(self, node: cst.While) -> ir.Stmt:
        return ir.While(self.expr(node.test), self._suite(node.body), self._suite(node.orelse))

    def _try(self, node: cst.Try | cst.TryStar) -> ir.Stmt:
        handlers = []
        for handler in node.handlers:
            types: tuple[ir.Expr, ...] = ()
            if handler.type is not None:
                kind = self.expr(handler.type)
                types = kind.items if isinstance(kind, ir.Sequence) else (kind,)
            name = handler.name.name.value if handler.name and isinstance(handler.name.name, cst.Name) else ""
            self.bind(name)
            outer, self.checks_refusal = self.checks_refusal, False
            body = self._suite(handler.body)
            handlers.append(ir.Handler(types, name, body, self.checks_refusal))
            self.checks_refusal = outer  # what a handler looks at concerns the calls of its own try
        return ir.Try(self._suite(node.body), tuple(handlers), self._suite(node.orelse), self._suite(node.finalbody))

    def _with(self, node: cst.With) -> ir.Stmt:
        items = tuple(
            ir.WithItem(self.expr(item.item), None if item.asname is None else self._target(item.asname.name))
            for item in node.items
        )
        return ir.With(items, self._suite(node.body))

    def _function(self, node: cst.FunctionDef) -> ir.Stmt:
        return self.function(node, node.name.value, node.params, lambda: self._suite(node.body))

    def _class(self, node: cst.ClassDef) -> ir.Stmt:
        decorators = tuple(self.expr(decorator.decorator) for decorator in node.decorators)
        bases = self.arguments([*node.bases, *node.keywords])
        around, self.bound = self.bound, set()  # what the body binds are attributes
        body = self._suite(node.body)
        self.bound = around
        return ir.Class(node.name.value, bases, body, decorators, self._places.of(node))

    def _match(self, node: cst.Match) -> ir.Stmt:
        subject = self.expr(node.subject)
        cases = tuple(
            ir.Case(self._pattern(case.pattern), self.optional(case.guard), self._suite(case.body))
            for case in node.cases
        )
        return ir.Match(subject, cases)

    def _pattern(self, node: cst.CSTNode | None) -> ir.Pattern:
        if isinstance(node, cst.MatchValue):
            value = self.expr(node.value)
            self.checks_refusal = self.checks_refusal or _names_refusal(value)
            return ir.PatternValue(value)
        if isinstance(node, cst.MatchSingleton):
            return ir.PatternValue(self.expr(node.value))
        if isinstance(node, cst.MatchAs):
            name = "" if node.name is None else node.name.value
            self.bind(name)
            return ir.PatternCapture(name, None if node.pattern is None else self._pattern(node.pattern))
        if isinstance(node, cst.MatchOr):
            return ir.PatternOr(tuple(self._pattern(element.pattern) for element in node.patterns))
        if isinstance(node, (cst.MatchList, cst.MatchTuple)):
            return ir.PatternSequence(tuple(self._element(element) for element in node.patterns))
        if isinstance(node, cst.MatchMapping):
            return ir.PatternMapping(
                tuple((self.expr(element.key), self._pattern(element.pattern)) for element in node.elements)
            )
        if isinstance(node, cst.MatchClass):
            return ir.PatternClass(
                self.expr(node.cls),
                tuple(self._element(element) for element in node.patterns),
                tuple((element.key.value, self._pattern(element.pattern)) for element in node.kwds),
            )
        return ir.PatternCapture("")

    def _element(self, node: cst.MatchSequenceElement | cst.MatchStar) -> ir.Pattern:
        if isinstance(node, cst.MatchStar):
            name = "" if node.name is None else node.name.value
            self.bind(name)
            return ir.PatternStar(name)
        return self._pattern(node.value)


def _dotted(node: cst.CSTNode) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""


def _bound(alias: cst.ImportAlias) -> str:
    return alias.asname.name.value if alias.asname and isinstance(alias.asname.name, cst.Name) else ""


_WALKS: dict[type[cst.CSTNode], Callable[..., ir.Stmt | list[ir.Stmt] | None]] = {
    cst.Expr: Walk._expression,
    cst.Assign: Walk._assign,
    cst.AnnAssign: Walk._annotated,
    cst.AugAssign: Walk._augment,
    cst.Return: Walk._return,
    cst.Raise: Walk._raise,
    cst.Assert: Walk._assert,
    cst.Del: Walk._delete,
    cst.Global: Walk._global,
    cst.Nonlocal: Walk._global,
    cst.Break: Walk._jump,
    cst.Continue: Walk._jump,
    cst.Import: Walk._import,
    cst.ImportFrom: Walk._import_from,
    cst.If: Walk._if_statement,
    cst.For: Walk._for,
    cst.While: Walk._while,
    cst.Try: Walk._try,
    cst.TryStar: Walk._try,
    cst.With: Walk._with,
    cst.FunctionDef: Walk._function,
    cst.ClassDef: Walk._class,
    cst.Match: Walk._match,
}
