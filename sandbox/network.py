"""Two years of a network whose truth is known: circles, silences, introductions, bridges and ways to somebody.

The year of `sandbox.life` tells what is a human act; this tells what such acts mean. `make_network(seed)` makes its
people anew for each seed. No machine writes to it: what is no human act is the other life's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sandbox import cast
from sandbox.addressbook import card_of
from sandbox.chance import dice
from sandbox.letters import Letters
from sandbox.model import Card, Life, Person, Year
from sandbox.network_cast import GROUPS, ONLY_WORD, QUIET, RESTING, everybody
from sandbox.network_plots import Door, Made, doors, introductions, near_misses
from sandbox.network_post import Hand, circles, gaps, ordinary
from sandbox.planner import CALENDARS, Planner
from sandbox.postoffice import PostOffice

#: Days that are told, and a Monday on which they end unless another day is asked for.
DAYS, END = 760, date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Talk:
    """Something between the owner and somebody that no mail and no calendar knows of."""

    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Network:
    """The life, and what is true of it; people are told by their ids."""

    life: Life
    #: Circle → who is in it.
    circles: Mapping[str, tuple[str, ...]]
    #: Close for a year, silent since for three to eight months.
    neglected: tuple[str, ...]
    #: The same, but the owner lets them rest.
    resting: tuple[str, ...]
    #: What the owner tells themselves.
    talks: tuple[Talk, ...]
    introductions: tuple[Made, ...]
    #: (who, of which circle): the owner sees hardly anybody of it without them.
    bridges: tuple[tuple[str, str], ...]
    doors: tuple[Door, ...]


def make_network(seed: int = 1, end: date = END) -> Network:
    """The network of that seed in the two years before `end`. Equal arguments, equal network."""
    midnight = datetime(end.year, end.month, end.day, tzinfo=UTC)
    span = Year(midnight - timedelta(days=DAYS), midnight)
    people, members = everybody(seed)
    office, planner = PostOffice(seed, span, cast.OWNER, people), Planner(seed, span, cast.OWNER, people)
    hand = Hand(Letters(office), planner)
    ordinary(hand)
    circles(hand, members)
    made = introductions(hand)
    near_misses(hand)
    ways = doors(hand)
    life = Life(
        seed, span, cast.OWNER, people, tuple(sorted(office.mails, key=lambda mail: mail.id)), CALENDARS,
        tuple(planner.events), tuple(_cards(seed, people)), (),
    )  # fmt: skip
    return Network(
        life, members,
        neglected=tuple(one.id for one in people if one.id.startswith(f"{QUIET}-")),
        resting=tuple(one.id for one in people if one.id.startswith(f"{RESTING}-")),
        talks=_talks(hand),
        introductions=made,
        bridges=tuple((f"{group.id}-0", group.id) for group in GROUPS if group.hangs_on_one),
        doors=ways,
    )  # fmt: skip


def _cards(seed: int, people: tuple[Person, ...]) -> list[Card]:
    """A card of everybody in a group of the address book, of most friends, and of who writes no mail."""
    rng = dice(seed, "cards")
    book = {group.id: group.book for group in GROUPS if group.book}
    cards = []
    for one in people:
        group = book.get(one.id.partition("-")[0], "")
        if one.id != ONLY_WORD and (group or not one.address or rng.random() < 0.4):
            cards.append(card_of(rng, one, group))
    return cards


def _talks(hand: Hand) -> tuple[Talk, ...]:
    rng, person = dice(hand.office.seed, "talks"), hand.people[ONLY_WORD]
    return tuple(Talk(person.id, at.replace(hour=17)) for at in gaps(rng, hand, person, 18))
