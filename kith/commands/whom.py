"""Whom the words of a command mean: one person, or a clear question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from interactions.errors import KithError, UsageProblem
from kith.commands.session import Session, opened, say, tell
from kith.show.plain import plain

if TYPE_CHECKING:
    from interactions.queries.people import People, Person


def one(session: Session, text: str) -> Person:
    """The one person `text` means. Raises KithError when it is nobody, UsageProblem when it may be several."""
    found = meant(session, text)
    if len(found.people) > 1:
        from kith.show.answers import Moment, people_lines

        say(people_lines(session.screen, found.people, Moment(session.now, session.zone)))
        raise UsageProblem(f"{found.total} people could be meant by {text!r}. Say it with an address.")
    return found.people[0]


def not_yourself(session: Session, text: str) -> None:
    """Raises UsageProblem when `text` is the owner: nothing is said of them."""
    from interactions.queries.own import is_own

    if is_own(session.db, session.owner_id, text):
        raise UsageProblem(f"{plain(text)} is you. Your own addresses are told and declared by  kith me.")


def meant(session: Session, text: str) -> People:
    """Everybody `text` may mean. Raises KithError when it is nobody, UsageProblem when nothing is said."""
    from interactions.queries.people import named

    if not text.strip():
        raise UsageProblem("No person is named. Give a name, a part of one, or an address;  kith people  lists them.")
    found = named(session.db, session.owner_id, text, session.now)
    if not found.people:
        not_yourself(session, text)
        raise KithError(f"Nobody here is called {text!r}. Try a part of the name, or  kith people.")
    return found


def address_of(session: Session, person: Person, text: str) -> str | None:
    """The address of `person` that `text` spells, mail address or telephone number; None when it is none of theirs."""
    from interactions.address import canonical
    from interactions.phone import phone

    spelled = canonical(text)
    if spelled in person.addresses or "@" in text:
        return spelled if spelled in person.addresses else None
    numbers = (phone(text, session.settings.phone_region), phone(text))
    return next((one for one in numbers if one in person.addresses), None)


def settle(session: Session) -> None:
    """Wait until everything the owner's word touches is judged again; works itself where nothing runs."""
    from interactions.queries.status import resting, streams_of
    from kith.working import follow, workers

    streams = [stream.id for stream in streams_of(session.db, session.owner_id)]
    if not resting(session.db, session.owner_id, ()).owed:
        return
    with workers(session.settings, session.db):
        follow(session.settings, session.db, session.owner_id, streams)


def done(session: Session, sentence: str) -> None:
    """Say what was done, and how it is taken back."""
    settle(session)
    say(sentence)
    tell("kith undo  takes it back.")


def leave_out(context: click.Context, kind: str, person: Sequence[str], now: str, again: bool, nobody: str) -> None:
    """Leave a person out of something, or not any more; without a person say who is."""
    from interactions.store import word

    with opened(context) as session:
        if not person:
            say(left_out(session, kind) or nobody)
            return
        found = one(session, " ".join(person))
        word.leave_out(session.db, session.owner_id, kind, found.addresses, "" if again else "yes")
        done(session, f"{plain(found.name)} {now}.")


def left_out(session: Session, kind: str) -> list[str]:
    """Whom the owner left out of something, a line each."""
    from interactions.store import corrections

    with session.db.reading() as conn:
        held = corrections.held(conn, session.owner_id, (kind,))
    return [f" {plain(target)}" for _, target in sorted(held)]
