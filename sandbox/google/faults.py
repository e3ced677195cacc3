"""Misbehaviour on demand: what a server, a network or a provider can do to a client."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sandbox.google.http import Answer, Request, refusal
from sandbox.google.quota import worded

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
_LISTS = ("messages", "items", "connections", "otherContacts")


@dataclass
class Fault:
    """One misbehaviour: `kind` on the routes that begin with `route` ("*": all but control)."""

    kind: str
    route: str = "*"
    #: Of the matching requests so many are spoilt; None: all of them.
    count: int | None = 1
    #: Each with this chance.
    chance: float = 1.0
    #: So many matching requests are left alone first.
    after: int = 0
    #: Of "hang".
    seconds: float = 5.0


@dataclass
class Faults:
    """The faults that are on; thread-safe, and the same for the same seed and requests."""

    rng: Random = field(default_factory=lambda: Random(11))
    active: list[Fault] = field(default_factory=list)
    #: How many came about, by kind.
    done: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, route: str = "*", **more: Any) -> None:
        """Switch one on. Raises ValueError for an unknown kind."""
        if kind not in (*INSTEAD, *AFTER):
            raise ValueError(f"no fault is called {kind}")
        with self._lock:
            self.active.append(Fault(kind, route, **more))

    def clear(self) -> None:
        """Behave."""
        with self._lock:
            self.active.clear()

    def pick(self, route: str, kinds: tuple[str, ...]) -> Fault | None:
        """The fault that befalls a request now."""
        with self._lock:
            for fault in self.active:
                if fault.kind not in kinds or not (fault.route == "*" or route.startswith(fault.route)):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                if fault.count == 0 or self.rng.random() >= fault.chance:
                    continue
                if fault.count is not None:
                    fault.count -= 1
                self.done[fault.kind] = self.done.get(fault.kind, 0) + 1
                return fault
        return None


def instead(fault: Fault, request: Request) -> Answer:
    """What is answered in the place of the truth."""
    kind = fault.kind
    if kind.startswith("rate."):
        return worded(kind.partition(".")[2], "gmail")
    made: dict[str, Callable[[], Answer]] = {
        "html": lambda: Answer(200, b"<html><body>Sign in to the network</body></html>", {"Content-Type": "text/html"}),
        "nothing": lambda: Answer(200, b"", {"Content-Type": "application/json"}),
        "redirect": lambda: Answer(302, b"", {"Location": "http://169.254.169.254/latest/meta-data"}),
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
    if fault.kind == "truncated":
        return Answer(200, answer.body[: max(len(answer.body) // 2, 1)], answer.headers)
    if fault.kind == "huge":
        return Answer(200, b'{"x":"' + b"a" * (40 * 1024 * 1024) + b'"}', answer.headers)
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
