"""Contact folders of a Microsoft account, as vCards (learn.microsoft.com/graph/api/contact-delta)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from interactions.items import Contact
from interactions.store.database import Database
from sandbox.microsoft.world import Microsoft
from sandbox.model import CANARY
from tests.workers.microsoft import CONTACTS, MicrosoftWorld, world


@pytest.fixture
def here(db: Database, tmp_path: Path, redis_url: str) -> Iterator[MicrosoftWorld]:
    with world(db, tmp_path, redis_url, page_items=3) as made:
        yield made


def test_every_contact_of_every_folder_is_a_card(here: MicrosoftWorld) -> None:
    contacts = here.account.contacts
    for number in range(8):
        contacts.add(f"Person {number}", [f"p{number}@x.example"])
    inner = contacts.add_folder("Inner", contacts.add_folder("Outer"))
    deep = contacts.add("Deep Down", ["deep@x.example"], inner)
    here.pull(CONTACTS)
    assert here.live(CONTACTS) == set(contacts.live())
    assert deep in here.live(CONTACTS)


def test_a_card_holds_what_may_be_known_and_nothing_else(here: MicrosoftWorld) -> None:
    id = here.account.contacts.add(
        "Ewa Kamińska", ["ewa@x.example", "/O=EXCHANGELABS/CN=EWA"], categories=["Choir", "Garden"],
        givenName="Ewa", surname="Kamińska; jr", nickName="Ewka", mobilePhone="+48 600 000 000", companyName="Lutnia",
        jobTitle="Conductor", spouseName="Jan", businessPhones=["+48 22 000"],
    )  # fmt: skip
    here.pull(CONTACTS)
    card = here.item(id)
    assert isinstance(card, Contact)
    lines = {(line[0], str(line[3])) for line in card.card}
    assert ("email", "ewa@x.example") in lines
    assert card.emails() == ("ewa@x.example",)
    assert {value for line in card.card if line[0] == "categories" for value in line[3:]} == {"Choir", "Garden"}
    assert ("n", "['Kamińska; jr', 'Ewa', '', '', '']") in lines
    assert ("related", "Jan") in lines
    assert {name for name, _ in lines} <= {
        "uid", "fn", "n", "nickname", "email", "tel", "org", "title", "categories", "related", "rev"
    }  # fmt: skip
    assert CANARY not in str(card)
    asked = " ".join(str(line.query) for line in here.microsoft.recording.copy())
    assert not [word for word in ("personalNotes", "birthday", "children", "photo", "homeAddress") if word in asked]


def test_contacts_that_change_move_and_go_are_followed(here: MicrosoftWorld) -> None:
    contacts = here.account.contacts
    folder = contacts.add_folder("Choir")
    one, two = contacts.add("Ewa", ["ewa@x.example"]), contacts.add("Bo", ["bo@x.example"])
    here.pull(CONTACTS)
    contacts.add("Ewa K", ["ewa@x.example"], id=one)
    contacts.move(two, folder)
    here.look(CONTACTS)
    card = here.item(one)
    assert isinstance(card, Contact)
    assert card.name() == "Ewa K"
    assert here.live(CONTACTS) == {one, two}
    contacts.delete(two)
    here.look(CONTACTS)
    assert here.live(CONTACTS) == {one}


@pytest.mark.parametrize("kind", ["expired", "resync", "500", "truncated"])
def test_whatever_is_answered_the_address_book_is_whole_in_the_end(here: MicrosoftWorld, kind: str) -> None:
    contacts = here.account.contacts
    for number in range(8):
        contacts.add(f"Person {number}", [f"p{number}@x.example"])
    here.microsoft.faults.add(kind, "graph.contacts", after=1, count=1)
    here.pull(CONTACTS, until_rest=False)
    here.look(CONTACTS)
    assert here.live(CONTACTS) == set(contacts.live())
    assert here.microsoft.faults.done == {kind: 1}


def test_an_empty_account_is_up_to_date(db: Database, tmp_path: Path, redis_url: str) -> None:
    with world(db, tmp_path, redis_url, Microsoft()) as here:
        here.pull()
        for name in ("microsoft.mail", "microsoft.calendar", "microsoft.contacts"):
            assert here.stream(name).sentence == "up to date"
