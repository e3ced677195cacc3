"""The owner's word outranks every rule, and says so."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from interactions.changing import what_would
from interactions.decide import decide
from interactions.entries import Friend, Friends, book, fold_title
from interactions.items import Email, Event, Mailbox
from interactions.rules import NAMES
from interactions.sentences import why
from interactions.titles import Titles
from interactions.verdict import Known
from tests.interactions.rules.test_calendar import BOTH, NINE, event
from tests.interactions.rules.test_mail import CHOIR, KNOWN, LIST, NEWS, mail

#: item, the owner's word, kept, kind, rule.
SAID: list[tuple[Email | Event, str, bool, str, str]] = [
    (mail(sender=NEWS), "person", True, "email", "owner.person"),
    (mail(sender=Mailbox("no-reply@shop.example", "Shop")), "kind=email", True, "email", "owner.kind"),
    (mail(), "noise", False, "", "owner.noise"),
    (event(*BOTH), "noise", False, "", "owner.noise"),
    (event(*BOTH, status="cancelled"), "person", True, "meeting", "owner.person"),
    (event(*BOTH), "kind=call", True, "call", "owner.kind"),
]


@pytest.mark.parametrize(("item", "word", "kept", "kind", "rule"), SAID)
def test_what_the_owner_said_stands_above_the_rules(
    item: Email | Event, word: str, kept: bool, kind: str, rule: str
) -> None:
    verdict = decide(item, replace(KNOWN, word=word))
    assert (verdict.kept, verdict.kind, verdict.rule) == (kept, kind, rule)
    assert verdict.evidence["your word"] == word


def test_an_address_called_a_person_is_one_in_everything_and_noise_is_nobody() -> None:
    robot, friend = Mailbox("orders-noreply@shop.example"), Mailbox("bo@x.example", "Bo")
    out = mail(sender=Mailbox("me@home.example"), to=(robot, friend))
    known = replace(KNOWN, own=frozenset({"me@home.example"}))
    assert [party.mailbox for party in decide(out, known).parties] == [friend]
    said = replace(known, words={robot.address: "person", friend.address: "noise"})
    assert [party.mailbox for party in decide(out, said).parties] == [robot]


def test_the_list_a_persons_mail_came_through_is_nobody() -> None:
    bob, cora = Mailbox("bob@priv.example", "Bob"), Mailbox("cora@x.example", "Cora")
    post = mail(sender=bob, to=(CHOIR, cora), headers=LIST)
    said = replace(KNOWN, word="person", words={bob.address: "person"})
    assert [party.mailbox for party in decide(post, said).parties] == [bob, cora]
    both = replace(said, words={**said.words, CHOIR.address: "person"})
    assert [party.mailbox for party in decide(post, both).parties] == [bob, CHOIR, cora]


ADA = ("Ada Lovelace", "ada@mill.example")
TITLES = Titles(book([ADA, ("Bo Byron", "bo@x.example"), ("Jo Lee", "a@x.example"), ("Jo Lee", "b@x.example")]), {})


@pytest.mark.parametrize(
    ("title", "who"),
    [
        ("Coffee with Ada Lovelace", "ada@mill.example"),
        ("Lovelace, Ada: lunch", "ada@mill.example"),
        ("Bo Byron", "bo@x.example"),
        # Two people of that name, a birthday, a task, nobody's name.
        ("Coffee with Jo Lee", ""),
        ("Birthday Ada Lovelace", ""),
        ("Buy a gift for Ada Lovelace", ""),
        ("Coffee with Ada", ""),
        ("Dentist", ""),
        ("Dinner at Ada Lovelace's", "ada@mill.example"),
        ("Contract: talk with Ada Lovelace", "ada@mill.example"),
        # Called off, somebody else's, or about them.
        ("Cancelled: Coffee with Ada Lovelace", ""),
        ("Kaffee mit Ada Lovelace (abgesagt)", ""),
        ("Not coffee with Ada Lovelace", ""),
        ("No coffee with Ada Lovelace", ""),
        ("Don't meet Ada Lovelace", ""),
        ("Kein Kaffee mit Ada Lovelace", ""),
        ("Pas de café avec Ada Lovelace", ""),
        ("Coffee without Ada Lovelace", ""),
        ("Coffee with Ada Lovelace moved", ""),
        ("Coffee with Ada Lovelace doesn't happen", ""),
        ("Ada Lovelace concert", ""),
        ("Movie: Ada Lovelace", ""),
        ("Concert with Ada Lovelace", "ada@mill.example"),
        ("Встреча с Ada Lovelace", "ada@mill.example"),
        ("Kolacja z Ada Lovelace", "ada@mill.example"),
        ("Tel. Ada Lovelace", "ada@mill.example"),
        ("Coffee with Ada Lovelace's sister", ""),
        ("Ada Lovelace's surgery", ""),
        ("Watch Ada Lovelace on TV", ""),
        ("Read Ada Lovelace", ""),
        ("Coffee with Ada Lovelace-King", ""),
    ],
)
def test_a_unique_full_name_of_the_address_book_counts_at_once(title: str, who: str) -> None:
    verdict = decide(event(organizer=None, summary=title), Known(KNOWN.own, titles=TITLES))
    assert [party.mailbox.address for party in verdict.parties] == [who] * bool(who)
    assert verdict.rule == ("calendar.from_title" if who else "calendar.guestless")


def test_one_yes_or_no_settles_a_title_for_every_spelling_of_it() -> None:
    folded = fold_title("Coffee with Ada")
    for answer, rule in (((Mailbox("ada@mill.example", "Ada"),), "calendar.from_title"), ((), "calendar.guestless")):
        known = Known(KNOWN.own, titles=Titles(TITLES.book, {folded: answer}))
        for title in ("Coffee with Ada", "COFFEE WITH ADA!", "coffee with  Ada 2"):
            assert decide(event(organizer=None, summary=title), known).rule == rule
    no = Known(KNOWN.own, titles=Titles(TITLES.book, {fold_title("Coffee with Ada Lovelace"): ()}))
    assert decide(event(organizer=None, summary="Coffee with Ada Lovelace"), no).rule == "calendar.guestless"


@pytest.mark.parametrize("title", ["Focus time", "HOLD: Ada", "Deep work"])
def test_with_whom_an_entry_was_outranks_what_it_looks_like(title: str) -> None:
    settled = {fold_title(title): (Mailbox("ada@mill.example", "Ada"),)}
    known = Known(KNOWN.own, titles=Titles(TITLES.book, settled))
    assert decide(event(organizer=None, summary=title), known).rule == "calendar.from_title"
    cancelled = event(organizer=None, summary=title, status="cancelled")
    assert decide(cancelled, known).rule == "calendar.cancelled"


@pytest.mark.parametrize("title", ["Tel. Ada Lovelace", "Tel Ada Lovelace", "Звонок Ada Lovelace", "Call Ada Lovelace"])
def test_an_entry_that_tells_of_a_call_is_one(title: str) -> None:
    assert decide(event(organizer=None, summary=title), Known(KNOWN.own, titles=TITLES)).kind == "call"


def test_a_name_that_several_have_is_said_to_be_unclear() -> None:
    verdict = decide(event(organizer=None, summary="Coffee with Jo Lee"), Known(KNOWN.own, titles=TITLES))
    assert verdict.evidence == {"guests": "0", "several are called": "Jo Lee"}
    assert "several who are or were called Jo Lee" in why(verdict.rule, verdict.evidence)
    assert what_would(verdict.rule, verdict.evidence, "i8") == (
        "it counts once you say which of them it was: kith mark i8 with ADDRESS",
    )
    about = decide(event(organizer=None, summary="Birthday Jo Lee"), Known(KNOWN.own, titles=TITLES))
    assert about.evidence == {"guests": "0"}


def test_your_word_on_a_title_is_turned_by_your_word_alone() -> None:
    settled = Titles(TITLES.book, {"coffee": (Mailbox("ada@mill.example", "Ada"),)})
    verdict = decide(event(organizer=None, summary="Coffee"), Known(KNOWN.own, titles=settled))
    [said] = what_would(verdict.rule, verdict.evidence, "i8")
    assert "your word alone: kith mark i8 noise" in said
    assert "kith undo" in said


def test_names_written_without_a_space_are_found() -> None:
    cards = [("山田太郎", "taro@x.example"), ("김 민수", "minsu@x.example"), ("Johann von Goethe", "jvg@x.example")]
    known = Known(KNOWN.own, titles=Titles(book(cards), {}))
    for title, who in (
        ("Coffee with 山田 太郎", "taro@x.example"), ("山田太郎とコーヒー", "taro@x.example"),
        ("커피 김민수와", "minsu@x.example"), ("Coffee with 김 민수", "minsu@x.example"),
        ("Tea with Johann von Goethe", "jvg@x.example"), ("Coffee with 山田 花子", ""),
    ):  # fmt: skip
        verdict = decide(event(organizer=None, summary=title), known)
        assert [party.mailbox.address for party in verdict.parties] == [who] * bool(who), title


def test_an_all_day_entry_with_a_name_is_no_meeting() -> None:
    whole = event(organizer=None, summary="Ada Lovelace", start=date(2026, 3, 2))
    assert decide(whole, Known(KNOWN.own, titles=TITLES)).rule == "calendar.guestless"


SINGERS = (Friend("ada@mill.example", "Ada Lovelace"), Friend("bo@x.example", "Bo Byron"))
FRIENDS = Friends(
    [
        *SINGERS,
        Friend("tim@x.example", "Tim Tam"),
        Friend("tim@y.example", "Tim Tom"),
        Friend("otto@x.example", "Otto Ohne"),
    ],
    {"Choir": SINGERS},
)


@pytest.mark.parametrize(
    ("title", "location", "calendar", "who"),
    [
        ("Coffee with Ada", "", "", ["ada@mill.example"]),
        ("Lunch Bo", "", "", ["bo@x.example"]),
        ("Kaffee mit Ada & Bo", "", "", ["ada@mill.example", "bo@x.example"]),
        ("Ada", "", "", ["ada@mill.example"]),
        ("Dinner at Ada's", "", "", ["ada@mill.example"]),
        ("Dinner", "Bo Byron", "", ["bo@x.example"]),
        ("Choir", "", "", ["ada@mill.example", "bo@x.example"]),
        ("Choir concert", "", "", ["ada@mill.example", "bo@x.example"]),
        ("Rehearsal", "", "Choir", ["ada@mill.example", "bo@x.example"]),
        # Two people are called so; nobody is; it is about something else.
        ("Coffee with Tim", "", "", []),
        ("Coffee with Zoe", "", "", []),
        ("Ada's birthday", "", "", []),
        ("Ada's recital", "", "", []),
        ("Send Ada the photos", "", "", []),
        ("Flight to Ada", "", "", []),
        ("Dentist Dr. Byron", "", "", []),
        ("Read the book by Ada about engines", "", "", []),
        ("Coffee without Ada", "", "", []),
        ("No coffee with Ada", "", "", []),
        ("Lunch Otto Ohne", "", "", ["otto@x.example"]),
    ],
)
def test_titles_places_and_calendars_suggest_whom_they_mean(
    title: str, location: str, calendar: str, who: list[str]
) -> None:
    guess = FRIENDS.guess(title, location, calendar)
    assert [one.address for one in guess.who] == who if guess is not None else not who


def test_every_rule_says_what_would_change_its_verdict() -> None:
    for rule in set(NAMES) - {"contact.card"}:
        said = what_would(rule, {"score": "-1", "you never wrote to them": "-0.5"}, "i42")
        assert said, rule
        assert all(not one.endswith(".") for one in said)
    assert "you write to its sender" in what_would("mail.machine", {"score": "-1"}, "i42")[0]
    assert "outweighs even" in what_would("mail.machine", {"score": "-20"}, "i42")[0]
    assert NINE.year
