"""Who is brought together in the network, what only looks like it, and through whom a door could be opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sandbox import phrases
from sandbox.chance import dice, hours, waking
from sandbox.model import Mail, Person
from sandbox.network_cast import BROUGHT, DOORS, PASSING
from sandbox.network_post import Hand
from sandbox.planner import HOME

#: Stands for the owner where two people are named.
OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Made:
    """Somebody brought two people together; ids, OWNER among them."""

    by: str
    whom: frozenset[str]
    at: datetime
    answered: bool


@dataclass(frozen=True, slots=True)
class Door:
    """Somebody the owner hardly knows, and those seen with them: who could really open that door comes first."""

    to: str
    through: tuple[str, ...]


_SAID = ("Intro: Nora <> {w}", "Nora, meet {w}", "Introducing {n}", "Nora / {w}: an introduction")
_UNSAID = ("Lamps for the hall", "You two should talk", "The question about the boat", "Old prints")
_GIVEN = ("{a} <> {b}", "Introduction: {a} and {b}", "{a}, meet {b}")
_GIVEN_UNSAID = ("Your two gardens", "Somebody who knows about roofs")


def introductions(hand: Hand) -> tuple[Made, ...]:
    """Received and given ones, over the whole time; most are taken up."""
    rng = dice(hand.office.seed, "introductions")
    middle = ["team-1", "team-3", "choir-1", "friends-0", "friends-3", "clients-2", "family-1", "harbour-1"]
    middle += ["sailing-1", "friends-5"]
    rng.shuffle(middle)
    made = [_received(hand, rng, number, by) for number, by in enumerate(middle)]
    pairs: tuple[tuple[str, str], ...] = (
        ("team-2", "friends-1"),
        ("choir-2", "clients-1"),
        ("allotment-1", "sailing-3"),
    )
    pairs += (("friends-6", "harbour-2"), ("family-2", "clients-4"), ("parents-1", "team-4"))
    made += [_given(hand, rng, number, *pair) for number, pair in enumerate(pairs)]
    return tuple(sorted(made, key=lambda one: one.at))


def _received(hand: Hand, rng: Random, number: int, by: str) -> Made:
    middle, new = hand.people[by], hand.people[f"{BROUGHT}-{number}"]
    at = hand.year.at(rng.uniform(0.12, 0.9))
    titles = _SAID if number % 5 < 3 else _UNSAID
    subject = rng.choice(titles).format(w=new.name.split()[0], n=new.name)
    mail = hand.round(rng, middle, [new], at, subject, "introduction")
    assert mail is not None
    answered = number % 5 != 4
    if answered:
        if number % 3 == 2:
            hand.answers(rng, mail, [hand.owner])
        _on_by_themselves(hand, rng, mail, middle, new)
        for _ in range(rng.randrange(1, 6)):
            hand.thread(rng, new, mail.sent_at + timedelta(days=rng.uniform(12, 150)))
    return Made(by, frozenset({OWNER, new.id}), mail.sent_at, answered)


def _on_by_themselves(hand: Hand, rng: Random, mail: Mail, middle: Person, new: Person) -> None:
    at = waking(rng, mail.sent_at + hours(rng, 20), HOME, True)
    own = hand.letters.owner_box(new.circle)
    bcc = [middle.mailbox()] if rng.random() < 0.5 else []
    mine = hand.letters.write(
        hand.owner, at, [new.mailbox()], f"Re: {mail.subject}", "Thank you! Shall we talk next week?", bcc=bcc,
        parent=mail, sender=own.address, story="introduction",
    )  # fmt: skip
    at = waking(rng, at + hours(rng, 10), HOME, True)
    hand.letters.reply(new, mine, at, "With pleasure.")


def _given(hand: Hand, rng: Random, number: int, one: str, other: str) -> Made:
    both = [hand.people[one], hand.people[other]]
    titles = _GIVEN if number % 3 < 2 else _GIVEN_UNSAID
    subject = rng.choice(titles).format(a=both[0].name.split()[0], b=both[1].name.split()[0])
    mail = hand.round(rng, hand.owner, both, hand.year.at(rng.uniform(0.3, 0.92)), subject, "introduction")
    assert mail is not None
    if number != 3:
        hand.answers(rng, mail, [both[0], both[1]] if rng.random() < 0.5 else [both[1]])
    return Made(OWNER, frozenset({one, other}), mail.sent_at, number != 3)


#: Titles of mails to the owner and somebody new that introduce nobody, however they sound.
_SOUNDS = (
    "Presentation for Thursday", "Present a list of the loans", "Can we meet on Friday?", "Where shall we meet?",
    "Vorstellung am Freitag", "Intro text for the catalogue", "Introduction to watercolour: places left",
    "Meet at the station?", "Connecting trains", "Presentación del proyecto", "When do we meet, and who brings cake?",
    "The speaker's introduction", "Meeting room", "Kennenlernabend der Klasse", "Présentation du budget",
)  # fmt: skip
_PLAIN = ("Key for the hall", "The hose", "Plan for the opening", "Round of offers", "Crates", "Photos of the summer")
_BETWEEN = ("Dinner on Saturday?", "Can we meet on Tuesday?", "Photos of the summer", "Presentation for the board")


def near_misses(hand: Hand) -> None:
    """Mails that bring nobody together: somebody new is in them, or two who never met, for another reason."""
    rng = dice(hand.office.seed, "near misses")
    new = iter(f"{PASSING}-{number}" for number in range(18))
    known = [
        f"{part}-{number}" for part in ("clients", "friends", "choir", "allotment", "parents") for number in (0, 3)
    ]
    rng.shuffle(known)
    for by, subject in zip(known, rng.sample(_SOUNDS, 6), strict=False):
        one = next(new)
        _miss(hand, rng, by, [one], subject, [OWNER, one][: rng.choice((1, 2, 2))])
    for by, subject in zip(known[6:], rng.sample(_PLAIN, 4), strict=False):
        one = next(new)
        _miss(hand, rng, by, [one], subject, [OWNER, one][: rng.choice((0, 1, 2))])
    for by in ("team-5", "clients-5"):
        _miss(hand, rng, by, [next(new)], "Fwd: Invoice for the crates", [])
    for by in ("harbour-4", "friends-7"):
        _miss(hand, rng, by, [next(new), next(new)], rng.choice(_PLAIN), [OWNER])
    _miss(hand, rng, "clients-6", ["clients-7", "team-6", next(new)], "Round of offers", [OWNER, "team-6"])
    pairs = (("friends-8", "friends-9"), ("clients-7", "choir-6"), ("parents-3", "sailing-4"), ("lapsed-0", "team-6"))
    for (one, other), subject in zip(pairs, rng.sample(_BETWEEN, 4), strict=True):
        _miss(hand, rng, OWNER, [one, other], subject, [other, one][: rng.choice((1, 2))])


def _miss(hand: Hand, rng: Random, by: str, whom: Sequence[str], subject: str, answering: Sequence[str]) -> None:
    people = [hand.people[id] for id in whom]
    writer = hand.owner if by == OWNER else hand.people[by]
    latest = min(one.until for one in (writer, *people))
    at = hand.year.at(rng.uniform(0.15, min(0.93, latest - 0.03)))
    if mail := hand.round(rng, writer, people, at, subject, "near miss"):
        hand.answers(rng, mail, [hand.owner if id == OWNER else hand.people[id] for id in answering])


def doors(hand: Hand) -> tuple[Door, ...]:
    """Six people; each is close to one of the owner's acquaintances and was once in a room with two of their friends.

    The one who is close to them need not be close to the owner: that is what makes the way worth knowing.
    """
    rng = dice(hand.office.seed, "doors")
    rows = (
        ("friends-4", "team-0", "family-3"),
        ("choir-8", "friends-10", "harbour-0"),
        ("parents-4", "team-7", "friends-11"),
        ("clients-5", "family-4", "sailing-5"),
        ("allotment-5", "friends-2", "team-8"),
        ("harbour-5", "choir-0", "family-0"),
    )  # fmt: skip
    return tuple(_door(hand, rng, number, through) for number, through in enumerate(rows))


def _door(hand: Hand, rng: Random, number: int, through: tuple[str, str, str]) -> Door:
    target, (close, friend, other) = hand.people[f"{DOORS}-{number}"], (hand.people[id] for id in through)
    start = rng.uniform(0.35, 0.5)
    for step in range(rng.randrange(4, 7)):
        at = hand.year.at(start + step * rng.uniform(0.05, 0.085))
        topic, _ = phrases.topic(rng, close.circle)
        mail = hand.round(rng, close, [target], at, topic, "door")
        if mail is not None and rng.random() < 0.7:
            hand.answers(rng, mail, [hand.owner])
    if number % 2:
        hand.meet([close, target, other], "Round of three", hand.year.at(0.8))
    crowd = [hand.people[id] for id in ("team-9", "clients-4", "parents-5", "sailing-0")]
    hand.round(rng, friend, [target, *crowd], hand.year.at(rng.uniform(0.6, 0.9)), story="door")
    hand.meet([other, friend, target, *crowd], "Big table", hand.year.at(rng.uniform(0.6, 0.9)))
    return Door(target.id, through)
