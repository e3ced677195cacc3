"""Which people a query means, and in what order they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Subquery, func

from interactions.queries.described import described, having, in_circles, last_between, of_accounts, unwanted
from interactions.queries.folding import fold
from interactions.queries.language import Filter
from interactions.queries.names import whos
from interactions.schema import participants

#: Of the orders, those that the rows of people have in themselves; the others are made of names and ties.
IN_ROWS = ("last", "first", "total")
#: Earlier and later than every instant.
_NEVER = 2**62

#: Part of a name or an address → ids of the persons it means.
Named = Callable[[str], set[int]]


class Order(Struct, frozen=True):
    """How people are sorted. Those of whom there is nothing to sort by come last, whichever way."""

    #: last (heard of last first), first (known longest first), name, total (most first), close (closest first), quiet
    #: (silent for longest, against what is usual between them and the owner, first)
    by: str = "last"
    reverse: bool = False
    #: The owner's day, numbered from 1 January 1970: how close and how quiet is told of that day. None: UTC's.
    today: int | None = None


LATEST = Order()


def chosen_of(conn: Connection, owner_id: int, asked: Filter, now: int, named: Named) -> set[int] | None:
    """Ids of the persons of whom all of it is true; None where nothing is asked. Raises UsageProblem."""
    found = [named(text) for text in chain(asked.persons, asked.texts)]
    found += [in_circles(conn, owner_id, text) for text in asked.circles]
    such = described(conn, owner_id, asked, now)
    if such is not None:
        found.append(such)
    if asked.kinds or asked.directions or asked.accounts or asked.after is not None or asked.before is not None:
        found.append(_last_such(conn, owner_id, asked, now))
    return set.intersection(*found) if found else None


def left_out_of(conn: Connection, owner_id: int, asked: Filter, now: int, named: Named) -> set[int]:
    """Ids of the persons of whom anything is true that stands behind a minus. Raises UsageProblem."""
    found = [named(text) for text in chain(asked.no_persons, asked.no_texts)]
    found += [in_circles(conn, owner_id, text) for text in asked.no_circles]
    found.append(unwanted(conn, owner_id, asked, now))
    until = participants.c.at <= now
    if asked.no_kinds:
        found.append(having(conn, owner_id, until, participants.c.kind.in_(asked.no_kinds)))
    if asked.no_directions:
        found.append(having(conn, owner_id, until, participants.c.direction.in_(asked.no_directions)))
    if asked.no_accounts:
        theirs = of_accounts(conn, owner_id, asked.no_accounts, participants.c.interaction_id)
        found.append(having(conn, owner_id, until, theirs))
    return set().union(*found)


def _last_such(conn: Connection, owner_id: int, asked: Filter, now: int) -> set[int]:
    """Whose last interaction of these kinds, directions and accounts was in the time that is asked for."""
    sort: list[ColumnElement[bool]] = []
    if asked.kinds:
        sort.append(participants.c.kind.in_(asked.kinds))
    if asked.directions:
        sort.append(participants.c.direction.in_(asked.directions))
    if asked.accounts:
        sort.append(of_accounts(conn, owner_id, asked.accounts, participants.c.interaction_id))
    # What is planned counts only where the query itself names a time ahead, as in the log.
    end = now if max(asked.after or 0, asked.before or 0) <= now else None
    return last_between(conn, owner_id, asked.after, asked.before, end, *sort)


def in_rows(counts: Subquery, order: Order) -> Sequence[ColumnElement[object]]:
    """What rows with these counts are sorted by, for an order of IN_ROWS."""
    if order.by == "total":
        total = func.coalesce(counts.c.total, 0)
        return [total.asc() if order.reverse else total.desc()]
    at = counts.c.last_at if order.by == "last" else counts.c.first_at
    if (order.by == "last") is order.reverse:
        return [func.coalesce(at, _NEVER).asc()]
    return [func.coalesce(at, -_NEVER).desc()]


def in_order(conn: Connection, owner_id: int, people: Iterable[int], order: Order, now: int) -> list[int]:
    """These persons in another order; who has no tie comes last where ties sort them."""
    everyone = sorted(people)
    if order.by == "name":
        known = whos(conn, everyone)
        return sorted(everyone, key=lambda one: (fold(known[one].name), one), reverse=order.reverse)
    from interactions.queries.ties import closeness, silences

    today = now // 86_400 if order.today is None else order.today
    worth = (closeness if order.by == "close" else silences)(conn, owner_id, today)
    way = 1 if order.reverse else -1
    return sorted(everyone, key=lambda one: (one not in worth, way * worth.get(one, 0.0), one))
