"""What is shared of what went each way, so that with several people together it is counted once."""

from alembic import op
from sqlalchemy import inspect

from interactions.schema import balances, exchanges, metadata

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is not there; what was counted is counted anew when it is asked for."""
    connection = op.get_bind()
    there = inspect(connection)
    if balances.name not in there.get_table_names():
        metadata.create_all(connection, tables=[balances])
    known = {one["name"] for one in there.get_columns(exchanges.name)}
    for column in (exchanges.c.shared, exchanges.c.draw):
        if column.name not in known:
            op.add_column(exchanges.name, column._copy())
    op.execute(exchanges.delete())
