"""What a variable can hold while the program runs abstractly.

`None`, booleans and numbers stand for themselves. Objects that can be changed (lists, dicts, instances) live in a heap
and are referred to by `Ref`, so that a change is seen through every name, and two states never share one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from scopelint.facts import ir
    from scopelint.link.modules import Module
    from scopelint.link.state import Frame


class Why(msgspec.Struct, frozen=True):
    """Why a value is unknown: a clause for the user, the expression that stopped, the root's parameter if it is one."""

    text: str
    expression: str = ""
    parameter: int = 0  # identity of the root function whose unknown argument this is, else 0
    name: str = ""  # the last name the value was read by: "client" for `self.client`
    answer: bool = False  # it is, or comes from, what a server answered
    attribute_of: int = 0  # the object of which it is an attribute whose name is not known, else 0
    within: str = ""  # the module or package of which it is, or belongs to, a part whose name is not known


class Unknown(msgspec.Struct, frozen=True, eq=False):
    """A value of which nothing is known. All are equal: the reason is for people."""

    why: Why
    doubtful: bool = False
    given: bool = False  # given as an argument where None is the default: taken for not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and other.given == self.given

    def __hash__(self) -> int:
        return 1


# --- texts -----------------------------------------------------------------------------------------------------------


class Lit(msgspec.Struct, frozen=True, gc=False):
    """Literal text; `origin` identifies the literal of the source that it comes from, through all text operations."""

    text: str
    origin: int = 0


class Hole(msgspec.Struct, frozen=True, eq=False):
    """Text that is not known; `segment` when it certainly holds no slash."""

    why: Why
    segment: bool = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hole) and other.segment == self.segment

    def __hash__(self) -> int:
        return 2


class Env(msgspec.Struct, frozen=True):
    """The text of an environment variable or setting, with its default when it has one that is known."""

    name: str
    default: Str | None = None


Part: TypeAlias = Lit | Hole | Env


class Str(msgspec.Struct, frozen=True):
    """A text, as a sequence of parts. URL and path objects are texts too."""

    parts: tuple[Part, ...] = ()


# --- callables, classes, modules -------------------------------------------------------------------------------------


class Closure:
    """Variables of the functions around a function: live while the frame runs, as they were left afterwards."""

    __slots__ = ("env", "frame", "outer")

    def __init__(self, env: dict[str, Value], frame: Frame | None, outer: Closure | None) -> None:
        self.env = env
        self.frame = frame
        self.outer = outer

    def variables(self) -> dict[str, Value]:
        """Return the variables as they are now."""
        if self.frame is not None and self.frame.state is not None:
            return self.frame.state.env
        return self.env


class FunctionValue:
    """A function of the analysed code. Compared by identity."""

    __slots__ = (
        "closure",
        "declared",
        "defaults",
        "doubtful",
        "first",
        "is_context",
        "module",
        "node",
        "owner",
        "task",
    )

    def __init__(
        self,
        node: ir.Function,
        module: Module,
        closure: Closure | None,
        defaults: dict[str, Value],
        owner: ClassValue | None = None,
    ) -> None:
        self.node = node
        self.module = module
        self.closure = closure
        self.defaults = defaults
        self.owner = owner
        self.doubtful = False  # an unknown decorator was assumed to return what it was given
        self.is_context = False  # made a context manager by contextlib
        self.declared: tuple[str, Str] | None = None  # method and path of the request that a decorator declares
        self.task: Ref | None = None  # the object that a task queue made of it
        self.first: Value = None  # what a command line's decorator gives as its first argument: see `command_lines`

    def copy(self) -> FunctionValue:
        """Return a copy that can be changed."""
        other = FunctionValue(self.node, self.module, self.closure, self.defaults, self.owner)
        other.doubtful, other.is_context, other.declared = self.doubtful, self.is_context, self.declared
        other.task, other.first = self.task, self.first
        return other

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, FunctionValue)
            and self.node is other.node
            and self.closure is None
            and other.closure is None
            and self.is_context == other.is_context
        )

    def __hash__(self) -> int:
        return id(self.node)


class ClassValue:
    """A class of the analysed code. Compared by identity."""

    __slots__ = (
        "attrs",
        "bases",
        "decorators",
        "defaults",
        "fields",
        "keywords",
        "module",
        "mro",
        "name",
        "node",
        "qualname",
    )

    def __init__(self, node: ir.Class, module: Module, bases: tuple[Value, ...]) -> None:
        self.node = node
        self.module = module
        self.name = node.name
        self.qualname = node.name
        self.bases = bases
        self.attrs: dict[str, Value] = {}
        self.fields: dict[str, ir.Expr] = {}  # annotated names of the body, in order
        self.keywords: dict[str, Value] = {}
        self.defaults: dict[str, FunctionValue] = {}  # attrs' `@field.default` methods
        self.decorators: tuple[Value, ...] = ()
        self.mro: tuple[ClassValue | External, ...] = (self,)


class External(msgspec.Struct, frozen=True):
    """A name of code that is not analysed: "requests.Session", "builtins.str"."""

    name: str


class Bound(msgspec.Struct, frozen=True):
    """A function with its receiver."""

    function: Value
    receiver: Value


class Method(msgspec.Struct, frozen=True):
    """A method of a value whose class is not analysed: of a text, a list, a `requests.Session`."""

    receiver: Value
    name: str


class Partial(msgspec.Struct, frozen=True):
    """A callable with some of its arguments."""

    function: Value
    args: Arguments
    is_method: bool = False  # made by partialmethod: binds to its receiver


class Super(msgspec.Struct, frozen=True):
    """`super()`: attribute look-up on `receiver` after the class `after`."""

    after: ClassValue
    receiver: Value


class Property(msgspec.Struct, frozen=True):
    """A property or cached property."""

    getter: Value
    setter: Value = None


class StaticMethod(msgspec.Struct, frozen=True):
    """What `staticmethod` returns."""

    function: Value


class ClassMethod(msgspec.Struct, frozen=True):
    """What `classmethod` returns."""

    function: Value


class EnumMember(msgspec.Struct, frozen=True):
    """A member of an enumeration."""

    cls: ClassValue
    name: str
    value: Value


class Dependency(msgspec.Struct, frozen=True):
    """A FastAPI `Depends(provider)`."""

    provider: Value


class AnnotatedType(msgspec.Struct, frozen=True):
    """`Annotated[type, metadata...]`, and other generic aliases by their first argument."""

    type: Value
    metadata: tuple[Value, ...] = ()


class ModuleValue(msgspec.Struct, frozen=True):
    """A module or package of the analysed code, by the path of its file or folder."""

    path: str


# --- data ------------------------------------------------------------------------------------------------------------


class Late(msgspec.Struct, frozen=True):
    """A name imported from a module that has not defined it yet, or redefines it later: looked up when it is read."""

    path: str
    name: str


class Tuple(msgspec.Struct, frozen=True):
    """A tuple."""

    items: tuple[Value, ...]


class Ref(msgspec.Struct, frozen=True, gc=False):
    """An object of the heap."""

    id: int


class OneOf(msgspec.Struct, frozen=True):
    """Alternatives whose connection with other values is lost; whoever reads it chooses one."""

    values: tuple[Value, ...]


Value: TypeAlias = (
    bool
    | int
    | float
    | Str
    | Tuple
    | Ref
    | Unknown
    | OneOf
    | FunctionValue
    | ClassValue
    | External
    | Bound
    | Method
    | Partial
    | Super
    | Property
    | StaticMethod
    | ClassMethod
    | EnumMember
    | Dependency
    | AnnotatedType
    | ModuleValue
    | Late
    | None
)


class ListRecord(msgspec.Struct, frozen=True):
    """A list, set or generator; `more` when there may be other elements of the same kind."""

    kind: str
    items: tuple[Value, ...]
    more: bool = False


class DictRecord(msgspec.Struct, frozen=True):
    """A dict by its known keys (texts by their content); `more` when there may be other keys: see `unknown_keys`."""

    items: dict[object, Value]
    more: bool = False


class InstanceRecord(msgspec.Struct, frozen=True):
    """An instance: its class, its attributes, and what its constructor was given."""

    cls: ClassValue | External
    attrs: dict[str, Value]
    args: tuple[Value, ...] = ()


Record: TypeAlias = ListRecord | DictRecord | InstanceRecord


class Arguments(msgspec.Struct, frozen=True):
    """Arguments of a call; `open` when `*` or `**` of something unknown may add others."""

    positional: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    open_positional: bool = False
    open_keywords: bool = False

    def keyword(self, name: str) -> Value:
        """Return a keyword argument, raising KeyError when it is not given."""
        for key, value in self.keywords:
            if key == name:
                return value
        raise KeyError(name)

    def all(self) -> tuple[Value, ...]:
        """Return all values."""
        return self.positional + tuple(value for _, value in self.keywords)
