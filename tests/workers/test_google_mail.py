"""Gmail read through a served API: nothing lost, nothing twice, whatever happens on the way (Gmail API, "Sync")."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

import workers.reading
from connectors.google.api import Api, Session
from connectors.google.gmail_history import TYPES
from interactions.items import Email
from interactions.queries.status import streams_of
from interactions.store.database import Database
from sandbox.google.mail_sources import generated
from sandbox.google.world import Google
from tests.workers.google import ANN, World, world
from workers.pull import pull

MAIL = "google.mail"
BOB = "bob@choir.example"


@pytest.fixture
def here(db: Database, tmp_path: Path, redis_url: str) -> Iterator[World]:
    with world(db, tmp_path, redis_url, google_units_per_minute=10_000_000) as made:
        made.google.quota.rate = 10_000
        yield made


def letter(number: int, sender: str = BOB, to: str = ANN, **more: str) -> list[tuple[str, str]]:
    """Headers of one mail between two people."""
    fields = {
        "From": sender, "To": to, "Subject": f"Matter {number}", "Message-ID": f"<{number}@x.example>",
        "Date": f"Mon, 2 Mar 2026 10:{number % 60:02}:00 +0000", **{k.replace("_", "-"): v for k, v in more.items()},
    }  # fmt: skip
    return list(fields.items())


def fill(here: World, count: int, first: int = 0) -> list[str]:
    """Mails from Bob."""
    return [here.account.mailbox.deliver(letter(number)) for number in range(first, first + count)]


def test_every_mail_is_there_once(here: World) -> None:
    ids = fill(here, 30)
    here.pull()
    assert here.live(MAIL) == set(ids)
    assert len(here.log()) == 30
    assert [one.counts.adds_up() for one in streams_of(here.db, here.owner_id)] == [True] * 4


def test_an_empty_mailbox_is_done(here: World) -> None:
    here.pull()
    assert here.states(MAIL) == {}
    assert here.stream(MAIL).state == "done"


@pytest.mark.parametrize("where", ["save_page", "save_fetched"])
@pytest.mark.parametrize("before", [True, False], ids=["before the commit", "after the commit"])
def test_a_kill_around_any_commit_loses_and_doubles_nothing(
    here: World, monkeypatch: pytest.MonkeyPatch, where: str, before: bool
) -> None:
    ids = fill(here, 120)
    real = getattr(workers.reading.pages, where)
    for at in range(1, 6):
        calls = iter(range(1, 1_000))

        def dies(*args: object, at: int = at, calls: Iterator[int] = calls) -> object:
            last = next(calls) == at
            if last and before:
                raise KeyboardInterrupt
            done = real(*args)
            if last:
                raise KeyboardInterrupt
            return done

        monkeypatch.setattr(workers.reading.pages, where, dies)
        try:
            pull(here.context, here.stream(MAIL).id)
        except KeyboardInterrupt:
            with here.db.writing() as conn:
                conn.execute(text("UPDATE streams SET lease_until = 0, due_at = 0, rung_at = NULL"))
    monkeypatch.setattr(workers.reading.pages, where, real)
    here.pull()
    assert here.live(MAIL) == set(ids)
    assert len(here.log()) == 120


def test_a_mail_that_arrives_during_the_listing_is_there_after_it(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = fill(here, 5)
    real = workers.reading.pages.save_page

    def arriving(*args: object) -> object:
        if len(ids) < 8:
            ids.extend(fill(here, 1, len(ids)))
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(workers.reading.pages, "save_page", arriving)
    here.pull()
    here.look()
    assert here.live(MAIL) == set(ids)


def test_a_mail_deleted_between_listing_and_fetch_ends_as_gone(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = fill(here, 5)
    real = workers.reading.backlog.next_refs

    def deleting(*args: object) -> object:
        found = real(*args)  # type: ignore[arg-type]
        if found and ids[2] in here.account.mailbox.messages:
            here.account.mailbox.delete(ids[2])
        return found

    monkeypatch.setattr(workers.reading.backlog, "next_refs", deleting)
    here.pull()
    assert here.states(MAIL)[ids[2]] == "gone"
    assert here.live(MAIL) == set(ids) - {ids[2]}
    assert here.stream(MAIL).failures == 0


def test_a_mail_deleted_after_it_was_stored_is_marked_gone_and_stays_in_the_log(here: World) -> None:
    ids = fill(here, 3)
    here.pull()
    here.account.mailbox.delete(ids[0])
    here.look()
    assert here.states(MAIL)[ids[0]] == "gone"
    assert len(here.log()) == 3


def test_with_on_delete_retire_it_leaves_the_log(db: Database, tmp_path: Path, redis_url: str) -> None:
    with world(db, tmp_path, redis_url, on_delete="retire") as here:
        ids = fill(here, 3)
        here.pull()
        here.account.mailbox.delete(ids[0])
        here.look()
        assert len(here.log()) == 2


def test_forgotten_history_means_a_listing_that_fetches_nothing_twice(here: World) -> None:
    ids = fill(here, 20)
    here.pull()
    mailbox = here.account.mailbox
    mailbox.delete(ids[3])
    ids += fill(here, 2, 20)
    mailbox.forget_history()
    here.google.quota.reset()
    here.look()
    assert here.live(MAIL) == set(ids) - {ids[3]}
    assert here.states(MAIL)[ids[3]] == "gone"
    assert here.google.quota.spent["gmail.messages.get"] == 2 * 20
    assert int(here.cursor(MAIL).split('"history":"')[1].split('"')[0]) == mailbox.history


def test_history_forgotten_again_during_that_listing_makes_progress(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = fill(here, 20)
    here.pull()
    real = workers.reading.pages.save_page
    times = iter(range(100))

    def forgetting(*args: object) -> object:
        if next(times) < 8:
            here.account.mailbox.forget_history()
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(workers.reading.pages, "save_page", forgetting)
    here.account.mailbox.forget_history()
    ids += fill(here, 1, 20)
    here.look()
    here.look()
    assert here.live(MAIL) == set(ids)


def test_a_page_of_history_without_history_is_paged_past(db: Database, tmp_path: Path, redis_url: str) -> None:
    with world(db, tmp_path, redis_url, page_items=5) as here:
        ids = fill(here, 3)
        here.pull()
        mailbox = here.account.mailbox
        # The five records of a page are of kinds that are not asked for.
        mailbox.records += [type(mailbox.records[0])(mailbox.history, "other", ids[0], ids[0], ()) for _ in range(5)]
        ids += fill(here, 1, 3)
        here.look()
        assert here.live(MAIL) == set(ids)


def test_a_kill_in_the_middle_of_a_history_of_many_pages_replays_it(
    db: Database, tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(db, tmp_path, redis_url, page_items=5) as here:
        here.pull()
        before = here.cursor(MAIL)
        ids = fill(here, 14)
        real = workers.reading.pages.save_page
        calls = iter(range(10))

        def dies(*args: object) -> object:
            if next(calls) == 1:
                raise KeyboardInterrupt
            return real(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(workers.reading.pages, "save_page", dies)
        with db.writing() as conn:
            conn.execute(text("UPDATE streams SET due_at = 0"))
        with pytest.raises(KeyboardInterrupt):
            pull(here.context, here.stream(MAIL).id)
        history = before.split('"history":"')[1].split('"')[0]
        assert f'"history":"{history}"' in here.cursor(MAIL), "only the last page moves it on"
        monkeypatch.setattr(workers.reading.pages, "save_page", real)
        with db.writing() as conn:
            conn.execute(text("UPDATE streams SET lease_until = 0, due_at = 0, rung_at = NULL"))
        here.pull()
        assert here.live(MAIL) == set(ids)
        assert f'"history":"{here.account.mailbox.history}"' in here.cursor(MAIL)


def test_added_labelled_and_deleted_in_one_delta_is_deleted(here: World) -> None:
    here.pull()
    [id] = fill(here, 1)
    here.account.mailbox.relabel(id, ["STARRED"])
    here.account.mailbox.delete(id)
    here.look()
    assert here.live(MAIL) == set()
    assert here.google.quota.spent["gmail.messages.get"] == 0


@pytest.mark.parametrize("labelled", [True, False], ids=["with labels", "without labels"])
def test_out_of_spam_into_the_trash_and_back(here: World, labelled: bool) -> None:
    mailbox = here.account.mailbox
    mailbox.labelled = labelled
    spam = mailbox.deliver(letter(1), ["SPAM"])
    [mail] = fill(here, 1, 2)
    here.pull()
    assert here.live(MAIL) == {mail}
    mailbox.unspam(spam)
    mailbox.trash(mail)
    here.look()
    assert here.live(MAIL) == {spam}
    mailbox.untrash(mail)
    here.look()
    assert here.live(MAIL) == {spam, mail}
    assert len(here.log()) == 2


@pytest.mark.parametrize("labelled", [True, False], ids=["with labels", "without labels"])
def test_a_draft_saved_twenty_times_and_sent_is_one_mail(here: World, labelled: bool) -> None:
    mailbox = here.account.mailbox
    mailbox.labelled = labelled
    draft = mailbox.save_draft(letter(1, ANN, BOB))
    here.pull()
    for _ in range(20):
        draft = mailbox.save_draft(letter(1, ANN, BOB), draft)
        here.look()
    assert here.live(MAIL) == set()
    sent = mailbox.send_draft(draft)
    here.look()
    assert here.live(MAIL) == {sent}
    assert here.log() == [("email", "out", "Matter 1")]


def test_chats_are_never_fetched(here: World) -> None:
    here.account.mailbox.deliver(letter(1), ["CHAT"])
    [mail] = fill(here, 1, 2)
    here.pull()
    here.account.mailbox.deliver(letter(3), ["CHAT"])
    here.look()
    assert here.live(MAIL) == {mail}
    assert here.google.quota.spent["gmail.messages.get"] == 20


def test_kinds_of_history_are_asked_for_in_the_singular(here: World) -> None:
    here.pull()
    here.look()
    [line, *_] = [one for one in here.google.recording.copy() if one.path.endswith("/history")]
    assert list(line.query["historyTypes"]) == TYPES
    session = Session(here.online(), Api.GMAIL, MAIL)
    history = session.service.users().history()
    with pytest.raises(TypeError, match="historyTypes"):
        history.list(userId="me", startHistoryId="1", historyTypes=["messagesAdded"])


def test_history_ids_beyond_2_53_are_kept_exactly(here: World) -> None:
    here.pull()
    fill(here, 1)
    here.look()
    assert here.account.mailbox.history > 2**53
    assert f'"history":"{here.account.mailbox.history}"' in here.cursor(MAIL)


def test_an_unsorted_listing_skips_nothing(here: World) -> None:
    ids = fill(here, 40)
    here.google.faults.add("shuffled", "gmail.messages", count=None)
    here.pull()
    assert here.live(MAIL) == set(ids)


def test_mail_that_leaves_during_a_listing_by_count_hides_no_other(
    db: Database, tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(db, tmp_path, redis_url, page_items=5) as here:
        mailbox = here.account.mailbox
        mailbox.anchored = False
        ids = fill(here, 23)
        real = workers.reading.pages.save_page

        def leaving(*args: object) -> object:
            page = args[3]
            if getattr(page, "refs", ()) and ids[-1] in mailbox.messages:
                # Of the first page: the next one begins a mail too late.
                mailbox.delete(ids[-1])
            return real(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(workers.reading.pages, "save_page", leaving)
        here.pull()
        here.look()
        assert here.live(MAIL) == set(ids[:-1])
        here.google.quota.reset()
        here.look(MAIL)
        assert dict(here.google.quota.spent) == {"gmail.history": 2}, "and then it rests"


def test_a_label_on_a_mail_that_was_never_listed_fetches_it(here: World) -> None:
    here.pull()
    mailbox = here.account.mailbox
    id = mailbox.deliver(letter(1))
    mailbox.records.clear()
    mailbox.relabel(id, ["Choir"])
    here.look()
    assert here.live(MAIL) == {id}


def test_pages_that_repeat_themselves_double_nothing(here: World) -> None:
    ids = fill(here, 20)
    here.google.faults.add("duplicate", "gmail", count=None)
    here.pull()
    ids += fill(here, 3, 20)
    here.look()
    assert here.live(MAIL) == set(ids)
    assert len(here.log()) == 23


def test_a_mail_listed_on_two_pages_is_stored_once(
    db: Database, tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(db, tmp_path, redis_url, page_items=5) as here:
        here.account.mailbox.anchored = False
        ids = fill(here, 12)
        real = workers.reading.pages.save_page

        def arriving(*args: object) -> object:
            # New mail shifts the pages: the last of one is the first of the next.
            if len(ids) < 15:
                ids.extend(fill(here, 1, len(ids)))
            return real(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(workers.reading.pages, "save_page", arriving)
        here.pull()
        here.look()
        assert here.live(MAIL) == set(ids)
        assert len(here.log()) == 15


def test_every_part_of_a_batch_has_an_outcome_of_its_own(db: Database, tmp_path: Path, redis_url: str) -> None:
    with world(db, tmp_path, redis_url, google_batch=50) as here:
        here.google.quota.rate = 100
        ids = fill(here, 50)
        here.google.faults.add("part.shuffled", "batch", count=None)
        here.google.faults.add("500", "gmail.messages.get", count=5, chance=0.3)
        here.pull(until_rest=False)
        lost = set(ids) - here.live(MAIL)
        assert len(lost) == 5
        here.look()
        assert here.live(MAIL) == set(ids)
        for id in ids:
            mail = here.item(id)
            assert isinstance(mail, Email)
            assert mail.subject == dict(here.account.mailbox.messages[id].headers)["Subject"]


def test_a_part_that_is_missing_stays_to_be_fetched(here: World) -> None:
    ids = fill(here, 5)
    here.google.faults.add("part.missing", "batch", count=1)
    here.pull(until_rest=False)
    assert len(here.live(MAIL)) == 4
    here.look()
    assert here.live(MAIL) == set(ids)


@pytest.mark.parametrize("kind", ["rate.quota", "rate.user", "rate.retry", "rate.concurrent"])
def test_a_refusal_of_quota_pauses_everything_and_costs_no_mail_an_attempt(here: World, kind: str) -> None:
    ids = fill(here, 5)
    here.google.faults.add(kind, "gmail.messages.get", count=1)
    pull(here.context, here.stream(MAIL).id)
    row = here.stream(MAIL)
    assert (row.state, row.failures) == ("waiting", 0)
    assert "asks us to slow down" in row.sentence
    with here.db.reading() as conn:
        assert set(conn.execute(text("SELECT attempts FROM backlog")).scalars()) <= {0}
    key = f"kith:quota:google:gmail:user:{here.account.subject}"
    assert here.context.ledger.spend(1, {key: 1_000_000}) > 0, "nobody asks before the time is over"
    here.context.__dict__["ledger"]._accounts.clear()
    here.look()
    assert here.live(MAIL) == set(ids)


@pytest.mark.parametrize("kind", ["500", "502", "503", "html", "nothing", "truncated", "cut", "redirect"])
@pytest.mark.parametrize("route", ["gmail.messages", "gmail.history", "batch", "gmail.profile", "oauth.token"])
def test_an_answer_that_is_none_moves_no_cursor_and_is_asked_for_again(here: World, kind: str, route: str) -> None:
    ids = fill(here, 5)
    here.google.faults.add(kind, route, count=1)
    for _ in range(3):
        here.look()
    ids += fill(here, 1, 5)
    here.look()
    assert here.live(MAIL) == set(ids)
    assert here.google.faults.done.get(kind) == 1


def test_a_server_that_hangs_is_left_after_a_time(db: Database, tmp_path: Path, redis_url: str) -> None:
    with world(db, tmp_path, redis_url, request_seconds=0.5) as here:
        ids = fill(here, 3)
        here.google.faults.add("hang", "gmail.messages", count=1, seconds=2.0)
        here.pull(MAIL, until_rest=False)
        assert here.stream(MAIL).state == "failing"
        assert "does not answer in time" in here.stream(MAIL).sentence
        here.look()
        assert here.live(MAIL) == set(ids)


@pytest.mark.parametrize("kind", ["drip", "huge"])
def test_an_answer_without_end_is_left_after_a_time_or_a_size(
    db: Database, tmp_path: Path, redis_url: str, kind: str
) -> None:
    with world(db, tmp_path, redis_url, request_seconds=1.0 if kind == "drip" else 20.0) as here:
        ids = fill(here, 3)
        here.google.faults.add(kind, "gmail.messages", count=1, after=5, seconds=0.05)
        here.pull(MAIL, until_rest=False)
        assert here.stream(MAIL).state == "failing"
        here.look()
        assert here.live(MAIL) == set(ids)


def test_a_cursor_that_is_said_to_be_expired_on_every_api_is_given_up_for_a_listing(here: World) -> None:
    ids = fill(here, 3)
    here.account.people.add("people/c1", "Bo", ["bo@x.example"])
    here.pull()
    for route in ("gmail.history", "calendar.events", "people.connections"):
        here.google.faults.add("expired", route, count=1)
    here.look()
    assert here.live(MAIL) == set(ids)
    assert here.live("google.contacts") == {"people/c1"}
    assert here.google.faults.done == {"expired": 3}


def test_a_page_that_never_ends_is_noticed(here: World) -> None:
    ids = fill(here, 3)
    here.google.faults.add("endless", "gmail.messages", count=30)
    here.pull(MAIL, until_rest=False)
    assert "the same page again and again" in here.stream(MAIL).sentence
    here.google.faults.clear()
    here.look()
    assert here.live(MAIL) == set(ids)


def test_a_server_that_answers_half_of_the_time_loses_nothing(here: World) -> None:
    ids = fill(here, 40)
    here.google.faults.add("500", "gmail.messages.get", count=None, chance=0.5)
    for _ in range(12):
        here.look()
    here.google.faults.clear()
    here.look()
    assert here.live(MAIL) == set(ids)
    assert "quarantined" not in here.states(MAIL).values()


def test_what_a_thread_does_not_give_is_fetched_singly(here: World) -> None:
    mailbox = here.account.mailbox
    first = mailbox.deliver(letter(1))
    others = [mailbox.deliver(letter(number), thread=first) for number in (2, 3)]
    real = mailbox.threads[first]
    mailbox.threads[first] = real[:2]
    here.pull()
    assert here.live(MAIL) == {first, *others}
    assert here.google.quota.spent["gmail.threads.get"] == 40
    assert here.google.quota.spent["gmail.messages.get"] == 20


def test_odd_headers_are_stored_or_set_aside_and_nothing_stops(here: World) -> None:
    mailbox = here.account.mailbox
    odd = [
        [("Subject", "neither date nor anybody")],
        [*letter(2), ("From", "other@x.example")],
        letter(3, to="undisclosed-recipients:;"),
        letter(4, sender="=?utf-8?b?w4Q=?= <a@x.example>"),
        letter(5, sender="Ä ö \udc80 <b@x.example>".encode("utf-8", "replace").decode()),
        letter(6, to=", ".join(f"p{number}@x.example" for number in range(2_000))),
        [("X", "y")],
    ]
    ids = [mailbox.deliver(headers) for headers in odd]
    [plain] = fill(here, 1, 9)
    here.pull()
    assert here.live(MAIL) == {*ids, plain}
    mail = here.item(ids[0])
    assert isinstance(mail, Email)
    assert mail.sent_at is not None, "the time it arrived stands in"
    assert here.states(MAIL)[ids[6]] == "quarantined"


def test_two_copies_of_one_mail_are_one_interaction(here: World) -> None:
    for _ in range(2):
        here.account.mailbox.deliver(letter(1))
    here.pull()
    assert len(here.live(MAIL)) == 2
    assert len(here.log()) == 1


def test_a_note_to_oneself_is_nobodys(here: World) -> None:
    here.account.mailbox.deliver(letter(1, ANN, ANN), ["SENT", "INBOX"])
    here.pull()
    assert here.log() == []


def test_an_address_the_owner_sends_from_becomes_theirs(here: World) -> None:
    mailbox = here.account.mailbox
    mailbox.deliver(letter(1, "ann@club.example", ANN), ["INBOX"])
    here.pull()
    assert here.log() == [("email", "in", "Matter 1")]
    for number in (2, 3, 4):
        mailbox.deliver(letter(number, "ann@club.example", BOB), ["SENT"])
    here.look()
    assert here.log() == [("email", "out", f"Matter {number}") for number in (2, 3, 4)], "the first is to themselves"


def test_promotions_wait_until_all_else_is_judged(here: World) -> None:
    bulk = [here.account.mailbox.deliver(letter(n), ["INBOX", "CATEGORY_PROMOTIONS"]) for n in range(5)]
    mail = fill(here, 5, 5)
    pull(here.context, here.stream(MAIL).id)
    assert here.live(MAIL) == set(mail)
    here.pull()
    here.look()
    assert here.live(MAIL) == {*mail, *bulk}


def test_promotions_can_be_left_for_good(db: Database, tmp_path: Path, redis_url: str) -> None:
    with world(db, tmp_path, redis_url, skip_bulk=True) as here:
        here.account.mailbox.deliver(letter(1), ["CATEGORY_SOCIAL"])
        mail = fill(here, 1, 2)
        here.pull()
        here.look()
        assert here.live(MAIL) == set(mail)
        assert streams_of(db, here.owner_id)[0].counts.deferred == 1


def test_labels_follow_the_mailbox_without_a_fetch(here: World) -> None:
    [id] = fill(here, 1)
    here.pull()
    here.google.quota.reset()
    here.account.mailbox.relabel(id, ["Choir", "STARRED"])
    here.look()
    mail = here.item(id)
    assert isinstance(mail, Email)
    assert mail.labels == ("CATEGORY_PERSONAL", "Choir")
    assert here.google.quota.spent["gmail.messages.get"] == 0


def test_a_quiet_mailbox_is_asked_once_and_for_two_units(here: World) -> None:
    fill(here, 3)
    here.pull()
    here.google.quota.reset()
    here.look(MAIL)
    assert dict(here.google.quota.spent) == {"gmail.history": 2}
    assert 50 < here.stream(MAIL).due_at - here.stream(MAIL).pulled_at <= 601


def test_what_is_older_than_wanted_waits_and_is_not_stored(db: Database, tmp_path: Path, redis_url: str) -> None:
    google = Google()
    google.add_account(ANN, mailbox=generated(ANN, 300, 200))
    since = int(1735689600 + 200 * 86_400)
    with world(db, tmp_path, redis_url, google, since=since, google_units_per_minute=10_000_000) as here:
        google.quota.rate = 10_000
        pull(here.context, here.stream(MAIL).id)
        units = google.quota.units()
        assert units < 0.6 * sum(min(20 * len(ids), 40) for ids in here.account.mailbox.threads.values())
        here.look()
        here.look()
        for id in here.account.mailbox.messages:
            old = here.account.mailbox.messages[id].at < since * 1000
            assert (here.states(MAIL)[id] == "dropped") >= old


def test_no_request_asks_for_what_is_never_read(here: World) -> None:
    fill(here, 5)
    here.pull()
    here.look()
    lines = here.google.recording.copy()
    assert lines
    for line in lines:
        assert "q" not in line.query, line
        assert line.query.get("format", ["metadata"]) == ["metadata"], line
        if line.authorized and line.path.startswith(("/gmail", "/calendar", "/v1/people")):
            assert line.query["fields"], "every answer is cut to what is read"
