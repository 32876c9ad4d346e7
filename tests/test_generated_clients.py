"""Real clients, generated here by the real generators: an app needs the scopes of the operations that it uses, no more.

The apps are in `fixtures/sdks`, one folder a generator; their lines say what is missing when nothing is declared. Those
that list no operations need the client's source.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest
from cases import FIXTURES
from client_generators import Generators
from sdk_projects import Layout, judge

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
