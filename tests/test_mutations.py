"""Every fixture file, cut off at a line or with tokens removed: never an error, never an entry point that is lost.

The sample is the same in every run; SCOPELINT_MUTATIONS=10000 takes a larger one, and SCOPELINT_SEED another.
"""

from __future__ import annotations

import functools
import io
import os
import random
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from cases import CALL_CASES, CASES, FIXTURES

from scopelint import pipeline
from scopelint.config import load
from scopelint.errors import ScopelintError
from scopelint.facts import ir
from scopelint.facts.extract import extract
from scopelint.manifest import read

TIMES = int(os.environ.get("SCOPELINT_MUTATIONS", "150"))
SEED = os.environ.get("SCOPELINT_SEED", "2024")
PROJECTS = (FIXTURES / "clinic_app", *CASES, *CALL_CASES)
PARSES_A_RUN = 4

Mutant = tuple[Path, Path, bytes]  # project, file, what it holds instead


def cuts(source: bytes) -> Iterator[bytes]:
    """Yield the source cut off after each of its lines, and in the middle of each."""
    lines = source.splitlines(keepends=True)
    for number, line in enumerate(lines):
        before = b"".join(lines[:number])
        yield before + line[: len(line) // 2]
        yield before + line


def thinned(source: bytes, chance: random.Random) -> bytes:
    """Return the source without some of its tokens."""
    try:
        tokens = list(tokenize.tokenize(io.BytesIO(source).readline))
    except (SyntaxError, tokenize.TokenError):
        return source[: len(source) // 2]
    offsets = [0]
    for line in source.decode().splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    text = source.decode()
    removed = chance.sample(tokens, min(len(tokens), chance.randint(1, 3)))
    for token in sorted(removed, key=lambda token: token.start, reverse=True):
        if token.start[0] and token.end[0] < len(offsets):
            start, end = (offsets[row - 1] + column for row, column in (token.start, token.end))
            text = text[:start] + text[end:]
    return text.encode()


@functools.cache
def mutants() -> tuple[Mutant, ...]:
    """Return every file of every project cut at each of its lines, and with tokens removed, in random order."""
    chance = random.Random(SEED)
    found: list[Mutant] = []
    for project in PROJECTS:
        for file in sorted(project.rglob("*.py")):
            source = file.read_bytes()
            found += ((project, file, cut) for cut in cuts(source))
            found += ((project, file, thinned(source, chance)) for _ in range(5))
    chance.shuffle(found)
    return tuple(found)


def test_the_facts_of_a_mutant_are_facts_or_a_reason() -> None:
    for _, file, source in mutants()[: PARSES_A_RUN * TIMES]:
        facts = extract(source)
        assert isinstance(facts, (ir.ModuleFacts, ir.Unreadable)), file
        if isinstance(facts, ir.Unreadable):
            lines = max(source.count(b"\n"), source.count(b"\r")) + 1
            assert 1 <= facts.line <= lines + 1, (file, facts)
            assert "cannot be parsed" not in facts.message, (file, facts)


def test_a_project_with_a_mutant_in_it_is_analysed(monkeypatch: pytest.MonkeyPatch) -> None:
    for project, file, source in mutants()[:TIMES]:
        monkeypatch.chdir(project)
        config = load(Path())
        report = pipeline.check(["."], config, {str(file): source})
        assert report.incomplete == (), (file, source)
        named = {finding.span.path for finding in report.findings if finding.code == "SCL902"}
        if isinstance(extract(source), ir.ModuleFacts):
            assert file.relative_to(report.root).as_posix() not in named, (file, source)


def test_a_cut_manifest_or_configuration_is_read_or_refused(tmp_path: Path) -> None:
    tried = 0
    refused: list[ScopelintError] = []
    for file in sorted(FIXTURES.rglob("*")):
        if file.suffix not in (".toml", ".json", ".yaml", ".yml") or not file.is_file():
            continue
        copy = tmp_path / file.name
        for cut in list(cuts(file.read_bytes()))[:: max(1, 1_000 // TIMES)]:
            copy.write_bytes(cut)
            try:
                read(copy, tmp_path)
            except ScopelintError as error:
                refused.append(error)
            try:
                load(copy, copy)
            except ScopelintError as error:
                refused.append(error)
            tried += 1
    assert tried > 100
    assert refused
    assert [error for error in refused if "\n" in str(error) or not error.path] == []
