"""The executable form of a module: statements and expressions reduced to what matters, without syntax nodes.

Everything here is frozen and made of plain values, so that it can be cached, sent between processes and decoded without
executing anything. Whatever the walk does not model is an explicit `Opaque`, so that nothing is dropped in silence.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

Place: TypeAlias = tuple[int, int, int, int]
"""line, column, end line, end column; counted from 1, columns in code points, the end exclusive."""


class Node(msgspec.Struct, frozen=True, array_like=True, gc=False, eq=False):
    """Base of all nodes. Compared by identity: two occurrences of `x` are two nodes."""


# --- expressions -----------------------------------------------------------------------------------------------------


class Const(Node, frozen=True, tag=1):
    """A literal. Bytes stand here as text, since URLs are written as either."""

    value: bool | int | float | str | None


class Name(Node, frozen=True, tag=2):
    """A variable that is read."""

    id: str


class Attr(Node, frozen=True, tag=3):
    """`value.name`."""

    value: Expr
    name: str


class Sub(Node, frozen=True, tag=4):
    """`value[index]`."""

    value: Expr
    index: Expr


class Arg(Node, frozen=True):
    """An argument: `value`, `name=value`, `*value` (star 1) or `**value` (star 2)."""

    value: Expr
    name: str = ""
    star: int = 0


class Call(Node, frozen=True, tag=5):
    """A call, with its place."""

    func: Expr
    args: tuple[Arg, ...]
    place: Place


class Template(Node, frozen=True, tag=6):
    """An f-string: literal texts and formatted expressions in order."""

    parts: tuple[Const | Field, ...]


class Field(Node, frozen=True, tag=7):
    """A formatted expression of an f-string; `spec` is its format specification when that is plain text."""

    value: Expr
    spec: str = ""


class Sum(Node, frozen=True, tag=24):
    """`a + b + ...`: flat, since texts are concatenated from thousands of terms in real code."""

    items: tuple[Expr, ...]


class BinOp(Node, frozen=True, tag=8):
    """`left op right` for the other arithmetic operators."""

    left: Expr
    op: str
    right: Expr


class BoolOp(Node, frozen=True, tag=9):
    """`left and right` or `left or right`."""

    left: Expr
    is_or: bool
    right: Expr


class Not(Node, frozen=True, tag=10):
    """`not value`."""

    value: Expr


class Compare(Node, frozen=True, tag=11):
    """`left op right` with one comparison operator; chains are folded with `and`."""

    left: Expr
    op: str
    right: Expr


class IfExp(Node, frozen=True, tag=12):
    """`body if test else orelse`."""

    test: Expr
    body: Expr
    orelse: Expr


class Sequence(Node, frozen=True, tag=13):
    """A tuple, list or set display; elements may be `Star`."""

    kind: str  # "tuple", "list", "set"
    items: tuple[Expr, ...]


class Star(Node, frozen=True, tag=14):
    """`*value` inside a display or an assignment target."""

    value: Expr


class Dict(Node, frozen=True, tag=15):
    """A dict display; a key of None means `**value`."""

    items: tuple[tuple[Expr | None, Expr], ...]


class Generator(Node, frozen=True):
    """`for target in iter if test ...` of a comprehension."""

    target: Expr
    iter: Expr
    tests: tuple[Expr, ...]


class Comprehension(Node, frozen=True, tag=16):
    """A comprehension; `key` is set for dicts only."""

    kind: str  # "list", "set", "dict", "generator"
    key: Expr | None
    value: Expr
    generators: tuple[Generator, ...]


class Lambda(Node, frozen=True, tag=17):
    """A lambda, as a function whose body is one return."""

    function: Function


class Await(Node, frozen=True, tag=18):
    """`await value`."""

    value: Expr


class Yield(Node, frozen=True, tag=19):
    """`yield value`, or `yield from value` when `delegates`."""

    value: Expr
    delegates: bool


class Walrus(Node, frozen=True, tag=20):
    """`name := value`."""

    name: str
    value: Expr


class Slice(Node, frozen=True, tag=21):
    """`lower:upper` (with a step: `stepped`)."""

    lower: Expr | None
    upper: Expr | None
    stepped: bool


class Opaque(Node, frozen=True, tag=22):
    """Something that is not modelled, with what it is; what lies inside is evaluated for its calls."""

    what: str
    inside: tuple[Expr, ...] = ()


class Neg(Node, frozen=True, tag=23):
    """`-value`, and the other unary operators of numbers."""

    value: Expr


Expr: TypeAlias = (
    Const
    | Name
    | Attr
    | Sub
    | Call
    | Template
    | Field
    | Sum
    | BinOp
    | BoolOp
    | Not
    | Compare
    | IfExp
    | Sequence
    | Star
    | Dict
    | Comprehension
    | Lambda
    | Await
    | Yield
    | Walrus
    | Slice
    | Opaque
    | Neg
)


# --- statements ------------------------------------------------------------------------------------------------------


class Assign(Node, frozen=True, tag=40):
    """`target = ... = value`."""

    targets: tuple[Expr, ...]
    value: Expr


class Annotated(Node, frozen=True, tag=41):
    """`target: annotation = value`."""

    target: Expr
    annotation: Expr
    value: Expr | None


class Augment(Node, frozen=True, tag=42):
    """`target op= value`."""

    target: Expr
    op: str
    value: Expr


class Evaluate(Node, frozen=True, tag=43):
    """An expression statement."""

    value: Expr


class Return(Node, frozen=True, tag=44):
    """`return value`."""

    value: Expr | None


class Raise(Node, frozen=True, tag=45):
    """`raise value`."""

    value: Expr | None


class Jump(Node, frozen=True, tag=46):
    """`break` or `continue`."""

    is_break: bool


class Delete(Node, frozen=True, tag=47):
    """`del targets`."""

    targets: tuple[Expr, ...]


class Scope(Node, frozen=True, tag=48):
    """`global names` or `nonlocal names`."""

    names: tuple[str, ...]
    is_global: bool


class Assert(Node, frozen=True, tag=49):
    """`assert test`."""

    test: Expr


class Branch(Node, frozen=True):
    """`if test: body` or `elif test: body`."""

    test: Expr
    body: tuple[Stmt, ...]


class If(Node, frozen=True, tag=50):
    """`if`, its `elif`s (flat, since there may be hundreds) and its `else`."""

    branches: tuple[Branch, ...]
    orelse: tuple[Stmt, ...]


class For(Node, frozen=True, tag=51):
    """`for target in iter: body else: orelse`, also `async for`."""

    target: Expr
    iter: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class While(Node, frozen=True, tag=52):
    """`while test: body else: orelse`."""

    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class Handler(Node, frozen=True):
    """`except types as name: body`; no types for a bare except. `checks_refusal` as in `Function`."""

    types: tuple[Expr, ...]
    name: str
    body: tuple[Stmt, ...]
    checks_refusal: bool = False


class Try(Node, frozen=True, tag=53):
    """`try` with its handlers."""

    body: tuple[Stmt, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Stmt, ...]
    final: tuple[Stmt, ...]


class WithItem(Node, frozen=True):
    """`value as target`."""

    value: Expr
    target: Expr | None


class With(Node, frozen=True, tag=54):
    """`with` and `async with`."""

    items: tuple[WithItem, ...]
    body: tuple[Stmt, ...]


class Case(Node, frozen=True):
    """One `case` of a `match`; `pattern` is reduced to alternatives of values and captures."""

    pattern: Pattern
    guard: Expr | None
    body: tuple[Stmt, ...]


class Match(Node, frozen=True, tag=55):
    """`match subject:`."""

    subject: Expr
    cases: tuple[Case, ...]


class Import(Node, frozen=True, tag=56):
    """`import module as asname`; without `asname` the first component is bound."""

    module: str
    asname: str


class ImportFrom(Node, frozen=True, tag=57):
    """`from ...module import names`; a name of "*" takes all."""

    module: str
    level: int
    names: tuple[tuple[str, str], ...]  # name, bound as


class Parameter(Node, frozen=True):
    """A parameter; kind is "positional", "keyword", "args" or "kwargs" ("posonly" for those before a slash)."""

    name: str
    kind: str
    default: Expr | None
    annotation: Expr | None


class Function(Node, frozen=True, tag=58):
    """A function or a lambda.

    `names` are the variables of others that its body reads, functions inside it included. `called` are references to
    what it calls, or reads of what is not plainly data: "send", "client.session.get" where `client` is none of its own
    variables, ".get" on anything else. `looked_at` are such references to what it reads of what is plainly data.
    `captured` are the variables that the functions inside it read. `checks_refusal`: it compares something with 403 or
    FORBIDDEN.
    """

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Stmt, ...]
    decorators: tuple[Expr, ...]
    returns: Expr | None
    is_async: bool
    is_generator: bool
    names: tuple[str, ...]
    called: tuple[str, ...]
    looked_at: tuple[str, ...]
    captured: tuple[str, ...]
    checks_refusal: bool
    place: Place


class Class(Node, frozen=True, tag=59):
    """A class definition."""

    name: str
    bases: tuple[Arg, ...]
    body: tuple[Stmt, ...]
    decorators: tuple[Expr, ...]
    place: Place


Stmt: TypeAlias = (
    Assign
    | Annotated
    | Augment
    | Evaluate
    | Return
    | Raise
    | Jump
    | Delete
    | Scope
    | Assert
    | If
    | For
    | While
    | Try
    | With
    | Match
    | Import
    | ImportFrom
    | Function
    | Class
)


# --- patterns --------------------------------------------------------------------------------------------------------


class PatternValue(Node, frozen=True, tag=80):
    """Matches a value."""

    value: Expr


class PatternCapture(Node, frozen=True, tag=81):
    """Matches anything (or what `inner` matches), and binds it unless the name is empty."""

    name: str
    inner: Pattern | None = None


class PatternOr(Node, frozen=True, tag=82):
    """Matches what one of the alternatives matches."""

    alternatives: tuple[Pattern, ...]


class PatternSequence(Node, frozen=True, tag=83):
    """Matches a sequence element by element; a starred element is a `PatternStar`."""

    items: tuple[Pattern, ...]


class PatternStar(Node, frozen=True, tag=84):
    """`*name` in a sequence pattern."""

    name: str


class PatternMapping(Node, frozen=True, tag=85):
    """Matches a mapping that has the keys."""

    items: tuple[tuple[Expr, Pattern], ...]


class PatternClass(Node, frozen=True, tag=86):
    """Matches an instance of a class."""

    cls: Expr
    positional: tuple[Pattern, ...]
    keywords: tuple[tuple[str, Pattern], ...]


Pattern: TypeAlias = (
    PatternValue | PatternCapture | PatternOr | PatternSequence | PatternStar | PatternMapping | PatternClass
)


Comment = tuple[int, int, int, str]
"""A comment: the line on which its line begins (strings and backslashes may continue it), line, column and text."""


class ModuleFacts(msgspec.Struct, frozen=True, array_like=True, gc=False, tag=100):
    """All that is known of one module. Does not name its file, so that equal contents have equal facts."""

    body: tuple[Stmt, ...]
    imports: tuple[Import | ImportFrom, ...] = ()  # those anywhere in it
    generated: bool = False  # its first lines say that a generator wrote it
    comments: tuple[Comment, ...] = ()  # those that may suppress something


class Unreadable(msgspec.Struct, frozen=True, array_like=True, gc=False, tag=101):
    """Why a file gave no facts, and where."""

    line: int
    column: int
    message: str


FunctionNode: TypeAlias = Function
Facts: TypeAlias = ModuleFacts | Unreadable
