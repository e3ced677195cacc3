"""The owner's word: kept, exact, undoable, and stronger than anything that is judged again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from interactions.items import Contact, Event, Mailbox
from interactions.queries.people import people
from interactions.queries.suggestions import Asked, asked
from interactions.schema import addresses, interactions
from interactions.store import accounts, corrections, forget, identity, own, quarantine, traces, word
from interactions.store.database import Database
from interactions.store.notes import Note
from interactions.word import item_target
from tests.interactions.store.life import ANNA, ANNA_WORK, BORIS, CARLA, OWNER, START, card, mail
from tests.interactions.store.sources import Source, judge_all
from tests.torture.dump import dump

WANDA = Mailbox("wanda@x.example", "Wanda Werner")


def lived(db: Database) -> Source:
    """Letters to and from four people, and a card."""
    source = Source(db, "google.mail")
    source.log(
        mail("1", ANNA, [OWNER], "Sunday?"),
        mail("2", OWNER, [ANNA], "Re: Sunday?", 1),
        mail("3", BORIS, [OWNER], "Tomatoes", 2),
        mail("4", CARLA, [OWNER, ANNA], "The sea", 3),
        mail("5", OWNER, [WANDA, BORIS], "Seeds", 4),
        mail("6", ANNA_WORK, [OWNER], "From the office", 5),
    )
    return source


def named(db: Database, owner_id: int) -> list[tuple[str, ...]]:
    return sorted(one.addresses for one in people(db, owner_id, "", 2_000_000_000).people)


def meetings_asked(db: Database, owner_id: int) -> list[Asked]:
    return [one for one in asked(db, owner_id) if one.kind == "meeting"]


def numbered(db: Database) -> list[tuple[int, str]]:
    with db.reading() as conn:
        rows = conn.execute(select(interactions.c.id, interactions.c.key).order_by(interactions.c.id))
        return [(row[0], row[1]) for row in rows]


def spelled(db: Database) -> set[str]:
    with db.reading() as conn:
        return set(conn.execute(select(addresses.c.canonical)).scalars())


def known(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """Everything, without addresses of which nothing is known."""
    found = dump(db)
    return {**found, "facts": [row for row in found["facts"] if any(row[1:])]}


def entry(key: str, title: str, days: int = 0) -> Event:
    return Event(key, key, START + timedelta(days=days), START + timedelta(days=days, hours=1), summary=title)


def test_a_merge_and_a_split_are_exact_and_each_is_taken_back_alone(db: Database) -> None:
    source = lived(db)
    before = dump(db)
    word.merge(db, source.owner_id, [[ANNA.address], [BORIS.address], [WANDA.address]])
    merged = dump(db)
    assert merged["people"] == [tuple(sorted([ANNA.address, BORIS.address, WANDA.address]))]
    word.split(db, source.owner_id, [ANNA.address, BORIS.address], [WANDA.address])
    assert dump(db)["people"] == [tuple(sorted([ANNA.address, BORIS.address]))]
    word.undo(db, source.owner_id)
    assert dump(db) == merged
    word.undo(db, source.owner_id)
    assert dump(db) == before
    assert word.undo(db, source.owner_id).words == ()


def test_the_rest_of_a_person_stays_one_whichever_address_is_taken_away(db: Database) -> None:
    source = Source(db, "google.contacts")
    a1, a2, a3, c1, c2 = (f"{one}@x.example" for one in ("a1", "a2", "a3", "c1", "c2"))
    source.log(card("a", "Ann Ash", a1, a2, a3), card("c", "Cora Cole", c1, c2))
    word.split(db, source.owner_id, [a2, a3], [a1])
    assert dump(db)["people"] == [(a2, a3), (c1, c2)]
    word.undo(db, source.owner_id)
    word.merge(db, source.owner_id, [[a1, a2, a3], [c1, c2]])
    word.split(db, source.owner_id, [a2, a3, c1, c2], [a1])
    assert dump(db)["people"] == [(a2, a3, c1, c2)]
    word.split(db, source.owner_id, [a3, c2], [a2, c1])
    assert dump(db)["people"] == [(a2, c1), (a3, c2)]
    for _ in range(3):
        word.undo(db, source.owner_id)
    assert dump(db)["people"] == [(a1, a2, a3), (c1, c2)]


def test_whom_only_the_address_that_goes_held_together_stays_one(db: Database) -> None:
    source = lived(db)
    for one in (ANNA, WANDA):
        word.answer(db, source.owner_id, [("|".join(sorted((BORIS.address, one.address))), "same")], [])
    word.split(db, source.owner_id, [ANNA.address, WANDA.address], [BORIS.address])
    assert dump(db)["people"] == [tuple(sorted((ANNA.address, WANDA.address)))]


def test_what_was_split_stays_apart_whatever_a_card_says(db: Database) -> None:
    source = lived(db)
    word.split(db, source.owner_id, [ANNA.address], [ANNA_WORK.address])
    Source(db, "google.contacts").log(card("c", "Anna Berg", ANNA.address, ANNA_WORK.address))
    assert dump(db)["people"] == []
    word.merge(db, source.owner_id, [[ANNA.address], [ANNA_WORK.address]])
    assert dump(db)["people"] == [tuple(sorted([ANNA.address, ANNA_WORK.address]))]


def test_a_word_on_an_address_or_a_mail_survives_judging_again_and_leaves_no_trace_when_taken_back(
    db: Database,
) -> None:
    source = lived(db)
    before, numbers = dump(db), numbered(db)
    word.mark_address(db, source.owner_id, BORIS.address, "noise")
    word.mark_item(db, source.owner_id, item_target(mail("4", CARLA, [OWNER, ANNA], "The sea", 3)), "noise")
    judge_all(db)
    said = dump(db)
    titles = {row[6] for row in said["interactions"]}
    assert titles == {"Sunday?", "Re: Sunday?", "Seeds", "From the office"}
    assert BORIS.address not in {row[1] for row in said["participants"]}
    quarantine.rejudge(db, source.owner_id)
    judge_all(db)
    assert dump(db)["interactions"] == said["interactions"]
    for _ in range(2):
        word.undo(db, source.owner_id)
        judge_all(db)
    for table in ("interactions", "participants", "people"):
        assert dump(db)[table] == before[table]
    assert numbered(db) == numbers, "the number of each is its own for good"


def test_an_own_address_more_or_less_is_taken_back_exactly(db: Database) -> None:
    source = lived(db)
    archive = Source(db, "file.mbox")
    archive.log(mail("h7", WANDA, [CARLA], "From the folder Sent", 7, labels=["SENT"]))
    identity.relink(db, source.owner_id)
    before = known(db)
    for value in (own.MINE, own.NOT_MINE):
        assert word.mine(db, source.owner_id, [WANDA.address], value) == [WANDA.address]
        judge_all(db)
        identity.relink(db, source.owner_id)
        assert (known(db) == before) is (value == own.NOT_MINE)
    assert accounts.add_own(db, source.owner_id, [WANDA.address]) == frozenset(), "their word stands above"
    for _ in range(2):
        word.undo(db, source.owner_id)
        judge_all(db)
        identity.relink(db, source.owner_id)
    assert known(db) == before


def test_a_number_is_never_given_to_another_interaction(db: Database) -> None:
    source = lived(db)
    before = numbered(db)
    last = next(key for id, key in before if id == max(one for one, _ in before))
    word.mark_address(db, source.owner_id, ANNA_WORK.address, "noise")
    judge_all(db)
    assert last not in {key for _, key in numbered(db)}, "the newest is what left"
    source.log(mail("7", BORIS, [OWNER], "Later", 9))
    assert {id for id, _ in numbered(db)} > {id for id, key in before if key != last}
    assert max(id for id, _ in numbered(db)) > max(id for id, _ in before)
    word.undo(db, source.owner_id)
    judge_all(db)
    assert set(before) < set(numbered(db))


def test_a_talk_with_somebody_new_leaves_no_trace_when_taken_back(db: Database) -> None:
    source = lived(db)
    identity.relink(db, source.owner_id)
    before, known = dump(db), spelled(db)
    word.note(db, source.owner_id, Note("talked", "name:new one", "New One", 1_772_000_000, False))
    assert "name:new one" in spelled(db)
    word.undo(db, source.owner_id)
    assert spelled(db) == known
    assert dump(db) == before


def test_several_answers_at_once_are_taken_back_at_once(db: Database) -> None:
    source = lived(db)
    before = dump(db)
    pair = "|".join(sorted((ANNA.address, BORIS.address)))
    word.answer(db, source.owner_id, [(pair, "same")], [("supper", [WANDA])])
    assert dump(db)["people"]
    assert {one.word.kind for one in word.undo(db, source.owner_id).words} == {"pair", "title"}
    assert dump(db) == before
    assert word.undo(db, source.owner_id).words == ()


def test_the_talk_over_the_fence_is_in_the_log_and_its_people_need_no_address(db: Database) -> None:
    source = lived(db)
    word.note(db, source.owner_id, Note("talked", "name:ilse brandt", "Ilse Brandt", 1_772_000_000, False))
    word.note(db, source.owner_id, Note("met", ANNA.address, ANNA.name, 1_772_100_000, True))
    rows = {(row[1], row[7]) for row in dump(db)["interactions"] if row[7].startswith("owner.")}
    assert rows == {("note", "owner.talked"), ("meeting", "owner.met")}
    [ilse] = people(db, source.owner_id, "Ilse", 2_000_000_000).people
    assert (ilse.name, ilse.total, ilse.both) == ("Ilse Brandt", 1, 1)
    word.undo(db, source.owner_id)
    word.undo(db, source.owner_id)
    assert not any(row[7].startswith("owner.") for row in dump(db)["interactions"])


def test_muted_people_are_left_out_and_those_at_rest_are_asked_about_no_more(db: Database) -> None:
    source = lived(db)
    word.leave_out(db, source.owner_id, corrections.MUTE, [BORIS.address])
    shown = people(db, source.owner_id, "", 2_000_000_000, muted=False)
    assert (BORIS.address,) not in {one.addresses for one in shown.people}
    assert shown.muted == 1
    assert (BORIS.address,) in named(db, source.owner_id)


def test_cards_without_an_address_are_people_and_one_number_is_one(db: Database) -> None:
    source = Source(db, "google.contacts")
    lines = (("fn", {}, "text", "Ilse Brandt"), ("tel", {}, "text", "+49 30 1234567"))
    other = (("fn", {}, "text", "Ilse Brandt"), ("tel", {}, "text", "+49 (0)30 / 123 45 67"))
    source.log(Contact("1", lines), Contact("2", other), Contact("3", (("fn", {}, "text", "Otto Ohne"),)))
    found = people(db, source.owner_id, "", 0).people
    assert sorted((one.name, one.addresses) for one in found) == [
        ("Ilse Brandt", ("tel:+49301234567",)),
        ("Otto Ohne", ("card:3",)),
    ]


def test_offices_lists_and_programs_are_nobody_unless_the_owner_keeps_them(db: Database) -> None:
    source = lived(db)
    office = Mailbox("info@florist.example", "Flowers")
    source.log(mail("7", OWNER, [office], "Tulips", 6))
    assert not any("info@florist.example" in one for one in named(db, source.owner_id))
    word.mark_address(db, source.owner_id, office.address, "person")
    judge_all(db)
    assert ("info@florist.example",) in named(db, source.owner_id)


def test_entries_become_meetings_by_one_answer_and_stay_so_for_what_comes(db: Database) -> None:
    source = lived(db)
    Source(db, "google.contacts").log(card("c", "Wanda Werner", WANDA.address))
    calendar = Source(db, "google.calendar")
    calendar.log(entry("e1", "Coffee with Wanda"), entry("e2", "Coffee with Wanda", 7), entry("e3", "Dentist", 1))
    [question] = meetings_asked(db, source.owner_id)
    assert (question.kind, question.times, question.mailboxes[0].address) == ("meeting", 2, WANDA.address)
    word.settle_title(db, source.owner_id, [(question.target, question.mailboxes)])
    judge_all(db)
    calendar.log(entry("e4", "coffee with WANDA", 14))
    met = [row for row in dump(db)["interactions"] if row[7] == "calendar.from_title"]
    assert len(met) == 3
    assert meetings_asked(db, source.owner_id) == []
    word.undo(db, source.owner_id)
    judge_all(db)
    assert not [row for row in dump(db)["interactions"] if row[7] == "calendar.from_title"]
    word.settle_title(db, source.owner_id, [(question.target, ())])
    judge_all(db)
    assert meetings_asked(db, source.owner_id) == []


@pytest.mark.parametrize("kind", [corrections.REST, corrections.MUTE])
def test_nobody_is_asked_about_an_entry_that_also_names_somebody_at_rest(db: Database, kind: str) -> None:
    source = lived(db)
    Source(db, "google.contacts").log(card("c", "Wanda Werner", WANDA.address), card("b", "Boris Beet", BORIS.address))
    Source(db, "google.calendar").log(entry("e1", "Coffee with Wanda and Boris"), entry("e2", "Coffee with Wanda", 1))
    assert {one.title for one in meetings_asked(db, source.owner_id)} == {
        "Coffee with Wanda and Boris", "Coffee with Wanda"
    }  # fmt: skip
    word.leave_out(db, source.owner_id, kind, [BORIS.address])
    for _ in range(2):
        assert {one.title for one in meetings_asked(db, source.owner_id)} == {"Coffee with Wanda"}
        identity.relink(db, source.owner_id)
    word.undo(db, source.owner_id)
    identity.relink(db, source.owner_id)
    assert len(meetings_asked(db, source.owner_id)) == 2


def test_a_number_that_two_share_is_nobody_an_entry_could_mean(db: Database) -> None:
    book, calendar = Source(db, "google.contacts"), Source(db, "google.calendar")
    for number, (name, address) in enumerate([("Wanda Werner", WANDA.address), ("Otto Ohne", "otto@x.example")]):
        lines = [("fn", {}, "text", name), ("email", {}, "text", address), ("tel", {}, "text", "+49 30 1234567")]
        book.log(Contact(str(number), tuple(lines)))
    calendar.log(entry("e1", "Coffee with Wanda"))
    assert [question.mailboxes[0].address for question in meetings_asked(db, book.owner_id)] == [WANDA.address]


def test_a_full_name_counts_from_the_moment_its_card_is_there_until_it_goes(db: Database) -> None:
    calendar, book = Source(db, "google.calendar"), Source(db, "google.contacts")
    calendar.log(entry("e1", "Walk with Wanda Werner"))
    assert dump(db)["interactions"] == []
    book.log(card("c", "Wanda Werner", WANDA.address))
    assert [row[7] for row in dump(db)["interactions"]] == ["calendar.from_title"]
    book.log(card("d", "Wanda Werner", "other.wanda@x.example"))
    assert dump(db)["interactions"] == []


@pytest.mark.parametrize("spelled", ["wanda@x.example", "WANDA@X.EXAMPLE"])
def test_who_is_forgotten_is_nowhere_and_comes_back_from_no_source(db: Database, spelled: str) -> None:
    source = lived(db)
    book = Source(db, "google.contacts")
    book.log(card("c", "Wanda Werner", WANDA.address))
    source.log(mail("8", WANDA, [OWNER, BORIS], "Beans", 7), mail("9", BORIS, [OWNER, WANDA], "Peas", 8))
    word.note(db, source.owner_id, Note("talked", WANDA.address, WANDA.name, 1_772_000_000, False))
    forget.forget(db, source.owner_id, [WANDA.address], [WANDA.name])
    judge_all(db)
    assert traces.search(db, [WANDA.address, "Wanda Werner"]) == []
    found = dump(db)
    assert {row[6] for row in found["interactions"]} >= {"Seeds", "Peas"}, "what others have a part in stays"
    assert "Beans" not in {row[6] for row in found["interactions"]}
    again = Mailbox(spelled, "Wanda Werner")
    archive = Source(db, "file.mbox")
    archive.log(mail("ha", again, [OWNER], "From an archive", 9), mail("hb", BORIS, [OWNER, again], "To both", 10))
    source.log(mail("8", again, [OWNER, BORIS], "Beans", 7), mail("5", OWNER, [again, BORIS], "Seeds", 4))
    book.log(card("c", "Wanda Werner", spelled))
    Source(db, "google.calendar").log(entry("e", "Lunch with Wanda Werner"))
    identity.settle(db)
    assert traces.search(db, [WANDA.address, "Wanda Werner"]) == []
    assert "From an archive" not in {row[6] for row in dump(db)["interactions"]}
    assert "To both" in {row[6] for row in dump(db)["interactions"]}


def test_the_search_finds_what_is_there_whatever_its_case(db: Database) -> None:
    lived(db)
    assert {one.place for one in traces.search(db, ["Wanda@X.example"])} >= {"addresses.canonical", "payloads.body"}


def test_nobody_behind_an_address_is_met_by_title_either(db: Database) -> None:
    source = lived(db)
    Source(db, "google.contacts").log(card("c", "Wanda Werner", WANDA.address))
    Source(db, "google.calendar").log(entry("e1", "Walk with Wanda Werner"))
    assert [row[7] for row in dump(db)["interactions"]].count("calendar.from_title") == 1
    word.mark_address(db, source.owner_id, WANDA.address, "noise")
    judge_all(db)
    assert [row[7] for row in dump(db)["interactions"]].count("calendar.from_title") == 0
    word.undo(db, source.owner_id)
    judge_all(db)
    assert [row[7] for row in dump(db)["interactions"]].count("calendar.from_title") == 1
