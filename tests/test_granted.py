"""`scopelint granted`: with saved answers, and with a real server on the loopback that answers well and badly."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scopelint import cli

KEY = "max_dev_ak_0123456789secret"
ORGANIZATION = "org_1"
MANIFEST = "max-ai.app.toml"
CODE = """import requests

API = "https://api.maxcare.ai/v3"


def work(full):
    requests.get(f"{API}/patients")
    requests.get(f"{API}/notes", params={"includeSoapNote": full})
    requests.get(f"{API}/bills")
    requests.post(f"{API}/emails/send")
    requests.get(f"{API}/tasks")
"""
DECLARED = """[permissions]
scopes = ["read:patients", "read:notes", "read:bills", "read:claims"]
optional_scopes = ["write:emails", "read:products"]
"""
SCOPES = ["read:patients", "read:notes", "read:encounters", "read:claims", "read:inventory", "read:moon"]


def answer(*scopes: str) -> bytes:
    """Return an answer as the platform's guide shows it."""
    app = {"id": "app_1", "slug": "frontdesk", "liveVersionId": "apv_1"}
    data = {"app": app, "organization": {"id": ORGANIZATION}, "scopes": scopes}
    return json.dumps({"code": "success", "data": data}).encode()


GOOD = answer(*SCOPES)
SHOWN = f"""{MANIFEST}: the key of frontdesk in org_1 has 6 scopes

Needed, but not granted: the platform answers such calls with 403
  read:soap_notes [manifest]: declare it, have the clinic approve it, and give it to the key
      GET /v3/notes at app.py:8:5, perhaps (the value of includeSoapNote is not known)
  read:tasks [manifest]: declare it, have the clinic approve it, and give it to the key
      GET /v3/tasks at app.py:11:5
  write:emails [clinic's grant, then key]: the clinic may have refused it, so that the calls must bear a 403; \
else have the clinic approve it, and give it to the key
      POST /v3/emails/send at app.py:10:5

Granted, but not needed
  read:claims [manifest]: remove it there, then from grant and key
  read:inventory [key]: it is not declared either: make a key without it
  read:moon [key]: the table of scopes does not have it

Declared, but not granted
  read:bills [clinic's grant, then key]: have the clinic approve it, and give it to the key
  read:products [clinic's grant, then key]: the clinic may have refused it; else have the clinic approve it, \
and give it to the key
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "app.py").write_text(CODE)
    (tmp_path / MANIFEST).write_text(DECLARED)
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("MAXAI_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    return tmp_path


class Reply:
    """One answer of the server; `pauses` seconds before each byte of the body, when it is slow."""

    def __init__(self, status: int, body: bytes = b"", pause: float = 0.0, **headers: str) -> None:
        self.status = status
        self.body = body
        self.pause = pause
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


Server = Callable[..., tuple[str, list[tuple[str, str, str]]]]


@pytest.fixture
def server() -> Iterator[Server]:
    """Start servers that give the replies in turn; each gives its address, and a list of what it was asked."""
    running: list[ThreadingHTTPServer] = []

    def start(*replies: Reply) -> tuple[str, list[tuple[str, str, str]]]:
        left = list(replies)
        asked: list[tuple[str, str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = self.headers
                asked.append((self.path, headers["Authorization"], headers["X-Organization-Id"]))
                reply = left.pop(0)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                try:
                    for byte in [reply.body] if not reply.pause else [bytes([byte]) for byte in reply.body]:
                        time.sleep(reply.pause)
                        self.wfile.write(byte)
                except OSError:
                    pass  # the client went away

            def log_message(self, *arguments: object) -> None:
                pass

        running.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=running[-1].serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{running[-1].server_address[1]}", asked

    yield start
    for each in running:
        each.shutdown()
        each.server_close()


def granted(*arguments: str, url: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program."""
    environment = {**os.environ, "MAXAI_API_KEY": KEY, "MAXAI_ORGANIZATION_ID": ORGANIZATION, "MAXAI_API_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "scopelint", "granted", *arguments],
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert KEY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_a_saved_answer(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "me.json").write_bytes(GOOD)
    assert cli.run(["granted", "--answer", "me.json"]) == 1
    assert capsys.readouterr() == (SHOWN, "")


def test_a_saved_answer_from_standard_input() -> None:
    command = [sys.executable, "-m", "scopelint", "granted", "--answer", "-"]
    done = subprocess.run(command, input=GOOD, capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode(), done.stderr) == (1, SHOWN, b"")


@pytest.mark.parametrize(
    ("scopes", "code"),
    [
        (["read:patients", "read:notes", "read:bills", "read:tasks", "write:emails", "read:soap_notes"], 0),
        (
            ["read:patients", "read:notes", "read:bills", "read:tasks"],
            0,
        ),  # refused: an optional one, and a doubtful one
        (["read:patients", "read:notes", "read:tasks"], 1),
        ([], 1),
    ],
)
def test_exit_codes(scopes: Sequence[str], code: int, here: Path) -> None:
    (here / "me.json").write_bytes(answer(*scopes))
    assert cli.run(["granted", "--answer", "me.json"]) == code


def test_everything_is_as_it_should_be(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "app.py").write_text(CODE.replace("full}", "True}"))
    names = ["read:patients", "read:notes", "read:bills", "read:tasks", "write:emails", "read:soap_notes"]
    (here / MANIFEST).write_text(f"[permissions]\nscopes = {names}\n")
    (here / "me.json").write_bytes(answer(*names))
    assert cli.run(["granted", "--answer", "me.json"]) == 0
    assert capsys.readouterr().out == (
        f"{MANIFEST}: the key of frontdesk in org_1 has 6 scopes\n\n"
        "Every scope that is needed is granted, and no other is\n"
    )


def test_what_is_declared_wrongly_and_what_is_kept(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "app.py").write_text("")
    (here / MANIFEST).write_text(
        '[permissions]\nscopes = [\n"read:billing",\n"read:encounters",\n"read:claims", # scopelint: keep\n'
        '"read:tasks",\n]\n'
    )
    (here / "me.json").write_bytes(answer("read:claims", "read:bills"))
    assert cli.run(["granted", "--answer", "me.json", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    rows = {
        name: [(row["scope"], row["level"]) for row in document[name]]
        for name in ("needed_not_granted", "granted_not_needed", "declared_not_granted")
    }
    assert rows == {
        "needed_not_granted": [],
        "granted_not_needed": [("read:bills", "key")],
        "declared_not_granted": [
            ("read:billing", "manifest"),
            ("read:encounters", "manifest"),
            ("read:tasks", "grant"),
        ],
    }


def test_the_platform_is_asked(server: Server) -> None:
    for suffix in ("", "/", "/v3", "/gateway/v3/"):
        base, asked = server(Reply(200, GOOD))
        done = granted(url=base + suffix)
        assert (done.returncode, done.stdout, done.stderr) == (1, SHOWN, "")
        path = "/gateway/v3/marketplace/me" if "gateway" in suffix else "/v3/marketplace/me"
        assert asked == [(path, f"Bearer {KEY}", ORGANIZATION)]


def test_options_go_before_variables_and_a_proxy_sees_nothing(server: Server) -> None:
    base, asked = server(Reply(200, GOOD))
    proxy, seen = server(Reply(500))
    done = granted("--url", base, "--organization", "org_2", url="http://example.com", HTTP_PROXY=proxy)
    assert (done.returncode, done.stderr) == (1, "")
    assert [row[2] for row in asked] == ["org_2"]
    assert seen == []


@pytest.mark.parametrize("busy", [429, 500, 503])
def test_a_busy_platform_is_asked_again(busy: int, server: Server) -> None:
    base, asked = server(Reply(busy, Retry_After="0"), Reply(busy, Retry_After="0"), Reply(200, GOOD))
    done = granted(url=base)
    assert (done.returncode, done.stdout, done.stderr) == (1, SHOWN, "")
    assert len(asked) == 3


def test_it_waits_as_long_as_it_is_asked_to(server: Server) -> None:
    base, _ = server(Reply(429, Retry_After="1"), Reply(200, GOOD))
    started = time.monotonic()
    assert granted(url=base).returncode == 1
    assert time.monotonic() - started >= 1


ECHO = json.dumps({"code": "x", "message": f"no \x1b[31m {KEY}"}).encode()


@pytest.mark.parametrize(
    ("replies", "message", "requests"),
    [
        ([Reply(401, b'{"code":"unauthorized","message":"Invalid key"}')],
         "does not accept the key: check MAXAI_API_KEY: 401 (Invalid key)", 1),
        ([Reply(403, b'{"code":"forbidden","message":"No access","trace_id":"1"}')],
         "refuses the request: check that the key belongs to the organization: 403 (No access)", 1),
        ([Reply(404, b"<html>")], "has no /v3/marketplace/me: check MAXAI_API_URL: 404", 1),
        ([Reply(418, ECHO)], "gives no answer: 418 (no \\x1b[31m ***)", 1),
        ([Reply(500, Retry_After="0")] * 4, "answers with 500, 4 times", 4),
        ([Reply(429, Retry_After="3600")], "answers with 429, and asks to wait 3600 s", 1),
        ([Reply(200, b"<html>not json")], "is not JSON, and so no answer of /v3/marketplace/me", 1),
        ([Reply(200, b"\xff\xfe\x00")], "is not JSON, and so no answer of /v3/marketplace/me", 1),
        ([Reply(200, b"[" * 100_000)], "is not JSON, and so no answer of /v3/marketplace/me", 1),
        ([Reply(200, b'{"code": "success", "data": {"scopes": [1]}}')],
         "is no answer of /v3/marketplace/me: it says success", 1),
        ([Reply(200, b" " * 2**21)], "answers with more than 1048576 bytes", 1),
        ([Reply(302, Location="https://elsewhere.example.com/")],
         "redirects to https://elsewhere.example.com/, where the key is not sent: correct MAXAI_API_URL", 1),
    ],
)  # fmt: skip
def test_every_other_answer_is_one_line(replies: Sequence[Reply], message: str, requests: int, server: Server) -> None:
    base, asked = server(*replies)
    done = granted(url=base)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"scopelint: error: {base}: {message}\n")
    assert len(asked) == requests


def test_a_redirect_is_not_followed(server: Server) -> None:
    elsewhere, seen = server(Reply(200, GOOD))
    base, _ = server(Reply(307, Location=f"{elsewhere}/v3/marketplace/me"))
    assert granted(url=base).returncode == 2
    assert seen == []


@pytest.mark.parametrize("pause", [0.1, 5.0])
def test_a_slow_body_is_not_waited_for(pause: float, server: Server) -> None:
    base, _ = server(Reply(200, GOOD, pause))
    done = granted("--timeout", "0.5", url=base)
    assert (done.returncode, done.stderr) == (2, f"scopelint: error: {base}: does not answer within 0.5 s\n")


def test_a_platform_that_cannot_be_reached(server: Server) -> None:
    base, _ = server()
    port = int(base.rpartition(":")[2])
    done = granted(url=f"http://127.0.0.1:{1 if port != 1 else 2}")
    assert done.returncode == 2
    assert "cannot be asked: " in done.stderr


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"MAXAI_API_KEY": ""}, "set MAXAI_API_KEY, or give a saved answer with --answer FILE"),
        ({"MAXAI_API_KEY": f"{KEY}\nX: y"}, "MAXAI_API_KEY has characters that cannot be sent in a header"),
        ({"MAXAI_API_KEY": f"{KEY}é"}, "MAXAI_API_KEY has characters that cannot be sent in a header"),
        ({"MAXAI_ORGANIZATION_ID": ""}, "name the organization with --organization ID or MAXAI_ORGANIZATION_ID"),
        ({"MAXAI_API_URL": "http://example.com"}, "http://example.com: would carry the key unencrypted: use https"),
        ({"MAXAI_API_URL": "https://u:p@example.com"}, "example.com: must not hold a user name or a password"),
        ({"MAXAI_API_URL": "ftp://x"}, "ftp://x: is no base address: write one such as https://api.maxcare.ai"),
        ({"MAXAI_API_URL": "https://x:y"}, "https://x:y: is no base address: write one such as https://api.maxcare.ai"),
    ],
)
def test_what_cannot_be_sent_is_one_line(variables: dict[str, str], message: str) -> None:
    done = granted(**{"url": "https://example.com"} if "MAXAI_API_URL" not in variables else {}, **variables)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"scopelint: error: {message}\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"code": "forbidden", "message": "no"}', "is no answer of /v3/marketplace/me: it says no"),
        ("[]", "is no answer of /v3/marketplace/me"),
        ("", "is not JSON, and so no answer of /v3/marketplace/me"),
    ],
)
def test_a_saved_answer_that_is_none(text: str, message: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "me.json").write_text(text)
    assert cli.run(["granted", "--answer", "me.json"]) == 2
    assert capsys.readouterr() == ("", f"scopelint: error: me.json: {message}\n")


def test_one_of_several_apps_must_be_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "me.json").write_bytes(GOOD)
    (here / "two").mkdir()
    (here / "two" / MANIFEST).write_text("")
    (here / "two" / "main.py").write_text("")
    assert cli.run(["granted", "--answer", "me.json"]) == 2
    message = f"a key belongs to one app: name its folder or its manifest ({MANIFEST}, two/{MANIFEST})"
    assert capsys.readouterr().err == f"scopelint: error: {message}\n"
    assert cli.run(["granted", "--answer", "me.json", "--manifest", MANIFEST]) == 1


def test_without_httpx(here: Path) -> None:
    program = "import sys; sys.modules['httpx'] = None; from scopelint.cli import main; main()"
    environment = {**os.environ, "MAXAI_API_KEY": KEY, "MAXAI_ORGANIZATION_ID": ORGANIZATION}
    command = [sys.executable, "-c", program, "granted"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    message = 'asking the platform needs httpx: pip install "scopelint[granted]"'
    assert (done.returncode, done.stderr) == (2, f"scopelint: error: {message}\n")
    (here / "me.json").write_bytes(GOOD)
    command += ["--answer", "me.json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, SHOWN)
