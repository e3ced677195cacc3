"""Tables of the owner's word: what they said, what they are asked, what they never want stored."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, Table, Text, UniqueConstraint, text

from interactions.schema.base import Id, metadata

#: The owner's word, never overwritten: the latest of a kind about a target is what holds; what is taken back goes.
corrections = Table(
    "corrections",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    #: pair, item, address, title, note, mute, rest, own, tend, snooze, cadence, circle, circle-name, search
    Column("kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    #: What was said at once is taken back at once.
    Column("batch", BigInteger, nullable=False, server_default=text("0")),
)
Index("ix_corrections_target", corrections.c.owner_id, corrections.c.kind, corrections.c.target)

#: What to ask the owner, derived anew with every linking.
suggestions = Table(
    "suggestions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    #: person: two addresses that are likely one human's; meeting: a title that is likely one.
    Column("kind", Text, nullable=False),
    #: "a|b", or the folded title.
    Column("target", Text, nullable=False),
    Column("chance", Double, nullable=False),
    #: What it rests on (JSON object).
    Column("evidence", Text, nullable=False),
    UniqueConstraint("owner_id", "kind", "target"),
)

#: What must not be stored, or not again: respected by every source and by restore.
tombstones = Table(
    "tombstones",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    #: calendar, label, domain, address
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    UniqueConstraint("owner_id", "kind", "value"),
)
