"""`kith people`, and the owner's word on who is who."""

from __future__ import annotations

from collections.abc import Sequence

import click

from interactions.errors import UsageProblem
from kith.commands.session import opened, say
from kith.show.plain import plain, readable


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

    kith people [TEXT]: TEXT is part of a name or an address. kith people list --help tells the options.
    """


@command_people.command("list")
@click.argument("text", nargs=-1)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1_000_000), help="At most so many.")
@click.option("--offset", default=0, type=click.IntRange(0), help="Leave out the first so many.")
@click.option("--muted", is_flag=True, help="Those you muted, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV for spreadsheets.")
@click.pass_context
def listed(
    context: click.Context, text: Sequence[str], limit: int, offset: int, muted: bool, as_json: bool, as_csv: bool
) -> None:
    """Everybody, whom you last heard of first.

    TEXT is part of a name or an address. → is what you wrote, ← what they wrote, ⇄ where you met.
    """
    from interactions.queries.people import people
    from interactions.queries.ties import standings
    from kith.show.answers import Moment, count, people_lines

    with opened(context) as session:
        found = people(
            session.db, session.owner_id, " ".join(text), session.now, limit=limit, offset=offset, muted=muted
        )
        ids = [one.id for one in found.people]
        ties = standings(session.db, session.owner_id, ids, session.moment.date(), ranked=as_json or as_csv)
        if as_json or as_csv:
            from kith.show.rows import csv_text, json_text, person_row, tie_row

            rows = []
            for person in found.people:
                tie = tie_row(ties.get(person.id)) or {}
                rows.append({**person_row(person), **{name: tie.get(name) for name in ("word", "strength")}})
            columns = (
                "id", "name", "addresses", "total", "in", "out", "both", "kinds", "first_at", "last_at", "in_book",
                "word", "strength",
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
