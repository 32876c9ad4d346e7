"""Every endpoint of the table, in five spellings: silent when declared, SCL101 when not, SCL201 when not called."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from scopelint import pipeline
from scopelint.catalog.load import load_bundled
from scopelint.catalog.model import Endpoint, Requirement
from scopelint.config import Config

ENDPOINTS = tuple(row for row in load_bundled().endpoints if row.requirement is Requirement.KNOWN)
HOST = "https://api.maxcare.ai"


def _path(row: Endpoint) -> str:
    return re.sub(r"\{\w+\}", "{id}", row.path)


def _query(row: Endpoint) -> str:
    return f", params={{{', '.join(f'{name!r}: id' for name in row.required_query)}}}" if row.required_query else ""


def full_url(row: Endpoint) -> dict[str, str]:
    """The whole address in the call."""
    call = f'requests.request("{row.method}", f"{HOST}{_path(row)}"{_query(row)})'
    return {"app.py": f"import requests\n\n\ndef go(id):\n    return {call}\n"}


def base_and_f_string(row: Endpoint) -> dict[str, str]:
    """A constant base in an f-string, the method as the function's name."""
    call = f'requests.{row.method.lower()}(f"{{BASE}}{_path(row)[3:]}"{_query(row)})'
    return {"app.py": f'import requests\n\nBASE = "{HOST}/v3"\n\n\ndef go(id):\n    return {call}\n'}


def version_in_base_url(row: Endpoint) -> dict[str, str]:
    """A client whose base holds the version."""
    call = f'client.{row.method.lower()}(f"{_path(row)[3:]}"{_query(row)})'
    return {
        "app.py": f'import httpx\n\nclient = httpx.Client(base_url="{HOST}/v3")\n\n\ndef go(id):\n    return {call}\n'
    }


def version_in_path(row: Endpoint) -> dict[str, str]:
    """A client whose base holds the host only."""
    call = f'client.request("{row.method}", f"{_path(row)}"{_query(row)})'
    return {"app.py": f'import httpx\n\nclient = httpx.Client(base_url="{HOST}")\n\n\ndef go(id):\n    return {call}\n'}


def imported_constant(row: Endpoint) -> dict[str, str]:
    """The path as a constant of another module."""
    call = f'requests.request("{row.method}", BASE + PATH.format(id=id){_query(row)})'
    return {
        "paths.py": f'BASE = "{HOST}"\nPATH = "{_path(row)}"\n',
        "app.py": f"import requests\n\nfrom paths import BASE, PATH\n\n\ndef go(id):\n    return {call}\n",
    }


SPELLINGS = (full_url, base_and_f_string, version_in_base_url, version_in_path, imported_constant)


def _findings(folder: Path, files: dict[str, str], scopes: tuple[str, ...]) -> list[tuple[str, str | None]]:
    for name, content in files.items():
        (folder / name).write_text(content)
    (folder / "max-ai.app.toml").write_text(f"[permissions]\nscopes = {list(scopes)}\n".replace("'", '"'))
    config = msgspec.structs.replace(Config(), no_cache=True, jobs=1)
    return [(finding.code, finding.scope) for finding in pipeline.check([str(folder)], config).findings]


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda spelling: spelling.__name__)
@pytest.mark.parametrize("row", ENDPOINTS, ids=lambda row: row.name)
def test_each_endpoint_in_each_spelling(row: Endpoint, spelling: object, tmp_path: Path) -> None:
    assert callable(spelling)
    files = spelling(row)
    scopes = tuple(group[0] for group in row.scopes)
    assert _findings(tmp_path, files, scopes) == []
    assert _findings(tmp_path, files, ()) == [("SCL101", scope) for scope in scopes]
    assert _findings(tmp_path, dict.fromkeys(files, ""), scopes) == [("SCL201", scope) for scope in scopes]
