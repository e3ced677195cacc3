"""`kith tend`: whom to be in touch with this week, and the owner's word on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from interactions.errors import UsageProblem
from kith.commands.session import Session, agreed, opened, say, tell
from kith.show.plain import plain

if TYPE_CHECKING:
    from interactions.queries.tend import Tended
    from interactions.store.corrections import Word

_LENGTH = re.compile(r"(\d{1,4})([dwmy])", re.IGNORECASE | re.ASCII)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_LENGTH_HELP = "Use a length like 10d, 3w, 6m or 1y."
_ANSWERS = "kith tend keep CODE…  ·  kith tend rest CODE…  ·  kith tend forget CODE…  ·  kith tend begin"


class _Person:
    """Somebody a code or a name means."""

    def __init__(self, name: str, addresses: Sequence[str]) -> None:
        self.name = name
        self.addresses = list(addresses)


@click.group("tend", invoke_without_command=True)
@click.option("--dormant", is_flag=True, help="Those silent for more than a year and a half, too long to be proposed.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="At most so many of them.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV for spreadsheets.")
@click.pass_context
def command_tend(context: click.Context, dormant: bool, limit: int, as_json: bool, as_csv: bool) -> None:
    """Whom to be in touch with this week: at most seven, each with a reason and one small thing to do.

    Silence is measured against what is usual between you two. The first time it is a quiet look at everybody who has
    been silent for long. PERSON is a name, an address, or the code shown.
    """
    if context.invoked_subcommand is None:
        with opened(context) as session:
            _show(session, dormant, limit, as_json, as_csv)


def _show(session: Session, dormant: bool, limit: int, as_json: bool, as_csv: bool) -> None:
    from interactions.queries.tend import tend
    from kith.show.tended import tend_lines, tend_row

    found = tend(session.db, session.owner_id, session.moment.date(), dormant=dormant, limit=limit)
    if as_json or as_csv:
        import msgspec

        from kith.show.rows import csv_text, json_text

        rows = [tend_row(one) for one in found.people]
        columns = (
            "code", "id", "name", "addresses", "why", "state", "cadence_days", "silent_days", "waits", "open_since",
            "done",
        )  # fmt: skip
        more = {"week": found.week, "first_look": found.first_look, "others": found.others}
        coverage = msgspec.to_builtins(found.coverage)
        say(csv_text(columns, rows) if as_csv else json_text({**more, "coverage": coverage, "people": rows}))
        return
    say(tend_lines(session.screen, found, session.moment.date(), dormant=dormant))
    if found.first_look and found.people and not dormant:
        tell(_ANSWERS)


@command_tend.command("keep")
@click.argument("people", nargs=-1, required=True)
@click.pass_context
def keep(context: click.Context, people: Sequence[str]) -> None:
    """Tend these: they come first from now on."""
    from interactions.store.corrections import TEND, Word

    _word(context, people, lambda address: Word(TEND, address, "keep"), "{names}: tended from now on.")


@command_tend.command("rest")
@click.argument("people", nargs=-1, required=True)
@click.pass_context
def rest(context: click.Context, people: Sequence[str]) -> None:
    """Let these rest: nothing is proposed about them any more."""
    from interactions.store.corrections import REST, Word

    _word(context, people, lambda address: Word(REST, address, "yes"), "{names}: at rest.")


@command_tend.command("begin")
@click.pass_context
def begin(context: click.Context) -> None:
    """Leave the first look as it is, and begin with the first week."""
    from interactions.store import word

    with opened(context) as session:
        word.tend(session.db, session.owner_id, [])
        _show(session, False, 20, False, False)


@command_tend.command("snooze")
@click.argument("person")
@click.argument("length", default="4w")
@click.pass_context
def snooze(context: click.Context, person: str, length: str) -> None:
    """Not now: propose nothing about PERSON for LENGTH (10d, 3w, 6m; four weeks unless said)."""
    from interactions.store.corrections import SNOOZE, Word

    with opened(context) as session:
        until = (session.moment.date() + timedelta(days=_length(length))).isoformat()
    _word(context, [person], lambda address: Word(SNOOZE, address, until), "{names}: not before " + f"{until}.")


@command_tend.command("every")
@click.argument("person")
@click.argument("length")
@click.pass_context
def every(context: click.Context, person: str, length: str) -> None:
    """Be in touch with PERSON every LENGTH (10d, 3w, 6m, 1y), whatever was usual; "usual" takes it back."""
    from interactions.store.corrections import CADENCE, Word

    days = "" if length.lower() == "usual" else str(_length(length))
    sentence = "{names}: " + (f"every {days} days." if days else "as usual between you.")
    _word(context, [person], lambda address: Word(CADENCE, address, days), sentence)


@command_tend.command("forget")
@click.argument("people", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def forget(context: click.Context, people: Sequence[str], yes: bool) -> None:
    """Erase these people everywhere and for good, as kith forget does."""
    from interactions.store import forget as erasing
    from kith.commands import whom

    with opened(context) as session:
        found = _meant(session, people)
        names = _names(found)
        question = f"Erase {names} with everything between you for good?"
        if not agreed(question, yes, f"{question} This cannot be undone: say --yes."):
            say("Nothing was erased.")
            return
        for one in found:
            erasing.forget(session.db, session.owner_id, one.addresses, [one.name])
        whom.settle(session)
        say(f"Forgotten: {len(found)}. Nothing of theirs is stored again.")


def _word(context: click.Context, people: Sequence[str], made: Callable[[str], Word], sentence: str) -> None:
    """Say one word about each of these people."""
    from interactions.store import word
    from kith.commands import whom

    with opened(context) as session:
        found = _meant(session, people)
        words = [made(address) for one in found for address in one.addresses]
        word.tend(session.db, session.owner_id, words)
        whom.done(session, sentence.format(names=_names(found)))


def _meant(session: Session, people: Sequence[str]) -> list[_Person]:
    """Each person once: by the code that was shown, else by name or address."""
    from kith.commands import whom

    shown = {one.code: one for one in _listed(session)}
    found: dict[int, _Person] = {}
    for text in people:
        if (listed := shown.get(text.lower())) is not None:
            found[listed.who.person_id] = _Person(listed.who.name, listed.addresses)
        else:
            person = whom.one(session, text)
            found[person.id] = _Person(person.name, person.addresses)
    return list(found.values())


def _listed(session: Session) -> list[Tended]:
    """Everybody who has a code now, at the first look, in the week, or among the dormant."""
    from interactions.queries.tend import tend

    today = session.moment.date()
    both = (tend(session.db, session.owner_id, today, dormant=dormant, limit=10_000) for dormant in (False, True))
    return [one for found in both for one in found.people]


def _names(found: Sequence[_Person]) -> str:
    several = [plain(one.name) for one in found]
    return ", ".join(several) if len(several) < 5 else f"{', '.join(several[:3])} and {len(several) - 3} more"


def _length(text: str) -> int:
    match = _LENGTH.fullmatch(text.strip())
    if match is None or not int(match[1]):
        raise UsageProblem(f"{plain(text)!r} is no length of time. {_LENGTH_HELP}")
    days = int(match[1]) * _DAYS[match[2].lower()]
    if days > 3_650:
        raise UsageProblem(f"{plain(text)} is more than ten years. {_LENGTH_HELP}")
    return days
