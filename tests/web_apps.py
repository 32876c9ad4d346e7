"""Apps with any number of calls, written as a developer would, for the tests that open the report in a browser."""

from pathlib import Path

from scopelint.catalog.load import load_bundled

_MODULES = 8  # calls in a module

MANIFEST = """\
[permissions]
scopes = [
    "read:patients",
    "read:appointments",
    "read:encounters",
    "read:billing",
    "read:notes",
    "read:claims",
    "read:tasks",
]
optional_scopes = ["write:emails", "read:emails"]
"""
HEAD = '''\
"""Part {number} of the app."""

import os

import requests

BASE = os.environ["MAXAI_API_URL"] + "/v3"

'''
UNRESOLVED = """

def anything(resource):
    return requests.get(f"https://api.maxcare.ai/v3/{resource}/export")
"""


def write_app(folder: Path, calls: int) -> Path:
    """Write an app that makes so many calls of endpoints, beginning anew with the table's first at its end."""
    package = folder / "frontdesk"
    package.mkdir(parents=True)
    (folder / "max-ai.app.toml").write_text(MANIFEST if calls else "[permissions]\nscopes = []\n")
    (package / "__init__.py").write_text("")
    endpoints = load_bundled().endpoints
    for number, first in enumerate(range(0, calls, _MODULES)):
        functions = (
            _function(place, endpoints[place % len(endpoints)].method, endpoints[place % len(endpoints)].path)
            for place in range(first, min(first + _MODULES, calls))
        )
        area = package / ("jobs", "services", "views")[number % 3]
        area.mkdir(exist_ok=True)
        (area / "__init__.py").write_text("")
        more = UNRESOLVED if number % 10 == 9 else ""
        (area / f"part_{number}.py").write_text(HEAD.format(number=number) + "\n".join(functions) + more)
    return folder


def _function(place: int, method: str, path: str) -> str:
    route = path.removeprefix("/v3").replace("{", "{_").replace("}", "}")
    names = [part.strip("{}") for part in route.split("/") if part.startswith("{")]
    parameters = ", ".join(names)
    return f'\ndef call_{place}({parameters}):\n    return requests.{method.lower()}(f"{{BASE}}{route}").json()\n'
