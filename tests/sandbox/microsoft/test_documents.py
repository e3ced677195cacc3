"""What the sandbox's Graph serves is what Graph's own metadata describes (OData CSDL)."""

from __future__ import annotations

import json
import ssl
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.microsoft import contact_card, event, message
from connectors.microsoft.entra import ASKED
from sandbox.life import make_life
from sandbox.microsoft.server import Running, serve
from sandbox.microsoft.world import Account, Microsoft
from tests.sandbox.microsoft.csdl import Seen, Types

FULL = ("User.Read", "Mail.Read", "Calendars.Read", "Contacts.Read")


class Reader:
    """Asks the served world as a client with a token does."""

    def __init__(self, microsoft: Microsoft, running: Running, scopes: tuple[str, ...]) -> None:
        self.microsoft, self.account = microsoft, microsoft.only()
        grant = microsoft.grant(self.account, scopes)
        microsoft.authorization.access[f"token-{scopes}"] = (grant, 1e12)
        self._token, self._root = f"token-{scopes}", f"{running.url}/v1.0"
        self._trusted = ssl.create_default_context(cafile=running.ca_file)

    def get(self, path: str, prefer: str = 'IdType="ImmutableId", odata.maxpagesize=500') -> dict[str, Any]:
        url = path if path.startswith("https") else f"{self._root}/{path}"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self._token}", "Prefer": prefer})
        with urllib.request.urlopen(request, context=self._trusted) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def all(self, path: str, **more: Any) -> list[dict[str, Any]]:
        """Every object of a listing, to its end."""
        values: list[dict[str, Any]] = []
        while path:
            page = self.get(path, **more)
            values += page["value"]
            path = page.get("@odata.nextLink", "")
        return values


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Microsoft, Running]]:
    microsoft = Microsoft()
    account = microsoft.add_life(make_life(1))
    _complete(account)
    with serve(microsoft, tmp_path_factory.mktemp("tls")) as running:
        yield microsoft, running


def _complete(account: Account) -> None:
    """Whatever the life has none of."""
    boss, ann = "boss@work.example", account.address
    box = {"emailAddress": {"name": "Boss", "address": boss}}
    account.mailbox.deliver(
        [("From", boss), ("To", ann), ("Cc", ann), ("Bcc", ann), ("Reply-To", boss), ("Subject", "All of it"),
         ("Message-ID", "<all@work.example>")], categories=["Choir"],
    )  # fmt: skip
    account.mailbox.add_folder("Inner", "archive")
    account.mailbox.save_draft([("From", ann), ("Subject", "Draft")])
    account.calendars.put("Away", "2026-03-05T00:00:00+00:00", 1440, all_day=True, organizer=box, isCancelled=True)
    account.contacts.add(
        "Ewa Maria Kamińska", ["ewa@x.example"], account.contacts.add_folder("Choir"), categories=["Choir"],
        middleName="Maria", title="Dr", generation="II", nickName="Ewka", department="Stage", spouseName="Jan",
        homePhones=["+48 1"], businessPhones=["+48 2"], mobilePhone="+48 3", companyName="Lutnia", jobTitle="Conductor",
    )  # fmt: skip


@pytest.fixture
def types(contracts: Path) -> Types:
    return Types(json.loads((contracts / "graph_types.json").read_text()))


def test_every_message_folder_event_calendar_and_contact_has_graphs_own_shape(
    served: tuple[Microsoft, Running], types: Types
) -> None:
    for scopes in (ASKED, FULL):
        reader = Reader(*served, scopes)
        found = _everything(reader)
        for kind, values in found.items():
            assert values, kind
            wrong = [problem for value in values for problem in types.check(kind, value)]
            assert wrong == [], kind


def _everything(reader: Reader) -> dict[str, list[dict[str, Any]]]:
    folders = reader.all("me/mailFolders?$top=3")
    messages = [
        one for folder in folders
        for one in reader.all(f"me/mailFolders/{folder['id']}/messages/delta?$select={message.FIELDS},"
                              f"{message.HEADERS},body,bodyPreview,webLink,inferenceClassification")
    ]  # fmt: skip
    calendars = reader.all("me/calendars")
    window = "startDateTime=2026-01-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z"
    events = [one for each in calendars for one in reader.all(f"me/calendars/{each['id']}/calendarView/delta?{window}")]
    masters = [one["id"] for one in events if one.get("type") == "seriesMaster"]
    events += [one for id in masters[:5] for one in reader.all(f"me/events/{id}/instances?{window}")]
    shelves = [{"id": "contacts"}, *reader.all("me/contactFolders")]
    contacts = [one for each in shelves for one in reader.all(f"me/contactFolders/{each['id']}/contacts/delta")]
    return {
        "mailFolder": folders, "message": messages, "calendar": calendars, "event": events, "contact": contacts,
        "contactFolder": shelves[1:], "user": [reader.get("me")],
    }  # fmt: skip


def test_every_field_that_is_read_was_seen_in_some_answer(served: tuple[Microsoft, Running]) -> None:
    found = _everything(Reader(*served, ASKED))
    seen = {kind: Seen() for kind in found}
    for kind, values in found.items():
        for value in values:
            seen[kind].add(value)
    mail = (message.HEADERS, "from.emailAddress.name", "from.emailAddress.address", "internetMessageHeaders.value")
    assert seen["message"].missing(message.FIELDS, mail) == []
    inside = ("start.dateTime", "start.timeZone", "attendees.status.response", "attendees.type", "location.displayName",
              "responseStatus.response", "organizer.emailAddress.address")  # fmt: skip
    assert seen["event"].missing(event.FIELDS, inside) == []
    assert seen["contact"].missing(contact_card.FIELDS, ("emailAddresses.address",)) == []
    assert seen["user"].missing("mail,userPrincipalName,proxyAddresses") == []
    assert seen["mailFolder"].missing("id,displayName,parentFolderId,childFolderCount,totalItemCount") == []
    assert seen["calendar"].missing("id,name,owner,isDefaultCalendar,canEdit", ("owner.address",)) == []


def test_the_basic_permissions_leave_every_body_out(served: tuple[Microsoft, Running]) -> None:
    basic, full = (_everything(Reader(*served, scopes)) for scopes in (ASKED, FULL))
    for kind in ("message", "event"):
        assert not [one for one in basic[kind] if {"body", "bodyPreview", "uniqueBody"} & one.keys()]
        assert [one for one in full[kind] if "body" in one]


def test_the_check_itself_finds_what_is_wrong(types: Types) -> None:
    assert (
        types.check("message", {"id": "x", "subject": None, "@odata.etag": "y", "@removed": {"reason": "deleted"}})
        == []
    )
    for value, why in (
        ({"id": "x", "colour": "red"}, "no such property"), ({"id": 7}, "is no Edm.String"), ({"id": None}, "is null"),
        ({"id": "x", "importance": "huge"}, "is none of"), ({"id": "x", "receivedDateTime": "today"}, "DateTimeOffset"),
        ({"id": "x", "from": {"emailAddress": {"mail": "a@b"}}}, "$.from.emailAddress.mail"),
        ({"id": "x", "categories": "red"}, "is no list"),
    ):  # fmt: skip
        [problem] = types.check("message", value)
        assert why in problem


def test_the_documented_delta_round_reads_as_documented(contracts: Path) -> None:
    import msgspec

    from connectors.microsoft.delta import Position, Step
    from connectors.microsoft.mail import _items

    rounds = json.loads((contracts / "graph_delta_messages.json").read_text())["rounds"]
    values = [msgspec.Raw(json.dumps(one).encode()) for one in rounds[-1]["value"]]
    items = _items(Step(values, Position(), first=False, complete=False, full=False, news=True), ("INBOX",))
    by_id = {one.id: one for one in items}
    assert type(by_id["AAMkADk0MGFkODE3LWE4MmYtNDRhOS0Dh_6qB-pB2Sa2pUum19a6YAAKnLuxoAAA="]).__name__ == "Gone"
    kept = by_id["AAMkADNkNAAASq35xAAA="]
    assert (type(kept).__name__, getattr(kept, "subject", "")) == ("Email", "Holiday hours update")
    listed = [id for one in rounds[:3] for id in one["ids"]]
    assert len(set(listed)) == 5
