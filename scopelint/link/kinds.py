"""What a class's body says of its instances: what writes their constructor, which fields it takes, what these hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import frameworks
from scopelint.link.hierarchy import PLAIN
from scopelint.link.items import MISSING, Missing
from scopelint.link.values import Arguments, ClassValue, External

if TYPE_CHECKING:
    from scopelint.facts import ir
    from scopelint.link.values import Value

_FRAMEWORKS = frameworks.load()
_DATACLASS = _FRAMEWORKS.decorators | frozenset(
    {
        "dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attr.frozen", "attr.mutable", "attrs.define",
        "attrs.frozen", "attrs.mutable", "attr.dataclass", "pydantic.dataclasses.dataclass",
    }
)  # fmt: skip
MODELS = _FRAMEWORKS.models | frozenset(
    {
        "pydantic.BaseModel", "pydantic.main.BaseModel", "sqlmodel.SQLModel", "msgspec.Struct", "ninja.Schema",
        "pydantic.v1.BaseModel", "pydantic.generics.GenericModel", "pydantic.RootModel",
    }
)  # fmt: skip
SETTINGS = frozenset(
    {
        "pydantic.BaseSettings",
        "pydantic_settings.BaseSettings",
        "pydantic.v1.BaseSettings",
        "pydantic_settings.main.BaseSettings",
    }
)
KEYWORD_MODELS = (MODELS | SETTINGS) - {"msgspec.Struct", "pydantic.RootModel"}
"""Those whose constructor takes fields by name only."""
FIELD_MAKERS = _FRAMEWORKS.fields | frozenset(
    {
        "dataclasses.field", "attr.ib", "attr.attrib", "attr.field", "attrs.field", "pydantic.Field",
        "pydantic.fields.Field", "pydantic.PrivateAttr", "msgspec.field", "sqlmodel.Field", "pydantic.v1.Field",
    }
)  # fmt: skip
ENUMS = frozenset(
    {"enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag", "enum.IntFlag", "enum.ReprEnum", "strenum.StrEnum"}
)


def kind_of(cls: ClassValue) -> str:
    """Return what writes the class's constructor: "enum", "settings", "fields", "namedtuple", "typeddict", or ""."""
    outside = False
    for base in cls.mro:
        if type(base) is External:
            if base.name in ENUMS:
                return "enum"
            if base.name in SETTINGS:
                return "settings"
            if base.name in MODELS:
                return "fields"
            if base.name in ("typing.NamedTuple", "collections.namedtuple"):
                return "namedtuple"
            if base.name in ("typing.TypedDict", "typing_extensions.TypedDict"):
                return "typeddict"
            outside = outside or base.name not in PLAIN
        elif type(base) is ClassValue:
            for decorator in base.decorators:
                if type(decorator) is External and decorator.name in _DATACLASS:
                    return (
                        "enum" if any(type(kind) is External and kind.name in ENUMS for kind in cls.mro) else "fields"
                    )
    return "fields" if outside and _describes_fields(cls) else ""


def _describes_fields(cls: ClassValue) -> bool:
    """Say whether a class, whose base says nothing of it here, has `Field(...)` and its kind in its body."""
    return any(
        type(base) is ClassValue and any(isinstance(value, FieldDefault) for value in base.attrs.values())
        for base in cls.mro
    )


def fields_of(cls: ClassValue) -> dict[str, ClassValue]:
    """Return the fields in the order of the constructor, each with the class that declares it."""
    found: dict[str, ClassValue] = {}
    for base in reversed(cls.mro):
        if type(base) is ClassValue:
            for name in base.fields:
                if not is_marked(base.fields[name], "ClassVar"):
                    found[name] = base
            for name, value in base.attrs.items():
                if name not in base.fields and isinstance(value, FieldDefault):
                    found[name] = base
    return found


class FieldDefault:
    """What `field(...)`, `Field(...)` and their kind return: a default, a factory, names of variables."""

    __slots__ = ("args",)

    def __init__(self, args: Arguments) -> None:
        self.args = args

    def keyword(self, *names: str) -> Value | Missing:
        """Return the first keyword that was given."""
        for name in names:
            for key, value in self.args.keywords:
                if key == name:
                    return value
        return MISSING


def is_marked(annotation: ir.Expr | None, mark: str) -> bool:
    """Say whether an annotation is `ClassVar[...]` or another mark of what is no field like the others."""
    from scopelint.link import source

    return annotation is not None and mark in source.of(annotation)
