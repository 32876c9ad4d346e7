"""The stages, in order: find, sift, read facts, link, match, judge. The one place that knows them all."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scopelint import apps, baseline, sifting
from scopelint.cache import open_cache, tool_stamp
from scopelint.catalog import load as catalogs
from scopelint.catalog.glossary import glossary
from scopelint.config import project_root
from scopelint.configured import check_codes, check_places, extended
from scopelint.discover import DiscoverOptions, discover
from scopelint.dotted import dotted_paths
from scopelint.elsewhere import Elsewhere
from scopelint.environment import search_folders
from scopelint.match import match
from scopelint.mentions import in_order, mentions
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
    Verdict,
)
from scopelint.parsing import FactsReader
from scopelint.parsing.ahead import Ahead
from scopelint.results import Results
from scopelint.rules import ALL, INVENTORY, Subject, judge, summarise
from scopelint.rules.select import select
from scopelint.rules.unused import kept_scopes
from scopelint.sieve.projects import near
from scopelint.stages import Stages
from scopelint.suppress import apply
from scopelint.unsaved import texts_inside, with_unsaved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scopelint.cache import Cache
    from scopelint.catalog.model import Catalog
    from scopelint.config import Config
    from scopelint.discover import Discovery
    from scopelint.model import Manifest


def check(
    paths: Sequence[str],
    config: Config,
    unsaved: Mapping[str, bytes] | None = None,
    stages: Stages | None = None,
) -> Report:
    """Analyse the code at `paths` and judge it; raises ScopelintError for bad paths, configuration or manifests.

    `unsaved` holds texts, by absolute path, that stand for those of Python files on the disk, or for files to come.
    `stages` is told where the run stands.
    """
    if not config.baseline:
        return _run(paths, config, every_host=False, judged=True, unsaved=unsaved, stages=stages)
    read = baseline.read(Path(config.folder, config.baseline), config.baseline)
    report = _run(paths, config, every_host=False, judged=True, unsaved=unsaved, stages=stages)
    accepted = read.told_from(report.root)
    return baseline.apply(report, accepted, _judged(accepted, report, paths, config))


def calls(paths: Sequence[str], config: Config, *, every_host: bool, stages: Stages | None = None) -> Report:
    """List the API calls of the code at `paths`, or its HTTP calls to any host, without judging them."""
    return _run(paths, config, every_host=every_host, judged=False, unsaved=None, stages=stages)


def _run(
    paths: Sequence[str],
    config: Config,
    *,
    every_host: bool,
    judged: bool,
    unsaved: Mapping[str, bytes] | None,
    stages: Stages | None,
) -> Report:
    """Find the files, and return their report: the one of an earlier run, when nothing has changed since."""
    begun, started = time.time(), time.perf_counter()
    check_codes(config)
    stages = stages or Stages()
    with Ahead(config.jobs) as ahead:
        if config.no_cache:  # else the report may be known, and no parser needed
            ahead.start()
        stages.begin("discover")
        project = _discovered([Path(path) for path in paths], config, unsaved or {}, judged=judged)
        root, found = project.root, project.found
        stages.end(
            f"{len(found.python)} Python files, {len(found.tests)} of test code, {len(found.other)} of other languages"
        )
        cache = open_cache(config)
        tool = None if config.no_cache else tool_stamp()
        results = Results(cache, None if project.unsaved else tool, begun)
        stages.begin("recall")
        purpose = (str(every_host), str(judged), *project.asked)
        key = results.key(root, found, project.manifests, config, project.search, purpose)
        report = results.recall(key)
        stages.end("nothing has changed since an earlier run" if report else "no earlier run with the same files")
        if report is None:
            report, outside = _analyse(
                project, config, cache, tool, stages, ahead, every_host=every_host, judged=judged
            )
            results.keep(key, report, outside)
        cache.close()
    report = _about(report, project.beside)
    statistics = msgspec.structs.replace(report.statistics, duration=time.perf_counter() - started)
    return msgspec.structs.replace(report, statistics=statistics)


def _about(report: Report, beside: frozenset[str]) -> Report:
    """Return the report without the findings in files that were read for their app's sake only."""
    if not beside:
        return report
    return msgspec.structs.replace(
        report,
        findings=tuple(finding for finding in report.findings if finding.span.path not in beside),
        suppressed=tuple(row for row in report.suppressed if row.finding.span.path not in beside),
        statistics=msgspec.structs.replace(report.statistics, beside=len(beside)),
    )


class _Project(NamedTuple):
    """What the stages before the first look into a Python file have found.

    `asked` are the paths of the manifests that are judged, `beside` the Python files that are read only since the
    targets hold a part of their app.
    """

    root: Path
    found: Discovery
    beside: frozenset[str]
    manifests: tuple[Manifest, ...]
    asked: tuple[str, ...]
    search: tuple[str, ...]
    unsaved: dict[str, bytes]


def _discovered(targets: list[Path], config: Config, unsaved: Mapping[str, bytes], *, judged: bool) -> _Project:
    """Find the files at the targets and, to judge apps, the other files of those that the targets are a part of."""
    root = project_root(targets, config)
    check_places(config, root)
    options = DiscoverOptions(config.exclude)
    named = found = discover(root, targets, options)
    manifests = apps.manifests(root, targets, config, found)
    asked = apps.asked(manifests, root, targets, config, named)
    if judged:
        apps.check_keys(asked, config)
    if judged and (folders := apps.uncovered(asked, root, targets, config)):
        targets = [*targets, *folders]
        found = discover(root, targets, options)
        manifests = apps.manifests(root, targets, config, found)
    return _Project(
        root=root,
        found=found,
        beside=frozenset((*found.python, *found.tests)).difference(named.python, named.tests),
        manifests=manifests,
        asked=tuple(manifest.path for manifest in asked),
        search=search_folders(root, config, targets),
        unsaved=texts_inside(root, unsaved),
    )


def _analyse(
    project: _Project,
    config: Config,
    cache: Cache,
    tool: bytes | None,
    stages: Stages,
    ahead: Ahead,
    *,
    every_host: bool,
    judged: bool,
) -> tuple[Report, list[str]]:
    """Return the project's report, and the absolute paths of what was read outside of it."""
    root, found, manifests = project.root, project.found, project.manifests
    catalog = catalog_of(config)
    python = tuple(sorted({*found.python, *found.tests})) if config.include_tests else found.python
    python = with_unsaved(root, python, project.unsaved, config)
    texts = {path: text for path, text in project.unsaved.items() if path in python}
    stages.begin("sift")
    installed = sifting.search_trees(project.search, config, catalog)
    reader = FactsReader(os.fspath(root), texts, cache, tool, config.jobs, ahead.start())
    likely = apps.likely(manifests, python)
    reader.expect(likely)
    from scopelint.links import Links  # with the linker: an unchanged project needs none, and others are parsed now
    from scopelint.sources import Code

    deserving = sifting.sift(root, python, config, catalog, every_host, texts, installed, reader.expect, likely)
    kept = deserving if config.sieve else python
    reader.expect(kept)
    stages.end(f"{len(kept)} of {len(python)} files may matter")
    stages.watch()
    stages.begin("mentions")
    mentioned = dotted_paths(root, near(os.fspath(root), found.configuration, deserving))
    other = mentions(root, found.other, catalog)
    stages.end(f"{len(other)} in sources of other languages, {len(mentioned)} names in configuration files")
    code = Code(python, kept, deserving, config, catalog, reader, installed, Links(cache, tool))
    code.parse(stages)
    unreadable = code.unreadable(frozenset(deserving))
    if broken := [file.span.path for file in unreadable]:  # what no Python 3 reads is another language
        other = in_order((*other, *mentions(root, broken, catalog)))
    elsewhere = Elsewhere.of(os.fspath(root), project.search)
    judged_apps: list[App] = []
    findings: list[Finding] = []
    marked: list[Suppressed] = []
    faults: list[str] = []
    for manifest, owned in apps.owners(manifests, python):
        if manifest is not None and manifest.path not in project.asked:
            continue
        stages.begin("link")
        linked = code.link(owned, mentioned)
        concerned = code.concerned()  # with what the linker has asked for
        unreadable = code.unreadable(concerned)
        stages.end(f"{len(linked.calls)} calls")
        faults.extend(map(elsewhere.told, linked.faults))
        lost = tuple(map(elsewhere.told, (*code.incomplete(), *linked.faults)))
        bounds = tuple(elsewhere.bound(reached) for reached in linked.bounds if reached.path in concerned)
        pairs = [(call, match(elsewhere.call(call), catalog)) for call in linked.calls]
        matched = tuple(
            found
            for call, found in pairs
            if (every_host or found.verdict is not Verdict.FOREIGN)
            and (found.verdict is not Verdict.UNRESOLVED or call.span.path in concerned)
        )
        subject = Subject(
            manifest,
            matched,
            apps.owned_mentions(manifest, manifests, other),
            unreadable,
            catalog,
            bounds,
            lost,
        )
        judged_apps.append(
            App(
                manifest=manifest,
                calls=matched,
                scopes=summarise(subject),
                mentions=subject.mentions,
                bounds=bounds,
                lost=lost,
            )
        )
        findings.extend(judge(subject, ALL if judged else INVENTORY))
        marked.extend(Suppressed(finding, "comment") for finding in kept_scopes(subject) if judged)
    findings = sorted(dict.fromkeys(findings), key=lambda finding: (finding.span, finding.code, finding.scope or ""))
    outcome = apply(findings, code.comments(), {rule.code: rule.slug for rule in ALL}) if judged else None
    left = outcome.kept if outcome is not None else findings
    hidden: tuple[Suppressed, ...] = (*outcome.suppressed, *marked) if outcome is not None else ()
    shown = selected(left, config)
    statistics = Statistics(
        files=len(found.python) + len(found.tests),
        analysed=len(code.analysed()),
        skipped_tests=0 if config.include_tests else len(found.tests),
        unreadable=len(unreadable),
    )
    report = Report(
        root=os.fspath(root),
        apps=tuple(judged_apps),
        findings=shown,
        suppressed=hidden,
        statistics=statistics,
        analysed=code.analysed(),
        incomplete=(*map(elsewhere.told, code.incomplete()), *faults),
        glossary=glossary(catalog),
    )
    return report, list(code.outside())


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
    targets = [Path(path).resolve() for path in paths]
    places = [Path(os.path.normpath(os.path.join(report.root, entry.path))) for entry in accepted]
    whole = all(any(place.is_relative_to(target) for target in targets) for place in places)
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
    return extended(base, config)


__all__ = ["ApiCall", "MatchedCall", "calls", "check", "msgspec", "selected"]
