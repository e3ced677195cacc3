"""Ways to somebody: through whom, what is seen of the two, and what could be given the one in between first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct
from sqlalchemy import Connection, func, select

from interactions.address import canonical
from interactions.circles import paths as ways
from interactions.circles.paths import Connector, Path
from interactions.circles.weave import MAIL_MAX, Act, says
from interactions.organisations import company
from interactions.queries.circles import names_and_members
from interactions.queries.folding import fold
from interactions.queries.names import Who, addresses_named, members_of, persons_of, whos
from interactions.queries.tend import Coverage, coverage
from interactions.schema import addresses, facts, participants
from interactions.store import spreads
from interactions.store.acts import among_those
from interactions.store.database import Database, among
from interactions.store.tied import of_people
from interactions.store.waiting import waiting
from interactions.ties import strength, tending
from interactions.ties.spread import sums_of
from interactions.ties.tending import DORMANT, FADING, Case, Standing
from interactions.ties.tie import Tie

_EPOCH = date(1970, 1, 1)
#: People that one text may mean at once; interactions of each that are looked at, the newest first, and of all of them.
_TARGETS_MAX, _ACTS, _ACTS_MAX = 50, 250, 2_000


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
    day = (today - _EPOCH).days
    all_ties = spreads.spread(db, owner_id, day)
    with db.reading() as conn:
        targets = _targets(conn, owner_id, text)
        told = _acts(conn, owner_id, targets, now)
        seen = _seen(told, targets, now)
        tied = of_people(conn, owner_id, {*seen, *targets})
        ranks = strength.ranks([sums_of(one, tied[one]) for one in tied.keys() & seen.keys()], all_ties, day)
        likely = ways.likeliest(Connector(one, seen[one].said, rank) for one, rank in ranks.items())
        standings = _standings(conn, {one: tied[one] for one in likely}, all_ties.usual, day)
        inside = names_and_members(conn, owner_id, likely)
        chosen = ways.best(_connectors(seen, ranks, standings, inside))
        who = whos(conn, {*targets, *(way.connector.person_id for way in chosen)})
        found = tuple(_way(way, seen[way.connector.person_id], standings, inside, who) for way in chosen)
        yourself = tuple(who[one] for one in sorted(targets & tied.keys()) if one in who)
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
        .limit(min(_ACTS * len(targets), _ACTS_MAX))
    )
    ids = [row[0] for row in conn.execute(newest)]
    found = [
        (told.act, told.title) for told in among_those(conn, owner_id, ids) if 2 <= len(told.act.people) <= MAIL_MAX
    ]
    return sorted(found, key=lambda one: (-one[0].at, one[0].id))


class _Seen(Struct):
    """What is seen of one person with that target of whom most is."""

    target: int
    said: float
    #: With their titles, the newest first.
    acts: list[tuple[Act, str]]


def _seen(told: Iterable[tuple[Act, str]], targets: set[int], now: int) -> dict[int, _Seen]:
    """Person id → what is seen of them with a target, of everybody who is none."""
    pairs: dict[tuple[int, int], _Seen] = {}
    for act, title in told:
        for target in targets & act.people.keys():
            for one in act.people.keys() - targets:
                if (said := says(act, one, target, now)) > 0:
                    pair = pairs.setdefault((one, target), _Seen(target, 0.0, []))
                    pair.said += said
                    pair.acts.append((act, title))
    found: dict[int, _Seen] = {}
    for (one, _), pair in sorted(pairs.items()):
        if one not in found or pair.said > found[one].said:
            found[one] = pair
    return found


def _standings(conn: Connection, people: Mapping[int, Tie], around: float, day: int) -> dict[int, Standing]:
    """Person → how their tie stands."""
    asked = waiting(conn, [person for person, one in people.items() if (one.last_in or 0) > (one.last_out or 0)])
    cases = {person: Case(tending.glance(person, one), asked=person in asked) for person, one in people.items()}
    stands = {person: tending.standing(case, around, day) for person, case in cases.items()}
    return {person: one for person, one in stands.items() if one is not None}


def _connectors(
    seen: Mapping[int, _Seen],
    ranks: Mapping[int, float],
    standings: Mapping[int, Standing],
    inside: Mapping[str, tuple[str, frozenset[int]]],
) -> list[Connector]:
    circles: dict[int, set[str]] = {one: set() for one in standings}
    for key, (_, people) in inside.items():
        for one in people & circles.keys():
            circles[one].add(key)
    return [
        Connector(
            one, seen[one].said, ranks[one], stands.state in (FADING, DORMANT), stands.open_since is not None,
            frozenset(circles[one]),
        )
        for one, stands in standings.items()
    ]  # fmt: skip


def _way(
    found: Path,
    seen: _Seen,
    standings: Mapping[int, Standing],
    inside: Mapping[str, tuple[str, frozenset[int]]],
    who: Mapping[int, Who],
) -> Way:
    person = found.connector.person_id
    names = tuple(sorted(inside[key][0] for key in found.connector.circles if inside[key][0]))
    newest, title = seen.acts[0]
    return Way(
        who[person], who[seen.target], names, found.helps, found.knows, standings[person],
        tuple(act.id for act, _ in seen.acts), newest.at, title,
    )  # fmt: skip
