"""One believable year of one owner, from a seed; `python -m sandbox.life FOLDER` writes it with its truth."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

from sandbox import cast
from sandbox.addressbook import all_cards
from sandbox.calendar import plan_all
from sandbox.echoes import echo_all
from sandbox.invitations import invite_all
from sandbox.letters import write_all
from sandbox.machines import run_all
from sandbox.model import CANARY, Life, year_before
from sandbox.planner import CALENDARS
from sandbox.postoffice import PostOffice
from sandbox.takeout import write_takeout, write_takeout_zip
from sandbox.truth import write_truth

__all__ = ["CANARY", "Life", "main", "make_life"]


def make_life(seed: int = 1, end: date | None = None) -> Life:
    """The life of that seed in the 365 days before `end` (default: today in UTC). Equal arguments, equal life."""
    year = year_before(end or datetime.now(UTC).date())
    owner, people = cast.OWNER, cast.people()
    events = plan_all(seed, year, owner, people)
    office = PostOffice(seed, year, owner, people)
    introductions = write_all(office)
    run_all(office)
    invite_all(office, events)
    echo_all(office)
    return Life(
        seed=seed,
        year=year,
        owner=owner,
        people=people,
        mails=tuple(sorted(office.mails, key=lambda mail: mail.id)),
        calendars=CALENDARS,
        events=events,
        cards=all_cards(seed, owner, people),
        introductions=introductions,
    )


def main(arguments: list[str] | None = None) -> None:
    """The command line: FOLDER [--seed N] [--end YYYY-MM-DD] [--zip]."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.life", description=__doc__)
    parser.add_argument("folder", type=Path, help="where Takeout/ and truth.json are written")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--end", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
    parser.add_argument("--zip", action="store_true", help="write takeout.zip instead of the folder Takeout/")
    chosen = parser.parse_args(arguments)
    life = make_life(chosen.seed, chosen.end)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    if chosen.zip:
        write_takeout_zip(life, chosen.folder / "takeout.zip")
    else:
        write_takeout(life, chosen.folder)
    write_truth(life, chosen.folder / "truth.json")
    print(f"{len(life.mails)} mails, {len(life.events)} events, {len(life.cards)} cards in {chosen.folder}")


if __name__ == "__main__":
    main()
