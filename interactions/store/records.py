"""Hop 6: verdicts written down, and the log rebuilt over every item they touch, one transaction a batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, delete, or_, select, update

from interactions.address import canonical
from interactions.cards import keys_of
from interactions.copies import Copy
from interactions.items import Contact, Email, Event
from interactions.keys import uid_key
from interactions.schema import cards, items
from interactions.store import copies, identity, mails, meetings, titles, verdicts
from interactions.store.addresses import AddressIds
from interactions.store.database import Database, among, insert, many
from interactions.verdict import Judgeable, Verdict

_encoder = msgspec.json.Encoder()


class Judged(Struct, frozen=True):
    """One verdict and what it was made from."""

    item_id: int
    revision: int
    item: Judgeable
    verdict: Verdict
    #: How a mail's copies are found; None for other kinds.
    copy: Copy | None
    #: It had been judged before.
    again: bool = False
    #: Of a mail: the verdict it had of the same content; "" where that is not so. Judged so again, nothing moves.
    before: str = ""


def record(
    db: Database, owner_id: int, judged: Sequence[Judged], rules_version: int, ids: AddressIds, region: str = ""
) -> int:
    """Write verdicts and the interactions they make; returns how many still stood.

    A verdict is written only where its item is still at the revision it was made from and no newer rules have
    judged it; the others stay owed. `region` is where telephone numbers without a country code belong.
    """
    encoded = {one.item_id: _encoder.encode(one.verdict).decode() for one in judged}
    learned: dict[str, int] = {}
    same = {one.item_id for one in judged if one.before and one.before == encoded[one.item_id]}
    moving = [one for one in judged if one.item_id not in same]
    expected = mails.moved(_letters(moving)[1], {one.item_id for one in moving if one.again})
    foreseen = copies.foresee(db, owner_id, expected)
    called: set[int] = set()

    def change(conn: Connection) -> int:
        standing = _standing(conn, judged, rules_version)
        before = {one.item_id for one in moving if standing.get(one.item_id)}
        _confirm(conn, [one for one in judged if one.item_id in standing and one.item_id in same], rules_version)
        valid = [one for one in moving if one.item_id in standing]
        _write_verdicts(conn, valid, encoded, rules_version)
        _let_go(conn, [one.item_id for one in judged if one.item_id not in standing])
        learned.clear()
        learned.update(ids.ids(conn, owner_id, _canonicals(valid, region)))
        mails.rebuild(conn, owner_id, *_letters(valid), before, foreseen, learned)
        _events(conn, owner_id, valid, ids, learned)
        _contacts(conn, owner_id, valid, learned, region)
        called.clear()
        called.update(ids.news(owner_id, _called(valid)))
        if called or any(one.again or one.verdict.rule == titles.GUESTLESS for one in valid):
            # Somebody new, what is known of somebody, or an entry that may be a meeting with somebody.
            identity.owe(conn, owner_id)
        return len(standing)

    written = db.write(change)
    ids.remember(owner_id, learned)
    ids.remember_names(called)
    return written


def rebuild(conn: Connection, owner_id: int, item_ids: Sequence[int], ids: AddressIds) -> None:
    """Make the log right again over items whose standing changed without a verdict (gone, excluded, purged)."""
    for start in range(0, len(item_ids), 500):
        part = item_ids[start : start + 500]
        rows = conn.execute(
            select(items.c.id, items.c.uid_key).where(items.c.id.in_(part), items.c.uid_key.isnot(None))
        )
        meetings.rebuild(conn, owner_id, {row[1] for row in rows}, ids)
        mails.regroup(conn, owner_id, part)


def _standing(conn: Connection, judged: Sequence[Judged], rules_version: int) -> dict[int, bool]:
    """Item ids whose verdict may be written → whether they had been judged before.

    Rows are locked in the order of their ids together with every copy of theirs, so that two workers who judge
    two copies of one mail come one after the other and the second sees what the first wrote.
    """
    wanted = sorted(one.item_id for one in judged)
    if conn.dialect.name != "sqlite" and wanted:
        _lock_with_copies(conn, judged, wanted)
    rows = conn.execute(
        select(items.c.id, items.c.revision, items.c.judged_rules, items.c.judged_revision).where(
            among(conn, items.c.id, wanted), items.c.state != "gone", items.c.digest != 0
        )
    )
    at = {row[0]: (row[1], row[2], row[3]) for row in rows.all()}
    return {
        one.item_id: at[one.item_id][2] is not None
        for one in judged
        if one.item_id in at and at[one.item_id][0] == one.revision and (at[one.item_id][1] or 0) <= rules_version
    }


def _lock_with_copies(conn: Connection, judged: Sequence[Judged], wanted: Sequence[int]) -> None:
    """Lock these items and all that could be copies, or of one series, by rising id so that nobody deadlocks."""
    keys = {key for one in judged if one.copy is not None for key in copies.keys(one.copy)}
    uids = {uid_key(one.item) for one in judged if isinstance(one.item, Event)}
    owner = items.c.owner_id.in_(select(items.c.owner_id).where(items.c.id == wanted[0]))
    alike = [among(conn, items.c.copy_key, keys), among(conn, items.c.content_key, keys)] if keys else []
    if uids:
        alike.append(among(conn, items.c.uid_key, uids))
    chosen = select(items.c.id).where(or_(among(conn, items.c.id, wanted), *[owner & one for one in alike]))
    conn.execute(chosen.order_by(items.c.id).with_for_update()).all()


def _confirm(conn: Connection, valid: Sequence[Judged], rules_version: int) -> None:
    many(
        conn,
        "UPDATE items SET judged_revision = ?, judged_rules = ?, owed_since = NULL, claimed_until = NULL, attempts = 0"
        " WHERE id = ?",
        [(one.revision, rules_version, one.item_id) for one in valid],
    )


def _write_verdicts(conn: Connection, valid: Sequence[Judged], encoded: dict[int, str], rules_version: int) -> None:
    rows = [
        (
            "kept" if one.verdict.kept else "dropped",
            one.verdict.kept,
            one.verdict.rule,
            one.revision,
            rules_version,
            one.item_id,
        )
        for one in valid
    ]
    many(
        conn,
        "UPDATE items SET state = ?, counts = ?, rule = ?, judged_revision = ?, judged_rules = ?,"
        " judged_digest = digest, owed_since = NULL, claimed_until = NULL, attempts = 0 WHERE id = ?",
        rows,
    )

    verdicts.write(conn, [(one.item_id, encoded[one.item_id]) for one in valid])


def _letters(valid: Sequence[Judged]) -> tuple[mails.Told, list[Copy]]:
    """The mails among them: with their verdicts, and as copies that count or not."""
    told = {one.item_id: (one.item, one.verdict) for one in valid if isinstance(one.item, Email)}
    return told, [replace(one.copy, counts=one.verdict.kept) for one in valid if one.copy is not None]


def _let_go(conn: Connection, item_ids: Sequence[int]) -> None:
    """Verdicts that came too late: what they were made from has changed, so the items may be rung at once."""
    if item_ids:
        late = update(items).where(items.c.id.in_(item_ids), items.c.owed_since.isnot(None))
        conn.execute(late.values(claimed_until=None, rung_at=None))


def _called(judged: Sequence[Judged]) -> set[tuple[str, str]]:
    """Every address that is written with a name, and that name."""
    kept = [one.verdict.parties for one in judged if one.verdict.kept]
    return {(party.mailbox.address, party.mailbox.name) for parties in kept for party in parties}


def _canonicals(valid: Sequence[Judged], region: str) -> set[str]:
    wanted: set[str] = set()
    for one in valid:
        wanted.update([canonical(party.mailbox.address) for party in one.verdict.parties])
        if isinstance(one.item, Contact):
            wanted.update(keys_of(one.item, region))
    return wanted


def _events(conn: Connection, owner_id: int, valid: Sequence[Judged], ids: AddressIds, learned: dict[str, int]) -> None:
    uids = {uid_key(one.item) for one in valid if isinstance(one.item, Event)}
    if uids:
        learned.update(meetings.rebuild(conn, owner_id, uids, ids))


def _contacts(conn: Connection, owner_id: int, valid: Sequence[Judged], learned: dict[str, int], region: str) -> None:
    contacts = [(one.item_id, one.item) for one in valid if isinstance(one.item, Contact)]
    if not contacts:
        return
    item_ids = [item_id for item_id, _ in contacts]
    conn.execute(delete(cards).where(cards.c.item_id.in_(item_ids)))
    rows = _card_rows(contacts, learned, region)
    insert(conn, cards, ("item_id", "address_id", "name", "uid"), rows)
    identity.owe(conn, owner_id)
    titles.owe_entries(conn, owner_id)


def _card_rows(
    contacts: Iterable[tuple[int, Contact]], learned: dict[str, int], region: str
) -> list[tuple[int, int, str, str]]:
    return [
        (item_id, learned[address], card.name(), card.uid())
        for item_id, card in contacts
        for address in keys_of(card, region)
    ]
