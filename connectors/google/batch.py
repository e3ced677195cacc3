"""Gmail's batch endpoint: several requests in one, each with an outcome of its own (RFC 2046, RFC 9112).

developers.google.com/workspace/gmail/api/guides/batch. Outcomes are matched by Content-ID: parts come in any order, and
one may be missing. Google's library has a batch too; it gives up on the whole when one part is missing.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable

from connectors.http import Response

#: More parts than Gmail ever answers.
_PARTS_MAX = 200
_HEAD_MAX = 16 * 1024
_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.I)
_CONTENT_ID = re.compile(rb"^content-id:[ \t]*<(?:response-)?([^<>\r\n]{1,200})>", re.I | re.M)
_STATUS = re.compile(rb"\s*HTTP/\d(?:\.\d)?[ \t]+(\d{3})[ \t]*([^\r\n]{0,100})")


def composed(parts: Iterable[tuple[str, str]]) -> tuple[bytes, str]:
    """Body and Content-Type of a batch of GET requests: (key, path with query)."""
    boundary = f"kith_{uuid.uuid4().hex}"
    lines: list[str] = []
    for key, path in parts:
        lines += [
            f"--{boundary}", "Content-Type: application/http", "Content-Transfer-Encoding: binary",
            f"Content-ID: <{key}>", "", f"GET {path} HTTP/1.1", "Accept: application/json", "", "",
        ]  # fmt: skip
    lines += [f"--{boundary}--", ""]
    return "\r\n".join(lines).encode(), f"multipart/mixed; boundary={boundary}"


def outcomes(content_type: str, body: bytes) -> dict[str, tuple[Response, bytes]]:
    """Answer by key; a part that cannot be read is not among them. ValueError when the whole is no batch answer."""
    found = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/mixed") or found is None:
        raise ValueError("no multipart answer")
    edge = b"--" + (found[1] or found[2]).encode("ascii", "replace")
    read: dict[str, tuple[Response, bytes]] = {}
    for part in body.split(edge)[1 : _PARTS_MAX + 1]:
        key, answer = _part(part)
        if key and answer is not None:
            read.setdefault(key, answer)
    return read


def _part(part: bytes) -> tuple[str, tuple[Response, bytes] | None]:
    head, inner = _cut(_next_line(part))
    named = _CONTENT_ID.search(head)
    status = _STATUS.match(inner)
    if named is None or status is None:
        return "", None
    fields, content = _cut(_next_line(inner[status.end() :]))
    headers = [
        (name.strip().decode("latin-1"), value.strip().decode("latin-1"))
        for name, colon, value in (line.partition(b":") for line in fields.split(b"\n"))
        if colon
    ]
    response = Response(int(status[1]), status[2].decode("latin-1").strip(), headers)
    return named[1].decode("ascii", "replace"), (response, content.strip())


def _next_line(text: bytes) -> bytes:
    return text.removeprefix(b"\r").removeprefix(b"\n")


def _cut(text: bytes) -> tuple[bytes, bytes]:
    """What stands before and after the first empty line."""
    if text.startswith((b"\r\n", b"\n")):
        return b"", _next_line(text)
    found = re.search(rb"\r?\n\r?\n", text[:_HEAD_MAX])
    return (text[: found.start()], text[found.end() :]) if found else (text[:_HEAD_MAX], b"")
