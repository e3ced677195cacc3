"""Microsoft's misbehaviour: its errors in its own words, and answers that something happened to."""

from __future__ import annotations

import json
from random import Random

from sandbox.microsoft.answers import refusal
from sandbox.microsoft.throttle import throttled
from sandbox.web.faults import NOBODYS, ON_THE_WAY, Fault, Faults, damaged, nobodys
from sandbox.web.http import Answer, Request

#: Kinds that take the place of an answer.
INSTEAD = (*NOBODYS, "500", "502", "503", "rate", "rate.long", "expired", "resync", "unauthorized", "no.mailbox")
#: Kinds that spoil an answer that was made.
AFTER = (
    *ON_THE_WAY, "truncated", "huge", "shuffled", "duplicate", "empty", "endless", "foreign", "replay", "part.rate",
    "part.missing",
)  # fmt: skip


def microsoft_faults() -> Faults:
    """None yet; all of these may be switched on."""
    return Faults((*INSTEAD, *AFTER))


def instead(kind: str, request: Request) -> Answer:
    """What is answered in the place of the truth."""
    if kind in NOBODYS:
        return nobodys(kind)
    if kind.startswith("rate"):
        return throttled(17 if kind == "rate.long" else 1)
    if kind == "expired":
        where = f"/{'/'.join(request.path)}?$deltatoken=latest"
        return refusal(410, "syncStateNotFound", "The sync state generation is not found.", {"Location": where})
    if kind == "resync":
        return refusal(400, "resyncRequired", "Resync required. Replace any local items with the server's version.")
    if kind == "unauthorized":
        return refusal(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
    if kind == "no.mailbox":
        text = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
        return refusal(404, "MailboxNotEnabledForRESTAPI", text)
    return refusal(int(kind), "InternalServerError", "An internal server error occurred.")


def spoilt(fault: Fault, answer: Answer, request: Request, url: str, rng: Random) -> Answer:
    """An answer after something happened to it on its way."""
    if answer.status != 200:
        return answer
    if fault.kind in ("truncated", "huge"):
        return damaged(fault.kind, answer)
    body = json.loads(answer.body)
    here = f"{url}/{'/'.join(request.path)}"
    again = "&".join(f"{name}={value}" for name, values in request.query.items() for value in values)
    if "value" not in body:
        return answer
    if fault.kind == "shuffled":
        rng.shuffle(body["value"])
    elif fault.kind in ("duplicate", "replay"):
        body["value"] += body["value"]
    elif fault.kind == "empty":
        # What was left out comes with the next page.
        if {"$skiptoken", "$deltatoken", "changeType"} & request.query.keys():
            return answer
        body = {"value": [], "@odata.nextLink": f"{here}?{again}&changeType=all"}
    elif fault.kind == "endless":
        body.pop("@odata.deltaLink", None)
        body["@odata.nextLink"] = f"{here}?{again}"
    elif fault.kind == "foreign":
        body.pop("@odata.deltaLink", None)
        body["@odata.nextLink"] = "https://collector.example/v1.0/me/messages?$skiptoken=x"
    return Answer(200, json.dumps(body).encode(), answer.headers)
