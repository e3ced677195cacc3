"""Why things are judged as they are: dropped, quarantined, an address, an item, an interaction."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from interactions.errors import UsageProblem
from interactions.queries import why
from interactions.queries.dropped import dropped
from interactions.queries.language import Filter
from interactions.queries.log import log
from interactions.queries.quarantine import quarantine
from interactions.queries.status import streams_of
from interactions.schema import containers, items, streams
from interactions.store import accounts, verdicts
from interactions.store import quarantine as store
from interactions.store.database import Database
from tests.interactions.queries.story import ANNA, SHOP, Story, now, tell


def test_dropped_is_told_by_rule_with_the_latest_of_each(db: Database) -> None:
    story = tell(db)
    found = dropped(db, story.owner_id, examples=1)
    assert [(one.rule, one.count) for one in found] == [("mail.bulk", 2), ("mail.robot", 1)]
    [example] = found[0].examples
    assert (example.title, example.name, example.rule) == ("Sale", "Shop", "mail.bulk")
    assert example.evidence == {"list-unsubscribe": "present"}


def test_a_rule_or_its_family_can_be_chosen(db: Database) -> None:
    story = tell(db)
    owner = story.owner_id
    assert [one.rule for one in dropped(db, owner, "mail.robot")] == ["mail.robot"]
    assert len(dropped(db, owner, "mail")) == 2
    assert dropped(db, owner, "mai") == ()
    assert dropped(db, owner, "%") == ()


def test_quarantine_tells_reason_place_and_size_and_no_content(db: Database) -> None:
    story = tell(db)
    found = quarantine(db, story.owner_id)
    [one] = found.items
    assert found.total == 1
    assert one.evidence == {
        "reason": "The header has no end.", "place": "inbox.mbox, byte 77", "length": "1234", "sha256": "ab" * 32,
    }  # fmt: skip


def fail_in_judging(story: Story) -> int:
    with story.db.writing() as conn:
        item_id = conn.execute(select(items.c.id).where(items.c.external_id == "m5")).scalar_one()
        values = {"state": "quarantined", "rule": "judging"}
        conn.execute(update(items).where(items.c.id == item_id).values(attempts=4, **values))
        verdicts.write(conn, [(item_id, '{"reason":"It failed.","place":""}')])
    return int(item_id)


def test_a_retry_judges_again_what_failed_and_reads_again_what_was_unreadable(db: Database) -> None:
    story = tell(db)
    failed = fail_in_judging(story)
    assert quarantine(db, story.owner_id).total == 2
    done = store.retry(db, story.owner_id)
    assert (done.judged, done.reread) == (1, 1)
    with db.reading() as conn:
        row = conn.execute(select(items).where(items.c.id == failed)).one()
        assert (row.state, row.attempts) == ("waiting", 0)
        assert row.owed_since is not None
        assert row.revision == row.judged_revision + 1
        assert conn.execute(select(containers.c.cursor)).scalar_one() is None
        assert conn.execute(select(streams.c.due_at)).scalar_one() is not None
    assert streams_of(db, story.owner_id)[0].counts.adds_up()


def test_a_retry_of_something_else_changes_nothing(db: Database) -> None:
    story = tell(db)
    failed = fail_in_judging(story)
    with pytest.raises(UsageProblem, match="Not in quarantine: 999999"):
        store.retry(db, story.owner_id, [failed, 999_999])
    assert quarantine(db, story.owner_id).total == 2


def test_dismissed_items_count_as_dropped_and_stay_so(db: Database) -> None:
    story = tell(db)
    [one] = quarantine(db, story.owner_id).items
    assert store.ignore(db, story.owner_id, [one.id]) == 1
    assert quarantine(db, story.owner_id).total == 0
    assert dropped(db, story.owner_id, store.IGNORED)[0].count == 1
    store.rejudge(db, story.owner_id)
    assert dropped(db, story.owner_id, store.IGNORED)[0].count == 1
    assert streams_of(db, story.owner_id)[0].counts.adds_up()


def test_another_owners_quarantine_is_out_of_reach(db: Database) -> None:
    story = tell(db)
    [one] = quarantine(db, story.owner_id).items
    other = accounts.owner(db, "other")
    assert quarantine(db, other).total == 0
    with pytest.raises(UsageProblem):
        store.ignore(db, other, [one.id])
    assert why.item(db, other, one.id, now()) is None


def test_an_address_is_told_with_its_facts_and_verdicts(db: Database) -> None:
    story = tell(db)
    [shop] = why.address(db, story.owner_id, SHOP.address)
    assert not shop.facts.sent_to
    assert [(one.state, one.rule, one.count) for one in shop.judged] == [
        ("dropped", "mail.bulk", 2), ("dropped", "mail.robot", 1),
    ]  # fmt: skip
    assert [one.title for one in shop.latest] == ["Sale", "Receipt", "Old sale"]
    [anna] = why.address(db, story.owner_id, ANNA.address)
    assert anna.facts.sent_to
    assert anna.facts.in_book
    assert anna.interactions == 4
    assert len(why.address(db, story.owner_id, "sørensen")) == 2
    assert why.address(db, story.owner_id, "nobody@x.example") == ()


def test_items_and_interactions_lead_to_each_other(db: Database) -> None:
    story = tell(db)
    newest = log(db, story.owner_id, Filter(), now()).entries[0]
    told = why.interaction(db, story.owner_id, newest.id, now())
    assert told is not None
    assert [one.id for one in told.sources] == [newest.item_id]
    item = why.item(db, story.owner_id, newest.item_id, now())
    assert item is not None
    assert [entry.id for entry in item.interactions] == [newest.id]
    assert item.item.evidence == {"to": "you alone"}
    assert why.interaction(db, story.owner_id, 999_999, now()) is None
