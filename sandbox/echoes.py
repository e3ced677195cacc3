"""What comes back or stays behind by itself: absence notices, bounces, spam, drafts, chats, notes to oneself."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sandbox import mime, phrases
from sandbox.cast import DEAD_ADDRESS
from sandbox.chance import dice, waking
from sandbox.machines import NEWSLETTERS
from sandbox.model import Circle, Mail, Mailbox, MailClass, Mailer, Person
from sandbox.postoffice import Letter, PostOffice, written_with

_AWAY = ("Automatic reply: {}", "Out of office: {}", "Abwesenheitsnotiz: {}", "Automatische Antwort: {}")


def echo_all(office: PostOffice) -> None:
    """All of it. Runs after people have written: half of it answers their mails."""
    rng = dice(office.seed, "echoes")
    sent = [mail for mail in office.mails if mail.direction == "out" and mail.cls == MailClass.HUMAN_DIRECT]
    _absences(office, rng, sent)
    _bounces(office, rng)
    _unsubscribe(office, rng)
    _spam(office, rng)
    _drafts(office, rng)
    _chats(office, rng)
    _notes(office, rng)


def _absences(office: PostOffice, rng: Random, sent: list[Mail]) -> None:
    """Vacation replies (RFC 3834): a person's address, a machine's words, In-Reply-To and all."""
    people = {one.id: one for one in office.people}
    to_one = [mail for mail in sent if len(mail.to) == 1 and mail.people]
    for mail in sorted(rng.sample(to_one, min(26, len(to_one))), key=lambda one: one.sent_at):
        person, at = people[mail.people[0]], mail.sent_at + timedelta(seconds=rng.randrange(3, 40))
        if not office.open(at) or person.until < 1:
            continue
        address = mail.to[0].address
        domain = address.rpartition("@")[2]
        outlook = person.mailer == Mailer.OUTLOOK
        extra = [("Auto-Submitted", "auto-generated" if outlook else "auto-replied"), ("Precedence", "bulk")]
        if outlook:
            extra += [("X-Auto-Response-Suppress", "All"), ("X-MS-Exchange-Inbox-Rules-Loop", address)]
        office.post(
            Letter(
                sender=person.mailbox(address),
                at=at,
                to=[mail.sender],
                subject=rng.choice(_AWAY).format(mail.subject),
                body=mime.plain("I am away and will answer when I am back."),
                cls=MailClass.AUTO_REPLY,
                story="absence",
                message_id=f"{office.token(20)}@{domain}",
                parent=mail,
                labels=["INBOX", "CATEGORY_PERSONAL"],
                extra=extra,
                return_path="",
                signer=domain,
                zone=person.zone,
                people=[person.id],
            )
        )


def _bounces(office: PostOffice, rng: Random) -> None:
    """The owner writes to an address that is no more; the mail comes back (RFC 3464)."""
    bram = next(one for one in office.people if one.id == "bram")
    dead = Mailbox(bram.name, DEAD_ADDRESS)
    for fraction in (0.15, 0.47, 0.72):
        at = waking(rng, office.year.at(fraction), "Europe/Berlin", False)
        message_id, marks = written_with(office, office.owner, office.owner.address)
        mail = office.post(
            Letter(
                office.owner.mailbox(), at, [dead], *_text(rng, Circle.FRIENDS), MailClass.HUMAN_DIRECT,
                "bounced", message_id, labels=["SENT"], extra=marks,
            )
        )  # fmt: skip
        office.post(
            Letter(
                sender=Mailbox("Mail Delivery Subsystem", "mailer-daemon@googlemail.example"),
                at=at + timedelta(seconds=rng.randrange(2, 9)),
                to=[office.owner.mailbox()],
                subject="Delivery Status Notification (Failure)",
                body=mime.report("Address not found.", dead.address, office.boundary()),
                cls=MailClass.BOUNCE,
                story="bounce",
                message_id=f"{office.token(24)}@googlemail.example",
                parent=mail,
                labels=["INBOX", "CATEGORY_UPDATES"],
                extra=[("X-Failed-Recipients", dead.address), ("Auto-Submitted", "auto-replied")],
                return_path="",
                people=[],
            )
        )


def _text(rng: Random, circle: Circle) -> tuple[str, mime.Body]:
    subject, text = phrases.topic(rng, circle)
    return subject, mime.plain(text)


def _own(
    office: PostOffice, rng: Random, fraction: float, to: list[Mailbox], subject: str, cls: MailClass, story: str,
    labels: list[str],
) -> Mail:  # fmt: skip
    """A mail the owner wrote that is no act towards anybody."""
    message_id, marks = written_with(office, office.owner, office.owner.address)
    at = waking(rng, office.year.at(fraction), "Europe/Berlin", False)
    body = mime.plain("(empty)")
    return office.post(
        Letter(office.owner.mailbox(), at, to, subject, body, cls, story, message_id, labels=labels, extra=marks)
    )


def _unsubscribe(office: PostOffice, rng: Random) -> None:
    for sender in rng.sample(NEWSLETTERS, 3):
        robot = Mailbox("", f"unsubscribe+{office.token(12)}@{sender.domain}")
        cls = MailClass.MACHINE_TRANSACTIONAL
        _own(office, rng, rng.uniform(0.05, 0.95), [robot], "unsubscribe", cls, "unsubscribe", ["SENT"])


def _spam(office: PostOffice, rng: Random) -> None:
    names = ("Dr. Fortune", "Mrs. Evelyn", "Parcel Service", "Crypto Desk", "Award Committee", "SEO Expert")
    subjects = ("You have won", "Your parcel waits", "Urgent transfer", "First page guaranteed", "Re: your invoice")
    for _ in range(84):
        at = office.year.at(rng.uniform(0.0, 0.997)).replace(microsecond=0)
        domain = f"{office.token(9)}.example"
        office.post(
            Letter(
                sender=Mailbox(rng.choice(names), f"{office.token(7)}@{domain}"),
                at=at,
                to=[Mailbox("", office.owner.address)],
                subject=rng.choice(subjects),
                body=mime.html("Click here at once."),
                cls=MailClass.SPAM,
                story="spam",
                message_id=f"{office.token(16)}@{domain}",
                labels=["SPAM", "UNREAD"],
                extra=[("X-Mailer", "PHPMailer 5.2.9")],
                signer="",
                zone="UTC",
                people=[],
            )
        )


def _drafts(office: PostOffice, rng: Random) -> None:
    lotte = next(one for one in office.people if one.id == "lotte")
    for to in ([lotte.mailbox()], [], [Mailbox("", "grace.lindholm@fennelrook.example")], [lotte.mailbox()], []):
        subject = rng.choice(("", "Application", "What I wanted to say", "Sunday"))
        _own(office, rng, rng.uniform(0.2, 0.99), to, subject, MailClass.DRAFT, "draft", ["DRAFT"])


def _chats(office: PostOffice, rng: Random) -> None:
    """Gmail keeps old chats as messages under a label of their own."""
    for id in ("mareike", "tomasz", "ines"):
        person = next(one for one in office.people if one.id == id)
        at = office.year.at(rng.uniform(0.02, 0.3)).replace(microsecond=0)
        for turn in range(rng.randrange(3, 9)):
            _chat(office, person, at + timedelta(minutes=3 * turn), turn % 2 == 0)


def _chat(office: PostOffice, person: Person, at: datetime, theirs: bool) -> None:
    address = next((one for one in person.addresses if one.endswith("@gmail.com")), person.address)
    sides = (person.mailbox(address), office.owner.mailbox())
    sender, to = sides if theirs else reversed(sides)
    office.post(
        Letter(
            sender=sender,
            at=at,
            to=[to],
            subject=f"Chat with {person.name}",
            body=mime.plain("ok!"),
            cls=MailClass.CHAT,
            story="chat",
            message_id=f"{office.token(16)}.chat@mail.gmail.com",
            labels=["CHAT"],
            people=[person.id],
        )
    )


def _notes(office: PostOffice, rng: Random) -> None:
    """Notes to oneself, to either of the two addresses."""
    for _ in range(15):
        to = [office.owner.mailbox(rng.choice(office.owner.addresses))]
        subject = rng.choice(("Shopping", "Idea", "Scan", "Remember", "Boarding pass"))
        _own(office, rng, rng.uniform(0.0, 0.97), to, subject, MailClass.SELF, "note", ["SENT", "INBOX"])
