"""What `explain` shows of scopes and endpoints is what the analysis says of the same code and manifest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scopelint import cli, pipeline
from scopelint.catalog.dump import dump
from scopelint.catalog.load import load_bundled
from scopelint.catalog.model import Catalog, Endpoint, Scope
from scopelint.commands.explain import explain
from scopelint.config import Config
from scopelint.model import Severity

CATALOG = load_bundled()
EXAMPLE = re.compile(r"^  (requests\..*)$", re.MULTILINE)
MANIFEST = re.compile(r"In the manifest:\n((?:  .*\n)+)")


def written(folder: Path, text: str) -> list[str]:
    """Write the examples of an explanation as an app, with its manifest, and return the examples."""
    examples = EXAMPLE.findall(text)
    (folder / "app.py").write_text("import requests\n\n" + "".join(f"{example}\n" for example in examples))
    manifest = MANIFEST.search(text)
    (folder / "max-ai.app.toml").write_text(manifest[1].replace("  ", "") if manifest else "[permissions]\nscopes=[]\n")
    return examples


@pytest.mark.parametrize("endpoint", CATALOG.endpoints, ids=lambda row: row.name)
def test_an_endpoints_example_calls_it_and_its_manifest_is_right(endpoint: object, tmp_path: Path) -> None:
    name: str = endpoint.name  # type: ignore[attr-defined]  # parametrize knows no types
    examples = written(tmp_path, explain(name, CATALOG))
    report = pipeline.check([str(tmp_path)], Config(no_cache=True))
    assert [call.endpoint for call in report.apps[0].calls] == [name] * len(examples)
    assert report.findings == ()


@pytest.mark.parametrize("scope", CATALOG.scopes, ids=lambda row: row.name)
def test_a_scopes_example_needs_it_and_its_manifest_grants_it(scope: object, tmp_path: Path) -> None:
    name: str = scope.name  # type: ignore[attr-defined]  # as above
    text = explain(name, CATALOG)
    (_,) = written(tmp_path, text)
    report = pipeline.check([str(tmp_path)], Config(no_cache=True))
    assert [finding for finding in report.findings if finding.severity is not Severity.NOTE] == []
    (call,) = report.apps[0].calls
    assert name in {alternative for need in call.needs for alternative in need.alternatives}


def test_an_explanation_as_it_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["explain", "read:soap_notes"]) == 0
    assert capsys.readouterr().out == (
        "read:soap_notes: SOAP notes\n"
        "Have the SOAP content included when notes are listed.\n"
        "Does nothing without read:notes.\n"
        "\n"
        "Endpoints:\n"
        "  GET /v3/notes  (with includeSoapNote=true)\n"
        "\n"
        "Example:\n"
        '  requests.get("https://api.maxcare.ai/v3/notes", params={"includeSoapNote": "true"}, headers=headers)\n'
        "\n"
        "In the manifest:\n"
        "  [permissions]\n"
        '  scopes = ["read:notes", "read:soap_notes"]\n'
    )
    assert cli.run(["explain", "read:encounters"]) == 0
    assert capsys.readouterr().out.endswith(
        'scopes = ["read:bills"]\n`scopelint fix` writes read:bills where read:encounters stands.\n'
    )


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        (["https://api.maxcare.ai/v3/notes"], ["GET /v3/notes"]),
        (["GET", "https://user@API.maxcare.ai:443/v3/notes/?limit=5#x"], ["GET /v3/notes"]),
        (["api.maxcare.ai/v3/notes"], ["GET /v3/notes"]),
        (["patch /v3/notes/1?providerId=1"], ["PATCH /v3/notes/{noteId}"]),
        (["NotesPublicController_listNotes"], ["GET /v3/notes"]),
        (["notes.list"], ["GET /v3/notes"]),
        (["/v3/notes/1"], ["GET /v3/notes/{id}", "PATCH /v3/notes/{noteId}"]),
        (["GET", "/v3/notes", "patch", "/v3/notes/1"], ["GET /v3/notes", "PATCH /v3/notes/{noteId}"]),
    ],
)
def test_a_request_as_it_is_written_is_an_endpoint(
    words: list[str], titles: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["explain", *words]) == 0
    assert re.findall(r"^([A-Z]+ /\S*)  \(", capsys.readouterr().out, re.MULTILINE) == titles


def test_several_subjects_are_explained_one_after_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    subjects = ("SCL101", "read:notes", "GET /v3/notes")
    for subject in subjects:
        assert cli.run(["explain", subject]) == 0
    alone = capsys.readouterr().out
    assert cli.run(["explain", *subjects]) == 0
    together = capsys.readouterr().out
    assert [line for line in together.splitlines() if line] == [line for line in alone.splitlines() if line]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["PUT", "/v3/notes/1"], "there is no PUT /v3/notes/{id}; this path has GET, PATCH"),
        (["POST", "https://api.maxcare.ai/v3/notes?a=1"], "there is no POST /v3/notes; this path has GET"),
        (["GET", "/v3/noets"], '"GET /v3/noets" is no code, scope or endpoint; did you mean GET /v3/notes?'),
        (["/v3/noets/1"], '"/v3/noets/1" is no code, scope or endpoint; did you mean GET /v3/notes/{id}?'),
        (
            ["https://api.maxcare.ai/v3/noets"],
            '"https://api.maxcare.ai/v3/noets" is no code, scope or endpoint; did you mean GET /v3/notes?',
        ),
        (["https://example.com/v3/notes"], '"https://example.com/v3/notes" is no code, scope or endpoint'),
        (["SCL101", "SCL999"], '"SCL999" is no code, scope or endpoint; did you mean SCL901?'),
    ],
)
def test_what_is_none_is_told_with_what_is_near(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["explain", *words]) == 2
    assert capsys.readouterr() == ("", f"scopelint: error: {message}\n")


def test_another_table_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "lab.toml"
    row = Endpoint(
        method="GET", path="/v1/samples/{sampleId}", resource_name="samples.get", scopes=(("samples:read",),)
    )
    lab = Catalog(hosts=("api.lab.example.com",), prefix="/v1", endpoints=(row,), scopes=(Scope(name="samples:read"),))
    table.write_text(dump(lab))
    assert cli.run(["explain", "samples:read", "--catalog", str(table)]) == 0
    assert '  requests.get(f"https://api.lab.example.com/v1/samples/{sample_id}", headers=headers)\n' in (
        capsys.readouterr().out
    )
