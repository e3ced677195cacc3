"""What we believe of Google and could not read in its documentation, tried on a real account, a few requests each.

Every trial returns whether it is so, or None when the account shows nothing to tell it by, and a sentence of counts and
booleans: no address, subject or id leaves this module.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from connectors.google import batch, gmail_history, gmail_message, oauth, refusals
from connectors.google.api import Api, Online, Session
from connectors.google.calendar_event import FIELDS as EVENT_FIELDS
from connectors.google.gmail_message import milliseconds
from connectors.google.person_card import OTHER_FIELDS, PERSON_FIELDS
from connectors.refusal import Means, Refused
from interactions.errors import RateLimited, SourceProblem

_SAMPLE = 10
_LISTED = 100
_PAGES_MAX = 40
#: The longest wait for quota before one trial, in seconds: Gmail counts by the minute.
_PATIENCE = 75.0
Told = tuple[bool | None, str]


class Trial(Struct, frozen=True):
    """How one belief fared."""

    belief: str
    #: None: nothing to tell it by, or it could not be tried.
    holds: bool | None
    said: str


class _Ids(Struct):
    messages: list[dict[str, str]] = []


class Live:
    """The trials, on one account."""

    def __init__(self, online: Online) -> None:
        self._online = online
        self._gmail = Session(online, Api.GMAIL, "google.mail")
        self._people = Session(online, Api.PEOPLE, "google.contacts")
        self._others = Session(online, Api.PEOPLE, "google.other_contacts")
        self._calendar = Session(online, Api.CALENDAR, "google.calendar")
        self._listed: list[dict[str, str]] | None = None

    def trials(self) -> Iterator[Trial]:
        """One after the other, so that they can be shown as they come."""
        for belief, look in self._table():
            try:
                holds, said = _patiently(look)
            except (SourceProblem, msgspec.MsgspecError, ValueError, TypeError, LookupError) as problem:
                # An answer of another shape than ours is told too, and stops none of the others.
                holds, said = None, f"could not be tried ({type(problem).__name__})"
            yield Trial(belief, holds, said)

    def close(self) -> None:
        """Close every connection."""
        for session in (self._gmail, self._people, self._others, self._calendar):
            session.close()

    def _table(self) -> list[tuple[str, Callable[[], Told]]]:
        return [
            ("the account's id is the one consented to", self._subject),
            ("a mail's id tells when it arrived", self._ids_tell_time),
            ("mail is listed newest first", self._newest_first),
            ("all header names come without being asked for", self._all_headers),
            ("an answer holds only the fields asked for", self._only_fields),
            ("a whole thread may be read by its headers", self._thread),
            ("five mails in one batch come back by name, none refused", self._batch),
            ("changes carry their mails' labels", self._labelled),
            ("a history id that is too old is answered with 404", self._old_history),
            ("searches are refused", self._no_search),
            ("mail bodies are refused", self._no_body),
            ("a calendar listed with a field mask still gives a sync token", self._sync_token),
            ("a cancelled occurrence names its series' iCalUID", self._cancelled),
            ("a made-up calendar sync token is answered with 410", self._dead_calendar_token),
            ("contact groups may be read", self._groups),
            ("a made-up contacts sync token is said to be expired", self._dead_people_token),
            ("other contacts may be read", self._other),
        ]

    def _users(self) -> Any:
        return self._gmail.service.users()

    def _ids(self) -> list[dict[str, str]]:
        if self._listed is None:
            request = self._users().messages().list(userId="me", maxResults=_LISTED, fields="messages(id,threadId)")
            self._listed = self._gmail.ask(request, _Ids, 5).messages
        return self._listed

    def _message(self, id: str, fields: str, **words: str) -> dict[str, Any]:
        request = self._users().messages().get(userId="me", id=id, fields=fields, **{"format": "metadata", **words})
        return self._gmail.ask(request, dict, 20)

    def _subject(self) -> Told:
        token = self._gmail._access()
        found = oauth.userinfo(self._online.settings, self._gmail.http, token)
        return found.sub == self._online.subject, "userinfo was asked"

    def _ids_tell_time(self) -> Told:
        sample = [self._message(one["id"], "id,internalDate") for one in self._ids()[:_SAMPLE]]
        right = sum(milliseconds(one["id"]) // 1000 == int(one.get("internalDate", "0")) // 1000 for one in sample)
        return (right == len(sample) if sample else None), f"{right} of {len(sample)}"

    def _newest_first(self) -> Told:
        times = [milliseconds(one["id"]) for one in self._ids()]
        wrong = sum(after > before for before, after in zip(times, times[1:], strict=False))
        return (not wrong if len(times) > 1 else None), f"{wrong} of {max(len(times) - 1, 0)} pairs are not"

    def _all_headers(self) -> Told:
        counts = []
        for one in self._ids()[:_SAMPLE]:
            payload = self._message(one["id"], "payload(headers)").get("payload", {})
            counts.append(len({header["name"].lower() for header in payload.get("headers", [])}))
        return (
            min(counts) >= 5 if counts else None
        ), f"{min(counts, default=0)} to {max(counts, default=0)} names a mail"

    def _only_fields(self) -> Told:
        wanted = {"id", "threadId", "labelIds", "internalDate", "payload"}
        extra = {
            name for one in self._ids()[:_SAMPLE] for name in self._message(one["id"], gmail_message.FIELDS)
        } - wanted
        return (not extra if self._ids() else None), f"{len(extra)} others"

    def _thread(self) -> Told:
        if not self._ids():
            return None, "the mailbox is empty"
        request = self._users().threads().get(
            userId="me", id=self._ids()[0]["threadId"], format="metadata", fields="messages(id)"
        )  # fmt: skip
        found = self._gmail.ask(request, _Ids, 40)
        return bool(found.messages), f"{len(found.messages)} mails in one"

    def _batch(self) -> Told:
        ids = [one["id"] for one in self._ids()[:5]]
        parts = [(f"m{id}", f"/gmail/v1/users/me/messages/{id}?format=metadata&fields=id") for id in ids]
        body, content_type = batch.composed(parts)
        url = f"{self._online.settings.google_gmail_root}batch"
        response, content = self._gmail.request(url, "POST", body, {"Content-Type": content_type})
        found = batch.outcomes(response.get("content-type", ""), content) if response.status == 200 else {}
        for answer, text in found.values():
            if answer.status != 200 and (refusal := refusals.read(answer, text)).means == Means.RATE:
                raise self._gmail.problem(refusal)
        named = sum(
            answer.status == 200 and msgspec.json.decode(text, type=dict).get("id") == key[1:]
            for key, (answer, text) in found.items()
        )
        return (named == len(ids) if ids else None), f"{named} of {len(ids)}, status {response.status}"

    def _labelled(self) -> Told:
        if not self._ids():
            return None, "the mailbox is empty"
        start = self._message(self._ids()[-1]["id"], "historyId").get("historyId", "1")
        request = self._users().history().list(
            userId="me", startHistoryId=start, historyTypes=gmail_history.TYPES, fields=gmail_history.FIELDS
        )  # fmt: skip
        found = self._gmail.ask(request, gmail_history.History, 2)
        added = [change.message.label_ids is not None for one in found.history for change in one.messages_added]
        return (all(added) if added else None), f"{sum(added)} of {len(added)} changes"

    def _old_history(self) -> Told:
        request = self._users().history().list(userId="me", startHistoryId="1", fields="historyId")
        return self._refused(self._gmail, request, {Means.GONE}, 2)

    def _no_search(self) -> Told:
        request = self._users().messages().list(userId="me", q="in:inbox", maxResults=1, fields="resultSizeEstimate")
        return self._refused(self._gmail, request, {Means.FORBIDDEN, Means.BAD}, 5)

    def _no_body(self) -> Told:
        return body_refused(self._gmail)

    def _sync_token(self) -> Told:
        page, pages = "", 0
        while pages < _PAGES_MAX:
            request = self._calendar.service.events().list(
                calendarId="primary", maxResults=500, fields="items(id),nextPageToken,nextSyncToken",
                **({"pageToken": page} if page else {}),
            )  # fmt: skip
            found = self._calendar.ask(request, dict)
            pages, page = pages + 1, found.get("nextPageToken", "")
            if not page:
                return "nextSyncToken" in found, f"{pages} pages"
        return None, f"more than {_PAGES_MAX} pages"

    def _cancelled(self) -> Told:
        request = self._calendar.service.events().list(
            calendarId="primary", maxResults=2_500, fields=f"items({EVENT_FIELDS})"
        )
        items = self._calendar.ask(request, dict).get("items", [])
        found = ["iCalUID" in one for one in items if one.get("status") == "cancelled" and "recurringEventId" in one]
        return (all(found) if found else None), f"{sum(found)} of {len(found)} do"

    def _dead_calendar_token(self) -> Told:
        request = self._calendar.service.events().list(
            calendarId="primary", syncToken="made-up", fields="nextSyncToken"
        )
        return self._refused(self._calendar, request, {Means.EXPIRED}, 1)

    def _groups(self) -> Told:
        request = self._people.service.contactGroups().list(pageSize=10, fields="totalItems")
        return True, f"{self._people.ask(request, dict).get('totalItems', 0)} groups"

    def _dead_people_token(self) -> Told:
        request = self._people.service.people().connections().list(
            resourceName="people/me", personFields=PERSON_FIELDS, requestSyncToken=True, syncToken="made-up",
            fields="nextSyncToken",
        )  # fmt: skip
        return self._refused(self._people, request, {Means.EXPIRED, Means.BAD}, 1)

    def _other(self) -> Told:
        request = self._others.service.otherContacts().list(readMask=OTHER_FIELDS, pageSize=10, fields="totalSize")
        self._others.ask(request, dict)
        return True, "asked"

    def _refused(self, session: Session, request: Any, means: set[Means], cost: float) -> Told:
        try:
            session.ask(request, dict, cost)
        except Refused as refused:
            return refused.means in means, f"{refused.refusal.status} {refused.refusal.reason}".strip()
        return False, "it was answered"


def _patiently(look: Callable[[], Told]) -> Told:
    """`look`, once more when a minute's quota was used up before it: the service may be at work beside us."""
    try:
        return look()
    except RateLimited as problem:
        wait = (problem.retry_at - datetime.now(UTC)).total_seconds()
        if wait > _PATIENCE:
            raise
        time.sleep(max(wait, 0.1))
        return look()


def body_refused(session: Session) -> Told:
    """Whether Google refuses a whole mail: asked for one, and for no more of it than its id."""
    users = session.service.users()
    listed = session.ask(users.messages().list(userId="me", maxResults=1, fields="messages(id)"), _Ids, 5).messages
    if not listed:
        return None, "the mailbox is empty"
    request = users.messages().get(userId="me", id=listed[0]["id"], format="full", fields="id")
    try:
        session.ask(request, dict, 20)
    except Refused as refused:
        return refused.means == Means.FORBIDDEN, f"{refused.refusal.status} {refused.refusal.reason}".strip()
    return False, "it was answered"
