"""Statements of the owner's own: what the views hold, and that nothing else is reached by any of them."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from interactions.errors import StoreProblem
from interactions.items import Mailbox
from interactions.queries.circles import circles_of
from interactions.queries.log import entries
from interactions.queries.people import people
from interactions.queries.sql import Answer, Asking, Moment, StatementProblem, ready
from interactions.queries.sql.split import split
from interactions.queries.sql.views import VIEWS
from interactions.queries.ties import standings
from interactions.schema import metadata
from interactions.store import corrections, word
from interactions.store.database import Database
from kith.show.rows import tie_row
from tests.interactions.queries.story import ANNA, ME, NOW, Story, ago, kept, mail, meeting, now, tell

PAGE = Path(__file__).parents[3] / "docs" / "sql.md"
ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"


@contextmanager
def asking(story: Story, seconds: float = 20.0) -> Iterator[Asking]:
    session = ready(Moment(story.db, story.owner_id, lambda: NOW), seconds)
    try:
        yield session
    finally:
        session.close()


def run(db: Database, *steps: str) -> None:
    with db.writing() as conn:
        for step in steps:
            conn.execute(text(step))


def objects(answer: Answer) -> list[dict[str, Any]]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def circle(name: str, member: Mailbox) -> list[corrections.Word]:
    """The owner's word that a circle is there and who is in it."""
    key = f"own:{name}"
    return [
        corrections.Word(corrections.CIRCLE_NAME, key, name),
        corrections.Word(corrections.CIRCLE, f"{key}|{member.address}", "in"),
    ]


def everything(db: Database) -> dict[str, list[Any]]:
    with db.reading() as conn:
        tables = {
            table.name: [tuple(row) for row in conn.execute(table.select())]
            for table in metadata.sorted_tables
            if table.name != "processes"
        }
    return {name: sorted(rows, key=repr) for name, rows in tables.items()}


def test_every_view_has_the_columns_it_is_told_to_have_and_no_others(db: Database) -> None:
    with asking(tell(db)) as session:
        for view in VIEWS:
            answer = session.ask(f"SELECT * FROM {view.name}", 1)
            assert answer.columns == tuple(column.name for column in view.columns), view.name


def test_values_are_of_the_kinds_that_are_told(db: Database) -> None:
    story = tell(db)
    kinds = {"integer": int, "real": float, "text": str}
    with asking(story) as session:
        for view in VIEWS:
            for row in session.ask(f"SELECT * FROM {view.name}", 100).rows:
                for column, value in zip(view.columns, row, strict=True):
                    assert value is None or type(value) is kinds[column.kind], f"{view.name}.{column.name}: {value!r}"


def test_the_log_is_what_kith_log_says(db: Database) -> None:
    story = tell(db)
    with asking(story) as session:
        found = objects(session.ask("SELECT * FROM v_interactions", 100))
    told = {entry.id: entry for entry in entries(db, story.owner_id, [row["id"] for row in found], now())}
    assert len(found) == len(told) == 6
    for row in found:
        entry = told[row["id"]]
        assert (row["kind"], row["direction"], row["title"]) == (entry.kind, entry.direction, entry.title)
        assert (row["at_seconds"], row["ends_at_seconds"]) == (entry.at, entry.ends_at)
        assert (row["people"], row["rule"], row["item_id"]) == (len(entry.people), entry.rule, entry.item_id)
    by_title = {row["title"]: row for row in found}
    assert by_title["Work morning"]["at"] == "2026-03-09T12:00:00Z"
    assert by_title["Work morning"]["ends_at"] == "2026-03-09T12:45:00Z"


def test_what_lies_ahead_is_planned(db: Database) -> None:
    story = Story(db)
    ahead = kept("both", (ANNA, "attendee"), kind="meeting", rule="calendar.meeting")
    story.judge(
        (meeting(1, [ANNA], "Far away", ago(days=-30_000)), ahead), (meeting(2, [ANNA], "Long ago", ago()), ahead)
    )
    with asking(story) as session:
        rows = session.ask("SELECT title, planned FROM v_interactions ORDER BY planned", 10).rows
    assert rows == (("Long ago", 0), ("Far away", 1))


def test_people_are_those_of_kith_people_with_the_same_names_and_counts(db: Database) -> None:
    story = tell(db)
    word.leave_out(db, story.owner_id, corrections.MUTE, [ANNA.address])
    word.leave_out(db, story.owner_id, corrections.REST, ["boris@garden.example"])
    told = people(db, story.owner_id, "", now())
    with asking(story) as session:
        found = {row["id"]: row for row in objects(session.ask("SELECT * FROM v_people", 100))}
    assert found.keys() == {person.id for person in told.people}
    for person in told.people:
        row = found[person.id]
        assert (row["name"], row["addresses"]) == (person.name, len(person.addresses))
        assert (row["total"], row["count_in"], row["count_out"]) == (person.total, person.inward, person.outward)
        assert (row["first_at_seconds"], row["last_at_seconds"]) == (person.first_at, person.last_at)
        assert row["emails"] == person.kinds.get("email", 0)
        assert row["muted"] == int(person.name.startswith("Anna"))
        assert row["rests"] == int(person.name.startswith("Борис"))


def test_ties_are_those_of_kith_show(db: Database) -> None:
    story = tell(db)
    with asking(story) as session:
        found = {row["person_id"]: row for row in objects(session.ask("SELECT * FROM v_ties", 100))}
    assert len(found) == 2
    told = standings(db, story.owner_id, found, NOW.date(), ranked=True)
    for person, row in found.items():
        shown = tie_row(told[person])
        assert shown is not None
        same = ("word", "strength", "momentum", "depth", "cadence_days", "silent_days")
        assert {name: row[name] for name in same} == {name: shown[name] for name in same}
        steps = {
            "seen": "seen_on",
            "in touch": "in_touch_on",
            "answered": "answered_on",
            "a talk": "talk_on",
            "met": "met_on",
        }
        assert {name: row[column] for name, column in steps.items() if row[column]} == shown["steps"]


def test_circles_are_those_of_kith_circles(db: Database) -> None:
    story = tell(db)
    word.circle(db, story.owner_id, circle("choir", ANNA))
    [told] = circles_of(db, story.owner_id, now())
    with asking(story) as session:
        [found] = objects(session.ask("SELECT * FROM v_circles", 10))
        names = session.ask(
            "SELECT p.name FROM v_circle_members m JOIN v_people p ON p.id = m.person_id"
            f" WHERE m.code = '{found['code']}'",
            10,
        ).rows
    assert (found["code"], found["key"], found["name"], found["kind"]) == (told.code, told.key, "choir", told.kind)
    assert (found["members"], names) == (1, (("Anna Berg-Sørensen",),))


def test_views_join_by_their_numbers(db: Database) -> None:
    with asking(tell(db)) as session:
        rows = session.ask(
            "SELECT p.name, count(DISTINCT i.id), min(a.address) FROM v_people p"
            " JOIN v_participants v ON v.person_id = p.id JOIN v_interactions i ON i.id = v.interaction_id"
            " JOIN v_addresses a ON a.person_id = p.id JOIN v_sources s ON s.interaction_id = i.id"
            " JOIN v_items t ON t.id = s.item_id JOIN v_accounts c ON c.id = t.account_id"
            " GROUP BY p.id, p.name ORDER BY 2 DESC",
            10,
        ).rows
    assert rows == (("Anna Berg-Sørensen", 5, "a.berg@office.example"), ("Борис Ёлкин", 2, "boris@garden.example"))


def test_what_was_dropped_can_be_counted_by_rule(db: Database) -> None:
    with asking(tell(db)) as session:
        counted = "SELECT rule, count(*) AS many FROM v_items WHERE state = 'dropped' GROUP BY rule ORDER BY rule"
        assert session.ask(counted, 10).rows == (("mail.bulk", 2), ("mail.robot", 1))


def test_another_owners_rows_are_not_seen_in_any_view(db: Database) -> None:
    mine = tell(db)
    theirs = Story(db, "somebody else", "/other")
    ghost = Mailbox("ghost@elsewhere.example", "Ghost Writer")
    theirs.judge(
        (mail(90, ghost, [Mailbox(ME)], "Theirs alone", ago(days=1)), kept("in", (ghost, "from"))),
        (mail(91, Mailbox(ME), [ghost], "Theirs too", ago(days=1)), kept("out", (ghost, "to"))),
    )
    word.circle(db, theirs.owner_id, circle("ghosts", ghost))
    with asking(mine) as session, asking(theirs) as other:
        for view in VIEWS:
            seen = set(session.ask(f"SELECT * FROM {view.name}", 1_000).rows)
            hidden = set(other.ask(f"SELECT * FROM {view.name}", 1_000).rows)
            assert not seen & hidden, view.name
            assert "ghost" not in repr(seen).lower(), view.name
        assert other.ask("SELECT name FROM v_people", 10).rows == (("Ghost Writer",),)


#: What would change, reach or reveal something else, by the database it is written for ("" for both).
REFUSED = [
    ("", "INSERT INTO v_people (id) VALUES (1)"),
    ("", "UPDATE v_people SET name = 'x'"),
    ("", "DELETE FROM v_people"),
    ("", "CREATE TABLE x (a integer)"),
    ("", "DROP TABLE interactions"),
    ("", "DROP VIEW v_interactions"),
    ("", "SELECT 1; DROP TABLE interactions"),
    ("", "SELECT 1; SELECT 2"),
    ("", "/* SELECT */ DELETE FROM interactions"),
    ("", "WITH x AS (DELETE FROM interactions RETURNING id) SELECT * FROM x"),
    ("", "WITH x AS (SELECT 1) DELETE FROM interactions"),
    ("", "WITH x AS (SELECT 1) INSERT INTO v_people (id) SELECT 1"),
    ("", "SELECT * FROM interactions"),
    ("", "SELECT count(*) FROM participants"),
    ("", "SELECT 1 FROM v_people WHERE EXISTS (SELECT 1 FROM credentials)"),
    ("", "WITH v_people AS (SELECT * FROM addresses) SELECT * FROM v_people"),
    ("", "WITH v_people AS (SELECT count(*) FROM addresses) SELECT count(*) FROM v_people"),
    ("", "SELECT * FROM v_people UNION ALL SELECT * FROM owners"),
    ("", "SELECT * FROM alembic_version"),
    ("", "SELECT 1) OR EXISTS (SELECT 1 FROM owners"),
    ("", "SELECT 1\n) ; DROP TABLE owners; --"),
    ("", "EXPLAIN SELECT 1"),
    ("", "BEGIN"),
    ("", "COMMIT"),
    ("", "SELECT * INTO x FROM v_people"),
    ("", "SELECT load_extension('x')"),
    ("sqlite", "SELECT * FROM main.interactions"),
    ("sqlite", "SELECT * FROM main.v_people"),
    ("sqlite", "SELECT * FROM sqlite_master"),
    ("sqlite", "SELECT count(*) FROM sqlite_schema"),
    ("sqlite", "SELECT * FROM temp.sqlite_master"),
    ("sqlite", "SELECT * FROM sqlite_temp_schema"),
    ("sqlite", "SELECT * FROM pragma_table_info('interactions')"),
    ("sqlite", "SELECT * FROM pragma_database_list"),
    ("sqlite", "WITH v_people AS (SELECT * FROM pragma_database_list) SELECT * FROM v_people"),
    ("sqlite", "SELECT * FROM dbstat"),
    ("sqlite", "SELECT data FROM sqlite_dbpage"),
    ("sqlite", "ATTACH 'other.db' AS other"),
    ("sqlite", "DETACH main"),
    ("sqlite", "PRAGMA query_only = OFF"),
    ("sqlite", "VACUUM INTO 'copy.db'"),
    ("sqlite", "REPLACE INTO v_people (id) VALUES (1)"),
    ("postgresql", "SELECT * FROM public.interactions"),
    ("postgresql", "TABLE public.interactions"),
    ("postgresql", "WITH v_people AS (TABLE public.addresses) SELECT * FROM v_people"),
    ("postgresql", "SELECT (SELECT min(name) FROM public.owners)"),
    ("postgresql", "SELECT * FROM v_people, LATERAL (SELECT * FROM public.owners) o"),
    ("postgresql", "WITH x AS (DELETE FROM public.interactions RETURNING id) SELECT * FROM x"),
    ("postgresql", "WITH x AS (INSERT INTO pg_temp.v_people (id) VALUES (1) RETURNING id) SELECT * FROM x"),
    ("postgresql", "SELECT * INTO TEMP x FROM v_people"),
    ("postgresql", "SELECT * FROM pg_catalog.pg_class"),
    ("postgresql", "SELECT * FROM pg_stat_activity"),
    ("postgresql", "SELECT * FROM pg_shadow"),
    ("postgresql", "SELECT * FROM information_schema.tables"),
    ("postgresql", "COPY v_people TO PROGRAM 'true'"),
    ("postgresql", "COPY (SELECT 1) TO '/tmp/x'"),
    ("postgresql", "SELECT pg_read_file('/etc/passwd')"),
    ("postgresql", "SELECT * FROM pg_ls_dir('/')"),
    ("postgresql", "SELECT * FROM v_people ORDER BY pg_read_file('/etc/passwd')"),
    ("postgresql", "SELECT count(*) FILTER (WHERE pg_read_file('/etc/passwd') = '') FROM v_people"),
    ("postgresql", "SELECT 1 LIMIT length(pg_read_file('/etc/passwd'))"),
    ("postgresql", "VALUES (pg_read_file('/etc/passwd'))"),
    ("postgresql", "SELECT lo_import('/etc/passwd')"),
    ("postgresql", "SELECT set_config('statement_timeout', '0', false)"),
    ("postgresql", "SELECT set_config('transaction_read_only', 'off', true)"),
    ("postgresql", "SELECT current_setting('data_directory')"),
    ("postgresql", "SET search_path = public"),
    ("postgresql", "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"),
    ("postgresql", "RESET ALL"),
    ("postgresql", "RESET ROLE"),
    ("postgresql", "DO $$ BEGIN DELETE FROM interactions; END $$"),
    ("postgresql", "CALL x()"),
    ("postgresql", "SELECT query_to_xml('SELECT * FROM public.owners', true, true, '')"),
    ("postgresql", "SELECT table_to_xml('public.owners', true, true, '')"),
    ("postgresql", "SELECT database_to_xml(true, true, '')"),
    ("postgresql", "SELECT * FROM ts_stat('SELECT to_tsvector(name) FROM public.owners')"),
    ("postgresql", "SELECT nextval('public.owners_id_seq')"),
    ("postgresql", "SELECT pg_sleep(60)"),
    ("postgresql", "SELECT pg_terminate_backend(1)"),
    ("postgresql", "SELECT pg_advisory_lock(1)"),
    ("postgresql", "SELECT pg_notify('x', 'y')"),
    ("postgresql", "SELECT public.strange()"),
    ("postgresql", "SELECT 1 OPERATOR(public.@#@) 2"),
]


@pytest.fixture
def strange(db: Database) -> Iterator[None]:
    """On PostgreSQL, somebody's own function and operator."""
    if db.sqlite:
        yield
        return
    steps = (
        "CREATE FUNCTION public.strange() RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT min(name) FROM public.owners'",
        "CREATE OPERATOR public.@#@ (FUNCTION = int4pl, LEFTARG = integer, RIGHTARG = integer)",
    )
    run(db, *steps)
    yield
    run(db, "DROP FUNCTION public.strange()", "DROP OPERATOR public.@#@ (integer, integer)")


@pytest.mark.usefixtures("strange")
def test_nothing_is_changed_or_reached_beside_the_views(db: Database) -> None:
    story = tell(db)
    before = everything(db)
    with asking(story) as session:
        for kind, statement in REFUSED:
            if kind in ("", "sqlite" if db.sqlite else "postgresql"):
                with pytest.raises(StatementProblem):
                    print(statement, session.ask(statement, 10))
        assert session.ask("SELECT count(*) FROM v_people", 10).rows == ((3,),)
    assert everything(db) == before


def test_what_people_use_is_allowed(db: Database) -> None:
    statements = [
        "SELECT lower(name) || '!', upper(name), length(name), substr(name, 1, 3), trim(name) FROM v_people",
        "SELECT round(avg(people), 2), sum(people), max(at), count(DISTINCT kind) FROM v_interactions",
        "SELECT id, row_number() OVER (PARTITION BY kind ORDER BY at), lag(at) OVER (ORDER BY at) FROM v_interactions",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r",
        "WITH x AS (SELECT * FROM v_people) SELECT coalesce(max(last_at), '-') FROM x WHERE name LIKE '%a%'",
        "VALUES (1, 'a'), (2, 'b')",
        "(SELECT 1)" if not db.sqlite else "SELECT 1",
        " -- first of all\n SELECT 1 ; ",
        "SELECT CASE WHEN people > 1 THEN 'many' ELSE 'one' END, exp(1.0), power(2, 3) FROM v_interactions",
    ]
    own = {
        True: [
            "SELECT strftime('%Y', at), date(at), group_concat(title, ', ') FROM v_interactions GROUP BY 1",
            "SELECT i.id, e.key, e.value FROM v_interactions i, json_each(i.evidence) e",
            "SELECT count(*) FROM (SELECT id FROM v_people)",
        ],
        False: [
            "SELECT date_trunc('month', at::timestamptz), string_agg(title, ', ') FROM v_interactions GROUP BY 1",
            "SELECT to_char(to_timestamp(at_seconds) AT TIME ZONE 'Asia/Tokyo', 'HH24'), now() FROM v_interactions",
            "SELECT evidence::jsonb ->> 'to', extract(year FROM at::date), age(at::timestamptz) FROM v_interactions",
            "SELECT array_agg(id), json_agg(title), concat(1, 'a'), format('%s', 1), random() FROM v_interactions",
            "SELECT g FROM generate_series(1, 3) g",
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FROM v_people",
        ],
    }
    with asking(tell(db)) as session:
        for statement in statements + own[db.sqlite]:
            assert session.ask(statement, 10).total > 0, statement


def test_a_statement_that_does_not_end_is_ended_and_the_next_is_answered(db: Database) -> None:
    with asking(tell(db), seconds=0.5) as session:
        began = time.monotonic()
        with pytest.raises(StatementProblem, match=r"ended after 0\.5 s"):
            session.ask(ENDLESS, 10)
        assert time.monotonic() - began < 5
        assert session.ask("SELECT 1", 10).rows == ((1,),)


def test_ctrl_c_stops_the_statement_and_the_session_goes_on(db: Database) -> None:
    with asking(tell(db)) as session:
        timer = threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            session.ask(ENDLESS, 10)
        timer.join()
        assert session.ask("SELECT 1", 10).rows == ((1,),)


def test_text_cannot_be_compared_for_ever(db: Database) -> None:
    endless = {
        True: "SELECT replace(hex(zeroblob(20000)), '00', 'a') LIKE '%" + "a%" * 40 + "b'",
        False: "SELECT repeat('a', 20000) LIKE '%" + "a%" * 40 + "b'",
    }
    with asking(tell(db), seconds=1.0) as session:
        began = time.monotonic()
        with contextlib.suppress(StatementProblem):
            session.ask(endless[db.sqlite], 10)
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
def test_counting_what_is_beyond_the_limit_takes_of_the_same_time(db: Database) -> None:
    with asking(tell(db), seconds=1.0) as session:
        began = time.monotonic()
        with pytest.raises(StatementProblem, match="ended after 1 s"):
            session.ask("SELECT n FROM generate_series(1, 1000000000000) n", 1)
        assert time.monotonic() - began < 3


@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
def test_a_server_that_goes_away_is_told(db: Database) -> None:
    with asking(tell(db)) as session:
        others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        run(db, f"SELECT pg_terminate_backend(pid) {others}")
        with pytest.raises(StoreProblem, match="went away"):
            session.ask("SELECT 1", 1)


@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
def test_a_user_who_may_do_little_may_ask(db: Database) -> None:
    story = tell(db)
    name = f"kith_few_{uuid.uuid4().hex[:8]}"
    run(db, f"CREATE ROLE {name} LOGIN PASSWORD 'few'", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
    few = Database(db.url.set(username=name, password="few").render_as_string(hide_password=False))
    try:
        story.db = few
        with asking(story) as session:
            assert session.ask("SELECT count(*) FROM v_people JOIN v_ties ON person_id = id", 1).rows == ((2,),)
    finally:
        few.close()
        gone = text("SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = :name")
        ends = time.monotonic() + 10
        while time.monotonic() < ends:
            with db.reading() as conn:
                if conn.execute(gone, {"name": name}).scalar():
                    break
            time.sleep(0.05)
        run(db, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def test_rows_beyond_the_limit_are_counted(db: Database) -> None:
    with asking(tell(db)) as session:
        answer = session.ask("SELECT id FROM v_interactions ORDER BY id", 2)
    assert (answer.rows, answer.total) == (((1,), (2,)), 6)


def test_columns_of_one_name_are_told_apart_also_where_there_are_no_rows(db: Database) -> None:
    with asking(tell(db)) as session:
        answer = session.ask("SELECT a.id, b.id, 1 AS id FROM v_people a, v_people b WHERE a.id < 0", 10)
    assert (answer.columns, answer.rows, answer.total) == (("id", "id_2", "id_3"), (), 0)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("", "There is no statement"),
        (" ; -- nothing\n", "There is no statement"),
        ("SELECT nothing FROM v_people", "nothing"),
        ("SELECT * FROM people", "people"),
        ("SELECT * FROM v_people WHERE", "cannot be answered"),
        ("SELECT 1 = ?", "cannot be answered"),
        ("SELECT 'a", "cannot be answered"),
        ("SELECT '\0'", "no text"),
        ("SELECT '\ud800'", "no text"),
        ("SELEC 1", "begin with SELECT"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(db: Database, statement: str, said: str) -> None:
    with asking(tell(db)) as session:
        with pytest.raises(StatementProblem) as problem:
            session.ask(statement, 10)
        assert said in str(problem.value)
        assert "\n" not in str(problem.value)
        assert session.ask("SELECT 1", 10).total == 1


def test_what_came_meanwhile_is_seen_by_the_next_session(db: Database) -> None:
    story = tell(db)
    new = Mailbox("new@come.example", "New Comer")
    with asking(story) as session:
        assert session.ask("SELECT count(*) FROM v_people", 1).rows == ((3,),)
        story.judge((mail(50, new, [Mailbox(ME)], "Hello", ago(hours=1)), kept("in", (new, "from"))))
        assert session.ask("SELECT count(*) FROM v_interactions", 1).rows == ((7,),)
    with asking(story) as session:
        assert session.ask("SELECT count(*) FROM v_people", 1).rows == ((4,),)


@pytest.mark.parametrize(
    ("given", "ended", "rest"),
    [
        ("SELECT 1; SELECT 2;", ["SELECT 1", " SELECT 2"], ""),
        ("SELECT 'a;b'", [], "SELECT 'a;b'"),
        ("SELECT 'it''s;' ; x", ["SELECT 'it''s;' "], " x"),
        ('SELECT "a;b"; ', ['SELECT "a;b"'], " "),
        ("SELECT 1 -- a; b\n;", ["SELECT 1 -- a; b\n"], ""),
        ("SELECT /* a; b */ 1;", ["SELECT /* a; b */ 1"], ""),
        ("SELECT $$a;b$$; 2", ["SELECT $$a;b$$"], " 2"),
        ("SELECT $x$a;$$;b$x$;", ["SELECT $x$a;$$;b$x$"], ""),
        (r"SELECT e'a\';b';", [r"SELECT e'a\';b'"], ""),
        (";;-- only;\n;", [], ""),
        ("SELECT 'open; ", [], "SELECT 'open; "),
    ],
)
def test_statements_are_told_apart(given: str, ended: list[str], rest: str) -> None:
    assert split(given) == (ended, rest)


def test_the_page_tells_every_view_and_column_and_no_others() -> None:
    told: dict[str, list[str]] = {}
    for line in PAGE.read_text().splitlines():
        if line.startswith("### "):
            told[line[4:]] = []
        elif line.startswith("| `"):
            told[list(told)[-1]].append(line)
    assert told == {
        view.name: [f"| `{one.name}` | {one.kind} | {one.about} |" for one in view.columns] for view in VIEWS
    }


def test_the_statements_of_the_page_are_answered(db: Database) -> None:
    statements = re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(statements) >= 5
    story = tell(db)
    with asking(story) as session:
        for statement in statements:
            assert session.ask(statement, 10).columns, statement
