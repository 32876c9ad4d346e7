"""Write apps of any size in which every file calls the platform's API, in the styles of hand-written Python.

    python benchmarks/apps.py FOLDER --lines 10000

The same size gives the same files. The manifest that is written declares what the app needs, and nothing else.
"""

import argparse
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Operation:
    """One endpoint of the table: its path for an f-string, where `item` is a variable, and its scope."""

    name: str
    method: str
    path: str
    scope: str

    @property
    def endpoint(self) -> str:
        """Method and path as the table writes it."""
        return f"{self.method} /v3{self.path.replace('{item}', '{id}')}"


OPERATIONS = (
    Operation("list_patients", "GET", "/patients", "read:patients"),
    Operation("get_patient", "GET", "/patients/{item}", "read:patients"),
    Operation("list_appointments", "GET", "/appointments", "read:appointments"),
    Operation("get_appointment", "GET", "/appointments/{item}", "read:appointments"),
    Operation("list_providers", "GET", "/providers", "read:providers"),
    Operation("get_bill", "GET", "/bills/{item}", "read:bills"),
    Operation("list_claims", "GET", "/claims", "read:claims"),
    Operation("get_note", "GET", "/notes/{item}", "read:notes"),
    Operation("create_task", "POST", "/tasks", "write:tasks"),
    Operation("update_task", "PATCH", "/tasks/{item}", "write:tasks"),
    Operation("send_email", "POST", "/emails/send", "write:emails"),
    Operation("list_stock_levels", "GET", "/inventory/stock-levels", "read:inventory"),
    Operation("update_product", "PUT", "/inventory/products/{item}", "write:products"),
)

Style = Callable[[Operation], str]  # writes the code of one operation

PACKAGE = "clinic_app"

SHARED = {
    "__init__.py": "",
    "core/__init__.py": "",
    "core/settings.py": '''"""Settings of the app."""

import os

API_URL = os.environ.get("MAXAI_API_URL", "https://api.maxcare.ai")
API_KEY = os.environ["MAXAI_API_KEY"]
VERSION = "v3"
BASE_URL = f"{API_URL.rstrip('/')}/{VERSION}"
''',
    "core/http.py": '''"""The one place that sends requests."""

import requests

from .settings import API_KEY, BASE_URL

session = requests.Session()
session.headers["Authorization"] = f"Bearer {API_KEY}"


def call(method, path, params=None, body=None):
    response = session.request(method, BASE_URL + path, params=params, json=body, timeout=30)
    response.raise_for_status()
    return response.json()["data"]


def fetch(path, **params):
    return call("GET", path, params=params)
''',
    "core/client.py": '''"""A client whose base carries the version."""

import httpx

from . import settings


class MaxClient:
    def __init__(self, base_url: str = settings.BASE_URL) -> None:
        self._http = httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {settings.API_KEY}"})

    def get(self, path: str, **params):
        return self._request("GET", path, params=params)

    def send(self, method: str, path: str, body=None):
        return self._request(method, path, json=body)

    def _request(self, method: str, path: str, **options):
        response = self._http.request(method, path, **options)
        response.raise_for_status()
        return response.json()["data"]
''',
}


def _arguments(operation: Operation) -> str:
    return "item" if "{item}" in operation.path else ""


def _literal(operation: Operation, before: str = "") -> str:
    text = before + operation.path
    return f'f"{text}"' if "{" in text else f'"{text}"'


def constants(operation: Operation) -> str:
    return f"""
def {operation.name}({_arguments(operation)}):
    response = requests.{operation.method.lower()}({_literal(operation, "{BASE}")}, headers=HEADERS, timeout=TIMEOUT)
    if response.status_code == 404:
        return None
    return response.json()["data"]
"""


def wrapper(operation: Operation) -> str:
    path = operation.path.replace("{item}", '" + str(item) + "')
    path = f'"{path}"'.removesuffix(' + ""')
    return f'''
def {operation.name}({_arguments(operation)}):
    found = call("{operation.method}", {path})
    logger.info("{operation.name}: %s", len(found))
    return found
'''


def service(operation: Operation) -> str:
    arguments = ", ".join(filter(None, ("self", _arguments(operation))))
    sent = "get(" if operation.method == "GET" else f'send("{operation.method}", '
    return f"""
    def {operation.name}({arguments}):
        data = self._client.{sent}{_literal(operation)})
        return self._checked(data)
"""


def own_client(operation: Operation) -> str:
    arguments = ", ".join(filter(None, ("self", _arguments(operation))))
    path = '"v3' + operation.path.replace("{item}", "%s") + '"' + (" % item" if _arguments(operation) else "")
    return f'''
    def {operation.name}({arguments}):
        url = urljoin(self.base_url, {path})
        return self.session.request("{operation.method}", url, timeout=self.timeout).json()
'''


def table(operation: Operation) -> str:
    arguments = "item" if "{item}" in operation.path else ""
    return f'''
{operation.name.upper()} = Endpoint("{operation.method}", "{operation.path}")


def {operation.name}({arguments}):
    return {operation.name.upper()}.run({"item=item" if arguments else ""})
'''


def coroutine(operation: Operation) -> str:
    return f"""
async def {operation.name}({_arguments(operation)}):
    async with httpx.AsyncClient(base_url=BASE_URL) as client:
        response = await client.{operation.method.lower()}({_literal(operation)})
    return response.json()["data"]
"""


HEADERS: dict[Style, str] = {
    constants: '''"""{title}"""

import os

import requests

BASE = os.environ["MAXAI_API_URL"] + "/v3"
HEADERS = {{"Authorization": "Bearer " + os.environ["MAXAI_API_KEY"]}}
TIMEOUT = 30
''',
    wrapper: '''"""{title}"""

import logging

from clinic_app.core.http import call

logger = logging.getLogger(__name__)
''',
    service: '''"""{title}"""

from ..core.client import MaxClient


class {name}Service:
    def __init__(self, client: MaxClient) -> None:
        self._client = client

    def _checked(self, data):
        if data is None:
            raise LookupError("nothing came back")
        return data
''',
    own_client: '''"""{title}"""

from urllib.parse import urljoin

import requests

from clinic_app.core import settings


class {name}Client:
    timeout = 10

    def __init__(self, base_url=settings.API_URL):
        self.base_url = base_url
        self.session = requests.Session()
''',
    table: '''"""{title}"""

from dataclasses import dataclass

from ..core import http


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str

    def run(self, **values):
        return http.call(self.method, self.path.format(**values))
''',
    coroutine: '''"""{title}"""

import httpx

from clinic_app.core.settings import BASE_URL
''',
}
# Classes whose methods send through their own instance count only when something uses them.
USES: dict[Style, str] = {
    service: "\n\nDEFAULT = {name}Service(MaxClient())\n",
    own_client: "\n\nDEFAULT = {name}Client()\n",
}
INSIDE_CLASS: frozenset[Style] = frozenset({service, own_client})

# Laid out as formatters do it: like published packages, 5 to 7 tokens a line. Denser code costs more a line.
FILLER = '''
{indent}def {name}_rows(
{indent}    {self}rows: list[dict],
{indent}    limit: int = 50,
{indent}    *,
{indent}    reverse: bool = False,
{indent}) -> list[dict]:
{indent}    """Order rows by date and keep the first ones.

{indent}    Rows that were cancelled are left out: nobody is billed for them.
{indent}    """
{indent}    chosen = []
{indent}    for number, row in enumerate(rows):
{indent}        # A row without a status is taken for an open one.
{indent}        status = row.get("status", "open")
{indent}        if status in ("cancelled", "void"):
{indent}            continue

{indent}        total = 0
{indent}        for line in row.get("lines", []):
{indent}            total += line["amount"] * line.get("units", 1)

{indent}        chosen.append(
{indent}            {{
{indent}                "id": row["id"],
{indent}                "date": row.get("date", ""),
{indent}                "total": total,
{indent}                "label": f"{{row['id']}} ({{number}})",
{indent}            }}
{indent}        )

{indent}    chosen.sort(key=lambda row: row["date"], reverse=reverse)
{indent}    return chosen[:limit]
'''
FILLER_LINES = FILLER.count("\n") + 1  # two before a function, one before a method


@dataclass(frozen=True)
class App:
    """Files by path, and what their code needs."""

    files: dict[str, str]
    endpoints: frozenset[str]
    scopes: frozenset[str]

    @property
    def lines(self) -> int:
        return sum(text.count("\n") for path, text in self.files.items() if path.endswith(".py"))


def module(style: Style, number: int, operations: list[Operation], fillers: int) -> str:
    """Write one file of about 10 lines an operation, and the fillers."""
    name = f"Part{number}"
    inside = style in INSIDE_CLASS
    parts = [HEADERS[style].format(title=f"Part {number} of the app.", name=name)]
    for index, operation in enumerate(operations):
        parts.append(style(operation) if inside else "\n" + style(operation).lstrip("\n").join(("\n", "")))
        for filler in range(index, fillers, len(operations)):
            text = FILLER.format(
                name=f"{operation.name}_{filler}", indent="    " * inside, self="self, " if inside else ""
            )
            parts.append(text if inside else "\n" + text)
    if inside:
        uses = [f"DEFAULT.{operation.name}({'1' if _arguments(operation) else ''})" for operation in operations]
        parts.append(USES[style].format(name=name))
        parts.append("\n\ndef refresh():\n    return [\n" + "".join(f"        {use},\n" for use in uses) + "    ]\n")
    return "".join(parts)


def generate(lines: int, *, files: int | None = None, seed: int = 0) -> App:
    """Write an app of about that many lines, in about that many files (default: one for 160 lines)."""
    chance = random.Random(seed)
    wanted = files - len(SHARED) if files else max(1, round(lines / 160))
    shared_lines = sum(text.count("\n") for text in SHARED.values())
    fillers = max(0, round((lines - shared_lines - 48 * wanted) / FILLER_LINES))
    texts = {f"{PACKAGE}/{path}": text for path, text in SHARED.items()}
    used: set[Operation] = set()
    styles = list(HEADERS)
    for number in range(wanted):
        folder = f"{PACKAGE}/feature_{number // 20:03}"
        if files is None:
            texts.setdefault(f"{folder}/__init__.py", "")
        else:
            folder = f"{PACKAGE}/features"
        operations = chance.sample(OPERATIONS, 4)
        share = fillers * (number + 1) // wanted - fillers * number // wanted
        used.update(operations)
        texts[f"{folder}/part_{number:04}.py"] = module(styles[number % len(styles)], number, operations, share)
    scopes = frozenset(operation.scope for operation in used)
    declared = "".join(f'    "{scope}",\n' for scope in sorted(scopes))
    texts["max-ai.app.toml"] = f"[permissions]\nscopes = [\n{declared}]\n"
    return App(texts, frozenset(operation.endpoint for operation in used), scopes)


def write(app: App, folder: Path) -> None:
    """Write the app's files into a folder."""
    for path, text in app.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, default=10_000)
    options = parser.parse_args()
    app = generate(options.lines)
    write(app, options.folder)
    print(f"{len(app.files) - 1} files, {app.lines} lines, {len(app.endpoints)} endpoints")


if __name__ == "__main__":
    main()
