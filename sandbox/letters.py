"""Mails that people write: threads of two, threads of a circle, a discussion list, introductions, and hard cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sandbox import cast, mime, phrases
from sandbox.chance import bursts, dice, hours, waking
from sandbox.model import Circle, Introduction, Mail, Mailbox, MailClass, Mailer, Person
from sandbox.postoffice import Letter, PostOffice, written_with

#: Messages of a thread of two, and how often each length comes up.
_LENGTHS = {1: 27, 2: 31, 3: 20, 4: 11, 5: 6, 6: 3, 7: 2}
#: How many threads are really begun of those a tie would like.
_APPETITE = 0.62
_LIST = "helpers@lists.tafelrunde.example"
_USER_LABELS = {Circle.WORK: "Studio", Circle.CHOIR: "Choir", Circle.ALLOTMENT: "Garden"}


class Letters:
    """The hand of everybody in the cast, the owner's included."""

    def __init__(self, office: PostOffice) -> None:
        self.office = office
        self.owner = office.owner
        self.by_id = {one.id: one for one in office.people}
        self._rng = dice(office.seed, "letters")

    def write(
        self,
        writer: Person,
        at: datetime,
        to: Sequence[Mailbox],
        subject: str,
        text: str,
        *,
        cc: Sequence[Mailbox] = (),
        bcc: Sequence[Mailbox] = (),
        parent: Mail | None = None,
        sender: str = "",
        story: str = "thread",
        through_list: bool = False,
    ) -> Mail:
        """One human mail. `sender` is the writer's address if not the usual one."""
        address = sender or writer.address
        message_id, marks = written_with(self.office, writer, address)
        listed = [*_LIST_HEADERS] if through_list else []
        return self.office.post(
            Letter(
                sender=writer.mailbox(address),
                at=at,
                to=to,
                cc=cc,
                bcc=bcc,
                subject=subject,
                body=self._body(writer, text),
                cls=MailClass.HUMAN_LIST if through_list else MailClass.HUMAN_DIRECT,
                story=story,
                message_id=message_id,
                parent=parent,
                labels=self._labels(writer, through_list),
                extra=[*marks, *listed],
                return_path="helpers-bounces@lists.tafelrunde.example" if through_list else None,
                signer="" if writer.mailer in (Mailer.MUTT, Mailer.ROUNDCUBE) else None,
                zone=writer.zone,
            )
        )

    def reply(
        self,
        writer: Person,
        parent: Mail,
        at: datetime,
        text: str,
        *,
        bcc: Sequence[Mailbox] = (),
        without: Sequence[str] = (),
        through_list: bool = False,
    ) -> Mail:
        """An answer to all of `parent`; `without` are addresses left out."""
        boxes = (*parent.to, *parent.cc)
        address = self._own_address(writer, parent)
        back = parent.to if parent.sender.address in writer.addresses else (parent.sender,)
        skip = {*writer.addresses, *without, *(box.address for box in back)}
        cc = () if back == parent.to else tuple(box for box in boxes if box.address not in skip)
        subject = parent.subject if parent.subject.startswith("Re: ") else f"Re: {parent.subject}"
        to = tuple(box for box in back if box.address not in without)
        return self.write(
            writer, at, to, subject, text,
            cc=cc, bcc=bcc, parent=parent, sender=address, story=parent.story, through_list=through_list,
        )  # fmt: skip

    def owner_box(self, circle: Circle) -> Mailbox:
        """The owner as somebody of that circle addresses her."""
        return self.owner.mailbox(self.owner.addresses[1 if circle == Circle.WORK else 0])

    def _own_address(self, writer: Person, parent: Mail) -> str:
        seen = {box.address for box in (*parent.to, *parent.cc, parent.sender)}
        return next((address for address in writer.addresses if address in seen), writer.address)

    def _body(self, writer: Person, text: str) -> mime.Body:
        full = f"{text}\n\n{writer.name.split()[0]}"
        if self._rng.random() < 0.02:
            return mime.with_attachment(full, self.office.boundary(), "plan.pdf")
        if writer.mailer in (Mailer.GMAIL, Mailer.OUTLOOK):
            return mime.alternative(full, self.office.boundary())
        return mime.plain(full)

    def _labels(self, writer: Person, through_list: bool) -> tuple[str, ...]:
        rng = self._rng
        own = (_USER_LABELS[writer.circle],) if writer.circle in _USER_LABELS and rng.random() < 0.3 else ()
        if writer is self.owner:
            return ("SENT",)
        category = "CATEGORY_FORUMS" if through_list else "CATEGORY_PERSONAL"
        labels = ["INBOX"] if rng.random() < 0.5 else []
        if rng.random() < 0.08:
            labels.append("UNREAD")
        if rng.random() < 0.05:
            labels.append("STARRED")
        if writer.tie.threads >= 8 and not through_list:
            labels.append("IMPORTANT")
        return (*labels, category, *own)


#: What a Mailman list adds to a post (RFC 2919, RFC 2369).
_LIST_HEADERS: tuple[tuple[str, str], ...] = (
    ("List-Id", "Helpers of the Tafelrunde <helpers.lists.tafelrunde.example>"),
    ("List-Post", f"<mailto:{_LIST}>"),
    ("List-Archive", "<https://lists.tafelrunde.example/archives/helpers/>"),
    ("List-Unsubscribe", "<mailto:helpers-leave@lists.tafelrunde.example>"),
    ("Precedence", "list"),
    ("X-Mailman-Version", "3.3.9"),
)


def write_all(office: PostOffice) -> tuple[Introduction, ...]:
    """Everything people wrote in the year; the introductions among it."""
    letters = Letters(office)
    for person in office.people:
        _threads(letters, person)
    for circle, count in (
        (Circle.WORK, 16),
        (Circle.CHOIR, 13),
        (Circle.ALLOTMENT, 9),
        (Circle.VOLUNTEERS, 9),
        (Circle.FAMILY, 9),
        (Circle.NEIGHBOURS, 4),
    ):
        _circle_threads(letters, circle, count)
    _list_posts(letters)
    _open_door(letters)
    _strangers(letters)
    return tuple(_introduce(letters, *row) for row in cast.INTRODUCTIONS)


def _threads(letters: Letters, person: Person) -> None:
    rng = dice(letters.office.seed, f"threads {person.id}")
    # Nobody's first thread comes before their introduction, nor their last answer after they went quiet.
    since, until = person.since + (0.03 if person.since else 0.0), min(person.until - 0.02, 0.995)
    count = round(person.tie.threads * _APPETITE) or min(person.tie.threads, 1)
    for start in bursts(rng, letters.office.year, count, since, until):
        _thread_of_two(letters, rng, person, start)


def _thread_of_two(letters: Letters, rng: Random, person: Person, start: datetime) -> None:
    at_work = person.circle == Circle.WORK
    writers = [letters.owner, person] if rng.random() < person.tie.mine else [person, letters.owner]
    at = waking(rng, start, writers[0].zone, at_work)
    if not _can_write(letters, person, at):
        return
    # Who has three addresses uses them all; a second one is dead.
    address = rng.choice(person.addresses) if len(person.addresses) > 2 else person.address
    boxes = {letters.owner: letters.owner_box(person.circle), person: person.mailbox(address)}
    cc = [_colleague(letters, rng, person, at)] if at_work and rng.random() < 0.2 else []
    subject, text = phrases.topic(rng, person.circle)
    mail = letters.write(
        writers[0], at, [boxes[writers[1]]], subject, text,
        cc=[one.mailbox() for one in cc if one], sender=boxes[writers[0]].address,
    )  # fmt: skip
    length = rng.choices(list(_LENGTHS), list(_LENGTHS.values()))[0]
    for turn in range(1, length):
        writer = writers[turn % 2]
        at = waking(rng, at + timedelta(minutes=4) + hours(rng, person.tie.lag), writer.zone, at_work)
        if not _can_write(letters, person, at):
            return
        mail = letters.reply(writer, mail, at, phrases.answer(rng, person.circle))


def _can_write(letters: Letters, person: Person, at: datetime) -> bool:
    return letters.office.open(at) and letters.office.year.alive(person, at)


def _colleague(letters: Letters, rng: Random, person: Person, at: datetime) -> Person | None:
    around = [
        one
        for one in letters.office.people
        if one.company and one.company in (person.company, cast.STUDIO) and one is not person and one.tie.threads
    ]
    # Who is introduced later, or has left, is in nobody's Cc.
    around = [one for one in around if not one.since and letters.office.year.alive(one, at + timedelta(days=20))]
    return rng.choice(around) if around else None


def _circle_threads(letters: Letters, circle: Circle, count: int) -> None:
    office, rng = letters.office, dice(letters.office.seed, f"circle {circle}")
    at_work = circle == Circle.WORK
    for start in bursts(rng, office.year, count, 0.0, 0.985):
        at = waking(rng, start, "Europe/Berlin", at_work)
        after = at + timedelta(days=20)
        members = [
            one
            for one in office.people
            if one.circle == circle and not one.since and office.year.alive(one, after) and one.tie.threads
        ]
        if at_work:
            members = [one for one in members if one.company == cast.STUDIO]
        if rng.random() < 0.5:
            members = rng.sample(members, max(3, len(members) // 2))
        writer = letters.owner if rng.random() < 0.25 else rng.choice(members)
        _round(letters, rng, circle, writer, members, at)


def _round(letters: Letters, rng: Random, circle: Circle, writer: Person, members: list[Person], at: datetime) -> None:
    """One mail to many, and what comes back."""
    if not letters.office.open(at):
        return
    owner_box = letters.owner_box(circle)
    boxes = [owner_box, *(one.mailbox() for one in members)]
    address = owner_box.address if writer is letters.owner else writer.address
    subject, text = phrases.topic(rng, circle)
    others = [box for box in boxes if box.address not in writer.addresses]
    if owner_box in others and rng.random() < 0.3:
        others.remove(owner_box)
        mail = letters.write(writer, at, others, subject, text, cc=[owner_box], story="circle")
    else:
        mail = letters.write(writer, at, others, subject, text, sender=address, story="circle")
    answering = [one for one in (letters.owner, *members) if one is not writer]
    for one in rng.sample(answering, min(len(answering), rng.choice((0, 1, 1, 2, 3)))):
        at = waking(rng, at + hours(rng, 8), one.zone, circle == Circle.WORK)
        if not letters.office.open(at) or at > mail.sent_at + timedelta(days=18):
            return
        letters.reply(one, mail, at, phrases.answer(rng, circle))


def _list_posts(letters: Letters) -> None:
    """A volunteers' discussion list: most posts name only the list; some name the owner, who sometimes answers."""
    office, rng = letters.office, dice(letters.office.seed, "list")
    members = [one for one in office.people if one.circle == Circle.VOLUNTEERS]
    box, own = Mailbox("Helpers", _LIST), letters.owner.mailbox()
    for start in bursts(rng, office.year, 44, 0.0, 0.97):
        writer = rng.choice(members)
        at = waking(rng, start, writer.zone, False)
        if not office.open(at):
            continue
        subject, text = phrases.topic(rng, Circle.VOLUNTEERS)
        subject, named = f"[helpers] {subject}", [own] if rng.random() < 0.12 else []
        mail = letters.write(writer, at, [box], subject, text, cc=named, story="list", through_list=True)
        for one in rng.sample(members, rng.choice((0, 0, 1, 2))):
            at = waking(rng, at + hours(rng, 9), one.zone, False)
            if one is not writer and office.open(at):
                letters.reply(one, mail, at, phrases.answer(rng, Circle.VOLUNTEERS), through_list=True)
        at = waking(rng, at + hours(rng, 12), writer.zone, False)
        if rng.random() < 0.3 and office.open(at):
            mine = letters.reply(letters.owner, mail, at, phrases.answer(rng, Circle.VOLUNTEERS))
            back = waking(rng, at + hours(rng, 10), writer.zone, False)
            if rng.random() < 0.5 and office.open(back):
                letters.reply(writer, mine, back, phrases.answer(rng, Circle.VOLUNTEERS), through_list=True)


def _open_door(letters: Letters) -> None:
    """The florist and the hiring manager turn up together before the owner's eyes; those two never write alone."""
    rng = dice(letters.office.seed, "door")
    florist, manager = letters.by_id[cast.DOOR_OPENER], letters.by_id[cast.HIRING_MANAGER]
    miriam = letters.by_id["miriam"]
    subjects = (
        (0.18, "Flowers for the spring lunch", "Adaeze gives us the hall of the archive. I bring tulips."),
        (0.37, "Raffle prizes from Lumen", "Adaeze has found twelve prizes, see below. Where shall they go?"),
        (0.58, "Summer lunch: tables", "We need eight tables; Adaeze's team carries them over."),
        (0.81, "Winter lunch", "Same hall as in spring? Adaeze says yes. I would take dark red."),
    )
    for fraction, subject, text in subjects:
        at = waking(rng, letters.office.year.at(fraction), florist.zone, False)
        to, cc = [letters.owner.mailbox(), miriam.mailbox()], [manager.mailbox()]
        mail = letters.write(florist, at, to, subject, text, cc=cc, story="open door")
        back = waking(rng, at + hours(rng, 7), miriam.zone, False)
        if letters.office.open(back):
            letters.reply(miriam, mail, back, phrases.answer(rng, Circle.VOLUNTEERS))


def _strangers(letters: Letters) -> None:
    """First mails of people who have no history here, written to the owner alone from free mail."""
    rng = dice(letters.office.seed, "strangers")
    mails = (
        ("keys", 0.12, "Are these your keys?", "I found keys with your name; they are at the bakery now."),
        ("student", 0.34, "Question about your exhibition", "I write about touring shows. May I ask you something?"),
        ("reader", 0.55, "Your talk in Bremen", "Your talk stayed with me. Is there somewhere I can read it?"),
        ("cousin-of", 0.77, "Zoran gave me your address", "I look for a plot. Zoran said you know the list."),
        ("landlord", 0.9, "Storage room", "You look for a storage room; mine is free from the first."),
    )  # fmt: skip
    for id, fraction, subject, text in mails:
        writer = letters.by_id[id]
        at = waking(rng, letters.office.year.at(fraction), writer.zone, False)
        mail = letters.write(writer, at, [letters.owner.mailbox()], subject, text, story="stranger")
        back = waking(rng, at + hours(rng, 20), letters.owner.zone, False)
        if id in ("keys", "student") and letters.office.open(back):
            letters.reply(letters.owner, mail, back, "How kind of you to write! Yes, gladly.")


def _introduce(letters: Letters, by: str, whom: str, fraction: float, answered: bool) -> Introduction:
    rng = dice(letters.office.seed, f"introduce {whom}")
    middle, new = letters.by_id[by], letters.by_id[whom]
    at = waking(rng, letters.office.year.at(fraction + 0.005), middle.zone, True)
    own = letters.owner_box(new.circle)
    first, hello = new.name.split()[0], letters.owner.name.split()[0]
    subject = f"Intro: {hello} <> {first}" if rng.random() < 0.6 else f"{hello}, meet {first}"
    text = f"{hello}, {first}: you two should know each other. {first} does what you were looking for. Over to you."
    mail = letters.write(middle, at, [own, new.mailbox()], subject, text, story="introduction")
    if answered:
        at = waking(rng, at + hours(rng, 5), letters.owner.zone, True)
        text = f"Thank you, {middle.name.split()[0]} (moving you to Bcc). {first}, do you have time next week?"
        without, bcc = middle.addresses, [middle.mailbox()]
        mine = _first_answer(letters, mail, new, at, text, bcc, without)
        at = waking(rng, at + hours(rng, 6), new.zone, True)
        letters.reply(new, mine, at, "With pleasure. Wednesday or Thursday, whichever suits you.")
    return Introduction(by, whom, mail.id, mail.sent_at, answered)


def _first_answer(
    letters: Letters, mail: Mail, new: Person, at: datetime, text: str, bcc: list[Mailbox], without: Sequence[str]
) -> Mail:
    own = letters.owner_box(new.circle)
    return letters.write(
        letters.owner, at, [new.mailbox()], f"Re: {mail.subject}", text,
        bcc=[box for box in bcc if box.address in without], parent=mail, sender=own.address, story="introduction",
    )  # fmt: skip
