"""`kith forget PERSON`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from interactions.errors import KithError, UsageProblem
from kith.commands.session import Session, agreed, opened, say, tell
from kith.show.plain import plain, readable

if TYPE_CHECKING:
    from interactions.store.forget import Forgot
    from interactions.store.traces import Found


class _Wanted(Struct, frozen=True):
    """Who is to be erased."""

    name: str
    addresses: tuple[str, ...]


@click.command("forget")
@click.argument("person", nargs=-1, required=True, metavar="PERSON")
@click.option("--check", "check", is_flag=True, help="Search the whole database for these addresses or names.")
@click.option("--yes", is_flag=True, help="Do not ask. PERSON has to be a whole name or address then.")
@click.pass_context
def command_forget(context: click.Context, person: Sequence[str], check: bool, yes: bool) -> int:
    """Erase a person everywhere, for good: mails and meetings between you, their card, their part in others' mail.

    Nothing of theirs is stored again, whatever an account, an archive or a restored backup brings: what stays is a
    salted hash of each address and name. This cannot be undone. Somebody else of the same name stays, and so does
    what names them alone.

    kith forget --check ADDRESS…  searches the whole database, byte by byte on SQLite, and says what it finds.
    Backups that were written before still hold them: delete those, or rely on it that restoring one forgets again.
    """
    from kith.commands import whom

    wanted = [text for text in person if text.strip()]
    if not wanted:
        raise UsageProblem(whom.NOBODY)
    if not check and len(wanted) > 1 and any("@" in text or " " in text.strip() for text in wanted):
        raise UsageProblem("One at a time: each is asked about. Say one address or one name.")
    with opened(context) as session:
        if check:
            return _check(session, wanted)
        return _forget(session, _meant(session, " ".join(wanted), yes), yes)


def _meant(session: Session, text: str, yes: bool) -> _Wanted:
    """Whoever that is; also somebody of whom nothing is left but what they are called."""
    from interactions.address import canonical
    from interactions.queries.called import is_somebodys
    from interactions.queries.folding import fold
    from interactions.queries.people import named
    from interactions.store import traces
    from kith.commands import whom

    if not named(session.db, session.owner_id, text, session.now).people:
        whom.not_yourself(session, text)
        left = traces.search(session.db, _forms([text]))
        if not left:
            raise KithError(f"Nobody here is called {plain(text)!r}, and nothing of that name is written anywhere.")
        if not any(one.written for one in left):
            session.db.compact()
            raise KithError(
                f"Nobody here is called {plain(text)!r}. What was left of it in unused space of the file is gone now."
            )
        if not is_somebodys(session.db, session.owner_id, text):
            raise KithError(
                f"Nobody is called {plain(text)!r}: it only stands in what people wrote. People are forgotten, words"
                f" are not;  kith forget --check {plain(text)!r}  says where it stands."
            )
        return _Wanted(text, (canonical(text) if "@" in text else f"name:{' '.join(fold(text).split())}",))
    found = whom.one(session, text)
    whole = {fold(found.name), *map(fold, found.addresses), *(fold(readable(one)) for one in found.addresses)}
    if yes and not whole & {fold(text), canonical(text)}:
        raise UsageProblem(f"That is {_called(found.name, found.addresses)}? With --yes say the whole name or address.")
    return _Wanted(found.name, found.addresses)


def _forget(session: Session, wanted: _Wanted, yes: bool) -> int:
    """Erase them once the owner agrees; 1 when something of theirs is still written somewhere."""
    from interactions.store import forget
    from kith.commands import whom
    from kith.show.answers import count

    foreseen = forget.preview(session.db, session.owner_id, wanted.addresses, [wanted.name])
    others = f", and their part in {count(foreseen.redacted, 'item')} of others" if foreseen.redacted else ""
    who = _called(wanted.name, wanted.addresses)
    question = (
        f"Erase {who} for good: {count(foreseen.erased, 'mail, entry or card', 'mails, entries and cards')}{others}?"
    )
    if not agreed(question, yes, f"{question} This cannot be undone: say --yes."):
        say("Nothing was erased.")
        return 0
    forgot = forget.forget(session.db, session.owner_id, wanted.addresses, [wanted.name])
    whom.settle(session)
    say(
        f"Forgotten. {count(forgot.erased, 'item')} erased, {count(forgot.redacted, 'item')} of others kept without"
        " them. Nothing of theirs is stored again."
    )
    return _tell_what_is_left(session, wanted, forgot)


def _called(name: str, addresses: Sequence[str]) -> str:
    shown = ", ".join(plain(one) for address in addresses if (one := readable(address)) and one != name)
    return f"{plain(name)} ({shown})" if shown else plain(name)


def _tell_what_is_left(session: Session, wanted: _Wanted, forgot: Forgot) -> int:
    from interactions.store import traces
    from kith.show.answers import count

    addresses = [one for address in wanted.addresses if (one := readable(address))]
    # A single word stands in many others: it is looked for where nothing else is known of them.
    names = () if forgot.namesakes else (*forgot.names, *([] if addresses else [wanted.name]))
    texts = [*addresses, *_forms(names)]
    left = traces.search(session.db, texts)
    say("Searched the whole database: nothing is left." if not left else _lines(session, left, texts))
    if forgot.namesakes:
        stays = ", ".join(plain(readable(one)) or plain(wanted.name) for one in forgot.namesakes)
        tell(f"The name itself stays with somebody else who is called so: {stays}.")
    backups = sorted((session.settings.data_dir / "backups").glob("*.kith"))
    if backups:
        tell(
            f"{count(len(backups), 'backup')} in {backups[0].parent} may still hold them. Restoring one forgets again."
        )
    return 1 if left else 0


def _check(session: Session, wanted: Sequence[str]) -> int:
    from interactions.store import traces

    texts = _forms(wanted)
    found = traces.search(session.db, texts)
    if not found:
        say(f"Searched the whole database for {', '.join(map(plain, wanted))}: nothing is there.")
        return 0
    say(_lines(session, found, texts))
    return 1


def _forms(texts: Iterable[str]) -> list[str]:
    """The ways an address or a name is written."""
    from interactions.address import canonical
    from interactions.store import traces

    return [form for text in texts for form in (*traces.spellings(text), *([canonical(text)] if "@" in text else []))]


def _lines(session: Session, found: Sequence[Found], texts: Sequence[str]) -> list[str]:
    """Where it is written, in which items, and what can be done about it."""
    from interactions.store import traces

    lines = ["Still written in:", *(f"  {one.place}: {one.count:,}" for one in found)]
    if numbers := traces.items_with(session.db, session.owner_id, texts):
        listed = ", ".join(f"i{number}" for number in numbers)
        lines.append(
            f"That is, of mails, entries and cards: {listed}.  kith why i{numbers[0]}  shows it;"
            "  kith exclude address ADDRESS  takes out all that its sender wrote."
        )
    elif not any(one.written for one in found):
        lines.append("It is only in unused space of the file:  kith forget  with the same words rewrites it.")
    return lines
