"""What connected accounts need: the owner's client registrations, scopes, a backlog with lanes."""

from alembic import op
from sqlalchemy import inspect

from interactions.schema import accounts, backlog, clients, credentials, items, metadata, streams

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COLUMNS = (
    accounts.c.scopes, accounts.c.skip_bulk, credentials.c.held_until, credentials.c.held_by, streams.c.changed_at,
    items.c.thread_key,
)  # fmt: skip


def upgrade() -> None:
    """Add what is not there: a database made just now has everything from the first step."""
    connection = op.get_bind()
    there = inspect(connection)
    if clients.name not in there.get_table_names():
        metadata.create_all(connection, tables=[clients])
    for column in _COLUMNS:
        if column.name not in {one["name"] for one in there.get_columns(column.table.name)}:
            op.add_column(column.table.name, column._copy())
            for index in column.table.indexes:
                if list(index.columns) == [column]:
                    index.create(connection)
    if "lane" not in {one["name"] for one in there.get_columns(backlog.name)}:
        # Nothing was ever written to the one before.
        op.drop_table(backlog.name)
        metadata.create_all(connection, tables=[backlog])
