"""What the fixture apps really send, to a stub on loopback, against what scopelint says that they send."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from cases import CASES, FIXTURES
from stub_server import Request, StubServer, shaped

from scopelint import pipeline
from scopelint.catalog.load import load_bundled
from scopelint.config import load
from scopelint.discover.languages import is_test
from scopelint.model import ApiCall, Certainty

APPS = (*CASES, FIXTURES / "clinic_app")
TABLE = tomllib.loads(Path(__file__).with_name("ground_truth.toml").read_text())
DRIVER = Path(__file__).with_name("drive_app.py")
PYTHON = Path(__file__).parents[1] / ".ground-truth" / "bin" / "python"
"""An environment of its own: what is installed beside scopelint would be analysed with the apps."""
FILLER = "zz1"
SECONDS = 120  # for one app
MOST_OPEN = 100  # apps that are not held in full: it may only fall

_ENVIRONMENT = re.compile(r"""(?:environ\[|getenv\(|environ\.get\(|config\(|env(?:\.\w+)?\()\s*["'](\w+)["']\s*[\])]""")
_COLLECTION = re.compile(r"/v\d+/(?:[a-z-]+|inventory/[a-z-]+|.*/products)$")


_serial = itertools.count(1)


class Driven(NamedTuple):
    """The platform's requests that an app sent, and the modules that could not be imported."""

    sent: list[Request]
    missing: dict[str, str]


def name_of(folder: Path) -> str:
    return folder.relative_to(FIXTURES).as_posix().removeprefix("cases/")


def answer(request: Request) -> object:
    """Answer as the platform does: a list for a collection, an object for the rest."""
    if request.path.endswith("/oauth/token"):
        return {"access_token": FILLER, "token_type": "Bearer", "expires_in": 3600}
    record = {"id": f"{FILLER}-{next(_serial)}"}
    if request.method == "GET" and _COLLECTION.match(request.path):
        return {"data": [record], "hasMore": False, "page": 1, "total": 1}
    return {"data": record, **record}


def drive(folder: Path, scratch: Path) -> Driven:
    """Run an app in a process of its own, and return what it sent."""
    entry = TABLE.get(name_of(folder), {})
    app = shutil.copytree(folder, scratch / "app")
    files = [path for path in sorted(app.rglob("*.py")) if not is_test(path.relative_to(app).as_posix())]
    places = [place(path, app) for path in files]
    plan = {
        "roots": list(dict.fromkeys(root for root, _ in places)),
        "modules": [module for _, module in places if not module.endswith(("__main__", "manage"))],
        "scripts": [
            module
            for path, (_, module) in zip(files, places, strict=True)
            if path.name == "__main__.py" or '"__main__"' in path.read_text("utf-8", "replace").replace("'", '"')
        ],
        **{key: entry[key] for key in ("argv", "code", "alone") if key in entry},
    }
    result = scratch / "missing.json"
    with StubServer(answer, scratch) as stub:
        command = [str(PYTHON), str(DRIVER), str(stub.port), str(stub.authority), json.dumps(plan), str(result)]
        environment = {**os.environ, **variables(files), **entry.get("env", {})}
        done = subprocess.run(
            command, cwd=app, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        if os.environ.get("DRIVE_VERBOSE"):
            print(done.stderr)
        assert done.returncode == 0, done.stderr[-2000:]
    hosts = {*load_bundled().hosts, *entry.get("hosts", ())}
    return Driven([request for request in stub.requests if request.host in hosts], json.loads(result.read_text()))


def place(path: Path, app: Path) -> tuple[str, str]:
    """Return the folder that a file is imported from, and its name as a module."""
    root = path.parent
    while root != app and (root / "__init__.py").exists():
        root = root.parent
    for source in (app / "src", app):
        if root.is_relative_to(source) and (source != app or _is_imported_from_above(root, app)):
            root = source
            break
    parts = list(path.relative_to(root).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return str(root), ".".join(parts)


def _is_imported_from_above(folder: Path, app: Path) -> bool:
    """Say whether a folder without `__init__.py` is imported as a package all the same."""
    name = folder.relative_to(app).parts[:1]
    if not name:
        return True
    statement = re.compile(rf"^\s*(from|import) {re.escape(name[0])}\b|^\s*from \.", re.MULTILINE)
    return any(statement.search(path.read_text("utf-8", "replace")) for path in app.rglob("*.py"))


def variables(files: list[Path]) -> dict[str, str]:
    """Return values for the environment variables that the code must have."""
    found: dict[str, str] = {"MAXAI_API_URL": "https://api.maxcare.ai", "MAXAI_API_KEY": "max_dev_ak_zz1"}
    for path in files:
        for name in _ENVIRONMENT.findall(path.read_text("utf-8", "replace")):
            if name not in os.environ:
                found.setdefault(name, "https://elsewhere.example" if "URL" in name or "HOST" in name else FILLER)
    return found


def covers(call: ApiCall, request: Request) -> bool:
    """Say whether a call's method and path template stand for a request; made-up segments stand for any."""
    if call.method not in (None, request.method):
        return False
    if call.path is None or shaped(call.path.rstrip("/")).fullmatch(request.path.rstrip("/")) is not None:
        return True
    said, sent = call.path.strip("/").split("/"), request.path.strip("/").split("/")
    return len(said) == len(sent) and all(
        FILLER in segment or shaped(part).fullmatch(segment) for part, segment in zip(said, sent, strict=True)
    )


def is_invented(request: Request) -> bool:
    """Say whether a request's method or resource is a text that the driver made up, or none at all."""
    resource = re.sub(r"^/(v\d+(/|$))?", "", request.path).partition("/")[0]
    return request.method.lower() == FILLER or FILLER in resource or not resource


def calls_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[ApiCall]:
    monkeypatch.chdir(folder)
    report = pipeline.calls(["."], load(Path()), every_host=False)
    return [matched.call for app in report.apps for matched in app.calls]


@pytest.mark.skipif(not PYTHON.exists(), reason="needs .ground-truth, with the extra 'ground-truth': see CONTRIBUTING")
@pytest.mark.parametrize("folder", APPS, ids=name_of)
def test_what_is_sent_is_what_is_said(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = TABLE.get(name_of(folder), {})
    if "skip" in entry:
        pytest.skip(entry["skip"])
    driven = drive(folder, tmp_path)
    calls = calls_of(folder, monkeypatch)
    uncovered = {r for r in driven.sent if not any(covers(call, r) for call in calls) and not is_invented(r)}
    assert {f"{request.method} {request.path}" for request in uncovered} <= set(entry.get("unsaid", ()))
    certain = [call for call in calls if call.live and call.certainty is Certainty.CERTAIN and call.path is not None]
    unsent = {f"{call.method} {call.path}" for call in certain if not any(covers(call, r) for r in driven.sent)}
    assert sorted(unsent) == sorted(entry.get("unsent", ())), driven.missing


def test_every_app_of_the_table_exists_and_most_are_held(capsys: pytest.CaptureFixture[str]) -> None:
    names = {name_of(folder) for folder in APPS}
    assert set(TABLE) <= names
    with capsys.disabled():
        print(f"\n{len(names) - len(TABLE)} of {len(names)} apps are held in full")
    assert len(TABLE) <= MOST_OPEN
