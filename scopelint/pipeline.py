"""The stages, in order: find, sift, read facts, link, match, judge. The one place that knows them all."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from scopelint import apps, baseline, sources
from scopelint.catalog import load as catalogs
from scopelint.catalog.glossary import glossary
from scopelint.config import project_root
from scopelint.discover import DiscoverOptions, discover
from scopelint.dotted import dotted_paths
from scopelint.match import match
from scopelint.mentions import mentions
from scopelint.model import (
    ApiCall,
    App,
    BaselineEntry,
    Finding,
    MatchedCall,
    Report,
    Span,
    Statistics,
    Suppressed,
)
from scopelint.rules import ALL, Subject, judge, summarise
from scopelint.rules.select import select
from scopelint.suppress import apply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scopelint.catalog.model import Catalog
    from scopelint.config import Config


def check(paths: Sequence[str], config: Config, unsaved: Mapping[str, bytes] | None = None) -> Report:
    """Analyse the code at `paths` and judge it; raises ScopelintError for bad paths, configuration or manifests.

    `unsaved` holds texts, by absolute path, that stand for those of Python files on the disk, or for files to come.
    """
    if not config.baseline:
        return _run(paths, config, every_host=False, judged=True, unsaved=unsaved)
    accepted = baseline.read(Path(config.folder, config.baseline), config.baseline)
    report = _run(paths, config, every_host=False, judged=True, unsaved=unsaved)
    return baseline.apply(report, accepted, _judged(accepted, report, paths, config))


def calls(paths: Sequence[str], config: Config, *, every_host: bool) -> Report:
    """List the API calls of the code at `paths`, or its HTTP calls to any host, without judging them."""
    return _run(paths, config, every_host=every_host, judged=False)


def _run(
    paths: Sequence[str],
    config: Config,
    *,
    every_host: bool,
    judged: bool,
    unsaved: Mapping[str, bytes] | None = None,
) -> Report:
    started = time.perf_counter()
    targets = [Path(path) for path in paths]
    root = project_root(targets, config)
    catalog = catalog_of(config)
    found = discover(root, targets, DiscoverOptions(config.exclude))
    python = tuple(sorted({*found.python, *found.tests})) if config.include_tests else found.python
    texts = sources.unsaved_texts(root, unsaved or {})
    python = sources.with_unsaved(root, python, texts, config)
    code = sources.read(root, python, config, catalog, every_host, texts)
    mentioned = dotted_paths(root, found.configuration)
    manifests = apps.manifests(root, targets, config, found)
    other = mentions(root, found.other, catalog)
    judged_apps: list[App] = []
    findings: list[Finding] = []
    bounds: set[str] = set()
    for manifest, owned in apps.owners(manifests, python):
        linked = code.link(owned, mentioned)
        bounds.update(linked.bounds)
        matched = tuple(match(call, catalog) for call in linked.calls)
        if not every_host:
            matched = tuple(call for call in matched if call.verdict.value != "foreign")
        subject = Subject(manifest, matched, apps.owned_mentions(manifest, manifests, other), code.unreadable(), catalog)
        judged_apps.append(App(manifest=manifest, calls=matched, scopes=summarise(subject), mentions=subject.mentions))
        if judged:
            findings.extend(judge(subject))
    unique = tuple(sorted(dict.fromkeys(findings), key=lambda finding: (finding.span, finding.code, finding.scope or "")))
    outcome = apply(unique, {**code.comments(), **apps.comments(root, manifests)}) if judged else None
    kept = outcome.kept if outcome is not None else ()
    hidden: tuple[Suppressed, ...] = outcome.suppressed if outcome is not None else ()
    shown = selected(kept, config)
    statistics = Statistics(
        files=len(found.python) + len(found.tests),
        analysed=len(code.analysed()),
        skipped_tests=0 if config.include_tests else len(found.tests),
        unreadable=len(code.unreadable()),
        duration=time.perf_counter() - started,
    )
    return Report(
        root=os.fspath(root),
        apps=tuple(judged_apps),
        findings=shown,
        suppressed=hidden,
        statistics=statistics,
        analysed=code.analysed(),
        incomplete=code.incomplete(),
        glossary=glossary(catalog),
    )


def selected(findings: Sequence[Finding], config: Config) -> tuple[Finding, ...]:
    """Return the findings that the configuration selects; raises ScopelintError for a selector that is none."""
    return select(
        findings,
        known=tuple(rule.code for rule in ALL),
        selected=config.select,
        ignored=config.ignore,
        per_file_ignores=config.per_file_ignores,
    )


def _judged(
    accepted: Sequence[BaselineEntry], report: Report, paths: Sequence[str], config: Config
) -> Callable[[BaselineEntry], bool]:
    """Return whether this run reports findings like an entry of the baseline: none, when it is about a part only."""
    root = Path(report.root)
    targets = [Path(path).resolve() for path in paths]
    whole = all(any((root / entry.path).is_relative_to(target) for target in targets) for entry in accepted)
    severities = {rule.code: rule.severity for rule in ALL}

    def judged(entry: BaselineEntry) -> bool:
        if not whole or entry.code not in severities:
            return whole
        span = Span(entry.path, 1, 1, 1, 1)
        like = Finding(code=entry.code, slug="", severity=severities[entry.code], message="", span=span)
        return bool(selected((like,), config))

    return judged


def catalog_of(config: Config) -> Catalog:
    """Return the table that a configuration asks for; raises ScopelintError when it cannot be read."""
    base = catalogs.load(Path(config.folder, config.catalog)) if config.catalog else catalogs.load_bundled()
    hosts = [base_url for base_url in config.base_urls if "://" in base_url]
    names = [name for name in config.base_urls if "://" not in name]
    names += [name.rpartition(".")[2] for name in names]
    return base.extended(hosts, names)


__all__ = ["ApiCall", "MatchedCall", "calls", "check", "msgspec", "selected"]
