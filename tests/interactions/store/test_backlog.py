"""Refs: taken up once, ranked by what a mail costs, answered, given up; and the counts they are part of."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from interactions.items import DEFERRED, NEVER, WANTED, Email, Failed, Gone, Item, Mailbox, Page, Ref, Relabelled
from interactions.queries.status import streams_of
from interactions.schema import backlog as table
from interactions.schema import items
from interactions.store import backlog, pages
from interactions.store.addresses import AddressIds
from interactions.store.database import Database
from tests.interactions.store.sources import ME, Source


class Listing(Source):
    """A connected mailbox that lists refs and gives their content."""

    def __init__(self, db: Database) -> None:
        super().__init__(db, "google.mail")

    def list(self, *refs: Ref, items: tuple[Item, ...] = (), first: bool = False, complete: bool = False) -> None:
        """One page."""
        lease = self.lease()
        number = self.container(lease)
        page = Page(items, "cursor", refs, first=first, complete=complete)
        pages.save_page(self.db, lease, number, page, pages.reader(self.db, lease), AddressIds())

    def give(self, *found: Item) -> None:
        """What was behind refs."""
        lease = self.lease()
        number = self.container(lease)
        pages.save_fetched(self.db, lease, number, found, pages.reader(self.db, lease), AddressIds())

    def next(self, lane: str = WANTED, limit: int = 100) -> list[str]:
        """Ids in the order they would be fetched."""
        return [ref.id for ref in backlog.next_refs(self.db, self.lease(), lane, limit)]

    def states(self) -> dict[str, str]:
        """State by id of every item."""
        with self.db.reading() as conn:
            rows = conn.execute(select(items.c.external_id, items.c.state))
            return {row.external_id: row.state for row in rows}


def mail(id: str, thread: str = "", *labels: str) -> Email:
    sender = Mailbox(ME) if "SENT" in labels else Mailbox("anna@choir.example")
    to = (Mailbox("anna@choir.example"),) if "SENT" in labels else (Mailbox(ME),)
    return Email(id, message_id=f"{id}@x", thread=thread or id, sender=sender, to=to, subject="Hello", labels=labels)


def refs(*ids: str, thread: str = "", lane: str = WANTED, first: bool = False) -> list[Ref]:
    return [Ref(id, thread or id, int(id[1:]), lane, first=first) for id in ids]


@pytest.fixture
def box(db: Database) -> Listing:
    return Listing(db)


def test_a_ref_is_taken_up_once_however_often_it_is_listed(box: Listing) -> None:
    box.list(*refs("m1", "m2"), *refs("m1"))
    box.list(*refs("m2", "m3"))
    assert sorted(box.next()) == ["m1", "m2", "m3"]


def test_what_is_stored_is_not_fetched_again(box: Listing) -> None:
    box.list(*refs("m1", "m2"))
    box.give(mail("m1"))
    box.list(*refs("m1", "m2"))
    assert box.next() == ["m2"]


def test_newest_first_until_the_listing_is_through(box: Listing) -> None:
    box.list(*refs("m2", "m9", "m5"))
    assert box.next() == ["m9", "m5", "m2"]


def test_then_the_threads_that_cost_least_a_mail(box: Listing) -> None:
    box.list(*refs("m1", "m2", "m3", thread="t3"), *refs("m4", "m5", "m6", "m7", thread="t4"), *refs("m8"), first=True)
    box.list(*refs("m10", "m11", thread="t2"), *refs("m9"), complete=True)
    assert [one for one in box.next() if one not in {"m8", "m9", "m10", "m11"}] == [
        "m7", "m6", "m5", "m4", "m3", "m2", "m1",
    ]  # fmt: skip
    assert box.next()[7:] == ["m11", "m10", "m9", "m8"], "one and two mails of a thread cost the same a mail"


def test_what_is_new_goes_before_everything(box: Listing) -> None:
    box.list(*refs("m1", "m2", "m3", thread="t"), first=True, complete=True)
    box.list(*refs("m4", first=True))
    assert box.next()[0] == "m4"


def test_a_thread_comes_whole(box: Listing) -> None:
    box.list(*refs("m9"), *refs("m1", "m8", thread="t"))
    assert sorted(box.next(limit=2)) == ["m1", "m8", "m9"]


def test_bulk_waits_in_a_lane_of_its_own_and_drafts_are_never_fetched(box: Listing) -> None:
    box.list(*refs("m1", lane=DEFERRED), *refs("m2", lane=NEVER))
    box.list(*refs("m1", "m2", "m3"))
    assert (box.next(), box.next(DEFERRED)) == (["m3"], ["m1"])
    assert [one.counts.seen for one in streams_of(box.db, box.owner_id)] == [2]


def test_a_thread_that_gains_a_sent_mail_is_wanted_at_once(box: Listing) -> None:
    box.list(*refs("m1", "m2", thread="t", lane=DEFERRED), *refs("m3", thread="other", lane=DEFERRED))
    box.list(*refs("m4", thread="t", first=True))
    box.give(mail("m4", "t", "SENT"))
    assert (box.next(), box.next(DEFERRED)) == (["m2", "m1"], ["m3"])


def test_bulk_in_a_thread_the_owner_wrote_in_is_wanted_when_it_is_listed(box: Listing) -> None:
    box.list(*refs("m4", thread="t"))
    box.list(*refs("m1", thread="t", lane=DEFERRED))
    assert sorted(box.next()) == ["m1", "m4"]
    box.give(mail("m4", "t", "SENT"), mail("m1", "t"))
    box.list(*refs("m5", thread="t", lane=DEFERRED))
    assert box.next() == ["m5"]


def test_bulk_that_is_taken_out_of_its_category_is_wanted(box: Listing) -> None:
    box.list(*refs("m1", "m2", lane=DEFERRED))
    box.list(items=(Relabelled("m1", ("CATEGORY_PERSONAL",), ("CATEGORY_PROMOTIONS",)),))
    assert (box.next(), box.next(DEFERRED)) == (["m1"], ["m2"])


def test_what_is_gone_before_it_was_fetched_leaves_a_row_that_says_so(box: Listing) -> None:
    box.list(*refs("m1", "m2", "m3"))
    box.give(Gone("m1"), mail("m3"))
    box.list(items=(Gone("m2"), Gone("never-heard-of")))
    assert box.states() == {"m1": "gone", "m2": "gone", "m3": "waiting"}
    [stream] = streams_of(box.db, box.owner_id)
    assert (stream.counts.seen, stream.counts.gone, stream.counts.waiting) == (3, 2, 1)
    assert stream.counts.adds_up()


def test_a_mail_that_comes_back_is_fetched_again(box: Listing) -> None:
    box.list(*refs("m1"))
    box.give(mail("m1"))
    box.list(items=(Gone("m1"),))
    box.list(*refs("m1"))
    assert box.next() == ["m1"]
    box.give(mail("m1"))
    assert box.states() == {"m1": "waiting"}


def test_what_was_not_given_is_asked_for_later(box: Listing) -> None:
    box.list(*refs("m1", "m2"))
    box.give(Failed("m1", "No answer."), mail("m2"))
    assert box.next() == []
    left = backlog.left(box.db, box.lease())
    assert left.wanted == 1
    assert 1 < left.wait <= 2
    with box.db.writing() as conn:
        conn.execute(text("UPDATE backlog SET next_at = 0"))
    assert box.next() == ["m1"]


def test_after_many_times_it_is_set_aside_with_its_reason_and_asked_for_at_the_next_listing(box: Listing) -> None:
    box.list(*refs("m1"))
    for _ in range(backlog.ATTEMPTS_MAX):
        assert box.states() == {}
        box.give(Failed("m1", "It answers with an error."))
    assert box.states() == {"m1": "quarantined"}
    [stream] = streams_of(box.db, box.owner_id)
    assert (stream.counts.seen, stream.counts.quarantined) == (1, 1)
    box.list(*refs("m1"))
    box.give(mail("m1"))
    assert box.states() == {"m1": "waiting"}


def test_a_full_listing_forgets_refs_and_mails_that_it_does_not_name(box: Listing) -> None:
    box.list(*refs("m1", "m2", "m3", "m4"), first=True, complete=True)
    box.give(mail("m1"), mail("m2"))
    box.list(*refs("m1", "m3"), first=True, complete=True)
    assert box.next() == ["m3"]
    assert box.states() == {"m1": "waiting", "m2": "gone", "m4": "gone"}


def test_labels_change_without_a_fetch(box: Listing) -> None:
    box.list(*refs("m1"))
    box.give(mail("m1", "", "CATEGORY_PERSONAL", "Choir"))
    box.list(items=(Relabelled("m1", ("Allotment",), ("Choir",)),))
    with box.db.reading() as conn:
        assert (
            '"labels":["CATEGORY_PERSONAL","Allotment"]' in conn.execute(text("SELECT body FROM payloads")).scalar_one()
        )
    box.list(items=(Relabelled("unknown", ("Choir",)),))
    assert box.next() == []


def test_two_streams_have_a_backlog_each(db: Database) -> None:
    box, other = Listing(db), Source(db, "google.mail", subject="other")
    box.list(*refs("m1"))
    assert backlog.next_refs(db, other.lease(), WANTED, 10) == []
    with db.reading() as conn:
        assert conn.execute(select(table.c.stream_id)).scalars().all() == [box.stream_id]
