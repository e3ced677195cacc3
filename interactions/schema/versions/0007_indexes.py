"""Indexes by which questions about everybody find what is owed, planned or an office's without looking at it all."""

from alembic import op
from sqlalchemy import inspect

from interactions.schema import addresses, ties

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MADE = ("ix_addresses_tie_owed", "ix_addresses_role", "ix_ties_next_at")


def upgrade() -> None:
    """Put these in place of what is there under their names."""
    connection = op.get_bind()
    for table in (addresses, ties):
        there = {one["name"] for one in inspect(connection).get_indexes(table.name)}
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            if index.name in _MADE:
                if index.name in there:
                    op.drop_index(str(index.name), table.name)
                index.create(connection)
