"""`scopelint fix`."""

import os
import re
import sys
from pathlib import Path

import msgspec

from scopelint import fixes, pipeline
from scopelint.apps import manifest_keys
from scopelint.catalog.model import Catalog
from scopelint.commands.invocation import Invocation
from scopelint.commands.nearby import instead_of
from scopelint.commands.output import print_note, print_text
from scopelint.config import Config
from scopelint.errors import ScopelintError
from scopelint.fixes import FixOptions, Plan
from scopelint.manifest.absent import mistaken_names
from scopelint.manifest.edit import edit
from scopelint.manifest.write import write
from scopelint.model import App, Manifest, Report
from scopelint.nearest import nearest
from scopelint.report import RenderOptions
from scopelint.report.printable import printable
from scopelint.textdiff import unified
from scopelint.textfile import read_text

EXIT_DONE = 0
EXIT_WOULD_CHANGE = 1

_DONE = {
    "add": "added {}",
    "add optional": "added {} as optional",
    "replace": "replaced {}",
    "remove": "removed {}",
    "deduplicate": "left one {} of several",
    "require": "moved {} to the required scopes",
    "leave": "left {}",
}
_TO_DO = {
    "add": "would add {}",
    "add optional": "would add {} as optional",
    "replace": "would replace {}",
    "remove": "would remove {}",
    "deduplicate": "would leave one {} of several",
    "require": "would move {} to the required scopes",
    "leave": "would leave {}",
}


class FixInvocation(msgspec.Struct, frozen=True, kw_only=True):
    """The options of `fix` alone."""

    optional: tuple[str, ...] = ()
    remove_unused: bool = False
    diff: bool = False
    check: bool = False


class _Edited(msgspec.Struct, frozen=True):
    """A manifest with what is to become of it."""

    manifest: Manifest
    path: Path
    before: str
    after: str
    plan: Plan


def run(invocation: Invocation, options: FixInvocation) -> int:
    """Change the manifests, or show how; return 1 when `check` finds one that would change. Raises ScopelintError."""
    config = invocation.settings()
    catalog = pipeline.catalog_of(config)
    _check_names(options.optional, catalog)
    report = pipeline.check(invocation.targets, config)
    if report.incomplete:
        raise ScopelintError(f"nothing is changed, since the run is not complete: {report.incomplete[0]}")
    edited = [_edit(app, report, catalog, config, options, invocation) for app in report.apps]
    shown = RenderOptions(folder=os.getcwd())
    for manifest in edited:
        if not (options.diff or options.check) and manifest.after != manifest.before:
            write(manifest.path, manifest.after, manifest.manifest.path)
        if options.diff:
            print_text(_on_terminal(unified(manifest.before, manifest.after, manifest.manifest.path)))
        else:
            print_text(_told(manifest, shown.shown(report, manifest.manifest.path), options))
    would_change = options.check and any(manifest.after != manifest.before for manifest in edited)
    return EXIT_WOULD_CHANGE if would_change else EXIT_DONE


def _check_names(names: tuple[str, ...], catalog: Catalog) -> None:
    known = [scope.name for scope in catalog.scopes]
    for name in names:
        if name not in known:
            close = nearest(name, known)
            raise ScopelintError(f'there is no scope "{name}"' + (f"; did you mean {close}?" if close else ""))


def _edit(
    app: App, report: Report, catalog: Catalog, config: Config, options: FixInvocation, invocation: Invocation
) -> _Edited:
    manifest = app.manifest
    if manifest is None:
        if instead := instead_of(invocation.targets, "fix"):
            raise ScopelintError(instead)
        raise ScopelintError("no manifest (max-ai.app.toml) was found: create an empty one, or name it with --manifest")
    path, shown = Path(report.root, manifest.path), RenderOptions(folder=os.getcwd()).shown(report, manifest.path)
    doubt = _doubt(report) if options.remove_unused else ""
    if doubt:
        print_note(f"{shown}: nothing is removed, since {doubt}")
    wanted = FixOptions(optional=options.optional, remove_unused=options.remove_unused and not doubt)
    plan = fixes.plan(app, manifest, report.findings, catalog, wanted)
    before = read_text(path, shown)
    if not plan.steps:
        return _Edited(manifest, path, before, before, plan)
    for line, mistake in mistaken_names(manifest).items():
        raise ScopelintError(f"{mistake} Nothing is changed before that is corrected", shown, line)
    if invocation.manifest is None and not path.resolve().is_relative_to(report.root):
        raise ScopelintError("is a link that leads out of the project: it is not changed", shown)
    after = edit(before, path.suffix, manifest_keys(config), plan.changes, shown)
    return _Edited(manifest, path, before, after, plan)


def _doubt(report: Report) -> str:
    """Return why a scope that seems unused may be used all the same, as a clause; "" when it cannot be."""
    if report.statistics.unreadable:
        return "a file that cannot be read may use what seems unused (SCL902)"
    return ""


def _told(edited: _Edited, path: str, options: FixInvocation) -> str:
    """Return a line for each step."""
    words = _TO_DO if options.check else _DONE
    lines = []
    for step in (*edited.plan.steps, *edited.plan.left):
        joint = " " if step.verb == "replace" else ": "
        lines.append(words[step.verb].format(step.scope) + (joint + step.detail if step.detail else ""))
    if not edited.plan.steps:
        lines.append("nothing to change")
    return "".join(f"{printable(path)}: {printable(line)}\n" for line in lines)


def _on_terminal(text: str) -> str:
    """Return a manifest's text without control codes when a terminal would obey them; else as it is, to be applied."""
    return (
        re.sub(r"[^\t\r\n]+", lambda match: printable(match[0]), text)
        if sys.stdout is not None and sys.stdout.isatty()
        else text
    )
