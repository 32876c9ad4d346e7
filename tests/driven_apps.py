"""Fixture apps driven in an environment of their own, several at a time, and what each has sent."""

from __future__ import annotations

import itertools
import json
import os
import queue
import re
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from made_up_values import FILLER
from stub_server import Answer, Authority, Mood, Request, StubServer

from scopelint.catalog.load import load_bundled
from scopelint.discover.languages import is_test

PYTHON = Path(__file__).parents[1] / ".ground-truth" / "bin" / "python"
"""An environment of its own: what is installed beside scopelint would be analysed with the apps."""
_DRIVER = Path(__file__).with_name("drive_app.py")
_SECONDS = 120  # for one app
_PAGES = 2  # of a collection, then it is empty

_ENVIRONMENT = re.compile(r"""(?:environ\[|getenv\(|environ\.get\(|config\(|env(?:\.\w+)?\()\s*["'](\w+)["']\s*[\])]""")
_COLLECTION = re.compile(r"(?:/v\d+)?/(?:[a-z_-]+|inventory/[a-z-]+|.*/products)$")
_PATCHES = re.compile(r"^import (gevent|grequests)", re.MULTILINE)
_PAGE = re.compile(r"(?:^|&)page=(\d+)")

_serial = itertools.count(1)

Entry = Mapping[str, Any]
"""What the table says of an app: see `ground_truth.toml`."""


class Driven(NamedTuple):
    """The platform's requests that an app sent, the modules that could not be imported, and what it printed."""

    sent: list[Request]
    missing: dict[str, str]
    log: str


class Drivers:
    """As many driving processes as the machine has cores; `drive` hands an app to the next that is free."""

    def __init__(self, scratch: Path) -> None:
        count = os.cpu_count() or 1
        self._scratch = scratch
        self._authority = Authority(scratch)
        self._threads = ThreadPoolExecutor(count)
        self._free: queue.Queue[subprocess.Popen[str]] = queue.Queue()
        self._processes = [
            subprocess.Popen(
                [str(PYTHON), "-W", "ignore", str(_DRIVER), str(self._authority.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(count)
        ]
        for process in self._processes:
            self._free.put(process)

    def __enter__(self) -> Drivers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
        self._threads.shutdown(cancel_futures=True)

    def drive(self, folder: Path, entry: Entry) -> Future[Driven]:
        """Run an app in a process of its own, and return what it sent; it fails when the driver does."""
        return self._threads.submit(self._drive, folder, entry)

    def _drive(self, folder: Path, entry: Entry) -> Driven:
        scratch = self._scratch / str(next(_serial))
        app = shutil.copytree(folder, scratch / "app")
        files = [path for path in sorted(app.rglob("*.py")) if not is_test(path.relative_to(app).as_posix())]
        missing, log = scratch / "missing.json", scratch / "log"
        with StubServer(answer, self._authority) as stub:
            job = {
                "folder": str(app),
                "environment": {**variables(files), **entry.get("env", {})},
                "port": stub.port,
                "seconds": _SECONDS,
                "log": str(log),
                "missing": str(missing),
                "plan": planned(app, files, entry),
                "patches": any(_PATCHES.search(path.read_text("utf-8", "replace")) for path in files),
            }
            code = self._run(job)
        printed = log.read_text("utf-8", "replace") if log.exists() else ""
        assert code == "0", printed[-2000:]
        hosts = {*load_bundled().hosts, *entry.get("hosts", ())}
        sent = [request for request in stub.requests if request.host in hosts]
        return Driven(sent, json.loads(missing.read_text()), printed)

    def _run(self, job: dict[str, object]) -> str:
        process = self._free.get()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
            return process.stdout.readline().strip()
        finally:
            self._free.put(process)


def answer(request: Request, mood: Mood) -> Answer:
    """Answer as the platform does: a list for a collection, an object for the rest.

    `mood` may hold: `to`, values by method and path, or host and path, for what it names; `status`, of every other
    answer; `empty`, whether collections are.
    """
    page = _PAGE.search(request.query)
    end = mood.get("empty") or (page is not None and int(page[1]) > _PAGES)
    to = mood.get("to", {})
    for asked in (f"{request.method} {request.path}", f"{request.method} {request.host}{request.path}"):
        if asked in to:
            return Answer(200, {"data": []} if end else to[asked])
    if request.path.endswith("/oauth/token"):
        return Answer(200, {"access_token": FILLER, "token_type": "Bearer", "expires_in": 3600})
    status = mood.get("status", 200)
    record = {"id": f"{FILLER}-{next(_serial)}"}
    if request.method == "GET" and _COLLECTION.match(request.path):
        return Answer(status, {"data": [] if end else [record], "hasMore": False, "page": 1, "total": 1})
    return Answer(status, {"data": record, **record})


def planned(app: Path, files: list[Path], entry: Entry) -> dict[str, object]:
    """Return what is driven of an app: see `Plan` in `drive_app.py`."""
    places = [place(path, app) for path in files]
    return {
        "roots": list(dict.fromkeys(root for root, _ in places)),
        "modules": [module for _, module in places if not module.endswith(("__main__", "manage"))],
        "scripts": [
            module
            for path, (_, module) in zip(files, places, strict=True)
            if path.name == "__main__.py" or '"__main__"' in path.read_text("utf-8", "replace").replace("'", '"')
        ],
        **{key: entry[key] for key in ("argv", "code", "alone") if key in entry},
    }


def place(path: Path, app: Path) -> tuple[str, str]:
    """Return the folder that a file is imported from, and its name as a module."""
    root = path.parent
    while root.is_relative_to(app) and (root / "__init__.py").exists():
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
