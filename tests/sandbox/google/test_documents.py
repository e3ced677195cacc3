"""The sandbox's JSON is Google's: no unknown field, every format right, and everything our connectors read is there."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from connectors.google import calendar_event, gmail_history, gmail_message, person_card
from sandbox.google.server import serve
from sandbox.google.world import Account, Google
from sandbox.life import make_life
from tests.sandbox.google.discovery import Seen, check

ALL = tuple(
    f"https://www.googleapis.com/auth/{name}"
    for name in (
        "gmail.readonly", "calendar.calendarlist.readonly", "calendar.events.readonly", "contacts.readonly",
        "contacts.other.readonly",
    )
)  # fmt: skip


class Client:
    """Asks with a token, through the standard library."""

    def __init__(self, google: Google, url: str) -> None:
        grant = google.grant(google.only(), ("openid", "email", *ALL))
        token = google.authorization._tokens(grant, with_refresh=True)
        self._token = json.loads(token.body)["access_token"]
        self._url = url

    def get(self, path: str, **words: Any) -> Any:
        query = urlencode(words, doseq=True)
        request = urllib.request.Request(f"{self._url}{path}?{query}")
        request.add_header("Authorization", f"Bearer {self._token}")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def pages(self, path: str, **words: Any) -> Iterator[Any]:
        token = ""
        while True:
            page = self.get(path, **words, **({"pageToken": token} if token else {}))
            yield page
            token = page.get("nextPageToken", "")
            if not token:
                return


@pytest.fixture(scope="module")
def google() -> Google:
    made = Google()
    made.add_life(make_life(1))
    made.quota.rate = 1_000
    return made


@pytest.fixture(scope="module")
def client(google: Google) -> Iterator[Client]:
    with serve(google) as running:
        yield Client(google, running.url)


@pytest.fixture(scope="module")
def account(google: Google) -> Account:
    return google.only()


def test_gmail_is_as_documented_and_shows_all_that_is_read(client: Client, account: Account) -> None:
    seen, history = Seen(), Seen()
    box = "/gmail/v1/users/me"
    profile = client.get(f"{box}/profile")
    assert check("gmail.v1", "gmail.users.getProfile", profile) == []
    assert check("gmail.v1", "gmail.users.labels.list", client.get(f"{box}/labels")) == []
    listed = next(client.pages(f"{box}/messages", maxResults=500, labelIds=["INBOX"]))
    assert check("gmail.v1", "gmail.users.messages.list", listed) == []
    for format in ("metadata", "full", "raw", "minimal"):
        for one in listed["messages"][:40]:
            message = client.get(f"{box}/messages/{one['id']}", format=format)
            assert check("gmail.v1", "gmail.users.messages.get", message) == []
            seen.add(message if format == "metadata" else {})
            thread = client.get(f"{box}/threads/{one['threadId']}", format=format)
            assert check("gmail.v1", "gmail.users.threads.get", thread) == []
    mailbox = account.mailbox
    id = mailbox.deliver([("Subject", "x")])
    mailbox.relabel(id, ["STARRED"])
    mailbox.relabel(id, [], ["STARRED"])
    mailbox.delete(id)
    for page in client.pages(f"{box}/history", startHistoryId=profile["historyId"], maxResults=2):
        assert check("gmail.v1", "gmail.users.history.list", page) == []
        history.add(page)
    assert seen.missing(gmail_message.FIELDS) == []
    assert history.missing(gmail_history.FIELDS) == []


def test_calendar_is_as_documented_and_shows_all_that_is_read(client: Client, account: Account) -> None:
    seen = Seen()
    calendars = client.get("/calendar/v3/users/me/calendarList")
    assert check("calendar.v3", "calendar.calendarList.list", calendars) == []
    tokens = {}
    for calendar in calendars["items"]:
        path = f"/calendar/v3/calendars/{calendar['id'].replace('#', '%23')}/events"
        for page in client.pages(path, maxResults=20):
            assert check("calendar.v3", "calendar.events.list", page) == []
            seen.add(page)
        tokens[path] = page["nextSyncToken"]
    primary = account.calendars.books[account.address]
    one = next(event for event in primary.events.values() if event.get("attendees"))
    people = [{**person, "optional": True, "resource": person.get("resource", False)} for person in one["attendees"]]
    account.calendars.update(account.address, one["id"], attendeesOmitted=True, attendees=people)
    account.calendars.delete(account.address, one["id"])
    account.calendars.undelete(account.address, one["id"])
    whole_day = {"id": "day", "status": "confirmed", "iCalUID": "day", "start": {"date": "2026-01-02"},
                 "end": {"date": "2026-01-03"}, "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]}  # fmt: skip
    account.calendars.put(account.address, whole_day)
    account.calendars.cancel_occurrence(account.address, "day", {"date": "2026-01-03"})
    for path, token in tokens.items():
        for page in client.pages(path, syncToken=token, maxResults=20):
            assert check("calendar.v3", "calendar.events.list", page) == []
            seen.add(page)
    assert seen.missing(f"items({calendar_event.FIELDS}),nextPageToken,nextSyncToken") == []


def test_people_is_as_documented_and_shows_all_that_is_read(client: Client, account: Account) -> None:
    seen, others = Seen(), Seen()
    assert check("people.v1", "people.contactGroups.list", client.get("/v1/contactGroups")) == []
    account.people.add("people/c5", "Bo", ["bo@x.example"], nickname="Bobo", partner="Carla", company="Sea", title="x",
                       groups=["Choir"])  # fmt: skip
    words = {"personFields": person_card.PERSON_FIELDS, "requestSyncToken": "true", "pageSize": 50}
    for page in client.pages("/v1/people/me/connections", **words):
        assert check("people.v1", "people.people.connections.list", page) == []
        seen.add(page)
    account.people.rename("people/c5", "people/c6")
    account.people.delete(next(iter(account.people.own.people)))
    token = page["nextSyncToken"]
    for page in client.pages("/v1/people/me/connections", **words, syncToken=token):
        assert check("people.v1", "people.people.connections.list", page) == []
        seen.add(page)
    whole = client.get("/v1/people/c6", personFields=person_card.PERSON_FIELDS + ",biographies,photos,birthdays")
    assert check("people.v1", "people.people.get", whole) == []
    account.people.add_other("otherContacts/c7", "Odo", ["odo@x.example"])
    account.people.delete("otherContacts/c7")
    for page in client.pages("/v1/otherContacts", readMask=person_card.OTHER_FIELDS, requestSyncToken="true"):
        assert check("people.v1", "people.otherContacts.list", page) == []
        others.add(page)
    optional = {
        "connections.names.middleName",
        "connections.names.honorificPrefix",
        "connections.names.honorificSuffix",
    }
    masks = f"connections({person_card.PERSON_MASK}),nextPageToken,nextSyncToken"
    assert set(seen.missing(masks)) <= optional
    assert set(others.missing(f"otherContacts({person_card.OTHER_MASK})")) <= {
        "otherContacts.phoneNumbers", "otherContacts.phoneNumbers.value", "otherContacts.phoneNumbers.type",
        "otherContacts.metadata.deleted", "otherContacts.metadata.previousResourceNames",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ({"id": 7}, "$.id: 7 is no string"),
        ({"invented": 1}, "$.invented: there is no such field"),
        ({"internalDate": "yesterday"}, "$.internalDate: 'yesterday' is no int64"),
        ({"historyId": "-1"}, "$.historyId: '-1' is no uint64"),
        ({"labelIds": "INBOX"}, "$.labelIds: 'INBOX' is no array"),
        ({"payload": {"headers": [{"nam": "x"}]}}, "$.payload.headers[0].nam: there is no such field"),
    ],
)
def test_the_check_finds_what_is_wrong(answer: Any, wrong: str) -> None:
    found = check("gmail.v1", "gmail.users.messages.get", answer)
    assert found == [wrong]


def test_the_check_notices_a_field_that_is_read_and_never_there() -> None:
    seen = Seen()
    seen.add({"id": "1", "payload": {"headers": [{"name": "x"}]}})
    assert seen.missing("id,threadId,payload(headers(name,value))") == ["payload.headers.value", "threadId"]
