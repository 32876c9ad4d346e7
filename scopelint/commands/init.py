"""`scopelint init`."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from scopelint import pipeline
from scopelint.commands.invocation import Invocation
from scopelint.commands.output import print_text, write_file
from scopelint.config import Config, load, upwards
from scopelint.errors import ScopelintError
from scopelint.manifest.write import write
from scopelint.model import App, Report
from scopelint.onboarding import plan
from scopelint.onboarding.bases import Suggestion, suggested
from scopelint.onboarding.configuration import table
from scopelint.onboarding.plan import CI_SERVICES, PlannedFile
from scopelint.report import RenderOptions
from scopelint.report.counts import number
from scopelint.report.printable import printable
from scopelint.textdiff import unified

EXIT_DONE = 0


class InitInvocation(msgspec.Struct, frozen=True, kw_only=True):
    """The options of `init`; None for what a user at a terminal is asked about."""

    folder: str = "."
    manifest: str | None = None
    pre_commit: bool | None = None
    ci: tuple[str, ...] = ()
    diff: bool = False


def run(options: InitInvocation) -> int:
    """Write the configuration and what else is wanted, or show it; raises ScopelintError."""
    folder = Path(options.folder).resolve()
    asks = not options.diff and _at_terminal()
    known = load(folder)
    config = Invocation(paths=(options.folder,), manifest=options.manifest).settings()
    report = pipeline.calls((options.folder,), config, every_host=True)
    lines = list(_manifests(report))
    files: list[PlannedFile] = []
    if known.file:
        lines.append(f"{_relative(known.file)}: configures scopelint already, and is not changed")
    else:
        found = suggested((call for app in report.apps for call in app.calls), pipeline.catalog_of(config))
        accepted = [row for row in found if _is_accepted(row, asks=asks)]
        doubtful = [] if asks else [row for row in found if row not in accepted]
        files.append(plan.configuration(folder, table(accepted, doubtful, _manifest_key(options, config, folder))))
        lines += _told(accepted, "taken for the platform's") + _told(doubtful, "perhaps the platform's")
    files += _snippets(options, _top(folder), asks=asks)
    if options.diff:
        print_text("".join(_difference(file) for file in files if file.after is not None))
        return EXIT_DONE
    for file in files:
        _write(file)
    lines += (f"{file.shown}: {file.note}" for file in files)
    print_text("".join(f"{_printable(line)}\n" for line in (*lines, "Next: scopelint check")))
    return EXIT_DONE


def _at_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _top(folder: Path) -> Path:
    """Return the top of the git work tree, where hooks and CI services look; without one the folder."""
    top = list(upwards(folder))[-1]
    return top if (top / ".git").exists() else folder


def _manifests(report: Report) -> Iterator[str]:
    shown = RenderOptions(folder=os.getcwd())
    for app in report.apps:
        calls = number(_platform_calls(app), "API call")
        if app.manifest is None:
            yield f"no manifest (max-ai.app.toml) was found, and {calls}: scopelint check prints the one that it needs"
        else:
            declared = number(len(app.manifest.entries), "scope")
            yield f"{shown.shown(report, app.manifest.path)}: the manifest, with {declared}; its code has {calls}"


def _platform_calls(app: App) -> int:
    return sum(matched.verdict.value != "foreign" for matched in app.calls)


def _manifest_key(options: InitInvocation, config: Config, folder: Path) -> str | None:
    """Return the manifest as the configuration names it; raises ScopelintError for one that it may not name."""
    if options.manifest is None:
        return None
    path = Path(config.manifest or "").resolve()
    if not path.is_relative_to(folder):
        raise ScopelintError(f"must lie inside {folder} to be named in its configuration", options.manifest)
    return path.relative_to(folder).as_posix()


def _is_accepted(suggestion: Suggestion, *, asks: bool) -> bool:
    if not asks:
        return suggestion.likely
    call = suggestion.call
    question = printable(f"{call.span.path}:{call.span.line} sends {suggestion.request}")
    return click.confirm(
        f"{question}\nIs {printable(suggestion.base)} an address of the platform?", default=suggestion.likely
    )


def _told(suggestions: list[Suggestion], what: str) -> list[str]:
    return [
        f"{row.base}: {what}, since {row.call.span.path}:{row.call.span.line} sends {row.request}"
        for row in suggestions
    ]


def _snippets(options: InitInvocation, top: Path, *, asks: bool) -> Iterator[PlannedFile]:
    hooked = plan.pre_commit(top)
    wanted = options.pre_commit
    if wanted is None and asks and hooked.after is not None:
        wanted = click.confirm("Add a pre-commit hook?", default=hooked.before is not None)
    if wanted:
        yield hooked
    for name, planned in CI_SERVICES.items():
        file = planned(top)
        if name in options.ci or (asks and not options.ci and _wants_job(name, file, top)):
            yield file


def _wants_job(name: str, file: PlannedFile, top: Path) -> bool:
    """Ask about a job for a service that the repository uses."""
    uses = (top / ".github").is_dir() if name == "github" else file.before is not None
    title = {"github": "GitHub Actions", "gitlab": "GitLab CI"}[name]
    return uses and file.after is not None and click.confirm(f"Add a job to {title}?", default=True)


def _difference(file: PlannedFile) -> str:
    return unified(file.before, file.after or "", file.shown.replace(os.sep, "/"))


def _write(file: PlannedFile) -> None:
    """Write a planned file: a new one only where there is none, whatever has happened since."""
    if file.after is None:
        return
    if file.before is not None:
        write(file.path, file.after, file.shown)
        return
    if os.path.lexists(file.path):
        raise ScopelintError("is there already, and is not overwritten", file.shown)
    file.path.parent.mkdir(parents=True, exist_ok=True)
    write_file(file.path, file.after)


def _relative(path: str) -> str:
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return path


def _printable(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))
