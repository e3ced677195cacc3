"""Mails to interactions: copies found, one interaction a mail, told from the first copy in canonical order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection, select

from interactions import keys
from interactions.address import canonical
from interactions.copies import Copy, groups
from interactions.items import Email
from interactions.prepare import decode
from interactions.schema import interactions, items, payloads, sources
from interactions.store import rows
from interactions.store.addresses import AddressIds
from interactions.verdict import Verdict

_verdict = msgspec.json.Decoder(Verdict)

#: item id → the mail and its verdict
Told = dict[int, tuple[Email, Verdict]]


def rebuild(
    conn: Connection, owner_id: int, judged: Sequence[tuple[int, Email, Verdict]], before: set[int], ids: dict[str, int]
) -> None:
    """Bring the interactions of the mails just judged in line; `before` are those that had been judged earlier.

    Their verdicts are written already. `ids` has the addresses of all parties.
    """
    told = {item_id: (email, verdict) for item_id, email, verdict in judged}
    # A mail judged for the first time and dropped has nothing in the log, and cannot change what others have.
    moving = {item_id: mail for item_id, mail in told.items() if mail[1].kept or item_id in before}
    if not moving:
        return
    copies = _with_copies(conn, owner_id, set(moving))
    touched = [group for group in groups(copies) if any(copy.item_id in moving for copy in group)]
    _bring_in_line(conn, owner_id, touched, told, before, ids)


def regroup(conn: Connection, owner_id: int, item_ids: Sequence[int], ids: AddressIds) -> None:
    """The same for mails whose standing changed without a verdict."""
    copies = _with_copies(conn, owner_id, set(item_ids))
    wanted = set(item_ids)
    touched = [group for group in groups(copies) if any(copy.item_id in wanted for copy in group)]
    everyone = {copy.item_id for group in touched for copy in group}
    told = _tell(conn, [min(counting, key=Copy.order).item_id for group in touched if (counting := _counting(group))])
    parties = {canonical(party.mailbox.address) for _, verdict in told.values() for party in verdict.parties}
    _bring_in_line(conn, owner_id, touched, told, everyone, ids.ids(conn, owner_id, parties))


def _with_copies(conn: Connection, owner_id: int, item_ids: set[int]) -> list[Copy]:
    """The mails named and every mail that could be a copy of one of them, however many steps away."""
    found: dict[int, Copy] = {}
    message: set[int] = set()
    content: set[int] = set()
    asked_message: set[int] = set()
    asked_content: set[int] = set()
    ids = item_ids
    while message or content or ids:
        for copy in _select(conn, owner_id, message, content, ids):
            found[copy.item_id] = copy
        asked_message |= message
        asked_content |= content
        ids = set()
        message = {copy.message_key for copy in found.values() if copy.message_key is not None} - asked_message
        content = {copy.content_key for copy in found.values() if copy.content_key is not None} - asked_content
    return list(found.values())


def _select(conn: Connection, owner_id: int, message: set[int], content: set[int], ids: set[int]) -> list[Copy]:
    columns = (
        items.c.id, items.c.message_key, items.c.content_key, items.c.sender_id, items.c.at, items.c.counts,
        items.c.external_id,
    )  # fmt: skip
    found: list[Copy] = []
    for column, values in ((items.c.message_key, message), (items.c.content_key, content), (items.c.id, ids)):
        if values:
            chosen = select(*columns).where(column.in_(values), items.c.owner_id == owner_id, items.c.kind == "email")
            found += [Copy(r[0], r[1], r[2], r[3], r[4] or 0, r[5], r[6]) for r in conn.execute(chosen).all()]
    return found


def _bring_in_line(
    conn: Connection,
    owner_id: int,
    touched: Sequence[Sequence[Copy]],
    told: Told,
    before: set[int],
    ids: Mapping[str, int],
) -> None:
    existing = _existing(conn, touched, before)
    new: list[rows.Row] = []
    changed: dict[int, rows.Row] = {}
    supported: dict[int, list[int]] = {}
    doomed: list[int] = []
    missing: list[tuple[int | None, Sequence[Copy]]] = []
    for group in touched:
        here = sorted({number for copy in group for number in existing.get(copy.item_id, ())})
        counting = _counting(group)
        if not counting:
            doomed += [number for number, _ in here]
            continue
        first = counting[0]
        keep = next(((n, told_from) for n, told_from in here if told_from == first.item_id), here[0] if here else None)
        doomed += [number for number, _ in here if keep is None or number != keep[0]]
        if first.item_id in told:
            row = _row(first, counting, *told[first.item_id])
            if keep is None:
                new.append(row)
            else:
                changed[keep[0]] = row
        elif keep is not None and keep[1] == first.item_id:
            supported[keep[0]] = [copy.item_id for copy in counting]
        else:
            missing.append((keep[0] if keep else None, counting))
    for number, row in _late(conn, missing):
        if number is None:
            new.append(row)
        else:
            changed[number] = row
    rows.drop(conn, doomed)
    rows.write(conn, owner_id, new, changed, _ids(conn, owner_id, ids, missing, [*new, *changed.values()]))
    rows.support(conn, supported)


def _ids(
    conn: Connection, owner_id: int, ids: Mapping[str, int], missing: Sequence[object], written: Sequence[rows.Row]
) -> Mapping[str, int]:
    """`ids`, completed when an interaction is told from a mail that was not in the batch."""
    if not missing:
        return ids
    parties = {canonical(party.mailbox.address) for row in written for party in row.parties}
    return {**ids, **AddressIds().ids(conn, owner_id, parties - ids.keys())}


def _late(conn: Connection, missing: Sequence[tuple[int | None, Sequence[Copy]]]) -> list[tuple[int | None, rows.Row]]:
    told = _tell(conn, [counting[0].item_id for _, counting in missing])
    return [(number, _row(counting[0], counting, *told[counting[0].item_id])) for number, counting in missing]


def _tell(conn: Connection, item_ids: Sequence[int]) -> Told:
    """Mails and verdicts from the database."""
    told: Told = {}
    for start in range(0, len(item_ids), 500):
        found = conn.execute(
            select(items.c.id, payloads.c.body, items.c.verdict)
            .join(payloads, payloads.c.item_id == items.c.id)
            .where(items.c.id.in_(item_ids[start : start + 500]))
        )
        for item_id, body, verdict in found:
            email = decode(body)
            assert isinstance(email, Email)
            told[item_id] = (email, _verdict.decode(verdict))
    return told


def _existing(conn: Connection, touched: Sequence[Sequence[Copy]], before: set[int]) -> dict[int, set[tuple[int, int]]]:
    """item id → (interaction id, item it is told from), where there can be any."""
    asked = [copy.item_id for group in touched for copy in group if len(group) > 1 or copy.item_id in before]
    found: dict[int, set[tuple[int, int]]] = {}
    for start in range(0, len(asked), 1_000):
        linked = conn.execute(
            select(sources.c.item_id, interactions.c.id, interactions.c.item_id)
            .join(interactions, interactions.c.id == sources.c.interaction_id)
            .where(sources.c.item_id.in_(asked[start : start + 1_000]))
        )
        for item_id, number, told_from in linked:
            found.setdefault(item_id, set()).add((number, told_from))
    return found


def _counting(group: Sequence[Copy]) -> list[Copy]:
    """The copies that support an interaction, in canonical order."""
    return sorted((copy for copy in group if copy.counts), key=Copy.order)


def _row(first: Copy, counting: Sequence[Copy], email: Email, verdict: Verdict) -> rows.Row:
    sender = canonical(email.sender.address) if email.sender else ""
    named = email.message_id or first.external_id
    return rows.Row(
        key=f"m{keys.key(named) & (2**64 - 1):016x}.{keys.key(sender) & (2**64 - 1):016x}.{first.at // 60}",
        kind=verdict.kind,
        direction=verdict.direction,
        at=first.at,
        title=email.subject,
        rule=verdict.rule,
        evidence=verdict.evidence,
        parties=verdict.parties,
        item_id=first.item_id,
        item_ids=[copy.item_id for copy in counting],
    )
