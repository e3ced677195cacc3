"""`kith mark`: the owner's word on a mail, an entry, an address, or on what no account tells of."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

from interactions.errors import UsageProblem
from kith.commands.session import Session, opened
from kith.show.plain import plain

_ITEM = re.compile(r"i?(\d{1,18})", re.ASCII)
_HOW = "person, noise, kind=mail|meeting|call, as-judged; or of a person: talked, met, called"


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
    kith mark i42 kind=call       it was a call
    kith mark "Ada" talked        you talked today: over the fence, in a shop; nothing else tells of it
    kith mark Ada met yesterday   WHEN: 2026-01-31, 3d, today, yesterday
    """
    from interactions.word import VERBS

    with opened(context) as session:
        if how in VERBS:
            _happened(session, what, how, " ".join(when) or "today")
        elif when:
            raise UsageProblem(f"{how} takes no day. Days go with talked, met and called.")
        else:
            _is(session, what, how)


def _is(session: Session, what: str, how: str) -> None:
    from interactions.store import word
    from kith.commands import whom

    value = _value(how)
    if match := _ITEM.fullmatch(what):
        target = _target(session, int(match[1]), what)
        word.mark_item(session.db, session.owner_id, target, value)
        whom.done(session, f"{plain(what)}: {plain(how)}.")
        return
    if "@" not in what:
        raise UsageProblem(
            f"{plain(what)!r} is neither an item (i42) nor an address. Of a person say talked, met, called."
        )
    if value not in ("person", "noise", ""):
        raise UsageProblem("An address is a person or noise. A kind is said of one item: kith mark i42 kind=call.")
    from interactions.address import canonical
    from kith.commands.me import check

    check([what])
    word.mark_address(session.db, session.owner_id, canonical(what), value)
    whom.done(session, f"{plain(what)}: {plain(how)}, and all that it sends and gets.")


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


def _target(session: Session, number: int, what: str) -> str:
    from interactions.queries.stored import item
    from interactions.word import item_target

    found = item(session.db, session.owner_id, number)
    if found is None:
        raise UsageProblem(
            f"There is no mail or calendar entry {plain(what)}. See  kith dropped  or  kith why ADDRESS."
        )
    return item_target(found)


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
    found = named(session.db, session.owner_id, what, session.now)
    if found.people:
        person = whom.one(session, what)
        address, name, new = person.addresses[0] if person.addresses else "", person.name, ""
    else:
        address, name, new = _somebody_new(what), what.strip(), " (somebody new: nobody here was called so)"
    word.note(session.db, session.owner_id, Note(verb, address, name if name != address else "", at, all_day))
    from kith.show.when import when as told

    whom.done(session, f"{plain(name)}{new}: {verb}, {told(at, session.now, session.zone, all_day=all_day)}.")


def _somebody_new(what: str) -> str:
    from interactions.address import canonical
    from interactions.queries.folding import fold

    if "@" in what:
        from kith.commands.me import check

        check([what])
        return canonical(what)
    folded = " ".join(fold(what).split())[:100]
    if not any(letter.isalpha() for letter in folded):
        raise UsageProblem(f"{plain(what)!r} is no name.")
    return f"name:{folded}"
