"""The log at rest does not depend on the order in which things arrived, were judged, or were judged again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from interactions.items import Contact, Email, Item, Unreadable
from interactions.store import accounts, quarantine, word
from interactions.store.claims import Work
from interactions.store.database import Database
from interactions.store.notes import Note
from interactions.word import item_target
from tests.interactions.store.life import ANNA, BORIS, CARLA, OLD_ME, OWNER, SHOP, STRANGER, Step, life, mail
from tests.interactions.store.sources import Source, emptied, expire, judge_all, owed, record, take
from tests.torture.dump import dump

EXAMPLES = {"sqlite": 20, "postgresql": 5}


Said = Callable[[Database, int], object]
#: What the owner says somewhere on the way.
WORDS: list[Said] = [
    lambda db, owner: word.mark_address(db, owner, SHOP.address, "person"),
    lambda db, owner: word.mark_item(db, owner, item_target(mail("h23", STRANGER, [OWNER], "A question", 33)), "noise"),
    lambda db, owner: word.merge(db, owner, [[BORIS.address], [STRANGER.address]]),
    lambda db, owner: word.note(db, owner, Note("talked", "name:wanda", "Wanda", 1_772_000_000, True)),
    lambda db, owner: word.settle_title(db, owner, [("dentist", (ANNA,))]),
]


class Arrival:
    """One order in which a life arrives: pages of random length, work taken up, put off, lost and done twice."""

    def __init__(self, db: Database, seed: int) -> None:
        self.db, self.draw = db, random.Random(seed)
        self.sources: dict[str, Source] = {}
        self.put_off: list[list[Work]] = []
        self.owner_id = accounts.owner(db, "me")

    def run(self) -> None:
        """Everything arrives, then rest."""
        pages = list(self._pages())
        declared, again = self.draw.randrange(len(pages)), self.draw.randrange(len(pages))
        spoken = [self.draw.randrange(len(pages)) for _ in WORDS]
        for number, (stream, container, found) in enumerate(pages):
            if number == declared:
                accounts.add_own(self.db, self.owner_id, [OLD_ME.address])
            if stream not in self.sources:
                self.sources[stream] = Source(self.db, stream, subject=stream.partition(".")[0])
            source = self.sources[stream]
            source.save(*found, container=container)
            if self.draw.random() < 0.15:
                # Told twice, as providers do; an archive's page that is committed is not read again.
                source.save(*(one for one in found if not _named_by_content(one)), container=container)
            for said, at in zip(WORDS, spoken, strict=True):
                if number == at:
                    self._say(said)
            if number == again:
                quarantine.rejudge(self.db, self.owner_id)
            self._work()
        self._finish_late()
        expire(self.db)
        judge_all(self.db, self.draw.choice([1, 3, 500]))

    def _pages(self) -> Iterator[tuple[str, str, list[Item]]]:
        """The chains' steps shuffled; neighbours of one container come as one page."""
        chains = [list(chain) for chain in life()]
        steps: list[Step] = []
        while chains:
            chain = self.draw.choice(chains)
            steps.append(chain.pop(0))
            chains = [one for one in chains if one]
        if self.draw.random() < 0.7:
            # Few long pages: stream by stream, each in its shuffled order.
            order = self.draw.sample(sorted({step[0] for step in steps}), k=len({step[0] for step in steps}))
            steps.sort(key=lambda step: (order.index(step[0]), step[1]))
        most = self.draw.choice([1, 4, 50])
        while steps:
            stream, container, _ = steps[0]
            found: list[Item] = []
            while steps and steps[0][:2] == (stream, container) and len(found) < most:
                item = steps[0][2]
                if item.id in [one.id for one in found] and not (isinstance(item, Contact) or _named_by_content(item)):
                    break
                found.append(steps.pop(0)[2])
            yield stream, container, found

    def _work(self) -> None:
        """What a worker does meanwhile: nothing, some of it, all of it, or too late."""
        choice = self.draw.random()
        waiting = owed(self.db)
        if choice < 0.35 or not waiting:
            return
        works = take(self.db, self.draw.sample(waiting, k=self.draw.randint(1, len(waiting))))
        if choice < 0.5:
            self.put_off.append(works)
        elif choice < 0.6:
            expire(self.db)
        else:
            record(self.db, works)
            if choice > 0.9:
                record(self.db, works)
        if self.draw.random() < 0.3:
            self._finish_late()

    def _say(self, said: Said) -> None:
        """Said; or said after something else that was taken back."""
        if self.draw.random() < 0.5:
            word.mark_address(self.db, self.owner_id, CARLA.address, "noise")
            word.merge(self.db, self.owner_id, [[BORIS.address], [CARLA.address]])
            word.undo(self.db, self.owner_id)
            word.undo(self.db, self.owner_id)
        said(self.db, self.owner_id)

    def _finish_late(self) -> None:
        """Verdicts made of what was known then are brought now."""
        self.draw.shuffle(self.put_off)
        while self.put_off:
            record(self.db, self.put_off.pop())


def _named_by_content(item: Item) -> bool:
    return isinstance(item, Email | Unreadable) and item.id.startswith("h")


def at_rest(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """The log; of what is gone it does not matter whether it had been judged before it went."""
    found = dump(db)
    state, rule = 4, 5
    found["items"] = [
        (*row[:rule], row[rule] if row[state] != "gone" else None, *row[rule + 1 :]) for row in found["items"]
    ]
    return found


def plain(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """The log when everything comes one after the other and is judged at the end."""
    accounts.add_own(db, accounts.owner(db, "me"), [OLD_ME.address])
    for said in WORDS:
        said(db, accounts.owner(db, "me"))
    sources: dict[str, Source] = {}
    for chain in life():
        for stream, container, item in chain:
            source = sources.setdefault(stream, Source(db, stream, subject=stream.partition(".")[0]))
            source.save(item, container=container)
    judge_all(db)
    return at_rest(db)


def test_the_log_at_rest_is_the_same_in_any_order_of_arrival(db: Database) -> None:
    wanted = plain(db)
    assert len(wanted["interactions"]) > 15
    assert ("boris@garden.example", "q@unknown.example") in wanted["people"]
    assert "owner.talked" in {row[7] for row in wanted["interactions"]}
    assert "owner.person" in {row[7] for row in wanted["interactions"]}
    for seed in range(EXAMPLES[db.engine.dialect.name]):
        emptied(db)
        Arrival(db, seed).run()
        found = at_rest(db)
        for table, lines in wanted.items():
            differing = set(map(repr, lines)) ^ set(map(repr, found[table]))
            if differing:
                pytest.fail(f"order {seed}: {table} differ: " + "\n".join(sorted(differing)))
