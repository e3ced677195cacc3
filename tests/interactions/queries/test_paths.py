"""Ways to somebody: through whoever was seen with them, whether by name, address, domain or company."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from interactions.items import Mailbox
from interactions.queries.paths import Ways, paths
from interactions.store import circles, ties
from interactions.store.database import Database
from tests.interactions.store.life import OWNER, START, card, mail
from tests.interactions.store.sources import Source

NOW = START + timedelta(days=60)
ADA, BO = Mailbox("ada@mill.example", "Ada Byron"), Mailbox("bo@garden.example", "Bo Dahl")
FAR, FARTHER = Mailbox("fay@faraway.example", "Fay Far"), Mailbox("gil@faraway.example", "Gil Far")
ALONE = Mailbox("lone@nowhere.example", "Lone One")


def told(db: Database) -> Source:
    source = Source(db, "google.mail")
    for hour, who in enumerate((ADA, BO)):
        source.log(mail(f"i{hour}", who, [OWNER], "Hello", hour), mail(f"o{hour}", OWNER, [who], "Re: Hello", hour + 9))
    source.log(
        mail("1", FAR, [OWNER, ADA], "To both", 20), mail("2", ADA, [OWNER, FAR], "Re: To both", 21),
        mail("3", BO, [OWNER, FAR, FARTHER], "All of us", 22), mail("4", ALONE, [OWNER], "Alone", 23),
    )  # fmt: skip
    Source(db, "google.contacts").log(card("c", "Bo Dahl", BO.address, categories=["Garden"]))
    ties.settle(db)
    circles.renew(db, source.owner_id)
    return source


def asked(db: Database, source: Source, text: str) -> Ways:
    return paths(db, source.owner_id, text, int(NOW.timestamp()), NOW.date())


@pytest.mark.parametrize("text", ["Fay Far", "fay", FAR.address, "FAY@faraway.example"])
def test_who_was_seen_with_them_is_a_way_the_likeliest_first(db: Database, text: str) -> None:
    found = asked(db, told(db), text)
    assert [who.name for who in found.targets] == ["Fay Far"]
    assert [(way.by.name, way.to.name, len(way.seen)) for way in found.ways] == [
        ("Ada Byron", "Fay Far", 2), ("Bo Dahl", "Fay Far", 1),
    ]  # fmt: skip
    assert (found.ways[0].title, found.ways[1].circles) == ("Re: To both", ("Garden",))
    assert found.known == ()


@pytest.mark.parametrize("text", ["faraway.example", "@faraway.example", "Faraway"])
def test_a_company_is_everybody_at_its_domain(db: Database, text: str) -> None:
    found = asked(db, told(db), text)
    assert {who.name for who in found.targets} == {"Fay Far", "Gil Far"}
    assert {way.by.name for way in found.ways} == {"Ada Byron", "Bo Dahl"}


def test_whom_the_owner_knows_is_said_and_nobody_leads_to_themselves(db: Database) -> None:
    found = asked(db, told(db), "Ada Byron")
    assert [who.name for who in found.known] == ["Ada Byron"]
    assert found.ways == ()


@pytest.mark.parametrize(("text", "targets"), [("Lone One", 1), ("somebody else", 0), ("nowhere.invalid", 0)])
def test_no_path_seen_is_no_path_made_up(db: Database, text: str, targets: int) -> None:
    found = asked(db, told(db), text)
    assert (len(found.targets), found.ways) == (targets, ())
    assert found.coverage.mail is not None
    assert found.coverage.meetings is None


def test_what_is_ahead_leads_nowhere_yet(db: Database) -> None:
    source = told(db)
    early = START - timedelta(days=1)
    assert paths(db, source.owner_id, "Fay Far", int(early.timestamp()), date(2026, 3, 1)).ways == ()
