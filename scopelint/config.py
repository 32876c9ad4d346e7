"""The configuration: `[tool.scopelint]` in pyproject.toml, or scopelint.toml, as one frozen value.

A configuration comes with the code that is analysed, so it is not trusted: it names no command, no pattern that could
take long to match, and no place outside its own folder for anything that scopelint writes.
"""

import enum
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from scopelint.errors import ScopelintError
from scopelint.nearest import nearest

FILE_NAMES = ("scopelint.toml", "pyproject.toml")
ROOT_MARKERS = ("max-ai.app.toml", "pyproject.toml", "setup.py", "setup.cfg")
WRITTEN = ("manifest", "cache-dir")  # keys that name what scopelint writes: these stay in the configuration's folder

FormatName = Literal["text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"]


class FailOn(enum.Enum):
    """The least severity that fails a run."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


class ClientRow(msgspec.Struct, frozen=True, kw_only=True, rename={"class_": "class"}):
    """A row that extends the table of HTTP libraries: a callable that sends, or a class whose instances do.

    `call` or `class` is its dotted name. `signature` lists the parameters as a `def` would ("method, url, *, params").
    `method` is the parameter that holds the method, or the method itself in upper case; `url`, `query` and `base` name
    the parameters that hold the URL, the query and (for a class) the base URL.
    """

    call: str = ""
    class_: str = ""
    signature: str = ""
    method: str = ""
    url: str = ""
    query: str = ""
    base: str = ""


class Config(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """What the user configured; paths are relative to `folder`, as written.

    `file` is the configuration file and `folder` the absolute folder that it stands in; both are "" without one.
    """

    manifest: str | None = None
    manifest_required_key: str | None = None
    manifest_optional_key: str | None = None
    exclude: tuple[str, ...] = ()
    include_tests: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = {}
    fail_on: FailOn = FailOn.WARNING
    format: FormatName = "text"
    base_urls: tuple[str, ...] = ()
    clients: tuple[ClientRow, ...] = ()
    operations: Mapping[str, str] = {}
    library: tuple[str, ...] = ()
    python: str | None = None
    search_paths: tuple[str, ...] = ()
    catalog: str | None = None
    count_dead_code: bool = False
    cache_dir: str | None = None
    no_cache: bool = False
    jobs: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    sieve: bool = True
    baseline: str | None = None
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

    It is the top of the git work tree that holds the first path; else the configuration's folder; else the nearest
    folder that looks like a project's; else the path's own. It is widened until it holds all the paths.
    """
    folders = list(upwards(paths[0]))
    if (folders[-1] / ".git").exists():
        root = folders[-1]
    elif config.folder:
        root = Path(config.folder)
    else:
        marked = (folder for folder in folders if any((folder / name).is_file() for name in ROOT_MARKERS))
        root = next(marked, folders[0])
    for path in paths:
        while not path.resolve().is_relative_to(root):
            root = root.parent
    return root


def _read(file: Path, *, required: bool) -> Config | None:
    """Return the file's configuration; None when it says nothing of scopelint and need not."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ScopelintError(f"cannot read the configuration: {error.strerror}", str(file)) from None
    in_project_file = file.name == "pyproject.toml"
    if in_project_file and b"scopelint" not in data:
        return Config() if required else None  # no parse, and no complaint about a file that is not ours
    table: Any = _parse(data, file)
    prefix: tuple[str, ...] = ()
    if in_project_file:
        prefix = ("tool", "scopelint")
        for name in prefix:
            table = table.get(name)
            if table is None:
                return Config() if required else None
            if not isinstance(table, dict):
                raise ScopelintError(f'"{name}" must be a table', str(file))
    return _validate(table, _Source(file, data.decode("utf-8"), prefix))


def _parse(data: bytes, file: Path) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ScopelintError("not UTF-8", str(file), data.count(b"\n", 0, error.start) + 1) from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        message = re.sub(r"\s*\(at .*\)$", "", str(error).splitlines()[0])
        raise ScopelintError(f"not valid TOML: {message}", str(file), int(line[1]) if line else 0) from None
    except (RecursionError, ValueError):
        raise ScopelintError("not valid TOML", str(file)) from None


class _Source:
    """A configuration file's text, asked for the line of a key."""

    def __init__(self, file: Path, text: str, prefix: tuple[str, ...]) -> None:
        self.file = file
        self.prefix = prefix
        self._lines = text.splitlines()

    def error(self, message: str, *keys: str, nth: int | None = None) -> ScopelintError:
        """Return the error at the line of the key (in the nth table of an array of tables)."""
        return ScopelintError(message, str(self.file), self._line((*self.prefix, *keys), nth))

    def _line(self, wanted: tuple[str, ...], nth: int | None) -> int:
        """Return the line where the key stands; else that of the innermost table that holds it, else 0."""
        header: tuple[str, ...] = ()
        tables = -1
        best = best_length = 0
        for number, text in enumerate(self._lines, 1):
            if head := re.match(r"\s*\[+([^\[\]]+)\]+\s*(?:#.*)?$", text):
                header = here = _dotted(head[1])
                tables += text.lstrip().startswith("[[") and header == wanted[: len(header)]
            elif assignment := re.match(r"\s*([\w.\"'-]+)\s*=", text):
                here = (*header, *_dotted(assignment[1]))
            else:
                continue
            if nth is not None and tables not in (-1, nth):
                continue
            shared = here[: len(wanted)]
            if shared == wanted[: len(shared)] and len(shared) > best_length:
                best, best_length = number, len(shared)
        return best


def _dotted(text: str) -> tuple[str, ...]:
    return tuple(part[0] or part[1] or part[2] for part in re.findall(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)", text))


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
            raise source.error(f'"{key}": {_plain(str(error))}', key) from None
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
    return client


def _unknown(what: str, key: str, known: Sequence[str]) -> str:
    close = nearest(key.replace("_", "-"), known)
    return f'unknown {what} "{key}"' + (f'; did you mean "{close}"?' if close else f"; known: {', '.join(known)}")


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
