"""What the commands write as JSON, by the published schemas: no field more, none less, none of another type."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scopelint import cli
from scopelint.report.schemas import DOCUMENTS

ROOT = Path(__file__).parents[1]
OPTIONAL = {"bounds", "apps", "expired"}  # of the report: left out when there are none


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The fixture app in a repository of its own, with a broken file, and a call more than the last commit has."""
    folder = tmp_path / "app"
    shutil.copytree(ROOT / "fixtures/clinic_app", folder)
    monkeypatch.chdir(folder)
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "a")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@example.com")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "one"]):
        subprocess.run(["git", *command], check=True)
    (folder / "clinic/more.py").write_text(
        "import requests\n\nfor item in range(100):\n    requests.get('https://api.maxcare.ai/v3/facilities')\n"
        "requests.get(f'https://api.maxcare.ai/v3/{input()}', params={'a': input()})\n"
    )
    (folder / "clinic/broken.py").write_text("print 'https://api.maxcare.ai/v3'\n")
    manifest = folder / "max-ai.app.toml"
    manifest.write_text(manifest.read_text().replace('"read:claims",', '"read:inventory",'))
    (folder / "answer.json").write_text(
        '{"data": {"app": {"slug": "desk"}, "organization": {"id": "7"}, "scopes": ["read:patients", "x"]}}'
    )
    return folder


def strict(name: str) -> dict[str, Any]:
    """Return a published schema, such that it permits no field that it does not name, and wants each."""
    schema: dict[str, Any] = json.loads((ROOT / f"docs/schema/{name}.schema.json").read_text("utf-8"))
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["additionalProperties"] = False
            optional = OPTIONAL if definition["title"] == "Document" else set()
            definition["required"] = sorted(set(definition["properties"]) - optional)
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


COMMANDS = {
    "report": ["check"],
    "calls": ["calls", "--all"],
    "diff": ["diff", "HEAD"],
    "granted": ["granted", "--answer", "answer.json"],
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_a_command_writes_follows_its_schema(app: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.is_dir()
    assert cli.run([*COMMANDS[name], "--format", "json", "--no-cache"]) in (0, 1)
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, strict(name))
    assert document["version"] == 1
    for field, value in document.items():  # a schema says little of what is empty
        assert value or field in ("suppressed", "incomplete", *OPTIONAL), field


def test_a_schema_refuses_what_is_no_document(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.is_dir()
    cli.run(["diff", "HEAD", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, strict("diff"))
    document["apps"][0]["newly_needed"][0]["calls"][0]["line"] = "5"
    with pytest.raises(jsonschema.ValidationError, match="'5' is not of type 'integer'"):
        jsonschema.validate(document, strict("diff"))
