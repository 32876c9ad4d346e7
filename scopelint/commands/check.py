"""`scopelint check`."""

import os
import sys
from pathlib import Path

import msgspec

from scopelint import baseline, pipeline
from scopelint.apps import MANIFEST_NAME
from scopelint.commands.invocation import Invocation
from scopelint.commands.nearby import instead_of
from scopelint.commands.output import destinations, is_standard_output, print_note, print_text, write_file
from scopelint.commands.terminal import for_terminal
from scopelint.config import Config, FailOn
from scopelint.errors import ScopelintError
from scopelint.manifest.absent import mistaken_names
from scopelint.model import Report, Severity
from scopelint.report import RenderOptions, render
from scopelint.report.counts import number
from scopelint.report.printable import printable
from scopelint.stages import Stages

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_INCOMPLETE = 2

_TELLING_OF_NO_MANIFEST = ("text", "markdown", "html")

_FAILING = {
    FailOn.ERROR: {Severity.ERROR},
    FailOn.WARNING: {Severity.ERROR, Severity.WARNING},
    FailOn.NOTE: set(Severity),
    FailOn.NEVER: set[Severity](),
}


def run(invocation: Invocation) -> int:
    """Analyse the paths, show the report and return the exit code; raises ScopelintError."""
    config = invocation.settings()
    if invocation.write_baseline:
        return _write_baseline(invocation, config)
    files, instead = destinations(invocation.outputs, config.format)
    with Stages(sys.stderr, verbose=invocation.verbose) as stages:
        report = pipeline.check(invocation.targets, config, stages=stages)
    options = RenderOptions(verbose=invocation.verbose, folder=os.getcwd())
    for name, file in files:
        write_file(file, render(report, name, options))
    if not instead:
        print_text(render(report, config.format, for_terminal(options, invocation.color)))
    _tell_no_manifest(report, invocation, in_report=not instead and config.format in _TELLING_OF_NO_MANIFEST)
    _tell_mistaken_names(report, options)
    if not report.statistics.files:
        print_note(f"no Python file was found in {', '.join(invocation.targets)}")
    _tell_expired(report, invocation.baseline or config.baseline or "")
    return exit_code(report, FailOn.NEVER if invocation.exit_zero else config.fail_on)


def _write_baseline(invocation: Invocation, config: Config) -> int:
    """Write what is found now, whatever an earlier baseline says of it."""
    file = invocation.write_baseline or ""
    report = pipeline.check(invocation.targets, msgspec.structs.replace(config, baseline=None))
    if report.incomplete:
        raise ScopelintError(f"is not written, since the run is not complete: {report.incomplete[0]}", file)
    if is_standard_output(file):
        print_text(baseline.dump(report.findings, report.root, ""))
        return EXIT_CLEAN
    write_file(Path(file), baseline.dump(report.findings, report.root, file))
    print_text(f"{printable(file)}: {number(len(report.findings), 'finding')} written\n")
    return EXIT_CLEAN


def _tell_no_manifest(report: Report, invocation: Invocation, *, in_report: bool) -> None:
    """Tell, beside a report that does not, that no scope was judged: a gate must not pass for that without a word."""
    if all(app.manifest is not None for app in report.apps):
        return
    if instead := instead_of(invocation.targets, "check"):
        print_note(f"no scope is judged, since {instead}")
    elif not in_report:
        print_note(f"no manifest ({MANIFEST_NAME}) was found, so no scope is judged: name it with --manifest")


def _tell_mistaken_names(report: Report, options: RenderOptions) -> None:
    """Tell, beside the report, the names in manifests that were probably meant to declare scopes."""
    for manifest in (app.manifest for app in report.apps if app.manifest):
        for line, mistake in mistaken_names(manifest).items():
            print_note(f"{options.shown(report, manifest.path)}:{line}: {mistake}")


def _tell_expired(report: Report, file: str) -> None:
    """Tell, beside the report, the baseline's entries that nothing answers to any more."""
    options = RenderOptions(folder=os.getcwd())
    for entry in report.expired:
        what = entry.scope or entry.endpoint or entry.message
        path = options.shown(report, entry.path)
        told = f"{entry.code} in {path} ({what}) is not found any more: write the baseline again"
        print_note(f"{file}: {told}")


def exit_code(report: Report, fail_on: FailOn) -> int:
    """Return 2 when something was not analysed, 1 when there are findings that fail, else 0."""
    if report.incomplete:
        return EXIT_INCOMPLETE
    failing = any(finding.severity in _FAILING[fail_on] for finding in report.findings)
    return EXIT_FINDINGS if failing else EXIT_CLEAN
