"""Google's misbehaviour: its errors in its own words, and answers that something happened to."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

from sandbox.google.answers import refusal
from sandbox.google.quota import worded
from sandbox.web.faults import NOBODYS, Fault, Faults, damaged, nobodys
from sandbox.web.http import Answer, Request

#: Kinds that take the place of an answer, before anything is looked up or charged.
INSTEAD = (
    "500", "502", "503", "html", "nothing", "redirect", "rate.quota", "rate.user", "rate.retry", "rate.concurrent",
    "expired", "disabled", "unauthorized",
)  # fmt: skip
#: Kinds that spoil an answer that was made: of these "cut", "hang" and "drip" are done by the server itself.
AFTER = (
    "truncated",
    "shuffled",
    "duplicate",
    "empty",
    "endless",
    "huge",
    "cut",
    "hang",
    "drip",
    "part.missing",
    "part.shuffled",
)


def google_faults() -> Faults:
    """None yet; all of these may be switched on."""
    return Faults((*INSTEAD, *AFTER))


_LISTS = ("messages", "items", "connections", "otherContacts")


def instead(fault: Fault, request: Request) -> Answer:
    """What is answered in the place of the truth."""
    kind = fault.kind
    if kind in NOBODYS:
        return nobodys(kind)
    if kind.startswith("rate."):
        return worded(kind.partition(".")[2], "gmail")
    made: dict[str, Callable[[], Answer]] = {
        "disabled": disabled,
        "unauthorized": lambda: refusal(401, "authError", "Invalid Credentials", word="UNAUTHENTICATED"),
        "expired": lambda: expired(request),
    }
    if kind in made:
        return made[kind]()
    return refusal(int(kind), "backendError", "Internal error encountered.", word="INTERNAL")


def disabled(service: str = "gmail.googleapis.com") -> Answer:
    """The API is not switched on in the project."""
    link = f"https://console.developers.google.com/apis/api/{service}/overview?project=123456789012"
    text = f"{service} has not been used in project 123456789012 before or it is disabled. Enable it by visiting {link}"
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED", "domain": "googleapis.com",
        "metadata": {"service": service, "consumer": "projects/123456789012", "activationUrl": link},
    }  # fmt: skip
    return refusal(403, "accessNotConfigured", text, word="PERMISSION_DENIED", domain="usageLimits", details=[info])


def expired(request: Request) -> Answer:
    """A sync token or history id that is no longer known, each API in its own words."""
    if request.path[:1] == ("calendar",):
        return refusal(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.",
                       domain="calendar")  # fmt: skip
    if request.path[:1] == ("gmail",):
        return refusal(404, "notFound", "Requested entity was not found.", word="NOT_FOUND")
    return expired_people(400)


def expired_people(status: int) -> Answer:
    """The same of the People API."""
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "EXPIRED_SYNC_TOKEN",
            "domain": "people.googleapis.com"}  # fmt: skip
    text = "Sync token is expired. Clear local cache and retry call without the sync token."
    return refusal(status, "failedPrecondition" if status == 400 else "gone", text, word="FAILED_PRECONDITION",
                   details=[info])  # fmt: skip


def spoilt(fault: Fault, answer: Answer, request: Request, rng: Random) -> Answer:
    """An answer after something happened to it on its way."""
    if answer.status != 200:
        return answer
    if fault.kind in ("truncated", "huge"):
        return damaged(fault.kind, answer)
    body = json.loads(answer.body)
    for name in _LISTS:
        if name in body and fault.kind == "shuffled":
            rng.shuffle(body[name])
        if name in body and fault.kind == "duplicate":
            body[name] += body[name]
    if fault.kind == "empty" and "pageToken" not in request.query and any(name in body for name in _LISTS):
        # What was left out comes with the next page: the token of the first page is asked for again.
        body = {"nextPageToken": "p0"}
    if fault.kind == "endless":
        body["nextPageToken"] = request.first("pageToken", "p0")
        body.pop("nextSyncToken", None)
    return Answer(200, json.dumps(body).encode(), answer.headers)
