"""How all ties lie is kept while nothing changes, and is never older than the ties."""

from __future__ import annotations

from interactions.store import spreads, ties
from interactions.store.database import Database
from tests.interactions.queries.story import tell

DAY = 20_000


def test_it_is_told_anew_for_another_day_and_after_ties_are_counted(db: Database) -> None:
    story = tell(db)
    ties.settle(db)
    first = spreads.spread(db, story.owner_id, DAY)
    assert spreads.spread(db, story.owner_id, DAY) == first
    with db.reading() as conn:
        assert spreads.usual(conn, story.owner_id, DAY) == first.usual
        assert spreads.usual(conn, story.owner_id, DAY + 1) is None, "of that day nothing is kept"
    later = spreads.spread(db, story.owner_id, DAY + 30)
    assert sum(later.momenta) < sum(first.momenta), "what is going on fades"
    assert later.depths == first.depths, "the order of depths stays"
    db.write(lambda conn: ties.owe_all(conn, story.owner_id))
    ties.settle(db)
    with db.reading() as conn:
        assert spreads.usual(conn, story.owner_id, DAY + 30) is None, "ties were counted since"
