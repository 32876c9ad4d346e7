"""Drive apps: import their modules and call what they define, with made-up arguments; every host is the stub.

Run as a program: `drive_app.py AUTHORITY`. Each line that it reads is a job in JSON, see `Job`. A job runs in a child
of its own, which has the common libraries imported already, and for each that has ended a line with its exit code is
written. Nothing that goes wrong in an app ends it. With a job as a second argument, it runs that one.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import functools
import importlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, NoReturn

from driving import drive_all, finish, guarded
from made_up import Makers
from made_up_values import FILLER, Mood, Record

IMPORT_SECONDS = 20  # for one module, on a busy machine
PRELOADED = (  # imported once, for all; not what takes hold of a reactor, replaces sockets or reads settings
    "aiohttp", "celery.app.task", "django.http", "fastapi", "flask", "httpx", "pydantic_settings", "requests",
    "starlette.routing", "yarl",
)  # fmt: skip
PLAIN: dict[str, object] = {}
SPARSE: tuple[dict[str, object], ...] = ({"empty": True}, {"status": 404}, {"status": 403})  # what is answered then
TURNS = 2  # more, when the app compares what it is given: with one value after the other


@dataclass
class Plan:
    """What is driven: modules by name, scripts among them, folders to import from, and code to run besides."""

    roots: list[str]
    modules: list[str]
    scripts: list[str]
    argv: list[str] = field(default_factory=list)
    code: str = ""
    alone: bool = False  # only the code: nothing is called by itself


@dataclass
class Job:
    """An app to drive in a folder; the modules that could not be imported, and why, come into the file `missing`."""

    folder: str
    environment: dict[str, str]
    port: int  # of the stub
    seconds: float
    log: str
    missing: str
    plan: dict[str, Any]
    patches: bool  # whether the app patches sockets, which must come before the libraries are imported


def trust(authority: str) -> None:
    """Let every library trust an authority."""
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        os.environ[name] = authority
    with contextlib.suppress(ImportError):
        import certifi

        certifi.where = lambda: authority
    with contextlib.suppress(ImportError):
        pycurl: Any = importlib.import_module("pycurl")
        make = pycurl.Curl

        def trusting() -> Any:
            handle = make()
            handle.setopt(pycurl.CAINFO, authority)
            return handle

        pycurl.Curl = trusting


def redirect(port: int) -> None:
    """Lead every connection of this process, and of those that it starts, to the stub; nothing waits for long."""

    def to_stub(*_arguments: object, **_options: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    socket.getaddrinfo = to_stub  # type: ignore[assignment]
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy"):
        os.environ.pop(name, None)
    os.environ["all_proxy"] = f"http://127.0.0.1:{port}"  # noqa: SIM112 - so curl spells it, and what resolves names by itself, as curl does
    time.sleep = lambda _seconds: None
    pause = asyncio.sleep
    asyncio.sleep = lambda _seconds, *rest: pause(0, *rest)  # type: ignore[assignment]


def told(port: int, **mood: object) -> None:
    """Tell the stub how to answer from now on: see `answer` in `driven_apps.py`."""
    body = json.dumps(mood).encode()
    with socket.create_connection(("127.0.0.1", port)) as stub:
        stub.sendall(b"POST / HTTP/1.1\r\nHost: stub.invalid\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        stub.recv(1000)


def queue_nothing() -> None:
    """Run a celery task where it is queued: there is no broker."""
    if "celery" not in sys.modules:
        return
    task: Any = importlib.import_module("celery.app.task").Task

    def run(self: Any, args: Any = None, kwargs: Any = None, **_options: object) -> object:
        return self.apply(args, kwargs)

    task.apply_async = run


def use_settings(modules: list[str]) -> None:
    """Let Django take the app's settings, when it has any."""
    found = [name for name in modules if name.rpartition(".")[2] == "settings"]
    if found:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", found[0])


def answers_have_every_key() -> None:
    """Let decoded JSON objects answer for keys that they do not have."""
    modules: list[Any] = [json]
    with contextlib.suppress(ImportError):
        modules.append(importlib.import_module("simplejson"))  # which requests prefers
    for module in modules:
        module.loads = _decoded(module.loads)


def _decoded(loads: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(loads)
    def decoded(text: str | bytes, **options: Any) -> object:
        options["object_hook"] = options.get("object_hook") or Record
        return loads(text, **options)

    return decoded


def import_all(names: list[str]) -> tuple[list[ModuleType], dict[str, str]]:
    """Import modules, and say which could not be and why."""
    modules: list[ModuleType] = []
    missing: dict[str, str] = {}
    for name in names:
        missing[name] = "takes too long"
        with guarded(name, IMPORT_SECONDS, IMPORT_SECONDS):
            try:
                modules.append(importlib.import_module(name))
                del missing[name]
            except (Exception, SystemExit) as error:
                missing[name] = f"{type(error).__name__}: {error}"
    return modules, missing


def run(job: Job) -> NoReturn:
    """Do what the job says, in this process, and end it."""
    os.setsid()
    log = os.open(job.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdin = open(0)  # noqa: SIM115 - as long as the process
    os.chdir(job.folder)
    os.environ.update(job.environment)
    plan = Plan(**job.plan)
    answers = functools.partial(told, job.port)
    redirect(job.port)
    builtins.input = lambda *_prompt: FILLER
    sys.path[:0] = [os.path.abspath(root) for root in plan.roots]
    sys.dont_write_bytecode = True
    use_settings(plan.modules)
    sys.argv = ["app", *(plan.argv or [FILLER] * 3)]
    with open(FILLER, "w") as file:
        file.write("{}")
    modules, missing = import_all(plan.modules)
    queue_nothing()
    with open(job.missing, "w") as file:
        json.dump(missing, file)
    if not plan.alone:
        makers = Makers(modules)
        bright = (PLAIN,) * (1 + TURNS * bool(Mood.compared)) + SPARSE
        for Mood.bright, mood in ((False, PLAIN), *((True, mood) for mood in bright)):
            answers(**mood)
            drive_all(modules, plan.scripts, makers)
        answers()
    if plan.code:
        exec(compile(plan.code, "plan", "exec"), {"finish": finish, "Record": Record, "answers": answers})
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # whatever threads and loops the app has left


def serve(authority: str) -> None:
    """Run each job in a child, one after the other, and kill those that do not end."""
    for name in PRELOADED:
        importlib.import_module(name)
    decode = json.JSONDecoder().decode
    for line in sys.stdin:
        job = Job(**decode(line))
        child = os.fork()
        if child == 0:
            if job.patches:
                os.execv(sys.executable, [sys.executable, __file__, authority, line])
            run_guarded(job)
        print(_ended(child, job.seconds), flush=True)


def run_guarded(job: Job) -> NoReturn:
    """Run a job, and end the process with what goes wrong in the driver."""
    try:
        run(job)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(1)


def _ended(child: int, seconds: float) -> int:
    """Wait for a child, kill it when it takes too long, and return its exit code."""
    end = time.monotonic() + seconds
    while not (status := os.waitpid(child, os.WNOHANG))[0]:
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.01)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what the app itself has started
    return os.waitstatus_to_exitcode(status[1])


if __name__ == "__main__":
    trust(sys.argv[1])
    answers_have_every_key()
    if sys.argv[2:]:
        run_guarded(Job(**json.JSONDecoder().decode(sys.argv[2])))
    serve(sys.argv[1])
