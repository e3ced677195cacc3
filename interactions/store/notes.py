"""What the owner says happened, as rows of the log: made of their words, and made anew when those change."""

from __future__ import annotations

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from interactions.items import Mailbox
from interactions.keys import key
from interactions.schema import interactions
from interactions.store import corrections, rows
from interactions.store.addresses import AddressIds
from interactions.verdict import Party
from interactions.word import VERBS


class Note(Struct, frozen=True):
    """One talk, meeting or call that no item tells of."""

    #: talked, met, called, gave, received
    verb: str
    address: str
    name: str
    #: Seconds since 1970 UTC.
    at: int
    #: The owner named the day alone.
    all_day: bool


_note = msgspec.json.Decoder(Note)


def target(note: Note) -> str:
    """What a note is kept under: said twice, it stands once."""
    return f"{note.address}|{note.verb}|{note.at}"


def encode(note: Note) -> str:
    """The value it is kept with."""
    return msgspec.json.encode(note).decode()


def decode(value: str) -> Note:
    """The note a value holds."""
    return _note.decode(value)


def rebuild(conn: Connection, owner_id: int) -> None:
    """Bring the log's rows in line with what the owner's word says now."""
    held = corrections.held(conn, owner_id, (corrections.NOTE,))
    wanted = {f"n{key(said) & (2**64 - 1):016x}": _note.decode(value) for (_, said), value in held.items()}
    mine = (interactions.c.owner_id == owner_id, interactions.c.key.like("n%"))
    there = {row[0]: row[1] for row in conn.execute(select(interactions.c.key, interactions.c.id).where(*mine))}
    rows.drop(conn, [number for one, number in there.items() if one not in wanted])
    new = [_row(one, note) for one, note in sorted(wanted.items()) if one not in there]
    ids = AddressIds().ids(conn, owner_id, {note.address for note in wanted.values()})
    rows.write(conn, owner_id, new, {}, ids)


def _row(natural: str, note: Note) -> rows.Row:
    party = Party(Mailbox(note.address, note.name), "attendee")
    return rows.Row(
        key=natural,
        kind=VERBS[note.verb],
        direction="both",
        at=note.at,
        title="",
        rule=f"owner.{note.verb}",
        evidence={"your word": note.verb},
        parties=(party,),
        item_id=0,
        item_ids=(),
        all_day=note.all_day,
    )
