"""Circles kept: those that cards, lists and series tell, and those that are found in who is seen with whom.

They are made anew once a day and keep their keys. What the owner says of them is not here: it is their word
(`corrections`), and stands above whatever is found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec import Struct
from sqlalchemy import Connection, delete, or_, select, update

from interactions.circles.communities import SMALLEST, communities
from interactions.circles.lasting import SAME, alike, matched
from interactions.circles.weave import Act, weave
from interactions.entries import fold_title
from interactions.items import Contact, Email
from interactions.organisations import company
from interactions.prepare import decode
from interactions.rules import lists
from interactions.rules.message import Message
from interactions.schema import (
    addresses,
    cards,
    circle_members,
    circles,
    facts,
    items,
    owners,
    payloads,
    person_addresses,
)
from interactions.store.acts import Told, shared
from interactions.store.database import Database, among, insert, next_ids, now
from interactions.store.facts import own_addresses
from interactions.store.tied import tied
from interactions.verdict import Known

#: Groups that every address book of Google has (developers.google.com/people/api/rest/v1/contactGroups).
_NO_CIRCLES = frozenset({"mycontacts", "* mycontacts", "starred", "* starred", "contacts", "friends", "family"})
_DAY = 86_400.0
#: Mails of lists that are looked at, the newest first.
_LISTED_MAX = 5_000
#: Occurrences that make a series a circle, and the share of them that somebody comes to who belongs to it.
_OCCURRENCES, _OFTEN = 3, 0.5
#: So many of a group at one organisation, and it is named after that.
_OF_ONE = 0.6


class Circle(Struct, frozen=True):
    """One circle as it is found; members are person ids."""

    key: str
    name: str
    members: frozenset[int]


def due(db: Database) -> list[int]:
    """Owners whose circles were not looked for since a day."""
    with db.reading() as conn:
        old = or_(owners.c.circles_at.is_(None), owners.c.circles_at < now(conn) - _DAY)
        return list(conn.execute(select(owners.c.id).where(old)).scalars())


def renew(db: Database, owner_id: int) -> int:
    """Look for the owner's circles again; returns how many there are."""
    with db.reading() as conn:
        told = list(shared(conn, owner_id, int(now(conn))))
        found = _distinct(groups(conn, owner_id), [*_lists(conn, owner_id), *_series(told)])
        found += _found(conn, owner_id, told, found)

    def change(conn: Connection) -> None:
        _write(conn, owner_id, found)
        conn.execute(update(owners).where(owners.c.id == owner_id).values(circles_at=now(conn)))

    db.write(change)
    return len(found)


def members_of(
    conn: Connection, owner_id: int, beginning: str = "", people: Collection[int] | None = None
) -> dict[str, frozenset[int]]:
    """Key → the persons of each circle, as they were found last.

    `beginning`: of keys that begin so; `people`: only these persons.
    """
    person = person_addresses.c.person_id
    chosen = (
        select(circles.c.key, circle_members.c.address_id, person)
        .join(circle_members, circle_members.c.circle_id == circles.c.id)
        .outerjoin(person_addresses, person_addresses.c.address_id == circle_members.c.address_id)
        .where(circles.c.owner_id == owner_id, circles.c.key.startswith(beginning, autoescape=True))
    )
    if people is not None:
        linked = select(person_addresses.c.address_id).where(among(conn, person, people))
        member = circle_members.c.address_id
        chosen = chosen.where(or_(among(conn, member, people), member.in_(linked)))
    found: dict[str, set[int]] = defaultdict(set)
    for key, address_id, person_id in conn.execute(chosen).all():
        found[key].add(person_id or address_id)
    return {key: frozenset(group) for key, group in found.items()}


def _write(conn: Connection, owner_id: int, found: Sequence[Circle]) -> None:
    rows = conn.execute(select(circles.c.key, circles.c.id).where(circles.c.owner_id == owner_id))
    ids = {row[0]: row[1] for row in rows}
    gone = [id for key, id in ids.items() if key not in {one.key for one in found}]
    conn.execute(delete(circles).where(among(conn, circles.c.id, gone)))
    fresh = [one for one in found if one.key not in ids]
    numbers = next_ids(conn, circles, len(fresh))
    rows_of = [(number, owner_id, one.key, one.name) for number, one in zip(numbers, fresh, strict=True)]
    insert(conn, circles, ("id", "owner_id", "key", "name"), rows_of)
    ids.update({one.key: number for number, one in zip(numbers, fresh, strict=True)})
    for one in found:
        conn.execute(update(circles).where(circles.c.id == ids[one.key]).values(name=one.name))
    conn.execute(delete(circle_members).where(among(conn, circle_members.c.circle_id, ids.values())))
    living = set(conn.execute(select(addresses.c.id).where(addresses.c.owner_id == owner_id)).scalars())
    lines = [(ids[one.key], member) for one in found for member in sorted(one.members & living)]
    insert(conn, circle_members, ("circle_id", "address_id"), lines)


def groups(conn: Connection, owner_id: int) -> list[Circle]:
    """Contact groups and categories of cards (vCard CATEGORIES, RFC 6350 §6.7.1), also of one person alone."""
    rows = conn.execute(
        select(payloads.c.body, cards.c.address_id, person_addresses.c.person_id)
        .join(items, items.c.id == payloads.c.item_id)
        .join(cards, cards.c.item_id == items.c.id)
        .outerjoin(person_addresses, person_addresses.c.address_id == cards.c.address_id)
        .outerjoin(facts, facts.c.address_id == cards.c.address_id)
        .where(items.c.owner_id == owner_id, items.c.kind == "contact", items.c.state == "kept")
        .where(or_(facts.c.own.is_(None), ~facts.c.own))
    )
    members: dict[str, set[int]] = defaultdict(set)
    names: dict[str, str] = {}
    for body, address_id, person_id in rows:
        card = decode(body)
        for name in card.categories() if isinstance(card, Contact) else ():
            if name.lower() not in _NO_CIRCLES and (folded := fold_title(name)):
                members[folded].add(person_id or address_id)
                names[folded] = min(name, names.get(folded, name))
    return [Circle(f"group:{one}", names[one], frozenset(people)) for one, people in sorted(members.items())]


def _lists(conn: Connection, owner_id: int) -> list[Circle]:
    """Mailing lists that the owner wrote to: whoever posts there."""
    rows = conn.execute(
        select(payloads.c.body, items.c.sender_id, person_addresses.c.person_id)
        .join(items, items.c.id == payloads.c.item_id)
        .outerjoin(person_addresses, person_addresses.c.address_id == items.c.sender_id)
        .where(items.c.owner_id == owner_id, items.c.rule.in_(("mail.list", "mail.list.personal")))
        .order_by(items.c.at.desc())
        .limit(_LISTED_MAX)
    ).all()
    if not rows:
        return []
    known = Known(own_addresses(conn, owner_id))
    written = set(
        conn.execute(
            select(addresses.c.canonical)
            .join(facts, facts.c.address_id == addresses.c.id)
            .where(addresses.c.owner_id == owner_id, facts.c.sent_to)
        ).scalars()
    )
    members: dict[str, set[int]] = defaultdict(set)
    for body, sender_id, person_id in rows:
        mail = decode(body)
        if isinstance(mail, Email) and sender_id is not None:
            for one in lists.addresses(Message(mail, known)) & written:
                members[one].add(person_id or sender_id)
    own = set(conn.execute(select(facts.c.address_id).where(facts.c.own)).scalars())
    return [
        Circle(f"list:{one}", one.partition("@")[0], frozenset(people - own))
        for one, people in sorted(members.items())
        if len(people - own) >= SMALLEST
    ]


def _series(told: Iterable[Told]) -> list[Circle]:
    """Meetings that come again and again: whoever is in half of them."""
    held: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        if one.series:
            held[one.series].append(one)
    found = []
    for key, several in held.items():
        if len(several) < _OCCURRENCES:
            continue
        came = Counter(person for one in several for person in one.act.people)
        members = frozenset(person for person, times in came.items() if times >= _OFTEN * len(several))
        title = Counter(one.title for one in several).most_common(1)[0][0]
        if len(members) >= SMALLEST and fold_title(title):
            found.append(Circle(f"series:{key}", " ".join(title.split())[:80], members))
    return sorted(found, key=lambda one: (-len(one.members), one.key))


def _distinct(first: Iterable[Circle], more: Iterable[Circle]) -> list[Circle]:
    """All the first, and of what is alike the first."""
    kept = list(first)
    for one in more:
        if all(alike(one.members, other.members) < SAME for other in kept):
            kept.append(one)
    return kept


def _found(conn: Connection, owner_id: int, told: Iterable[Told], there: Sequence[Circle]) -> list[Circle]:
    """Further ones, from who is seen with whom; each keeps the key of the one it was before."""
    people = tied(conn, owner_id).keys()
    net = weave((_only(one, people) for one in told), int(now(conn)))
    parts = [group for group in communities(net) if all(alike(group, other.members) < SAME for other in there)]
    before = members_of(conn, owner_id, "found:")
    numbered = [int(key.partition(":")[2]) for key in before]
    fresh = iter(range(max(numbered, default=0) + 1, max(numbered, default=0) + 1 + len(parts)))
    companies = _companies(conn, {one for group in parts for one in group})
    return [
        Circle(key or f"found:{next(fresh)}", _organisation(group, companies), group)
        for key, group in zip(matched(before, parts), parts, strict=True)
    ]


def _only(one: Told, people: AbstractSet[int]) -> Act:
    return Act(
        one.act.id, one.act.at, one.act.kind, {who: role for who, role in one.act.people.items() if who in people}
    )


def _companies(conn: Connection, people: set[int]) -> dict[int, str]:
    rows = conn.execute(select(addresses.c.id, addresses.c.canonical).where(among(conn, addresses.c.id, people)))
    return {row[0]: company(row[1].rpartition("@")[2]) if "@" in row[1] else "" for row in rows}


def _organisation(group: frozenset[int], companies: Mapping[int, str]) -> str:
    counted = Counter(at for one in group if (at := companies.get(one, "")))
    if not counted:
        return ""
    name, number = max(counted.items(), key=lambda item: (item[1], item[0]))
    return name if number >= _OF_ONE * len(group) else ""
