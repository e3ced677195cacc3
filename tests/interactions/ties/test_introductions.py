"""Who brought whom together, from who stands in From, To and Cc alone."""

from __future__ import annotations

import pytest

from interactions.ties.introductions import OWNER, Act, Introduction, introductions

DAY = 86_400
ANNA, BORIS, CARLA, DORA = 1, 2, 3, 4
APART = {ANNA: frozenset({"choir.example"}), BORIS: frozenset({"garden.example"})}
NAMES = {ANNA: "Anna Berg", BORIS: "Boris Ёлкин"}


def mail(number: int, day: float, direction: str, title: str = "Hello", *, copy: bool = False, **people: str) -> Act:
    names = {"anna": ANNA, "boris": BORIS, "carla": CARLA, "dora": DORA}
    return Act(
        number, int(day * DAY), "email", direction, title, {names[one]: role for one, role in people.items()}, copy
    )


BEFORE = [mail(1, -100, "out", anna="to"), mail(2, 1, "in", anna="from")]
INTRODUCED = mail(3, 10, "in", "Intro: you <> Boris", anna="from", boris="to")


def told(*acts: Act) -> list[Introduction]:
    return introductions([*BEFORE, *acts], APART, NAMES)


def test_who_brings_somebody_new_has_introduced_them_and_a_title_makes_it_possible() -> None:
    [found] = told(INTRODUCED)
    assert (found.by, found.whom, found.act, found.state, found.taken_up) == (ANNA, (OWNER, BORIS), 3, "possible", None)
    assert found.evidence == ("the title says so", "no organisation in common")


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (mail(4, 11, "out", anna="bcc", boris="to"), "confirmed"),
        (mail(4, 11, "out", boris="to"), "confirmed"),
        (mail(4, 12, "in", boris="from", anna="cc"), "confirmed"),
        (mail(4, 30, "out", boris="to"), "possible"),
        (mail(4, 11, "in", anna="from", boris="to"), "possible"),
    ],
    ids=["moved to Bcc", "left out", "answered to all", "too late", "the same again"],
)
def test_it_is_confirmed_when_the_two_take_it_up_within_two_weeks(answer: Act, state: str) -> None:
    assert told(INTRODUCED, answer)[0].state == state


def test_without_a_title_that_says_so_they_must_go_on_by_themselves() -> None:
    plain = mail(3, 10, "in", "Hello", anna="from", boris="to")
    assert told(plain) == []
    assert told(plain, mail(4, 11, "out", boris="to"))[0].state == "confirmed"


@pytest.mark.parametrize(
    "act",
    [
        mail(3, 10, "in", "Intro", copy=True, anna="from", boris="to"),
        mail(3, 10, "in", "Intro", carla="from", boris="to"),
        mail(3, 10, "in", "Intro", anna="from", boris="to", carla="to"),
        mail(3, 10, "in", "Intro", anna="from"),
        mail(3, 10, "out", "Intro", anna="to", boris="to"),
    ],
    ids=["the owner only in copy", "by a stranger", "two new ones", "nobody new", "to a stranger"],
)
def test_what_is_no_introduction(act: Act) -> None:
    assert told(act, mail(4, 11, "out", boris="to")) == []


def test_at_the_beginning_of_what_is_seen_nobody_is_new() -> None:
    early = [mail(3, -50, "in", "Hello", anna="from", boris="to"), mail(4, -49, "out", boris="to")]
    assert told(*early) == []
    said = [mail(3, -50, "in", "Anna: Boris <> you", anna="from", boris="to"), mail(4, -49, "out", boris="to")]
    assert [one.state for one in told(*said)] == ["confirmed"]


def test_somebody_new_in_copy_whom_all_answer_is_not_introduced() -> None:
    plain = mail(3, 10, "in", "The crates", anna="from", boris="cc")
    assert told(plain, mail(4, 11, "out", anna="to", boris="cc"), mail(5, 12, "in", boris="from", anna="to")) == []


@pytest.mark.parametrize(
    ("title", "says_so"),
    [
        ("Intro: you <> somebody", True),
        ("Me, meet Boris", True),
        ("Introducing Boris Ёлкин", True),
        ("Vorstellung: Boris", True),
        ("Fwd: Intro", True),
        ("E-Intro", True),
        ("Te presento a un amigo", True),
        ("Connecting you two", True),
        ("Can we meet on Friday?", False),
        ("Where shall we meet, Boris?", False),
        ("Presentation for Thursday", False),
        ("Présentation du budget", False),
        ("Vorstellung am Freitag", False),
        ("Intro text for the catalogue", False),
        ("Connecting trains", False),
    ],
)
def test_a_title_says_so_by_its_sign_or_by_a_word_and_a_name(title: str, says_so: bool) -> None:
    found = told(mail(3, 10, "in", title, anna="from", boris="to"), mail(4, 12, "in", boris="from", anna="cc"))
    assert [one.state for one in found if "the title says so" in one.evidence] == ["confirmed"] * says_so


def test_who_was_seen_before_is_nobody_new() -> None:
    assert told(mail(9, -20, "in", anna="from", boris="cc"), INTRODUCED, mail(4, 11, "out", boris="to")) == []


def test_the_owner_introduces_two_they_know_who_were_never_seen_together() -> None:
    known = [mail(5, 2, "out", boris="to"), mail(6, 3, "in", boris="from")]
    given = mail(7, 10, "out", "Anna, meet Boris", anna="to", boris="to")
    assert [(one.by, one.whom, one.state) for one in told(*known, given)] == [(OWNER, (ANNA, BORIS), "possible")]
    answered = mail(8, 11, "in", boris="from", anna="to")
    assert [one.state for one in told(*known, given, answered)] == ["confirmed"]
    assert told(*known, mail(9, 4, "in", anna="from", boris="cc"), given) == [], "they were seen together"
    copied = mail(7, 10, "out", "The invoice", anna="to", boris="cc")
    assert told(*known, copied, answered) == [], "a copy introduces nobody"


def test_any_order_of_acts_tells_the_same() -> None:
    acts = [*BEFORE, INTRODUCED, mail(4, 11, "out", boris="to")]
    assert introductions(reversed(acts), APART, NAMES) == introductions(acts, APART, NAMES)
