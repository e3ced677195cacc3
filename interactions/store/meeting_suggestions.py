"""Entries without guests that are likely meetings, by title: derived anew with every linking, asked about once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, or_, select

from interactions.entries import Friend, Friends, Guess, fold_title
from interactions.items import Event
from interactions.prepare import decode
from interactions.rules import robots
from interactions.schema import addresses, cards, facts, items, participants, payloads, person_addresses, suggestions
from interactions.store import circles, corrections, telephones
from interactions.store.database import insert
from interactions.store.titles import best

#: Entries looked at, the newest first.
_ENTRIES_MAX = 5_000
_Entry = tuple[Event, int]


def renew(conn: Connection, owner_id: int) -> None:
    """Replace what is asked about titles; what the owner answered is not asked again."""
    conn.execute(delete(suggestions).where(suggestions.c.owner_id == owner_id, suggestions.c.kind == "meeting"))
    entries = _entries(conn, owner_id)
    if not entries:
        return
    quiet = _quiet(conn, owner_id)
    people = _people(conn, owner_id)
    friends = Friends(people.values(), _circles(conn, owner_id, people))
    rows = []
    for folded, several in entries.items():
        guess = _guess(friends, [event for event, _ in several])
        if guess is not None and not any(one.address in quiet for one in guess.who):
            rows.append((owner_id, "meeting", folded, guess.chance, _evidence(guess, several)))
    insert(conn, suggestions, ("owner_id", "kind", "target", "chance", "evidence"), rows)


def _guess(friends: Friends, events: Iterable[Event]) -> Guess | None:
    """The same for every order: of copies of a title the first guess in the order of its text."""
    said = sorted({(event.summary, event.location, event.calendar) for event in events})
    return next((found for one in said if (found := friends.guess(*one)) is not None), None)


def _evidence(guess: Guess, several: list[_Entry]) -> str:
    told = {
        "title": min(event.summary for event, _ in several)[:200],
        "times": len(several),
        "last": max(at for _, at in several),
        "repeated": any(event.rrule or event.rdates for event, _ in several),
        "who": [[one.address, one.name] for one in guess.who],
        "because": guess.evidence,
    }
    return msgspec.json.encode(told).decode()


def _entries(conn: Connection, owner_id: int) -> dict[str, list[_Entry]]:
    settled = {target for _, target in corrections.held(conn, owner_id, (corrections.TITLE,))}
    rows = conn.execute(
        select(payloads.c.body, items.c.at)
        .join(items, items.c.id == payloads.c.item_id)
        .where(items.c.owner_id == owner_id, items.c.kind == "event", items.c.rule == "calendar.guestless")
        .order_by(items.c.at.desc(), items.c.id)
        .limit(_ENTRIES_MAX)
    )
    found: dict[str, list[_Entry]] = defaultdict(list)
    for body, at in rows:
        event = decode(body)
        if isinstance(event, Event) and isinstance(event.start, datetime):
            folded = fold_title(event.summary)
            if folded and folded not in settled:
                found[folded].append((event, at or 0))
    return found


def _quiet(conn: Connection, owner_id: int) -> set[str]:
    """Whom the owner muted or lets rest: nobody asks about them."""
    return {target for _, target in corrections.held(conn, owner_id, (corrections.MUTE, corrections.REST))}


def _people(conn: Connection, owner_id: int) -> dict[int, Friend]:
    """Person id → somebody in the address book or somebody the owner wrote to, by the name that is best known."""
    person = person_addresses.c.person_id
    rows = conn.execute(
        select(addresses.c.id, addresses.c.canonical, person, facts.c.own)
        .outerjoin(facts, facts.c.address_id == addresses.c.id)
        .outerjoin(person_addresses, person_addresses.c.address_id == addresses.c.id)
        .where(
            addresses.c.owner_id == owner_id,
            or_(
                facts.c.in_book,
                facts.c.sent_to,
                facts.c.answered,
                addresses.c.id.in_(select(cards.c.address_id)) & ~addresses.c.canonical.contains("@"),
            ),
        )
    )
    members: dict[int, list[tuple[int, str]]] = defaultdict(list)
    nobodys = telephones.shared(conn, owner_id)
    for id, canonical, person_id, own in rows:
        if not own and id not in nobodys and not robots.is_robot(canonical):
            members[person_id or id].append((id, canonical))
    names = _names(conn, [id for several in members.values() for id, _ in several])
    found = {}
    for person_id, several in members.items():
        called = sorted({names[id] for id, _ in several if id in names}, key=lambda name: (-len(name.split()), name))
        if called:
            found[person_id] = Friend(best(canonical for _, canonical in several), called[0])
    return found


def _names(conn: Connection, ids: Iterable[int]) -> dict[int, str]:
    wanted = sorted(set(ids))
    found: dict[int, str] = {}
    for start in range(0, len(wanted), 1_000):
        part = wanted[start : start + 1_000]
        for table in (participants, cards):
            rows = conn.execute(
                select(table.c.address_id, table.c.name)
                .distinct()
                .where(table.c.address_id.in_(part), table.c.name != "")
                .order_by(table.c.name)
            )
            # A card's name stands before what somebody signs with.
            found.update((row[0], row[1]) for row in rows)
    return found


def _circles(conn: Connection, owner_id: int, people: Mapping[int, Friend]) -> dict[str, tuple[Friend, ...]]:
    """Groups of the address book → who is in them."""
    return {
        group.name: tuple(sorted((people[one] for one in group.members & people.keys()), key=lambda one: one.address))
        for group in circles.groups(conn, owner_id)
    }
