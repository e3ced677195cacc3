"""Steering the world from another process: JSON under /control, never charged and never recorded.

GET  /control/state       accounts, units spent, refusals, faults that came about, renewals of tokens
GET  /control/recording   every request that came
GET  /control/truth       ids a reader should know: {"mail": {id: labels}, "events": {id: status}, "people": [ids]}
POST /control/change      {"part": "mailbox" | "calendars" | "people", "do": name, "with": {…}}
POST /control/fault       {"kind": …, "route": …, "count": …, "chance": …}; {} switches all off
POST /control/set         {"delay": s, "rate": x, "concurrent": n, "wording": w, "lifetime": s, "disabled": [api …]}
POST /control/tokens      {"do": "expire" | "revoke"}
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.google.world import Account, Google
from sandbox.web.http import Answer, Request, json_answer


def answer(google: Google, request: Request) -> Answer:
    """What a control request does; 400 with the reason when it is put wrongly."""
    try:
        given = json.loads(request.body) if request.body else {}
        found = _answer(google, request.path[1:], given)
    except (KeyError, ValueError, TypeError) as error:
        return json_answer({"error": f"{type(error).__name__}: {error}"}, 400)
    return json_answer(found)


def _answer(google: Google, path: tuple[str, ...], given: dict[str, Any]) -> Any:
    match path:
        case ("state",):
            return state(google)
        case ("recording",):
            return [line.document() for line in google.recording.copy()]
        case ("truth",):
            return truth(google.only())
        case ("change",):
            part = getattr(google.only(), given["part"])
            return {"done": part.change(given["do"], given.get("with", {}))}
        case ("fault",):
            google.faults.add(**given) if given else google.faults.clear()
            return {}
        case ("set",):
            return _set(google, given)
        case ("tokens",):
            google.authorization.expire() if given["do"] == "expire" else google.authorization.revoke_all()
            return {}
    raise KeyError("/".join(path))


def state(google: Google) -> dict[str, Any]:
    """How the world stands."""
    return {
        "accounts": [{"subject": one.subject, "address": one.address, "messages": len(one.mailbox.messages)}
                     for one in google.accounts.values()],
        "units": google.quota.units(), "spent": dict(google.quota.spent), "refused": google.quota.refused,
        "peak": google.quota.peak, "faults": dict(google.faults.done), "renewals": google.authorization.renewals,
    }  # fmt: skip


def truth(account: Account) -> dict[str, Any]:
    """What a reader of the account should know."""
    return {
        "mail": {id: sorted(one.labels) for id, one in account.mailbox.live().items()},
        "events": {id: event["status"] for id, event in account.calendars.live().items()},
        "people": sorted(account.people.live()),
    }


def _set(google: Google, given: dict[str, Any]) -> dict[str, Any]:
    for name, value in given.items():
        if name == "delay":
            google.delay = float(value)
        elif name in ("rate", "concurrent", "wording"):
            setattr(google.quota, name, value)
        elif name == "lifetime":
            google.authorization.lifetime = int(value)
        elif name == "disabled":
            google.disabled = set(value)
        else:
            raise KeyError(name)
    return {}
