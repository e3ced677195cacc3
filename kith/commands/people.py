"""`kith people`, and the owner's word on who is who."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from interactions.errors import UsageProblem
from kith.commands.session import Session, opened, say
from kith.show.plain import plain, readable

if TYPE_CHECKING:
    from interactions.queries.people import People

#: What people can be sorted by (`interactions.queries.chosen.Order`).
_ORDERS = ("last", "first", "name", "total", "close", "quiet")


class _ListOrWord(click.Group):
    """Without one of its words, everything is what is looked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` before what is no word of ours."""
        if not args or (args[0] not in self.commands and args[0] not in ("--help",)):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group("people", cls=_ListOrWord)
def command_people() -> None:
    """Everybody in the log and the address book, whom you last heard of first.

    kith people [QUERY]: parts of a name or an address, and the filters of kith log, as in
    kith people circle:choir state:overdue met:1y. kith people list --help tells them and the options.
    """


@command_people.command("list", context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--sort", type=click.Choice(_ORDERS), default="last", show_default=True, help="What stands first.")
@click.option("--reverse", is_flag=True, help="The other way round.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1_000_000), help="At most so many.")
@click.option("--offset", default=0, type=click.IntRange(0), help="Leave out the first so many.")
@click.option("--muted", is_flag=True, help="Those you muted, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV for spreadsheets.")
@click.pass_context
def listed(
    context: click.Context, query: Sequence[str], sort: str, reverse: bool, limit: int, offset: int, muted: bool,
    as_json: bool, as_csv: bool,
) -> None:  # fmt: skip
    """Everybody whom QUERY means. → is what you wrote, ← what they wrote, ⇄ where you met.

    \b
    QUERY is any of
      parts of a name or an address, with:anna, circle:choir
      state:in-touch|due|overdue|fading|dormant|planned|waiting
      tie:new|growing|steady|quiet
      met:30d (within)  met:6m+ (longer ago)  met:never  heard:  seen:
      after:30d before:2026-01-31 (when you were last in touch),
        of that kind with kind:, direction: or account:
      saved:NAME (of kith save), -anything to leave it out
    \b
    --sort: last, first (known longest), name, total (most), close (closest),
    quiet (silent for longest, against what is usual between you)
    """
    from interactions.queries.chosen import Order
    from interactions.queries.people import people
    from kith.commands.asking import asked_of

    with opened(context) as session:
        today = (session.moment.date() - date(1970, 1, 1)).days
        found = people(
            session.db, session.owner_id, asked_of(session, query), session.now, limit=limit, offset=offset,
            muted=muted, order=Order(sort, reverse, today),
        )  # fmt: skip
        _show(session, found, as_json, as_csv)


def _show(session: Session, found: People, as_json: bool, as_csv: bool) -> None:
    from interactions.queries.ties import standings
    from kith.show.answers import Moment, count, people_lines

    ids = [one.id for one in found.people]
    ties = standings(session.db, session.owner_id, ids, session.moment.date(), ranked=as_json or as_csv)
    if as_json or as_csv:
        from kith.show.rows import csv_text, json_text, person_row, tie_row

        rows = []
        for person in found.people:
            tie = tie_row(ties.get(person.id)) or {}
            rows.append({**person_row(person), **{name: tie.get(name) for name in ("word", "strength")}})
        columns = (
            "id", "name", "addresses", "total", "in", "out", "both", "kinds", "first_at", "last_at", "in_book", "word",
            "strength",
        )  # fmt: skip
        say(json_text({"total": found.total, "people": rows}) if as_json else csv_text(columns, rows))
        return
    if found.people:
        say(people_lines(session.screen, found.people, Moment(session.now, session.zone), ties))
    shown = f" · the first {len(found.people):,} are shown (--limit)" if len(found.people) < found.total else ""
    hidden = f" · {count(found.muted, 'is', 'are')} muted (--muted)" if found.muted else ""
    say(f" {count(found.total, 'person', 'people')}{shown}{hidden}")


@command_people.command("merge")
@click.argument("people", nargs=-1, required=True)
@click.pass_context
def merge(context: click.Context, people: Sequence[str]) -> None:
    """Say that these are one person: names (in quotes) or addresses."""
    _same(context, people)


@command_people.command("same")
@click.argument("people", nargs=2)
@click.pass_context
def same(context: click.Context, people: Sequence[str]) -> None:
    """Say that two are one person: names (in quotes) or addresses."""
    _same(context, people)


@command_people.command("different")
@click.argument("people", nargs=2)
@click.pass_context
def different(context: click.Context, people: Sequence[str]) -> None:
    """Say that two addresses, or two people, are not one person and never will be."""
    from interactions.store import word
    from kith.commands import whom

    with opened(context) as session:
        found = [whom.one(session, text) for text in people]
        if found[0].id == found[1].id:
            away = [one for text in people if (one := whom.address_of(session, found[0], text)) is not None]
            if len(set(away)) != 2:
                raise UsageProblem(f"Both are {plain(found[0].name)}. Say which address is somebody else's: split.")
            word.split(session.db, session.owner_id, away[:1], away[1:])
        else:
            word.split(session.db, session.owner_id, found[0].addresses, found[1].addresses)
        whom.done(session, "They are two people from now on, whatever looks alike.")


@command_people.command("split")
@click.argument("person")
@click.argument("addresses", nargs=-1, required=True)
@click.pass_context
def split(context: click.Context, person: str, addresses: Sequence[str]) -> None:
    """Say that ADDRESSES of PERSON are somebody else's."""
    from interactions.store import word
    from kith.commands import whom

    with opened(context) as session:
        found = whom.one(session, person)
        spelled = {text: whom.address_of(session, found, text) for text in addresses}
        if strange := [repr(plain(text)) for text, address in spelled.items() if address is None]:
            said = f"{plain(found.name)} has no address {', '.join(strange)}."
            raise UsageProblem(f"{said}  kith show  lists those there are.")
        away = [address for address in dict.fromkeys(spelled.values()) if address is not None]
        rest = [address for address in found.addresses if address not in away]
        if not rest:
            raise UsageProblem(f"These are all addresses of {plain(found.name)}. Leave them at least one.")
        word.split(session.db, session.owner_id, rest, away)
        shown = ", ".join(plain(readable(address)) for address in away)
        whom.done(session, f"{shown}: not {plain(found.name)} any more.")


def _same(context: click.Context, people: Sequence[str]) -> None:
    from interactions.store import word
    from kith.commands import whom

    with opened(context) as session:
        found = list({one.id: one for one in (whom.one(session, text) for text in people)}.values())
        if len(people) < 2:
            raise UsageProblem("One person alone cannot be merged. Name two or more.")
        if len(found) < 2:
            several = " and ".join(dict.fromkeys(map(plain, people)))
            say(f"{several}: one person already, {plain(found[0].name)}.")
            return
        word.merge(session.db, session.owner_id, [one.addresses for one in found])
        names = " and ".join(dict.fromkeys(plain(one.name) for one in found))
        whom.done(session, f"{names}: one person from now on.")
