"""`kith circles`, and the owner's word on them: `kith circle`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from interactions.errors import KithError, UsageProblem
from kith.commands.session import Session, opened, say, tell
from kith.show.plain import plain

if TYPE_CHECKING:
    from interactions.queries.circles import Circle

_NAME_MAX = 60


@click.command("circles")
@click.argument("text", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_context
def command_circles(context: click.Context, text: Sequence[str], as_json: bool) -> None:
    """The groups of people you know, and what your part in each is.

    Groups of your address book, lists you write to and meetings that come again are circles at once, whoever of them
    writes mail or not; others are found in who is seen with whom, and you are asked once what they are called. TEXT is
    a name, a part of one, or a code: who is in it.
    """
    from interactions.queries.circles import circles_of
    from kith.commands import whom
    from kith.show.answers import Moment
    from kith.show.circled import circle_lines, circle_row, circles_lines

    with opened(context) as session:
        whom.look_for_circles(session)
        found = circles_of(session.db, session.owner_id, session.now, text=" ".join(text).strip())
        if as_json:
            from kith.show.rows import json_text

            say(json_text({"total": len(found), "circles": [circle_row(one) for one in found]}))
            return
        if not found:
            raise KithError(_none(" ".join(text).strip()))
        moment = Moment(session.now, session.zone)
        say(circle_lines(session.screen, found[0], moment) if text and len(found) == 1 else
            circles_lines(session.screen, found, moment))  # fmt: skip
        if any(not one.name for one in found):
            tell('kith circle name CODE "What you call it"  answers;  kith circle drop CODE  for what is none.')


def _none(text: str) -> str:
    if text:
        return f"No circle is called {plain(text)!r}. See  kith circles."
    return "No circles are seen yet: no groups in your address book, and too few mails and meetings of several people."


@click.group("circle")
def command_circle() -> None:
    """Say what a circle is called and who is in it; whatever is found later, your word stands."""


@command_circle.command("name")
@click.argument("circle")
@click.argument("name", nargs=-1, required=True)
@click.pass_context
def name(context: click.Context, circle: str, name: Sequence[str]) -> None:
    """Call CIRCLE (a name or a code) NAME."""
    called = _name(" ".join(name))
    _called(context, circle, called, f"is called {plain(called)}.")


@command_circle.command("add")
@click.argument("circle")
@click.argument("people", nargs=-1, required=True)
@click.pass_context
def add(context: click.Context, circle: str, people: Sequence[str]) -> None:
    """Say that PEOPLE are in CIRCLE; a name that no circle has makes a new one."""
    _members(context, circle, people, "in")


@command_circle.command("remove")
@click.argument("circle")
@click.argument("people", nargs=-1, required=True)
@click.pass_context
def remove(context: click.Context, circle: str, people: Sequence[str]) -> None:
    """Say that PEOPLE are not in CIRCLE."""
    _members(context, circle, people, "out")


@command_circle.command("drop")
@click.argument("circle")
@click.pass_context
def drop(context: click.Context, circle: str) -> None:
    """Say that CIRCLE is none: it is not shown any more."""
    from interactions.store.corrections import NO_CIRCLE

    _called(context, circle, NO_CIRCLE, "is no circle any more.")


def _called(context: click.Context, circle: str, value: str, now: str) -> None:
    from interactions.store import word
    from interactions.store.corrections import CIRCLE_NAME, Word
    from kith.commands import whom

    with opened(context) as session:
        found = _one(session, circle)
        word.circle(session.db, session.owner_id, [Word(CIRCLE_NAME, found.key, value)])
        whom.done(session, f"{plain(found.name or found.code)} {now}")


def _members(context: click.Context, circle: str, people: Sequence[str], value: str) -> None:
    from interactions.entries import fold_title
    from interactions.store import word
    from interactions.store.corrections import CIRCLE, CIRCLE_NAME, Word
    from kith.commands import whom

    with opened(context) as session:
        who = [whom.one(session, text) for text in people]
        found = _some(session, circle)
        words = []
        if not found and value == "in":
            called = _name(circle)
            key = f"own:{fold_title(called)}"
            words.append(Word(CIRCLE_NAME, key, called))
        else:
            one = _one(session, circle)
            key, called = one.key, one.name or one.code
        words += [Word(CIRCLE, f"{key}|{address}", value) for one in who for address in one.addresses]
        word.circle(session.db, session.owner_id, words)
        names = ", ".join(plain(one.name) for one in who)
        whom.done(session, f"{names}: {'in' if value == 'in' else 'not in'} {plain(called)}.")


def _some(session: Session, text: str) -> list[Circle]:
    from interactions.queries.circles import circles_of
    from kith.commands import whom

    whom.look_for_circles(session)
    return circles_of(session.db, session.owner_id, session.now, text=text) if text.strip() else []


def _one(session: Session, text: str) -> Circle:
    """The circle that is meant. Raises KithError, UsageProblem."""
    found = _some(session, text)
    if not found:
        raise KithError(f"No circle is called {plain(text)!r}. See  kith circles.")
    if len(found) > 1:
        listed = ", ".join(f"{plain(one.name or 'not named yet')} ({one.code})" for one in found)
        raise UsageProblem(f"Several circles could be meant: {listed}. Say it with its code.")
    return found[0]


def _name(text: str) -> str:
    from interactions.entries import fold_title

    called = " ".join(text.split())
    if not fold_title(called) or len(called) > _NAME_MAX:
        raise UsageProblem(f"{plain(called)!r} is no name for a circle: say it in words, {_NAME_MAX} letters at most.")
    return called
