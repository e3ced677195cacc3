"""Mails to interactions: copies found, one interaction a mail, told from the first copy in canonical order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from interactions import keys
from interactions.address import canonical
from interactions.copies import Copy
from interactions.items import Email
from interactions.prepare import decode
from interactions.schema import interactions, items, payloads, sources, verdicts
from interactions.store import copies, rows
from interactions.store.addresses import AddressIds
from interactions.store.database import among
from interactions.ties.weights import mail_share
from interactions.verdict import Verdict

_verdict = msgspec.json.Decoder(Verdict)

#: item id → the mail and its verdict
Told = dict[int, tuple[Email, Verdict]]


def rebuild(
    conn: Connection,
    owner_id: int,
    told: Told,
    judged: Sequence[Copy],
    before: set[int],
    foreseen: copies.Foreseen | None,
    ids: dict[str, int],
) -> None:
    """Bring the interactions of the mails just judged in line; `before` are those that had been judged earlier.

    Their verdicts are written already, and `judged` says so. `ids` has the addresses of all parties.
    """
    moving = moved(judged, before)
    if not moving:
        return
    numbers = {copy.item_id for copy in moving}
    if foreseen is not None and foreseen.moving == numbers and foreseen.stamp == copies.stamp(conn):
        whole = foreseen.whole
    else:
        whole = copies.touched(conn, owner_id, moving)
    _bring_in_line(conn, owner_id, whole, numbers, told, before, ids)
    copies.restamp(conn)


def moved(judged: Sequence[Copy], before: set[int]) -> list[Copy]:
    """Those that can change the log: a mail judged for the first time and dropped has nothing in it."""
    return [copy for copy in judged if copy.counts or copy.item_id in before]


def regroup(conn: Connection, owner_id: int, item_ids: Sequence[int]) -> None:
    """The same for mails whose standing changed without a verdict."""
    moving = copies.by_id(conn, item_ids)
    numbers = {copy.item_id for copy in moving}
    _bring_in_line(conn, owner_id, copies.touched(conn, owner_id, moving), numbers, {}, numbers, {})


def _bring_in_line(
    conn: Connection,
    owner_id: int,
    whole: Sequence[Sequence[Copy]],
    moving: set[int],
    told: Told,
    before: set[int],
    ids: Mapping[str, int],
) -> None:
    """Make each group one interaction, told from its first copy; what no group claims falls."""
    there = _existing(conn, whole, moving, before)
    plan = _Plan()
    for group in whole:
        _settle(plan, group, there, told)
    told_late = _tell(conn, [group[0].item_id for _, group in plan.late])
    for number, group in plan.late:
        plan.put(number, _row(group, *told_late[group[0].item_id]))
    rows.drop(conn, sorted(there.told_from.keys() - plan.claimed))
    written = [*plan.new, *plan.changed.values()]
    rows.write(conn, owner_id, plan.new, plan.changed, _completed(conn, owner_id, ids, plan, written))
    rows.support(conn, plan.supported)


class _There(Struct):
    """Interactions that items of some groups support now."""

    #: item id → interaction ids
    of: dict[int, set[int]]
    #: interaction id → the item it is told from
    told_from: dict[int, int]


class _Plan(Struct):
    """What is to be written."""

    new: list[rows.Row] = []
    changed: dict[int, rows.Row] = {}
    #: interaction id → its items, where the interaction itself stays as it is
    supported: dict[int, list[int]] = {}
    #: groups told from a mail that has to be read first
    late: list[tuple[int | None, Sequence[Copy]]] = []
    claimed: set[int] = set()

    def put(self, number: int | None, row: rows.Row) -> None:
        """Write `row` over interaction `number`, or as a new one."""
        if number is None:
            self.new.append(row)
        else:
            self.changed[number] = row


def _settle(plan: _Plan, group: Sequence[Copy], there: _There, told: Told) -> None:
    first = group[0].item_id
    numbers = {number for copy in group for number in there.of.get(copy.item_id, ())} - plan.claimed
    own = {number for number in numbers if there.told_from[number] == first}
    number = min(own or numbers, default=None)
    if number is not None:
        plan.claimed.add(number)
    if first in told:
        plan.put(number, _row(group, *told[first]))
    elif number is not None and own:
        plan.supported[number] = [copy.item_id for copy in group]
    else:
        plan.late.append((number, group))


def _completed(
    conn: Connection, owner_id: int, ids: Mapping[str, int], plan: _Plan, written: Sequence[rows.Row]
) -> Mapping[str, int]:
    """`ids`, with the parties of mails that were not in the batch."""
    if not plan.late:
        return ids
    parties = {canonical(party.mailbox.address) for row in written for party in row.parties}
    return {**ids, **AddressIds().ids(conn, owner_id, parties - ids.keys())}


def _tell(conn: Connection, item_ids: Sequence[int]) -> Told:
    """Mails and verdicts from the database."""
    told: Told = {}
    for start in range(0, len(item_ids), 500):
        found = conn.execute(
            select(items.c.id, payloads.c.body, verdicts.c.body)
            .join(payloads, payloads.c.item_id == items.c.id)
            .join(verdicts, verdicts.c.item_id == items.c.id)
            .where(items.c.id.in_(item_ids[start : start + 500]))
        )
        for item_id, body, verdict in found:
            email = decode(body)
            assert isinstance(email, Email)
            told[item_id] = (email, _verdict.decode(verdict))
    return told


def _existing(conn: Connection, whole: Sequence[Sequence[Copy]], moving: set[int], before: set[int]) -> _There:
    """What the members of these groups support; a mail that is judged for the first time and has no copy, nothing."""
    members = {copy.item_id for group in whole if len(group) > 1 or group[0].item_id not in moving for copy in group}
    there = _There({}, {})
    asked = sorted(members | (moving & before))
    for start in range(0, len(asked), 1_000):
        linked = conn.execute(
            select(sources.c.item_id, interactions.c.id, interactions.c.item_id)
            .join(interactions, interactions.c.id == sources.c.interaction_id)
            .where(among(conn, sources.c.item_id, asked[start : start + 1_000]))
        ).all()
        for item_id, number, told_from in linked:
            there.of.setdefault(item_id, set()).add(number)
            there.told_from[number] = told_from
    return there


def _row(group: Sequence[Copy], email: Email, verdict: Verdict) -> rows.Row:
    """The interaction a group of copies makes, told from its first."""
    first = group[0]
    sender = canonical(email.sender.address) if email.sender else ""
    named = email.message_id or first.external_id
    return rows.Row(
        key=f"m{first.at // 60:08x}{keys.key(f'{named} {sender}') & (2**64 - 1):016x}",
        kind=verdict.kind,
        direction=verdict.direction,
        at=first.at,
        title=email.subject,
        rule=verdict.rule,
        evidence=verdict.evidence,
        parties=verdict.parties,
        item_id=first.item_id,
        item_ids=[copy.item_id for copy in group],
        share=mail_share(verdict.cls, verdict.evidence),
        message_key=keys.message_key(email),
        reply_key=keys.reply_key(email),
        thread_key=keys.conversation_key(email),
    )
