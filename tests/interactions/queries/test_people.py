"""Persons: clusters of addresses with what passed between them and the owner."""

from __future__ import annotations

from interactions.items import Mailbox
from interactions.queries.people import named, people
from interactions.store import accounts
from interactions.store.database import Database
from tests.interactions.queries.story import ANNA, ANNA_WORK, ME, Story, ago, card, kept, mail, now, tell


def test_addresses_on_one_card_are_one_person_with_one_count(db: Database) -> None:
    story = tell(db)
    found = people(db, story.owner_id, "", now())
    assert [person.name for person in found.people] == ["Борис Ёлкин", "Anna Berg-Sørensen", "Never Written"]
    anna = found.people[1]
    assert anna.addresses == tuple(sorted([ANNA.address, ANNA_WORK.address], key=anna.addresses.index))
    assert set(anna.addresses) == {ANNA.address, ANNA_WORK.address}
    assert (anna.total, anna.inward, anna.outward, anna.both) == (4, 2, 1, 1)
    assert anna.kinds == {"email": 3, "meeting": 1}
    assert anna.first_at == int(ago(days=30).timestamp())
    assert anna.last_at == int(ago(days=2).timestamp())
    assert anna.in_book
    assert not found.people[0].in_book


def test_somebody_on_a_card_is_there_before_anything_happened(db: Database) -> None:
    story = tell(db)
    never = people(db, story.owner_id, "never", now()).people[0]
    assert (never.total, never.last_at, never.in_book) == (0, None, True)


def test_the_owner_is_nobodys_contact_even_on_a_card_of_their_own(db: Database) -> None:
    story = Story(db)
    story.judge((card(1, "Me Myself", ME), kept("in")))
    assert people(db, story.owner_id, "", now()).total == 0


def test_a_name_that_is_only_the_address_again_is_no_name(db: Database) -> None:
    story = Story(db)
    noisy = Mailbox("x@y.example", "x@y.example")
    quoted = Mailbox("q@y.example", "'Quoted Person'")
    story.judge(
        (mail(1, noisy, [Mailbox(ME)], "a", ago(days=1)), kept("in", (noisy, "from"))),
        (mail(2, quoted, [Mailbox(ME)], "b", ago(days=2)), kept("in", (quoted, "from"))),
    )
    assert [person.name for person in people(db, story.owner_id, "", now()).people] == ["x@y.example", "Quoted Person"]


def test_a_whole_name_or_address_is_one_person_a_part_may_be_several(db: Database) -> None:
    story = tell(db)
    owner = story.owner_id
    assert [one.name for one in named(db, owner, "anna berg-sørensen", now()).people] == ["Anna Berg-Sørensen"]
    assert [one.name for one in named(db, owner, ANNA_WORK.address.upper(), now()).people] == ["Anna Berg-Sørensen"]
    assert named(db, owner, "example", now()).total == 3
    assert named(db, owner, "nobody at all", now()).people == ()


def test_pages_of_people_join(db: Database) -> None:
    story = tell(db)
    owner = story.owner_id
    parts = [people(db, owner, "", now(), limit=2, offset=start).people for start in (0, 2)]
    assert [one.id for part in parts for one in part] == [one.id for one in people(db, owner, "", now()).people]


def test_planned_meetings_do_not_count_yet(db: Database) -> None:
    story = tell(db)
    anna = named(db, story.owner_id, "anna", now()).people[0]
    assert anna.kinds["meeting"] == 1
    assert named(db, story.owner_id, "anna", now() + 30 * 86_400).people[0].kinds["meeting"] == 2


def test_persons_belong_to_one_owner(db: Database) -> None:
    tell(db)
    assert people(db, accounts.owner(db, "other"), "", now()).total == 0
