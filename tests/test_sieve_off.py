"""With the sieve off, everything is read, and what concerns the platform is found as if nothing else were there."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from scopelint import pipeline
from scopelint.config import Config
from scopelint.link import engine

CLIENT = """\
import os
import requests

class Client:
    def fetch(self, path):
        return requests.get(os.environ["MAXAI_API_URL"] + path).json()

    def patients(self):
        return self.fetch("/v3/patients")
"""
USER = "from app.client import Client\n\ndef main(kind):\n    Client().patients()\n    Client().fetch(f'/v3/{kind}')\n"
OTHER = """\
import requests

def walk(node, path):
    for child in node:
        walk(child, path + "/" + child.name)
    requests.get("https://example.org" + path)

class Crawler:
    def crawl(self, path):
        return [requests.get(f"https://example.org/{path}/{n}") for n in range(40)]
"""


def test_other_code_takes_no_steps_from_what_concerns_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "MAX_TOTAL_STEPS", 300)
    monkeypatch.setattr(engine, "STEPS_A_FUNCTION", 0)
    files = {"app/client.py": CLIENT, "app/main.py": USER, "max-ai.app.toml": "[permissions]\nscopes = []\n"}
    for name in ("aaa", "zzz"):
        files |= {f"{name}/part_{number}.py": OTHER for number in range(20)}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    config = Config(folder=str(tmp_path), no_cache=True, jobs=1)
    sifted = pipeline.check([str(tmp_path)], config)
    everything = pipeline.check([str(tmp_path)], msgspec.structs.replace(config, sieve=False))
    assert [(finding.code, finding.span.path) for finding in sifted.findings] == [
        ("SCL101", "app/client.py"),
        ("SCL901", "app/main.py"),
    ]
    assert everything.findings == sifted.findings
    assert (len(sifted.analysed), len(everything.analysed)) == (2, 42)
