"""`scopelint check`."""

import os

from scopelint import pipeline
from scopelint.commands.invocation import Invocation
from scopelint.commands.output import destinations, print_text, wants_color, write_file
from scopelint.config import FailOn
from scopelint.model import Report, Severity
from scopelint.report import RenderOptions, render

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_INCOMPLETE = 2

_FAILING = {
    FailOn.ERROR: {Severity.ERROR},
    FailOn.WARNING: {Severity.ERROR, Severity.WARNING},
    FailOn.NOTE: set(Severity),
    FailOn.NEVER: set[Severity](),
}


def run(invocation: Invocation) -> int:
    """Analyse the paths, show the report and return the exit code; raises ScopelintError."""
    config = invocation.settings()
    files, instead = destinations(invocation.outputs, config.format)
    report = pipeline.check(invocation.targets, config)
    options = RenderOptions(verbose=invocation.verbose, folder=os.getcwd())
    for name, file in files:
        write_file(file, render(report, name, options))
    if not instead:
        in_color = RenderOptions(color=wants_color(invocation.color), verbose=invocation.verbose, folder=options.folder)
        print_text(render(report, config.format, in_color))
    return exit_code(report, FailOn.NEVER if invocation.exit_zero else config.fail_on)


def exit_code(report: Report, fail_on: FailOn) -> int:
    """Return 2 when something was not analysed, 1 when there are findings that fail, else 0."""
    if report.incomplete:
        return EXIT_INCOMPLETE
    failing = any(finding.severity in _FAILING[fail_on] for finding in report.findings)
    return EXIT_FINDINGS if failing else EXIT_CLEAN
