"""Ways to somebody: through whom, what is seen of the two, and what could be given the one in between first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct
from sqlalchemy import Connection, func, select

from interactions.address import canonical
from interactions.circles import paths as ways
from interactions.circles.paths import Connector
from interactions.circles.weave import MAIL_MAX, Act, says
from interactions.organisations import company
from interactions.queries.circles import names_and_members
from interactions.queries.folding import fold
from interactions.queries.names import Who, addresses_named, members_of, persons_of, whos
from interactions.queries.tend import Coverage, coverage
from interactions.schema import addresses, facts, participants, ties
from interactions.store.acts import among_those
from interactions.store.database import Database, among
from interactions.store.tied import sums
from interactions.store.ties import TIE, tie_of
from interactions.store.waiting import waiting
from interactions.ties import strength, tending
from interactions.ties.cadence import usual
from interactions.ties.tending import DORMANT, FADING, Case, Standing

_EPOCH = date(1970, 1, 1)
#: People that one text may mean at once; interactions of theirs that are looked at, the newest first.
_TARGETS_MAX, _ACTS_MAX = 50, 2_000


class Way(Struct, frozen=True):
    """One way to somebody."""

    #: The connector, whom they are seen with, and the circles the connector is in.
    by: Who
    to: Who
    circles: tuple[str, ...]
    #: How likely they help, and that the two know each other.
    helps: float
    knows: float
    standing: Standing
    #: Interactions in which the owner saw both, the newest first; when, and what the newest was called.
    seen: tuple[int, ...]
    last_at: int
    title: str


class Ways(Struct, frozen=True):
    """The answer: whom the text means, whom of them the owner knows themselves, and ways to the others."""

    targets: tuple[Who, ...]
    known: tuple[Who, ...]
    ways: tuple[Way, ...]
    coverage: Coverage


def paths(db: Database, owner_id: int, text: str, now: int, today: date) -> Ways:
    """At most three ways to the people that `text` means: a name, an address, a domain or a company."""
    with db.reading() as conn:
        targets = _targets(conn, owner_id, text)
        everybody = sums(conn, owner_id)
        known = {row[0] for row in everybody}
        told = _acts(conn, owner_id, targets, now)
        ids = {one for act, _ in told for one in act.people} - targets
        day = (today - _EPOCH).days
        ranks = strength.ranks(everybody, day, ids & known)
        standings = _standings(conn, ranks, usual(row[-1] for row in everybody), day)
        found = _ways(conn, owner_id, targets, told, standings, now)
        who = whos(conn, targets)
        yourself = tuple(who[one] for one in sorted(targets & known) if one in who)
        return Ways(tuple(who[one] for one in sorted(targets) if one in who), yourself, found, coverage(conn, owner_id))


def _targets(conn: Connection, owner_id: int, text: str) -> set[int]:
    """Person ids: those called so, else those of a domain or company of that name."""
    mine = addresses.c.owner_id == owner_id
    own = set(conn.execute(select(facts.c.address_id).where(facts.c.own)).scalars())
    wanted = text.strip().lower().removeprefix("@")
    found: set[int] = set()
    if "@" in text.strip().lstrip("@") or "." not in wanted or " " in wanted:
        found = addresses_named(conn, owner_id, text)
        whole = {one.person_id for one in whos(conn, found).values() if fold(one.name) == fold(text.strip())}
        found = whole or found
    if not found and "@" not in wanted and wanted:
        rows = conn.execute(select(addresses.c.id, addresses.c.canonical).where(mine, ~addresses.c.role)).all()
        at = {row[0]: company(row[1].rpartition("@")[2]) for row in rows if "@" in row[1]}
        domain = canonical(f"x@{wanted}").rpartition("@")[2]
        found = {one for one, name in at.items() if name and (name == domain or name.partition(".")[0] == fold(wanted))}
    people = persons_of(conn, sorted(found - own)[: 10 * _TARGETS_MAX]).values()
    return set(sorted(set(people))[:_TARGETS_MAX])


def _acts(conn: Connection, owner_id: int, targets: set[int], now: int) -> list[tuple[Act, str]]:
    """What the targets and others had a part in, the newest first, with its title; the owner is not told."""
    members = [one for group in members_of(conn, targets).values() for one in group]
    newest = (
        select(participants.c.interaction_id, func.max(participants.c.at))
        .where(among(conn, participants.c.address_id, members), participants.c.at <= now)
        .group_by(participants.c.interaction_id)
        .order_by(func.max(participants.c.at).desc())
        .limit(_ACTS_MAX)
    )
    ids = [row[0] for row in conn.execute(newest)]
    found = [
        (told.act, told.title) for told in among_those(conn, owner_id, ids) if 2 <= len(told.act.people) <= MAIL_MAX
    ]
    return sorted(found, key=lambda one: (-one[0].at, one[0].id))


def _standings(
    conn: Connection, ranks: Mapping[int, float], around: float, day: int
) -> dict[int, tuple[Standing, float]]:
    """Person → how their tie stands, and its strength, of those who have a rank."""
    rows = conn.execute(select(*TIE, ties.c.person_id).where(among(conn, ties.c.person_id, ranks))).all()
    found, asked = {}, waiting(conn, ranks)
    for row in rows:
        case = Case(tending.glance(row[-1], tie_of(row)), asked=row[-1] in asked)
        stands = tending.standing(case, around, day)
        if stands is not None:
            found[row[-1]] = (stands, ranks[row[-1]])
    return found


def _ways(
    conn: Connection,
    owner_id: int,
    targets: set[int],
    told: Iterable[tuple[Act, str]],
    standings: Mapping[int, tuple[Standing, float]],
    now: int,
) -> tuple[Way, ...]:
    seen: dict[tuple[int, int], float] = defaultdict(float)
    acts: dict[tuple[int, int], list[tuple[Act, str]]] = defaultdict(list)
    for act, title in told:
        for target in targets & act.people.keys():
            for one in act.people.keys() & standings.keys():
                if (said := says(act, one, target, now)) > 0:
                    seen[one, target] += said
                    acts[one, target].append((act, title))
    best_of: dict[int, int] = {}
    for one, target in sorted(seen):
        if one not in best_of or seen[one, target] > seen[one, best_of[one]]:
            best_of[one] = target
    known = names_and_members(conn, owner_id, best_of.keys())
    inside = {one: frozenset(key for key, (_, people) in known.items() if one in people) for one in best_of}
    connectors = [
        Connector(
            one, seen[one, target], standings[one][1], standings[one][0].state in (FADING, DORMANT),
            standings[one][0].open_since is not None, inside[one],
        )
        for one, target in best_of.items()
    ]  # fmt: skip
    chosen = ways.best(connectors)
    who = whos(conn, {*targets, *(way.connector.person_id for way in chosen)})
    found = []
    for way in chosen:
        person = way.connector.person_id
        both = acts[person, best_of[person]]
        names = tuple(sorted(known[key][0] for key in way.connector.circles if known[key][0]))
        found.append(
            Way(
                who[person], who[best_of[person]], names, way.helps, way.knows, standings[person][0],
                tuple(act.id for act, _ in both), both[0][0].at, both[0][1],
            )
        )  # fmt: skip
    return tuple(found)
