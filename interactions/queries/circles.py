"""The owner's circles: who is in each, and what their own part in it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct
from sqlalchemy import Connection, select

from interactions.entries import fold_title
from interactions.queries.codes import codes
from interactions.queries.folding import fold
from interactions.queries.names import Who, whos
from interactions.schema import addresses, circles, interactions, items, participants, person_addresses
from interactions.store import corrections
from interactions.store.circles import members_of
from interactions.store.corrections import CIRCLE, CIRCLE_NAME, NO_CIRCLE
from interactions.store.database import Database, among

#: Seconds back that the owner's part is told from.
_BACK = 730 * 86_400
#: Rules of meetings that somebody organized.
_INVITED = ("calendar.meeting", "calendar.call", "owner.person", "owner.kind")


class Part(Struct, frozen=True):
    """What the owner did where at least two of a circle were, within two years."""

    #: Mails begun, mails that answer, meetings held that they organized; meetings they came to, mails they only read.
    starts: int = 0
    answers: int = 0
    hosts: int = 0
    comes: int = 0
    reads: int = 0

    @property
    def total(self) -> int:
        """How much there is to tell from."""
        return self.starts + self.answers + self.hosts + self.comes + self.reads


class Circle(Struct, frozen=True):
    """One circle."""

    key: str
    #: By which it is meant, beside its name.
    code: str
    #: "" where neither the owner nor anything else names it.
    name: str
    #: group, series, list, found, own
    kind: str
    members: tuple[Who, ...]
    part: Part
    #: When at least two of them and the owner were last in touch, seconds since 1970 UTC.
    last_at: int | None


def names_and_members(
    conn: Connection, owner_id: int, people: Collection[int] | None = None
) -> dict[str, tuple[str, frozenset[int]]]:
    """Key → name and person ids of every circle, the owner's word above what was found; `people`: only of these."""
    named = conn.execute(select(circles.c.key, circles.c.name).where(circles.c.owner_id == owner_id))
    names = {row[0]: row[1] for row in named}
    members = {key: set(group) for key, group in members_of(conn, owner_id, people=people).items()}
    held = corrections.held(conn, owner_id, (CIRCLE, CIRCLE_NAME))
    names.update({target: value for (kind, target), value in held.items() if kind == CIRCLE_NAME})
    said = [(*target.partition("|")[::2], value) for (kind, target), value in held.items() if kind == CIRCLE]
    person_of = _persons(conn, owner_id, {canonical for _, canonical, _ in said})
    for key, canonical, value in said:
        if canonical in person_of and (people is None or person_of[canonical] in people):
            group = members.setdefault(key, set())
            group.add(person_of[canonical]) if value == "in" else group.discard(person_of[canonical])
    return {
        key: (names.get(key, ""), frozenset(group))
        for key, group in sorted(members.items())
        if group and names.get(key) != NO_CIRCLE
    }


def named(conn: Connection, owner_id: int, text: str) -> dict[str, tuple[str, frozenset[int]]]:
    """The circles `text` means: a whole name or code, else a part of a name."""
    known = names_and_members(conn, owner_id)
    wanted, code_of = fold_title(text) or fold(text), codes(known)
    whole = {
        key: one for key, one in known.items() if wanted == fold_title(one[0]) or text.strip().lower() == code_of[key]
    }
    return whole or {key: one for key, one in known.items() if one[0] and wanted and wanted in fold_title(one[0])}


def circles_of(db: Database, owner_id: int, now: int, *, text: str = "") -> list[Circle]:
    """Every circle, or those that `text` means; who is named first, then the one last in touch."""
    with db.reading() as conn:
        known = named(conn, owner_id, text) if text else names_and_members(conn, owner_id)
        code_of = codes(names_and_members(conn, owner_id))
        who = whos(conn, {one for _, people in known.values() for one in people})
        parts = _parts(conn, {key: people for key, (_, people) in known.items()}, now)
    found = [
        Circle(
            key, code_of[key], name, key.partition(":")[0],
            tuple(sorted((who[one] for one in people if one in who), key=lambda one: (fold(one.name), one.person_id))),
            *parts.get(key, (Part(), None)),
        )
        for key, (name, people) in known.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.name, -(one.last_at or 0), one.key))


def _persons(conn: Connection, owner_id: int, canonicals: Iterable[str]) -> dict[str, int]:
    rows = conn.execute(
        select(addresses.c.canonical, addresses.c.id, person_addresses.c.person_id)
        .outerjoin(person_addresses, person_addresses.c.address_id == addresses.c.id)
        .where(addresses.c.owner_id == owner_id, among(conn, addresses.c.canonical, canonicals))
    )
    return {row[0]: row[2] or row[1] for row in rows}


def _parts(conn: Connection, known: Mapping[str, frozenset[int]], now: int) -> dict[str, tuple[Part, int | None]]:
    """Key → the owner's part, and when it was last."""
    people = {one for several in known.values() for one in several}
    there: dict[int, set[int]] = defaultdict(set)
    for person, number in seen(conn, people, now):
        there[number].add(person)
    several = [number for number, who in there.items() if len(who) > 1]
    rows = conn.execute(
        select(
            interactions.c.id, interactions.c.at, interactions.c.kind, interactions.c.direction,
            interactions.c.rule, items.c.reply_key,
        )
        .outerjoin(items, items.c.id == interactions.c.item_id)
        .where(among(conn, interactions.c.id, several))
    ).all()  # fmt: skip
    organized = select(participants.c.interaction_id).where(
        among(conn, participants.c.interaction_id, several), participants.c.role == "organizer"
    )
    hosted_by_others = {*conn.execute(organized).scalars(), *(row.id for row in rows if row.rule not in _INVITED)}
    found = {}
    for key, members in known.items():
        mine = [row for row in rows if len(there[row.id] & members) > 1]
        counted = Counter(
            _act(row.kind, row.direction, row.reply_key is not None, row.id not in hosted_by_others) for row in mine
        )
        found[key] = (Part(**counted), max((row.at for row in mine), default=None))
    return found


def seen(conn: Connection, people: set[int], now: int) -> Iterable[tuple[int, int]]:
    """(person, interaction) of everything within two years that these had a part in."""
    links = select(person_addresses.c.address_id, person_addresses.c.person_id)
    rows = conn.execute(links.where(among(conn, person_addresses.c.person_id, people)))
    linked = {row[0]: row[1] for row in rows}
    wanted = people | linked.keys()
    rows = conn.execute(
        select(participants.c.address_id, participants.c.interaction_id).where(
            among(conn, participants.c.address_id, wanted), participants.c.at <= now, participants.c.at > now - _BACK
        )
    )
    return [(linked.get(row[0], row[0]), row[1]) for row in rows]


def _act(kind: str, direction: str, reply: bool, hosted: bool) -> str:
    """What the owner did in it."""
    if kind == "email":
        return "reads" if direction == "in" else "answers" if reply else "starts"
    return "hosts" if hosted else "comes"
