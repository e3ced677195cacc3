"""`kith balance`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from interactions.errors import UsageProblem
from kith.commands.session import Session, opened, say, tell
from kith.show.plain import plain


@click.command("balance")
@click.argument("person", nargs=-1)
@click.option("--circle", default="", help="This circle alone: a name, a part of one, or the code of kith circles.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.pass_context
def command_balance(context: click.Context, person: Sequence[str], circle: str, as_json: bool) -> None:
    """Where you give and where you receive, in the last two years: overall and in each circle; with PERSON, between
    you two.

    It counts what Kith sees: conversations begun, mails answered and how long that takes, meetings hosted,
    introductions, and help as you noted it (kith mark PERSON gave, or received). It measures mail, not friendship.
    """
    with opened(context) as session:
        if person and circle:
            raise UsageProblem("Ask about a person or about a circle, not both at once.")
        if person:
            _of_person(session, " ".join(person), as_json)
        else:
            _overall(session, circle, as_json)


def _of_person(session: Session, text: str, as_json: bool) -> None:
    from interactions.queries.balance import of_person
    from kith.commands import whom
    from kith.show.answers import Moment
    from kith.show.balanced import balance_row, person_lines
    from kith.show.pathed import coverage_line

    found = whom.one(session, text)
    balance, coverage = of_person(session.db, session.owner_id, found, session.now)
    moment = Moment(session.now, session.zone)
    if as_json:
        import msgspec

        from kith.show.rows import json_text, person_row

        more = {"person": person_row(found), "coverage": msgspec.to_builtins(coverage)}
        say(json_text({**more, **balance_row(balance, evidence=True)}))
        return
    say(person_lines(session.screen, found, balance))
    tell(coverage_line(coverage, moment))


def _overall(session: Session, circle: str, as_json: bool) -> None:
    from interactions.queries.balance import balances
    from kith.commands import whom
    from kith.show.answers import Moment
    from kith.show.balanced import balance_lines, balances_row
    from kith.show.pathed import coverage_line

    whom.look_for_circles(session)
    found = balances(session.db, session.owner_id, session.now, circle=circle)
    if circle and not found.circles:
        raise UsageProblem(f"No circle with a name is called {plain(circle)!r}. See  kith circles.")
    if as_json:
        from kith.show.rows import json_text

        say(json_text(balances_row(found)))
        return
    say(balance_lines(session.screen, found, alone=bool(circle)))
    tell(coverage_line(found.coverage, Moment(session.now, session.zone)))
