"""The walk over expressions: from syntax nodes to executable ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from scopelint.facts import ir, plain
from scopelint.facts.texts import clean, literal, unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scopelint.facts.places import Places

MAX_NESTING = 150
"""Expressions nested deeper than this are opaque: evaluation recurses once a level."""
_INT_LIMIT = 2**63

_OPERATORS: dict[type[cst.CSTNode], str] = {
    cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/", cst.FloorDivide: "//", cst.Modulo: "%",
    cst.Power: "**", cst.LeftShift: "<<", cst.RightShift: ">>", cst.BitOr: "|", cst.BitAnd: "&", cst.BitXor: "^",
    cst.MatrixMultiply: "@",
    cst.AddAssign: "+", cst.SubtractAssign: "-", cst.MultiplyAssign: "*", cst.DivideAssign: "/",
    cst.FloorDivideAssign: "//", cst.ModuloAssign: "%", cst.PowerAssign: "**", cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>", cst.BitOrAssign: "|", cst.BitAndAssign: "&", cst.BitXorAssign: "^",
    cst.MatrixMultiplyAssign: "@",
    cst.Equal: "==", cst.NotEqual: "!=", cst.LessThan: "<", cst.LessThanEqual: "<=", cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=", cst.In: "in", cst.NotIn: "not in", cst.Is: "is", cst.IsNot: "is not",
}  # fmt: skip
_STARS = {"": 0, "*": 1, "**": 2}
_SINGLETONS: dict[str, bool | None] = {"None": None, "True": True, "False": False}


class ExpressionWalk:
    """Turns expressions into `ir` nodes.

    `names`, `called`, `looked_at` and `captured` collect what `ir.Function` says of the function at hand, `bound` the
    variables that are its own.
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self._depth = 0
        self.names: set[str] = set()
        self.called: set[str] = set()
        self.looked_at: set[str] = set()
        self.captured: set[str] = set()
        self.bound: set[str] = set()
        self.shared: set[str] = set()  # variables that a statement declares to be those of a scope around
        self._dotted = ""  # the expression just walked, when it is a name or an attribute: "client.session"
        self.checks_refusal = False
        self.yields = False

    def expr(self, node: cst.CSTNode) -> ir.Expr:
        """Return the executable form of an expression."""
        walk = _WALKS.get(type(node))
        if walk is None or self._depth > MAX_NESTING:
            return ir.Opaque(type(node).__name__)
        self._depth += 1
        result = walk(self, node)
        self._depth -= 1
        return result

    def optional(self, node: cst.CSTNode | None) -> ir.Expr | None:
        """Return the executable form of an expression that may be absent."""
        return None if node is None else self.expr(node)

    def function(
        self,
        node: cst.FunctionDef | cst.Lambda,
        name: str,
        params: cst.Parameters,
        body: Callable[[], tuple[ir.Stmt, ...]],
    ) -> ir.Function:
        """Return a function's executable form; its decorators and defaults belong to the scope around it."""
        decorators: tuple[ir.Expr, ...] = ()
        returns: ir.Expr | None = None
        is_async = False
        around = self.called, self.looked_at
        self.called, self.looked_at = set(), set()
        if isinstance(node, cst.FunctionDef):
            decorators = tuple(self.expr(decorator.decorator) for decorator in node.decorators)
            returns = None if node.returns is None else self.expr(node.returns.annotation)
            is_async = node.asynchronous is not None
        parameters = tuple(self._parameters(params))
        outer = self.names, self.captured, self.bound, self.shared, self.checks_refusal, self.yields, self._depth
        self.names, self.captured, self.checks_refusal, self.yields, self._depth = set(), set(), False, False, 0
        self.bound, self.shared = {parameter.name for parameter in parameters}, set()
        statements = body()
        bound = self.bound
        names, captured, checks = self.names - bound, self.captured - bound, self.checks_refusal
        called, looked_at = plain.free(self.called, bound), plain.free(self.looked_at, bound)
        function = ir.Function(
            name, parameters, statements, decorators, returns, is_async, self.yields, tuple(sorted(names)),
            tuple(sorted(called)), tuple(sorted(looked_at)), tuple(sorted(self.captured)), checks,
            self._places.of(node),
        )  # fmt: skip
        self.names, self.captured, self.bound, self.shared, self.checks_refusal, self.yields, self._depth = outer
        self.called, self.looked_at = around[0] | called, around[1] | looked_at
        self.names |= names
        self.captured |= names | captured
        self.checks_refusal |= checks
        return function

    def bind(self, target: ir.Expr | str) -> None:
        """Note that the function at hand has the variables that a target assigns."""
        if type(target) is ir.Name:
            target = target.id
        if type(target) is str:
            if target not in self.shared:
                self.bound.add(target)
        elif type(target) is ir.Sequence:
            for item in target.items:
                self.bind(item)
        elif type(target) is ir.Star:
            self.bind(target.value)

    def _parameters(self, node: cst.Parameters) -> list[ir.Parameter]:
        found = [self._parameter(param, "posonly") for param in node.posonly_params]
        found += [self._parameter(param, "positional") for param in node.params]
        if isinstance(node.star_arg, cst.Param):
            found.append(self._parameter(node.star_arg, "args"))
        found += [self._parameter(param, "keyword") for param in node.kwonly_params]
        if node.star_kwarg is not None:
            found.append(self._parameter(node.star_kwarg, "kwargs"))
        return found

    def _parameter(self, node: cst.Param, kind: str) -> ir.Parameter:
        annotation = None if node.annotation is None else self.expr(node.annotation.annotation)
        if node.default is None:
            return ir.Parameter(node.name.value, kind, None, annotation)
        names, self.names = self.names, set()
        default = self.expr(node.default)
        self.called |= self.names  # `api=Depends(get_api)`: the function may use what the default names
        self.names |= names
        return ir.Parameter(node.name.value, kind, default, annotation)

    def arguments(self, args: Sequence[cst.Arg]) -> tuple[ir.Arg, ...]:
        """Return the arguments of a call or the bases of a class."""
        return tuple(
            ir.Arg(self.expr(arg.value), "" if arg.keyword is None else arg.keyword.value, _STARS[arg.star])
            for arg in args
        )

    def _name(self, node: cst.Name) -> ir.Expr:
        name = node.value
        if name in _SINGLETONS:
            return ir.Const(_SINGLETONS[name])
        self.names.add(name)
        self._dotted = name
        return ir.Name(name)

    def _attribute(self, node: cst.Attribute) -> ir.Expr:
        value = self.expr(node.value)
        self._note(value, node.attr.value, plain.is_data(value))
        return ir.Attr(value, node.attr.value)

    def _note(self, value: ir.Expr, name: str, is_data: bool) -> None:
        """Note that an attribute of a value, which was walked just now, is read."""
        before = self._dotted if type(value) is ir.Name or type(value) is ir.Attr else ""
        self._dotted = f"{before}.{name}" if before[:1] != "." else f".{name}"
        (self.looked_at if is_data else self.called).add(self._dotted)

    def _call(self, node: cst.Call) -> ir.Expr:
        func: ir.Expr
        if plain.is_look_up(node) and isinstance(node.func, cst.Attribute):
            value = self.expr(node.func.value)
            self._note(value, node.func.attr.value, True)
            func = ir.Attr(value, node.func.attr.value)
        else:
            func = self.expr(node.func)
            if type(func) is ir.Name:
                self.called.add(func.id)
        return ir.Call(func, self.arguments(node.args), self._places.of(node))

    def _string(self, node: cst.SimpleString) -> ir.Expr:
        value = literal(node.value)
        return ir.Opaque("string") if value is None else ir.Const(clean(value))

    def _concatenated(self, node: cst.ConcatenatedString) -> ir.Expr:
        parts: list[ir.Const | ir.Field] = []
        current: cst.BaseExpression = node
        while isinstance(current, cst.ConcatenatedString):
            self._add_string(parts, current.left)
            current = current.right
        self._add_string(parts, current)
        if all(isinstance(part, ir.Const) for part in parts):
            return ir.Const("".join(str(part.value) for part in parts))
        return ir.Template(tuple(parts))

    def _add_string(self, parts: list[ir.Const | ir.Field], node: cst.BaseExpression) -> None:
        value = self.expr(node)
        if isinstance(value, ir.Template):
            parts.extend(value.parts)
        elif isinstance(value, ir.Const):
            parts.append(value)
        else:
            parts.append(ir.Field(value))

    def _template(self, node: cst.FormattedString | cst.TemplatedString) -> ir.Expr:
        raw = "r" in node.start.lower()
        parts: list[ir.Const | ir.Field] = []
        for part in node.parts:
            if isinstance(part, (cst.FormattedStringText, cst.TemplatedStringText)):
                text = part.value.replace("{{", "{").replace("}}", "}")
                parts.append(ir.Const(clean(text if raw or "\\" not in text else unescape(text))))
            elif isinstance(part, (cst.FormattedStringExpression, cst.TemplatedStringExpression)):
                spec = ""
                if part.format_spec is not None:
                    texts = [piece.value for piece in part.format_spec if isinstance(piece, cst.FormattedStringText)]
                    spec = "".join(texts) if len(texts) == len(part.format_spec) else "?"
                if part.conversion in ("r", "a"):
                    spec = "?"
                if part.equal is not None:
                    parts.append(ir.Field(ir.Opaque("self-documenting field")))
                else:
                    parts.append(ir.Field(self.expr(part.expression), clean(spec)))
        return ir.Template(tuple(parts))

    def _integer(self, node: cst.Integer) -> ir.Expr:
        value = int(node.value.replace("_", ""), 0) if len(node.value) < 40 else _INT_LIMIT
        return ir.Const(value) if value < _INT_LIMIT else ir.Opaque("integer")

    def _float(self, node: cst.Float) -> ir.Expr:
        return ir.Const(float(node.value.replace("_", "")))

    def _opaque(self, node: cst.CSTNode) -> ir.Expr:
        return ir.Opaque(type(node).__name__)

    def _sum(self, node: cst.BinaryOperation) -> ir.Expr:
        terms: list[cst.BaseExpression] = []
        current: cst.BaseExpression = node
        while isinstance(current, cst.BinaryOperation) and isinstance(current.operator, cst.Add):
            terms.append(current.right)
            current = current.left
        terms.append(current)
        return ir.Sum(tuple(self.expr(term) for term in reversed(terms)))

    def _binary(self, node: cst.BinaryOperation) -> ir.Expr:
        if isinstance(node.operator, cst.Add):
            return self._sum(node)
        return ir.BinOp(self.expr(node.left), _OPERATORS[type(node.operator)], self.expr(node.right))

    def _unary(self, node: cst.UnaryOperation) -> ir.Expr:
        value = self.expr(node.expression)
        if isinstance(node.operator, cst.Not):
            return ir.Not(value)
        if isinstance(node.operator, cst.Minus) and isinstance(value, ir.Const) and type(value.value) in (int, float):
            return ir.Const(-value.value)  # type: ignore[operator]  # a number: tested on the line above
        return ir.Neg(value)

    def _boolean(self, node: cst.BooleanOperation) -> ir.Expr:
        return ir.BoolOp(self.expr(node.left), isinstance(node.operator, cst.Or), self.expr(node.right))

    def _comparison(self, node: cst.Comparison) -> ir.Expr:
        left = self.expr(node.left)
        result: ir.Expr | None = None
        for target in node.comparisons:
            right = self.expr(target.comparator)
            if _names_refusal(left) or _names_refusal(right):
                self.checks_refusal = True
            part = ir.Compare(left, _OPERATORS.get(type(target.operator), "?"), right)
            result = part if result is None else ir.BoolOp(result, False, part)
            left = right
        return result if result is not None else left

    def _if(self, node: cst.IfExp) -> ir.Expr:
        return ir.IfExp(self.expr(node.test), self.expr(node.body), self.expr(node.orelse))

    def _lambda(self, node: cst.Lambda) -> ir.Expr:
        return ir.Lambda(self.function(node, "<lambda>", node.params, lambda: (ir.Return(self.expr(node.body)),)))

    def _display(self, node: cst.List | cst.Tuple | cst.Set) -> ir.Expr:
        kind = "list" if isinstance(node, cst.List) else "tuple" if isinstance(node, cst.Tuple) else "set"
        return ir.Sequence(
            kind,
            tuple(
                ir.Star(self.expr(item.value)) if isinstance(item, cst.StarredElement) else self.expr(item.value)
                for item in node.elements
            ),
        )

    def _dict(self, node: cst.Dict) -> ir.Expr:
        return ir.Dict(
            tuple(
                (self.expr(item.key) if isinstance(item, cst.DictElement) else None, self.expr(item.value))
                for item in node.elements
            )
        )

    def _generators(self, node: cst.CompFor) -> tuple[ir.Generator, ...]:
        found = []
        current: cst.CompFor | None = node
        while current is not None:
            tests = tuple(self.expr(test.test) for test in current.ifs)
            target = self.expr(current.target)
            self.bind(target)
            found.append(ir.Generator(target, self.expr(current.iter), tests))
            current = current.inner_for_in
        return tuple(found)

    def _comprehension(self, node: cst.ListComp | cst.SetComp | cst.GeneratorExp) -> ir.Expr:
        kind = "list" if isinstance(node, cst.ListComp) else "set" if isinstance(node, cst.SetComp) else "generator"
        return ir.Comprehension(kind, None, self.expr(node.elt), self._generators(node.for_in))

    def _dict_comprehension(self, node: cst.DictComp) -> ir.Expr:
        generators = self._generators(node.for_in)
        return ir.Comprehension("dict", self.expr(node.key), self.expr(node.value), generators)

    def _await(self, node: cst.Await) -> ir.Expr:
        return ir.Await(self.expr(node.expression))

    def _yield(self, node: cst.Yield) -> ir.Expr:
        self.yields = True
        if isinstance(node.value, cst.From):
            return ir.Yield(self.expr(node.value.item), True)
        return ir.Yield(ir.Const(None) if node.value is None else self.expr(node.value), False)

    def _walrus(self, node: cst.NamedExpr) -> ir.Expr:
        value = self.expr(node.value)
        if not isinstance(node.target, cst.Name):
            return value
        self.bind(node.target.value)
        return ir.Walrus(node.target.value, value)

    def _subscript(self, node: cst.Subscript) -> ir.Expr:
        indices = tuple(self._index(element.slice) for element in node.slice)
        index = indices[0] if len(indices) == 1 else ir.Sequence("tuple", indices)
        return ir.Sub(self.expr(node.value), index)

    def _index(self, node: cst.BaseSlice) -> ir.Expr:
        if isinstance(node, cst.Slice):
            return ir.Slice(self.optional(node.lower), self.optional(node.upper), node.step is not None)
        return self.expr(node.value) if isinstance(node, cst.Index) else ir.Opaque("index")

    def _starred(self, node: cst.StarredElement) -> ir.Expr:
        return ir.Star(self.expr(node.value))


def _names_refusal(node: ir.Expr) -> bool:
    """Say whether one side of a comparison is the status of a refusal: 403, FORBIDDEN, or a collection with it."""
    if isinstance(node, ir.Const):
        return node.value in (403, "403") and not isinstance(node.value, bool)
    if isinstance(node, ir.Attr):
        return node.name.upper() == "FORBIDDEN" or (node.name == "value" and _names_refusal(node.value))
    if isinstance(node, ir.Name):
        return "FORBIDDEN" in node.id.upper()
    return isinstance(node, ir.Sequence) and any(_names_refusal(item) for item in node.items)


_WALKS: dict[type[cst.CSTNode], Callable[..., ir.Expr]] = {
    cst.Name: ExpressionWalk._name,
    cst.Attribute: ExpressionWalk._attribute,
    cst.Call: ExpressionWalk._call,
    cst.SimpleString: ExpressionWalk._string,
    cst.ConcatenatedString: ExpressionWalk._concatenated,
    cst.FormattedString: ExpressionWalk._template,
    cst.TemplatedString: ExpressionWalk._template,
    cst.Integer: ExpressionWalk._integer,
    cst.Float: ExpressionWalk._float,
    cst.Imaginary: ExpressionWalk._opaque,
    cst.Ellipsis: ExpressionWalk._opaque,
    cst.BinaryOperation: ExpressionWalk._binary,
    cst.UnaryOperation: ExpressionWalk._unary,
    cst.BooleanOperation: ExpressionWalk._boolean,
    cst.Comparison: ExpressionWalk._comparison,
    cst.IfExp: ExpressionWalk._if,
    cst.Lambda: ExpressionWalk._lambda,
    cst.List: ExpressionWalk._display,
    cst.Tuple: ExpressionWalk._display,
    cst.Set: ExpressionWalk._display,
    cst.Dict: ExpressionWalk._dict,
    cst.ListComp: ExpressionWalk._comprehension,
    cst.SetComp: ExpressionWalk._comprehension,
    cst.GeneratorExp: ExpressionWalk._comprehension,
    cst.DictComp: ExpressionWalk._dict_comprehension,
    cst.Await: ExpressionWalk._await,
    cst.Yield: ExpressionWalk._yield,
    cst.NamedExpr: ExpressionWalk._walrus,
    cst.Subscript: ExpressionWalk._subscript,
    cst.StarredElement: ExpressionWalk._starred,
}
