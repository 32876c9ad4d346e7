"""What a command line says of one analysis, and the configuration that follows from it."""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from scopelint.config import Config, FailOn, load
from scopelint.errors import ScopelintError


class Invocation(msgspec.Struct, frozen=True, kw_only=True):
    """The options of the commands that analyse code, as given; paths are relative to where the user stands."""

    paths: tuple[str, ...] = ()
    config: str | None = None
    isolated: bool = False
    manifest: str | None = None
    include_tests: bool = False
    count_dead_code: bool = False
    search_paths: tuple[str, ...] = ()
    python: str | None = None
    no_cache: bool = False
    cache_dir: str | None = None
    jobs: int | None = None
    verbose: bool = False
    format_name: str | None = None
    outputs: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    baseline: str | None = None
    write_baseline: str | None = None
    fail_on: str | None = None
    exit_zero: bool = False
    color: str = "auto"
    every_host: bool = False

    @property
    def targets(self) -> tuple[str, ...]:
        """The paths to analyse: the current folder when none is given."""
        return self.paths or (".",)

    def settings(self) -> Config:
        """Return the configuration file's settings with what was given here instead; raises ScopelintError."""
        if self.isolated and self.config:
            raise ScopelintError("--isolated reads no configuration file, so --config cannot go with it")
        config = load(Path(self.targets[0]), Path(self.config) if self.config else None, self.isolated)
        _check_codes((*_codes(self.select), *_codes(self.ignore)))
        if self.baseline == "-":
            raise ScopelintError("--baseline is a file, and is not read from standard input")
        given = {
            "manifest": _absolute(self.manifest),
            "include_tests": self.include_tests,
            "count_dead_code": self.count_dead_code,
            "search_paths": tuple(map(os.path.abspath, self.search_paths)),
            "python": _absolute(self.python),
            "no_cache": self.no_cache,
            "cache_dir": _absolute(self.cache_dir),
            "jobs": self.jobs,
            "format": self.format_name,
            "select": _codes(self.select),
            "ignore": _codes(self.ignore),
            "baseline": _absolute(self.baseline),
            "fail_on": FailOn(self.fail_on) if self.fail_on else None,
        }
        return msgspec.structs.replace(config, **{name: value for name, value in given.items() if value})


def _absolute(path: str | None) -> str | None:
    """Return the path as one that does not depend on the folder of the configuration."""
    return os.path.abspath(path) if path else None


def _check_codes(selectors: Sequence[str]) -> None:
    """Raise ScopelintError for a selector that no rule has; one in the configuration is told with its place."""
    if not selectors:
        return
    from scopelint.rules import ALL
    from scopelint.rules.select import mistake

    for selector in selectors:
        if wrong := mistake(selector, [rule.code for rule in ALL]):
            raise ScopelintError(wrong)


def _codes(values: Sequence[str]) -> tuple[str, ...]:
    """Return the codes of a repeatable option whose values may list several: "SCL101,SCL2"."""
    return tuple(code for value in values for code in value.replace(",", " ").split())
