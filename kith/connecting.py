"""`kith connect`: who is asked, what was granted, what is to be read, and the account stored at the end."""

from __future__ import annotations

import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from msgspec import Struct

from interactions.errors import KithError, SourceDown, UsageProblem
from interactions.secret import Key
from interactions.settings import Settings
from interactions.store import accounts, connections
from interactions.store.database import Database
from kith.consent import Listener, pasted
from kith.provider import Found, Given, Provider
from kith.show.plain import plain

if TYPE_CHECKING:
    from connectors.asking import Asking


class Wishes(Struct, frozen=True):
    """What the owner said on the command line."""

    browser: bool = True
    #: Ask for a code that is typed on another device.
    device: bool = False
    account: str = ""
    new: bool = False
    #: Seconds since 1970 UTC, None for no limit, "" when not said.
    since: int | str | None = ""
    #: None when not said.
    skip_bulk: bool | None = None
    calendars: Sequence[str] = ()
    excluded_labels: Sequence[str] = ()
    yes: bool = False


class Connecting(Struct):
    """One consent, from the question to the stored account."""

    settings: Settings
    db: Database
    owner_id: int
    key: Key
    provider: Provider
    wishes: Wishes
    #: Shows the owner the question; None: their browser does.
    browse: Callable[[str], object] | None = None

    def run(self) -> list[str]:
        """Ask, try out, choose, store; what to tell at the end. Raises KithError; then nothing was stored."""
        provider = self.provider
        known = connections.connected(self.db, self.owner_id, provider.name)
        again = self._again(known)
        try:
            given = self._consented(again.label if again else self.wishes.account)
        except SourceDown as problem:
            # In the background it would be tried again.
            said = str(problem).removesuffix(" It is tried again.")
            raise KithError(f"{said} Nothing was stored; run it again.") from None
        if again is not None and given.subject != again.subject:
            raise UsageProblem(
                f"The browser answered with another account than {plain(again.label)}. Nothing was changed. Run it"
                f" again and choose that one, or add the other beside it with  kith connect {provider.name} --new."
            )
        if self.browse is None:
            click.echo(
                f"{provider.called} says this is {plain(given.label)}. Asking each of its services once …", err=True
            )
        found = provider.tried(given)
        off = provider.off(given.scopes)
        before = next((one for one in known if one.subject == given.subject), None)
        consent = self._consent(given, off, before, self._choices(found, before is not None))
        _, new = connections.connect(self.db, self.key, self.owner_id, consent, again.subject if again else "")
        accounts.add_own(self.db, self.owner_id, list(found.own) or [given.label])
        self._exclude(found, new)
        return self._told(given, found, off, new)

    def _again(self, known: Sequence[connections.Account]) -> connections.Account | None:
        """The account whose consent is to be renewed; None when one may be added. Raises UsageProblem."""
        if self.wishes.account:
            for one in known:
                if one.label.lower() == self.wishes.account.lower():
                    return one
            return None
        lost = [one for one in known if not one.connected or one.waiting]
        if self.wishes.new or not lost:
            return None
        if len(lost) > 1:
            names = ", ".join(plain(one.label) for one in lost)
            raise UsageProblem(f"Several accounts wait to be connected again: {names}. Choose one with --account.")
        return lost[0]

    def _consented(self, hint: str) -> Given:
        if self.wishes.device:
            return self.provider.by_device(self._tell_device)
        asked, code = self._browsed(hint) if self.wishes.browser else self._pasted(hint)
        return self.provider.answered(asked, code)

    def _browsed(self, hint: str) -> tuple[Asking, str]:
        with closing(Listener()) as listener:
            asked = self.provider.asking(self.provider.redirect_uri(listener.port), hint)
            if self.browse is None:
                click.echo(
                    "\n".join(
                        [
                            *self.provider.promises,
                            "",
                            "Your browser opens now. If it does not, open this address in it:",
                            "",
                        ]
                    )
                )
                click.echo(f"  {asked.url}\n")
                click.echo("Waiting for your answer there. Ctrl-C ends this; nothing is stored before it.", err=True)
            sys.stdout.flush()
            # A browser of the terminal's keeps whoever started it waiting, and the answer is to be taken meanwhile.
            threading.Thread(target=self.browse or webbrowser.open, args=(asked.url,), daemon=True).start()
            return asked, listener.wait(asked)

    def _pasted(self, hint: str) -> tuple[Asking, str]:
        # Nothing listens there: the browser shows an error, and its address bar has the answer.
        asked = self.provider.asking(self.provider.redirect_uri(1), hint)
        where = urlsplit(asked.redirect_uri).hostname
        click.echo(
            "\n".join(
                [
                    *self.provider.promises,
                    "",
                    "Open this address in a browser, on any machine:",
                    "",
                    f"  {asked.url}",
                    "",
                ]
            )
        )
        click.echo(
            f"After you choose {self.provider.button} the browser says that it cannot reach {where}: that is as it"
            " should be.\nCopy the whole address it shows and paste it here:"
        )
        sys.stdout.flush()
        return asked, pasted(sys.stdin.readline(), asked)

    def _ask(self, *lines: str) -> None:
        click.echo("\n".join([*self.provider.promises, "", *lines]))

    def _tell_device(self, address: str, code: str) -> None:
        click.echo(
            "\n".join(
                [
                    *self.provider.promises,
                    "",
                    "On any device open",
                    f"  {address}",
                    "and enter the code",
                    f"  {code}",
                    "",
                ]
            )
        )
        click.echo("Waiting for your answer there. Ctrl-C ends this; nothing is stored before it.", err=True)
        sys.stdout.flush()

    def _consent(
        self, given: Given, off: dict[str, str], before: connections.Account | None,
        choices: Sequence[connections.Choice],
    ) -> connections.Consent:  # fmt: skip
        wishes = self.wishes
        since = wishes.since if not isinstance(wishes.since, str) else before.since if before else None
        skip = wishes.skip_bulk if wishes.skip_bulk is not None else bool(before and before.skip_bulk)
        return connections.Consent(
            self.provider.name, given.subject, given.label, given.scopes, given.secret, tuple(self.provider.words), off,
            since, skip, choices,
        )  # fmt: skip

    def _choices(self, found: Found, known: bool) -> list[connections.Choice]:
        """Which calendars are read: the owner's own unless they say otherwise; of a known account only what is said."""
        wanted = {name.lower() for name in self.wishes.calendars}
        unknown = wanted - {one.name.lower() for one in found.calendars} - {one.id.lower() for one in found.calendars}
        if unknown:
            raise UsageProblem(f"There is no calendar called {plain(sorted(unknown)[0])}. Nothing was stored.")
        picked = {one.id for one in found.calendars if one.owned or {one.name.lower(), one.id.lower()} & wanted}
        if self._may_ask() and not known and found.calendars:
            picked = _picked([(one.id, one.name, one.owned) for one in found.calendars], picked)
        if known:
            named = [one for one in found.calendars if {one.name.lower(), one.id.lower()} & wanted]
            return [connections.Choice(self._calendar, one.id, one.name, included=True) for one in named]
        return [connections.Choice(self._calendar, one.id, one.name, one.id in picked) for one in found.calendars]

    @property
    def _calendar(self) -> str:
        return f"{self.provider.name}.calendar"

    def _exclude(self, found: Found, new: bool) -> None:
        """Keep mail with some labels out, as the command line or an answer says. Raises UsageProblem."""
        from interactions.store import purge

        wanted = list(self.wishes.excluded_labels)
        if new and found.labels and not wanted and self._may_ask():
            wanted = _unwanted(found.labels, self.provider.label_word)
        for label in wanted:
            purge.exclude(self.db, self.owner_id, "label", label)

    def _may_ask(self) -> bool:
        return sys.stdin.isatty() and sys.stderr.isatty() and not self.wishes.yes

    def _read_calendars(self) -> list[tuple[str, bool]]:
        """Name of each calendar, and whether it is read."""
        return connections.containers_of(self.db, self.owner_id, self._calendar)

    def _told(self, given: Given, found: Found, off: dict[str, str], new: bool) -> list[str]:
        from kith.supervisor import service_running

        lines = [f"{plain(given.label)} is connected{'' if new else ' again; it goes on where it was'}."]
        for stream, what in self.provider.words.items():
            said = f"off: {off[stream]}" if stream in off else found.problems.get(stream) or self._there(stream, found)
            lines.append(f"  {what:<15} {plain(said)}")
            if stream == self._calendar and stream not in off and new:
                lines += [f"    [{'x' if read else ' '}] {plain(name)}" for name, read in self._read_calendars()]
        if service_running(self.settings):
            return [*lines, "Kith runs and reads it now:  kith status"]
        return [*lines, "Next:  kith up  reads it, from now on and by itself."]

    def _there(self, stream: str, found: Found) -> str:
        kind = stream.partition(".")[2]
        if kind == "calendar":
            own = sum(one.owned for one in found.calendars)
            return f"answers; {len(found.calendars)} calendars, {own} your own"
        if kind == "mail" and found.labels:
            names = ", ".join(found.labels[:8]) + (" …" if len(found.labels) > 8 else "")
            return f"answers; your {self.provider.label_word}: {names}  (kith exclude label NAME keeps one out)"
        return "answers"


def _unwanted(labels: Sequence[str], word: str) -> list[str]:
    """Ask for labels whose mail is never to be stored. Raises UsageProblem."""
    click.echo(f"Your {word}. Mail in some of them can be kept out for good:", err=True)
    for number, label in enumerate(labels, 1):
        click.echo(f"  {number:>2} {plain(label)}", err=True)
    answer = str(click.prompt(f"Numbers of {word} to keep out, or none", default="none", err=True))
    return [] if answer.strip().lower() == "none" else [labels[number - 1] for number in _numbers(answer, len(labels))]


def _numbers(answer: str, highest: int) -> list[int]:
    """The numbers of an answer. Raises UsageProblem for one that is not in the list."""
    words = answer.replace(",", " ").split()
    for word in words:
        if not (word.isascii() and word.isdigit() and 1 <= int(word) <= highest):
            raise UsageProblem(f"There is no number {plain(word)} in the list.")
    return [int(word) for word in words]


def _picked(listed: Sequence[tuple[str, str, bool]], picked: set[str]) -> set[str]:
    """Ask which calendars are read. Raises UsageProblem."""
    click.echo("Which calendars shall be read? Of others' only events that you are a guest of count.", err=True)
    for number, (id, name, own) in enumerate(listed, 1):
        mark = "x" if id in picked else " "
        click.echo(f"  {number:>2} [{mark}] {plain(name)}{'' if own else '   (not yours)'}", err=True)
    default = " ".join(str(number) for number, (id, _, _) in enumerate(listed, 1) if id in picked)
    answer = str(click.prompt("Their numbers", default=default, err=True))
    return {listed[number - 1][0] for number in _numbers(answer, len(listed))}
