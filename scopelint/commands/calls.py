"""`scopelint calls`."""

import os
import sys

from scopelint import pipeline
from scopelint.commands.check import EXIT_CLEAN, EXIT_INCOMPLETE
from scopelint.commands.invocation import Invocation
from scopelint.commands.output import print_text
from scopelint.report import RenderOptions, inventory
from scopelint.stages import Stages


def run(invocation: Invocation) -> int:
    """List the calls and return the exit code; raises ScopelintError."""
    with Stages(sys.stderr, verbose=invocation.verbose) as stages:
        report = pipeline.calls(
            invocation.targets, invocation.settings(), every_host=invocation.every_host, stages=stages
        )
    if invocation.format_name == "json":
        print_text(inventory.render_json(report))
    else:
        print_text(inventory.render_text(report, RenderOptions(folder=os.getcwd())))
    return EXIT_INCOMPLETE if report.incomplete else EXIT_CLEAN
