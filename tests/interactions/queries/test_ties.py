"""How ties stand, as people and programs are told."""

from __future__ import annotations

from datetime import date

from interactions.queries.names import addresses_named, persons_of
from interactions.queries.ties import standings
from interactions.store.database import Database
from tests.interactions.queries.story import NOW, ago, tell


def test_a_word_a_rhythm_and_the_steps_of_a_tie(db: Database) -> None:
    story = tell(db)
    with db.reading() as conn:
        people = {
            name: next(iter(persons_of(conn, addresses_named(conn, story.owner_id, name)).values()))
            for name in ("anna", "boris")
        }
    found = standings(db, story.owner_id, people.values(), NOW.date(), ranked=True)
    anna, boris = found[people["anna"]], found[people["boris"]]
    assert (anna.word, anna.cadence is not None) == ("new", True)
    assert anna.steps["in touch"] == date.fromordinal(ago(days=30).date().toordinal())
    assert anna.strength is not None
    assert boris.silence == 0
    assert set(boris.steps) >= {"seen", "in touch"}
    assert 10**9 not in standings(db, story.owner_id, [10**9], NOW.date(), ranked=True)
