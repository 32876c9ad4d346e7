"""A client with every operation of the table, of which an app uses three, and what changes when the app changes.

The client is in the style of hand-written ones: a class a resource, a method an operation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sdk_projects import check, declare, found

from scopelint.catalog.load import load_bundled

if TYPE_CHECKING:
    from pathlib import Path

    from scopelint.catalog.model import Endpoint

APP = """\
import sys

from maxcare import MaxCare

care = MaxCare()


def main(patient):
    print(care.patients_get(patient))
    print(care.bills_list())
    care.emails_send(json={"to": patient})


main(sys.argv[1])
"""
SCOPES = ("read:patients", "read:bills", "write:emails")


def client() -> str:
    """Return the source of a client with a method for each of the table's 38 endpoints."""
    methods = "".join(map(_method, load_bundled().endpoints))
    return f"""\
import os

import requests


class MaxCare:
    def __init__(self):
        self._session = requests.Session()
        self._base = os.environ["MAXAI_API_URL"]

    def _send(self, method, path, **more):
        answer = self._session.request(method, self._base + path, timeout=10, **more)
        answer.raise_for_status()
        return answer.json()
{methods}"""


def _method(endpoint: Endpoint) -> str:
    name = endpoint.resource_name.replace(".", "_")
    names = re.findall(r"\{([^{}]*)\}", endpoint.path)
    path = re.sub(r"\{([^{}]*)\}", r"{\1}", endpoint.path)
    parameters = "".join(f", {parameter}" for parameter in names)
    return f"""
    def {name}(self{parameters}, **more):
        return self._send("{endpoint.method}", f"{path}", **more)
"""


def project(folder: Path, app: str, *, installed: bool) -> Path:
    package = folder / (".venv/lib/python3.12/site-packages" if installed else "") / "maxcare"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(client(), encoding="utf-8")
    (folder / "app.py").write_text(app, encoding="utf-8")
    declare(folder, *SCOPES)
    return folder


@pytest.mark.parametrize("installed", [False, True], ids=["vendored", "installed"])
class TestThreeOfThirtyEightOperations:
    def test_three_scopes_are_clean(self, tmp_path: Path, *, installed: bool) -> None:
        assert client().count("self._send(") == 38
        report = check(project(tmp_path, APP, installed=installed))
        assert found(report) == []
        assert report.apps[0].scopes.needed == tuple(sorted(SCOPES))
        assert sum(call.call.live for call in report.apps[0].calls) == 3

    def test_one_use_less_is_one_unused_scope(self, tmp_path: Path, *, installed: bool) -> None:
        app = APP.replace("    print(care.bills_list())\n", "")
        report = check(project(tmp_path, app, installed=installed))
        assert found(report) == [("max-ai.app.toml", 4, "SCL201", "read:bills")]

    def test_one_use_more_is_one_missing_scope(self, tmp_path: Path, *, installed: bool) -> None:
        app = APP.replace("care.bills_list()", "care.bills_list(), care.claims_list()")
        report = check(project(tmp_path, app, installed=installed))
        assert found(report) == [("app.py", 10, "SCL101", "read:claims")]

    def test_an_operation_of_unknown_name_could_be_any(self, tmp_path: Path, *, installed: bool) -> None:
        app = APP.replace("print(care.bills_list())", "print(getattr(care, sys.argv[2])())")
        report = check(project(tmp_path, app, installed=installed))
        (finding,) = [finding for finding in report.findings if finding.code != "SCL901"]
        assert (finding.code, finding.span.line, finding.scope) == ("SCL203", 4, "read:bills")
        assert "app.py:10" in finding.message
        (unresolved,) = [finding for finding in report.findings if finding.code == "SCL901"]
        assert (unresolved.span.path, unresolved.span.line) == ("app.py", 10)
        assert "getattr(care, sys.argv[2])" in unresolved.message

    def test_an_operation_of_known_name_is_that_one(self, tmp_path: Path, *, installed: bool) -> None:
        app = APP.replace("care.bills_list()", 'getattr(care, "bills_list")()')
        assert found(check(project(tmp_path, app, installed=installed))) == []
