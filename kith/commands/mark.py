"""`kith mark`: the owner's word on a mail, an entry, an address, or on what no account tells of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from interactions.errors import UsageProblem
from kith.commands.session import Session, opened
from kith.show.plain import plain

if TYPE_CHECKING:
    from interactions.items import Email, Event
    from interactions.rules.calendar import Gathering

_ITEM = re.compile(r"(i?)(\d{1,18})", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"\+?[\d\s()/.-]{7,25}", re.ASCII)
#: How addresses of people who have none are kept; nobody is called so.
_KEPT_AS = ("name:", "card:", "tel:")
_OF_PERSON = "talked, met, called, gave, received"
_HOW = f"person, noise, kind=mail|meeting|call, with NAME, as-judged; or of a person: {_OF_PERSON}"
_TITLE_MAX = 60
#: How the echo says who helped whom.
_SAID = {"gave": "you helped them", "received": "they helped you"}
#: Rules of mails that nobody is named in: a word alone makes nobody.
_NOBODY = {
    "mail.sent.nobody": "You sent it, and it names nobody whom you could have written to.",
    "mail.sent.self": "It is between you and yourself.",
    "calendar.invitation": "It only announces an entry of your calendar: mark that one.",
}


@click.command("mark")
@click.argument("what")
@click.argument("how")
@click.argument("when", nargs=-1)
@click.pass_context
def command_mark(context: click.Context, what: str, how: str, when: Sequence[str]) -> None:
    """Say what something is. It outranks every rule, now and whenever anything is judged again.

    \b
    kith mark ADDRESS person      somebody is behind it, whatever it looks like
    kith mark i42 noise           this mail or entry is nobody's doing (i42 as kith dropped and kith why show it)
    kith mark 42 noise            the same of what interaction 42 is told from
    kith mark i42 kind=call       it was a call
    kith mark i42 with "Ada"      this entry without guests, and all of its title, is a meeting with her (and "Bo")
    kith mark "Ada" talked        you talked today: over the fence, in a shop; nothing else tells of it
    kith mark Ada met yesterday   WHEN: 2026-01-31, 3d, today, yesterday
    kith mark Ada gave            you helped her; received: she helped you
    """
    from interactions.word import VERBS

    rest = " ".join(when).strip()
    with opened(context) as session:
        if not what.strip():
            from kith.commands import whom

            raise UsageProblem(f"{whom.NOBODY} Or say of what: i42.")
        if how in VERBS:
            _happened(session, what.strip(), how, rest or "today")
        elif how == "with" and rest:
            _with(session, what.strip(), when)
        elif rest:
            raise UsageProblem(f"{plain(how)} takes no day. Days go with talked, met, called, gave and received.")
        else:
            _is(session, what.strip(), how)


def _is(session: Session, what: str, how: str) -> None:
    from interactions.store import word
    from interactions.word import NOISE, item_target
    from kith.commands import whom

    value = _value(how)
    if _ITEM.fullmatch(what):
        number, rule, item = _item(session, what)
        if value not in ("", NOISE):
            _somebody_is_named(session, number, rule, item)
        word.mark_item(session.db, session.owner_id, item_target(item), value)
        whom.done(session, f"i{number}{_titled(item)}: {plain(how)}.")
        return
    if "@" not in what:
        raise UsageProblem(f"{plain(what)!r} is neither an item (i42) nor an address. Of a person say {_OF_PERSON}.")
    if value not in ("person", "noise", ""):
        raise UsageProblem("An address is a person or noise. A kind is said of one item: kith mark i42 kind=call.")
    from interactions.address import canonical
    from kith.commands.me import check

    check([what])
    whom.not_yourself(session, what)
    word.mark_address(session.db, session.owner_id, canonical(what), value)
    whom.done(session, f"{plain(what)}: {plain(how)}, and all that it sends and gets.")


def _somebody_is_named(session: Session, number: int, rule: str, item: Email | Event) -> None:
    """A word makes an interaction only of what names somebody."""
    from interactions.items import Email

    if not isinstance(item, Email):
        gathering = _gathering(session, item)
        if gathering.has_no_guests:
            raise UsageProblem(f"Nobody is named in it: say with whom.  kith mark i{number} with NAME")
        if not gathering.others:
            raise UsageProblem("Only rooms, lists or people who said no are in it: there is nobody you could have met.")
    elif rule in _NOBODY:
        raise UsageProblem(_NOBODY[rule])


def _gathering(session: Session, event: Event) -> Gathering:
    from interactions.rules.calendar import Gathering
    from interactions.store.accounts import own
    from interactions.verdict import Known

    return Gathering(event, Known(frozenset(own(session.db, session.owner_id))))


def _value(how: str) -> str:
    from interactions.queries.language import KINDS

    if how in ("person", "noise"):
        return how
    if how == "as-judged":
        return ""
    name = how.removeprefix("kind=")
    if how.startswith("kind=") and name in KINDS and KINDS[name] != "note":
        return f"kind={KINDS[name]}"
    raise UsageProblem(f"{plain(how)!r} is no word for it. Use one of: {_HOW}.")


def _item(session: Session, what: str) -> tuple[int, str, Email | Event]:
    """(its number, the rule that judged it, itself): an item by its own number, or what an interaction is told from."""
    from interactions.queries import stored

    match = _ITEM.fullmatch(what)
    number = int(match[2]) if match else 0
    if match and not match[1]:
        source = stored.source(session.db, session.owner_id, number)
        if source is None:
            raise UsageProblem(
                f"There is no interaction {number}. See  kith log --numbers, or say i{number} of an item."
            )
        if source == 0:
            raise UsageProblem(f"Interaction {number} is your own word. See  kith undo --list.")
        number = source
    found = stored.ruled(session.db, session.owner_id, number)
    if found is None:
        raise UsageProblem(
            f"There is no mail or calendar entry {plain(what)}. See  kith dropped  or  kith why ADDRESS."
        )
    return number, *found


def _titled(item: Email | Event) -> str:
    """What the echo names it by."""
    from interactions.items import Email

    title = " ".join((item.subject if isinstance(item, Email) else item.summary).split())
    shown = title if len(title) <= _TITLE_MAX else title[: _TITLE_MAX - 1] + "…"
    sender = item.sender if isinstance(item, Email) else None
    by = f" from {sender.name or sender.address}" if sender is not None else ""
    return plain(f" “{shown}”{by}" if shown else by)


def _with(session: Session, what: str, names: Sequence[str]) -> None:
    from interactions.entries import fold_title
    from interactions.items import Email, Mailbox
    from interactions.queries.people import named
    from interactions.store import titles, word
    from kith.commands import whom

    if not _ITEM.fullmatch(what):
        raise UsageProblem(f"{plain(what)!r} is no entry. Say it with its number: kith mark i42 with NAME.")
    number, _, item = _item(session, what)
    if isinstance(item, Email) or not _gathering(session, item).has_no_guests:
        raise UsageProblem(f"i{number} is no calendar entry without guests: who was there is known.")
    folded = fold_title(item.summary)
    if not folded:
        raise UsageProblem(f"i{number} has no title that others like it could be known by.")
    together = len(names) > 1 and len(named(session.db, session.owner_id, " ".join(names), session.now).people) == 1
    people = [whom.one(session, name) for name in ([" ".join(names)] if together else names)]
    mailboxes = [Mailbox(titles.best(one.addresses), one.name) for one in people]
    word.settle_title(session.db, session.owner_id, [(folded, mailboxes)])
    who = " and ".join(plain(one.name) for one in people)
    whom.done(session, f"i{number}{_titled(item)}, and every entry of that title: with {who}.")


def _happened(session: Session, what: str, verb: str, when: str) -> None:
    from interactions.queries.language import day, instant
    from interactions.queries.people import named
    from interactions.store import word
    from interactions.store.notes import Note
    from kith.commands import whom

    today = session.moment.date()
    all_day = day(when, today) != today
    at = instant(when, today, session.zone) if all_day else session.now
    if day(when, today) > today:
        raise UsageProblem(f"{plain(when)} is ahead. Say it when it has happened.")
    if day(when, today).year < today.year - 120:
        raise UsageProblem(f"{plain(when)} is longer ago than anybody remembers. Say a day you lived through.")
    whom.not_yourself(session, what)
    found = named(session.db, session.owner_id, what, session.now)
    if found.people:
        person = whom.one(session, what)
        address, name, new = person.addresses[0] if person.addresses else "", person.name, ""
    else:
        address, name, new = _somebody_new(session, what), what, " (somebody new: nobody here was called so)"
    word.note(session.db, session.owner_id, Note(verb, address, name if name != address else "", at, all_day))
    from kith.show.when import when as told

    whom.done(
        session, f"{plain(name)}{new}: {_SAID.get(verb, verb)}, {told(at, session.now, session.zone, all_day=all_day)}."
    )


def _somebody_new(session: Session, what: str) -> str:
    from interactions.address import canonical
    from interactions.items import NAME_MAX
    from interactions.phone import phone
    from interactions.queries.folding import fold

    if "@" in what:
        from kith.commands.me import check

        check([what])
        return canonical(what)
    if _NUMBER.fullmatch(what) and (number := phone(what, session.settings.phone_region)) is not None:
        return number
    folded = " ".join(fold(what).split())
    if len(what) > NAME_MAX:
        raise UsageProblem(f"A name has {NAME_MAX} characters at most.")
    if not any(letter.isalpha() for letter in folded) or _ITEM.fullmatch(what) or folded.startswith(_KEPT_AS):
        raise UsageProblem(f"{plain(what)!r} is no name.")
    return f"name:{folded}"
