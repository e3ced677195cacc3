"""Tables of circles: groups that were found or told, made anew now and then; the owner's word stands above them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text, UniqueConstraint

from interactions.schema.base import Id, metadata

circles = Table(
    "circles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    #: The same for as long as it is the same circle: "group:choir", "list:…", "series:…", "found:7", "own:…".
    Column("key", Text, nullable=False),
    #: As its members write it; "" where nothing tells.
    Column("name", Text, nullable=False),
    UniqueConstraint("owner_id", "key"),
)

circle_members = Table(
    "circle_members",
    metadata,
    Column("circle_id", ForeignKey("circles.id", ondelete="CASCADE"), primary_key=True),
    #: One address of the person is enough.
    Column("address_id", ForeignKey("addresses.id", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)
Index("ix_circle_members_address", circle_members.c.address_id)
