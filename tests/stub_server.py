"""A server on loopback that stands for every host: it answers any request, encrypted or not, and records it."""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import trustme

CONTROL = "stub.invalid"  # the host to which whoever drives an app sends the mood of the answers that follow
_TLS_HANDSHAKE = b"\x16"
_READ = 65_536


class Request(NamedTuple):
    """A request that was really sent."""

    method: str
    host: str
    path: str  # as sent, without the query
    query: str = ""
    body: bytes = b""


class Answer(NamedTuple):
    """What a request is answered with: a status and a JSON value."""

    status: int
    value: object


Mood = dict[str, Any]


class Authority:
    """Issues the certificates of every host; clients must trust the authority in `path`, a file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "authority.pem"
        self._issuer = trustme.CA()
        self._issuer.cert_pem.write_to_path(str(self.path))
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()

    def context(self, host: str) -> ssl.SSLContext:
        """Return the context for a host, or for another that the client asks for by name."""
        with self._lock:
            context = self._contexts.get(host)
            if context is None:
                context = self._contexts[host] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.sni_callback = self._named
                self._issuer.issue_cert(host).configure_cert(context)
        return context

    def _named(self, connection: ssl.SSLObject, host: str | None, _: ssl.SSLContext) -> None:
        if host is not None:
            connection.context = self.context(host)


class StubServer:
    """Records requests in `requests`; `answer` gives what each is answered with, in the mood that was told last.

    It takes connections meant for any host, also as a proxy.
    """

    def __init__(self, answer: Callable[[Request, Mood], Answer], authority: Authority) -> None:
        self.requests: list[Request] = []
        self._mood: Mood = {}
        self._answer = answer
        self._authority = authority
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> StubServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each answer waits 40 ms
        try:
            with self._opened(connection) as stream:
                while (request := self._read(stream)) is not None:
                    self._reply(stream, request)
        except (OSError, ValueError):
            return

    def _opened(self, connection: socket.socket, host: str = "localhost") -> socket.socket:
        """Return the connection, decrypted when the client encrypts."""
        if connection.recv(1, socket.MSG_PEEK) != _TLS_HANDSHAKE:
            return connection
        return self._authority.context(host).wrap_socket(connection, server_side=True)

    def _read(self, stream: socket.socket) -> Request | None:
        """Read a request with its body; None at the end of the connection."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = stream.recv(_READ)
            if not more:
                return None
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ", 2)
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
        }
        if headers.get("expect", "").lower() == "100-continue":
            stream.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "chunked" in headers.get("transfer-encoding", ""):
            while not body.endswith(b"0\r\n\r\n"):
                body += stream.recv(_READ)
        while len(body) < int(headers.get("content-length", "0")):
            body += stream.recv(_READ)
        parts = urlsplit(target) if "://" in target else urlsplit(f"//{headers.get('host', '')}{target}")
        return Request(method, (parts.hostname or target).lower(), parts.path, parts.query, body)

    def _reply(self, stream: socket.socket, request: Request) -> None:
        if request.method == "CONNECT":
            stream.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with self._opened(stream, request.host.partition(":")[0]) as inner:
                while (inside := self._read(inner)) is not None:
                    self._reply(inner, inside)
            return
        if request.host == CONTROL:
            self._mood = json.loads(request.body)
            answer = Answer(200, None)
        else:
            self.requests.append(request)
            answer = self._answer(request, self._mood)
        body = json.dumps(answer.value).encode()
        head = f"HTTP/1.1 {answer.status} So\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        stream.sendall(head.encode() + (b"" if request.method == "HEAD" else body))


def shaped(template: str) -> re.Pattern[str]:
    """Return the pattern of the paths that a call's template stands for: `{...}` is anything, `{}` inside a segment."""
    parts = re.split(r"(\{[^/{}]*\})", template)
    holes = ("[^/]*" if part != "{...}" else ".*" for part in parts[1::2])
    return re.compile("".join(map("".join, zip(map(re.escape, parts[::2]), [*holes, ""], strict=True))))
