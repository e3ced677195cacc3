"""The table of ties."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, Index, Integer, Table, Text, text

from interactions.schema.base import metadata

#: The tie of each person, as it stood on `day`: counted anew from the participants of all their addresses whenever
#: one is owed, and carried forward from there by whoever asks. Days are numbered from 1 January 1970 UTC.
ties = Table(
    "ties",
    metadata,
    Column("person_id", ForeignKey("addresses.id", ondelete="CASCADE"), primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    Column("day", Integer, nullable=False),
    #: Exponential sums of the days of contact, by half-life in days.
    Column("sum_1", Double, nullable=False),
    Column("sum_4", Double, nullable=False),
    Column("sum_16", Double, nullable=False),
    Column("sum_64", Double, nullable=False),
    Column("sum_256", Double, nullable=False),
    Column("sum_365", Double, nullable=False),
    Column("days_out", Integer, nullable=False),
    Column("days_in", Integer, nullable=False),
    Column("days_met", Integer, nullable=False),
    Column("first_day", Integer),
    Column("last_day", Integer),
    Column("last_out", Integer),
    Column("last_in", Integer),
    Column("days", Integer, nullable=False),
    Column("gaps", Integer, nullable=False),
    Column("median_gap", Double),
    Column("fifth_out", Integer),
    Column("fifth_in", Integer),
    #: The day of each step from casual to meaningful (JSON list).
    Column("steps", Text, nullable=False),
    #: When the next thing is planned with them, seconds since 1970 UTC: counted again then.
    Column("next_at", BigInteger),
    #: Interactions that have happened, by direction and by kind, and when the first and the last was.
    Column("count_in", Integer, nullable=False, server_default=text("0")),
    Column("count_out", Integer, nullable=False, server_default=text("0")),
    Column("count_both", Integer, nullable=False, server_default=text("0")),
    Column("emails", Integer, nullable=False, server_default=text("0")),
    Column("meetings", Integer, nullable=False, server_default=text("0")),
    Column("calls", Integer, nullable=False, server_default=text("0")),
    Column("notes", Integer, nullable=False, server_default=text("0")),
    Column("first_at", BigInteger),
    Column("last_at", BigInteger),
)
Index("ix_ties_last_at", ties.c.owner_id, ties.c.last_at)

#: What each address was written with, and how often: counted with the tie, valid while that is not owed.
signed = Table(
    "signed",
    metadata,
    Column("address_id", ForeignKey("addresses.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("often", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_ties_owner_id", ties.c.owner_id, ties.c.last_day)
Index("ix_ties_next_at", ties.c.owner_id, ties.c.next_at)

#: What went each way between the owner and each person in the last two years, counted when it is asked for and as it
#: stood on `day`; a tie that is counted anew takes its row away.
exchanges = Table(
    "exchanges",
    metadata,
    Column("person_id", ForeignKey("addresses.id", ondelete="CASCADE"), primary_key=True),
    Column("owner_id", ForeignKey("owners.id"), nullable=False),
    #: First day of the two years, and the last on which the counts are true: a mail may be answered until then.
    Column("since_day", Integer, nullable=False),
    Column("true_until", Integer, nullable=False),
    #: Conversations begun; mails that asked the other, and those of them that were answered; meetings hosted; begun
    #: again after long silence; help, by the owner's word. Each by the owner, and by them.
    Column("began", Integer, nullable=False),
    Column("began_them", Integer, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("asked_them", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("answered_them", Integer, nullable=False),
    Column("hosted", Integer, nullable=False),
    Column("hosted_them", Integer, nullable=False),
    Column("reached", Integer, nullable=False),
    Column("reached_them", Integer, nullable=False),
    Column("helped", Integer, nullable=False),
    Column("helped_them", Integer, nullable=False),
    #: What of it is felt, carried to 1 January 2020: given and received (`interactions.ties.balance`).
    Column("given", Double, nullable=False),
    Column("received", Double, nullable=False),
    #: What of it is counted with others, too (JSON list of `interactions.ties.balance.Share`).
    Column("shared", Text, nullable=False, server_default=text("'[]'")),
    #: Drawn anew whenever the row is: rows with the same sum of these are the same rows.
    Column("draw", BigInteger, nullable=False, server_default=text("0")),
)
Index("ix_exchanges_owner_id", exchanges.c.owner_id)

#: The balance with several people together, each interaction once: true while `draws` is the sum of theirs.
balances = Table(
    "balances",
    metadata,
    Column("owner_id", ForeignKey("owners.id"), primary_key=True),
    #: Of a circle; "" is everybody.
    Column("key", Text, primary_key=True),
    Column("draws", BigInteger, nullable=False),
    #: `interactions.store.exchanges.Sum` (JSON).
    Column("body", Text, nullable=False),
)

#: How long mails between them waited for an answer: how many were answered, or not yet, after so long.
replies = Table(
    "replies",
    metadata,
    Column("person_id", ForeignKey("exchanges.person_id", ondelete="CASCADE"), primary_key=True),
    #: The owner's answers, or theirs.
    Column("mine", Boolean, primary_key=True),
    #: Number of the length in `interactions.ties.balance.LENGTHS`.
    Column("length", Integer, primary_key=True),
    Column("answered", Integer, nullable=False),
    Column("open", Integer, nullable=False),
    sqlite_with_rowid=False,
)

#: Introductions as they were told from the log when circles were looked for.
introduced = Table(
    "introduced",
    metadata,
    Column("owner_id", ForeignKey("owners.id"), primary_key=True),
    Column("act", BigInteger, primary_key=True),
    #: Who it was; 0 is the owner. The smaller id of the two first.
    Column("by", BigInteger, primary_key=True),
    Column("one", BigInteger, primary_key=True),
    Column("other", BigInteger, primary_key=True),
    Column("at", BigInteger, nullable=False),
    #: possible, confirmed
    Column("state", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: Whom the owner was proposed to be in touch with, in which week: few, and not the same every week.
proposals = Table(
    "proposals",
    metadata,
    Column("owner_id", ForeignKey("owners.id"), primary_key=True),
    #: Its Monday, as an ISO date of the owner's zone.
    Column("week", Text, primary_key=True),
    Column("person_id", ForeignKey("addresses.id", ondelete="CASCADE"), primary_key=True),
    Column("made_at", BigInteger, nullable=False),
)
Index("ix_proposals_person_id", proposals.c.person_id)
