"""Importers of packages that speak to the platform are read, though they hold nothing of it themselves."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from scopelint import pipeline
from scopelint.config import Config
from scopelint.model import Report

CONFIG = Config(no_cache=True)
PACKAGES = ".venv/lib/python3.12/site-packages"
SPEAKING = "import requests\n\n\ndef people():\n    return requests.get('https://api.maxcare.ai/v3/patients')\n"
OTHER = "def people():\n    return []\n"


@pytest.fixture(autouse=True)
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "max-ai.app.toml").write_text("[permissions]\nscopes = []\n")
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def told(report: Report) -> list[str]:
    return [f"{finding.span.path}:{finding.span.line} {finding.scope}" for finding in report.findings]


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("acme/__init__.py", "import acme\n\nacme.people()\n"),
        ("acme/deep/er.py", "from acme.deep.er import people\n\npeople()\n"),
        ("acme.py", "import json, acme\n\nacme.people()\n"),
        ("acme.py", "import json; import acme as a\n\na.people()\n"),
    ],
)
def test_an_installed_sdk_of_any_name(app: Path, module: str, imported: str) -> None:
    write(app / PACKAGES / module, SPEAKING)
    write(app / "main.py", imported)
    for sieve in (True, False):
        report = pipeline.check(["."], msgspec.structs.replace(CONFIG, sieve=sieve))
        assert told(report) == ["main.py:3 read:patients"]


def test_importers_of_other_packages_are_not_read(app: Path) -> None:
    write(app / PACKAGES / "acme.py", OTHER)
    write(app / PACKAGES / "unused.py", SPEAKING)
    write(app / "main.py", "import acme\n\nacme.people()\n")
    report = pipeline.check(["."], CONFIG)
    assert (told(report), report.statistics.analysed) == ([], 0)


def test_a_package_that_changes_is_read_again(app: Path) -> None:
    cached = Config(cache_dir="cache", folder=str(app))
    write(app / PACKAGES / "acme.py", OTHER)
    write(app / "main.py", "import acme\n\nacme.people()\n")
    assert told(pipeline.check(["."], cached)) == []
    (app / PACKAGES / "acme.py").unlink()
    write(app / PACKAGES / "acme.py", SPEAKING)
    assert told(pipeline.check(["."], cached)) == ["main.py:3 read:patients"]


def test_code_on_a_search_path(app: Path) -> None:
    write(app / "main.py", "from shared import people\n\npeople()\n")
    write(app.parent / f"{app.name}-more/shared.py", SPEAKING)
    config = msgspec.structs.replace(CONFIG, search_paths=(f"../{app.name}-more",))
    assert told(pipeline.check(["."], config)) == ["main.py:3 read:patients"]


def test_modules_may_be_taken_from_the_root_itself(tmp_path: Path) -> None:
    write(tmp_path / "main.py", "from . import care\n\ncare.people()\n")
    write(tmp_path / "care.py", SPEAKING)
    assert [finding.span.path for finding in pipeline.check(["."], CONFIG).findings] == ["care.py"]
