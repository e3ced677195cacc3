"""Several requests in one, each with an outcome of its own.

learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from sandbox.microsoft.answers import refusal
from sandbox.microsoft.throttle import throttled
from sandbox.web.faults import Fault
from sandbox.web.http import Answer, Request, json_answer, request_of

MOST = 20


def is_batch(request: Request) -> bool:
    """Whether it goes to the endpoint."""
    return request.method == "POST" and request.path == ("v1.0", "$batch")


def answer(request: Request, one: Callable[[Request], Answer], fault: Fault | None, rng: Random) -> Answer:
    """Every part's answer, in any order; each request has its own headers beside the outer one's authorization."""
    try:
        asked = json.loads(request.body)["requests"]
        parts = [(str(part["id"]), _request(part, request)) for part in asked]
    except (ValueError, KeyError, TypeError):
        return refusal(400, "BadRequest", "Invalid batch payload format.")
    if len(parts) > MOST:
        return refusal(400, "BadRequest", f"Number of batch request steps exceeds the maximum value of {MOST}.")
    responses = [_response(id, one(part)) for id, part in parts]
    rng.shuffle(responses)
    if fault is not None and responses and fault.kind == "part.missing":
        responses.pop()
    elif fault is not None and responses and fault.kind == "part.rate":
        responses[0] = _response(responses[0]["id"], throttled(2))
    return json_answer({"responses": responses})


def _request(part: dict[str, Any], outer: Request) -> Request:
    headers = {name.lower(): str(value) for name, value in part.get("headers", {}).items()}
    headers["authorization"] = outer.headers.get("authorization", "")
    return request_of(part["method"], "/v1.0" + part["url"], headers)


def _response(id: str, answer: Answer) -> dict[str, Any]:
    return {"id": id, "status": answer.status, "headers": dict(answer.headers), "body": json.loads(answer.body)}
