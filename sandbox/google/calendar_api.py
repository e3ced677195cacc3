"""The Calendar API over an account's calendars.

developers.google.com/workspace/calendar/api/v3/reference
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.google.answers import asked_for, place, refusal
from sandbox.google.calendars import Book, Calendars, Json, gone
from sandbox.google.faults import expired
from sandbox.web.http import Answer, Request, json_answer

if TYPE_CHECKING:
    from sandbox.google.world import Account

#: Not to be combined with a sync token.
_NOT_WITH_SYNC = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin",
)  # fmt: skip
#: Parameters that may change between the requests of one listing.
_FREE = frozenset({"pageToken", "syncToken", "fields", "alt", "prettyPrint", "maxResults", "key", "quotaUser"})


def answer(account: Account, request: Request) -> Answer | None:
    """What Calendar answers; None when the path is none of its own."""
    calendars = account.calendars
    path = tuple(calendars.address if part == "primary" else part for part in request.path)
    match path:
        case ("calendar", "v3", "users", "me", "calendarList"):
            return _calendar_list(calendars, request)
        case ("calendar", "v3", "calendars", id, "events"):
            return _refused(calendars, id) or _events(calendars.books[id], calendars, request)
        case ("calendar", "v3", "calendars", id, "events", event):
            return _refused(calendars, id) or _event(calendars.books[id], event)
        case ("calendar", "v3", *_):
            return refusal(404, "notFound", "Not Found")
    return None


def _refused(calendars: Calendars, id: str) -> Answer | None:
    if id in calendars.lost:
        return refusal(403, "forbidden", "Forbidden", domain="global")
    if id not in calendars.books:
        return refusal(404, "notFound", "Not Found")
    if calendars.books[id].entry["accessRole"] == "freeBusyReader":
        return refusal(403, "requiredAccessLevel", "You need to have reader access to this calendar.",
                       domain="calendar")  # fmt: skip
    return None


def _calendar_list(calendars: Calendars, request: Request) -> Answer:
    with calendars.lock:
        entries = [book.entry for book in calendars.books.values()]
    size = request.number("maxResults", 100, 250)
    start, _ = place(request, 0)
    body: Json = {"kind": "calendar#calendarList", "etag": '"1"', "items": entries[start : start + size]}
    if start + size < len(entries):
        body["nextPageToken"] = f"p{start + size}-0"
    else:
        body["nextSyncToken"] = f"l{calendars.step}"
    return json_answer(body)


def _events(book: Book, calendars: Calendars, request: Request) -> Answer:
    sync = request.first("syncToken")
    if sync:
        wrong = [name for name in _NOT_WITH_SYNC if name in request.query]
        if wrong:
            return refusal(400, "badRequest", f"Sync token cannot be used with query parameters: {wrong[0]}")
        if request.first("showDeleted") == "false":
            return refusal(400, "badRequest", "Sync token cannot be used with showDeleted=false")
    words = asked_for(request, _FREE)
    with calendars.lock:
        since, asked = _since(sync)
        if sync and (since < book.oldest or since > calendars.step):
            return expired(request)
        if sync and asked != words:
            return refusal(400, "badRequest", "Sync token was made by a request with other parameters.")
        found = _changed(book, since) if sync else _all(book)
        at, step = place(request, calendars.step)
        return _page(book, found, request, at, step, words)


def _since(token: str) -> tuple[int, str]:
    step, _, words = token.removeprefix("s").partition("|")
    return (int(step) if step.isdigit() else 10**9), words


def _all(book: Book) -> list[Json]:
    return [_shown(event, book) for event in book.events.values() if not gone(book, event)]


def _changed(book: Book, since: int) -> list[Json]:
    ids = sorted((id for id, step in book.changed.items() if step > since), key=lambda id: book.changed[id])
    return [_shown(book.events[id], book) for id in ids]


def _shown(event: Json, book: Book) -> Json:
    """Of what is cancelled, no more than is promised."""
    if event["status"] != "cancelled":
        return event
    kept = ("kind", "etag", "id", "status", "recurringEventId", "originalStartTime")
    return {name: event[name] for name in kept if name in event}


def _page(book: Book, found: list[Json], request: Request, start: int, step: int, words: str) -> Answer:
    size = request.number("maxResults", 250, 2_500)
    body: dict[str, Any] = {
        "kind": "calendar#events", "etag": '"1"', "summary": book.entry["summary"], "description": "",
        "updated": "2026-01-01T00:00:00.000Z", "timeZone": book.entry["timeZone"],
        "accessRole": book.entry["accessRole"], "defaultReminders": [], "items": found[start : start + size],
    }  # fmt: skip
    if start + size < len(found):
        body["nextPageToken"] = f"p{start + size}-{step}"
    elif "orderBy" not in request.query:
        body["nextSyncToken"] = f"s{step}|{words}"
    return json_answer(body)


def _event(book: Book, id: str) -> Answer:
    event = book.events.get(id)
    return refusal(404, "notFound", "Not Found") if event is None else json_answer(_shown(event, book))
