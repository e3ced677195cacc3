"""`kith sql`: statements on the command line, in a pipe and at a prompt."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from interactions.items import Mailbox
from interactions.settings import load_settings
from interactions.store.database import Database
from interactions.store.opening import open_database
from tests.interactions.queries.story import ANNA, ME, Story, ago, kept, mail
from tests.kith.commandline import ROOT, Terminal, process

ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"


def test_before_anything_is_there_it_says_what_to_do_and_makes_nothing(terminal: Terminal) -> None:
    terminal.run("sql", "SELECT 1")
    assert (terminal.code, terminal.out) == (1, "")
    assert terminal.err.startswith("Nothing here yet. Run  kith import PATH")
    assert not terminal.data.exists()


def test_the_views_are_told_without_a_database(terminal: Terminal) -> None:
    assert "v_ties  How each tie stands today" in terminal.run("sql", "--views")
    views = json.loads(terminal.run("sql", "--views", "--json"))["views"]
    assert {"name": "person_id", "kind": "integer", "about": "of v_people"} in views[4]["columns"]
    assert not terminal.data.exists()


def test_an_answer_is_a_table(terminal: Terminal) -> None:
    terminal.story()
    out = terminal.run("sql", "SELECT name, total, muted FROM v_people ORDER BY total DESC, name")
    lines = out.splitlines()
    assert lines[0].split() == ["name", "total", "muted"]
    assert lines[1].startswith(" Anna Berg-Sørensen")
    assert lines[-1] == " 3 rows"
    assert terminal.run("sql", "SELECT 1 AS one WHERE 1 = 2") == " one\n 0 rows\n"
    cut = terminal.run("sql", "--limit", "2", "SELECT id FROM v_interactions")
    assert cut.splitlines()[-1] == " 6 rows · the first 2 are shown (--limit)"


def test_an_answer_is_one_json_object_or_csv(terminal: Terminal) -> None:
    terminal.story()
    statement = "SELECT name, last_at, total, 1.5 AS half, x'00ff' AS raw, 9223372036854775807 AS big FROM v_people"
    document = json.loads(terminal.run("sql", "--json", f"{statement} WHERE total = 0"))
    assert document["columns"] == ["name", "last_at", "total", "half", "raw", "big"]
    [row] = document["rows"]
    assert (row["name"], row["last_at"], row["total"]) == ("Never Written", None, 0)
    assert (row["half"], row["raw"], row["big"], document["total"]) == (1.5, "00ff", 9223372036854775807, 1)
    [line] = csv.DictReader(io.StringIO(terminal.run("sql", "--csv", f"{statement} WHERE total = 0")))
    assert line == {
        "name": "Never Written", "last_at": "", "total": "0", "half": "1.5", "raw": "00ff", "big": str(2**63 - 1),
    }  # fmt: skip
    assert terminal.run("sql", "--csv", "SELECT -1.5 AS a, '=1' AS \"=b\"") == "a,'=b\n-1.5,'=1\n"


def test_its_strength_is_that_of_kith_show(terminal: Terminal) -> None:
    terminal.story()
    shown = json.loads(terminal.run("show", "--json", "anna"))["person"]
    statement = f"SELECT * FROM v_ties WHERE person_id = {shown['id']}"
    [row] = json.loads(terminal.run("sql", "--json", statement))["rows"]
    for name in ("word", "strength", "momentum", "depth", "cadence_days", "silent_days"):
        assert row[name] == shown["tie"][name]
    assert row["met_on"] == shown["tie"]["steps"]["met"]


@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
def test_its_strength_is_that_of_kith_show_on_postgresql(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, db: Database
) -> None:
    monkeypatch.setenv("KITH_DATABASE_URL", db.url.render_as_string(hide_password=False))
    terminal.data.mkdir(mode=0o700)
    test_its_strength_is_that_of_kith_show(terminal)
    document = json.loads(
        terminal.run("sql", "--json", "SELECT 1e30::numeric AS n, '\\x00ff'::bytea AS b, 'nan'::real")
    )
    assert document["rows"] == [{"n": str(10**30), "b": "00ff", "float4": "nan"}]


def test_what_senders_wrote_is_harmless(terminal: Terminal) -> None:
    db = open_database(load_settings())
    story = Story(db)
    evil = Mailbox("evil@x.example", "\x1b]0;owned\x07=HYPERLINK(1)")
    story.judge((mail(1, evil, [Mailbox(ME)], "\u202e=1+1\x1b[31m\nX", ago(days=1)), kept("in", (evil, "from"))))
    db.close()
    for words in ([], ["--json"], ["--csv"]):
        statement = "SELECT p.name, i.title, '\x1b[2J' AS \"\x1b[3J\" FROM v_people p, v_interactions i"
        out = terminal.run("sql", *words, statement)
        assert terminal.code == 0
        assert "owned" in out
        assert not {"\x1b", "\x07", "\u202e"} & set(out)
    terminal.run("sql", 'SELECT "\x1b[2J"."x" FROM v_people')
    assert terminal.code == 2
    assert "\x1b" not in terminal.err


@pytest.mark.parametrize(
    "statement",
    ["SELEC 1", "DELETE FROM v_people", "SELECT 1; SELECT 2", "SELECT * FROM participants", "SELECT", "SELECT ?", ";"],
)
def test_a_wrong_statement_ends_with_a_sentence_and_two(terminal: Terminal, statement: str) -> None:
    terminal.story()
    terminal.run("sql", statement)
    assert (terminal.code, terminal.out) == (2, "")
    assert len(terminal.err.splitlines()) == 1


def test_a_statement_has_its_time(terminal: Terminal) -> None:
    terminal.story()
    terminal.run("sql", "--seconds", "0.3", ENDLESS)
    assert terminal.code == 2
    assert terminal.err == "The statement was ended after 0.3 s. Ask for less, or allow more: --seconds.\n"


def test_statements_of_a_pipe_are_answered_in_turn_up_to_the_first_that_is_wrong(told: dict[str, str]) -> None:
    done = process("sql", "--csv", env=told, input="SELECT 1 AS a; -- one;\nSELECT 'x;y' AS b")
    assert (done.returncode, done.stdout) == (0, "a\n1\nb\nx;y\n")
    done = process("sql", "--csv", env=told, input="SELECT 1 AS a;\nSELEC 2;\nSELECT 3 AS c;")
    assert (done.returncode, done.stdout) == (2, "a\n1\n")
    assert "begin with SELECT" in done.stderr
    done = process("sql", env=told, input="\n")
    assert done.returncode == 2
    assert "There is no statement" in done.stderr


class Prompt:
    """`kith sql` on a terminal of its own."""

    def __init__(self, env: dict[str, str]) -> None:
        self.ours, theirs = pty.openpty()
        more = {"PYTHONPATH": str(ROOT), "TERM": "dumb", "COLUMNS": "100"}
        self.running = subprocess.Popen(
            [sys.executable, "-m", "kith", "sql"], env={**env, **more}, stdin=theirs, stdout=theirs, stderr=theirs,
            preexec_fn=self._leads, close_fds=True,
        )  # fmt: skip
        os.close(theirs)
        self.said = ""

    @staticmethod
    def _leads() -> None:
        os.setsid()
        import fcntl
        import termios

        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def until(self, wanted: str) -> str:
        """What it says up to and with `wanted`."""
        ends = time.monotonic() + 30
        while wanted not in self.said:
            assert time.monotonic() < ends, self.said
            if select.select([self.ours], [], [], 0.2)[0]:
                self.said += os.read(self.ours, 65536).decode(errors="replace")
        found, _, self.said = self.said.partition(wanted)
        return found + wanted


@pytest.fixture
def prompt(told: dict[str, str]) -> Iterator[Prompt]:
    prompt = Prompt(told)
    yield prompt
    prompt.running.kill()
    prompt.running.wait()
    os.close(prompt.ours)


def test_a_conversation_survives_mistakes_and_ctrl_c_and_ends_with_ctrl_d(prompt: Prompt) -> None:
    prompt.until("kith> ")
    prompt.type("SELECT name\n")
    prompt.until("...> ")
    prompt.type("FROM v_people WHERE total > 4;\n")
    assert ANNA.name.split()[0] in prompt.until(" 1 row")
    for line, answer in (("nonsense;\n", "begin with SELECT"), (".views\n", "v_accounts")):
        prompt.until("kith> ")
        prompt.type(line)
        prompt.until(answer)
    prompt.until("kith> ")
    prompt.type(f"{ENDLESS};\n")
    time.sleep(1)
    prompt.type("\x03")
    prompt.until("Stopped.")
    prompt.until("kith> ")
    prompt.type("SELECT 40 + 2 AS sum;\n")
    prompt.until("42")
    prompt.until("kith> ")
    # A line editor that is not reading yet would let it pass.
    time.sleep(0.3)
    prompt.type("\x04")
    assert prompt.running.wait(20) == 0
