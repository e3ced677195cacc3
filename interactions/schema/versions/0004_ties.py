"""What ties are counted from, and the ties."""

from alembic import op
from sqlalchemy import inspect

from interactions.schema import addresses, items, metadata, owners, participants, proposals, ties

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is not there, and owe all that is in the log: its weights are known when it is judged again."""
    connection = op.get_bind()
    there = inspect(connection)
    made = [table for table in (ties, proposals) if table.name not in there.get_table_names()]
    metadata.create_all(connection, tables=made)
    for table, column in (
        (owners, owners.c.ties_at), (addresses, addresses.c.tie_owed), (participants, participants.c.weight),
    ):  # fmt: skip
        if column.name not in {one["name"] for one in there.get_columns(table.name)}:
            op.add_column(table.name, column._copy())
    indexes = {one["name"] for table in (addresses, participants) for one in there.get_indexes(table.name)}
    if "ix_participants_address" in indexes:
        op.drop_index("ix_participants_address", participants.name)
    for index in addresses.indexes:
        if index.name not in indexes:
            index.create(connection)
    op.execute(items.update().where(items.c.counts).values(owed_since=0, judged_digest=None))
