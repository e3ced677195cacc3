"""The owner's circles: told by cards, lists and series, found in who is seen with whom, and by their own word."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from interactions.errors import UsageProblem
from interactions.items import Attendee, Event, Mailbox
from interactions.queries.bridges import bridges
from interactions.queries.circles import Circle, Part, circles_of
from interactions.queries.language import parse
from interactions.queries.log import log
from interactions.store import circles, forget, ties, word
from interactions.store.corrections import CIRCLE, CIRCLE_NAME, NO_CIRCLE, Word
from interactions.store.database import Database
from tests.interactions.store.life import OWNER, START, card, mail
from tests.interactions.store.sources import Source, judge_all

AFTER = int((START + timedelta(days=60)).timestamp())
ADA, BO, CY, DAN, EVE = (
    Mailbox(f"{name.lower()}@{name.lower()}.example", name) for name in ("Ada", "Bo", "Cy", "Dan", "Eve")
)
HIKERS = (ADA, BO, CY)


def found(db: Database, source: Source, text: str = "") -> dict[str, Circle]:
    return {one.name: one for one in circles_of(db, source.owner_id, AFTER, text=text)}


def names(circle: Circle) -> list[str]:
    return [who.name for who in circle.members]


def weekly(title: str, guests: tuple[Mailbox, ...], *, count: int = 4, hosted: bool = True) -> Event:
    people = tuple(Attendee(one, "accepted") for one in (OWNER, *guests))
    return Event(
        title, title, START, START + timedelta(hours=1), summary=title, organizer=OWNER if hosted else guests[0],
        attendees=people, guests=len(people), rrule=f"FREQ=WEEKLY;COUNT={count}",
    )  # fmt: skip


def met_in_mail(source: Source) -> None:
    for hour, who in enumerate(HIKERS):
        others = [one for one in HIKERS if one != who]
        source.log(
            mail(f"i{hour}", who, [OWNER, *others], "Hike", hour),
            mail(f"o{hour}", OWNER, list(HIKERS), "Re: Hike", 20 + hour, answers=f"i{hour}"),
        )


def test_a_group_of_the_address_book_is_a_circle_with_those_who_write_no_mail(db: Database) -> None:
    source = Source(db, "google.contacts")
    source.log(
        card("1", "Ada", ADA.address, categories=["Choir", "myContacts"]),
        card("2", "Nobody Online", categories=["Choir"]),
    )
    circles.renew(db, source.owner_id)
    assert {name: names(one) for name, one in found(db, source).items()} == {"Choir": ["Ada", "Nobody Online"]}


def test_a_meeting_that_comes_again_is_a_circle_and_who_hosts_is_told(db: Database) -> None:
    source = Source(db, "google.calendar")
    source.log(weekly("Band", HIKERS), weekly("One to one", (DAN,)), weekly("Once more", (DAN, EVE, ADA), count=2))
    circles.renew(db, source.owner_id)
    band = found(db, source)["Band"]
    assert (names(band), band.kind, band.part) == (["Ada", "Bo", "Cy"], "series", Part(hosts=4))
    assert set(found(db, source)) == {"Band"}


def test_who_is_seen_together_is_asked_about_and_keeps_the_name_it_gets(db: Database) -> None:
    source = Source(db, "google.mail")
    met_in_mail(source)
    ties.settle(db)
    circles.renew(db, source.owner_id)
    [hikers] = circles_of(db, source.owner_id, AFTER)
    assert (hikers.name, names(hikers), hikers.part) == ("", ["Ada", "Bo", "Cy"], Part(answers=3, reads=3))
    word.circle(db, source.owner_id, [Word(CIRCLE_NAME, hikers.key, "Hikers")])
    source.log(mail("n", DAN, [OWNER, *HIKERS], "Me too", 60), mail("m", OWNER, [DAN, *HIKERS], "Re: Me too", 61))
    ties.settle(db)
    circles.renew(db, source.owner_id)
    assert names(found(db, source)["Hikers"]) == ["Ada", "Bo", "Cy", "Dan"]
    assert set(found(db, source, "hik")) == set(found(db, source, hikers.code)) == {"Hikers"}


def test_the_owners_word_stands_whatever_is_found_later(db: Database) -> None:
    source = Source(db, "google.contacts")
    source.log(card("1", "Ada", ADA.address, categories=["Choir"]), card("2", "Bo", BO.address, categories=["Choir"]))
    source.log(card("3", "Cy", CY.address))
    words = [Word(CIRCLE, f"group:choir|{CY.address}", "in"), Word(CIRCLE, f"group:choir|{BO.address}", "out")]
    word.circle(db, source.owner_id, [*words, Word(CIRCLE_NAME, "group:choir", "The choir")])
    for _ in range(2):
        circles.renew(db, source.owner_id)
        assert {name: names(one) for name, one in found(db, source).items()} == {"The choir": ["Ada", "Cy"]}
    word.circle(db, source.owner_id, [Word(CIRCLE_NAME, "group:choir", NO_CIRCLE)])
    assert found(db, source) == {}
    word.undo(db, source.owner_id)
    word.undo(db, source.owner_id)
    assert {name: names(one) for name, one in found(db, source).items()} == {"Choir": ["Ada", "Bo"]}


def test_who_is_forgotten_is_in_no_circle(db: Database) -> None:
    source = Source(db, "google.contacts")
    source.log(card("1", "Ada", ADA.address, categories=["Choir"]), card("2", "Bo", BO.address, categories=["Choir"]))
    word.circle(
        db, source.owner_id, [Word(CIRCLE, f"own:band|{ADA.address}", "in"), Word(CIRCLE_NAME, "own:band", "Band")]
    )
    circles.renew(db, source.owner_id)
    forget.forget(db, source.owner_id, [ADA.address], ["Ada"])
    judge_all(db)
    assert {name: names(one) for name, one in found(db, source).items()} == {"Choir": ["Bo"]}


def test_who_alone_links_the_owner_to_a_circle_is_a_bridge(db: Database) -> None:
    source = Source(db, "google.mail")
    Source(db, "google.contacts").log(*(card(one.name, one.name, one.address, categories=["Choir"]) for one in HIKERS))
    source.log(mail("1", ADA, [OWNER, BO, CY], "Rehearsal"), mail("2", OWNER, [ADA], "Re: Rehearsal", 1))
    ties.settle(db)
    circles.renew(db, source.owner_id)
    [bridge] = bridges(db, source.owner_id, AFTER)
    assert (bridge.who.name, bridge.circle, bridge.others) == ("Ada", "Choir", 2)
    assert [who.name for who in bridge.behind] == ["Bo", "Cy"]
    source.log(mail("3", BO, [OWNER], "By myself", 2))
    assert bridges(db, source.owner_id, AFTER) == []


def test_the_log_of_a_circle_is_what_anybody_in_it_had_a_part_in(db: Database) -> None:
    source = Source(db, "google.mail")
    Source(db, "google.contacts").log(card("1", "Ada", ADA.address, categories=["Choir"]))
    source.log(mail("1", ADA, [OWNER], "From Ada"), mail("2", DAN, [OWNER], "From Dan", 1))
    circles.renew(db, source.owner_id)

    def titles(query: str) -> list[str]:
        found = log(db, source.owner_id, parse(query, START, UTC), AFTER)
        return [one.title for one in found.entries]

    assert titles("circle:choir") == ["From Ada"]
    assert titles("-circle:choir") == ["From Dan"]
    assert titles("circle:choir with:dan") == []
    with pytest.raises(UsageProblem, match="No circle is called 'band'"):
        titles("circle:band")
