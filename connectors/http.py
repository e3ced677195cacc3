"""HTTP to a provider: to its configured servers and no others, within a time and a size, no redirect followed.

Has the `request` method that Google's client library asks of a transport, so that everything goes through here.
Proxies are those of the environment (HTTPS_PROXY, NO_PROXY); authorities are `ca_file`'s, else the system's
(SSL_CERT_FILE).
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from interactions.errors import SourceDown
from interactions.settings_google import origin

if TYPE_CHECKING:
    from pathlib import Path

    import urllib3

#: Largest answer read, decompressed, in bytes: a page of 500 events is far below.
ANSWER_MAX = 32 * 1024 * 1024
_CHUNK = 64 * 1024
_CONNECT_SECONDS = 10.0


class Response(dict[str, str]):
    """Status and headers (names in lower case) of an answer, in the form Google's client library reads."""

    def __init__(self, status: int, reason: str, headers: Iterable[tuple[str, str]]) -> None:
        super().__init__({name.lower(): value for name, value in headers})
        self.status = status
        self.reason = reason
        self["status"] = str(status)


class Http:
    """Connections to the servers of one provider, kept alive. One thread at a time."""

    def __init__(self, origins: Iterable[str], ca_file: Path | None, seconds: float) -> None:
        self._origins = frozenset(origins)
        self._ca_file = ca_file
        self._seconds = seconds
        self._pools: dict[str, urllib3.PoolManager] = {}

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,
        connection_type: object = None,
    ) -> tuple[Response, bytes]:
        """One request and its whole answer, whatever its status. Raises SourceDown when there is none.

        `redirections` and `connection_type` are the library's and count for nothing: a redirect is an answer.
        """
        import urllib3

        host = urlsplit(uri).hostname or ""
        if origin(uri) not in self._origins:
            raise SourceDown(f"A request to {host} was not sent: it is none of the configured servers.")
        ends = time.monotonic() + self._seconds
        try:
            return self._ask(uri, method, body, dict(headers or {}), ends)
        except urllib3.exceptions.HTTPError as error:
            raise SourceDown(f"{host} {_said(error)}. It is tried again.") from None
        except (OSError, ValueError) as error:
            raise SourceDown(f"{host} could not be asked ({type(error).__name__}). It is tried again.") from None

    def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            pool.clear()

    def _ask(
        self, uri: str, method: str, body: bytes | str | None, headers: dict[str, str], ends: float
    ) -> tuple[Response, bytes]:
        import urllib3

        answer = self._pool(uri).request(
            method, uri, body=body, headers=headers, redirect=False, retries=False, preload_content=False,
            timeout=urllib3.Timeout(connect=min(_CONNECT_SECONDS, self._seconds), read=self._seconds),
        )  # fmt: skip
        try:
            content = _content(answer, ends)
        except BaseException:
            answer.close()
            raise
        answer.release_conn()
        return Response(answer.status, answer.reason or "", answer.headers.items()), content

    def _pool(self, uri: str) -> urllib3.PoolManager:
        parts = urlsplit(uri)
        proxies = getproxies()
        proxy = proxies.get(parts.scheme) or proxies.get("all", "")
        if proxy_bypass(parts.hostname or ""):
            proxy = ""
        if proxy not in self._pools:
            self._pools[proxy] = self._make(proxy)
        return self._pools[proxy]

    def _make(self, proxy: str) -> urllib3.PoolManager:
        import urllib3

        try:
            context = ssl.create_default_context(cafile=self._ca_file)
        except (OSError, ssl.SSLError):
            raise SourceDown(
                f"The certificate authorities in {self._ca_file} cannot be read. Correct KITH_CA_FILE."
            ) from None
        if proxy:
            return urllib3.ProxyManager(proxy, ssl_context=context, num_pools=8)
        return urllib3.PoolManager(ssl_context=context, num_pools=8)


def _content(answer: urllib3.BaseHTTPResponse, ends: float) -> bytes:
    """The whole body, decompressed, as far as time and size allow. Raises what urllib3 raises, and ValueError."""
    import urllib3

    read = getattr(answer, "read1", answer.read)
    pieces: list[bytes] = []
    size = 0
    while piece := read(_CHUNK, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > ANSWER_MAX:
            raise urllib3.exceptions.ProtocolError("too large")
        if time.monotonic() > ends:
            raise urllib3.exceptions.ReadTimeoutError(None, None, "too slow")  # type: ignore[arg-type]
    expected = answer.headers.get("content-length", "")
    if expected.isdigit() and not answer.headers.get("content-encoding") and size < int(expected):
        raise urllib3.exceptions.ProtocolError("cut short")
    return b"".join(pieces)


def _said(error: Exception) -> str:
    """What went wrong, in words that hold nothing of the request."""
    import urllib3.exceptions as problems

    if isinstance(error, problems.ProxyError):
        return "cannot be reached through the proxy of HTTPS_PROXY"
    if isinstance(error, problems.SSLError):
        return "has a certificate that is not trusted here"
    if isinstance(error, problems.NameResolutionError):
        return "is not known by that name; is there a network"
    if isinstance(error, problems.NewConnectionError):
        return "does not take connections"
    if isinstance(error, problems.ConnectTimeoutError | problems.ReadTimeoutError):
        return "does not answer in time"
    return "broke off its answer"
