"""A network as large as anybody's, written straight into the tables: 10,000 people, 1,000,000 interactions.

Few people are met often and many seldom (Zipf); one in seven has a second address, one in three interactions has a
second person in it. The same for every run.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate

from sqlalchemy import Connection, text

from interactions.schema import addresses, facts, interactions, participants, person_addresses
from interactions.store import accounts
from interactions.store.database import Database, insert
from interactions.ties.weights import UNIT
from interactions.vocabulary import words

#: The moment that is asked about, seconds since 1970 UTC, and how far back the log reaches.
NOW = 1_790_000_000
_SPAN = 6 * 365 * 86_400
_BATCH = 20_000
_GIVEN = words("ada bo carla dan eva finn greta hugo ines jan kaja leo mia nils olga paul rosa sven tilda udo")
_FAMILY = words("abel brandt claes dahl engel falk gruber holm iversen jansen krog lang moser nagel otto pohl roth")


def make(db: Database, people: int = 10_000, count: int = 1_000_000) -> int:
    """Fill an empty database; returns the owner. Ties are owed, not counted."""
    owner_id = accounts.owner(db)
    rng = random.Random(7)
    with db.writing() as conn:
        names = [_name(rng, number) for number in range(people)]
        canonicals = [f"{name.lower().replace(' ', '.')}@{_domain(rng)}" for name in names]
        canonicals += [f"{canonicals[number].partition('@')[0]}@home.example" for number in range(0, people, 7)]
        rows = [(number, owner_id, one, False, True) for number, one in enumerate(canonicals, 1)]
        insert(conn, addresses, ("id", "owner_id", "canonical", "role", "tie_owed"), rows)
        both = [(people + at + 1, 7 * at + 1) for at in range(len(canonicals) - people)]
        insert(conn, person_addresses, ("address_id", "person_id"), [*both, *((one, one) for _, one in both)])
        known = [(number, False, number % 3 > 0, number % 4 > 0, number % 5 == 0) for number, *_ in rows]
        insert(conn, facts, ("address_id", "own", "sent_to", "answered", "in_book"), known)
    popular = list(accumulate(1 / (rank + 3) ** 0.8 for rank in range(len(canonicals))))
    order = list(range(1, len(canonicals) + 1))
    rng.shuffle(order)
    for batch in _batches(rng, owner_id, count, popular, order, names):
        with db.writing() as conn:
            _write(conn, *batch)
    with db.writing() as conn:
        if not db.sqlite:
            conn.execute(text("SELECT setval('interactions_id_seq', :last)"), {"last": count})
            conn.execute(text("SELECT setval('addresses_id_seq', :last)"), {"last": len(canonicals)})
    if not db.sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("VACUUM ANALYZE"))
    return owner_id


def _write(conn: Connection, told: list[tuple[object, ...]], parts: list[tuple[object, ...]]) -> None:
    columns = ("id", "owner_id", "key", "kind", "direction", "at", "title", "rule", "evidence", "item_id", "all_day")
    insert(conn, interactions, columns, told)
    insert(
        conn, participants, ("interaction_id", "address_id", "role", "name", "at", "direction", "kind", "weight"), parts
    )


def _batches(
    rng: random.Random, owner_id: int, count: int, popular: list[float], order: list[int], names: list[str]
) -> Iterator[tuple[list[tuple[object, ...]], list[tuple[object, ...]]]]:
    people = len(names)
    for start in range(1, count + 1, _BATCH):
        told: list[tuple[object, ...]] = []
        parts: list[tuple[object, ...]] = []
        for number in range(start, min(start + _BATCH, count + 1)):
            at = NOW - int(_SPAN * (1 - number / count)) - rng.randrange(86_400)
            kind = rng.choices(("email", "meeting", "call"), (85, 12, 3))[0]
            way = "both" if kind != "email" else rng.choice(("in", "out"))
            title = f"Subject {number % 977}"
            told.append((number, owner_id, f"m{number}", kind, way, at, title, "mail.human", "{}", 0, False))
            size = 1 + (rng.random() < 0.33)
            for role, who in zip(_roles(kind, way), {order[bisect(popular, rng.random() * popular[-1])]
                                                     for _ in range(size)}, strict=False):  # fmt: skip
                name = names[(who - 1) if who <= people else 7 * (who - people - 1)]
                parts.append((number, who, role, name, at, way, kind, UNIT // size))
        yield told, parts


def _roles(kind: str, way: str) -> tuple[str, str]:
    if kind != "email":
        return ("attendee", "attendee")
    return ("from", "to") if way == "in" else ("to", "cc")


def _name(rng: random.Random, number: int) -> str:
    given, family = (rng.choice(sorted(one)).title() for one in (_GIVEN, _FAMILY))
    return f"{given} {family}{''.join(chr(97 + int(digit)) for digit in str(number))}"


def _domain(rng: random.Random) -> str:
    return rng.choice(("gmail.com", f"org{rng.randrange(600)}.example", f"org{rng.randrange(60)}.example"))
