"""`kith sql`: statements of the owner's own."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from interactions.errors import UsageProblem
from kith.commands.session import Session, opened, say, tell
from kith.show.plain import plain

if TYPE_CHECKING:
    from interactions.queries.sql import Asking

_HELP = "A statement ends with ;   .views lists what there is   .quit or Ctrl-D ends   Ctrl-C stops a statement"


@click.command("sql")
@click.argument("statement", nargs=-1)
@click.option("--views", is_flag=True, help="List the views and their columns.")
@click.option("--limit", default=1_000, show_default=True, type=click.IntRange(1, 1_000_000), help="At most so many.")
@click.option(
    "--seconds", default=30.0, show_default=True, type=click.FloatRange(0.1, 86_400), help="A statement's time."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a statement, for programs.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV for spreadsheets.")
@click.pass_context
def command_sql(
    context: click.Context,
    statement: Sequence[str],
    views: bool,
    limit: int,
    seconds: float,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Ask with SQL; nothing is changed by it.

    STATEMENT (in quotes) is one SELECT; what it can ask for is listed by  kith sql --views. Without one, statements are
    read from standard input, each ended by a semicolon; on a terminal they are asked for.
    """
    with opened(context) as session:
        if views:
            _views(session, as_json)
            return
        text = " ".join(statement)
        if not text and not (sys.stdin.isatty() and sys.stdout.isatty()):
            text = _piped()
        with _asking(session, seconds) as asking:
            tellers = {"json": as_json, "csv": as_csv}

            def answer(one: str) -> None:
                _answer(session, asking, one, limit, **tellers)

            if text:
                _all(text, answer, one_only=bool(statement))
            else:
                _converse(session, answer)


@contextlib.contextmanager
def _asking(session: Session, seconds: float) -> Iterator[Asking]:
    from interactions.queries.sql import Moment, ready

    moment = Moment(session.db, session.owner_id, lambda: datetime.now(session.zone))
    asking = ready(moment, seconds)
    try:
        yield asking
    finally:
        asking.close()


def _piped() -> str:
    """What standard input holds. Raises UsageProblem when that is no text, or nothing."""
    from interactions.queries.sql import NOTHING

    try:
        text = sys.stdin.read()
    except UnicodeDecodeError:
        raise UsageProblem("Standard input is no UTF-8 text. Write the statements as UTF-8.") from None
    if not text.strip():
        raise UsageProblem(NOTHING)
    return text


def _all(text: str, answer: Callable[[str], None], *, one_only: bool) -> None:
    """Answer each statement of `text`; the first that is wrong ends it."""
    from interactions.queries.sql.split import something, split

    ended, rest = split(text)
    statements = [*ended, *([rest] if something(rest) or not ended else [])]
    if one_only and len(statements) > 1:
        raise UsageProblem("These are several statements. Give one, or send them to standard input of  kith sql.")
    for one in statements:
        answer(one)


def _answer(session: Session, asking: Asking, statement: str, limit: int, *, json: bool, csv: bool) -> None:
    from kith.show.rows import csv_text, json_text
    from kith.show.sqled import answer_csv, answer_lines, answer_row

    found = asking.ask(statement, limit)
    if json:
        say(json_text(answer_row(found)))
        return
    say(csv_text(*answer_csv(found)) if csv else answer_lines(session.screen, found))
    if csv and found.total > len(found.rows):
        tell(f"The first {len(found.rows):,} of {found.total:,} rows; more with --limit.")


def _converse(session: Session, answer: Callable[[str], None]) -> None:
    """Ask for statements until Ctrl-D; what is wrong with one is said, and the next is asked for."""
    from interactions.queries.sql.split import something, split

    with contextlib.suppress(ImportError):
        # Makes the lines of `input` editable; they are kept in no file.
        import readline  # noqa: F401
    tell(_HELP)
    held = ""
    while True:
        try:
            line = input("  ...> " if something(held) else "kith> ")
            word = line.strip().rstrip(";").lower()
            if not something(held) and word in _WORDS:
                if not _WORDS[word](session):
                    return
                continue
            ended, held = split(f"{held}{line}\n")
            for one in ended:
                answer(one)
        except EOFError:
            say("")
            return
        except KeyboardInterrupt:
            held = ""
            tell("\nStopped.")
        except UnicodeDecodeError:
            tell("That is no UTF-8 text. Type it again.")
        except UsageProblem as problem:
            tell(plain(str(problem)))


def _views(session: Session, as_json: bool = False) -> bool:
    from kith.show.rows import json_text
    from kith.show.sqled import views_lines, views_row

    say(json_text(views_row()) if as_json else views_lines(session.screen))
    return True


def _help(_session: Session) -> bool:
    tell(_HELP)
    return True


#: Words of a conversation that are no statements: whether it goes on after them.
_WORDS: dict[str, Callable[[Session], bool]] = {
    **dict.fromkeys((".views", ".tables", ".schema"), _views),
    **dict.fromkeys(("help", ".help", "?"), _help),
    **dict.fromkeys(("quit", "exit", ".quit", ".exit"), lambda _session: False),
}
