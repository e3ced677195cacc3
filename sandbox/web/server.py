"""The world on a loopback port: HTTP/1.1, kept alive, one thread a connection."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from sandbox.web.faults import Fault
from sandbox.web.http import Answer, Request, request_of

_BODY_MAX = 4 * 1024 * 1024
_GZIP_FROM = 2_000


class Front(Protocol):
    """What answers for a provider."""

    @property
    def delay(self) -> float:
        """Seconds before every answer."""

    def answer(self, request: Request) -> tuple[Answer, Fault | None]:
        """The answer, and what the server is to do to it on its way."""

    def control(self, request: Request) -> Answer:
        """What a request below /control does to the world."""


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    url: str
    port: int


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, front: Front, tls: ssl.SSLContext | None) -> None:
        self.front, self._tls = front, tls
        super().__init__(("127.0.0.1", port), _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """With TLS its handshake comes first, in the connection's own thread."""
        if self._tls is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(30)
        with self._tls.wrap_socket(request, server_side=True) as wrapped:
            super().finish_request(wrapped, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nobody's error."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        self._handle(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        self._handle(self.rfile.read(min(int(length), _BODY_MAX)) if length.isdigit() else b"")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the recording has it."""

    def _handle(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = request_of(self.command, self.path, headers, body)
        front = self.server.front
        if request.path[:1] == ("control",):
            self._send(front.control(request), headers, None)
            return
        if front.delay:
            time.sleep(front.delay)
        answer, fault = front.answer(request)
        self._send(answer, headers, fault)

    def _send(self, answer: Answer, headers: dict[str, str], fault: Fault | None) -> None:
        body = answer.body
        packed = len(body) > _GZIP_FROM and "gzip" in headers.get("accept-encoding", "")
        if packed:
            body = gzip.compress(body, 1)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if fault is not None:
            self._misbehave(fault, body)
            return
        self.wfile.write(body)

    def _misbehave(self, fault: Fault, body: bytes) -> None:
        if fault.kind == "hang":
            time.sleep(fault.seconds)
        if fault.kind in ("hang", "cut"):
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif fault.kind == "drip":
            for at in range(len(body)):
                self.wfile.write(body[at : at + 1])
                self.wfile.flush()
                time.sleep(fault.seconds)
        else:
            self.wfile.write(body)


@contextmanager
def serve(front: Front, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Running]:
    """Serve while the block runs, on a free port unless one is named; https with `tls`."""
    server = _Server(port, front, tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="sandbox", daemon=True)
    thread.start()
    number = server.server_address[1]
    try:
        yield Running(f"http://127.0.0.1:{number}" if tls is None else f"https://localhost:{number}", number)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
