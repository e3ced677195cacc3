"""Where mails are made: ids, threads, transport headers and the marks each mail program leaves."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from sandbox import mime
from sandbox.chance import dice
from sandbox.model import Mail, Mailbox, MailClass, Mailer, Person, Year

_UTC = ZoneInfo("UTC")
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Letter:
    """What somebody hands in: everything that the post office does not add by itself."""

    sender: Mailbox
    at: datetime
    to: Sequence[Mailbox]
    subject: str
    body: mime.Body
    cls: MailClass
    story: str
    message_id: str
    cc: Sequence[Mailbox] = ()
    bcc: Sequence[Mailbox] = ()
    parent: Mail | None = None
    labels: Sequence[str] = ()
    extra: Sequence[tuple[str, str]] = ()
    #: Envelope sender; None means the sender's address.
    return_path: str | None = None
    #: Domain that signs (DKIM d=); "" means none does.
    signer: str | None = None
    zone: str = "Europe/Berlin"
    #: Ids of the people meant, where the addresses do not tell.
    people: Sequence[str] | None = None


@dataclass(slots=True)
class PostOffice:
    """Takes letters, keeps mails. Nothing is delivered before the year begins or after it has ended."""

    seed: int
    year: Year
    owner: Person
    people: Sequence[Person]
    mails: list[Mail] = field(default_factory=list)
    _rng: Random = field(init=False)
    _of: dict[str, str] = field(init=False)
    _ids: set[int] = field(default_factory=set)
    _alike: dict[tuple[Mailbox | str, ...], list[datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rng = dice(self.seed, "post office")
        self._of = {address: one.id for one in self.people for address in one.addresses}

    def open(self, at: datetime) -> bool:
        """Whether a letter written at `at` still arrives within the year."""
        return self.year.start <= at < self.year.end - timedelta(minutes=15)

    def post(self, letter: Letter) -> Mail:
        """Delivers `letter`. Raises ValueError when the post office is not open then."""
        if not self.open(letter.at):
            raise ValueError(f"no post on {letter.at}")
        out = letter.sender.address in self.owner.addresses
        sent = self._apart(letter)
        received = sent + timedelta(milliseconds=self._rng.randrange(700 if out else 1500, 9000))
        number = self._number(received)
        id = f"{number:016x}"
        parent = letter.parent
        mail = Mail(
            id=id,
            thread=parent.thread if parent else id,
            sent_at=sent,
            received_at=received,
            sender=letter.sender,
            to=tuple(letter.to),
            cc=tuple(letter.cc),
            bcc=tuple(letter.bcc),
            subject=letter.subject,
            message_id=letter.message_id,
            in_reply_to=parent.message_id if parent else "",
            references=(*parent.references, parent.message_id)[-12:] if parent else (),
            labels=tuple(letter.labels),
            trace=() if out else tuple(self._trace(letter, received)),
            extra=(("Date", format_datetime(sent.astimezone(ZoneInfo(letter.zone)))), *letter.extra),
            content_type=letter.body.content_type,
            payload=letter.body.payload,
            cls=letter.cls,
            direction="out" if out else "in",
            people=self._people(letter),
            story=letter.story,
        )
        self.mails.append(mail)
        return mail

    def _apart(self, letter: Letter) -> datetime:
        """When it is sent, UTC: two letters alike must not lie whole hours apart, they would pass for copies of one."""
        sent = letter.at.astimezone(_UTC)
        alike = self._alike.setdefault((letter.sender, *letter.to, *letter.cc, letter.subject), [])
        while any(abs(sent - other) < timedelta(hours=13) and _whole_hours(sent - other) for other in alike):
            sent += timedelta(seconds=97)
        alike.append(sent)
        return sent

    def token(self, length: int, alphabet: str = _BASE36) -> str:
        """Random text for ids and boundaries."""
        return "".join(self._rng.choices(alphabet, k=length))

    def uuid(self) -> str:
        """A random UUID as text."""
        return str(UUID(int=self._rng.getrandbits(128), version=4))

    def boundary(self) -> str:
        """A MIME boundary in Gmail's manner."""
        return "000000000000" + self.token(16, "0123456789abcdef")

    def _number(self, received: datetime) -> int:
        milliseconds = (received - datetime(1970, 1, 1, tzinfo=_UTC)) // timedelta(milliseconds=1)
        number = (milliseconds << 20) | self._rng.getrandbits(20)
        while number in self._ids:
            number += 1
        self._ids.add(number)
        return number

    def _people(self, letter: Letter) -> tuple[str, ...]:
        if letter.people is not None:
            return tuple(letter.people)
        boxes = (letter.sender, *letter.to, *letter.cc, *letter.bcc)
        return tuple(dict.fromkeys(self._of[box.address] for box in boxes if box.address in self._of))

    def _trace(self, letter: Letter, received: datetime) -> Iterable[tuple[str, str]]:
        path = letter.sender.address if letter.return_path is None else letter.return_path
        host = (path or letter.sender.address).rpartition("@")[2]
        queue, stamp = self.token(22), format_datetime(received.replace(microsecond=0))
        yield "Delivered-To", self.owner.address
        yield "Received", f"by 2002:a05:7208:{self.token(4)} with SMTP id {queue};\n        {stamp}"
        yield "Return-Path", f"<{path}>"
        yield (
            "Received",
            f"from mx.{host} (mx.{host} [192.0.2.{self._rng.randrange(1, 255)}])\n        by mx.example.com"
            f" with ESMTPS id {queue[:12]}\n        for <{self.owner.address}>;\n        {stamp}",
        )
        signer = host if letter.signer is None else letter.signer
        if signer:
            proof = b64encode(self._rng.randbytes(64)).decode()
            yield (
                "DKIM-Signature",
                f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={signer}; s=s{received.year};\n"
                f"        h=from:to:subject:date:message-id; bh={proof[:43]}=;\n        b={proof}",
            )


def _whole_hours(span: timedelta) -> bool:
    minutes = abs(span).total_seconds() / 60 % 60
    return minutes < 1.5 or minutes > 58.5


def written_with(office: PostOffice, person: Person, address: str) -> tuple[str, list[tuple[str, str]]]:
    """Message-ID (no brackets) and identification headers that `person`'s mail program gives a mail from `address`."""
    domain = address.rpartition("@")[2]
    uuid = office.uuid()
    match person.mailer:
        case Mailer.GMAIL:
            return f"CA{office.token(48)}@mail.gmail.com", []
        case Mailer.APPLE:
            return f"{uuid.upper()}@{domain}", [("X-Mailer", "Apple Mail (2.3826.700.81)")]
        case Mailer.OUTLOOK:
            thread = b64encode(office.token(16).encode()).decode()
            marks = [("X-Mailer", "Microsoft Outlook 16.0"), ("Thread-Index", thread), ("Content-Language", "en-gb")]
            return f"{office.token(24).upper()}@{domain}", marks
        case Mailer.THUNDERBIRD:
            return f"{uuid}@{domain}", [("User-Agent", "Mozilla Thunderbird")]
        case Mailer.K9:
            return f"{uuid.upper()}@{domain}", [("User-Agent", "K-9 Mail for Android")]
        case Mailer.ROUNDCUBE:
            return f"{office.token(32, '0123456789abcdef')}@{domain}", [("User-Agent", "Roundcube Webmail/1.6.9")]
        case Mailer.MUTT:
            return f"{office.token(18)}@{domain}", [("User-Agent", "Mutt/2.2.13 (2024-03-09)")]
