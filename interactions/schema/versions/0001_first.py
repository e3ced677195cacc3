"""The first tables."""

from alembic import op
from sqlalchemy import text

from interactions.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table; later steps change them one by one."""
    metadata.create_all(op.get_bind())
    op.execute(text("INSERT INTO meta (name, value) VALUES ('epoch', '1'), ('log', '0')"))
