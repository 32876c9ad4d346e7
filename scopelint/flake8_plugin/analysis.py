"""One run of the pipeline for one run of flake8."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flake8.exceptions import ExecutionError
from flake8.style_guide import Decision, DecisionEngine

from scopelint import pipeline
from scopelint.commands.invocation import Invocation
from scopelint.errors import ScopelintError
from scopelint.flake8_plugin.checked import CheckedFiles
from scopelint.flake8_plugin.places import violations
from scopelint.flake8_plugin.project import project_folder
from scopelint.flake8_plugin.stdin import unsaved
from scopelint.report.printable import printable
from scopelint.rules import ALL

if TYPE_CHECKING:
    import argparse

    from scopelint.config import Config
    from scopelint.flake8_plugin.places import Violations
    from scopelint.model import Finding, Report


def run(options: argparse.Namespace) -> Violations:
    """Return what scopelint finds in the project that flake8 is asked about; raises flake8's ExecutionError."""
    if options.bug_report or not _is_wanted(options):
        return {}
    try:
        return _run(options)
    except ScopelintError as error:
        raise ExecutionError(f"scopelint: error: {printable(str(error))}") from None


def _run(options: argparse.Namespace) -> Violations:
    paths = [options.stdin_display_name if path == "-" else path for path in options.filenames or ["."]]
    asked = _invocation(options, os.fspath(project_folder(paths)))
    config = asked.settings()
    folder = asked.targets[0]
    if config.manifest and config.folder and not (options.scopelint_project or options.scopelint_manifest):
        folder = config.folder
    report = pipeline.check((folder,), config, unsaved(options))
    if report.incomplete:
        raise ScopelintError(f"not everything could be analysed: {report.incomplete[0]}")
    findings = (*report.findings, *_left_to_flake8(report, config))
    return violations(report, findings, CheckedFiles(options, folder))


def _invocation(options: argparse.Namespace, folder: str) -> Invocation:
    """Return what flake8's options ask for, about the code in a folder."""
    return Invocation(
        paths=(os.path.abspath(options.scopelint_project or folder),),
        config=options.scopelint_config,
        isolated=options.isolated,
        manifest=options.scopelint_manifest,
        include_tests=options.scopelint_include_tests,
        count_dead_code=options.scopelint_count_dead_code,
        search_paths=tuple(options.scopelint_search_path or ()),
        python=options.scopelint_python,
        no_cache=options.scopelint_no_cache,
    )


def _is_wanted(options: argparse.Namespace) -> bool:
    """Return whether flake8 would tell any of the findings."""
    decisions = DecisionEngine(options)
    return any(decisions.decision_for(rule.code) is Decision.Selected for rule in ALL)


def _left_to_flake8(report: Report, config: Config) -> tuple[Finding, ...]:
    """Return what only `# noqa` comments suppress, so that flake8's --disable-noqa shows it."""
    hidden = tuple(suppressed.finding for suppressed in report.suppressed if suppressed.noqa)
    return pipeline.selected(hidden, config)
