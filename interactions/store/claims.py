"""Work that is owed: found, rung, claimed before it is done, and set aside when it keeps failing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, or_, select, update

from interactions.address import canonical
from interactions.copies import Copy
from interactions.items import Contact, Email, Event
from interactions.prepare import decode
from interactions.schema import addresses, facts, items, payloads
from interactions.schema import verdicts as verdict_table
from interactions.store import corrections, gone, titles, verdicts
from interactions.store.database import Database, among, now
from interactions.store.facts import own_addresses
from interactions.titles import Titles
from interactions.verdict import Facts, Judgeable, Known
from interactions.word import item_target

#: An item that failed this often in company is judged alone from then on.
ALONE_AFTER = 2


class Claim(Struct, frozen=True):
    """One item a worker may judge until its claim runs out, at the revision it had then."""

    item_id: int
    owner_id: int
    attempts: int


class Work(Struct, frozen=True):
    """An item with all that a verdict may look at."""

    item_id: int
    owner_id: int
    revision: int
    item: Judgeable
    known: Known
    #: How a mail's copies are found; None for other kinds.
    copy: Copy | None
    #: It was judged before.
    again: bool
    #: Of a mail: the verdict it has of the very content it has now; else "".
    before: str = ""


class Bell(Struct, frozen=True):
    """Ids of owed items to send as one message."""

    item_ids: list[int]


def ring(db: Database, limit: int, again_after: float, batch: int) -> list[Bell]:
    """Owed items that nobody has claimed or been told of lately, marked as told of now.

    Those that already failed in company come one by one. A tick without work only reads.
    """
    with db.reading() as conn:
        clock = now(conn)
        if conn.execute(select(items.c.id).where(*_ringable(clock, again_after)).limit(1)).first() is None:
            return []

    def change(conn: Connection) -> list[Bell]:
        clock = now(conn)
        chosen = conn.execute(
            select(items.c.id, items.c.attempts).where(*_ringable(clock, again_after)).order_by(items.c.id).limit(limit)
        ).all()
        _stamp(conn, [row.id for row in chosen], clock)
        return bells([(row.id, row.attempts) for row in chosen], batch)

    return db.write(change, lasting=False)


def _ringable(clock: float, again_after: float) -> tuple[ColumnElement[bool], ...]:
    return (
        items.c.owed_since.isnot(None),
        or_(items.c.rung_at.is_(None), items.c.rung_at < clock - again_after),
        or_(items.c.claimed_until.is_(None), items.c.claimed_until < clock),
    )


def bells(owed: Sequence[tuple[int, int]], batch: int) -> list[Bell]:
    """Group (item id, attempts) into messages: company for the fresh, solitude for those that failed in it."""
    fresh = [item_id for item_id, attempts in owed if attempts < ALONE_AFTER]
    alone = [item_id for item_id, attempts in owed if attempts >= ALONE_AFTER]
    return [Bell(fresh[start : start + batch]) for start in range(0, len(fresh), batch)] + [
        Bell([one]) for one in alone
    ]


def _stamp(conn: Connection, item_ids: Sequence[int], clock: float) -> None:
    if item_ids:
        conn.execute(update(items).where(among(conn, items.c.id, item_ids)).values(rung_at=clock))


def rung_but_idle(db: Database) -> bool:
    """Whether items are owed that were rung for and that nobody has claimed."""
    with db.reading() as conn:
        idle = or_(items.c.claimed_until.is_(None), items.c.claimed_until < now(conn))
        lost = select(items.c.id).where(items.c.owed_since.isnot(None), items.c.rung_at.isnot(None), idle).limit(1)
        return conn.execute(lost).first() is not None


def forget_bells(db: Database) -> int:
    """The queue lost its messages: whatever is owed and not claimed may be rung again at once."""

    def change(conn: Connection) -> int:
        clock = now(conn)
        idle = or_(items.c.claimed_until.is_(None), items.c.claimed_until < clock)
        lost = update(items).where(items.c.owed_since.isnot(None), items.c.rung_at.isnot(None), idle)
        return conn.execute(lost.values(rung_at=None)).rowcount

    return db.write(change)


def claim(db: Database, item_ids: Sequence[int], seconds: float, max_attempts: int) -> list[Claim]:
    """Claim those of `item_ids` that are owed and free, counting the attempt before it is made.

    What has used up its attempts goes to quarantine instead. In a message for several, those that have to be
    judged alone are left for messages of their own.
    """

    def change(conn: Connection) -> list[Claim]:
        clock = now(conn)
        mine = _claim_fresh(conn, item_ids, clock, seconds) if conn.dialect.name == "sqlite" else []
        if len(mine) == len(item_ids):
            return mine
        return mine + _claim_rest(conn, item_ids, clock, seconds, max_attempts)

    # A claim that a power cut takes back was no work lost: its items are still owed.
    return db.write(change, lasting=False)


def _claim_fresh(conn: Connection, item_ids: Sequence[int], clock: float, seconds: float) -> list[Claim]:
    """The usual case in one statement: nobody has failed at these yet."""
    taken = (
        update(items)
        .where(
            among(conn, items.c.id, item_ids),
            items.c.owed_since.isnot(None),
            items.c.attempts < ALONE_AFTER,
            or_(items.c.claimed_until.is_(None), items.c.claimed_until < clock),
        )
        .values(attempts=items.c.attempts + 1, claimed_until=clock + seconds)
        .returning(items.c.id, items.c.owner_id, items.c.attempts)
    )
    return [Claim(*row) for row in conn.execute(taken).all()]


def _claim_rest(
    conn: Connection, item_ids: Sequence[int], clock: float, seconds: float, max_attempts: int
) -> list[Claim]:
    free = or_(items.c.claimed_until.is_(None), items.c.claimed_until < clock)
    chosen = select(items.c.id, items.c.owner_id, items.c.attempts).where(
        among(conn, items.c.id, item_ids), items.c.owed_since.isnot(None), free
    )
    if conn.dialect.name != "sqlite":
        chosen = chosen.order_by(items.c.id).with_for_update(skip_locked=True)
    found = conn.execute(chosen).all()
    for owner_id in {row.owner_id for row in found}:
        spent = [row.id for row in found if row.attempts >= max_attempts and row.owner_id == owner_id]
        _give_up(conn, owner_id, spent)
    mine = [row for row in found if row.attempts < (max_attempts if len(item_ids) == 1 else ALONE_AFTER)]
    later = [row.id for row in found if ALONE_AFTER <= row.attempts < max_attempts and len(item_ids) > 1]
    if later:
        conn.execute(update(items).where(items.c.id.in_(later)).values(rung_at=None))
    if mine:
        conn.execute(
            update(items)
            .where(among(conn, items.c.id, [row.id for row in mine]))
            .values(attempts=items.c.attempts + 1, claimed_until=clock + seconds)
        )
    return [Claim(row.id, row.owner_id, row.attempts + 1) for row in mine]


def _give_up(conn: Connection, owner_id: int, item_ids: Sequence[int]) -> None:
    if not item_ids:
        return
    gone.retire(conn, owner_id, item_ids)
    reason = {"reason": "Judging this item ended the worker or failed again and again.", "place": ""}
    conn.execute(
        update(items)
        .where(items.c.id.in_(item_ids))
        .values(state="quarantined", rule="judging", owed_since=None, claimed_until=None)
    )
    said = msgspec.json.encode(reason).decode()
    verdicts.write(conn, [(item_id, said) for item_id in item_ids])


def renew(db: Database, item_ids: Sequence[int], seconds: float) -> None:
    """Hold claims for longer."""

    def change(conn: Connection) -> None:
        held = update(items).where(items.c.id.in_(item_ids), items.c.claimed_until.isnot(None))
        conn.execute(held.values(claimed_until=now(conn) + seconds))

    db.write(change)


def fail(db: Database, item_id: int) -> None:
    """Judging this one raised an error: its claim ends, the attempt stays counted, it comes back alone."""

    def change(conn: Connection) -> None:
        failed = update(items).where(items.c.id == item_id)
        alone = case((items.c.attempts < ALONE_AFTER, ALONE_AFTER), else_=items.c.attempts)
        conn.execute(failed.values(claimed_until=None, rung_at=None, attempts=alone))

    db.write(change)


def give_back(db: Database, item_ids: Sequence[int]) -> None:
    """The database failed, not these items: the attempt does not count, and they may be rung again."""

    def change(conn: Connection) -> None:
        held = update(items).where(items.c.id.in_(item_ids), items.c.claimed_until.isnot(None), items.c.attempts > 0)
        conn.execute(held.values(claimed_until=None, rung_at=None, attempts=items.c.attempts - 1))

    db.write(change)


def load(db: Database, item_ids: Sequence[int]) -> list[Work]:
    """Items with what is known, in one view.

    A verdict on a mail may look at facts of its sender alone: then a fact that flips names exactly the items that
    have to be judged again.
    """
    chosen = _loading()
    with db.reading() as conn:
        rows = conn.execute(chosen.where(among(conn, items.c.id, item_ids))).all()
        found = [decode(row[3]) for row in rows]
        alone = {
            row[1] for row, item in zip(rows, found, strict=True) if isinstance(item, Event) and not item.attendees
        }
        backgrounds = {owner: _background(conn, owner, owner in alone) for owner in {row[1] for row in rows}}
    return [_work(row, item, backgrounds[row[1]]) for row, item in zip(rows, found, strict=True)]


@cache
def _loading() -> Select[Any]:
    """Everything `_work` asks for of owed items; made once, since a batch needs half as long as making it."""
    theirs = items.alias("theirs")
    answers = exists().where(
        theirs.c.message_key == items.c.reply_key, theirs.c.owner_id == items.c.owner_id, theirs.c.sent
    )
    return (
        select(
            items.c.id, items.c.owner_id, items.c.revision, payloads.c.body, addresses.c.canonical,
            facts.c.own, facts.c.sent_to, facts.c.answered, facts.c.in_book,
            and_(items.c.reply_key.isnot(None), answers).label("answers"),
            items.c.copy_key, items.c.content_key, items.c.at, items.c.external_id, items.c.judged_revision,
            case((_of_this_content(), verdict_table.c.body), else_=None).label("before"),
        )
        .join(payloads, payloads.c.item_id == items.c.id)
        .outerjoin(addresses, addresses.c.id == items.c.sender_id)
        .outerjoin(facts, facts.c.address_id == items.c.sender_id)
        .outerjoin(verdict_table, verdict_table.c.item_id == items.c.id)
        .where(items.c.owed_since.isnot(None))
        .order_by(items.c.id)
    )  # fmt: skip


def _of_this_content() -> ColumnElement[bool]:
    return and_(
        items.c.kind == "email", items.c.state.in_(("kept", "dropped")), items.c.digest == items.c.judged_digest
    )


class _Background(Struct, frozen=True):
    """What is known beside an item and its sender."""

    own: frozenset[str]
    words: dict[str, str]
    item_words: dict[str, str]
    titles: Titles | None


def _background(conn: Connection, owner_id: int, alone: bool) -> _Background:
    held = corrections.held(conn, owner_id, (corrections.ADDRESS, corrections.ITEM))
    return _Background(
        own_addresses(conn, owner_id),
        {target: value for (kind, target), value in held.items() if kind == corrections.ADDRESS},
        {target: value for (kind, target), value in held.items() if kind == corrections.ITEM},
        titles.load(conn, owner_id) if alone else None,
    )


def _work(row: Sequence[Any], item: Any, behind: _Background) -> Work:
    item_id, owner_id, revision, _, sender, is_own, sent_to, answered, in_book, answers, *keys = row
    assert isinstance(item, Email | Event | Contact)
    word = behind.item_words.get(item_target(item), "") if behind.item_words else ""
    word = word or behind.words.get(str(sender or ""), "")
    known: dict[str, Facts] = {}
    if is_own or sent_to or answered or in_book:
        known[canonical(str(sender))] = Facts(bool(is_own), bool(sent_to), bool(answered), bool(in_book))
    copy = Copy(item_id, keys[0], keys[1], keys[2] or 0, False, keys[3]) if isinstance(item, Email) else None
    again = keys[4] is not None
    told = Known(behind.own, known, bool(answers), word, behind.words, behind.titles)
    return Work(item_id, owner_id, revision, item, told, copy, again, keys[5] or "")


def owe_older_rules(db: Database, rules_version: int, limit: int) -> int:
    """Owe what older rules have judged, up to `limit` at a time; returns how many."""

    def change(conn: Connection) -> int:
        old = (
            select(items.c.id)
            .where(
                items.c.judged_rules < rules_version,
                items.c.owed_since.is_(None),
                # Of what was forgotten or excluded nothing is left to judge.
                items.c.digest != 0,
                items.c.state.in_(("kept", "dropped")),
            )
            .limit(limit)
        )
        return conn.execute(
            update(items).where(items.c.id.in_(old)).values(owed_since=now(conn), rung_at=None, attempts=0)
        ).rowcount

    return db.write(change)


def owes(db: Database, owner_id: int) -> bool:
    """Whether anything of the owner's is still to be judged."""
    with db.reading() as conn:
        chosen = select(items.c.id).where(items.c.owner_id == owner_id, items.c.owed_since.isnot(None)).limit(1)
        return conn.execute(chosen).first() is not None


def owed_left(db: Database) -> tuple[int, float | None]:
    """How many items are owed, and since when the oldest."""
    with db.reading() as conn:
        row = conn.execute(
            select(func.count(), func.min(items.c.owed_since)).where(items.c.owed_since.isnot(None))
        ).one()
    return int(row[0]), row[1]
