"""Clients that a row of a table cannot describe: pycurl's handles, uplink's decorated methods, curl as a process."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from scopelint.link import rendering, text
from scopelint.link.sequences import elements
from scopelint.link.values import Arguments, External, Hole, InstanceRecord, Lit, Ref, Str, Unknown, Why

if TYPE_CHECKING:
    from scopelint.facts import ir
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_PROCESSES = frozenset(
    {
        "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.Popen",
        "subprocess.getoutput", "subprocess.getstatusoutput", "os.system", "os.popen", "asyncio.create_subprocess_exec",
        "asyncio.create_subprocess_shell", "asyncio.subprocess.create_subprocess_exec", "sh.curl", "anyio.run_process",
        "trio.run_process",
    }
)  # fmt: skip
_WITH_VALUE = frozenset(
    [
        "-H",
        "--header",
        "-o",
        "--output",
        "-u",
        "--user",
        "-A",
        "--user-agent",
        "-e",
        "--referer",
        "-m",
        "--max-time",
        "--connect-timeout",
        "-w",
        "--write-out",
        "-b",
        "--cookie",
        "-c",
        "--cookie-jar",
        "-x",
        "--proxy",
        "--retry",
        "-E",
        "--cert",
        "--key",
        "--cacert",
        "-K",
        "--config",
        "--retry-delay",
        "--retry-max-time",
        "--oauth2-bearer",
        "-D",
        "--dump-header",
        "--resolve",
        "-r",
        "--range",
        "--limit-rate",
        "-T",
        "--upload-file",
    ]
)
_BODY = frozenset(
    {
        "-d",
        "--data",
        "--data-raw",
        "--data-binary",
        "--data-ascii",
        "--json",
        "-F",
        "--form",
        "--data-urlencode",
        "--form-string",
    }
)


def sends(name: str) -> bool:
    """Say whether a callable runs a process, which may be curl."""
    return name in _PROCESSES


def call(m: Machine, name: str, args: Arguments, node: ir.Call | None) -> None:
    """Record the request of a process that runs curl."""
    first = args.positional[0] if args.positional else dict(args.keywords).get("args")
    if name.endswith("create_subprocess_exec"):
        words: list[Str] | None = [rendering.to_text(m, value) for value in args.positional]
    elif name == "sh.curl":
        words = [text.of("curl"), *(rendering.to_text(m, value) for value in args.positional)]
    else:
        words = _words(m, first)
    if words is None:
        return
    position = next(
        (i for i, word in enumerate(words) if (text.known(word) or "").rpartition("/")[2] in ("curl", "curl.exe")), None
    )
    if position is not None:
        _curl(m, words[position + 1 :], node)


def _words(m: Machine, value: Value) -> list[Str] | None:
    value = m.pick(value)
    if type(value) is Str:
        return split_command(value)
    found, _ = elements(m, value)
    if not found:
        return None
    texts = [rendering.to_text(m, m.pick(item)) for item in found]
    shell = [text.known(word) for word in texts[:2]]
    if (
        len(texts) >= 3
        and (shell[0] or "").rpartition("/")[2] in ("sh", "bash", "zsh", "env")
        and (shell[1] or "").startswith("-")
        and "c" in (shell[1] or "")
    ):
        return split_command(texts[2])
    return texts


def split_command(command: Str) -> list[Str]:
    """Return the words of a shell command; a hole stays inside its word."""
    marks: list[Str] = []
    flat = ""
    for part in command.parts:
        if type(part) is not Hole and hasattr(part, "text"):
            flat += part.text
        else:
            flat += f"\ue000{len(marks)}\ue001"
            marks.append(Str((part,)))
    flat = flat.split("|")[0].split(";")[0] if "curl" in flat.split("|")[0] else flat
    try:
        words = shlex.split(flat)
    except ValueError:
        words = flat.split()
    origin = text.first_origin(command)
    found = []
    for word in words:
        pieces = re.split("\ue000(\\d+)\ue001", word)
        found.append(
            text.join(
                marks[int(piece)] if index % 2 else _shell_text(piece, origin) for index, piece in enumerate(pieces)
            )
        )
    return found


def _shell_text(piece: str, origin: int) -> Str:
    from scopelint.link.values import Env

    texts = []
    position = 0
    for match in re.finditer(r"\$\{?([A-Za-z_]\w*)\}?", piece):
        texts.append(text.of(piece[position : match.start()], origin))
        texts.append(Str((Env(match.group(1)),)))
        position = match.end()
    texts.append(text.of(piece[position:], origin))
    return text.join(texts)


def expanded(value: Str) -> Str:
    """Return a text with the environment variables that it names in place of their names, as a shell does."""
    return text.join(_shell_text(p.text, p.origin) if type(p) is Lit else Str((p,)) for p in value.parts)


def _curl(m: Machine, words: list[Str], node: ir.Call | None) -> None:
    from scopelint.link.sending import record_request

    method: Value = None
    url: Str | None = None
    has_body = as_get = uploads = False
    queries: list[Value] = []
    waiting = ""
    pending = words[::-1]
    while pending:
        word = pending.pop()
        if not waiting:
            word, *values = _separate(word)
            pending += values[::-1]
        known = text.known(word)
        if waiting:
            if waiting in ("-X", "--request"):
                method = word
            elif waiting == "--url":
                url = word
            elif waiting in _BODY:
                has_body = True
                queries.append(word)
            uploads = uploads or waiting in ("-T", "--upload-file")
            waiting = ""
        elif known is not None and known.startswith("-") and len(known) > 1:
            name, equals, value = known.partition("=")
            if equals and name in ("--request", "--url"):
                method, url = (text.of(value), url) if name == "--request" else (method, text.of(value))
            elif equals and name in _BODY:
                has_body = True
                queries.append(text.of(value))
            elif known in ("-G", "--get"):
                as_get = True
            elif known in ("-I", "--head"):
                method = text.of("HEAD")
            elif known in _WITH_VALUE or known in _BODY or known in ("-X", "--request", "--url"):
                waiting = known
        elif url is None:
            url = word
    if url is None:
        return
    if method is None:
        method = text.of("PUT" if uploads else "GET" if as_get or not has_body else "POST")
    from scopelint.link import urls

    if urls.is_absolute(url) is False:
        url = text.join((text.of("http://"), url))
    record_request(m, method, url, queries if as_get else [], node, "subprocess:curl")


def _separate(word: Str) -> list[Str]:
    """Return the short options that are written together as one each: `-sSfd@body` is `-s -S -f -d @body`."""
    head = word.parts[0] if word.parts else None
    written = head.text if type(head) is Lit else ""
    if len(written) < 2 or written[0] != "-" or written[1] == "-":
        return [word]
    options: list[Str] = []
    for position, letter in enumerate(written[1:], start=1):
        options.append(text.of(f"-{letter}"))
        if f"-{letter}" in _WITH_VALUE | _BODY | {"-X"}:
            assert type(head) is Lit
            rest = text.join((text.of(written[position + 1 :], head.origin), Str(word.parts[1:])))
            return [*options, rest] if rest.parts else options
    return options


# --- pycurl ----------------------------------------------------------------------------------------------------------


def is_handle(record: InstanceRecord) -> bool:
    """Say whether an instance is a pycurl handle."""
    return record.cls in (External("pycurl.Curl"),)


def method(m: Machine, ref: Ref, record: InstanceRecord, name: str, args: Arguments, node: ir.Call | None) -> Value:
    """Call a method of a pycurl handle: `setopt` configures it, `perform` sends."""
    from scopelint.link.sending import record_request

    if name in ("setopt", "setopt_string") and len(args.positional) >= 2:
        option = args.positional[0]
        key = getattr(option, "name", "").rpartition(".")[2]
        if key:
            m.put(ref, InstanceRecord(record.cls, {**record.attrs, key: args.positional[1]}, record.args))
    elif name == "unsetopt" and args.positional:
        key = getattr(args.positional[0], "name", "").rpartition(".")[2]
        m.put(ref, InstanceRecord(record.cls, {k: v for k, v in record.attrs.items() if k != key}, record.args))
    elif name == "reset":
        m.put(ref, InstanceRecord(record.cls, {}, record.args))
    elif name in ("perform", "perform_rs", "perform_rb"):
        attrs = record.attrs
        if "URL" in attrs:
            posted = any(attrs.get(key) not in (None, False, 0) for key in ("POST", "POSTFIELDS", "HTTPPOST"))
            default = (
                "PUT"
                if attrs.get("UPLOAD") or attrs.get("PUT")
                else "HEAD"
                if attrs.get("NOBODY")
                else "POST"
                if posted
                else "GET"
            )
            if attrs.get("HTTPGET"):
                default = "GET"
            record_request(
                m,
                attrs.get("CUSTOMREQUEST", text.of(default)),
                rendering.to_text(m, m.pick(attrs["URL"])),
                [],
                node,
                "pycurl.Curl.perform",
            )
    return None


def object_method(record: InstanceRecord, name: str) -> tuple[Value] | None:
    """Call a method of another object that is described here; None for the rest."""
    if isinstance(record.cls, External) and record.cls.name == "threading.Thread" and name == "start":
        return (Unknown(Why("a thread")),)
    return None


UPLINK_VERBS = {f"uplink.{verb}": verb.upper() for verb in ("get", "post", "put", "patch", "delete", "head")}
