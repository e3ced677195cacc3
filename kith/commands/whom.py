"""Whom the words of a command mean: one person, or a clear question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from interactions.errors import KithError, UsageProblem
from kith.commands.session import Session, opened, say, tell
from kith.show.plain import plain, readable

if TYPE_CHECKING:
    from interactions.queries.people import People, Person


NOBODY = "No person is named. Give a name, a part of one, or an address;  kith people  lists them."


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
    from interactions.queries.called import is_own

    if is_own(session.db, session.owner_id, text):
        raise UsageProblem(f"{plain(text)} is you. Your own addresses are told and declared by  kith me.")


def meant(session: Session, text: str) -> People:
    """Everybody `text` may mean. Raises KithError when it is nobody, UsageProblem when nothing is said."""
    from interactions.queries.people import named

    if not text.strip():
        raise UsageProblem(NOBODY)
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


def look_for_circles(session: Session) -> None:
    """Look for the owner's circles where that is a day ago."""
    from interactions.store import circles

    if session.owner_id in circles.due(session.db):
        circles.renew(session.db, session.owner_id)


def settle(session: Session) -> None:
    """Wait until everything the owner's word touches is judged again; works itself where nothing runs."""
    from interactions.queries.status import resting, streams_of
    from kith.working import follow, workers

    streams = [stream.id for stream in streams_of(session.db, session.owner_id)]
    if not resting(session.db, session.owner_id, ()).owed:
        return
    try:
        with workers(session.settings, session.db):
            follow(session.settings, session.db, session.owner_id, streams)
    except KeyboardInterrupt:
        tell(
            "What you said is kept and stands. Only what it touches is not all judged again yet: that goes on where"
            " Kith runs, else with  kith up  or your next word."
        )
        raise


def done(session: Session, sentence: str) -> None:
    """Say what was done, and how it is taken back."""
    settle(session)
    say(sentence)
    tell("kith undo  takes it back.")


class Left(NamedTuple):
    """What somebody is left out of, and how that is said."""

    kind: str
    now: str
    no_more: str
    never: str
    nobody: str


def leave_out(context: click.Context, left: Left, person: Sequence[str], again: bool, as_json: bool) -> None:
    """Leave a person out of something, or not any more; without a person say who is. Nothing is said twice."""
    from interactions.store import word

    if person and as_json:
        raise UsageProblem("With --json everybody is listed: give no person.")
    with opened(context) as session:
        if not person:
            _list_left_out(session, left, as_json)
            return
        found = one(session, " ".join(person))
        held = left_out(session, left.kind)
        changed = [address for address in found.addresses if (address in held) is again]
        if not changed:
            say(f"{plain(found.name)} {left.never if again else left.now + ' already'}.")
            return
        word.leave_out(session.db, session.owner_id, left.kind, changed, "" if again else "yes")
        done(session, f"{plain(found.name)} {left.no_more if again else left.now}.")


def left_out(session: Session, kind: str) -> list[str]:
    """The addresses of those whom the owner left out of something."""
    from interactions.store import corrections

    with session.db.reading() as conn:
        held = corrections.held(conn, session.owner_id, (kind,))
    return sorted(target for _, target in held)


def _list_left_out(session: Session, left: Left, as_json: bool) -> None:
    held = left_out(session, left.kind)
    if as_json:
        from kith.show.rows import json_text

        say(json_text({"total": len(held), "addresses": held}))
        return
    say([f" {plain(readable(address) or _name(session, address))}" for address in held] or left.nobody)


def _name(session: Session, address: str) -> str:
    """What somebody is called who has a card or a name and no address."""
    from interactions.queries.people import named

    found = named(session.db, session.owner_id, address, session.now).people
    return found[0].name if found else address.partition(":")[2]
