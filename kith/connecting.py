"""`kith connect google`: who is asked, what was granted, what is to be read, and the account stored at the end."""

from __future__ import annotations

import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import click
import msgspec
from msgspec import Struct

from interactions.errors import UsageProblem
from interactions.secret import Key
from interactions.settings import Settings
from interactions.store import accounts, connections, credentials
from interactions.store.database import Database
from kith.consent import NOWHERE, Listener, pasted
from kith.show.plain import plain

if TYPE_CHECKING:
    from connectors.asking import Asking
    from connectors.google.oauth import Client, Subject, Token
    from connectors.google.trial import Trial

#: What a stream holds, for sentences.
WORDS = {
    "google.mail": "mail headers", "google.calendar": "calendar", "google.contacts": "contacts",
    "google.other_contacts": "other contacts",
}  # fmt: skip


class Wishes(Struct, frozen=True):
    """What the owner said on the command line."""

    browser: bool = True
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
    client: Client
    wishes: Wishes
    #: Shows the owner the question; None: their browser does.
    browse: Callable[[str], object] | None = None

    def run(self) -> list[str]:
        """Ask, try out, choose, store; what to tell at the end. Raises KithError; then nothing was stored."""
        from connectors.google import oauth, trial

        known = connections.connected(self.db, self.owner_id, "google")
        again = self._again(known)
        token, subject = self._consented(again.label if again else self.wishes.account)
        if again is not None and subject.sub != again.subject:
            raise UsageProblem(
                f"The browser answered with another account than {plain(again.label)}. Nothing was changed. Run it"
                " again and choose that one, or add the other beside it with  kith connect google --new."
            )
        if self.browse is None:
            click.echo(f"Google says this is {plain(subject.email)}. Asking each of its services once …", err=True)
        found = trial.tried(trial.held(self.settings, self.client, token, subject), token.scope)
        off = {stream: _off(stream) for stream in oauth.missing(token.scope)}
        before = next((one for one in known if one.subject == subject.sub), None)
        consent = self._consent(token, subject, off, before, self._choices(found, before is not None))
        _, new = connections.connect(self.db, self.key, self.owner_id, consent, again.subject if again else "")
        accounts.add_own(self.db, self.owner_id, [subject.email])
        self._exclude(found, new)
        return self._told(subject, found, off, new)

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

    def _consented(self, hint: str) -> tuple[Token, Subject]:
        from connectors.google import oauth
        from connectors.http import Http

        asked, code = self._browsed(hint) if self.wishes.browser else self._pasted(hint)
        settings = self.settings
        with closing(Http(settings.google_origins(), settings.ca_file, settings.request_seconds)) as http:
            token = oauth.exchanged(settings, http, self.client, asked, code, time.time())
            return token, oauth.userinfo(settings, http, token.access_token)

    def _browsed(self, hint: str) -> tuple[Asking, str]:
        from connectors.google import oauth

        listener = Listener()
        asked = oauth.asking(self.settings, self.client, listener.redirect_uri, hint)
        if self.browse is None:
            click.echo(
                "\n".join([*_promises(), "Your browser opens now. If it does not, open this address in it:", ""])
            )
            click.echo(f"  {asked.url}\n")
            click.echo("Waiting for your answer there. Ctrl-C ends this; nothing is stored before it.", err=True)
        sys.stdout.flush()
        # A browser of the terminal's keeps whoever started it waiting, and the answer is to be taken meanwhile.
        threading.Thread(target=self.browse or webbrowser.open, args=(asked.url,), daemon=True).start()
        return asked, listener.wait(asked)

    def _pasted(self, hint: str) -> tuple[Asking, str]:
        from connectors.google import oauth

        asked = oauth.asking(self.settings, self.client, NOWHERE, hint)
        click.echo(
            "\n".join([*_promises(), "Open this address in a browser, on any machine:", "", f"  {asked.url}", ""])
        )
        click.echo(
            "After you choose Continue the browser says that it cannot reach 127.0.0.1: that is as it should be.\n"
            "Copy the whole address it shows and paste it here:"
        )
        sys.stdout.flush()
        return asked, pasted(sys.stdin.readline(), asked)

    def _consent(
        self, token: Token, subject: Subject, off: dict[str, str], before: connections.Account | None,
        choices: Sequence[connections.Choice],
    ) -> connections.Consent:  # fmt: skip
        from connectors.google.oauth import SCOPES

        wishes = self.wishes
        since = wishes.since if not isinstance(wishes.since, str) else before.since if before else None
        skip = wishes.skip_bulk if wishes.skip_bulk is not None else bool(before and before.skip_bulk)
        return connections.Consent(
            "google", subject.sub, subject.email, token.scope, msgspec.json.encode(token), tuple(SCOPES), off, since,
            skip, choices,
        )  # fmt: skip

    def _choices(self, found: Trial, known: bool) -> list[connections.Choice]:
        """Which calendars are read: the owner's own unless they say otherwise; of a known account only what is said."""
        wanted = {name.lower() for name in self.wishes.calendars}
        unknown = wanted - {one.name.lower() for one in found.calendars} - {one.id.lower() for one in found.calendars}
        if unknown:
            raise UsageProblem(f"There is no calendar called {plain(sorted(unknown)[0])}. Nothing was stored.")
        picked = {one.id for one in found.calendars if one.owned or {one.name.lower(), one.id.lower()} & wanted}
        if self._asks() and not known and found.calendars:
            picked = _picked([(one.id, one.name, one.owned) for one in found.calendars], picked)
        if known:
            named = [one for one in found.calendars if {one.name.lower(), one.id.lower()} & wanted]
            return [connections.Choice("google.calendar", one.id, one.name, included=True) for one in named]
        return [connections.Choice("google.calendar", one.id, one.name, one.id in picked) for one in found.calendars]

    def _exclude(self, found: Trial, new: bool) -> None:
        """Keep mail with some labels out, as the command line or an answer says. Raises UsageProblem."""
        from interactions.store import purge

        wanted = list(self.wishes.excluded_labels)
        if new and found.labels and not wanted and self._asks():
            wanted = _unwanted(found.labels)
        for label in wanted:
            purge.exclude(self.db, self.owner_id, "label", label)

    def _asks(self) -> bool:
        return sys.stdin.isatty() and sys.stderr.isatty() and not self.wishes.yes

    def _read_calendars(self) -> list[tuple[str, bool]]:
        """Name of each calendar, and whether it is read."""
        return connections.containers_of(self.db, self.owner_id, "google.calendar")

    def _told(self, subject: Subject, found: Trial, off: dict[str, str], new: bool) -> list[str]:
        from kith.supervisor import service_running

        lines = [f"{plain(subject.email)} is connected{'' if new else ' again; it goes on where it was'}."]
        for stream, what in WORDS.items():
            said = f"off: {off[stream]}" if stream in off else found.problems.get(stream) or _there(stream, found)
            lines.append(f"  {what:<15} {plain(said)}")
            if stream == "google.calendar" and stream not in off and new:
                lines += [f"    [{'x' if read else ' '}] {plain(name)}" for name, read in self._read_calendars()]
        if service_running(self.settings):
            return [*lines, "Kith runs and reads it now:  kith status"]
        return [*lines, "Next:  kith up  reads it, from now on and by itself."]


def _unwanted(labels: Sequence[str]) -> list[str]:
    """Ask for labels whose mail is never to be stored. Raises UsageProblem."""
    click.echo("Your labels. Mail with some of them can be kept out for good:", err=True)
    for number, label in enumerate(labels, 1):
        click.echo(f"  {number:>2} {plain(label)}", err=True)
    answer = str(click.prompt("Numbers of labels to keep out, or none", default="none", err=True))
    return [] if answer.strip().lower() == "none" else [labels[number - 1] for number in _numbers(answer, len(labels))]


def _numbers(answer: str, highest: int) -> list[int]:
    """The numbers of an answer. Raises UsageProblem for one that is not in the list."""
    words = answer.replace(",", " ").split()
    for word in words:
        if not (word.isascii() and word.isdigit() and 1 <= int(word) <= highest):
            raise UsageProblem(f"There is no number {plain(word)} in the list.")
    return [int(word) for word in words]


def _promises() -> list[str]:
    return [
        "Google is asked for, and shows you:  message headers (never bodies: this permission cannot read them),",
        "calendars and events (Kith never asks for descriptions, attachments or conference data), contacts (never",
        "notes or photos). All of it can only read.",
        "",
    ]


def _off(stream: str) -> str:
    from connectors.google.api import scope_missing

    return scope_missing(stream)


def _there(stream: str, found: Trial) -> str:
    if stream == "google.calendar":
        own = sum(one.owned for one in found.calendars)
        return f"answers; {len(found.calendars)} calendars, {own} your own"
    if stream == "google.mail" and found.labels:
        names = ", ".join(found.labels[:8]) + (" …" if len(found.labels) > 8 else "")
        return f"answers; your labels: {names}  (kith exclude label NAME keeps one out)"
    return "answers"


def _picked(listed: Sequence[tuple[str, str, bool]], picked: set[str]) -> set[str]:
    """Ask which calendars are read. Raises UsageProblem."""
    click.echo("Which calendars shall be read? Of others' only events that you are a guest of count.", err=True)
    for number, (id, name, own) in enumerate(listed, 1):
        mark = "x" if id in picked else " "
        click.echo(f"  {number:>2} [{mark}] {plain(name)}{'' if own else '   (not yours)'}", err=True)
    default = " ".join(str(number) for number, (id, _, _) in enumerate(listed, 1) if id in picked)
    answer = str(click.prompt("Their numbers", default=default, err=True))
    return {listed[number - 1][0] for number in _numbers(answer, len(listed))}


def client_of(db: Database, key: Key) -> Client:
    """The owner's client. Raises UsageProblem when there is none."""
    from connectors.google.oauth import registered

    stored = credentials.load_client(db, key, "google")
    if stored is None:
        raise UsageProblem(
            "Kith has no Google client of yours yet. Run  kith setup google  for how to make one, then"
            "  kith setup google FILE."
        )
    return registered(stored)
