"""The configuration: `[tool.scopelint]` in pyproject.toml, or scopelint.toml, as one frozen value.

A configuration comes with the code that is analysed, so it is not trusted: it names no command, no pattern that could
take long to match, and no place outside its own folder for anything that scopelint writes.
"""

import enum
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

from scopelint.errors import ScopelintError
from scopelint.nearest import nearest
from scopelint.textfile import parse_toml, read_text
from scopelint.tomllines import line_of

FILE_NAMES = ("scopelint.toml", "pyproject.toml")
ROOT_MARKERS = ("max-ai.app.toml", "pyproject.toml", "setup.py", "setup.cfg")
WRITTEN = ("manifest", "cache-dir")  # keys that name what scopelint writes: these stay in the configuration's folder

DOTTED = ("manifest-required-key", "manifest-optional-key")

FormatName = Literal["text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "html"]


class FailOn(enum.Enum):
    """The least severity that fails a run."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


class ClientRow(msgspec.Struct, frozen=True, kw_only=True, rename={"class_": "class"}):
    """A row that extends the table of HTTP libraries: a callable that sends, or a class whose instances do."""

    call: str = ""
    """Dotted name of a function that sends requests."""
    class_: str = ""
    """Dotted name of a class whose constructor takes the base address. A row has either `call` or `class`."""
    signature: str = ""
    """The parameters, as a `def` lists them: `method, url, *, params=None`."""
    method: str = ""
    """The parameter that holds the method, or the method itself in upper case."""
    url: str = ""
    """The parameter that holds the URL or the path. A `call` has it, unless its signature says `url`."""
    query: str = ""
    """The parameter that holds the query."""
    base: str = ""
    """The parameter of a class that holds the base address."""

    def parameters(self) -> tuple[str, ...]:
        """Return the names of the signature's parameters, in order."""
        parts = (part.split("=")[0].split(":")[0] for part in self.signature.split(",") if part.strip(" */"))
        return tuple(part.strip().lstrip("*") for part in parts)


class Config(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """What the user configured; paths are relative to `folder`, as written.

    `file` is the configuration file and `folder` the absolute folder that it stands in; both are "" without one.
    """

    manifest: str | None = None
    """The manifest; by default the nearest `max-ai.app.toml` from the analysed path upwards."""
    manifest_required_key: str | None = None
    """Dotted key of the required scopes in manifests of another form (TOML, JSON, YAML): `app.permissions.scopes`.
    A manifest must have it."""
    manifest_optional_key: str | None = None
    """Dotted key of the optional scopes in such manifests, which must have it."""
    exclude: tuple[str, ...] = ()
    """Files and folders to leave out, as gitignore patterns."""
    include_tests: bool = False
    """Analyse test code too."""
    select: tuple[str, ...] = ()
    """Report only these codes, or beginnings of codes: `["SCL1", "SCL201"]`."""
    ignore: tuple[str, ...] = ()
    """Do not report these codes, or beginnings of codes. The more exact one of `select` and `ignore` wins."""
    per_file_ignores: Mapping[str, tuple[str, ...]] = {}
    """Codes not to report in the files that a gitignore pattern matches: `"scripts/" = ["SCL102"]`."""
    fail_on: FailOn = FailOn.WARNING
    """The least severity that fails a run."""
    format: FormatName = "text"
    """How `check` shows its findings."""
    base_urls: tuple[str, ...] = ()
    """More addresses of the platform (a gateway, a mock), or names of variables and settings that hold one:
    `https://gateway.example.com/maxai`, `API_ROOT`, `settings.MAX_URL`."""
    clients: tuple[ClientRow, ...] = ()
    """More HTTP libraries: an array of tables, see below."""
    operations: Mapping[str, str] = {}
    """What calls into an SDK without source do: `"maxcare.Client().patients.list" = "GET /v3/patients"`, or a name of
    the table: `"patients.list"`."""
    library: tuple[str, ...] = ()
    """Paths and package names whose code counts only where the app uses it, as that of installed packages does."""
    python: str | None = None
    """An interpreter or virtual environment whose installed packages the code imports. It is read, never run."""
    search_paths: tuple[str, ...] = ()
    """Folders where imports are looked for, besides the project."""
    catalog: str | None = None
    """A table of endpoints instead of the bundled one; `scopelint catalog import` makes one."""
    count_dead_code: bool = False
    """Count the calls of code that nothing uses too."""
    cache_dir: str | None = None
    """Where the cache is kept, inside this folder; by default in the user's cache directory."""
    no_cache: bool = False
    """Neither read nor write the cache."""
    jobs: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    """Processes to use; 0 means one a core."""
    sieve: bool = True
    """Parse only files that could matter. Turning it off changes the time that a run takes, not its findings."""
    baseline: str | None = None
    """A baseline (`check --write-baseline FILE`) or JSON report, whose findings are not reported again."""
    file: str = ""
    folder: str = ""


KEYS = tuple(name for name in Config.__struct_encode_fields__ if name not in ("file", "folder"))


def load(start: Path, file: Path | None = None, isolated: bool = False) -> Config:
    """Return the configuration for the code at `start`.

    `file` is the one to read; without it the nearest is looked for from `start` upwards, to the top of the git work
    tree; `isolated` reads none. Raises ScopelintError for a file that is missing, broken or has a wrong key or value.
    """
    if isolated:
        return Config()
    if file is not None:
        return _read(file, required=True) or Config()
    for folder in upwards(start):
        for name in FILE_NAMES:
            candidate = folder / name
            if candidate.is_file() and (config := _read(candidate, required=False)) is not None:
                return config
    return Config()


def place_of(config: Config, *keys: str) -> tuple[str, int]:
    """Return the configuration's file and the line of a key in it: "" and 0 without a file."""
    if not config.file:
        return "", 0
    file = Path(config.file)
    return config.file, line_of(read_text(file, config.file), (*_prefix(file), *keys))


def upwards(start: Path) -> Iterator[Path]:
    """Yield the folder of `start` and those above it, up to the top of its git work tree or of the filesystem."""
    start = start.resolve()
    folder = start if start.is_dir() else start.parent
    for candidate in (folder, *folder.parents):
        yield candidate
        if (candidate / ".git").exists():
            return


def project_root(paths: Sequence[Path], config: Config) -> Path:
    """Return the folder that places are told relative to.

    It is the configuration's folder, else the nearest folder above the first path that looks like a project's, else the
    path's own; the current folder instead, as other tools do, when that lies above
    it in the same git work tree. It is widened until it holds all the paths.
    """
    folders = list(upwards(paths[0]))
    top = folders[-1] if (folders[-1] / ".git").exists() else None
    if config.folder:
        root = Path(config.folder)
    else:
        marked = (folder for folder in folders if any(os.path.lexists(folder / name) for name in ROOT_MARKERS))
        root = next(marked, folders[0])
    here = Path.cwd()
    if top is not None and root.is_relative_to(here) and here.is_relative_to(top):
        root = here
    for path in paths:
        while not path.resolve().is_relative_to(root):
            root = root.parent
    return root


def _read(file: Path, *, required: bool) -> Config | None:
    """Return the file's configuration; None when it says nothing of scopelint and need not."""
    text = read_text(file, str(file))
    in_project_file = file.name == "pyproject.toml"
    if in_project_file and "scopelint" not in text:
        return Config() if required else None  # no parse, and no complaint about a file that is not ours
    table: Any = parse_toml(text, str(file))
    prefix = _prefix(file)
    for name in prefix:
        table = table.get(name)
        if table is None:
            return Config() if required else None
        if not isinstance(table, dict):
            line = line_of(text, prefix[: prefix.index(name) + 1])
            raise ScopelintError(f'"{name}" must be a table', str(file), line)
    return _validate(table, _Source(file, text, prefix))


def _prefix(file: Path) -> tuple[str, ...]:
    """Return the tables that hold the configuration in a file of that name."""
    return ("tool", "scopelint") if file.name == "pyproject.toml" else ()


class _Source(msgspec.Struct, frozen=True):
    """A configuration file, and the tables in it that hold the configuration."""

    file: Path
    text: str
    prefix: tuple[str, ...]

    def error(self, message: str, *keys: str, nth: int | None = None) -> ScopelintError:
        """Return the error at the line of the key (in the nth table of an array of tables)."""
        return ScopelintError(message, str(self.file), line_of(self.text, (*self.prefix, *keys), nth))


def _validate(table: Mapping[str, Any], source: _Source) -> Config:
    values: dict[str, Any] = {}
    fields = {field.encode_name: field for field in msgspec.structs.fields(Config)}
    for key, value in table.items():
        if key not in KEYS:
            raise source.error(_unknown("key", key, KEYS), key)
        if key == "clients":
            values["clients"] = _clients(value, source)
            continue
        try:
            values[fields[key].name] = msgspec.convert(value, fields[key].type)
        except msgspec.ValidationError as error:
            raise source.error(f'"{key}": {_plain(str(error))}{_choices(fields[key].type)}', key) from None
        if key in DOTTED and not all(part.strip() for part in value.split(".")):
            raise source.error(f'"{key}": no dotted key: {value!r}', key)
    folder = source.file.resolve().parent
    for key in WRITTEN:
        path = table.get(key)
        if path is not None and not _inside(folder, path):
            raise source.error(f'"{key}" must stay inside the folder of the configuration: {path!r}', key)
    return Config(**values, file=str(source.file), folder=str(folder))


def _inside(folder: Path, path: str) -> bool:
    try:
        return (folder / path).resolve().is_relative_to(folder)
    except (OSError, ValueError, RuntimeError):  # a NUL byte, a loop of symlinks
        return False


def _clients(value: object, source: _Source) -> tuple[ClientRow, ...]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise source.error('"clients" must be an array of tables, each begun with [[...clients]]', "clients")
    return tuple(_client(row, source, nth) for nth, row in enumerate(value))


def _client(row: Mapping[str, Any], source: _Source, nth: int) -> ClientRow:
    known = ClientRow.__struct_encode_fields__
    for key in row:
        if key not in known:
            raise source.error(_unknown("key of a client", key, known), "clients", key, nth=nth)
    try:
        client = msgspec.convert(row, ClientRow)
    except msgspec.ValidationError as error:
        raise source.error(f"client: {_plain(str(error))}", "clients", nth=nth) from None
    if bool(client.call) == bool(client.class_):
        raise source.error('a client has either "call" or "class"', "clients", nth=nth)
    parameters = client.parameters()
    if client.call and not client.url and "url" not in parameters:
        raise source.error('a client with "call" needs "url": the parameter that holds the URL', "clients", nth=nth)
    for key, name in (("method", client.method), ("url", client.url), ("query", client.query), ("base", client.base)):
        of_constructor = key == "base"
        if (
            parameters
            and name
            and name not in parameters
            and not name.isupper()
            and of_constructor != bool(client.call)
        ):
            raise source.error(f'"{key}": the signature has no parameter "{name}"', "clients", key, nth=nth)
    return client


def _unknown(what: str, key: str, known: Sequence[str]) -> str:
    close = nearest(key.replace("_", "-"), known)
    return f'unknown {what} "{key}"' + (f'; did you mean "{close}"?' if close else f"; known: {', '.join(known)}")


def _choices(kind: Any) -> str:  # noqa: ANN401 - a field's type
    """Return what a field takes that has only a few values, to follow a complaint."""
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return f"; one of: {', '.join(choice.value for choice in kind)}"
    return f"; one of: {', '.join(get_args(kind))}" if get_origin(kind) is Literal else ""


_TYPE_NAMES = {
    "array": "an array",
    "object": "a table",
    "str": "a string",
    "bool": "true or false",
    "int": "an integer",
}


def _plain(message: str) -> str:
    """Return msgspec's message without its notation for types and paths."""
    text = message.split(" - at ")[0]
    text = re.sub(r"`(\w+)(?: \| null)?`", lambda match: _TYPE_NAMES.get(match[1], match[1]), text)
    return text.replace("Expected", "expected").replace("got", "found").replace("Invalid enum value", "invalid value")
