"""Which files are kept, in small trees; each case names the files that must be and no others."""

import codecs
import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scopelint import processes
from scopelint.sieve import Kept, Markers, sieve, workers
from scopelint.sieve.markers import Mark
from scopelint.sieve.search import finder

MARKERS = Markers.of_platform(
    ["api.maxcare.ai", "api.maxcare.dev"],
    "/v3",
    ["/v3/patients", "/v3/patients/{id}", "/v3/notes/{noteId}/images", "/v3/phone-numbers"],
    ["MAXAI_API_URL"],
)
CLIENT = 'import httpx\nclass MaxClient:\n    base = "https://api.maxcare.ai"\n    def list_bills(self): ...\n'


def kept(root: Path, files: dict[str, str | bytes]) -> list[str]:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = sieve(root, sorted(files), MARKERS)
    for likely in (sorted(files), sorted(files)[:1], sorted(files)[-1:]):  # it saves time, and changes nothing
        assert sieve(root, sorted(files), MARKERS, likely=likely) == found
    return list(found.paths)


@pytest.mark.parametrize(
    "text",
    [
        'BASE = "https://API.MaxCare.AI:443"',
        'BASE = "https://api." + "maxcare.ai"',
        'os.environ["MAXAI_API_URL"]',
        "maxai_api_url: str",
        'get("/v3/patients")',
        'get(f"{base}/v3/patients/{id}")',
        'get(f"{base}v3/phone-numbers")',
        'get("%s/v3/patients" % base)',
        'get("http://" + host + "/api/v3/patients")',
        'get(f"https://{host}/v3/patients")',
        'get("/V3/PATIENTS")',
        b'\xff\x00"/v3/patients"',
        'get("/v3/patients")'.encode("utf-16"),
        codecs.BOM_UTF16_BE + 'get("/v3/patients")'.encode("utf-16-be"),
        'get("/v3/patients")'.encode("utf-32"),
    ],
)
def test_a_marker_keeps_a_file(tmp_path: Path, text: str | bytes) -> None:
    assert kept(tmp_path, {"a.py": text}) == ["a.py"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        'get("https://api.sendgrid.com/v3/patients")',
        'get("https://rest.example.com/v3")',
        'get("/v3/mail/send")',
        'get("/v31/patients")',
        'get("/dev3/patients")',
        '# as of v3 / v2 of "patients"',
        'if "/v3/" in path and "patients/" in path: pass',
        'API = "v3"; x = "patients/"',
        'URL = base + "/v3"',  # nothing names a resource
    ],
)
def test_no_marker(tmp_path: Path, text: str) -> None:
    assert kept(tmp_path, {"a.py": text}) == []


def test_a_version_counts_when_the_file_or_one_that_uses_it_names_a_resource(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "one/config.py": 'BASE = host + "/v3"',
        "one/client.py": "from config import BASE",
        "one/jobs.py": 'from client import get\nget("/patients")',
        "two/settings.py": 'BASE = host + "/v3"',
        "two/mailer.py": 'from two.settings import BASE\nget("/mails")',
    }
    assert kept(tmp_path, files) == ["one/client.py", "one/config.py", "one/jobs.py"]


@pytest.mark.parametrize(
    "statement",
    [
        "import app.api.client",
        "import os, app.api.client as c",
        "from app.api.client import MaxClient",
        "from app.api import client",
        "from app.api import (\n    other,  # (a comment)\n    client as c,\n)",
        "from app.api \\\n    import client",
        "from app.api import *",
        "if True: import app.api.client",
        "import app.api.client; from os import path",
        "from os import path; from app.api import client",
        "def f():\n\tfrom\tapp.api\timport\tclient",
        "from app.api.client import(MaxClient)",
        'importlib.import_module("app.api.client")',
        'import_string("app.api.client:MaxClient")',
        'NAME = "app.api.client"\n__import__(NAME)',
        'NAME = "client"\nimport_module(f"app.api.{NAME}")',
        "from src.app.api import client",
        "from app.api import client\r\n",
    ],
)
def test_absolute_imports(tmp_path: Path, statement: str) -> None:
    files: dict[str, str | bytes] = {
        "src/app/__init__.py": "",
        "src/app/api/__init__.py": "",
        "src/app/api/client.py": CLIENT,
        "src/app/api/other.py": "",
        "elsewhere/run.py": statement,
        "elsewhere/no.py": "import client\nfrom other.client import x\nfrom app.api import other\nimport typing\n",
    }
    assert kept(tmp_path, files) == ["elsewhere/run.py", "src/app/api/client.py"]


@pytest.mark.parametrize(
    ("importer", "statement"),
    [
        ("app/api/jobs.py", "from .client import MaxClient"),
        ("app/api/jobs.py", "from . import client"),
        ("app/api/jobs.py", "from . import (\n  client)"),
        ("app/api/jobs.py", "import client"),  # run as a script
        ("app/api/jobs.py", 'import_module(".client", __package__)'),
        ("app/api/jobs.py", 'import_module(f".{name}", __package__)'),
        ("app/api/jobs.py", "from .client import *"),
        ("app/jobs.py", "from .api.client import MaxClient"),
        ("app/jobs.py", "from .api import client"),
        ("app/sub/jobs.py", "from ..api.client import MaxClient"),
        ("app/sub/jobs.py", "from ..api import client"),
        ("app/sub/jobs.py", "from ..api import *"),
    ],
)
def test_relative_imports(tmp_path: Path, importer: str, statement: str) -> None:
    files: dict[str, str | bytes] = {
        "app/__init__.py": "",
        "app/api/__init__.py": "",
        "app/sub/__init__.py": "",
        "app/api/client.py": CLIENT,
        "app/sub/client.py": "",
        "app/sub/no.py": "from .client import x\nfrom . import client\nfrom ...api import client\n",
        importer: statement,
    }
    assert kept(tmp_path, files) == sorted([importer, "app/api/client.py"])


def test_a_package_is_imported_by_its_name_and_from_inside(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "app/api/__init__.py": CLIENT,
        "app/__init__.py": "",
        "app/api/sub.py": "from . import MaxClient",
        "app/api/deep/__init__.py": "from .. import MaxClient",
        "app/other.py": "from . import other",
        "app/uses.py": "from .api import MaxClient",
        "run.py": "import app.api",
        "no.py": "from api.other import x",
    }
    assert kept(tmp_path, files) == [
        *("app/api/__init__.py", "app/api/deep/__init__.py", "app/api/sub.py", "app/uses.py", "run.py"),
    ]


def test_modules_in_no_package_are_imported_by_their_neighbours_and_by_name(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "work/src/client.py": CLIENT,
        "work/src/jobs/run.py": "import client",
        "work/scripts/run.py": "from client import MaxClient",
        "elsewhere/run.py": "from src.client import MaxClient",
        "elsewhere/no.py": "from other import client",
        "tool.py": "import work.src.client",
    }
    assert kept(tmp_path, files) == sorted(files.keys() - {"elsewhere/no.py"})


@pytest.mark.parametrize(
    "text", [b"from " + b"." * 200_000, b"import (" + b"#)\n" * 100_000, b"import (\n#" + b")" * 400_000]
)
def test_odd_texts_take_no_more_time_than_their_size(tmp_path: Path, text: bytes) -> None:
    assert kept(tmp_path, {"a.py": CLIENT, "b.py": b"import x;" + text}) == ["a.py"]


def test_the_root_may_lie_inside_a_package(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "__init__.py": "",
        "client.py": CLIENT,
        "jobs.py": "from app.client import MaxClient",
    }
    assert kept(tmp_path / "app", files) == ["client.py", "jobs.py"]


def test_importers_of_importers_are_kept_through_reexports_and_cycles(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "app/__init__.py": "from .deps import get_client",
        "app/client.py": CLIENT + "import app",
        "app/deps.py": "from .client import MaxClient\ndef get_client(): ...",
        "app/views.py": "import app\napp.get_client().list_bills()",
        "worker.py": "from app.views import x",
        "tool.py": "import worker",
        "unrelated.py": "import os",
    }
    assert kept(tmp_path, files) == sorted(set(files) - {"unrelated.py"})


def test_names_that_only_kept_files_define_keep_the_project_that_uses_them(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "one/pyproject.toml": "",
        "one/client.py": CLIENT + "    def fetch(self): ...\n    def get(self): ...\n    def load_page(self): ...\n",
        "one/views/a.py": "def view(request): return request.state.max.list_bills()",
        "one/views/b.py": "def view(c): return c.fetch(1)",
        "one/views/c.py": "def view(c): return getattr(c, 'fetch')",
        "one/views/plain.py": "fetch = 1; c.get(1); c.load_page()",
        "one/views/defines.py": "def load_page(): ...",
        "two/pyproject.toml": "",
        "two/a.py": "x.list_bills()",
    }
    python = {name: text for name, text in files.items() if name.endswith(".py")}
    for name in files.keys() - python.keys():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert kept(tmp_path, python) == ["one/client.py", "one/views/a.py", "one/views/b.py", "one/views/c.py"]


def test_files_that_cannot_be_read_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    (tmp_path / "link.py").symlink_to("a.py")
    assert sieve(tmp_path, ["a.py", "gone.py", "link.py"], MARKERS).paths == ("gone.py", "link.py")


def test_large_files_are_read_to_their_end(tmp_path: Path) -> None:
    assert kept(tmp_path, {"a.py": "#" * 3_000_000 + '\nget("/v3/patients")'}) == ["a.py"]


def test_two_processes_keep_what_one_keeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, str | bytes] = {f"app/m{number}.py": f"import m{number - 1}" for number in range(1, 40)}
    files |= {"app/m0.py": CLIENT, "app/other.py": "import m40"}
    one = kept(tmp_path, files)
    monkeypatch.setattr(workers, "_WORTH_A_PROCESS", 2)
    monkeypatch.setattr(processes, "cores", lambda: 2)
    assert kept(tmp_path, files) == one == sorted(files.keys() - {"app/other.py"})


def test_a_child_that_fails_costs_time_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_WORTH_A_PROCESS", 2)
    monkeypatch.setattr(processes, "cores", lambda: 2)
    failed = tmp_path / "failed"
    parent = os.getpid()

    def work(files: Sequence[str]) -> list[str]:
        if os.getpid() != parent:
            failed.touch()
            raise RuntimeError
        while not failed.exists():
            time.sleep(0.01)
        return list(files)

    assert sorted(workers.in_parallel(work, ["a", "b", "c", "d"], str)) == ["a", "b", "c", "d"]


def test_marked_files_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(CLIENT)
    (tmp_path / "b.py").write_text("import a")
    assert sieve(tmp_path, ["a.py", "b.py"], MARKERS) == Kept(paths=("a.py", "b.py"), marked=("a.py",))


@given(st.lists(st.binary(min_size=1, max_size=4)), st.binary(max_size=40))
@example([b"aba"], b"abaaba")
@example([b"\xff\n", b"]"], b"\xff\n")
def test_a_finder_finds_what_is_there(words: list[bytes], data: bytes) -> None:
    assert finder(words)(data) == any(word in data for word in words)
    for word in words:
        assert finder(words)(data + word + data)


def test_a_code_keeps_a_file_only_before_a_digit() -> None:
    mark = Markers((), code=b"SCL").test()
    assert mark(b"x = 1  # NoQA: scl101") == Mark.KEEP
    assert mark(b"class ThisClass: pass  # disclaimer") == Mark.NONE


def test_what_is_certain_is_told_early(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(CLIENT)
    (tmp_path / "b.py").write_text("import a")
    (tmp_path / "c.py").write_text("")
    (tmp_path / "d.py").write_text("")
    told: list[str] = []
    kept = sieve(tmp_path, ["a.py", "b.py", "c.py", "d.py"], MARKERS, ["c.py"], told.extend)
    assert told == ["a.py", "c.py"]
    assert kept.paths == ("a.py", "b.py", "c.py")
