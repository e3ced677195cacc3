"""The owner's part of a consent, played: reads the page, ticks or unticks its boxes, presses a button.

`python -m sandbox.web.visitor URL [CA_FILE]` agrees to everything, goes where the browser is sent, and prints what was
asked.
"""

from __future__ import annotations

import http.client
import ssl
import sys
from collections.abc import Sequence
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urlsplit


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.boxes: list[str] = []
        self.accounts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag != "input":
            return
        value = given.get("value") or ""
        if given.get("type") == "checkbox":
            self.boxes.append(value)
        elif given.get("type") == "radio":
            self.accounts.append(value)
        else:
            self.fields.append((given.get("name") or "", value))


class Refusal(ValueError):
    """The page asks nothing and sends the browser back at once; `location` says where."""

    def __init__(self, location: str) -> None:
        super().__init__("the page sends the browser back at once")
        self.location = location


def boxes(url: str, ca_file: str = "") -> list[str]:
    """The permissions that the page at `url` asks for with a box."""
    return _read(url, ca_file).boxes


def consent(
    url: str, *, untick: Sequence[str] = (), account: str = "", decision: str = "continue", ca_file: str = ""
) -> str:  # fmt: skip
    """Answer the page at `url`; returns where the browser is sent. `untick` are ends of scopes. Raises ValueError."""
    form = _read(url, ca_file)
    fields = list(form.fields)
    fields += [("granted", one) for one in form.boxes if not one.endswith(tuple(untick) or ("\0",))]
    if form.accounts:
        fields.append(("account", account or form.accounts[0]))
    fields.append(("decision", decision))
    status, _, location = _ask(url, urlencode(fields), ca_file)
    if status != 302:
        raise ValueError(f"the page answered {status}")
    return location


def follow(url: str) -> tuple[int, str]:
    """Go where the browser was sent; status and page of the answer."""
    status, text, _ = _ask(url)
    return status, text


def enter(url: str, code: str, *, decision: str = "continue", ca_file: str = "") -> int:
    """Type the code that another device shows at `url`, and decide; the page's status."""
    status, _, _ = _ask(url, urlencode({"code": code, "decision": decision}), ca_file)
    return status


def _read(url: str, ca_file: str) -> _Form:
    status, text, location = _ask(url, None, ca_file)
    if status == 302:
        # Not even asked: the answer goes to whoever asked.
        raise Refusal(location)
    if status != 200:
        raise ValueError(f"the page answered {status}")
    form = _Form()
    form.feed(text)
    return form


def _ask(url: str, body: str | None = None, ca_file: str = "") -> tuple[int, str, str]:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 80
    connection = http.client.HTTPConnection(host, port, timeout=30)
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=ca_file or None)
        connection = http.client.HTTPSConnection(host, port, timeout=30, context=context)
    try:
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        if body is None:
            connection.request("GET", path)
        else:
            connection.request("POST", parts.path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace"), answer.headers.get("Location", "")
    finally:
        connection.close()


def main() -> int:
    """Agree, and say to what."""
    url, ca_file = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    asked = boxes(url, ca_file) or parse_qs(urlsplit(url).query).get("scope", [""])[0].split()
    print("\n".join(asked))
    status, _ = follow(consent(url, ca_file=ca_file))
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
