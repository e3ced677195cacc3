"""Somebody forgotten takes with them what is theirs, all of it, and nothing that is anybody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from interactions.entries import fold_title
from interactions.errors import UsageProblem
from interactions.items import Attendee, Contact, Event, Mailbox
from interactions.queries.people import people
from interactions.queries.suggestions import asked
from interactions.rules import RULES_VERSION
from interactions.schema import interactions
from interactions.store import claims, corrections, forget, identity, quarantine, traces, word
from interactions.store.corrections import PAIR, Word
from interactions.store.database import Database
from interactions.store.notes import Note
from tests.interactions.store.life import ANNA, BORIS, OWNER, START, card, event, mail
from tests.interactions.store.sources import Source, judge_all
from tests.torture.dump import dump

ADA = Mailbox("ada@mill.example", "Ada Lovelace")
NAMESAKE = Mailbox("ada@sea.example", "Ada Lovelace")
ILSE = Mailbox("ilse@fence.example", "Ilse")
HANS = Mailbox("hans@hill.example", "Hans Gruber")
FAMILY = "gruber@family.example"


def entry(key: str, title: str, days: int = 0) -> Event:
    return Event(key, key, START + timedelta(days=days), START + timedelta(days=days, hours=1), summary=title)


def titles_of(db: Database) -> set[str]:
    return {row[6] for row in dump(db)["interactions"]}


def forgotten(db: Database, source: Source, *addresses: str, name: str = "") -> forget.Forgot:
    done = forget.forget(db, source.owner_id, list(addresses), [name])
    judge_all(db)
    identity.settle(db)
    return done


def names(db: Database, source: Source) -> set[tuple[str, tuple[str, ...]]]:
    return {(one.name, one.addresses) for one in people(db, source.owner_id, "", 2_000_000_000).people}


def test_somebody_of_the_same_name_keeps_their_card_and_their_meetings(db: Database) -> None:
    source, book, calendar = Source(db, "google.mail"), Source(db, "google.contacts"), Source(db, "google.calendar")
    source.log(mail("1", ADA, [OWNER], "Looms"), mail("2", NAMESAKE, [OWNER], "Tides", 1))
    cards = [card("a", "Ada Lovelace", ADA.address), card("b", "Ada Lovelace", NAMESAKE.address)]
    book.log(*cards)
    with_them = [event(one, one, START, f"With {one}", guests=[who]) for one, who in (("x", ADA), ("y", NAMESAKE))]
    calendar.log(*with_them, entry("z", "Walk with Ada Lovelace"))
    word.split(db, source.owner_id, [ADA.address], [NAMESAKE.address])
    done = forgotten(db, source, NAMESAKE.address, name="Ada Lovelace")
    assert done.namesakes == (ADA.address,)
    assert (ADA.name, (ADA.address,)) in names(db, source)
    assert titles_of(db) >= {"Looms", "With x"}
    book.log(*cards, card("c", "Ada Lovelace", "third.ada@hill.example"))
    calendar.log(entry("w", "Tea with Ada Lovelace"))
    assert {one[1] for one in names(db, source)} >= {(ADA.address,), ("third.ada@hill.example",)}
    assert [one.place for one in traces.search(db, [NAMESAKE.address])] == []
    assert traces.search(db, ["Tea with Ada Lovelace"])


def test_an_entry_that_named_two_is_not_the_others_when_one_is_forgotten(db: Database) -> None:
    book, calendar = Source(db, "google.contacts"), Source(db, "google.calendar")
    book.log(card("a", "Ada Lovelace", ADA.address), card("b", "Ada Lovelace", NAMESAKE.address))
    calendar.log(entry("z", "Walk with Ada Lovelace"))
    assert titles_of(db) == set()
    forgotten(db, book, NAMESAKE.address, name="Ada Lovelace")
    quarantine.rejudge(db, book.owner_id)
    judge_all(db)
    calendar.log(entry("w", "Tea with Ada Lovelace", 1))
    assert titles_of(db) == set()
    word.settle_title(db, book.owner_id, [(fold_title("Tea with Ada Lovelace"), [ADA])])
    judge_all(db)
    assert titles_of(db) == {"Tea with Ada Lovelace"}


def test_one_of_the_name_who_stood_in_the_book_alone_keeps_the_entries(db: Database) -> None:
    source, book, calendar = Source(db, "google.mail"), Source(db, "google.contacts"), Source(db, "google.calendar")
    source.log(mail("1", NAMESAKE, [OWNER], "Tides", 1))
    book.log(card("a", "Ada Lovelace", ADA.address))
    calendar.log(entry("z", "Walk with Ada Lovelace"))
    word.split(db, source.owner_id, [ADA.address], [NAMESAKE.address])
    forgotten(db, source, NAMESAKE.address, name="Ada Lovelace")
    quarantine.rejudge(db, book.owner_id)
    judge_all(db)
    assert titles_of(db) == {"Walk with Ada Lovelace"}


def test_the_only_one_of_a_name_goes_with_every_title_that_names_them(db: Database) -> None:
    source, calendar = Source(db, "google.mail"), Source(db, "google.calendar")
    source.log(mail("1", ADA, [OWNER], "Looms"), mail("2", BORIS, [OWNER], "Greetings to Ada Lovelace, and more", 1))
    Source(db, "google.contacts").log(card("a", "Ada Lovelace", ADA.address))
    calendar.log(
        entry("alone", "Walk with Lovelace, Ada"),
        event("many", "many", START, "Ada Lovelace's farewell", guests=[ANNA, ADA]),
    )
    forgotten(db, source, ADA.address, name="Ada Lovelace")
    assert traces.search(db, [ADA.address, *traces.spellings("Ada Lovelace")]) == []
    assert titles_of(db) == {"Greetings to …, and more", "… farewell"}
    calendar.log(entry("again", "Ada Lovelace"), entry("alone", "Walk with Lovelace, Ada"))
    assert traces.search(db, traces.spellings("Ada Lovelace")) == []


def test_meetings_that_the_owner_said_were_with_them_go_and_stay_away(db: Database) -> None:
    source, calendar = Source(db, "google.mail"), Source(db, "google.calendar")
    source.log(mail("1", OWNER, [ILSE], "Fence"), mail("2", OWNER, [BORIS], "Tomatoes", 1))
    calendar.log(entry("e1", "Coffee with Ilse"), entry("e2", "Coffee with Ilse", 7), entry("e3", "Ilse and Boris", 8))
    [coffee, both] = sorted(
        (one for one in asked(db, source.owner_id) if one.kind == "meeting"), key=lambda one: len(one.mailboxes)
    )
    word.answer(db, source.owner_id, [], [(coffee.target, coffee.mailboxes), (both.target, both.mailboxes)])
    judge_all(db)
    assert titles_of(db) >= {"Coffee with Ilse", "Ilse and Boris"}
    foreseen = forget.preview(db, source.owner_id, [ILSE.address], ["Ilse"])
    done = forgotten(db, source, ILSE.address, name="Ilse")
    assert done.erased == foreseen.erased == 3, "a mail and two entries"
    calendar.log(entry("e4", "coffee with ILSE!", 14))
    assert not {title for title in titles_of(db) if "Coffee" in title}
    assert traces.search(db, ["coffee with ilse", ILSE.address]) == []
    [meeting] = [row for row in dump(db)["participants"] if row[2] == "attendee"]
    assert meeting[1] == BORIS.address, "the meeting that others had a part in is theirs"


def test_their_name_goes_from_before_the_address_of_another(db: Database) -> None:
    source = Source(db, "google.mail")
    shared = [Mailbox(FAMILY, "Grete Gruber"), Mailbox(FAMILY, "Grete Gruber"), Mailbox(FAMILY, "Hans Gruber")]
    mails = [mail(f"f{hour}", who, [OWNER], f"Letter {hour}", hour) for hour, who in enumerate(shared)]
    source.log(mail("1", HANS, [OWNER], "Mine"), *mails)
    forgotten(db, source, HANS.address, name="Hans Gruber")
    assert traces.search(db, [HANS.address, "Hans Gruber"]) == []
    assert titles_of(db) == {"Letter 0", "Letter 1", "Letter 2"}
    source.log(*mails)
    assert traces.search(db, ["Hans Gruber"]) == []
    other = Mailbox("hans@lake.example", "Hans Gruber")
    source.log(mail("2", other, [OWNER], "From another Hans", 9))
    assert ("Hans Gruber", (other.address,)) in names(db, source), "whoever comes later may be called so"


def test_their_name_goes_from_before_the_address_of_another_in_what_was_dropped_too(db: Database) -> None:
    source = Source(db, "google.mail")
    scam = mail("2", Mailbox("scam@evil.example", "Lovelace, Ada"), [OWNER], "Urgent", 1, labels=["SPAM"])
    source.log(mail("1", ADA, [OWNER], "Looms"), scam)
    foreseen = forget.preview(db, source.owner_id, [ADA.address], [ADA.name])
    assert forgotten(db, source, ADA.address, name=ADA.name) == foreseen
    assert (foreseen.erased, foreseen.redacted, foreseen.namesakes) == (1, 1, ())
    assert traces.search(db, traces.spellings(ADA.name)) == []
    source.log(scam)
    assert traces.search(db, traces.spellings(ADA.name)) == []
    assert traces.search(db, ["scam@evil.example"])


def test_newer_rules_do_not_judge_what_nothing_is_left_of(db: Database) -> None:
    source = Source(db, "google.mail")
    source.log(mail("1", ADA, [OWNER], "Looms"), mail("2", BORIS, [OWNER], "Tomatoes", 1))
    forgotten(db, source, ADA.address, name=ADA.name)
    assert claims.owe_older_rules(db, RULES_VERSION + 1, 100) == 1
    assert titles_of(db) == {"Tomatoes"}


def test_a_card_that_shares_a_number_with_theirs_loses_the_number_alone(db: Database) -> None:
    book = Source(db, "google.contacts")
    number = ("tel", {}, "text", "+49 30 1234567")
    grete = Contact("g", (("fn", {}, "text", "Grete Gruber"), ("email", {}, "text", "grete@x.example"), number))
    book.log(Contact("h", (("fn", {}, "text", "Hans Gruber"), number)), grete)
    forgotten(db, book, "tel:+49301234567", name="Hans Gruber")
    assert ("Grete Gruber", ("grete@x.example",)) in names(db, book)
    assert traces.search(db, ["1234567", "Hans Gruber"]) == []
    book.log(grete)
    assert traces.search(db, ["1234567"]) == []


def test_words_about_another_whose_address_only_contains_theirs_stay(db: Database) -> None:
    source = Source(db, "google.mail")
    ann, joann = Mailbox("ann@x.example", "Ann"), Mailbox("joann@x.example", "Joann")
    source.log(mail("1", ann, [OWNER], "One"), mail("2", joann, [OWNER], "Two", 1))
    word.leave_out(db, source.owner_id, corrections.MUTE, [joann.address])
    word.merge(db, source.owner_id, [[joann.address], [BORIS.address]])
    forgotten(db, source, ann.address, name="Ann")
    with db.reading() as conn:
        held = corrections.held(conn, source.owner_id, (corrections.MUTE, PAIR))
    assert set(held) == {("mute", joann.address), ("pair", f"{BORIS.address}|{joann.address}")}


def test_a_word_taken_back_leaves_nothing_of_whoever_it_was_about(db: Database) -> None:
    source = Source(db, "google.mail")
    source.log(mail("1", ANNA, [OWNER], "One"))
    word.note(db, source.owner_id, Note("talked", "name:old neighbour", "Old Neighbour", 1_772_000_000, False))
    assert traces.search(db, ["Old Neighbour"])
    word.undo(db, source.owner_id)
    left = traces.search(db, ["Old Neighbour"])
    assert [one.place for one in left if not one.place.startswith("kith.db")] == []
    forgotten(db, source, "name:old neighbour", name="Old Neighbour")
    assert traces.search(db, ["Old Neighbour"]) == [], "nor in what SQLite has let go of"


@pytest.mark.parametrize("address", ["name:old neighbour", "old@fence.example"])
def test_nothing_is_noted_of_somebody_forgotten(db: Database, address: str) -> None:
    source = Source(db, "google.mail")
    said = Note("talked", address, "Old Neighbour", 1_772_000_000, False)
    word.note(db, source.owner_id, said)
    forgotten(db, source, address, name="Old Neighbour")
    with pytest.raises(UsageProblem, match="You had them forgotten"):
        word.note(db, source.owner_id, said)
    assert traces.search(db, ["old neighbour", "old@fence.example"]) == []


def test_what_is_foreseen_is_what_goes(db: Database) -> None:
    source = Source(db, "google.mail")
    source.log(
        mail("1", ADA, [OWNER], "Looms"),
        mail("2", OWNER, [ADA, BORIS], "Both", 1),
        mail("3", BORIS, [OWNER], "Else", 2),
    )
    before = dump(db)
    foreseen = forget.preview(db, source.owner_id, [ADA.address], [ADA.name])
    assert (foreseen.erased, foreseen.redacted) == (1, 1)
    assert dump(db) == before
    assert forgotten(db, source, ADA.address, name=ADA.name) == foreseen


def test_a_title_said_to_be_with_two_keeps_the_other(db: Database) -> None:
    source = Source(db, "google.mail")
    source.log(mail("1", ADA, [OWNER], "Looms"), mail("2", BORIS, [OWNER], "Tomatoes", 1))
    word.settle_title(db, source.owner_id, [("supper", [ADA, BORIS])])
    forgotten(db, source, ADA.address, name=ADA.name)
    with db.reading() as conn:
        held = corrections.held(conn, source.owner_id, (corrections.TITLE,))
    assert held == {("title", "supper"): f'[["{BORIS.address}","{BORIS.name}"]]'}
    assert Word("title", "supper", "") not in held


def test_a_declined_guest_list_keeps_the_others(db: Database) -> None:
    source = Source(db, "google.calendar")
    guests = (Attendee(OWNER, "accepted"), Attendee(ADA, "accepted"), Attendee(ANNA, "accepted"))
    source.log(Event("e", "e", START, START + timedelta(hours=1), summary="Three", attendees=guests, guests=3))
    forgotten(db, source, ADA.address, name=ADA.name)
    assert {row[1] for row in dump(db)["participants"]} == {ANNA.address}


@pytest.mark.parametrize(
    ("name", "title", "left"),
    [
        ("王小明", "王小明的生日派对，大家一起", "…的生日派对，大家一起"),
        ("José Núñez", "Contract for Jose\u0301 Nu\u0301n\u0303ez, again", "Contract for …, again"),
        ("Johann von Goethe", "About Johann von Goethe’s book", "About … book"),
        ("Anna Meier", "For Anna Meier and Anna Meier-Schulz", "For … and Anna Meier-Schulz"),
        ("J. R. Hartley", "Fishing by J. R. Hartley", "Fishing by …"),
        ("April Weekly", "About April Weekly at last", "About … at last"),
        ("Иван Петров", "Привет от Ивана, и Иван Петров тоже", "Привет от Ивана, и … тоже"),
    ],
)
def test_a_name_is_found_in_every_script_and_form(db: Database, name: str, title: str, left: str) -> None:
    source, gone = Source(db, "google.mail"), Mailbox("gone@x.example", name)
    source.log(mail("1", gone, [OWNER], "Hello"), mail("2", BORIS, [OWNER], title, 1))
    forgotten(db, source, gone.address, name=name)
    assert titles_of(db) == {left}
    kept = [name] if name not in left else []
    assert traces.search(db, [gone.address, *(form for one in kept for form in traces.spellings(one))]) == []


def test_their_address_goes_from_the_texts_of_others(db: Database) -> None:
    source = Source(db, "google.mail")
    listed = Mailbox("choir@lists.example", f"'{ADA.address}' via Choir")
    source.log(
        mail("1", ADA, [OWNER], "Looms"),
        mail("2", BORIS, [OWNER], f"Write to {ADA.address.upper()} instead", 1),
        mail("3", BORIS, [OWNER, listed], "To all", 2),
    )
    forgotten(db, source, ADA.address, name=ADA.name)
    assert titles_of(db) == {"Write to … instead", "To all"}
    assert traces.search(db, [ADA.address]) == []


def test_an_entry_that_names_another_too_stays_theirs(db: Database) -> None:
    source, calendar = Source(db, "google.mail"), Source(db, "google.calendar")
    carl = Mailbox("carl@kept.example", "Carl Kept")
    source.log(mail("1", OWNER, [ADA], "Looms"), mail("2", OWNER, [carl], "Tides", 1))
    lunch = entry("e", "Lunch with Ada Lovelace and Carl Kept")
    calendar.log(lunch)
    word.settle_title(db, source.owner_id, [(fold_title(lunch.summary), [ADA, carl])])
    judge_all(db)
    forgotten(db, source, ADA.address, name=ADA.name)
    assert titles_of(db) == {"Tides", "Lunch with … and Carl Kept"}
    calendar.log(lunch)
    assert titles_of(db) == {"Tides", "Lunch with … and Carl Kept"}
    assert {row[1] for row in dump(db)["participants"]} == {carl.address}


def test_what_others_keep_is_told_with_its_reasons_before_it_is_judged_again(db: Database) -> None:
    source = Source(db, "google.mail")
    source.log(mail("1", ADA, [OWNER], "Looms"), mail("2", BORIS, [OWNER], "For Ada Lovelace", 1))
    with db.reading() as conn:
        rows = select(interactions.c.evidence).where(interactions.c.title == "For Ada Lovelace")
        before = conn.execute(rows).scalar_one()
    forget.forget(db, source.owner_id, [ADA.address], [ADA.name])
    with db.reading() as conn:
        assert (
            conn.execute(select(interactions.c.evidence).where(interactions.c.title == "For …")).scalar_one() == before
        )


def test_a_meeting_they_organized_stays_for_the_others_in_it(db: Database) -> None:
    source = Source(db, "google.calendar")
    guests = (Attendee(OWNER, "accepted"), Attendee(ADA, "accepted"), Attendee(ANNA, "accepted"))
    hour = timedelta(hours=1)
    source.log(
        Event("s", "s", START, START + hour, summary="Series", attendees=guests, organizer=ADA, guests=3,
              rrule="FREQ=WEEKLY;COUNT=3"),
        Event("d", "d", START, START + hour, summary="Two", attendees=guests[:2], organizer=ADA, guests=2),
    )  # fmt: skip
    forgotten(db, source, ADA.address, name=ADA.name)
    found = dump(db)
    assert [row[6] for row in found["interactions"]] == ["Series"] * 3
    assert {row[1] for row in found["participants"]} == {ANNA.address}
    assert traces.search(db, [ADA.address, ADA.name]) == []


def test_what_a_program_said_of_a_mail_still_counts(db: Database) -> None:
    source = Source(db, "google.mail")
    away = {"auto-submitted": f'auto-replied; owner-email="{ADA.address}"'}
    source.log(mail("1", ADA, [OWNER], "Looms"), mail("2", BORIS, [OWNER], "I am away", 1, headers=away))
    before = titles_of(db)
    forgotten(db, source, ADA.address, name=ADA.name)
    assert titles_of(db) == before - {"Looms"}
    assert traces.search(db, [ADA.address]) == []


def test_a_number_on_two_cards_hides_neither_card(db: Database) -> None:
    book = Source(db, "google.contacts")
    number = ("tel", {}, "text", "+49 30 1234567")
    xaver = Contact("x", (("fn", {}, "text", "Xaver Tell"), ("email", {}, "text", "xaver@x.example"), number))
    book.log(xaver, Contact("y", (("fn", {}, "text", "Yvonne Tell"), number)))
    done = forgotten(db, book, "xaver@x.example", name="Xaver Tell")
    assert done.namesakes == ()
    assert traces.search(db, ["Xaver Tell", "xaver@x.example"]) == []
    assert {name for name, _ in names(db, book)} == {"Yvonne Tell"}


def test_a_card_of_two_loses_one(db: Database) -> None:
    book = Source(db, "google.contacts")
    book.log(card("c", "Hans and Grete Gruber", HANS.address, "grete@hill.example"))
    forgotten(db, book, HANS.address, name="Hans Gruber")
    assert traces.search(db, [HANS.address]) == []
    assert traces.search(db, ["grete@hill.example"])


def test_their_name_goes_from_names_and_places_that_only_contain_it(db: Database) -> None:
    source, calendar = Source(db, "google.mail"), Source(db, "google.calendar")
    told = Mailbox("carl@choir.example", "News of Ada Lovelace")
    source.log(mail("1", ADA, [OWNER], "Looms"), mail("2", BORIS, [OWNER, told], "Both", 1))
    calendar.log(Event("e", "e", START, START + timedelta(hours=1), summary="Tea", calendar="Ada Lovelace"))
    lines = (("fn", {}, "text", "Carl Kept"), ("email", {}, "text", "c@x.example"))
    Source(db, "google.contacts").log(Contact("k", (*lines, ("org", {}, "text", "Ada Lovelace Ltd"))))
    forgotten(db, source, ADA.address, name=ADA.name)
    assert traces.search(db, [ADA.name]) == []


def test_an_entry_the_owner_said_to_be_with_another_stays_theirs(db: Database) -> None:
    source, calendar = Source(db, "google.mail"), Source(db, "google.calendar")
    source.log(mail("1", OWNER, [ADA], "Looms"), mail("2", OWNER, [ANNA], "Tides", 1))
    calendar.log(entry("e", "Ada Lovelace holiday"))
    word.settle_title(db, source.owner_id, [(fold_title("Ada Lovelace holiday"), [ANNA])])
    judge_all(db)
    forgotten(db, source, ADA.address, name=ADA.name)
    calendar.log(entry("e", "Ada Lovelace holiday"), entry("f", "Ada Lovelace holiday", 7))
    judge_all(db)
    assert [row[6] for row in dump(db)["interactions"]] == ["… holiday", "… holiday", "Tides"]
    assert traces.search(db, [ADA.name]) == []


def test_an_address_of_theirs_with_a_tag_is_theirs(db: Database) -> None:
    source = Source(db, "google.mail")
    tagged = Mailbox("ada+shop@mill.example", ADA.name)
    source.log(mail("1", ADA, [OWNER], "Looms"), mail("2", tagged, [OWNER], "Orders", 1))
    assert forgotten(db, source, ADA.address, name=ADA.name).namesakes == ()
    source.log(mail("3", Mailbox("ada+x@mill.example", ADA.name), [OWNER], "More", 2))
    assert traces.search(db, ["mill.example", ADA.name]) == []
