"""`scopelint diff`: the scopes of a git revision against those of the working tree, or of another revision."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from scopelint import pipeline
from scopelint.apps import MANIFEST_NAME, check_keys
from scopelint.commands.invocation import Invocation
from scopelint.commands.output import print_text
from scopelint.comparison import compare
from scopelint.config import Config, project_root, upwards
from scopelint.discover.folders import ENVIRONMENT_MARK
from scopelint.discover.languages import language
from scopelint.discover.walk import IGNORE_FILE
from scopelint.errors import ScopelintError
from scopelint.model import Report
from scopelint.report.scope_changes import RENDERERS, ScopeDiff
from scopelint.revisions import Repository, repository

EXIT_DONE = 0
EXIT_MORE = 1
EXIT_INCOMPLETE = 2

WORKING_TREE = "the working tree"
_ENVIRONMENTS = (".venv", "venv")  # where an app's packages are found without being named; no revision has them


class DiffInvocation(msgspec.Struct, frozen=True, kw_only=True):
    """The options of `diff` alone; without `other`, `revision` is compared with the working tree."""

    revision: str
    other: str | None = None
    merge_base: bool = False
    exit_code: bool = False


def run(invocation: Invocation, options: DiffInvocation) -> int:
    """Show what changes for the scopes; return 1 when the exit code is asked for and more is needed or asked."""
    config = msgspec.structs.replace(invocation.settings(), baseline=None)
    targets = [Path(target).resolve() for target in invocation.targets]
    git = repository(list(upwards(targets[0])))
    for target in targets:
        if not target.is_relative_to(git.top):
            raise ScopelintError(f"lies outside of the repository at {git.top}", str(target))
    first = git.commit(options.revision)
    second = git.commit(options.other) if options.other is not None else None
    if options.merge_base:
        first = git.merge_base(first, second or git.commit("HEAD"))
    side = _Side(git, config, targets, project_root(targets, config))
    before = side.of_commit(first)
    after = side.of_commit(second) if second is not None else side.of_working_tree()
    diff = ScopeDiff(
        before_name=f"{options.revision}'s merge base" if options.merge_base else options.revision,
        after_name=options.other if options.other is not None else WORKING_TREE,
        before=before,
        after=after,
        changes=compare(before, after, pipeline.catalog_of(config)),
    )
    print_text(RENDERERS[invocation.format_name or "text"](diff))
    if before.incomplete or after.incomplete:
        return EXIT_INCOMPLETE
    more = any(change.newly_needed or change.newly_asked for change in diff.changes)
    return EXIT_MORE if options.exit_code and more else EXIT_DONE


class _Side:
    """One side of the comparison: the same paths and the same configuration, whatever the files."""

    def __init__(self, git: Repository, config: Config, targets: list[Path], root: Path) -> None:
        self._git = git
        self._config = absolute(config, root if root.is_relative_to(git.top) else git.top)
        self._targets = targets

    def of_working_tree(self) -> Report:
        """Return the report on the files as they lie there."""
        report = pipeline.calls([os.fspath(target) for target in self._targets], self._config, every_host=False)
        check_keys([app.manifest for app in report.apps if app.manifest], self._config)  # a commit's cannot be mended
        return report

    def of_commit(self, commit: str) -> Report:
        """Return the report on a commit's files; what the commit does not have is empty there."""
        with self._git.files_of(commit, self._wanted()) as folder:
            (folder / ".git").mkdir()  # so that it is a repository's top here too
            targets = [self._target(folder, target) for target in self._targets]
            return pipeline.calls(targets, moved(self._config, self._git.top, folder), every_host=False)

    def _target(self, folder: Path, target: Path) -> str:
        """Return a path in the folder; where the commit has none, an empty folder or file stands for it."""
        there = folder / target.relative_to(self._git.top)
        if target.is_dir():
            there.mkdir(parents=True, exist_ok=True)
        elif not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            there.touch()
        return os.fspath(there)

    def _wanted(self) -> Callable[[str], bool]:
        """Return which of a commit's files are read: sources, manifests, and what says which files count."""
        names = {MANIFEST_NAME, IGNORE_FILE, ENVIRONMENT_MARK}

        def wanted(path: str) -> bool:
            known = bool(language(path)) or path.rpartition("/")[2] in names
            return known or os.fspath(self._git.top / path) == self._config.manifest

        return wanted


def absolute(config: Config, root: Path) -> Config:
    """Return the configuration with absolute paths, and with the project's root as its folder."""
    base = Path(config.folder or root)

    def there(path: str) -> str:
        return os.path.normpath(base / path)

    packages = next((os.fspath(root / name) for name in _ENVIRONMENTS if (root / name).is_dir()), None)
    return msgspec.structs.replace(
        config,
        folder=os.fspath(root),
        manifest=config.manifest and there(config.manifest),
        search_paths=tuple(map(there, config.search_paths)),
        python=there(config.python) if config.python else packages,
        catalog=config.catalog and there(config.catalog),
        cache_dir=config.cache_dir and there(config.cache_dir),
    )


def moved(config: Config, top: Path, folder: Path) -> Config:
    """Return the configuration for the files of the repository at `top` in another folder; it has absolute paths.

    What no revision has (installed packages), and what judges both sides (the catalog), is taken from where it is.
    """

    def there(path: str) -> str:
        return os.fspath(folder / Path(path).relative_to(top)) if Path(path).is_relative_to(top) else path

    manifest = config.manifest and there(config.manifest)
    return msgspec.structs.replace(
        config,
        folder=there(config.folder),
        manifest=manifest if manifest and os.path.lexists(manifest) else None,
        search_paths=tuple(path for path in map(there, config.search_paths) if os.path.isdir(path)),
    )
