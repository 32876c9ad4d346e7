"""Real clients, generated here by the real generators: an app needs the scopes of the operations that it uses, no more.

The apps are in `fixtures/sdks`, one folder a generator; their lines say what is missing when nothing is declared. Those
that list no operations need the client's source.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest
from cases import FIXTURES, Expected
from client_generators import Generators
from sdk_projects import Layout, check, declare, found, judge, place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Client = Callable[[str], Path]

pytestmark = pytest.mark.network

SDKS = FIXTURES / "sdks"
APPS = tuple(sorted(path for path in SDKS.glob("*/*") if path.is_dir()))
NO_BASE = "default_client"  # the address is in the client's source only
ENVIRONMENTS = ("nightly_script", "context_manager")  # that a package is found does not depend on the app
GENERATORS = {
    "openapi_python_client": ("openapi-python-client",),
    "openapi_generator": ("urllib3",),
    "openapi_generator_async": ("asyncio", "httpx"),
}


def _says_something(app: Path, layout: Layout) -> bool:
    if layout in (Layout.PYTHON, Layout.SEARCH_PATH):
        return app.name in ENVIRONMENTS
    if layout in (Layout.NAMED, Layout.ABSENT) and not (app / "operations.toml").exists():
        return False
    return not (layout is Layout.ABSENT and app.name == NO_BASE)


USES = [
    pytest.param(app, generator, layout, id=f"{app.name}-{generator}-{layout.name}")
    for app in APPS
    for generator in GENERATORS[app.parent.name]
    for layout in Layout
    if _says_something(app, layout)
]


FUNCTIONS = """\
import os
import sys

from maxcare_client import AuthenticatedClient
from maxcare_client.api.bills import bills_public_controller_list_bills as list_bills
from maxcare_client.api.emails import emails_public_controller_send_emails as send
from maxcare_client.api.patients import patients_public_controller_get_patient as get_patient
from maxcare_client.models import Record

care = AuthenticatedClient(base_url=os.environ["MAXAI_API_URL"] + "/v3", token=os.environ["MAXAI_API_KEY"])
print(get_patient.sync(sys.argv[1], client=care))
print(list_bills.sync(client=care))
send.sync(client=care, body=Record(id=sys.argv[1]))
"""
METHODS = """\
import os
import sys

from maxcare_openapi import ApiClient, BillsApi, Configuration, EmailsApi, PatientsApi, Record

care = ApiClient(Configuration(host=os.environ["MAXAI_API_URL"] + "/v3", access_token=os.environ["MAXAI_API_KEY"]))
bills = BillsApi(care)


def main(patient):
    print(PatientsApi(care).patients_public_controller_get_patient(patient))
    print(bills.bills_public_controller_list_bills())
    EmailsApi(care).emails_public_controller_send_emails(Record(id=patient))


main(sys.argv[1])
"""
THREE = ("read:patients", "read:bills", "write:emails")


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    generators = Generators(tmp_path_factory.mktemp("clients"))

    @functools.cache
    def generate(name: str) -> Path:
        return (
            generators.openapi_python_client()
            if name == "openapi-python-client"
            else generators.openapi_generator(name)
        )

    return generate


@pytest.mark.parametrize(("app", "generator", "layout"), USES)
def test_an_app_needs_the_scopes_of_what_it_uses(
    app: Path, generator: str, layout: Layout, client: Client, tmp_path: Path
) -> None:
    judgement = judge(app, client(generator), layout, tmp_path / "app")
    assert judgement.found == judgement.expected
    assert judgement.needed == judgement.expected_needed
    assert judgement.found_when_declared == []


def test_every_operation_of_the_table_is_in_the_clients(client: Client) -> None:
    modules = client("openapi-python-client").glob("api/*/*.py")
    assert len([path for path in modules if path.name != "__init__.py"]) == 38
    source = "".join(path.read_text(encoding="utf-8") for path in client("urllib3").glob("api/*.py"))
    assert source.count("resource_path=") == 38


def _findings(app: str, client: Path, layout: Layout, folder: Path) -> tuple[list[Expected], tuple[str, ...]]:
    """Return what is found in an app of one file that declares three scopes, and what its findings say."""
    folder.mkdir()
    (folder / "app.py").write_text(app, encoding="utf-8")
    place([client], layout, folder, "")
    declare(folder, *THREE)
    report = check(folder)
    return found(report), tuple(finding.message for finding in report.findings)


@pytest.mark.parametrize("layout", [Layout.VENDORED, Layout.VENV], ids=["vendored", "installed"])
@pytest.mark.parametrize(
    ("generator", "app", "use"),
    [
        ("openapi-python-client", FUNCTIONS, "print(list_bills.sync(client=care))\n"),
        ("urllib3", METHODS, "    print(bills.bills_public_controller_list_bills())\n"),
    ],
)
def test_three_of_all_operations_need_three_scopes_and_two_need_two(
    generator: str, app: str, use: str, layout: Layout, client: Client, tmp_path: Path
) -> None:
    assert _findings(app, client(generator), layout, tmp_path / "three") == ([], ())
    findings, _ = _findings(app.replace(use, ""), client(generator), layout, tmp_path / "two")
    assert findings == [("max-ai.app.toml", 4, "SCL201", "read:bills")]


def _with_bills(module: str, imports: str) -> str:
    """Return the app of functions with an expression for the module that lists bills, and what that imports."""
    own = "from maxcare_client.api.bills import bills_public_controller_list_bills as list_bills"
    return FUNCTIONS.replace("list_bills.sync", f"{module}.sync").replace(own, imports)


UNKNOWN = [
    pytest.param(
        "urllib3",
        METHODS.replace("bills.bills_public_controller_list_bills()", "getattr(bills, sys.argv[2])()"),
        (12, "getattr(bills, sys.argv[2])"),
        id="method",
    ),
    pytest.param(
        "openapi-python-client",
        _with_bills(
            "getattr(bills, sys.argv[2])",
            "import maxcare_client.api.bills.bills_public_controller_list_bills\nfrom maxcare_client.api import bills",
        ),
        (13, "getattr(bills, sys.argv[2])"),
        id="module of a package",
    ),
    pytest.param(
        "openapi-python-client",
        _with_bills('import_module("maxcare_client.api." + sys.argv[2])', "from importlib import import_module"),
        (12, "import_module("),
        id="module by its path",
    ),
]


@pytest.mark.parametrize("layout", [Layout.VENDORED, Layout.VENV], ids=["vendored", "installed"])
@pytest.mark.parametrize(("generator", "app", "stopped"), UNKNOWN)
def test_an_operation_of_unknown_name_could_need_what_nothing_else_does(
    generator: str, app: str, stopped: tuple[int, str], layout: Layout, client: Client, tmp_path: Path
) -> None:
    line, expression = stopped
    findings, messages = _findings(app, client(generator), layout, tmp_path / "app")
    assert findings == [("app.py", line, "SCL901", ""), ("max-ai.app.toml", 4, "SCL203", "read:bills")]
    assert expression in messages[0]
    assert f"app.py:{line}" in messages[1]
