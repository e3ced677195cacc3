"""`kith show PERSON`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kith.commands.session import Session, opened, say, tell

if TYPE_CHECKING:
    from interactions.queries.people import Person


@click.command("show")
@click.argument("person", nargs=-1, required=True)
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1_000_000), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_context
def command_show(context: click.Context, person: Sequence[str], limit: int, as_json: bool) -> int:
    """One person, and what passed between you.

    PERSON is an address, a name, or a part of one.
    """
    from kith.commands import whom

    text = " ".join(person)
    with opened(context) as session:
        found = whom.meant(session, text)
        if len(found.people) > 1:
            return _choose(session, found.people, found.total, text)
        _show(session, found.people[0], limit, as_json)
    return 0


def _choose(session: Session, people: Sequence[Person], total: int, text: str) -> int:
    from kith.show.answers import Moment, people_lines

    say(people_lines(session.screen, people, Moment(session.now, session.zone)))
    tell(f"{total} people could be meant by {text!r}. Say it with more of the name, or with an address.")
    return 1


def _show(session: Session, person: Person, limit: int, as_json: bool) -> None:
    from interactions.organisations import company
    from interactions.queries.log import of_addresses
    from interactions.queries.people import address_ids
    from interactions.queries.ties import standings

    ids = address_ids(session.db, person.id)
    domains = {address.rpartition("@")[2] for address in person.addresses if "@" in address}
    organisations = sorted({found for domain in domains if (found := company(domain))})
    past, ahead = (
        of_addresses(session.db, session.owner_id, ids, session.now, limit=limit, planned=planned)
        for planned in (False, True)
    )
    today = session.moment.date()
    stands = standings(session.db, session.owner_id, [person.id], today, ranked=as_json).get(person.id)
    if as_json:
        from kith.show.rows import entry_row, json_text, person_row, tie_row

        rows = {"latest": [entry_row(one) for one in past], "planned": [entry_row(one) for one in ahead]}
        whole = {**person_row(person), "organisations": organisations, "tie": tie_row(stands)}
        say(json_text({"person": whole, **rows}))
        return
    from kith.show.answers import Moment, log_lines, person_head, tie_lines

    moment = Moment(session.now, session.zone)
    say([*person_head(person, moment, organisations), *tie_lines(stands, session.moment.date())])
    if ahead:
        say(["", "planned", *log_lines(session.screen, ahead, moment)])
    if past:
        say(["", "latest", *log_lines(session.screen, past, moment)])
