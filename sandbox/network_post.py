"""What passes in the network by mail and meetings, but for what is a story of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from sandbox import phrases
from sandbox.chance import dice, hours, local, waking
from sandbox.letters import Letters
from sandbox.model import Circle, Event, Guest, Mail, Person, Rule
from sandbox.network_cast import GROUPS, ONLY_ENTRIES, QUIET, RESTING, Group
from sandbox.planner import FAMILY, GARDEN, HOME, MAIN, WORK, Planner, next_weekday, series
from sandbox.series import nth_weekday

_LENGTHS = (1, 2, 2, 3, 3, 4, 5)


class Hand:
    """Writes mails and invitations; knows who is still there."""

    def __init__(self, letters: Letters, planner: Planner) -> None:
        self.letters, self.planner = letters, planner
        self.office, self.owner = letters.office, letters.owner
        self.year = letters.office.year
        self.people = letters.by_id

    def there(self, person: Person, at: datetime) -> bool:
        """Whether they and the owner are in contact then."""
        return self.office.open(at) and self.year.alive(person, at)

    def thread(self, rng: Random, person: Person, start: datetime, length: int = 0, mine: float = 0.5) -> None:
        """Some mails of the two, one after the other."""
        at_work = person.circle == Circle.WORK
        writers = [self.owner, person] if rng.random() < mine else [person, self.owner]
        at = waking(rng, start, HOME, at_work)
        box = {self.owner: self.letters.owner_box(person.circle), person: person.mailbox()}
        subject, text = phrases.topic(rng, person.circle)
        if not self.there(person, at):
            return
        mail = self.letters.write(
            writers[0], at, [box[writers[1]]], subject, text, sender=box[writers[0]].address
        )  # fmt: skip
        for turn in range(1, length or rng.choice(_LENGTHS)):
            at = waking(rng, at + timedelta(minutes=4) + hours(rng, person.tie.lag), HOME, at_work)
            if not self.there(person, at):
                return
            mail = self.letters.reply(writers[turn % 2], mail, at, phrases.answer(rng, person.circle))

    def round(
        self, rng: Random, writer: Person, others: Sequence[Person], at: datetime, subject: str = "", story: str = ""
    ) -> Mail | None:
        """One mail to the owner and others, or of the owner to several."""
        circle = (others[0] if writer is self.owner else writer).circle
        at = waking(rng, at, HOME, circle == Circle.WORK)
        if not all(self.there(one, at) for one in (writer, *others)):
            return None
        own = self.letters.owner_box(circle)
        boxes = [one.mailbox() for one in others if one is not writer]
        topic, text = phrases.topic(rng, circle)
        to = boxes if writer is self.owner else [own, *boxes]
        sender = own.address if writer is self.owner else writer.address
        return self.letters.write(writer, at, to, subject or topic, text, sender=sender, story=story or "circle")

    def answers(self, rng: Random, mail: Mail, people: Sequence[Person]) -> None:
        """Each of these answers all."""
        at = mail.sent_at
        for one in people:
            at = waking(rng, at + hours(rng, 8), HOME, one.circle == Circle.WORK)
            if self.there(one, at):
                self.letters.reply(one, mail, at, phrases.answer(rng, one.circle))

    def meet(self, people: Sequence[Person], title: str, at: datetime, minutes: int = 60) -> None:
        """A meeting that was held with these; without addresses an entry without guests."""
        own = self.planner.own(people[0].circle)
        calendar = WORK if people[0].circle == Circle.WORK else MAIN
        start = local(at.date(), 18 if calendar == MAIN else 14, 0, HOME)
        if not self.office.open(start):
            return
        guests = tuple(Guest(one.mailbox()) for one in people if one.address)
        end = start + timedelta(minutes=minutes)
        organizer = guests[0].mailbox if guests else None
        guests = (Guest(own), *guests) if guests else ()
        self.planner.add(Event(self.planner.uid(), (calendar,), title, start, end, organizer, guests))


def gaps(rng: Random, hand: Hand, person: Person, mean: float) -> Iterator[datetime]:
    """Moments about `mean` days apart, as regular as people are."""
    at = hand.year.at(person.since) + timedelta(days=rng.uniform(0, mean))
    until = hand.year.at(person.until) - timedelta(days=3) if person.until < 1 else hand.year.end
    while at < until:
        yield at
        at += timedelta(days=max(2.0, rng.gammavariate(3, mean / 3)))


def ordinary(hand: Hand) -> None:
    """Threads and meetings of two, with everybody as often as is usual."""
    for person in hand.people.values():
        rng = dice(hand.office.seed, f"ordinary {person.id}")
        part = person.id.partition("-")[0]
        if part in (QUIET, RESTING):
            _close(hand, rng, person)
        elif person.tie.threads:
            for at in gaps(rng, hand, person, 365 / person.tie.threads):
                if rng.random() < 0.85:
                    hand.thread(rng, person, at)
                elif rng.random() < 0.6:
                    hand.meet([person], f"Coffee with {person.name.split()[0]}", at)


def _close(hand: Hand, rng: Random, person: Person) -> None:
    """In touch every two to four weeks, both ways."""
    for at in gaps(rng, hand, person, rng.uniform(11, 30)):
        if person.id == ONLY_ENTRIES:
            hand.meet([person], f"Coffee with {person.name}", at)
        elif person.address:
            if rng.random() < 0.8:
                hand.thread(rng, person, at, length=rng.choice((2, 3, 4)))
            else:
                hand.meet([person], f"Coffee with {person.name.split()[0]}", at)


def circles(hand: Hand, members: Mapping[str, Sequence[str]]) -> None:
    """What whole circles write, and where they sit together again and again."""
    for group in GROUPS:
        rng = dice(hand.office.seed, f"circle {group.id}")
        people = [hand.people[id] for id in members[group.id]]
        at = hand.year.start + timedelta(days=rng.uniform(0, 20))
        while hand.office.open(at + timedelta(days=3)):
            _several(hand, rng, group, people, at)
            at += timedelta(days=rng.expovariate(group.rounds / 365) + 0.5)
    _series(hand, members)


def _several(hand: Hand, rng: Random, group: Group, people: list[Person], at: datetime) -> None:
    if group.hangs_on_one:
        first, others = people[0], people[1:]
        chosen = rng.sample(others, rng.randrange(3, len(others) + 1))
        if mail := hand.round(rng, first, chosen, at):
            hand.answers(rng, mail, rng.sample([hand.owner, *chosen], rng.choice((0, 1, 2))))
        return
    chosen = people if rng.random() < 0.4 else rng.sample(people, rng.randrange(3, len(people)))
    writer = hand.owner if rng.random() < 0.25 else rng.choice(chosen)
    if mail := hand.round(rng, writer, [one for one in chosen if one is not writer], at):
        able = [one for one in (hand.owner, *chosen) if one is not writer]
        hand.answers(rng, mail, rng.sample(able, min(len(able), rng.choice((0, 1, 1, 2, 3)))))


def _series(hand: Hand, members: Mapping[str, Sequence[str]]) -> None:
    planner, first = hand.planner, hand.year.start.date() + timedelta(days=9)

    def again(calendar: str, title: str, ids: Sequence[str], day: datetime, rule: Rule, circle: Circle) -> None:
        organizer = planner.people[ids[0]].mailbox()
        guests = (Guest(planner.own(circle)), *planner.guests(list(ids)))
        series(planner, (calendar,), title, day, 60, rule, organizer, guests)

    monday = local(next_weekday(first, 0), 9, 30, HOME)
    again(WORK, "Team weekly", members["team"][:7], monday, Rule("WEEKLY", by_day=((0, 0),)), Circle.WORK)
    altos = local(nth_weekday(first, 3, 3), 19, 0, HOME)
    again(MAIN, "Altos: sectional", members["choir"][:5], altos, Rule("MONTHLY", by_day=((3, 3),)), Circle.CHOIR)
    saturday = local(nth_weekday(first, 1, 5), 10, 0, HOME)
    morning = Rule("MONTHLY", by_day=((1, 5),))
    again(GARDEN, "Work morning", members["allotment"][:6], saturday, morning, Circle.ALLOTMENT)
    sunday = local(nth_weekday(first, -1, 6), 17, 0, HOME)
    again(FAMILY, "Call home", members["family"][:3], sunday, Rule("MONTHLY", by_day=((-1, 6),)), Circle.FAMILY)
    table = local(nth_weekday(first, 2, 2), 11, 0, HOME)
    again(WORK, "Lumen round table", members["lumen"], table, Rule("MONTHLY", by_day=((2, 2),)), Circle.WORK)
