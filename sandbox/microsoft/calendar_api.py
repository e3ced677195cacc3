"""Calendars, their views and events as Graph answers for them.

learn.microsoft.com/graph/api/event-delta, …/event-list-instances
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox.canaries import BODY, CONFERENCE, DESCRIPTION
from sandbox.microsoft import delta
from sandbox.microsoft.answers import chosen, not_found, page_size, refusal, zone
from sandbox.microsoft.calendars import Book, Entry, Occurrence, occurrence_id
from sandbox.microsoft.global_id import global_id
from sandbox.microsoft.messages import stamp
from sandbox.web.http import Answer, Request, json_answer

if TYPE_CHECKING:
    from sandbox.microsoft.world import Account, Microsoft

Json = dict[str, Any]
#: What times are told in unless somebody asks for another: the mailbox's zone, by Windows' name.
MAILBOX_ZONE = "W. Europe Standard Time"
_ZONES = {MAILBOX_ZONE: "Europe/Berlin", "UTC": "UTC"}
_WINDOW_MAX = timedelta(days=1_825)
_FORBIDDEN = ("$select", "$filter", "$orderby", "$expand", "$search", "$top")
_PRIVATE = ("body", "bodyPreview")


def answer(microsoft: Microsoft, account: Account, request: Request, full: bool) -> Answer | None:
    """The answer below /me/calendars and /me/events; None for anything else."""
    match request.path[2:]:
        case ("calendars",):
            return _calendars(account, request)
        case ("calendars", id, "calendarView", "delta"):
            book = account.calendars.books.get(id)
            return not_found() if book is None else _view(microsoft, account, book, request, full)
        case ("events", id):
            found = account.calendars.find(id)
            if found is None:
                return not_found()
            shown = _master(found[1], request) if found[1].occurrences is not None else _single(found[1], request)
            return json_answer(chosen(_public(shown, full), request.first("$select")))
        case ("events", id, "instances"):
            return _instances(microsoft, account, id, request, full)
    return None


def _calendars(account: Account, request: Request) -> Answer:
    values = [
        {"id": one.id, "name": one.name, "color": "auto", "hexColor": "", "isDefaultCalendar": one.default,
         "changeKey": "x", "canShare": True, "canViewPrivateItems": True, "canEdit": one.owner == account.address,
         "allowedOnlineMeetingProviders": ["teamsForBusiness"], "defaultOnlineMeetingProvider": "teamsForBusiness",
         "isTallyingResponses": True, "isRemovable": not one.default,
         "owner": {"name": one.owner.partition("@")[0], "address": one.owner}}
        for one in account.calendars.books.values()
    ]  # fmt: skip
    return json_answer({"value": [chosen(one, request.first("$select")) for one in values]})


def _view(microsoft: Microsoft, account: Account, book: Book, request: Request, full: bool) -> Answer:
    if any(name in request.query for name in _FORBIDDEN):
        return refusal(400, "ErrorInvalidUrlQuery", "The query parameter is not supported for change tracking.")
    if delta.is_dead(microsoft.walks, request):
        return delta.dead(f"{microsoft.url}/" + "/".join(request.path))
    asked = delta.query(microsoft.walks, request)
    try:
        window = _window(asked)
    except (KeyError, ValueError):
        return refusal(400, "ErrorInvalidParameter", "startDateTime and endDateTime are needed.")
    if window[1] - window[0] > _WINDOW_MAX:
        return refusal(400, "ErrorInvalidRange", "The specified range is too large.")
    calendars = account.calendars
    first = "$deltatoken" not in request.query and "$skiptoken" not in request.query
    view = _View(microsoft, book, request, window, full)
    with calendars.lock:
        answered = delta.answer(
            microsoft.walks, request, f"{microsoft.url}/" + "/".join(request.path),
            f"view/{account.address}/{book.id}/{window[0]:%Y%m%d}", book.feed, calendars.step,
            page_size(request, 10, microsoft.page_max), view.listed, view.render, view.places,
        )  # fmt: skip
    return view.flattened(answered, first)


def _window(asked: dict[str, str]) -> tuple[datetime, datetime]:
    return _aware(asked["startDateTime"]), _aware(asked["endDateTime"])


def _aware(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


class _View:
    """One window of one calendar; a series with all of its occurrences is one change."""

    def __init__(
        self, microsoft: Microsoft, book: Book, request: Request, window: tuple[datetime, datetime], full: bool
    ) -> None:
        self._microsoft, self._book, self._request, self._full = microsoft, book, request, full
        self._start, self._end = window
        self._changes = bool(request.first("$deltatoken"))

    def listed(self) -> Sequence[delta.Change]:
        return [(id, "") for id, entry in self._book.entries.items() if entry.spans(self._start, self._end)]

    def places(self, id: str) -> int:
        """How much of a page it takes."""
        entry = self._book.entries.get(id)
        return 1 if entry is None or entry.occurrences is None else len(self._within(entry)) + 1

    def render(self, id: str, reason: str) -> Json | None:
        """One change; several objects of it go under "several", to be put side by side."""
        entry = self._book.entries.get(id)
        if reason or entry is None:
            gone = [id]
            grave = self._book.graves.get(id)
            if grave is not None and grave.occurrences and not self._microsoft.only_master_removed:
                gone += [occurrence_id(grave, one) for one in grave.occurrences]
            return {"several": [_removed(one) for one in gone]}
        if not entry.spans(self._start, self._end):
            return _removed(id)
        if entry.occurrences is None:
            return _public(_single(entry, self._request), self._full)
        return {"several": [_public(one, self._full) for one in self._series(entry)]}

    def flattened(self, answered: Answer, first: bool) -> Answer:
        """The page with every object in a place of its own."""
        import json

        body = json.loads(answered.body)
        if "value" not in body:
            return answered
        body["value"] = [one for value in body["value"] for one in value.get("several", [value])]
        return json_answer(body)

    def _series(self, entry: Entry) -> list[Json]:
        there = self._within(entry)
        touched = self._book.touched.get(entry.id)
        if self._changes and self._microsoft.only_changed_occurrence and touched is not None:
            there = {original: one for original, one in there.items() if original == touched}
            return [_instance(entry, original, one, self._request) for original, one in there.items()]
        found = [_bare(entry, original, one, self._request) for original, one in there.items()]
        return found if self._microsoft.masters_missing else [_master(entry, self._request), *found]

    def _within(self, entry: Entry) -> dict[datetime, Occurrence]:
        return {original: one for original, one in (entry.occurrences or {}).items()
                if one.start < self._end and one.end > self._start}  # fmt: skip


def _instances(microsoft: Microsoft, account: Account, id: str, request: Request, full: bool) -> Answer:
    found = account.calendars.find(id)
    if found is None or found[1].occurrences is None:
        return not_found()
    entry = found[1]
    start, end = _aware(request.first("startDateTime")), _aware(request.first("endDateTime"))
    assert entry.occurrences is not None
    there = [(original, one) for original, one in entry.occurrences.items() if one.start < end and one.end > start]
    size, skip = page_size(request, 10, microsoft.page_max), int(request.first("$skip", "0"))
    shown = [_instance(entry, original, one, request) for original, one in there[skip : skip + size]]
    body: Json = {"value": [chosen(_public(one, full), request.first("$select")) for one in shown]}
    if skip + size < len(there):
        words = [f"{name}={values[0]}" for name, values in request.query.items() if name != "$skip"]
        url = f"{microsoft.url}/" + "/".join(request.path)
        body["@odata.nextLink"] = f"{url}?{'&'.join([*words, f'$skip={skip + size}'])}"
    return json_answer(body)


def _removed(id: str) -> Json:
    return {"@odata.type": "#microsoft.graph.event", "id": id, "@removed": {"reason": "deleted"}}


def _public(event: Json, full: bool) -> Json:
    return event if full else {name: one for name, one in event.items() if name not in _PRIVATE}


def _single(entry: Entry, request: Request) -> Json:
    return _whole(entry, request) | {"type": "singleInstance", "iCalUId": global_id(entry.uid)}


def _master(entry: Entry, request: Request) -> Json:
    return _whole(entry, request) | {"type": "seriesMaster", "iCalUId": global_id(entry.uid)}


def _bare(entry: Entry, original: datetime, one: Occurrence, request: Request) -> Json:
    """An occurrence as the view tells it: of one that is like its series hardly more than the time."""
    if one.changed is not None:
        return _instance(entry, original, one, request)
    return {
        "@odata.type": "#microsoft.graph.event", "id": occurrence_id(entry, original), "type": "occurrence",
        "seriesMasterId": entry.id, "start": _when(one.start, request, entry.all_day),
        "end": _when(one.end, request, entry.all_day),
    }  # fmt: skip


def _instance(entry: Entry, original: datetime, one: Occurrence, request: Request) -> Json:
    """An occurrence with everything that there is of it."""
    return {
        **_whole(entry, request), "id": occurrence_id(entry, original),
        "type": "occurrence" if one.changed is None else "exception", "seriesMasterId": entry.id,
        "start": _when(one.start, request, entry.all_day), "end": _when(one.end, request, entry.all_day),
        "originalStart": stamp(original), "iCalUId": global_id(entry.uid, original), **(one.changed or {}),
    }  # fmt: skip


def _whole(entry: Entry, request: Request) -> Json:
    return {
        "@odata.etag": 'W/"DQAAABYAAAC"', "id": entry.id, "createdDateTime": "2026-01-01T00:00:00Z",
        "lastModifiedDateTime": "2026-01-01T00:00:00Z", "changeKey": "DQAAABYAAAC", "categories": [],
        "originalStartTimeZone": MAILBOX_ZONE, "originalEndTimeZone": MAILBOX_ZONE, "isAllDay": entry.all_day,
        "reminderMinutesBeforeStart": 15, "isReminderOn": True, "hasAttachments": False, "importance": "normal",
        "sensitivity": "normal", "isCancelled": False, "isOrganizer": False, "responseRequested": True,
        "seriesMasterId": None, "showAs": "busy", "webLink": f"https://outlook.office365.com/{DESCRIPTION}",
        "onlineMeetingUrl": None, "isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness",
        "allowNewTimeProposals": True, "isDraft": False, "hideAttendees": False, "recurrence": None,
        "onlineMeeting": {"joinUrl": f"https://teams.example/{CONFERENCE}"}, "bodyPreview": DESCRIPTION,
        "body": {"contentType": "html", "content": BODY}, "location": {"displayName": ""},
        "responseStatus": {"response": "accepted", "time": "2026-01-01T00:00:00Z"}, "attendees": [],
        "organizer": None, "start": _when(entry.start, request, entry.all_day),
        "end": _when(entry.end, request, entry.all_day), **entry.json,
    }  # fmt: skip


def _when(moment: datetime, request: Request, all_day: bool) -> Json:
    name = zone(request, MAILBOX_ZONE)
    local = moment if all_day else moment.astimezone(ZoneInfo(_ZONES.get(name, "UTC")))
    return {"dateTime": f"{local:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": name}
