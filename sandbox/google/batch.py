"""The batch endpoint: parts of multipart/mixed (RFC 2046), each a request (RFC 9112) of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sandbox.web.http import Answer, Request, request_of

#: Parts of one batch.
MOST = 100
_EDGE = "batch_sandbox"
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_ID = re.compile(r"^content-id:\s*<([^>]+)>", re.I | re.M)


def is_batch(request: Request) -> bool:
    """Whether it goes to the endpoint."""
    return request.method == "POST" and request.path[:1] == ("batch",)


def parts(request: Request) -> list[tuple[str, Request]]:
    """Content-ID and request of each part; the outer request's authorization holds for all."""
    found = _BOUNDARY.search(request.headers.get("content-type", ""))
    if found is None:
        return []
    text = request.body.decode("utf-8", "replace").replace("\r\n", "\n")
    read = []
    for part in text.split("--" + found[1])[1:]:
        head, _, inner = part.strip("\n").partition("\n\n")
        named = _ID.search(head)
        method, _, rest = inner.partition(" ")
        if named is not None and rest:
            headers = {"authorization": request.headers.get("authorization", "")}
            read.append((named[1], request_of(method.strip(), rest.split()[0], headers)))
    return read


def answered(outcomes: Sequence[tuple[str, Answer]]) -> Answer:
    """The whole answer; the order is that of `outcomes`."""
    pieces = []
    for key, answer in outcomes:
        fields = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
        pieces.append(
            f"--{_EDGE}\r\nContent-Type: application/http\r\nContent-ID: <response-{key}>\r\n\r\n"
            f"HTTP/1.1 {answer.status} {'OK' if answer.status == 200 else 'Error'}\r\n{fields}"
            f"Content-Length: {len(answer.body)}\r\n\r\n".encode()
            + answer.body
            + b"\r\n"
        )
    body = b"".join(pieces) + f"--{_EDGE}--\r\n".encode()
    return Answer(200, body, {"Content-Type": f"multipart/mixed; boundary={_EDGE}"})
