"""Linking is owed like everything else: whoever dies over it, it is done once more, and a late one writes nothing."""

from __future__ import annotations

from sqlalchemy import select

from interactions.queries.status import resting
from interactions.schema import owners, person_addresses
from interactions.store import identity, word
from interactions.store.database import Database
from tests.interactions.store.life import ANNA, BORIS, OWNER, card, mail
from tests.interactions.store.sources import Source


def lived(db: Database) -> Source:
    source = Source(db, "google.contacts")
    source.log(mail("1", ANNA, [OWNER, BORIS], "Hello"), card("c", "Anna Berg", ANNA.address, "anna@home.example"))
    return source


def linked(db: Database) -> int:
    with db.reading() as conn:
        return len(conn.execute(select(person_addresses)).all())


def test_new_names_and_cards_make_it_due_and_what_is_known_does_not(db: Database) -> None:
    source = lived(db)
    assert not identity.is_due(db)
    source.save(mail("2", BORIS, [OWNER], "Somebody new", 1))
    assert not identity.is_due(db), "nothing is judged yet"
    source.log(mail("3", BORIS, [OWNER], "Again", 2))
    assert linked(db) == 2
    assert not resting(db, source.owner_id, ()).owed


def test_a_linking_that_nobody_finished_is_due_again_when_its_claim_runs_out(db: Database) -> None:
    source = lived(db)
    with db.writing() as conn:
        assert identity._claim(conn, source.owner_id, 60) is not None
    assert identity.is_due(db)
    assert identity.due(db, -1, -1) == []
    assert identity.relink(db, source.owner_id) is None
    with db.writing() as conn:
        conn.execute(owners.update().values(people_claimed_until=0))
    assert identity.due(db, 3_600, 3_600) == [source.owner_id]
    identity.settle(db)
    assert not identity.is_due(db)


def test_one_that_ends_after_another_began_writes_nothing(db: Database, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    source = lived(db)
    real = identity.link

    def slow(*arguments: object) -> object:
        found = real(*arguments)  # type: ignore[arg-type]
        monkeypatch.setattr(identity, "link", real)
        with db.writing() as conn:
            conn.execute(owners.update().values(people_claimed_until=0))
        word.merge(db, source.owner_id, [[ANNA.address], [BORIS.address]])
        return found

    monkeypatch.setattr(identity, "link", slow)
    assert identity.relink(db, source.owner_id) is None
    assert linked(db) == 3


def test_everybody_is_linked_anew_once_a_day(db: Database) -> None:
    lived(db)
    identity.owe_daily(db)
    assert not identity.is_due(db)
    with db.writing() as conn:
        conn.execute(owners.update().values(people_at=owners.c.people_at - 90_000))
    identity.owe_daily(db)
    assert identity.is_due(db)
