"""What the owner's word and the linking of addresses need."""

from alembic import op
from sqlalchemy import inspect, select, update

from interactions.roles import is_role
from interactions.schema import addresses, corrections, items, metadata, owners, suggestions

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COLUMNS = (
    owners.c.people_due, owners.c.people_claimed_until, owners.c.people_fence, owners.c.people_at, owners.c.people_took,
)  # fmt: skip


def upgrade() -> None:
    """Add what is not there: a database made just now has everything from the first step."""
    connection = op.get_bind()
    there = inspect(connection)
    tables = there.get_table_names()
    if suggestions.name not in tables:
        metadata.create_all(connection, tables=[suggestions])
    for column in _COLUMNS:
        if column.name not in {one["name"] for one in there.get_columns("owners")}:
            op.add_column("owners", column._copy())
    if "batch" not in {one["name"] for one in there.get_columns(corrections.name)}:
        # Nothing was ever written to the one before.
        op.drop_table("corrections")
        metadata.create_all(connection, tables=[corrections])
    if "judged_digest" not in {one["name"] for one in there.get_columns(items.name)}:
        op.add_column(items.name, items.c.judged_digest._copy())
    if "role" not in {one["name"] for one in there.get_columns(addresses.name)}:
        op.add_column(addresses.name, addresses.c.role._copy())
        rows = connection.execute(select(addresses.c.id, addresses.c.canonical)).all()
        roles = [row[0] for row in rows if is_role(row[1])]
        for start in range(0, len(roles), 500):
            part = addresses.c.id.in_(roles[start : start + 500])
            connection.execute(update(addresses).where(part).values(role=True))
    # Whatever was linked before is linked anew.
    op.execute("UPDATE owners SET people_due = 0")
