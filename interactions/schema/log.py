"""Tables of the log: interactions, who took part in them, and the items they rest on."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table, Text, UniqueConstraint, text

from interactions.schema.base import Id, metadata

interactions = Table(
    "interactions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    #: Natural key: "m" + hash of Message-ID, From and minute, or "e" + iCalUID and original start.
    Column("key", Text, nullable=False),
    #: email, meeting, call, note
    Column("kind", Text, nullable=False),
    #: out, in, both
    Column("direction", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("ends_at", BigInteger),
    Column("all_day", Boolean, nullable=False, server_default=text("false")),
    Column("title", Text, nullable=False),
    Column("rule", Text, nullable=False),
    #: What the rule saw (JSON object).
    Column("evidence", Text, nullable=False),
    #: The item it is told from: first of its sources in canonical order.
    Column("item_id", Id, nullable=False),
    #: Of mails: keys (`interactions.keys`) of the Message-ID, of what it answers, and of its conversation.
    Column("message_key", BigInteger),
    Column("reply_key", BigInteger),
    Column("thread_key", BigInteger),
    UniqueConstraint("owner_id", "key"),
)
Index("ix_interactions_at", interactions.c.owner_id, interactions.c.at)

#: What an interaction was numbered by that left the log: it is the same when it comes back.
numbers = Table(
    "numbers",
    metadata,
    Column("interaction_id", Id, primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    Column("key", Text, nullable=False),
    UniqueConstraint("owner_id", "key"),
)

participants = Table(
    "participants",
    metadata,
    Column("interaction_id", ForeignKey("interactions.id", ondelete="CASCADE"), primary_key=True),
    Column("address_id", ForeignKey("addresses.id"), primary_key=True),
    #: from, to, cc, bcc, organizer, attendee
    Column("role", Text, primary_key=True),
    Column("name", Text, nullable=False),
    #: Of the interaction, here as well: all that is counted is found in one index.
    Column("at", BigInteger, nullable=False),
    Column("direction", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default=text("'email'")),
    #: What it weighs in the tie to that address, in millionths (`interactions.ties.weights`).
    Column("weight", BigInteger, nullable=False, server_default=text("0")),
    sqlite_with_rowid=False,
)
#: All that a tie is counted from.
Index(
    "ix_participants_tie",
    participants.c.address_id,
    participants.c.at,
    participants.c.direction,
    participants.c.weight,
    participants.c.kind,
    participants.c.name,
)

sources = Table(
    "sources",
    metadata,
    Column("interaction_id", ForeignKey("interactions.id", ondelete="CASCADE"), primary_key=True),
    Column("item_id", ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)
Index("ix_sources_item", sources.c.item_id)
