"""Numbers that interactions keep, words that leave nothing when taken back, counts beside each tie, and circles."""

from alembic import op
from sqlalchemy import inspect, select

from interactions.schema import (
    addresses,
    circle_members,
    circles,
    corrections,
    interactions,
    metadata,
    numbers,
    owners,
    participants,
    signed,
    ties,
)

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COUNTS = (
    "count_in", "count_out", "count_both", "emails", "meetings", "calls", "notes", "first_at", "last_at",
)  # fmt: skip


def upgrade() -> None:
    """Add what is not there, let go of what was taken back, and owe every tie."""
    connection = op.get_bind()
    there = inspect(connection)
    made = [table for table in (numbers, signed, circles, circle_members) if table.name not in there.get_table_names()]
    metadata.create_all(connection, tables=made)
    if "circles_at" not in {one["name"] for one in there.get_columns(owners.name)}:
        op.add_column(owners.name, owners.c.circles_at._copy())
    if "undone_at" in {one["name"] for one in there.get_columns(corrections.name)}:
        op.execute("DELETE FROM corrections WHERE undone_at IS NOT NULL")
        op.drop_column(corrections.name, "undone_at")
    known = {one["name"] for one in there.get_columns(ties.name)}
    for name in _COUNTS:
        if name not in known:
            op.add_column(ties.name, ties.c[name]._copy())
    if "ix_ties_last_at" not in {one["name"] for one in there.get_indexes(ties.name)}:
        next(index for index in ties.indexes if index.name == "ix_ties_last_at").create(connection)
    if "kind" not in {one["name"] for one in there.get_columns(participants.name)}:
        op.add_column(participants.name, participants.c.kind._copy())
        of_it = select(interactions.c.kind).where(interactions.c.id == participants.c.interaction_id)
        op.execute(participants.update().values(kind=of_it.scalar_subquery()))
        if "ix_participants_tie" in {one["name"] for one in there.get_indexes(participants.name)}:
            op.drop_index("ix_participants_tie", participants.name)
        next(index for index in participants.indexes if index.name == "ix_participants_tie").create(connection)
    op.execute(addresses.update().values(tie_owed=True))
