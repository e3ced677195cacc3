"""Numbers that interactions keep, and words that leave nothing when they are taken back."""

from alembic import op
from sqlalchemy import inspect

from interactions.schema import corrections, metadata, numbers

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is not there, and let go of what was taken back."""
    connection = op.get_bind()
    there = inspect(connection)
    if numbers.name not in there.get_table_names():
        metadata.create_all(connection, tables=[numbers])
    if "undone_at" in {one["name"] for one in there.get_columns(corrections.name)}:
        op.execute("DELETE FROM corrections WHERE undone_at IS NOT NULL")
        op.drop_column(corrections.name, "undone_at")
