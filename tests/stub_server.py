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
from typing import NamedTuple
from urllib.parse import urlsplit

import trustme

_TLS_HANDSHAKE = b"\x16"
_READ = 65_536


class Request(NamedTuple):
    """A request that was really sent."""

    method: str
    host: str
    path: str  # as sent, without the query


class StubServer:
    """Records requests in `requests`; `answer` gives the JSON value for each.

    It takes connections meant for any host, also as a proxy. Clients must trust the authority in `authority`, a file.
    """

    def __init__(self, answer: Callable[[Request], object], folder: Path) -> None:
        self.requests: list[Request] = []
        self.authority = folder / "authority.pem"
        self._answer = answer
        self._issuer = trustme.CA()
        self._issuer.cert_pem.write_to_path(str(self.authority))
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()
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
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = self._certified
        self._issuer.issue_cert(host).configure_cert(context)
        return context.wrap_socket(connection, server_side=True)

    def _certified(self, connection: ssl.SSLObject, host: str | None, _: ssl.SSLContext) -> None:
        name = host or "localhost"
        with self._lock:
            context = self._contexts.get(name)
            if context is None:
                context = self._contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self._issuer.issue_cert(name).configure_cert(context)
        connection.context = context

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
        return Request(method, (parts.hostname or target).lower(), parts.path)

    def _reply(self, stream: socket.socket, request: Request) -> None:
        if request.method == "CONNECT":
            stream.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with self._opened(stream, request.host.partition(":")[0]) as inner:
                while (inside := self._read(inner)) is not None:
                    self._reply(inner, inside)
            return
        self.requests.append(request)
        body = json.dumps(self._answer(request)).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        stream.sendall(head.encode() + (b"" if request.method == "HEAD" else body))


def shaped(template: str) -> re.Pattern[str]:
    """Return the pattern of the paths that a call's template stands for: `{...}` is anything, `{}` inside a segment."""
    parts = re.split(r"(\{[^/{}]*\})", template)
    holes = ("[^/]*" if part != "{...}" else ".*" for part in parts[1::2])
    return re.compile("".join(map("".join, zip(map(re.escape, parts[::2]), [*holes, ""], strict=True))))
