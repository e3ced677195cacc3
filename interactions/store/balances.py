"""The balance with several people together, each interaction once, kept while nothing that it sums up changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, func, select

from interactions.schema import balances, circles, exchanges, replies
from interactions.store.database import Database, among, insert
from interactions.ties.balance import Share, twice

#: What is summed of each person (`interactions.schema.exchanges`).
SUMMED = (
    "began", "began_them", "asked", "asked_them", "answered", "answered_them", "hosted", "hosted_them", "reached",
    "reached_them", "helped", "helped_them", "given", "received",
)  # fmt: skip
_shares = msgspec.json.Decoder(list[Share])


class Sum(Struct, frozen=True):
    """Several people's exchanges together."""

    people: int
    #: Column → sum; an interaction with several of them counts once.
    summed: dict[str, float]
    #: Number of a length → how many were answered after so long, or are open since: the owner's answers, and theirs.
    mine: dict[int, tuple[int, int]]
    theirs: dict[int, tuple[int, int]]


_sum = msgspec.json.Decoder(Sum)


def together(db: Database, owner_id: int, groups: Mapping[str, Collection[int]]) -> dict[str, Sum]:
    """Of each group (key → person ids) and, as "", of everybody; `exchanges.settle` has counted them before."""
    with db.reading() as conn:
        draws = _draws(conn, owner_id)
        wanted = {"": sum(draws.values())}
        wanted |= {key: sum(draws.get(one, 0) for one in group) for key, group in groups.items()}
        mine = select(balances.c.key, balances.c.draws, balances.c.body).where(balances.c.owner_id == owner_id)
        kept = {key: body for key, drawn, body in conn.execute(mine) if wanted.get(key) == drawn}
        found = {key: _sum.decode(body) for key, body in kept.items()}
        fresh = {key: _counted(conn, owner_id, groups.get(key)) for key in wanted if key not in found}
    if fresh:
        rows = [(owner_id, key, wanted[key], msgspec.json.encode(one).decode()) for key, one in sorted(fresh.items())]
        db.write(lambda conn: _keep(conn, owner_id, rows))
    return found | fresh


def _draws(conn: Connection, owner_id: int) -> dict[int, int]:
    rows = conn.execute(select(exchanges.c.person_id, exchanges.c.draw).where(exchanges.c.owner_id == owner_id))
    return {row[0]: row[1] for row in rows.all()}


def _keep(conn: Connection, owner_id: int, rows: Sequence[tuple[int, str, int, str]]) -> None:
    there = select(circles.c.key).where(circles.c.owner_id == owner_id)
    gone = (balances.c.owner_id == owner_id, balances.c.key != "", balances.c.key.notin_(there))
    conn.execute(delete(balances).where(*gone))
    columns = ("owner_id", "key", "draws", "body")
    end = "ON CONFLICT (owner_id, key) DO UPDATE SET draws = excluded.draws, body = excluded.body"
    insert(conn, balances, columns, rows, end)


def _counted(conn: Connection, owner_id: int, people: Collection[int] | None) -> Sum:
    """Their sums, what they share taken off; `people`: person ids, None is everybody."""
    mine = [exchanges.c.owner_id == owner_id]
    if people is not None:
        mine.append(among(conn, exchanges.c.person_id, people))
    columns = [func.coalesce(func.sum(exchanges.c[name]), 0) for name in SUMMED]
    count, *sums = conn.execute(select(func.count(), *columns).where(*mine)).one()
    summed = dict(zip(SUMMED, map(float, sums), strict=True))
    lengths: dict[bool, dict[int, tuple[int, int]]] = {False: {}, True: {}}
    grouped = (
        select(replies.c.mine, replies.c.length, func.sum(replies.c.answered), func.sum(replies.c.open))
        .join(exchanges, exchanges.c.person_id == replies.c.person_id)
        .where(*mine)
        .group_by(replies.c.mine, replies.c.length)
    )
    for is_mine, length, answered, still in conn.execute(grouped):
        lengths[bool(is_mine)][length] = (int(answered), int(still))
    shared = conn.execute(select(exchanges.c.shared).where(*mine, exchanges.c.shared != "[]")).scalars()
    more = twice(one for body in shared for one in _shares.decode(body))
    for name, number in more.counts.items():
        summed[name] -= number
    summed["given"] -= more.given
    for length, (done, still) in more.lengths.items():
        before = lengths[False].get(length, (0, 0))
        lengths[False][length] = (before[0] - done, before[1] - still)
    return Sum(count, summed, lengths[True], lengths[False])
