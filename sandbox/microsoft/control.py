"""Steering the world from another process: JSON under /control, never counted and never recorded.

GET  /control/state       accounts, requests, refusals, most at once, faults that came about, renewals of tokens
GET  /control/recording   every request that came
GET  /control/truth       ids a reader should know: {"mail": {id: folder}, "events": {id: subject}, "people": [ids]}
POST /control/change      {"part": "mailbox" | "calendars" | "contacts", "do": name, "with": {…}}
POST /control/fault       {"kind": …, "route": …, "count": …, "chance": …}; {} switches all off
POST /control/set         {"delay": s, "concurrent": n, "lifetime": s, "mode": m, "page_max": n, …}
POST /control/tokens      {"do": "expire" | "revoke" | "forget", "folder": name}
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.microsoft.world import Microsoft
from sandbox.web.http import Answer, Request, json_answer

_FLAGS = ("delay", "page_max", "masters_missing", "only_changed_occurrence", "only_master_removed")


def answer(microsoft: Microsoft, request: Request) -> Answer:
    """What a control request does; 400 with the reason when it is put wrongly."""
    try:
        given = json.loads(request.body) if request.body else {}
        found = _answer(microsoft, request.path[1:], given)
    except (KeyError, ValueError, TypeError, StopIteration, AssertionError) as error:
        return json_answer({"error": f"{type(error).__name__}: {error}"}, 400)
    return json_answer(found)


def _answer(microsoft: Microsoft, path: tuple[str, ...], given: dict[str, Any]) -> Any:
    match path:
        case ("state",):
            return state(microsoft)
        case ("recording",):
            return [line.document() for line in microsoft.recording.copy()]
        case ("truth",):
            return truth(microsoft)
        case ("change",):
            part = getattr(microsoft.only(), given["part"])
            return {"done": part.change(given["do"], given.get("with", {}))}
        case ("fault",):
            microsoft.faults.add(**given) if given else microsoft.faults.clear()
            return {}
        case ("set",):
            return _set(microsoft, given)
        case ("tokens",):
            return _tokens(microsoft, given["do"], given.get("folder", ""))
    raise KeyError("/".join(path))


def state(microsoft: Microsoft) -> dict[str, Any]:
    """How the world stands."""
    throttle = microsoft.throttle
    return {
        "accounts": [{"subject": one.subject, "address": one.address, "messages": len(one.mailbox.messages)}
                     for one in microsoft.accounts.values()],
        "asked": throttle.asked, "refused": throttle.refused, "peak": throttle.peak,
        "faults": dict(microsoft.faults.done), "renewals": microsoft.authorization.renewals,
    }  # fmt: skip


def truth(microsoft: Microsoft) -> dict[str, Any]:
    """What a reader of the account should know."""
    account = microsoft.only()
    return {
        "mail": account.mailbox.live(), "events": account.calendars.live(), "people": account.contacts.live(),
    }  # fmt: skip


def _tokens(microsoft: Microsoft, what: str, folder: str) -> dict[str, Any]:
    if what == "expire":
        microsoft.authorization.expire()
    elif what == "revoke":
        microsoft.authorization.revoke_all()
    elif what == "forget":
        microsoft.forget_tokens(folder)
    else:
        raise KeyError(what)
    return {}


def _set(microsoft: Microsoft, given: dict[str, Any]) -> dict[str, Any]:
    for name, value in given.items():
        if name in _FLAGS:
            setattr(microsoft, name, value)
        elif name in ("concurrent", "requests", "retry_after"):
            setattr(microsoft.throttle, name, int(value))
        elif name in ("lifetime", "mode"):
            setattr(microsoft.authorization, name, value)
        else:
            raise KeyError(name)
    return {}
