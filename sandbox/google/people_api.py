"""The People API over an account's contacts.

developers.google.com/people/api/rest
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.google.answers import asked_for, place, refusal
from sandbox.google.faults import expired_people
from sandbox.google.people import SYSTEM_GROUPS, Json, People, Shelf
from sandbox.web.http import Answer, Request, json_answer

if TYPE_CHECKING:
    from sandbox.google.world import Account

_ALWAYS = ("resourceName", "etag")
_OTHER = {"emailAddresses", "metadata", "names", "phoneNumbers", "photos"}
_CUT = ("emailAddresses", "phoneNumbers")
_FREE = frozenset({"pageToken", "syncToken", "fields", "alt", "prettyPrint", "key", "quotaUser"})


def answer(account: Account, request: Request) -> Answer | None:
    """What People answers; None when the path is none of its own."""
    people = account.people
    match request.path:
        case ("v1", "people", "me", "connections"):
            return _list(people, people.own, request, "connections", "personFields")
        case ("v1", "otherContacts"):
            return _list(people, people.other, request, "otherContacts", "readMask")
        case ("v1", "people", id):
            return _get(people, f"people/{id}", request)
        case ("v1", "contactGroups"):
            return _groups(people, request)
    return None


def _mask(request: Request, name: str) -> set[str]:
    return {one for text in request.query.get(name, ()) for one in text.split(",") if one}


def _list(people: People, shelf: Shelf, request: Request, name: str, mask_name: str) -> Answer:
    mask = _mask(request, mask_name)
    if not mask or (name == "otherContacts" and not mask <= _OTHER):
        return _bad(f"{mask_name} mask is required and must be valid.")
    words = asked_for(request, _FREE)
    sync = request.first("syncToken")
    with people.lock:
        since, asked = _since(sync)
        if sync and (since < people.oldest or since > people.step):
            return expired_people(people.expired_status)
        if sync and asked != words:
            return _bad("The parameters must match those of the request that gave the sync token.")
        found = [
            person
            for id, person in shelf.people.items()
            if (shelf.changed[id] > since if sync else not person["metadata"].get("deleted"))
        ]
        start, step = place(request, people.step)
    size = request.number("pageSize", 100, 1_000)
    body: dict[str, Any] = {name: [_shown(one, mask, cut=True) for one in found[start : start + size]]}
    if name == "connections":
        body |= {"totalPeople": len(found), "totalItems": len(found)}
    if start + size < len(found):
        body["nextPageToken"] = f"p{start + size}-{step}"
    elif request.first("requestSyncToken") == "true" or sync:
        body["nextSyncToken"] = f"s{step}|{words}"
    return json_answer({key: value for key, value in body.items() if value != []})


def _since(token: str) -> tuple[int, str]:
    step, _, words = token.removeprefix("s").partition("|")
    return (int(step) if step.isdigit() else -1), words


def _shown(person: Json, mask: set[str], *, cut: bool) -> Json:
    found = {name: value for name, value in person.items() if name in mask or name in _ALWAYS}
    if person["metadata"].get("deleted") or person["metadata"].get("previousResourceNames"):
        found["metadata"] = person["metadata"]
    for name in _CUT:
        if cut and name in found:
            found[name] = found[name][:100]
    return {name: value for name, value in found.items() if value != []}


def _get(people: People, id: str, request: Request) -> Answer:
    mask = _mask(request, "personFields")
    with people.lock:
        person = people.own.people.get(id)
    if person is None or person["metadata"].get("deleted"):
        return refusal(404, "notFound", "Requested entity was not found.", word="NOT_FOUND")
    return json_answer(_shown(person, mask, cut=False)) if mask else _bad("personFields mask is required.")


def _groups(people: People, request: Request) -> Answer:
    with people.lock:
        found: list[Json] = [
            {"resourceName": f"contactGroups/{name}", "groupType": "SYSTEM_CONTACT_GROUP", "name": name,
             "formattedName": name} for name in SYSTEM_GROUPS
        ]  # fmt: skip
        found += [
            {"resourceName": id, "etag": "g", "groupType": "USER_CONTACT_GROUP", "name": name, "formattedName": name,
             "metadata": {"updateTime": "2026-01-02T03:04:05.678Z"}} for id, name in people.groups.items()
        ]  # fmt: skip
    (start, _), size = place(request, 0), request.number("pageSize", 30, 1_000)
    body: dict[str, Any] = {"contactGroups": found[start : start + size], "totalItems": len(found)}
    if start + size < len(found):
        body["nextPageToken"] = f"p{start + size}-0"
    return json_answer(body)


def _bad(message: str) -> Answer:
    return refusal(400, "badRequest", message, word="INVALID_ARGUMENT")
