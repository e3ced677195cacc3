"""Persons: clusters of addresses with what passed between them and the owner."""

from __future__ import annotations

from interactions.items import Contact, Mailbox
from interactions.queries.people import named, people
from interactions.store import accounts
from interactions.store.database import Database
from interactions.verdict import Verdict
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


HOME, MOBILE = "+49 30 9018 2711", "+49 171 1234567"
ROSA, HENK = "rosa@lind.example", "henk@smit.example"


def reached(number: int, name: str, *by: str) -> Contact:
    """A card with mail addresses and telephone numbers."""
    lines = [("email" if "@" in one else "tel", {}, "text", one) for one in by]
    return Contact(id=f"p{number}", card=(("fn", {}, "text", name), *lines))


def listed(db: Database, *cards: Contact) -> list[tuple[str, tuple[str, ...]]]:
    """Everybody in an address book of these cards: name and addresses."""
    story = Story(db)
    story.judge(*((one, Verdict(True, "contact", "contact.card")) for one in cards))
    found = people(db, story.owner_id, "", now())
    assert found.total == len(found.people)
    return sorted((one.name, tuple(sorted(one.addresses))) for one in found.people)


def test_a_number_that_two_people_share_is_no_third_and_does_not_make_them_one(db: Database) -> None:
    cards = reached(1, "Rosa Lindqvist", HOME, ROSA), reached(2, "Henk de Boer", HOME, HENK)
    assert listed(db, *cards) == [("Henk de Boer", (HENK,)), ("Rosa Lindqvist", (ROSA,))]
    owner = Story(db).owner_id
    assert [one.addresses for one in named(db, owner, "rosa", now()).people] == [(ROSA,)]
    assert {one.addresses for one in named(db, owner, "+493090182711", now()).people} == {(ROSA,), (HENK,)}
    assert {one.addresses for one in named(db, owner, "+4930 9018", now()).people} == {(ROSA,), (HENK,)}


def test_somebody_who_has_nothing_but_a_shared_number_is_there_with_it_under_their_own_name(db: Database) -> None:
    cards = reached(1, "Rosa Lindqvist", HOME, ROSA), reached(2, "Henk Smit", HOME)
    assert listed(db, *cards) == [("Henk Smit", ("tel:+493090182711",)), ("Rosa Lindqvist", (ROSA,))]


def test_no_one_is_lost_who_shares_every_number_they_have(db: Database) -> None:
    cards = reached(1, "Rosa Lindqvist", HOME, MOBILE), reached(2, "Henk Smit", HOME, MOBILE)
    assert {address for _, several in listed(db, *cards) for address in several} == {
        "tel:+493090182711",
        "tel:+491711234567",
    }


def test_a_number_that_only_one_person_has_stays_theirs(db: Database) -> None:
    cards = (
        reached(1, "Rosa Lindqvist", HOME, MOBILE, ROSA),
        reached(2, "rosa  lindqvist", MOBILE, "rosa@work.example"),
        reached(3, "Henk Smit", HOME, HENK),
    )
    assert listed(db, *cards) == [
        ("Henk Smit", (HENK,)),
        ("Rosa Lindqvist", (ROSA, "rosa@work.example", "tel:+491711234567")),
    ]
