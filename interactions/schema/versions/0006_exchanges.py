"""Which mail answers which, beside the log, and what went each way between the owner and each person."""

from alembic import op
from sqlalchemy import Connection, inspect, select

from interactions import keys
from interactions.items import Email
from interactions.prepare import decode
from interactions.schema import exchanges, interactions, introduced, metadata, payloads, replies
from interactions.store.database import many

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KEYS = ("message_key", "reply_key", "thread_key")
#: Mails read at once.
_BATCH = 1_000


def upgrade() -> None:
    """Add what is not there, and read the keys of mails that are in the log from where they are told from."""
    connection = op.get_bind()
    there = inspect(connection)
    tables = [table for table in (exchanges, replies, introduced) if table.name not in there.get_table_names()]
    metadata.create_all(connection, tables=tables)
    known = {one["name"] for one in there.get_columns(interactions.name)}
    missing = [name for name in _KEYS if name not in known]
    for name in missing:
        op.add_column(interactions.name, interactions.c[name]._copy())
    last = 0
    while missing and (last := _fill(connection, last)):
        pass


def _fill(connection: Connection, after: int) -> int:
    """Write the keys of the next mails by rising id; returns the last of them, 0 when there were none."""
    rows = connection.execute(
        select(interactions.c.id, payloads.c.body)
        .join(payloads, payloads.c.item_id == interactions.c.item_id)
        .where(interactions.c.id > after, interactions.c.kind == "email")
        .order_by(interactions.c.id)
        .limit(_BATCH)
    ).all()
    mails = [(row[0], item) for row in rows if isinstance(item := decode(row[1]), Email)]
    found = [(keys.message_key(one), keys.reply_key(one), keys.conversation_key(one), number) for number, one in mails]
    many(connection, "UPDATE interactions SET message_key = ?, reply_key = ?, thread_key = ? WHERE id = ?", found)
    return rows[-1][0] if rows else 0
