"""The tables (SQLAlchemy Core), alike on SQLite and PostgreSQL; `versions/` holds the steps that lead here.

Instants are whole seconds since 1970 UTC (BIGINT); leases and dues have fractions (DOUBLE) and are database time.
Keys named `*_key` are 64-bit hashes: cheap to index, compared in full where they meet.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from interactions.schema.base import Id, metadata
from interactions.schema.circles import circle_members, circles
from interactions.schema.log import interactions, numbers, participants, sources
from interactions.schema.ties import balances, exchanges, introduced, proposals, replies, signed, ties
from interactions.schema.word import corrections, suggestions, tombstones

#: The newest step in `versions/`; a database that says otherwise is migrated, or refused when it is newer.
HEAD = "0008"

#: Facts of the database itself: "epoch" (raised when rows were taken away behind caches), "log" (raised, on
#: SQLite, when an item begins or ceases to count), "key_id".
meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

owners = Table(
    "owners",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    #: Raised when the set of the owner's own addresses changes.
    Column("own_revision", Integer, nullable=False, server_default=text("0")),
    #: ISO date series are expanded around; moved on daily.
    Column("horizon", Text, nullable=False),
    #: Since when addresses are to be linked to people anew; NULL when they are.
    Column("people_due", Double),
    Column("people_claimed_until", Double),
    #: Raised with every claim: who finishes after another began writes nothing.
    Column("people_fence", Integer, nullable=False, server_default=text("0")),
    #: When that was done last, and how many seconds it took.
    Column("people_at", Double),
    Column("people_took", Double),
    #: When ties were counted last, and when circles were looked for.
    Column("ties_at", Double),
    Column("circles_at", Double),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    #: google, microsoft, archive
    Column("provider", Text, nullable=False),
    #: The provider's immutable subject; an archive's path.
    Column("subject", Text, nullable=False),
    Column("label", Text, nullable=False),
    #: Nothing older is stored; NULL keeps everything.
    Column("since", BigInteger),
    Column("connected_at", BigInteger, nullable=False),
    Column("paused", Boolean, nullable=False, server_default=text("false")),
    #: What the owner allowed, separated by spaces; "" for an archive.
    Column("scopes", Text, nullable=False, server_default=text("''")),
    #: Bulk mail (promotions, social) is never fetched.
    Column("skip_bulk", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("owner_id", "provider", "subject"),
)

#: The owner's own registration with a provider: what "Google, who asks?" is answered with.
clients = Table(
    "clients",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("saved_at", BigInteger, nullable=False),
)

credentials = Table(
    "credentials",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("saved_at", BigInteger, nullable=False),
    #: Somebody renews it until then.
    Column("held_until", Double),
    Column("held_by", Text),
)

streams = Table(
    "streams",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("lease_owner", Text),
    Column("lease_until", Double),
    #: Raised at every lease; a commit with an older one is refused.
    Column("fence", Integer, nullable=False, server_default=text("0")),
    #: When there is work; NULL means never by itself.
    Column("due_at", Double),
    Column("rung_at", Double),
    #: waiting, pulling, done, failing, stopped
    Column("state", Text, nullable=False, server_default=text("'waiting'")),
    #: One plain sentence for the owner.
    Column("sentence", Text, nullable=False, server_default=text("''")),
    Column("since", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("pulled_at", BigInteger),
    #: When something new last came.
    Column("changed_at", BigInteger),
    UniqueConstraint("account_id", "name"),
)
Index("ix_streams_due_at", streams.c.due_at)

containers = Table(
    "containers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("stream_id", ForeignKey("streams.id"), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("included", Boolean, nullable=False, server_default=text("true")),
    Column("cursor", Text),
    #: The full listing under way or, behind its end, the next one.
    Column("listing", Integer, nullable=False, server_default=text("1")),
    Column("total", BigInteger, nullable=False, server_default=text("0")),
    Column("done", BigInteger, nullable=False, server_default=text("0")),
    UniqueConstraint("stream_id", "external_id"),
)

backlog = Table(
    "backlog",
    metadata,
    Column("stream_id", ForeignKey("streams.id"), primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("container_id", ForeignKey("containers.id"), nullable=False),
    Column("thread", Text, nullable=False, server_default=text("''")),
    #: wanted, deferred (bulk: with spare quota), never (drafts, chats)
    Column("lane", Text, nullable=False, server_default=text("'wanted'")),
    Column("priority", BigInteger, nullable=False, server_default=text("0")),
    #: The full listing that named it last.
    Column("listing", Integer, nullable=False, server_default=text("1")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_at", Double),
)
Index("ix_backlog_next", backlog.c.stream_id, backlog.c.lane, backlog.c.priority)
Index("ix_backlog_thread", backlog.c.stream_id, backlog.c.thread)

addresses = Table(
    "addresses",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    Column("canonical", Text, nullable=False),
    #: An office's, a list's or a program's: nobody by itself.
    Column("role", Boolean, nullable=False, server_default=text("false")),
    #: What passed between it and the owner has changed since the tie of its person was counted.
    Column("tie_owed", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("owner_id", "canonical"),
)
for _flag in (addresses.c.tie_owed, addresses.c.role):
    # SQLite takes a partial index only where the question has its very condition, and questions say "= 1".
    Index(
        f"ix_addresses_{_flag.name}",
        addresses.c.owner_id,
        addresses.c.id,
        sqlite_where=text(f"{_flag.name} = 1"),
        postgresql_where=_flag,
    )

facts = Table(
    "facts",
    metadata,
    Column("address_id", ForeignKey("addresses.id"), primary_key=True),
    Column("own", Boolean, nullable=False, server_default=text("false")),
    Column("sent_to", Boolean, nullable=False, server_default=text("false")),
    Column("answered", Boolean, nullable=False, server_default=text("false")),
    Column("in_book", Boolean, nullable=False, server_default=text("false")),
)

items = Table(
    "items",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    Column("stream_id", ForeignKey("streams.id"), nullable=False),
    Column("container_id", ForeignKey("containers.id"), nullable=False),
    Column("external_id", Text, nullable=False),
    #: email, event, contact, unreadable
    Column("kind", Text, nullable=False),
    #: Hash of the payload: tells whether the source changed it. 0 for a husk (excluded: nothing of it is kept).
    Column("digest", BigInteger, nullable=False),
    Column("listing", Integer, nullable=False),
    #: When it happened (sent, starts); NULL for contacts.
    Column("at", BigInteger),
    #: Who sent or organised it.
    Column("sender_id", ForeignKey("addresses.id")),
    #: The owner sent it.
    Column("sent", Boolean, nullable=False, server_default=text("false")),
    #: Of the owner's own mails: what `reply_key` of an answer equals.
    Column("message_key", BigInteger),
    Column("reply_key", BigInteger),
    #: Equal for copies of one mail: Message-ID, From and minute.
    Column("copy_key", BigInteger),
    #: Archives only: what it says, plus its day; finds copies whose dates differ by whole hours.
    Column("content_key", BigInteger),
    #: iCalUID of an event's series.
    Column("uid_key", BigInteger),
    #: Of mail of connected accounts: the provider's thread.
    Column("thread_key", BigInteger),
    Column("recurs", Boolean, nullable=False, server_default=text("false")),
    #: Raised whenever what the verdict rests on changes: content, a fact, a correction.
    Column("revision", Integer, nullable=False, server_default=text("1")),
    #: With `judged_rules`: what the verdict was made from. Owed while it differs from `revision` and RULES_VERSION.
    Column("judged_revision", Integer),
    Column("judged_rules", Integer),
    #: `digest` then: a mail that is judged the same of the same content changes nothing in the log.
    Column("judged_digest", BigInteger),
    #: Since when judging is owed; NULL when it is not.
    Column("owed_since", Double),
    Column("rung_at", Double),
    Column("claimed_until", Double),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    #: waiting, kept, dropped, quarantined, gone
    Column("state", Text, nullable=False, server_default=text("'waiting'")),
    #: It supports an interaction.
    Column("counts", Boolean, nullable=False, server_default=text("false")),
    Column("rule", Text),
    UniqueConstraint("stream_id", "external_id"),
)
Index(
    "ix_items_owed",
    items.c.id,
    sqlite_where=items.c.owed_since.isnot(None),
    postgresql_where=items.c.owed_since.isnot(None),
)
Index("ix_items_counts", items.c.stream_id, items.c.state)
Index("ix_items_sender", items.c.sender_id)
for _column in (
    items.c.message_key,
    items.c.reply_key,
    items.c.copy_key,
    items.c.content_key,
    items.c.uid_key,
    items.c.thread_key,
):
    Index(f"ix_items_{_column.name}", _column, sqlite_where=_column.isnot(None), postgresql_where=_column.isnot(None))

payloads = Table(
    "payloads",
    metadata,
    Column("item_id", ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    #: The item as `interactions.items` encodes it (JSON).
    Column("body", Text, nullable=False),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("item_id", ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    #: `interactions.verdict.Verdict` as JSON; of a quarantined item {"reason", "place"}.
    Column("body", Text, nullable=False),
)

people = Table(
    "people",
    metadata,
    #: The id of the person's earliest address.
    Column("id", ForeignKey("addresses.id"), primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    #: Set after a merge: who this person is now.
    Column("redirect_id", ForeignKey("addresses.id")),
)

person_addresses = Table(
    "person_addresses",
    metadata,
    Column("address_id", ForeignKey("addresses.id"), primary_key=True),
    Column("person_id", ForeignKey("addresses.id"), nullable=False),
)
Index("ix_person_addresses_person", person_addresses.c.person_id)

cards = Table(
    "cards",
    metadata,
    Column("item_id", ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    Column("address_id", ForeignKey("addresses.id"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("uid", Text, nullable=False, server_default=text("''")),
)
Index("ix_cards_address", cards.c.address_id)

processes = Table(
    "processes",
    metadata,
    #: host, process id and role: one row a running process.
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", Double, nullable=False),
    Column("seen_at", Double, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    #: failing, consent, disk
    Column("kind", Text, primary_key=True),
    #: "stream 3", "account 1", "disk": no names.
    Column("subject", Text, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("told_at", BigInteger),
)

__all__ = [
    "HEAD", "Id", "accounts", "addresses", "alerts", "backlog", "balances", "cards", "circle_members", "circles",
    "clients", "containers", "corrections", "credentials", "exchanges", "facts", "interactions", "introduced", "items",
    "meta", "metadata", "numbers", "owners", "participants", "payloads", "people", "person_addresses", "processes",
    "proposals", "replies", "signed", "sources", "streams", "suggestions", "ties", "tombstones", "verdicts",
]  # fmt: skip
