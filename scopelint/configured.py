"""What a configuration names, against the rules and the table: a mistake is an error with its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from scopelint.config import place_of
from scopelint.errors import ScopelintError
from scopelint.nearest import nearest
from scopelint.rules import ALL
from scopelint.rules.select import mistake

if TYPE_CHECKING:
    from scopelint.catalog.model import Catalog
    from scopelint.config import Config

_CALLABLE = re.compile(r"[^\W\d]\w*(\(\))?(\.[^\W\d]\w*(\(\))?)*")


def check_codes(config: Config) -> None:
    """Raise ScopelintError for a code that is selected or ignored and that no rule has."""
    codes = tuple(rule.code for rule in ALL)
    listed = [(("select",), config.select), (("ignore",), config.ignore)]
    files = [(("per-file-ignores", pattern), ignored) for pattern, ignored in config.per_file_ignores.items()]
    for keys, selectors in (*listed, *files):
        for selector in selectors:
            if wrong := mistake(selector, codes):
                raise ScopelintError(wrong, *place_of(config, *keys))


def check_places(config: Config, root: Path) -> None:
    """Raise ScopelintError for an environment or a search path that is not there; relative ones count from `root`."""
    base = Path(config.folder or root)
    if config.python and not (base / config.python).exists():
        raise ScopelintError(f'"python": there is no {config.python}', *place_of(config, "python"))
    for path in config.search_paths:
        if not (base / path).is_dir():
            raise ScopelintError(f'"search-paths": there is no folder {path}', *place_of(config, "search-paths"))


def extended(catalog: Catalog, config: Config) -> Catalog:
    """Return the table with the configured addresses and names; raises ScopelintError for what is none."""
    for address in config.base_urls:
        if "://" not in address and not all(part.isidentifier() for part in address.split(".")):
            message = f'"{address}" is neither a URL with its scheme nor the name of a variable or a setting'
            raise ScopelintError(message, *place_of(config, "base-urls"))
    hosts = [base_url for base_url in config.base_urls if "://" in base_url]
    names = [name for name in config.base_urls if "://" not in name]
    names += [name.rpartition(".")[2] for name in names]
    try:
        found = catalog.extended(hosts, names)
    except ScopelintError as error:
        raise ScopelintError(error.message, *place_of(config, "base-urls")) from None
    for name, operation in config.operations.items():
        _check_operation(name, operation, found, config)
    return found


def _check_operation(name: str, operation: str, catalog: Catalog, config: Config) -> None:
    if not _CALLABLE.fullmatch(name):
        message = f'"{name}" names no call: write it as "maxcare.Client().patients.list"'
        raise ScopelintError(message, *place_of(config, "operations", name))
    if catalog.endpoint(operation) or operation in catalog.operation_names():
        return
    known = [*(row.name for row in catalog.endpoints), *(row.resource_name for row in catalog.endpoints)]
    close = nearest(operation, known)
    advice = f"; did you mean {close}?" if close else "; `scopelint catalog show` lists them"
    raise ScopelintError(f'no endpoint is called "{operation}"{advice}', *place_of(config, "operations", name))
