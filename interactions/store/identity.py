"""Addresses linked to people: what is known is loaded, weighed by pure functions, and what changed is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, and_, delete, func, or_, select, update

from interactions.identity.linking import Card, Linked, Pair, Suggestion, Word, link, pair
from interactions.identity.node import Node, Span
from interactions.schema import (
    addresses,
    cards,
    facts,
    interactions,
    items,
    owners,
    participants,
    person_addresses,
    suggestions,
)
from interactions.schema import sources as links
from interactions.store import corrections, meeting_suggestions, ties
from interactions.store.database import Database, among, insert, now

#: A mail to more people says nothing about who knows whom.
_CIRCLE_MAX = 12
#: Of all names an address was seen with, those rarer than this share are slips, once there are enough of them.
_SLIP, _ENOUGH = 0.1, 10
_DAY = 86_400.0


class Evidence(Struct, frozen=True):
    """All that the linking looks at."""

    nodes: list[Node]
    cards: list[Card]
    word: Word
    answered_for: frozenset[Pair]
    #: Canonical address → id.
    ids: dict[str, int]


def owe(conn: Connection, owner_id: int) -> None:
    """Names, cards or the owner's word changed: addresses are to be linked anew."""
    due = update(owners).where(owners.c.id == owner_id, owners.c.people_due.is_(None))
    conn.execute(due.values(people_due=now(conn)))


def owe_daily(db: Database) -> None:
    """Whatever was missed meanwhile: once a day everybody is linked anew."""

    def change(conn: Connection) -> None:
        old = or_(owners.c.people_at.is_(None), owners.c.people_at < now(conn) - _DAY)
        late = update(owners).where(owners.c.people_due.is_(None), old)
        conn.execute(late.values(people_due=now(conn)))

    db.write(change)


def due(db: Database, quiet: float, at_most: float) -> list[int]:
    """Owners whose addresses wait to be linked: at rest for `quiet` seconds, or waiting for `at_most` of them.

    A linking that was begun and never finished is due again as soon as its claim has run out.
    """
    with db.reading() as conn:
        clock = now(conn)
        owed = select(items.c.id).where(items.c.owner_id == owners.c.id, items.c.owed_since.isnot(None)).exists()
        waits = and_(
            owners.c.people_due.isnot(None),
            or_(and_(owners.c.people_due <= clock - quiet, ~owed), owners.c.people_due <= clock - at_most),
            # What takes long is done more seldom.
            or_(owners.c.people_at.is_(None), owners.c.people_at + 10 * owners.c.people_took < clock, ~owed),
        )
        begun = owners.c.people_claimed_until
        free = or_(begun.is_(None), begun < clock)
        return list(conn.execute(select(owners.c.id).where(free, or_(waits, begun.isnot(None)))).scalars())


def settle(db: Database) -> None:
    """Link whatever is due, for every owner, at once."""
    for owner_id in due(db, -1.0, -1.0):
        relink(db, owner_id)


def is_due(db: Database) -> bool:
    """Whether any owner's addresses wait to be linked or are being linked."""
    with db.reading() as conn:
        waiting = or_(owners.c.people_due.isnot(None), owners.c.people_claimed_until.isnot(None))
        return conn.execute(select(owners.c.id).where(waiting).limit(1)).first() is not None


def relink(db: Database, owner_id: int, seconds: float = 60.0) -> Linked | None:
    """Link all addresses of the owner under a claim of `seconds`; None when somebody else is at it."""
    fence = db.write(lambda conn: _claim(conn, owner_id, seconds))
    if fence is None:
        return None
    with db.reading() as conn:
        began = now(conn)
        evidence = load(conn, owner_id)
    linked = link(evidence.nodes, evidence.cards, evidence.word, evidence.answered_for)

    def change(conn: Connection) -> bool:
        mine = (owners.c.id == owner_id, owners.c.people_fence == fence)
        done = {"people_claimed_until": None, "people_at": now(conn), "people_took": now(conn) - began}
        if not conn.execute(update(owners).where(*mine).values(**done)).rowcount:
            # The claim ran out and another one began: theirs knows more.
            return False
        _write(conn, owner_id, linked, evidence.ids)
        return True

    return linked if db.write(change) else None


def renew(db: Database, owner_id: int, seconds: float) -> None:
    """Hold the claim on linking for longer."""

    def change(conn: Connection) -> None:
        held = update(owners).where(owners.c.id == owner_id, owners.c.people_claimed_until.isnot(None))
        conn.execute(held.values(people_claimed_until=now(conn) + seconds))

    db.write(change)


def _claim(conn: Connection, owner_id: int, seconds: float) -> int | None:
    """The fence under which this linking may be written; whatever changes from here on is due again."""
    clock = now(conn)
    free = or_(owners.c.people_claimed_until.is_(None), owners.c.people_claimed_until < clock)
    claimed = (
        update(owners)
        .where(owners.c.id == owner_id, free)
        .values(people_due=None, people_claimed_until=clock + seconds, people_fence=owners.c.people_fence + 1)
        .returning(owners.c.people_fence)
    )
    return conn.execute(claimed).scalar()


def load(conn: Connection, owner_id: int) -> Evidence:
    """Names, circles, spans, cards and words of everybody but the owner."""
    mine = addresses.c.owner_id == owner_id
    own = select(facts.c.address_id).where(facts.c.own)
    rows = conn.execute(select(addresses.c.id, addresses.c.canonical).where(mine, addresses.c.id.notin_(own)))
    spelled = {row[0]: row[1] for row in rows}
    book = _cards(conn, owner_id, spelled)
    names = _names(conn, owner_id, book)
    near, spans = _neighbours(conn, owner_id, spelled), _spans(conn, owner_id)
    phones = _phones(book)
    nodes = [
        Node(canonical, names.get(id, ()), near.get(id), spans.get(id), phones.get(canonical, ()))
        for id, canonical in spelled.items()
    ]
    answers = _answered_for(conn, owner_id, spelled)
    return Evidence(nodes, book, said(conn, owner_id), answers, {canonical: id for id, canonical in spelled.items()})


def said(conn: Connection, owner_id: int) -> Word:
    """What the owner said of pairs of addresses."""
    held = corrections.held(conn, owner_id, (corrections.PAIR,))
    by: dict[str, set[Pair]] = {"same": set(), "different": set()}
    for (_, target), value in held.items():
        one, _, other = target.partition("|")
        by[value].add(pair(one, other))
    return Word(frozenset(by["same"]), frozenset(by["different"]))


def _cards(conn: Connection, owner_id: int, spelled: Mapping[int, str]) -> list[Card]:
    found: dict[int, tuple[str, str, list[str]]] = {}
    rows = conn.execute(
        select(cards.c.item_id, cards.c.uid, cards.c.name, cards.c.address_id)
        .join(items, items.c.id == cards.c.item_id)
        .where(items.c.owner_id == owner_id)
        .order_by(cards.c.item_id, cards.c.address_id)
    )
    for item_id, uid, name, address_id in rows:
        if address_id in spelled:
            found.setdefault(item_id, (uid or f"#{item_id}", name, []))[2].append(spelled[address_id])
    return [Card(uid, name, tuple(members)) for uid, name, members in found.values()]


def _names(conn: Connection, owner_id: int, book: Iterable[Card]) -> dict[int, list[str]]:
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    rows = conn.execute(
        select(participants.c.address_id, participants.c.name, func.count())
        .join(addresses, addresses.c.id == participants.c.address_id)
        .where(addresses.c.owner_id == owner_id, participants.c.name != "")
        .group_by(participants.c.address_id, participants.c.name)
    )
    for address_id, name, times in rows:
        counted[address_id][name] = times
    rows = conn.execute(
        select(cards.c.address_id, cards.c.name)
        .join(items, items.c.id == cards.c.item_id)
        .where(items.c.owner_id == owner_id, cards.c.name != "")
    )
    for address_id, name in rows:
        counted[address_id][name] = counted[address_id].get(name, 0) + _ENOUGH
    return {id: _usual(names) for id, names in counted.items()}


def _usual(names: Mapping[str, int]) -> list[str]:
    total = sum(names.values())
    return [name for name, times in names.items() if total < _ENOUGH or times >= _SLIP * total]


def _phones(book: Iterable[Card]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for card in book:
        numbers = {one for one in card.addresses if one.startswith("tel:")}
        for address in card.addresses:
            if "@" in address:
                found[address] |= numbers
    return found


def _neighbours(conn: Connection, owner_id: int, spelled: Mapping[int, str]) -> dict[int, dict[str, int]]:
    small = (
        select(participants.c.interaction_id)
        .join(interactions, interactions.c.id == participants.c.interaction_id)
        .where(interactions.c.owner_id == owner_id)
        .group_by(participants.c.interaction_id)
        .having(and_(func.count() > 1, func.count() <= _CIRCLE_MAX))
        .subquery()
    )
    one, other = participants.alias("one"), participants.alias("other")
    pairs = conn.execute(
        select(one.c.address_id, other.c.address_id, func.count())
        .join(small, small.c.interaction_id == one.c.interaction_id)
        .join(other, and_(other.c.interaction_id == one.c.interaction_id, other.c.address_id != one.c.address_id))
        .group_by(one.c.address_id, other.c.address_id)
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for address_id, neighbour, times in pairs:
        if neighbour in spelled:
            found[address_id][spelled[neighbour]] = times
    return found


def _spans(conn: Connection, owner_id: int) -> dict[int, Span]:
    rows = conn.execute(
        select(
            participants.c.address_id, func.min(participants.c.at), func.max(participants.c.at), func.count()
        )
        .join(addresses, addresses.c.id == participants.c.address_id)
        .where(addresses.c.owner_id == owner_id)
        .group_by(participants.c.address_id)
    )  # fmt: skip
    return {row[0]: Span(row[1], row[2], row[3]) for row in rows}


def _answered_for(conn: Connection, owner_id: int, spelled: Mapping[int, str]) -> frozenset[Pair]:
    """Pairs where a mail that the owner sent to the one alone was answered from the other (RFC 5322 §3.6.4)."""
    reply, mail = items.alias("reply"), items.alias("mail")
    alone = (
        select(links.c.item_id, func.min(participants.c.address_id).label("address_id"))
        .join(participants, participants.c.interaction_id == links.c.interaction_id)
        .group_by(links.c.item_id)
        .having(func.count(participants.c.address_id.distinct()) == 1)
        .subquery()
    )
    rows = conn.execute(
        select(alone.c.address_id, reply.c.sender_id)
        .distinct()
        .select_from(reply)
        .join(mail, and_(mail.c.message_key == reply.c.reply_key, mail.c.owner_id == owner_id, mail.c.sent))
        .join(alone, alone.c.item_id == mail.c.id)
        .where(reply.c.owner_id == owner_id, ~reply.c.sent, reply.c.sender_id != alone.c.address_id)
    )
    return frozenset(pair(spelled[a], spelled[b]) for a, b in rows if a in spelled and b in spelled)


def _write(conn: Connection, owner_id: int, linked: Linked, ids: Mapping[str, int]) -> None:
    """Change only what changed, so that nothing flickers and most linkings write nothing."""
    wanted: dict[int, int] = {}
    for cluster in linked.clusters:
        members = sorted(ids[address] for address in cluster if address in ids)
        if len(members) > 1:
            wanted.update((one, members[0]) for one in members)
    mine = select(addresses.c.id).where(addresses.c.owner_id == owner_id)
    rows = conn.execute(
        select(person_addresses.c.address_id, person_addresses.c.person_id).where(
            person_addresses.c.address_id.in_(mine)
        )
    )
    there = {row[0]: row[1] for row in rows}
    gone = [one for one in there if one not in wanted]
    if gone:
        conn.execute(delete(person_addresses).where(among(conn, person_addresses.c.address_id, gone)))
    living = set(conn.execute(select(addresses.c.id).where(among(conn, addresses.c.id, wanted))).scalars())
    moved = {one for one in {*there, *wanted} if there.get(one) != wanted.get(one)}
    ties.owe(conn, {number for one in moved for number in (one, there.get(one), wanted.get(one)) if number is not None})
    changed = [(one, person) for one, person in sorted(wanted.items()) if there.get(one) != person and one in living]
    end = "ON CONFLICT (address_id) DO UPDATE SET person_id = excluded.person_id"
    insert(conn, person_addresses, ("address_id", "person_id"), changed, end)
    _suggest(conn, owner_id, linked.suggestions)
    meeting_suggestions.renew(conn, owner_id)


def _suggest(conn: Connection, owner_id: int, likely: Iterable[Suggestion]) -> None:
    conn.execute(delete(suggestions).where(suggestions.c.owner_id == owner_id, suggestions.c.kind == "person"))
    rows = [
        (owner_id, "person", "|".join(one.pair), one.chance, msgspec.json.encode(one.evidence).decode())
        for one in likely
    ]
    insert(conn, suggestions, ("owner_id", "kind", "target", "chance", "evidence"), rows)
