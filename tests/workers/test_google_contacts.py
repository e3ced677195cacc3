"""Google's contacts read by sync token (People API, "Read and manage contacts"; RFC 6350)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from interactions.items import Contact
from interactions.store.database import Database
from tests.workers.google import World, world

PEOPLE = "google.contacts"
OTHERS = "google.other_contacts"


@pytest.fixture
def here(db: Database, tmp_path: Path, redis_url: str) -> Iterator[World]:
    with world(db, tmp_path, redis_url, google_people_requests_per_minute=10_000) as made:
        made.google.quota.rate = 100
        yield made


def add(here: World, number: int, **more: object) -> str:
    """A contact."""
    address = f"p{number}@people.example"
    return here.account.people.add(f"people/c{number}", f"Person {number}", [address], **more)  # type: ignore[arg-type]


def card(here: World, id: str) -> Contact:
    found = here.item(id)
    assert isinstance(found, Contact)
    return found


def facts(here: World) -> set[str]:
    """Addresses that stand in the address book."""
    with here.db.reading() as conn:
        rows = conn.execute(
            text("SELECT canonical FROM addresses JOIN facts ON facts.address_id = addresses.id WHERE facts.in_book")
        )
        return {row[0] for row in rows}


def test_a_contact_is_a_card_with_its_groups_and_without_notes_photos_and_birthdays(here: World) -> None:
    add(
        here, 1, groups=["Choir"], phones=["+49 40 1"], company="Sea; Ltd, “x”", title="Captain", nickname="Bo",
        partner="Carla", given="Boris", family="Berg",
    )  # fmt: skip
    here.pull(PEOPLE)
    found = card(here, "people/c1")
    lines = {line[0]: line[3:] for line in found.card}
    assert lines["fn"] == ("Person 1",)
    assert lines["n"] == (["Berg", "Boris", "", "", ""],)
    assert lines["email"] == ("p1@people.example",)
    assert lines["categories"] == ("Choir",)
    assert lines["org"] == (["Sea; Ltd, “x”", "Stage"],)
    assert lines["nickname"] == ("Bo",)
    assert lines["related"] == ("Carla",)
    assert {"note", "photo", "bday"}.isdisjoint(lines)
    assert "heliotrope" not in json.dumps(found.card)


def test_a_card_cannot_smuggle_properties_in(here: World) -> None:
    add(here, 1, nickname="x\r\nEMAIL:evil@x.example\nNOTE:y")
    here.pull(PEOPLE)
    assert card(here, "people/c1").emails() == ("p1@people.example",)


@pytest.mark.parametrize("status", [400, 410])
def test_an_expired_token_means_one_full_listing_and_no_loop(here: World, status: int) -> None:
    add(here, 1)
    add(here, 2)
    here.pull(PEOPLE)
    people = here.account.people
    people.expired_status = status
    del people.own.people["people/c2"], people.own.changed["people/c2"]
    add(here, 3)
    people.forget_sync_tokens()
    here.google.quota.reset()
    here.look(PEOPLE)
    assert here.live(PEOPLE) == {"people/c1", "people/c3"}
    assert here.google.quota.spent["people.connections"] == 2
    here.look(PEOPLE)
    assert here.google.quota.spent["people.connections"] == 3


def test_a_token_is_renewed_before_it_dies(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    add(here, 1)
    here.pull(PEOPLE)
    real = time.time()
    monkeypatch.setattr("connectors.google.contacts.time.time", lambda: real + 6.5 * 86_400)
    here.google.recording.clear()
    here.look(PEOPLE)
    [line] = [one for one in here.google.recording.copy() if one.path.endswith("/connections")]
    assert "syncToken" not in line.query


def test_a_refusal_of_the_first_page_waits_for_minutes(here: World) -> None:
    add(here, 1)
    here.google.faults.add("rate.quota", "people.connections", count=1)
    here.pull(PEOPLE, until_rest=False)
    row = here.stream(PEOPLE)
    assert row.state == "waiting"
    with here.db.reading() as conn:
        wait = (
            conn.execute(text("SELECT due_at FROM streams WHERE name = 'google.contacts'")).scalar_one() - time.time()
        )
    assert wait > 240
    here.context.__dict__["ledger"]._accounts.clear()
    here.look(PEOPLE)
    assert here.live(PEOPLE) == {"people/c1"}


def test_a_renamed_contact_is_one_and_a_deleted_one_none(here: World) -> None:
    add(here, 1)
    add(here, 2)
    here.pull(PEOPLE)
    here.account.people.rename("people/c1", "people/c77")
    here.account.people.delete("people/c2")
    here.look(PEOPLE)
    assert here.live(PEOPLE) == {"people/c77"}
    assert facts(here) == {"p1@people.example"}


def test_a_contact_with_more_than_a_hundred_addresses_is_whole(here: World) -> None:
    many = [f"a{number}@people.example" for number in range(130)]
    here.account.people.add("people/c1", "Many", many)
    here.pull(PEOPLE)
    assert list(card(here, "people/c1").emails()) == many
    assert here.google.quota.spent["people.get"] == 1


def test_a_renamed_group_is_renamed_on_its_cards(here: World) -> None:
    add(here, 1, groups=["Choir"])
    here.pull(PEOPLE)
    here.account.people.rename_group("Choir", "Chorus")
    here.look(PEOPLE)
    assert ("categories", {}, "text", "Chorus") in card(here, "people/c1").card


def test_other_contacts_give_names_and_no_place_in_the_address_book(here: World) -> None:
    here.account.people.add_other("otherContacts/c9", "Odo Other", ["odo@people.example"])
    add(here, 1)
    here.pull()
    assert card(here, "otherContacts/c9").trust == "other"
    assert facts(here) == {"p1@people.example"}
    here.account.people.delete("otherContacts/c9")
    here.look(OTHERS)
    assert here.live(OTHERS) == set()


def test_many_pages_are_one_listing(db: Database, tmp_path: Path, redis_url: str) -> None:
    with world(db, tmp_path, redis_url, page_items=4) as here:
        for number in range(11):
            add(here, number)
        here.pull(PEOPLE)
        assert len(here.live(PEOPLE)) == 11


def test_somebody_in_no_known_form_is_set_aside(here: World) -> None:
    add(here, 1)
    here.account.people.own.people["people/c1"]["names"] = "Bo"
    add(here, 2)
    here.pull(PEOPLE)
    assert sorted(here.states(PEOPLE).values()) == ["kept", "quarantined"]


def test_a_quiet_address_book_is_two_requests(here: World) -> None:
    add(here, 1)
    here.pull(PEOPLE)
    here.google.quota.reset()
    here.look(PEOPLE)
    assert dict(here.google.quota.spent) == {"people.groups": 1, "people.connections": 1}
