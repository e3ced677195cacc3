"""Mails that no human hand wrote to the owner: newsletters, receipts, notices, and robots that speak for somebody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sandbox import mime
from sandbox.chance import dice, local
from sandbox.model import Mail, Mailbox, MailClass, Person
from sandbox.postoffice import Letter, PostOffice

Headers = list[tuple[str, str]]
#: Gives the envelope sender and the marks of one mail.
Style = Callable[[PostOffice, "Sender"], tuple[str, Headers]]


@dataclass(frozen=True, slots=True)
class Sender:
    """One machine: how often it writes in a year, about what, and which marks it leaves."""

    name: str
    address: str
    per_year: int
    style: Style
    subjects: tuple[str, ...]
    cls: MailClass = MailClass.MACHINE_TRANSACTIONAL
    category: str = "CATEGORY_UPDATES"
    #: Local hours between which it writes.
    hours: tuple[int, int] = (6, 22)
    #: Writes on a rhythm (every so many days) instead of at random.
    regular: bool = False

    @property
    def domain(self) -> str:
        """Domain of the From address."""
        return self.address.rpartition("@")[2]


def newsletter(office: PostOffice, sender: Sender) -> tuple[str, Headers]:
    """A sending service's marks: one-click unsubscribe (RFC 8058), Feedback-ID, a bounce address per recipient."""
    token = office.token(12)
    return f"bounces+{token}-nora=brandt@em.{sender.domain}", [
        ("List-Unsubscribe", f"<https://{sender.domain}/u/{token}>, <mailto:unsubscribe+{token}@{sender.domain}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Feedback-ID", f"{token[:4]}:{token[4:8]}:campaign:esp"),
        ("List-Id", f"<news.{sender.domain}>"),
        ("X-Campaign", token[:6]),
    ]


def plain_newsletter(office: PostOffice, sender: Sender) -> tuple[str, Headers]:
    """A small newsletter: unsubscribe by link, Precedence: bulk, no List-Id."""
    token = office.token(10)
    return f"bounce-{token}@{sender.domain}", [
        ("List-Unsubscribe", f"<https://{sender.domain}/leave?{token}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Precedence", "bulk"),
    ]


def notice(office: PostOffice, sender: Sender) -> tuple[str, Headers]:
    """A service that says it is a machine (RFC 3834)."""
    return f"bounce+{office.token(8)}@{sender.domain}", [
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]


def receipt(office: PostOffice, sender: Sender) -> tuple[str, Headers]:
    """A shop's mail through a sending service: Feedback-ID and a bounce address, nothing to unsubscribe from."""
    token = office.token(16)
    return f"{token}@eu-central-1.mailer.example", [("Feedback-ID", f"1.eu-central-1.{token}:mailer")]


def bare(office: PostOffice, sender: Sender) -> tuple[str, Headers]:
    """Nothing but a robot's local part gives it away."""
    return sender.address, []


def social(office: PostOffice, sender: Sender) -> tuple[str, Headers]:
    """A network that wants to be visited."""
    return_path, headers = newsletter(office, sender)
    return return_path, [*headers, ("Precedence", "bulk"), ("X-Notification-Type", office.token(6))]


_BULK, _PROMO = MailClass.MACHINE_BULK, "CATEGORY_PROMOTIONS"


def _news(name: str, address: str, per_year: int, *subjects: str, small: bool = False) -> Sender:
    style = plain_newsletter if small else newsletter
    return Sender(name, address, per_year, style, subjects, _BULK, _PROMO, (5, 11), True)


NEWSLETTERS: tuple[Sender, ...] = (
    _news("Morning Ferry", "hello@morningferry.example", 300, "Your morning: {n} things", "Before breakfast"),
    _news("Stadtblatt am Morgen", "newsletter@stadtblatt.example", 250, "Stadtblatt am Morgen, {n}", "Heute für Sie"),
    _news("Exhibit Weekly", "editors@exhibitweekly.example", 52, "Exhibit Weekly #{n}", "This week in museums"),
    _news("Lena from Sprout", "lena@sprout.example", 52, "Nora, your seedlings miss you", "{n} seeds you will love"),
    _news("The Choral Letter", "letter@choralletter.example", 26, "The Choral Letter No. {n}", small=True),
    _news("Garden Notes", "notes@gardennotes.example", 40, "What to sow now", "Slugs: {n} remedies", small=True),
    _news("Typeface Club", "club@typeface.example", 52, "New faces, {n} of them", "A serif for winter"),
    _news("Deichkind Books", "buch@deichbuch.example", 48, "Neu im Regal", "{n} Bücher für lange Abende"),
    _news("Nordlicht Reisen", "angebote@nordlicht.example", 60, "Nur bis Sonntag: {n} % Rabatt", "Fernweh?"),
    _news("Wool & Wind", "shop@woolandwind.example", 70, "{n}0% off everything warm", "Back in stock", "Last chance"),
    _news("Fietsfabriek", "info@fietsfabriek.example", 36, "Spring service for your bike", "New bags"),
    _news("Kaffeekontor", "post@kaffeekontor.example", 52, "Frisch geröstet", "{n} Sorten, ein Preis"),
    _news("Design Jobs North", "jobs@designjobs.example", 104, "{n} new jobs for you", "Jobs in your area"),
    _news("Podfeed", "digest@podfeed.example", 52, "{n} new episodes", "Your week in sound"),
    _news("Lumen Archive", "news@lumen.example", 12, "News from the archive, issue {n}", small=True),
    _news("Kino Arsenal West", "programm@kino-arsenal.example", 52, "Das Programm der Woche", small=True),
    _news("Open Tools Monthly", "hi@opentools.example", 12, "Open Tools, issue {n}", small=True),
    _news("Bürgerverein Ost", "verein@ost.example", 12, "Rundbrief {n}", small=True),
)

_RECEIPT_SUBJECTS = ("Your receipt no. {n}{n}4{n}", "Thank you for your order", "Rechnung {n}20{n}")


def _shop(name: str, address: str, per_year: int, *subjects: str) -> Sender:
    return Sender(name, address, per_year, receipt, subjects or _RECEIPT_SUBJECTS)


RECEIPTS: tuple[Sender, ...] = (
    _shop("Wool & Wind", "orders@woolandwind.example", 6),
    _shop("Deichbuch", "bestellung@deichbuch.example", 8, "Ihre Bestellung {n}{n}{n}", "Ihre Rechnung"),
    _shop("Papier Holm", "noreply@papier-holm.example", 5, "Rechnung {n}{n}1", "Bestellung eingegangen"),
    _shop("Rail North", "tickets@railnorth.example", 24, "Your ticket, booking {n}RN{n}", "Receipt for your journey"),
    _shop("Paywell", "service@paywell.example", 40, "You paid {n},90 EUR", "Receipt for your payment"),
    _shop("Marktkorb", "receipts@marktkorb.example", 50, "Your weekly basket", "Receipt: basket {n}{n}"),
    _shop("Streamline", "billing@streamline.example", 12, "Your monthly receipt"),
)


def _says(name: str, address: str, per_year: int, *subjects: str, style: Style = notice, night: bool = False) -> Sender:
    return Sender(name, address, per_year, style, subjects, hours=(0, 24) if night else (7, 21))


NOTICES: tuple[Sender, ...] = (
    _says("Hansebank", "noreply@hansebank.example", 60, "New statement", "Transfer received", style=bare),
    _says("Paketdienst", "no-reply@paket.example", 55, "Your parcel arrives today", "Delivered", style=bare),
    _says("Stadtwerke", "kundenservice@stadtwerke.example", 14, "Ihre Abrechnung", "Zählerstand mitteilen"),
    _says("Account team", "security-noreply@accounts.example", 12, "New sign-in", "Your password was reset"),
    _says("Password reset", "do-not-reply@woolandwind.example", 3, "Reset your password", style=bare),
    _says("Buildfarm", "ci@buildfarm.example", 170, "[site] build {n}{n} failed", "[site] fixed", night=True),
    _says("Backup", "root@nas.brandt.example", 52, "Backup finished: {n} GB", night=True),
    _says("City library", "notices@library.example", 30, "Due in {n} days", "A book is ready for you"),
    _says("Praxis Dr. Yilmaz", "termine@praxis-yilmaz.example", 5, "Terminerinnerung"),
    _says("Cloudbox", "no-reply@cloudbox.example", 24, "A file was shared", "Storage {n}0 % full", style=bare),
)

SOCIAL: tuple[Sender, ...] = tuple(
    Sender(name, address, per_year, social, subjects, _BULK, "CATEGORY_SOCIAL")
    for name, address, per_year, subjects in (
        ("Circles", "updates@circles.example", 130, ("{n} people viewed your profile", "Your network this week")),
        ("Chirrup", "notify@chirrup.example", 150, ("You have {n} new followers", "Trending near you")),
        ("Nextdoor Ost", "digest@nextdoor-ost.example", 100, ("{n} new posts near you", "A cat was found")),
        ("Photoring", "photos@photoring.example", 70, ("Memories from {n} years ago", "{n} new photos")),
    )
)

MACHINES: tuple[Sender, ...] = (*NEWSLETTERS, *RECEIPTS, *NOTICES, *SOCIAL)

#: Robot addresses that carry what a person did elsewhere.
CODE_ROBOT, DOCS_ROBOT = "notifications@codehost.example", "comments-noreply@docs.example"
NETWORK_ROBOT = "invitations@circles.example"
PROXIES = (CODE_ROBOT, DOCS_ROBOT, NETWORK_ROBOT)


def run_all(office: PostOffice) -> None:
    """Everything machines sent in the year."""
    for sender in MACHINES:
        rng = dice(office.seed, f"machine {sender.address}")
        for at in _times(rng, office, sender):
            _machine_mail(office, rng, sender, at)
    rng = dice(office.seed, "proxies")
    _code_host(office, rng)
    _documents(office, rng)
    _network(office, rng)


def _times(rng: Random, office: PostOffice, sender: Sender) -> list[datetime]:
    first, step = office.year.start.date(), 365 / sender.per_year
    offset = rng.uniform(0, step)
    days = [offset + n * step if sender.regular else rng.uniform(0, 365) for n in range(sender.per_year)]
    hour = rng.randrange(*sender.hours)
    times = []
    for day in sorted(days):
        of_day = hour if sender.regular else rng.randrange(*sender.hours)
        moment = local(first + timedelta(days=int(day)), of_day, rng.randrange(0, 60), "Europe/Berlin")
        times.append(moment + timedelta(seconds=rng.randrange(60)))
    return [moment for moment in times if office.open(moment)]


def _machine_mail(office: PostOffice, rng: Random, sender: Sender, at: datetime) -> Mail:
    return_path, headers = sender.style(office, sender)
    subject = rng.choice(sender.subjects).format(n=rng.randrange(2, 10))
    text = f"{subject}\n\nYou get this mail because you have an account with {sender.name}."
    body = mime.html(text) if rng.random() < 0.6 else mime.alternative(text, office.boundary())
    labels = ["INBOX", sender.category] if rng.random() < 0.6 else [sender.category]
    if rng.random() < (0.5 if sender.cls == _BULK else 0.2):
        labels.append("UNREAD")
    if rng.random() < 0.03:
        labels = ["TRASH", sender.category]
    return office.post(
        Letter(
            sender=Mailbox(sender.name, sender.address),
            at=at,
            to=[Mailbox("", office.owner.address)],
            subject=subject,
            body=body,
            cls=sender.cls,
            story="machine",
            message_id=f"{office.token(30)}@{return_path.rpartition('@')[2]}",
            labels=labels,
            extra=headers,
            return_path=return_path,
            signer=sender.domain,
        )
    )


def _proxy(
    office: PostOffice, person: Person, at: datetime, robot: Mailbox, to: Sequence[Mailbox], subject: str,
    extra: Headers, cc: Sequence[Mailbox] = (), parent: Mail | None = None, category: str = "CATEGORY_UPDATES",
) -> Mail:  # fmt: skip
    domain = robot.address.rpartition("@")[2]
    return office.post(
        Letter(
            sender=robot,
            at=at,
            to=to,
            cc=cc,
            subject=subject,
            body=mime.alternative(f"{person.name} wrote:\n\nLooks good, one remark.", office.boundary()),
            cls=MailClass.PROXY_HUMAN,
            story="proxy",
            message_id=f"{office.token(26)}@{domain}",
            parent=parent,
            labels=["INBOX", category],
            extra=extra,
            return_path=f"bounce+{office.token(6)}@{domain}",
            people=[person.id],
        )
    )


def _moments(rng: Random, office: PostOffice, count: int) -> list[datetime]:
    moments = [office.year.at(rng.random()).replace(hour=rng.randrange(7, 18), microsecond=0) for _ in range(count)]
    return sorted(moment for moment in moments if office.open(moment))


def _code_host(office: PostOffice, rng: Random) -> None:
    """A code host writes in somebody's name from its robot address, list headers and all."""
    by_id = {one.id: one for one in office.people}
    thread: Mail | None = None
    for at in _moments(rng, office, 90):
        person = by_id[rng.choice(("ben", "dmytro", "tomasz"))]
        number = rng.randrange(20, 300)
        parent = thread if thread and rng.random() < 0.5 else None
        subject = parent.subject if parent else f"[fennelrook/site] Caption of room {number % 9} is cut off (#{number})"
        extra = [
            ("Reply-To", f"fennelrook/site <reply+{office.token(20)}@reply.codehost.example>"),
            ("List-Id", "fennelrook/site <site.fennelrook.codehost.example>"),
            ("List-Unsubscribe", f"<https://codehost.example/unsubscribe/{office.token(12)}>"),
            ("Precedence", "list"),
            ("X-Codehost-Sender", person.id),
            ("X-Codehost-Reason", "subscribed"),
        ]
        to = [Mailbox("fennelrook/site", "site@noreply.codehost.example")]
        cc = [Mailbox("Subscribed", "subscribed@noreply.codehost.example")]
        robot = Mailbox(person.name, CODE_ROBOT)
        thread = _proxy(office, person, at, robot, to, subject, extra, cc, parent, "CATEGORY_FORUMS")


def _documents(office: PostOffice, rng: Random) -> None:
    """A document editor passes on comments."""
    by_id = {one.id: one for one in office.people}
    for at in _moments(rng, office, 36):
        person = by_id[rng.choice(("priya", "lena", "sofia", "chloe"))]
        if not office.year.alive(person, at):
            continue
        robot = Mailbox(f"{person.name} (Docs)", DOCS_ROBOT)
        extra = [("Reply-To", f"<d+{office.token(24)}@docs.example>"), ("Auto-Submitted", "auto-generated")]
        to = [office.owner.mailbox(office.owner.addresses[1])]
        _proxy(office, person, at, robot, to, f"Catalogue text v{rng.randrange(2, 9)}", extra)


def _network(office: PostOffice, rng: Random) -> None:
    """A network's invitations: a person's name on a robot's address."""
    candidates = [one for one in office.people if not one.since and one.until >= 1 and one.in_book and one.tie.threads]
    for at in _moments(rng, office, 14):
        person = rng.choice(candidates)
        robot = Mailbox(person.name, NETWORK_ROBOT)
        extra = [("List-Unsubscribe", f"<https://circles.example/u/{office.token(9)}>"), ("Feedback-ID", "inv:circles")]
        to = [office.owner.mailbox()]
        _proxy(office, person, at, robot, to, "I'd like to join your network", extra, category="CATEGORY_SOCIAL")
