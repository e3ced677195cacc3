"""The views that statements are answered from: names and columns are only ever added to.

Both databases have the same columns with the same values: yes and no are 1 and 0, an instant is a text in UTC
(`2026-03-09T12:00:00Z`) beside its seconds since 1970, a day is `2026-03-09`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct


class Column(Struct, frozen=True):
    """One column; `kind` is integer, real or text."""

    name: str
    kind: str
    about: str


class View(Struct, frozen=True):
    """One view."""

    name: str
    about: str
    columns: tuple[Column, ...]
    #: What it is made of; what stands in capitals is filled in by `select`. "" where it is filled with rows.
    made: str = ""

    def select(self, owner_id: int, sqlite: bool) -> str:
        """The statement that makes it, of one owner's rows."""
        statement = re.sub(r"PERSON\[(.+?)]", lambda found: _PERSON.format(found[1]), self.made)
        statement = statement.replace("OWNER", str(int(owner_id)))
        statement = statement.replace("BASE.", "main." if sqlite else "").replace("NOW", _NOW[sqlite])
        return re.sub(r"AT\[(.+?)]", lambda found: _AT[sqlite].format(found[1]), statement)


#: By whether it is SQLite: now in seconds since 1970, and an instant as text.
_NOW = {
    True: "CAST(strftime('%s', 'now') AS INTEGER)",
    False: "CAST(floor(extract(epoch FROM statement_timestamp())) AS bigint)",
}
#: Whose an address is. A join would do as well, but SQLite then goes through it for each person that is joined to it.
_PERSON = "coalesce((SELECT l.person_id FROM BASE.person_addresses l WHERE l.address_id = {0}), {0})"
_AT = {
    True: "strftime('%Y-%m-%dT%H:%M:%SZ', {0}, 'unixepoch')",
    False: "to_char(to_timestamp({0}) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
}


def _columns(told: str) -> tuple[Column, ...]:
    """Columns from lines of `name kind what it says`."""
    return tuple(Column(*line.split(maxsplit=2)) for line in told.strip().splitlines())


INTERACTIONS = View(
    "v_interactions",
    "The log: one row an interaction, planned ones too.",
    _columns("""
        id integer the number of kith log --numbers
        at text when it was or begins; of an all-day one its date
        at_seconds integer the same in seconds since 1970
        ends_at text when it ends, null where nothing says
        ends_at_seconds integer the same in seconds since 1970
        all_day integer 1 or 0
        planned integer 1 while it lies ahead
        kind text email, meeting, call, note
        direction text out, in, both
        title text the sender's words
        rule text what decided; kith why tells it
        evidence text what the rule saw, a JSON object
        item_id integer the item it is told from
        people integer how many took part beside you
    """),
    """
    SELECT i.id, CASE WHEN i.all_day THEN substr(AT[i.at], 1, 10) ELSE AT[i.at] END, i.at,
        CASE WHEN i.all_day THEN substr(AT[i.ends_at], 1, 10) ELSE AT[i.ends_at] END, i.ends_at,
        CAST(i.all_day AS INTEGER), CASE WHEN i.at > NOW THEN 1 ELSE 0 END,
        i.kind, i.direction, i.title, i.rule, i.evidence, i.item_id,
        (SELECT count(DISTINCT PERSON[p.address_id]) FROM BASE.participants p WHERE p.interaction_id = i.id)
    FROM BASE.interactions i WHERE i.owner_id = OWNER
    """,
)

PARTICIPANTS = View(
    "v_participants",
    "Who took part in what: one row an interaction, address and role.",
    _columns("""
        interaction_id integer of v_interactions
        person_id integer of v_people; offices and lists have a number too, and are not there
        address_id integer of v_addresses
        address text the address
        name text as it was written there
        role text from, to, cc, bcc, organizer, attendee
        at text when the interaction was
        at_seconds integer the same in seconds since 1970
        direction text of the interaction
        kind text of the interaction
    """),
    """
    SELECT p.interaction_id, PERSON[p.address_id], p.address_id, a.canonical, p.name, p.role, AT[p.at], p.at,
        p.direction, p.kind
    FROM BASE.participants p JOIN BASE.addresses a ON a.id = p.address_id WHERE a.owner_id = OWNER
    """,
)

PEOPLE = View(
    "v_people",
    "Everybody that kith people --muted lists, with its counts.",
    _columns("""
        id integer the number of kith people --json
        name text what they are called
        addresses integer how many they have
        total integer interactions that have happened
        count_in integer they to you
        count_out integer you to them
        count_both integer both at once
        emails integer by kind
        meetings integer by kind
        calls integer by kind
        notes integer by kind
        first_at text when the first was
        first_at_seconds integer the same in seconds since 1970
        last_at text when the last was
        last_at_seconds integer the same in seconds since 1970
        in_book integer 1 when a card names them
        muted integer 1 when you muted them
        rests integer 1 when you let them rest
    """),
)

ADDRESSES = View(
    "v_addresses",
    "Every address that was seen.",
    _columns("""
        id integer its number
        address text as it is compared: in small letters, a telephone number after tel:
        person_id integer whose it is
        office integer 1 for an office's, a list's or a program's
        own integer 1 when it is yours
        in_book integer 1 when it stands on a card
        wrote_to integer 1 when you wrote to it
        answered integer 1 when you answered it
    """),
    """
    SELECT a.id, a.canonical, PERSON[a.id], CAST(a.role AS INTEGER),
        coalesce(CAST(f.own AS INTEGER), 0), coalesce(CAST(f.in_book AS INTEGER), 0),
        coalesce(CAST(f.sent_to AS INTEGER), 0), coalesce(CAST(f.answered AS INTEGER), 0)
    FROM BASE.addresses a LEFT JOIN BASE.facts f ON f.address_id = a.id WHERE a.owner_id = OWNER
    """,
)

TIES = View(
    "v_ties",
    "How each tie stands today, as kith show --json says it.",
    _columns("""
        person_id integer of v_people
        word text new, growing, steady, quiet; null where both have not acted yet
        strength real 0 to 100 among your ties
        momentum real what goes on now
        depth real what has grown
        cadence_days real days that usually pass
        silent_days integer days since the last contact
        days integer days of contact
        days_out integer days you wrote
        days_in integer days they wrote
        days_met integer days you met
        first_day text of contact
        last_day text of contact
        seen_on text the steps, each with its day: seen
        in_touch_on text in touch
        answered_on text answered
        talk_on text a talk
        met_on text met
    """),
)

CIRCLES = View(
    "v_circles",
    "The circles of kith circles.",
    _columns("""
        code text by which it is meant
        key text the same for as long as it is the same circle
        name text "" where nothing names it
        kind text group, series, list, found, own
        members integer how many
    """),
)

MEMBERS = View(
    "v_circle_members",
    "Who is in which circle.",
    _columns("""
        code text of v_circles
        person_id integer of v_people
    """),
)

ITEMS = View(
    "v_items",
    "Every mail, entry and card that was read, and what became of it.",
    _columns("""
        id integer the number of kith why i42
        account_id integer of v_accounts
        stream text such as google.mail
        container text the calendar, folder or file
        kind text email, event, contact, unreadable
        at text when it was sent or begins, null for cards
        at_seconds integer the same in seconds since 1970
        address text who sent or organized it
        state text waiting, kept, dropped, quarantined, gone
        rule text what decided, null before it was judged
    """),
    """
    SELECT i.id, s.account_id, s.name, c.name, i.kind, AT[i.at], i.at, a.canonical,
        CASE WHEN i.owed_since IS NOT NULL THEN 'waiting' ELSE i.state END, i.rule
    FROM BASE.items i JOIN BASE.streams s ON s.id = i.stream_id JOIN BASE.containers c ON c.id = i.container_id
    LEFT JOIN BASE.addresses a ON a.id = i.sender_id WHERE i.owner_id = OWNER
    """,
)

SOURCES = View(
    "v_sources",
    "Which items an interaction rests on.",
    _columns("""
        interaction_id integer of v_interactions
        item_id integer of v_items
    """),
    """
    SELECT s.interaction_id, s.item_id FROM BASE.sources s
    JOIN BASE.interactions i ON i.id = s.interaction_id WHERE i.owner_id = OWNER
    """,
)

ACCOUNTS = View(
    "v_accounts",
    "The accounts and archives that were connected or imported.",
    _columns("""
        id integer its number
        provider text google, microsoft, archive
        label text what it is called
        connected_at text since when
        connected_at_seconds integer the same in seconds since 1970
        since text nothing older is stored; null keeps everything
        paused integer 1 or 0
    """),
    """
    SELECT a.id, a.provider, a.label, AT[a.connected_at], a.connected_at, substr(AT[a.since], 1, 10),
        CAST(a.paused AS INTEGER)
    FROM BASE.accounts a WHERE a.owner_id = OWNER
    """,
)

VIEWS: Sequence[View] = (
    INTERACTIONS, PARTICIPANTS, PEOPLE, ADDRESSES, TIES, CIRCLES, MEMBERS, ITEMS, SOURCES, ACCOUNTS,
)  # fmt: skip
#: Those that are filled with rows, by name.
FILLED = {view.name: view for view in VIEWS if not view.made}


def table(view: View, sqlite: bool) -> tuple[str, str]:
    """The statements that make the temporary table which a filled view is, and what finds its rows by what they are of.

    Without it SQLite would go through everybody for each row that is joined to them.
    """
    kinds = {"integer": "INTEGER" if sqlite else "BIGINT", "real": "DOUBLE PRECISION", "text": "TEXT"}
    columns = ", ".join(f'"{one.name}" {kinds[one.kind]}' for one in view.columns)
    where = ("temp." if sqlite else "", "" if sqlite else "pg_temp.")
    return (
        f"CREATE TEMP TABLE {view.name} ({columns})",
        f'CREATE INDEX {where[0]}{view.name}_by ON {where[1]}{view.name} ("{view.columns[0].name}")',
    )
