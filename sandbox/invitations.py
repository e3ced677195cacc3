"""Mails about events: invitations, answers to them, changes, cancellations. The event is the act, not its mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sandbox import ics, mime
from sandbox.chance import dice, hours
from sandbox.model import Event, Guest, Mailbox, MailClass, Mailer, Person
from sandbox.postoffice import Letter, PostOffice
from sandbox.series import as_date

_WORDS = {"ACCEPTED": "Accepted", "DECLINED": "Declined", "TENTATIVE": "Tentatively Accepted"}


def invite_all(office: PostOffice, events: Sequence[Event]) -> None:
    """The mails of all events that have guests and the owner among them."""
    rng = dice(office.seed, "invitations")
    people = {address: one for one in office.people for address in one.addresses}
    for event in events:
        own = next((guest for guest in event.guests if guest.mailbox.address in office.owner.addresses), None)
        if own is None or event.organizer is None or len(event.guests) < 2 or event.created is None:
            continue
        organizer = people.get(event.organizer.address)
        if organizer:
            _from_others(office, rng, event, organizer, own)
        elif event.organizer == own.mailbox:
            _answers(office, rng, event, own, people)


def _from_others(office: PostOffice, rng: Random, event: Event, organizer: Person, own: Guest) -> None:
    created = event.created
    assert created is not None
    word, method = "Invitation", "REQUEST"
    if event.recurrence_id:
        word = "Canceled event" if event.status == "CANCELLED" else "Updated invitation"
        method = "CANCEL" if event.status == "CANCELLED" else "REQUEST"
        if event.sequence and own.answer == "DECLINED":
            return
    _calendar_mail(office, rng, created, organizer, own.mailbox, event, word, method)
    if event.status == "CANCELLED" and not event.recurrence_id:
        _calendar_mail(office, rng, created + hours(rng, 24), organizer, own.mailbox, event, "Canceled event", "CANCEL")
    if rng.random() < 0.2 and own.answer in _WORDS and not event.recurrence_id:
        _own_answer(office, rng, event, own)


def _answers(office: PostOffice, rng: Random, event: Event, own: Guest, people: dict[str, Person]) -> None:
    created = event.created
    assert created is not None
    for guest in event.guests:
        person = people.get(guest.mailbox.address)
        word = _WORDS.get(guest.answer)
        if person and word and not event.recurrence_id and rng.random() < 0.8:
            _calendar_mail(office, rng, created + hours(rng, 5), person, own.mailbox, event, word, "REPLY")


def _calendar_mail(
    office: PostOffice, rng: Random, at: datetime, person: Person, to: Mailbox, event: Event, word: str, method: str
) -> None:
    at = at.replace(microsecond=0)
    if not office.open(at) or not office.year.alive(person, at):
        return
    subject = f"{word}: {event.summary} @ {as_date(event.start):%a %b %-d, %Y} ({to.address})"
    text = ics.invitation_text(event, method, at).replace("\r\n", "\n")
    outlook = person.mailer == Mailer.OUTLOOK
    if outlook:
        subject = f"{word}: {event.summary}"
        body = mime.calendar_root(text, method)
        extra = [("Content-class", "urn:content-classes:calendarmessage"), ("X-Mailer", "Microsoft Outlook 16.0")]
        message_id, back = f"{office.token(24).upper()}@{person.domain}", person.address
    else:
        body = mime.calendar_nested(f"{person.name}: {event.summary}", text, method, office.boundary())
        extra = [
            ("Sender", "Google Calendar <calendar-notification@calendar.example>"),
            ("Reply-To", f"<{person.address}>"),
            ("Auto-Submitted", "auto-generated"),
        ]
        message_id = f"calendar-{office.uuid()}@calendar.example"
        back = f"{office.token(24)}@calendar-server.bounces.example"
    office.post(
        Letter(
            sender=person.mailbox(),
            at=at,
            to=[to],
            subject=subject,
            body=body,
            cls=MailClass.CALENDAR,
            story="invitation",
            message_id=message_id,
            labels=["INBOX", "IMPORTANT", "CATEGORY_PERSONAL"] if rng.random() < 0.5 else ["CATEGORY_PERSONAL"],
            extra=extra,
            return_path=back,
            zone=person.zone,
        )
    )


def _own_answer(office: PostOffice, rng: Random, event: Event, own: Guest) -> None:
    """The owner's answer from a program that keeps it among the sent mails."""
    assert event.created is not None
    assert event.organizer is not None
    at = (event.created + timedelta(hours=1) + hours(rng, 6)).replace(microsecond=0)
    if not office.open(at):
        return
    text = ics.invitation_text(event, "REPLY", at).replace("\r\n", "\n")
    office.post(
        Letter(
            sender=own.mailbox,
            at=at,
            to=[event.organizer],
            subject=f"{_WORDS[own.answer]}: {event.summary}",
            body=mime.calendar_root(text, "REPLY"),
            cls=MailClass.CALENDAR,
            story="invitation",
            message_id=f"{office.uuid().upper()}@{own.mailbox.address.rpartition('@')[2]}",
            labels=["SENT"],
            extra=[("Content-class", "urn:content-classes:calendarmessage"), ("X-Mailer", "Microsoft Outlook 16.0")],
        )
    )
