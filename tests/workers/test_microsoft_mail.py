"""Mail of a Microsoft account, folder by folder (learn.microsoft.com/graph/delta-query-messages)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from interactions.items import Email
from interactions.store import accounts, purge
from interactions.store.database import Database
from sandbox.life import make_life
from sandbox.microsoft.world import Microsoft
from tests.workers.microsoft import ANN, MAIL, MicrosoftWorld, world


@pytest.fixture
def here(db: Database, tmp_path: Path, redis_url: str) -> Iterator[MicrosoftWorld]:
    with world(db, tmp_path, redis_url, page_items=3) as made:
        yield made


def letter(number: int, sender: str = "Bob <bob@choir.example>", to: str = ANN) -> list[tuple[str, str]]:
    return [
        ("From", sender), ("To", to), ("Subject", f"Matter {number}"), ("Message-ID", f"<{number}@x.example>"),
        ("Date", f"Mon, 2 Mar 2026 10:{number % 60:02}:00 +0000"),
    ]  # fmt: skip


def test_everything_but_drafts_junk_and_deleted_mail_is_read_and_counts_add_up(
    db: Database, tmp_path: Path, redis_url: str
) -> None:  # fmt: skip
    microsoft = Microsoft()
    microsoft.add_life(make_life(1))
    with world(db, tmp_path, redis_url, microsoft) as here:
        here.pull(MAIL)
        assert here.live(MAIL) == set(here.account.mailbox.live())
        assert here.stream(MAIL).sentence == "up to date"
        assert microsoft.throttle.peak <= 4
        assert microsoft.throttle.refused == 0
        own = {"nora.brandt@example.com", "nora@fennelrook.example"}
        assert own <= accounts.own(db, here.owner_id)


def test_every_request_follows_the_link_it_was_given_and_brings_its_preferences(here: MicrosoftWorld) -> None:
    for number in range(10):
        here.account.mailbox.deliver(letter(number))
    here.pull(MAIL)
    here.account.mailbox.deliver(letter(11))
    here.look(MAIL)
    assert len(here.live(MAIL)) == 11, "ids are the immutable ones on every page"
    assert here.live(MAIL) == set(here.account.mailbox.live())


def test_a_message_that_is_moved_stays_one_item_in_the_folder_it_is_in_now(here: MicrosoftWorld) -> None:
    box = here.account.mailbox
    box.add_folder("Projects")
    one, two = box.deliver(letter(1)), box.deliver(letter(2))
    here.pull(MAIL)
    box.move(one, "Projects")
    box.move(two, "archive")
    here.look(MAIL)
    assert here.states(MAIL) == {one: "kept", two: "kept"}
    item = here.item(one)
    assert isinstance(item, Email)
    assert item.labels == ("Projects",)
    box.move(one, "inbox")
    here.look(MAIL)
    assert here.states(MAIL)[one] == "kept"
    assert len(here.log()) == 2


def test_a_move_seen_in_two_rounds_loses_nothing(here: MicrosoftWorld) -> None:
    box = here.account.mailbox
    folder = box.add_folder("Projects")
    one = box.deliver(letter(1))
    here.pull(MAIL)
    # The folder it went to answers late: first it only leaves, then it comes.
    message, step = box.messages[one], box.step + 1
    box.folders[message.folder].feed.drop(one, step)
    box.step = step
    here.look(MAIL)
    assert here.states(MAIL)[one] == "gone"
    assert len(here.log()) == 1, "what it proved stays"
    message.folder = folder
    box.step += 1
    box.folders[folder].feed.put(one, box.step)
    here.look(MAIL)
    assert here.states(MAIL)[one] == "kept"
    assert len(here.log()) == 1


def test_a_message_that_came_into_its_new_folder_first_is_not_taken_for_gone_afterwards(here: MicrosoftWorld) -> None:
    box = here.account.mailbox
    folder = box.add_folder("Projects")
    one = box.deliver(letter(1))
    here.pull(MAIL)
    inbox = box.messages[one].folder
    box.messages[one].folder = folder
    box.step += 1
    box.folders[folder].feed.put(one, box.step)
    here.look(MAIL)
    box.step += 1
    box.folders[inbox].feed.drop(one, box.step)
    here.look(MAIL)
    assert here.states(MAIL) == {one: "kept"}


def test_deleted_and_thrown_away_mail_is_gone_and_its_interaction_stays(here: MicrosoftWorld) -> None:
    box = here.account.mailbox
    one, two, three = (box.deliver(letter(number)) for number in (1, 2, 3))
    here.pull(MAIL)
    box.delete(one)
    box.move(two, "deleteditems")
    box.move(three, "junkemail")
    here.look(MAIL)
    assert set(here.states(MAIL).values()) == {"gone"}
    assert len(here.log()) == 3


@pytest.mark.parametrize("kind", ["expired", "resync"])
def test_a_dead_delta_link_lists_that_folder_anew_and_no_other(here: MicrosoftWorld, kind: str) -> None:
    box = here.account.mailbox
    kept, lost = box.deliver(letter(1)), box.deliver(letter(2))
    sent = box.send(letter(3, ANN, "bob@choir.example"))
    here.pull(MAIL)
    box.delete(lost)
    box.folders[box.folder("inbox")].feed.left.clear()
    if kind == "expired":
        here.microsoft.forget_tokens("inbox")
    else:
        here.microsoft.faults.add(kind, "graph.messages", after=1, count=1)
    box.deliver(letter(4))
    here.microsoft.recording.clear()
    here.look(MAIL)
    states = here.states(MAIL)
    assert states[kept] == states[sent] == "kept"
    if kind == "expired":
        assert states[lost] == "gone"
        again = [path for path in here.asked("messages/delta") if box.folder("sentitems") in path]
        assert len(again) == 1
    assert len(here.log()) == 4


def test_a_walk_that_dies_half_way_begins_again_without_loss_or_double(here: MicrosoftWorld) -> None:
    box = here.account.mailbox
    ids = {box.deliver(letter(number)) for number in range(20)}
    here.microsoft.faults.add("expired", "graph.messages.more", after=2, count=1)
    here.pull(MAIL)
    assert here.microsoft.faults.done == {"expired": 1}
    assert here.live(MAIL) == ids
    assert len(here.log()) == 20


@pytest.mark.parametrize("kind", ["duplicate", "replay", "shuffled", "empty"])
def test_repeated_shuffled_and_empty_pages_change_nothing(here: MicrosoftWorld, kind: str) -> None:
    box = here.account.mailbox
    ids = {box.deliver(letter(number)) for number in range(10)}
    here.microsoft.faults.add(kind, "graph.messages", count=None)
    here.pull(MAIL)
    assert here.live(MAIL) == ids
    here.microsoft.faults.clear()
    before = here.log()
    here.look(MAIL)
    assert here.log() == before


@pytest.mark.parametrize(
    "kind", ["500", "503", "html", "nothing", "truncated", "cut", "redirect", "endless", "foreign"]
)
def test_a_bad_answer_costs_a_page_and_is_asked_for_again(here: MicrosoftWorld, kind: str) -> None:
    box = here.account.mailbox
    ids = {box.deliver(letter(number)) for number in range(5)}
    here.microsoft.faults.add(kind, "graph.messages", after=1, count=None if kind == "endless" else 1)
    here.pull(MAIL, until_rest=False)
    here.microsoft.faults.clear()
    assert here.stream(MAIL).state in ("failing", "waiting")
    assert "x.example" not in here.stream(MAIL).sentence
    here.look(MAIL)
    assert here.live(MAIL) == ids
    assert not [line for line in here.microsoft.recording.copy() if "collector" in line.path]


def test_a_refusal_with_retry_after_is_obeyed_by_every_worker_of_that_mailbox(here: MicrosoftWorld) -> None:
    here.account.mailbox.deliver(letter(1))
    here.microsoft.faults.add("rate.long", "graph.messages", count=1)
    here.pull(MAIL, until_rest=False)
    row = here.stream(MAIL)
    assert row.state == "waiting"
    assert "slow down" in row.sentence
    assert 10 < row.due_at - time.time() <= 18
    here.microsoft.recording.clear()
    here.pull("microsoft.contacts", until_rest=False)
    assert here.asked("v1.0") == [], "the whole mailbox is left alone"


def test_folders_that_come_go_and_change_their_names_leave_the_others_alone(here: MicrosoftWorld) -> None:
    box = here.account.mailbox
    old = box.add_folder("Old")
    kept, lost = box.deliver(letter(1)), box.deliver(letter(2), "Old")
    here.pull(MAIL)
    box.add_folder("New", "inbox")
    box.rename_folder("inbox", "Posteingang")
    came = box.deliver(letter(3), "New")
    box.remove_folder(old)
    here.microsoft.recording.clear()
    here.look(MAIL)
    assert here.states(MAIL) == {kept: "kept", lost: "gone", came: "kept"}
    inbox = [path for path in here.asked("messages/delta") if box.folder("inbox") in path]
    assert len(inbox) == 1, "a round of changes and no more"


def test_a_folder_thrown_into_the_deleted_items_takes_its_mail_along(here: MicrosoftWorld) -> None:
    box = here.account.mailbox
    box.add_folder("Old")
    one = box.deliver(letter(1), "Old")
    here.pull(MAIL)
    box.move_folder("Old", "deleteditems")
    here.look(MAIL)
    assert here.states(MAIL) == {one: "gone"}


def test_sent_mail_without_headers_counts_in_full(here: MicrosoftWorld) -> None:
    sent = here.account.mailbox.send(letter(1, f"Ann <{ANN}>", "Bob <bob@choir.example>"))
    here.pull(MAIL)
    item = here.item(sent)
    assert isinstance(item, Email)
    assert (item.labels, item.message_id, item.headers) == (("SENT",), "1@x.example", {})
    assert here.log() == [("email", "out", "Matter 1")]


def test_a_sender_inside_exchange_is_nobodys_address_and_breaks_nothing(here: MicrosoftWorld) -> None:
    legacy = {"name": "Bo Ek", "address": "/O=EXCHANGELABS/OU=EXCHANGE ADMINISTRATIVE GROUP/CN=RECIPIENTS/CN=BO"}
    boxes = {"emailAddress": legacy}
    one = here.account.mailbox.deliver(letter(1)[1:], **{"from": boxes, "sender": boxes})
    two = here.account.mailbox.send(letter(2, ANN), toRecipients=[boxes])
    here.pull(MAIL)
    first, second = here.item(one), here.item(two)
    assert isinstance(first, Email)
    assert isinstance(second, Email)
    assert first.sender is None
    assert second.to == ()
    with here.db.reading() as conn:
        stored = [row[0] for row in conn.execute(text("SELECT canonical FROM addresses"))]
    assert not [one for one in stored if "exchangelabs" in one.lower()]


def test_hostile_names_and_addresses_make_nobody_up(here: MicrosoftWorld) -> None:
    boxes = [
        {"emailAddress": {"name": 'Eve" <evil@x.example>, "', "address": "eve@x.example"}},
        {"emailAddress": {"name": "Mallory\r\nBcc: all@x.example", "address": "mallory@x.example"}},
        {"emailAddress": {"name": "Nobody", "address": "a@x.example>, <b@x.example"}},
        {"emailAddress": None}, {"emailAddress": {"name": None, "address": None}},
    ]  # fmt: skip
    sent = here.account.mailbox.send(letter(1, ANN), toRecipients=boxes)
    here.pull(MAIL)
    item = here.item(sent)
    assert isinstance(item, Email)
    assert [one.address for one in item.to] == ["eve@x.example", "mallory@x.example"]
    assert item.bcc == ()


def test_categories_are_kept_as_labels_and_change_with_the_mail(here: MicrosoftWorld) -> None:
    one = here.account.mailbox.deliver(letter(1), categories=["Choir"])
    here.pull(MAIL)
    here.account.mailbox.categorize(one, ["Choir", "Garden"])
    here.look(MAIL)
    item = here.item(one)
    assert isinstance(item, Email)
    assert item.labels == ("INBOX", "Choir", "Garden")


def test_a_draft_saved_many_times_and_sent_is_one_message(here: MicrosoftWorld) -> None:
    box = here.account.mailbox
    draft = box.save_draft(letter(1, ANN, "bob@choir.example"))
    for _ in range(5):
        draft = box.save_draft(letter(1, ANN, "bob@choir.example"), draft)
        here.look(MAIL)
    assert here.states(MAIL) == {}
    box.send_draft(draft)
    here.look(MAIL)
    assert here.states(MAIL) == {draft: "kept"}


def test_ids_that_differ_in_case_alone_are_two_messages(here: MicrosoftWorld) -> None:
    box = here.account.mailbox
    one = box.deliver(letter(1))
    other = one.swapcase()
    message = box.messages[one]
    box.add(type(message)(other, message.folder, {**message.json, "internetMessageId": "<2@x.example>"},
                          datetime(2026, 3, 3, tzinfo=UTC)))  # fmt: skip
    here.pull(MAIL)
    assert here.live(MAIL) == {one, other}


def test_where_headers_may_not_be_read_mail_is_read_without_them(here: MicrosoftWorld) -> None:
    one = here.account.mailbox.deliver(letter(1))
    # Whatever asks for them is refused, as an answer to ReadBasic may be.
    here.microsoft.withhold_headers = True
    here.pull(MAIL)
    assert here.live(MAIL) == {one}
    assert here.log() == [("email", "in", "Matter 1")]


def test_what_lies_in_an_excluded_folder_is_never_stored(here: MicrosoftWorld) -> None:
    here.account.mailbox.add_folder("Private")
    one = here.account.mailbox.deliver(letter(1), "Private")
    purge.exclude(here.db, here.owner_id, "label", "Private")
    here.pull(MAIL)
    assert here.states(MAIL) == {one: "dropped"}
    assert here.log() == []


def test_a_first_request_that_is_refused_for_another_reason_does_not_cost_the_headers(here: MicrosoftWorld) -> None:
    one = here.account.mailbox.deliver([*letter(1), ("X-Mailer", "Pine")])
    here.microsoft.faults.add("expired", "graph.messages", count=None)
    here.pull(MAIL, until_rest=False)
    here.microsoft.faults.clear()
    here.look(MAIL)
    item = here.item(one)
    assert isinstance(item, Email)
    assert item.headers["x-mailer"] == "Pine"
