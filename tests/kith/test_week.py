"""`kith week`: whole names on the terminal, first names on pages and in feeds; nothing changes by asking."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from interactions.items import Mailbox
from interactions.settings import load_settings
from interactions.store.opening import open_database
from tests.interactions.queries.story import ANNA, ME, Story, ago, kept, mail, meeting
from tests.kith.commandline import Terminal

HOSTILE = Mailbox("x@evil.example", '<script>alert("1")</script>\x00\x08\ufffe&amp; Ada')


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.said = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "style", "srcset", "onload")]

    def handle_data(self, data: str) -> None:
        self.said += data


def tell(terminal: Terminal) -> None:
    """A mail of Anna's is answered after weeks, and somebody of a hostile name is met."""
    terminal.story()
    db = open_database(load_settings({"KITH_DATA_DIR": str(terminal.data)}))
    story = Story(db)
    asked = mail(60, ANNA, [Mailbox(ME)], "Tables & <chairs>", ago(days=6))
    answer = replace(mail(61, Mailbox(ME), [ANNA], "Re: Tables", ago(days=1)), in_reply_to=asked.message_id)
    met = meeting(62, [ANNA, HOSTILE], "Tea with Anna Berg", ago(days=-2))
    story.judge(
        (asked, kept("in", (ANNA, "from"))),
        (answer, kept("out", (ANNA, "to"))),
        (met, kept("both", (ANNA, "attendee"), (HOSTILE, "attendee"), kind="meeting", rule="calendar.meeting")),
    )
    db.close()


WEEK = ("week", "--date", "2026-03-15")


@pytest.fixture
def week(terminal: Terminal) -> Terminal:
    """A terminal with a week to tell."""
    tell(terminal)
    return terminal


def test_the_terminal_has_whole_names_titles_and_numbers(week: Terminal) -> None:
    said = week.run(*WEEK)
    assert said.startswith("Your week to Sun 15 Mar 2026\n\nWhat you gave\n")
    assert "You answered Anna Berg-Sørensen on Sun 15 Mar: a mail that had been open for 5 days." in " ".join(
        said.split()
    )
    assert "“Tea with Anna Berg”" in said
    assert "Kith sees mail since" in week.err
    assert "\x00" not in said


def test_every_sentence_for_programs_names_what_it_rests_on(week: Terminal) -> None:
    told = json.loads(week.run(*WEEK, "--json"))
    assert set(told) == {"day", "from", "until", "given", "revived", "first_look", "water", "ahead", "coverage"}
    [answer] = told["given"]["answers"]
    assert (answer["who"]["name"], answer["open_days"]) == ("Anna Berg-Sørensen", 5)
    assert (told["from"], told["until"]) == ("2026-03-09T00:00:00Z", "2026-03-16T00:00:00Z")
    for number in (*answer["interactions"], *(one["id"] for one in told["ahead"])):
        assert "item" in week.run("why", str(number))


def test_a_page_needs_nothing_beside_it_and_lets_nothing_in(week: Terminal) -> None:
    text = week.run(*WEEK, "--format", "html")
    page = Page(text)
    assert "script" not in page.tags
    assert page.links == []
    assert "http" not in text.replace("http-equiv", "")
    assert "default-src 'none'" in text
    assert "prefers-color-scheme: dark" in text
    assert '<meta name="viewport"' in text
    for never in ("Berg", "choir.example", "Tea with", "Tables", "\x00"):
        assert never not in page.said


def test_a_feed_is_valid_and_has_one_item_a_week(week: Terminal) -> None:
    text = week.run(*WEEK, "--format", "rss")
    root = ElementTree.fromstring(text)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    assert [one.tag for one in root.findall("channel/*")] == ["title", "link", "description", "language", "item"]
    [guid] = root.findall("channel/item/guid")
    assert guid.get("isPermaLink") == "false"
    assert guid.text == "kith-week-1-2026-W11"
    monday = ElementTree.fromstring(week.run("week", "--date", "2026-03-09", "--format", "rss"))
    assert monday.findtext("channel/item/guid") == guid.text
    assert root.findtext("channel/item/pubDate") == "Mon, 16 Mar 2026 00:00:00 +0000"
    assert "Berg" not in text


@pytest.mark.parametrize("day", ["soon", "2026-02-30", "9999-12-31", "0001-01-01", ""])
def test_a_day_that_has_not_been_is_refused(week: Terminal, day: str) -> None:
    assert week.run("week", "--date", day) == ""
    assert week.code == 2


def test_looking_changes_nothing(week: Terminal) -> None:
    week.run("tend", "begin")
    before = week.run("tend", "--json")
    for form in ("text", "html", "rss"):
        week.run("week", "--format", form)
        assert week.code == 0
    assert week.run("tend", "--json") == before


def test_with_nothing_yet_it_says_so(terminal: Terminal) -> None:
    terminal.run("week")
    assert terminal.code == 1
    assert "Nothing here yet" in terminal.err
