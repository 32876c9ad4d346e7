"""`scopelint diff` on real repositories: branches, renames, removed manifests, and configurations that mean harm."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scopelint import cli

MANIFEST = "max-ai.app.toml"
IDENTITY = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
API = "https://api.maxcare.ai/v3"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path, message: str) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def client(*requests: str) -> str:
    """Return a module that sends the requests, a line each, from line 3 on."""
    pairs = [request.split() for request in requests]
    lines = [f"{method.lower()} = requests.{method.lower()}('{API}{path}')" for method, path in pairs]
    return "\n".join(("import requests", "", *lines)) + "\n"


def manifest(*required: str, optional: tuple[str, ...] = ()) -> str:
    return f"[permissions]\nscopes = {json.dumps(required)}\noptional_scopes = {json.dumps(optional)}\n"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a repository whose first commit reads patients and claims."""
    folder = tmp_path / "app"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    code = client("GET /patients", "GET /claims")
    write(folder, {MANIFEST: manifest("read:patients", "read:claims"), "api.py": code})
    commit(folder, "first")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def changes(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    """Return what `diff --format json` says of each app: scopes only, and the calls as "path:line"."""

    def calls(need: dict[str, list[dict[str, object]]]) -> list[str]:
        return [f"{call['path']}:{call['line']}" for call in need["calls"]]

    capsys.readouterr()
    assert cli.run(["diff", "--format", "json", *arguments]) == 0, capsys.readouterr().err
    return [
        {
            "manifests": (row["manifest_before"], row["manifest_after"]),
            "needs": {need["scope"]: calls(need) for need in row["newly_needed"]},
            "drops": {need["scope"]: calls(need) for need in row["no_longer_needed"]},
            "keeps": row["still_needed"],
            "asks": row["newly_asked"],
            "returns": row["no_longer_asked"],
        }
        for row in json.loads(capsys.readouterr().out)["apps"]
    ]


def test_what_a_reviewer_reads(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        app,
        {
            MANIFEST: manifest("read:patients", optional=("write:emails",)),
            "api.py": client("GET /patients", "POST /emails/send", "GET /tasks"),
        },
    )
    assert cli.run(["diff", "main"]) == 0
    assert capsys.readouterr() == (
        "max-ai.app.toml\n"
        "  This change asks clinics for write:emails (optional)\n"
        "  It no longer asks for read:claims\n"
        "  Newly needed:\n"
        "    + read:tasks (Tasks), which is not declared\n"
        "        GET /v3/tasks at api.py:5:7\n"
        "    + write:emails (Sending email)\n"
        "        POST /v3/emails/send at api.py:4:8\n"
        "  No longer needed:\n"
        "    - read:claims (Claims)\n"
        "        GET /v3/claims at api.py:4:7\n"
        "  Still needed: read:patients\n",
        "",
    )
    assert cli.run(["diff", "main", "--format", "markdown"]) == 0
    assert capsys.readouterr().out == (
        "### scopelint: scopes from main to the working tree\n\n"
        "**max-ai.app.toml**\n\n"
        "- This change asks clinics for `write:emails` (optional)\n"
        "- It no longer asks for `read:claims`\n"
        "- Newly needed:\n"
        "  - `read:tasks` (Tasks), which is not declared\n"
        "    - `GET /v3/tasks` at `api.py:5`\n"
        "  - `write:emails` (Sending email)\n"
        "    - `POST /v3/emails/send` at `api.py:4`\n"
        "- No longer needed:\n"
        "  - `read:claims` (Claims)\n"
        "    - `GET /v3/claims` at `api.py:4`\n"
        "- Still needed: `read:patients`\n"
    )


def test_nothing_changes(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(app, {"api.py": "# moved\n" + client("GET /claims", "GET /patients")})
    assert cli.run(["diff", "HEAD", "--exit-code"]) == 0
    shown = "max-ai.app.toml\n  Nothing changes\n  Still needed: read:claims, read:patients\n"
    assert capsys.readouterr().out == shown


def test_branches_and_where_they_parted(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(app, "checkout", "-q", "-b", "feature")
    write(app, {"mail.py": client("POST /emails/send")})
    commit(app, "mail")
    git(app, "checkout", "-q", "main")
    write(app, {"api.py": client("GET /patients", "GET /claims", "GET /tasks")})
    commit(app, "tasks")
    (straight,) = changes(capsys, "main", "feature")
    assert (straight["needs"], straight["drops"]) == ({"write:emails": ["mail.py:3"]}, {"read:tasks": ["api.py:5"]})
    (parted,) = changes(capsys, "main", "feature", "--merge-base")
    assert (parted["needs"], parted["drops"]) == ({"write:emails": ["mail.py:3"]}, {})
    (here,) = changes(capsys, "feature")
    assert (here["needs"], here["drops"]) == ({"read:tasks": ["api.py:5"]}, {"write:emails": ["mail.py:3"]})
    assert cli.run(["diff", "main", "feature", "--exit-code"]) == 1


def test_renamed_files_change_nothing(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (app / "src").mkdir()
    git(app, "mv", "api.py", "src/client.py")
    git(app, "mv", MANIFEST, f"src/{MANIFEST}")
    assert changes(capsys, "HEAD") == [
        {
            "manifests": (MANIFEST, f"src/{MANIFEST}"),
            "needs": {},
            "drops": {},
            "keeps": ["read:claims", "read:patients"],
            "asks": [],
            "returns": [],
        }
    ]


def test_a_removed_and_a_new_manifest(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (app / MANIFEST).unlink()
    (removed,) = changes(capsys, "HEAD")
    assert (removed["manifests"], removed["keeps"]) == ((MANIFEST, None), ["read:claims", "read:patients"])
    assert removed["returns"] == ["read:claims", "read:patients"]
    commit(app, "no manifest")
    (new,) = changes(capsys, "HEAD", "HEAD~1")
    assert (new["manifests"], new["asks"]) == ((None, MANIFEST), ["read:claims", "read:patients"])


def test_what_the_configuration_names_and_a_revision_lacks(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (app / MANIFEST).unlink()
    settings = 'manifest = "app.json"\nmanifest-required-key = "needs"\nsearch-paths = ["more"]\n'
    write(app, {"scopelint.toml": settings, "app.json": "{}", "more/x.py": ""})
    misspelt = 'has no "needs": write an empty list there, or correct "manifest-required-key" in the configuration'
    assert cli.run(["diff", "main"]) == 2
    assert capsys.readouterr() == ("", f"scopelint: error: app.json: {misspelt}\n")
    commit(app, "a manifest of another form, with nothing in it")
    write(app, {"app.json": '{"needs": ["read:patients"]}'})
    for revision, name in (("main", "app.json"), ("main^", "app.json (was max-ai.app.toml)")):
        assert cli.run(["diff", revision]) == 0
        told = "  This change asks clinics for read:patients\n  Still needed: read:claims, read:patients\n"
        assert capsys.readouterr() == (f"{name}\n{told}", "")


def test_each_app_of_a_tree(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, scope in (("one", "tasks"), ("two", "bills")):
        write(app, {f"{name}/{MANIFEST}": manifest(f"read:{scope}"), f"{name}/main.py": client(f"GET /{scope}")})
    commit(app, "three apps")
    shutil.rmtree(app / "one")
    write(app, {"two/main.py": client("GET /bills", "GET /products"), "two/more.py": client("GET /notes")})
    found = {row["manifests"]: (row["needs"], row["drops"]) for row in changes(capsys, "HEAD")}
    assert found == {
        (MANIFEST, MANIFEST): ({}, {}),
        (f"one/{MANIFEST}", None): ({}, {"read:tasks": ["one/main.py:3"]}),
        (f"two/{MANIFEST}", f"two/{MANIFEST}"): ({"read:notes": ["two/more.py:3"]}, {}),
    }
    (two,) = (row for row in changes(capsys, "HEAD", "--path", "two/more.py") if row["needs"])
    assert (two["needs"], two["drops"]) == ({"read:notes": ["two/more.py:3"]}, {})


def test_from_a_folder_of_the_repository_and_with_its_configuration(
    app: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        app,
        {
            "apps/one/scopelint.toml": 'manifest = "app.json"\nexclude = ["old/"]\nsearch-paths = ["../../libs"]\n',
            "apps/one/app.json": '{"permissions": {"scopes": ["read:notes"]}}',
            "apps/one/main.py": "from shared import get  # MAXAI_API_URL\n\nget('/notes')\n",
            "apps/one/old/main.py": client("GET /emails"),
            "libs/shared.py": f"import requests\n\n\ndef get(path):\n    return requests.get('{API}' + path)\n",
        },
    )
    commit(app, "an app in a folder")
    write(app, {"apps/one/main.py": "from shared import get  # MAXAI_API_URL\n\nget('/notes')\nget('/tasks')\n"})
    monkeypatch.chdir(app / "apps/one")
    (row,) = changes(capsys, "HEAD")
    assert row["manifests"] == ("app.json", "app.json")
    assert (row["keeps"], row["needs"], row["drops"]) == (["read:notes"], {"read:tasks": ["main.py:4"]}, {})


def test_packages_that_no_revision_has_are_known_on_both_sides(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = app / ".venv/lib/python3.11/site-packages/maxsdk"
    write(package, {"__init__.py": f"import requests\n\n\ndef get(path):\n    return requests.get('{API}' + path)\n"})
    code = "import os\nimport maxsdk\n\nos.environ['MAXAI_API_URL']\nmaxsdk.get('/patients')\nmaxsdk.get('/claims')\n"
    write(app, {".gitignore": ".venv/\n", "api.py": code})
    commit(app, "with an SDK")
    (row,) = changes(capsys, "HEAD")
    assert (row["keeps"], row["needs"], row["drops"]) == (["read:claims", "read:patients"], {}, {})


def test_odd_files_of_a_revision(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (app / "link.py").symlink_to(app / "api.py")
    (app / os.fsdecode(b"\xff\n.py")).write_text(client("GET /tasks"))
    (app / "broken.py").write_text(client("GET /notes") + "def\n")
    commit(app, "odd")
    (app / os.fsdecode(b"\xff\n.py")).unlink()
    assert cli.run(["diff", "HEAD"]) == 0
    assert capsys.readouterr().out == (
        "max-ai.app.toml\n"
        "  No longer needed:\n"
        "    - read:tasks (Tasks)\n"
        "        GET /v3/tasks at \\udcff\\n.py:3:7\n"
        "  Still needed: read:claims, read:patients\n\n"
        "Some files of HEAD cannot be read: calls in them are not known\n\n"
        "Some files of the working tree cannot be read: calls in them are not known\n"
    )


def state(folder: Path) -> dict[str, tuple[int, str]]:
    """Return time and content of every file, those of git's own too."""
    return {
        str(path): (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


@pytest.mark.skipif(os.name == "nt", reason="the harmful programs are shell scripts")
def test_a_hostile_configuration_runs_nothing_and_nothing_is_touched(
    app: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    harm = tmp_path / "harm.sh"
    harm.write_text(f"#!/bin/sh\ntouch {tmp_path}/harmed\ncat\n")
    harm.chmod(0o755)
    write(app, {".gitattributes": "*.py filter=harm diff=harm textconv=harm\n", "more.py": client("GET /tasks")})
    commit(app, "second")
    (app / ".git/config").write_text(
        (app / ".git/config").read_text()
        + f"[core]\n\tfsmonitor = {harm}\n\thooksPath = {tmp_path}\n\tpager = {harm}\n\tsshCommand = {harm}\n"
        f"\talternateRefsCommand = {harm}\n\tgitProxy = {harm}\n\teditor = {harm}\n"
        f'[filter "harm"]\n\tsmudge = {harm}\n\tclean = {harm}\n\tprocess = {harm}\n\trequired = true\n'
        f'[diff "harm"]\n\ttextconv = {harm}\n\tcommand = {harm}\n[diff]\n\texternal = {harm}\n'
        f"[alias]\n\trev-parse = !{harm}\n\tls-tree = !{harm}\n\tcat-file = !{harm}\n"
        f"[pager]\n\tls-tree = {harm}\n\tcat-file = {harm}\n\trev-parse = {harm}\n"
        f"[gpg]\n\tprogram = {harm}\n[credential]\n\thelper = !{harm}\n"
    )
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "pre-commit"):
        shutil.copy(harm, app / ".git/hooks" / hook)
        shutil.copy(harm, tmp_path / hook)
    before = state(app)
    assert cli.run(["diff", "HEAD~1", "HEAD"]) == 0
    assert "+ read:tasks" in capfd.readouterr().out
    assert not (tmp_path / "harmed").exists()
    assert state(app) == before


@pytest.mark.skipif(os.name == "nt", reason="the harmful program is a shell script")
@pytest.mark.parametrize("url", ["file://{origin}", "ext::{harm}", "ssh://example.com/x", "harm::x"])
def test_a_partial_clone_fetches_nothing(
    url: str, app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    write(app, {"api.py": client("GET /tasks")})
    commit(app, "second")
    git(app, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{app}", "clone")
    clone = tmp_path / "clone"
    harm = tmp_path / "git-remote-harm"
    harm.write_text(f"#!/bin/sh\ntouch {tmp_path}/harmed\n")
    harm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    git(clone, "config", "remote.origin.url", url.format(origin=app, harm=harm))
    git(clone, "config", "remote.origin.uploadpack", str(harm))
    git(clone, "config", "core.sshCommand", str(harm))
    git(clone, "config", "protocol.allow", "always")
    monkeypatch.chdir(clone)
    assert cli.run(["diff", "HEAD~1"]) == 2
    missing = f"is not among the objects of {git(clone, 'rev-parse', 'HEAD~1')[:10]} here (is the clone partial?)"
    assert capfd.readouterr() == ("", f"scopelint: error: api.py: {missing}\n")
    assert not (tmp_path / "harmed").exists()


def test_paths_of_a_tree_that_lead_out_are_left_out(
    app: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blob = git(app, "hash-object", "-w", "api.py")
    inner = bytes.fromhex(blob)
    rows = b"".join(b"100644 " + name + b"\0" + inner for name in (b"../out.py", b"..", b"/abs.py", b"api.py"))
    made = subprocess.run(
        ["git", "hash-object", "-t", "tree", "-w", "--stdin", "--literally"],
        input=rows, cwd=app, capture_output=True, check=True,
    )  # fmt: skip
    tree = made.stdout.decode().strip()
    harmful = git(app, "commit-tree", tree, "-m", "harmful")
    assert cli.run(["diff", harmful, "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["apps"]
    assert row["still_needed"] == ["read:claims", "read:patients"]
    assert not list(tmp_path.rglob("out.py"))


@pytest.mark.usefixtures("app")
def test_inside_a_hook_of_another_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "init", "-q", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "nowhere")
    assert cli.run(["diff", "main"]) == 0
    assert "Nothing changes" in capsys.readouterr().out


def test_a_linked_work_tree(
    app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    git(app, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    write(tmp_path / "side", {"more.py": client("GET /tasks")})
    monkeypatch.chdir(tmp_path / "side")
    (row,) = changes(capsys, "main")
    assert row["needs"] == {"read:tasks": ["more.py:3"]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], '"nowhere" is no revision of the repository at {app}'),
        (["main", "HEAD:api.py"], '"HEAD:api.py" is no revision of the repository at {app}'),
        (["--", "--output=x"], '"--output=x" is no revision'),
        (["main", "orphan", "--merge-base"], "have no common ancestor here (is the clone shallow?)"),
        ([], "Missing argument 'REV'."),
        (["main", "--path", ".."], "is not in a git repository"),
    ],
)
def test_errors_are_one_line(arguments: list[str], message: str, app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(app, "checkout", "-q", "--orphan", "orphan")
    commit(app, "orphan")
    git(app, "checkout", "-q", "main")
    assert cli.run(["diff", *arguments]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("scopelint: error: ")
    assert message.format(app=app) in output.err
    assert output.err.count("\n") == 1


def test_the_program_leaves_no_temporary_folder(app: Path, tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    command = [sys.executable, "-m", "scopelint", "diff", "main"]
    done = subprocess.run(command, cwd=app, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert list((tmp_path / "temporary").iterdir()) == []
