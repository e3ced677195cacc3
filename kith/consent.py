"""The answer to a consent question: at a loopback port (RFC 8252 §7.3), or pasted where there is no browser."""

from __future__ import annotations

import hmac
import time
from html import escape
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from interactions.errors import KithError, UsageProblem

if TYPE_CHECKING:
    from connectors.asking import Asking

#: How long an answer is waited for, in seconds.
PATIENCE = 600.0
#: A pasted answer or a request line longer than this is none.
_LONGEST = 8_192
_PAGE = (
    "<!doctype html><meta charset='utf-8'><title>Kith</title><style>body{{font:18px/1.5 system-ui,sans-serif;"
    "max-width:32rem;margin:5rem auto;padding:0 1rem}}</style><h1>{head}</h1><p>{text}</p>"
)


class Declined(KithError):
    """The owner, or the provider, said no."""


class Listener:
    """Waits on 127.0.0.1 for one answer; the port is any that is free."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.timeout = 0.5

    @property
    def port(self) -> int:
        """Where the browser is to be sent, on this machine."""
        return int(self._server.server_address[1])

    def wait(self, asked: Asking, seconds: float = PATIENCE) -> str:
        """The code that answers `asked`. Raises Declined, UsageProblem, and KithError when nobody answers."""
        until = time.monotonic() + seconds
        self._server.answered = None  # type: ignore[attr-defined]
        self._server.asked = asked  # type: ignore[attr-defined]
        while (found := self._server.answered) is None:  # type: ignore[attr-defined]
            if time.monotonic() > until:
                raise KithError("Nobody answered in the browser for ten minutes. Nothing was stored; run it again.")
            self._server.handle_request()
        if isinstance(found, KithError):
            raise found
        return str(found)

    def close(self) -> None:
        """Listen no more."""
        self._server.server_close()


class _Server(HTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away before it read the page has sent its answer all the same."""


class _Handler(BaseHTTPRequestHandler):
    timeout = 10

    def do_GET(self) -> None:
        parts = urlsplit(self.path[:_LONGEST])
        if parts.path != "/" or not parts.query:
            self._say(404, "Nothing here", "Kith waits for the answer of the account's provider.")
            return
        try:
            code = code_of(parts.query, self.server.asked)  # type: ignore[attr-defined]
        except KithError as problem:
            self.server.answered = problem  # type: ignore[attr-defined]
            self._say(400, "Not connected", str(problem))
            return
        self.server.answered = code  # type: ignore[attr-defined]
        self._say(200, "Thank you", "You can close this window. Kith goes on in the terminal.")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the request line holds the code."""

    def _say(self, status: int, head: str, text: str) -> None:
        body = _PAGE.format(head=escape(head), text=escape(text)).encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body))),
            ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
            ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store"), ("Connection", "close"),
        ):  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def pasted(text: str, asked: Asking) -> str:
    """The code in a pasted redirect address. Raises UsageProblem, Declined."""
    text = text.strip()
    if len(text) > _LONGEST or not text.startswith(asked.redirect_uri):
        raise UsageProblem(
            f"This is not the address the browser ended at: it begins with  {asked.redirect_uri}. Nothing was stored."
        )
    return code_of(urlsplit(text).query, asked)


def code_of(query: str, asked: Asking) -> str:
    """The code of an answer, if it is the answer to our question: the state is looked at before anything else."""
    try:
        found = {name: values[0] for name, values in parse_qs(query, max_num_fields=50).items()}
    except ValueError:
        found = {}
    if not hmac.compare_digest(found.get("state", "").encode(), asked.state.encode()):
        raise UsageProblem("This answers another question than the one just asked. Nothing was stored; run it again.")
    if "error" in found or not found.get("code"):
        raise Declined(asked.refused(found.get("error", "no code"), found.get("error_description", "")[:2_000]))
    return found["code"]
