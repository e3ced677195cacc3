"""A stream is pulled by one worker at a time, page by page, and what goes wrong is said and followed by what helps."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

import workers.opening
import workers.reading
from connectors import open_stream
from connectors.protocol import Connector
from interactions import errors
from interactions.items import Container, Identity, Item, Page, Ref
from interactions.queries.status import streams_of
from interactions.schema import streams
from interactions.store import accounts, leases
from interactions.store.database import Database
from kith.show.standing import sentence
from tests.torture.harness import Broker
from tests.workers.parts import count, mailbox, make_context, registered, settle, stream_row
from workers.context import Context
from workers.pull import pull


@pytest.fixture
def context(db: Database, broker: Broker, tmp_path: Path) -> Context:
    """Small pages, so that a mailbox has several."""
    return make_context(db, broker, tmp_path, page_items=10)


class Between:
    """The real connector of a stream with something done before each of its pages."""

    def __init__(self, real: Connector, before: Callable[[int], object]) -> None:
        self._real, self._before = real, before

    def whoami(self) -> Identity:
        return self._real.whoami()

    def containers(self) -> Sequence[Container]:
        return list(self._real.containers())

    def pages(self, container: Container, cursor: str | None) -> Iterator[Page]:
        number = -1
        for number, page in enumerate(self._real.pages(container, cursor)):
            self._before(number)
            yield page
        self._before(number + 1)

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Item]:
        return self._real.fetch(refs)

    def close(self) -> None:
        self._real.close()


Opener = Callable[[Callable[[int], object]], None]


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Have something done before each page of whatever is pulled."""

    def opener(before: Callable[[int], object]) -> None:
        monkeypatch.setattr(workers.opening, "open_stream", lambda *args: Between(open_stream(*args), before))

    return opener


def failing_with(problem: Exception) -> Callable[[int], None]:
    """Raise before the second page."""

    def before(number: int) -> None:
        if number == 1:
            raise problem

    return before


STOPPED = [errors.ConsentGone, errors.ScopeMissing, errors.SuddenlyEmpty]
REACTIONS: list[tuple[errors.KithError | Callable[[], errors.KithError], str, float | None, int]] = [
    (lambda: errors.RateLimited("Slower, please.", datetime.now(UTC) + timedelta(seconds=240)), "waiting", 240, 0),
    (lambda: errors.RateLimited("Slower, please.", datetime.now(UTC) - timedelta(seconds=240)), "waiting", 1, 0),
    (lambda: errors.RateLimited("Slower, please.", datetime.now(UTC) + timedelta(days=9)), "waiting", 3_600, 0),
    (errors.SourceDown("No answer."), "failing", 60, 1),
    (errors.SourceUnreadable("Damaged."), "stopped", None, 1),
    (errors.KithError("Odd."), "failing", 60, 1),
    (errors.CursorExpired("Too old."), "waiting", 0, 0),
    (errors.ApiDisabled("Switch it on."), "stopped", 3_600, 1),
    *((problem("Connect again."), "stopped", None, 1) for problem in STOPPED),
]


@pytest.mark.parametrize(
    ("problem", "state", "due_in", "failures"), REACTIONS, ids=[type(one[0]).__name__ for one in REACTIONS]
)
def test_each_problem_has_its_reaction(
    context: Context, tmp_path: Path, between: Opener,
    problem: errors.KithError | Callable[[], errors.KithError], state: str, due_in: float | None, failures: int,
) -> None:  # fmt: skip
    stream_id = registered(context.db, mailbox(tmp_path, 25))
    problem = problem() if callable(problem) else problem
    between(failing_with(problem))
    pull(context, stream_id)
    row, seconds = stream_row(context.db, stream_id)
    assert (row.state, row.sentence, row.failures) == (state, str(problem), failures)
    assert (row.lease_owner, row.lease_until, row.rung_at) == (None, None, None)
    assert seconds == (None if due_in is None else pytest.approx(due_in, abs=30))
    assert count(context.db) == 10, "the page before it is stored"
    due = [one.stream_id for one in accounts.due(context.db, 0.0)]
    assert due == ([stream_id] if isinstance(problem, errors.CursorExpired) else [])


def test_failures_are_counted_until_it_works_again(context: Context, tmp_path: Path, between: Opener) -> None:
    stream_id = registered(context.db, mailbox(tmp_path, 25))
    between(failing_with(errors.SourceDown("No answer.")))
    pull(context, stream_id)
    with context.db.writing() as conn:
        conn.execute(update(streams).values(since=5))
    between(lambda number: (_ for _ in ()).throw(errors.SourceDown("No answer.")))
    pull(context, stream_id)
    row, _ = stream_row(context.db, stream_id)
    assert (row.failures, row.since) == (2, 5)
    between(lambda number: None)
    pull(context, stream_id)
    row, due_in = stream_row(context.db, stream_id)
    assert (row.failures, row.state, row.sentence, due_in) == (0, "done", "up to date", None)
    assert row.since > 5
    assert row.pulled_at is not None
    assert count(context.db) == 25


def test_a_missing_archive_is_said_in_words(context: Context, tmp_path: Path) -> None:
    archive = mailbox(tmp_path, 3)
    stream_id = registered(context.db, archive)
    archive.rename(tmp_path / "elsewhere")
    pull(context, stream_id)
    row, due_in = stream_row(context.db, stream_id)
    assert (row.state, row.failures) == ("failing", 1)
    assert due_in is not None
    assert due_in > 30
    [standing] = streams_of(context.db, accounts.owner(context.db))
    said = sentence(standing, row.since)
    assert said.startswith("failing for ")
    assert str(archive) in said
    assert "Next try in " in said
    (tmp_path / "elsewhere").rename(archive)
    registered(context.db, archive)
    settle(context)
    assert count(context.db) == 3


def test_a_slice_that_runs_out_gives_the_stream_back_due_at_once(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream_id = registered(context.db, mailbox(tmp_path, 45))
    monkeypatch.setattr(workers.reading, "SLICE_SECONDS", 0.0)
    for page in range(1, 5):
        pull(context, stream_id)
        row, due_in = stream_row(context.db, stream_id)
        assert (row.state, row.sentence, row.lease_owner) == ("waiting", "reading", None)
        assert due_in == pytest.approx(0, abs=5)
        assert count(context.db) == 10 * page
    settle(context)
    assert (stream_row(context.db, stream_id)[0].state, count(context.db)) == ("done", 45)


def test_a_worker_that_is_to_stop_ends_after_the_page_at_hand(
    context: Context, tmp_path: Path, between: Opener
) -> None:
    stream_id = registered(context.db, mailbox(tmp_path, 45))
    between(lambda number: context.stopping.set() if number == 1 else None)
    pull(context, stream_id)
    row, due_in = stream_row(context.db, stream_id)
    assert (row.state, row.lease_owner, count(context.db)) == ("waiting", None, 20)
    assert due_in == pytest.approx(0, abs=5)


def test_a_second_worker_gets_no_lease(context: Context, tmp_path: Path, between: Opener) -> None:
    stream_id = registered(context.db, mailbox(tmp_path, 30))
    inside, go_on, opened = threading.Event(), threading.Event(), []

    def before(number: int) -> None:
        opened.append(threading.get_ident())
        inside.set()
        assert go_on.wait(10)

    between(before)
    first = threading.Thread(target=pull, args=(context, stream_id))
    first.start()
    assert inside.wait(10)
    pull(context, stream_id)
    assert stream_row(context.db, stream_id)[0].state == "pulling"
    go_on.set()
    first.join(10)
    assert set(opened) == {first.ident}
    assert (stream_row(context.db, stream_id)[0].state, count(context.db)) == ("done", 30)


def test_a_worker_whose_stream_was_taken_over_commits_nothing_and_says_nothing(
    context: Context, tmp_path: Path, between: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    stream_id = registered(context.db, mailbox(tmp_path, 45))

    def taken_over(number: int) -> None:
        if number == 1:
            # As if it had slept for longer than its lease.
            with context.db.writing() as conn:
                conn.execute(update(streams).values(lease_until=1.0))
            assert leases.acquire(context.db, stream_id, "the other", 60)

    between(taken_over)
    with caplog.at_level(logging.INFO):
        pull(context, stream_id)
    row, _ = stream_row(context.db, stream_id)
    assert (row.lease_owner, row.state, row.failures, row.sentence) == ("the other", "pulling", 0, "")
    assert count(context.db) == 10
    assert [record.levelname for record in caplog.records if record.levelno > logging.INFO] == []


def test_what_is_excluded_while_a_pull_is_under_way_ends_the_pull(
    context: Context, tmp_path: Path, between: Opener
) -> None:
    stream_id = registered(context.db, mailbox(tmp_path, 45))
    between(lambda number: accounts.since_changed(context.db, [stream_id]) if number == 1 else None)
    pull(context, stream_id)
    row, due_in = stream_row(context.db, stream_id)
    assert (row.state, row.lease_owner, count(context.db)) == ("waiting", None, 10)
    assert due_in == pytest.approx(0, abs=5)
    between(lambda number: None)
    settle(context)
    assert count(context.db) == 45


def test_no_subject_and_no_address_is_logged(
    context: Context, tmp_path: Path, between: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    stream_id = registered(context.db, mailbox(tmp_path, 25))
    between(failing_with(errors.SourceDown("No answer.")))
    with caplog.at_level(logging.DEBUG):
        pull(context, stream_id)
    assert "SourceDown" in caplog.text
    assert "Rehearsal" not in caplog.text
    assert "choir.example" not in caplog.text
