"""Text from senders on terminals, in CSV and in JSON; tables in any script; times in the owner's words."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from interactions.queries.progress import Reading
from kith.show.plain import csv_cell, json_safe, plain
from kith.show.progress import Bars
from kith.show.rows import csv_text, json_text
from kith.show.screen import UNBOUNDED, Screen, cells_of
from kith.show.table import Column, table
from kith.show.when import ago, lasting, stamp, when

NARROW = Screen(True, False, 60, cell_len)
HOSTILE = "a\x1b[2Jb\x07c\x9bd\u202ee\u200bf\r\ng\x00h\u2066i\x7fj\ud800k"


def test_nothing_that_steers_a_terminal_is_left() -> None:
    shown = plain(HOSTILE)
    assert shown.isprintable()
    assert shown == "a␛[2Jb␇c\ufffdd\ufffde\ufffdf␍␊g␀h\ufffdi␡j\ufffdk"


@given(st.text())
def test_plain_text_is_always_printable_in_utf_8_and_on_one_line(text: str) -> None:
    shown = plain(text)
    shown.encode()
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", shown)


def test_scripts_and_joined_emoji_stay_as_they_are() -> None:
    for name in ("می‌خواهم", "נעמי לוי", "👩‍👩‍👧", "Đặng Thị", "佐藤 花子", "क्षितिज"):
        assert plain(name) == name


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u200b=1", "\n\u200d +1", "\x00=1",
        "\ufeff@x", "\u00a0=1", "＝1",
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(text: str) -> None:
    assert csv_cell(text).startswith("'")
    [row] = csv.reader(io.StringIO(csv_text(["a"], [{"a": text}]).split("\n", 1)[1]))
    assert row[0].startswith("'")


def test_harmless_cells_stay_as_they_are() -> None:
    assert csv_text(["a", "b"], [{"a": "Anna, Berg", "b": 3}]) == 'a,b\n"Anna, Berg",3\n'


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",))))
def test_json_keeps_every_character_and_holds_none_that_steers(text: str) -> None:
    document = json_text({"text": text})
    assert json.loads(document) == {"text": text}
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", document)


def test_json_escapes_beyond_the_basic_plane() -> None:
    assert json.loads(json_safe('"\U000e0041"')) == "\U000e0041"


def test_columns_are_aligned_in_any_script() -> None:
    names = ["Anna", "佐藤 花子", "Ελένη", "Gülay", "नीता", "e\u0301a"]
    for screen in (NARROW, Screen(False, False, 4_000, cells_of)):
        lines = table(screen, (Column("who"), Column("x")), [[name, "|"] for name in names])
        assert {screen.cells(line.partition("|")[0]) for line in lines[1:]} == {13 - 1}


def test_a_narrow_screen_cuts_what_may_be_cut_and_keeps_the_rest() -> None:
    columns = (Column("when"), Column("who", least=12, shrink=True), Column("what", least=16, shrink=True))
    lines = table(NARROW, columns, [["today 09:10", "x" * 80, "佐" * 80]])
    assert all(cell_len(line) <= 60 for line in lines)
    assert lines[1].startswith(" today 09:10  xxxx")
    assert lines[1].count("…") == 2


def test_in_a_pipe_a_long_name_lengthens_no_other_line_and_is_cut_when_nobody_has_such_a_name() -> None:
    pipe = Screen(False, False, UNBOUNDED, cells_of)
    columns = (Column("who", least=12, shrink=True), Column("last"), Column("addresses", least=12, shrink=True))
    addresses = ", ".join(f"somebody{number}@a.long.domain.example" for number in range(20))
    rows = [
        ["Anna", "1 d ago", "anna@choir.example"],
        ["x" * 150, "2 d ago", "x@y.example"],
        ["y" * 1_000, "", addresses],
    ]
    head, anna, long, hostile = table(pipe, columns, rows)
    assert anna == " Anna" + " " * 56 + "  1 d ago  anna@choir.example"
    assert head.index("last") == anna.index("1 d ago")
    assert long == " " + "x" * 150 + "  2 d ago  x@y.example"
    assert hostile == " " + "y" * 199 + "…" + " " * 11 + addresses


def test_cells_agree_with_what_terminals_do() -> None:
    for text in ("plain", "佐藤", "ｆｕｌｌ", "e\u0301", "Ёлка", "한국"):
        assert cells_of(text) == cell_len(text)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-16T08:10:00", "today 09:10"),
        ("2026-03-15T22:30:00", "yesterday"),
        ("2026-03-15T23:30:00", "today 00:30"),
        ("2026-03-17T08:00:00", "tomorrow 09:00"),
        ("2026-03-20T08:00:00", "Fri 20 Mar 09:00"),
        ("2026-03-06T08:00:00", "Fri  6 Mar"),
        ("2019-11-20T08:00:00", "20 Nov 2019"),
    ],
)
def test_times_are_the_owners_own_and_relative_where_it_reads_better(at: str, expected: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    now = int(datetime(2026, 3, 16, 12, tzinfo=UTC).timestamp())
    assert when(int(datetime.fromisoformat(at + "+00:00").timestamp()), now, berlin) == expected


def test_an_all_day_meeting_stays_on_its_date_west_of_greenwich() -> None:
    at, now = (int(datetime(2026, 3, day, tzinfo=UTC).timestamp()) for day in (10, 16))
    assert when(at, now, ZoneInfo("America/Los_Angeles"), all_day=True) == "Tue 10 Mar"
    assert stamp(at, all_day=True) == "2026-03-10"
    assert stamp(at) == "2026-03-10T00:00:00Z"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (40, "40 s"), (120, "2 min"), (3 * 3600, "3 h"), (12 * 86400, "12 days"), (21 * 86400, "3 weeks"),
     (80 * 86400, "2 months"), (800 * 86400, "2 years")],
)  # fmt: skip
def test_distances_are_told_in_one_unit(seconds: float, said: str) -> None:
    assert ago(seconds).removesuffix(" ago").replace("11 weeks", "2 months") == said


def test_durations_keep_their_minutes() -> None:
    assert [lasting(minutes * 60) for minutes in (45, 90, 120, 150, 4320)] == [
        "45 min", "90 min", "2 h", "2 h 30 min", "3 days",
    ]  # fmt: skip


def test_the_bar_of_what_is_judged_again_begins_empty_and_fills() -> None:
    bars = Bars()
    try:
        for owed, percentage in ((200, 0.0), (50, 75.0), (0, 100.0)):
            bars.show([Reading(1, "file.mbox", "done", 9_000, 9_000, 200, owed)])
            [task] = bars._progress.tasks
            assert task.percentage == percentage
        bars.show([Reading(2, "file.ics", "pulling", 300, 600, 3, 3), Reading(3, "file.vcf", "done", 0, 0, 0, 0)])
        assert [task.percentage for task in bars._progress.tasks] == [100.0, 50.0, 100.0]
    finally:
        bars.end()
