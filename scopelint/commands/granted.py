"""`scopelint granted`."""

import os
import sys
from pathlib import Path

import msgspec

from scopelint import grants, marketplace, pipeline
from scopelint.apps import check_keys
from scopelint.catalog.model import Catalog
from scopelint.commands.invocation import Invocation
from scopelint.commands.output import print_text
from scopelint.errors import ScopelintError
from scopelint.marketplace import Granted
from scopelint.model import App, Report
from scopelint.report import RenderOptions
from scopelint.report.grant_report import RENDERERS, GrantReport
from scopelint.textfile import read_text

EXIT_DONE = 0
EXIT_REFUSED = 1
EXIT_INCOMPLETE = 2

_STANDARD_INPUT = "-"


class GrantedInvocation(msgspec.Struct, frozen=True, kw_only=True):
    """The options of `granted` alone: a saved answer ("-" for standard input), or how to ask for one."""

    answer: str | None = None
    organization: str | None = None
    url: str | None = None
    timeout: float = 20.0


def run(invocation: Invocation, options: GrantedInvocation) -> int:
    """Show the differences; return 1 when a call is certainly refused that should not be. Raises ScopelintError."""
    config = msgspec.structs.replace(invocation.settings(), baseline=None)
    catalog = pipeline.catalog_of(config)
    granted = _granted(options, catalog)
    report = pipeline.calls(invocation.targets, config, every_host=False)
    app = _app(report)
    check_keys([app.manifest] if app.manifest else [], config)
    shown = GrantReport(
        granted=granted, report=report, app=app, comparison=grants.compare(app, granted.scopes, catalog)
    )
    print_text(RENDERERS[invocation.format_name or "text"](shown, RenderOptions(folder=os.getcwd())))
    if report.incomplete:
        return EXIT_INCOMPLETE
    return EXIT_REFUSED if shown.comparison.fails else EXIT_DONE


def _granted(options: GrantedInvocation, catalog: Catalog) -> Granted:
    if options.answer == _STANDARD_INPUT:
        text = sys.stdin.buffer.read(marketplace.SIZE_LIMIT).decode("utf-8-sig", "replace")
        return marketplace.parse(text, "standard input")
    if options.answer is not None:
        return marketplace.parse(read_text(Path(options.answer), options.answer), options.answer)
    default = f"https://{catalog.hosts[0]}" if catalog.hosts else ""
    given = marketplace.credentials(os.environ, options.url, options.organization, default)
    return marketplace.parse(marketplace.ask(given, options.timeout), given.base)


def _app(report: Report) -> App:
    if len(report.apps) > 1:
        paths = ", ".join(app.manifest.path for app in report.apps if app.manifest)
        raise ScopelintError(f"a key belongs to one app: name its folder or its manifest ({paths})")
    return report.apps[0]
