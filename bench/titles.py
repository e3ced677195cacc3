"""How well entries without guests are understood: `python -m bench.titles [--errors]`.

200 entries: those of the demo's life that have no guests, its meetings with their guests taken away (who came is the
truth), and entries with people's names in them that nobody meets for. A suggestion is right when everybody it names
was there; one of a whole group, when all who were there are of it. The last line is JSON: `precision` and `recall` of
what is suggested, `suggested`, `events`.
"""

from __future__ import annotations

import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bench.ended import ended
from interactions.entries import Friend, Friends
from sandbox import cast
from sandbox.life import make_life
from sandbox.model import Life, Person

EVENTS = 200
SEEDS = (1, 2, 3, 4)
#: What an entry with somebody's name may be about without meeting them; {w} is a given name, {n} a full one.
_NOBODY_MET = (
    "{w}'s birthday", "Birthday {n}", "Present for {w}", "Buy flowers for {w}", "Send {w} the photos", "Pay {n}",
    "Write to {w}", "{w}: school play tickets", "Flight with {n}", "{w} on holiday", "Geburtstag {w}", "Order {w} book",
    "Email {n} about the roof", "Anniversary {w}", "Return {w}'s drill", "Card for {w}", "Dr. {n}", "{w} exam results",
    "Deadline {w} project", "Water {w}'s plants",
)  # fmt: skip
#: Titles of the life's own entries → ids of who was there; everything else without guests was nobody's company.
_ALONE_WITH = {"Coffee with Oksana": (cast.ONLY_IN_ENTRIES,), "Dinner with Ines": ("ines",)}


class Entry(NamedTuple):
    """One entry, and the ids of the people who were there."""

    title: str
    location: str
    calendar: str
    there: frozenset[str]


def entries(seed: int) -> tuple[Life, list[Entry]]:
    """Everything of one life that such an entry can be made of."""
    life = make_life(seed)
    people = {address: one.id for one in life.people for address in one.addresses}
    choir = frozenset(one.id for one in life.people if one.circle.name == "CHOIR")
    found = []
    for event in life.events:
        if event.kind not in ("default", "fromGmail") or event.visibility in ("PRIVATE", "CONFIDENTIAL"):
            continue
        there = frozenset(people[one.mailbox.address] for one in event.guests if one.mailbox.address in people)
        if not event.guests:
            of_choir = event.summary in ("Choir concert", "Rehearsal")
            there = choir if of_choir else frozenset(_ALONE_WITH.get(event.summary, ()))
        if event.summary != "Call Mum":
            found.append(Entry(event.summary, event.location, event.calendars[0], there))
    draw = random.Random(seed)
    for template in _NOBODY_MET:
        person = draw.choice(life.people)
        title = template.format(w=person.name.split()[0], n=person.name)
        found.append(Entry(title, "", "Nora Brandt", frozenset()))
    draw.shuffle(found)
    return life, found


def friends(life: Life) -> Friends:
    """Whom the owner knows, and the groups of their address book."""
    circles: dict[str, list[Friend]] = defaultdict(list)
    for one in life.people:
        if one.in_book and one.circle.name == "CHOIR":
            circles["Choir"].append(_friend(one))
    return Friends(map(_friend, life.people), {name: tuple(several) for name, several in circles.items()})


def _friend(person: Person) -> Friend:
    return Friend(person.id, person.name)


def judged(seeds: Sequence[int], count: int) -> Iterator[tuple[Entry, frozenset[str]]]:
    """`count` entries over all lives, each with the ids that were suggested."""
    for seed in seeds:
        life, found = entries(seed)
        known = friends(life)
        for entry in found[: count // len(seeds)]:
            guess = known.guess(entry.title, entry.location, entry.calendar)
            who = frozenset(one.address for one in guess.who) if guess is not None else frozenset[str]()
            yield entry, who


def is_right(entry: Entry, who: frozenset[str]) -> bool:
    """Whether everybody named was there; a group is right when those who were there are all of it."""
    return who <= entry.there or (len(who) > 4 and bool(entry.there) and entry.there <= who)


def figures(told: Sequence[tuple[Entry, frozenset[str]]]) -> dict[str, float]:
    """Precision and recall of the suggestions."""
    suggested = [one for one in told if one[1]]
    right = [one for one in suggested if is_right(*one)]
    wanted = [one for one in told if one[0].there]
    return {
        "precision": round(len(right) / len(suggested), 4) if suggested else 1.0,
        "recall": round(len(right) / len(wanted), 4) if wanted else 1.0,
        "suggested": len(suggested),
        "events": len(told),
    }


def main() -> int:
    """Print the JSON line; with --errors every wrong suggestion before it."""
    told = list(judged(SEEDS, EVENTS))
    if "--errors" in sys.argv:
        for entry, who in told:
            if who and not is_right(entry, who):
                print(f"wrong: {entry.title} · {entry.location} · {entry.calendar}: {sorted(who)}")
            if entry.there and not who:
                print(f"missed: {entry.title} · {entry.location} · {entry.calendar}: {sorted(entry.there)}")
    print(json.dumps(figures(told)))
    return 0


if __name__ == "__main__":
    raise SystemExit(ended(main))
