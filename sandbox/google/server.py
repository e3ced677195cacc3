"""The world on a loopback port: HTTP/1.1, kept alive, one thread a connection."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sandbox.google import control
from sandbox.google.batch import request_of
from sandbox.google.faults import Fault
from sandbox.google.front import Front
from sandbox.google.http import Answer
from sandbox.google.world import Google

_BODY_MAX = 4 * 1024 * 1024
_GZIP_FROM = 2_000


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    url: str
    port: int


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, front: Front) -> None:
        self.front = front
        super().__init__(("127.0.0.1", port), _Handler)

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
        google = self.server.front.google
        if request.path[:1] == ("control",):
            self._send(control.answer(google, request), headers, None)
            return
        if google.delay:
            time.sleep(google.delay)
        answer, fault = self.server.front.answer(request)
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
def serve(google: Google, port: int = 0) -> Iterator[Running]:
    """Serve the world while the block runs, on a free port unless one is named."""
    server = _Server(port, Front(google))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="sandbox", daemon=True)
    thread.start()
    number = server.server_address[1]
    try:
        yield Running(f"http://127.0.0.1:{number}", number)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
