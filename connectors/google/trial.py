"""A consent tried out before anything of it is stored: each API asked once, calendars and labels listed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import msgspec
from msgspec import Struct, field

from connectors.google.api import Online
from connectors.google.calendar import GoogleCalendar, Listed
from connectors.google.contacts import GoogleContacts, GoogleOtherContacts
from connectors.google.gmail import Gmail
from connectors.google.oauth import SCOPES, Client, Subject, Token, missing
from connectors.held import Held
from connectors.rate import LocalLedger
from interactions.errors import SourceProblem
from interactions.settings import Settings


class Trial(Struct):
    """What each API said."""

    calendars: Sequence[Listed] = ()
    #: Names of the owner's labels.
    labels: Sequence[str] = ()
    #: stream → what is wrong, in a sentence
    problems: dict[str, str] = field(default_factory=dict)


def held(settings: Settings, client: Client, token: Token, subject: Subject) -> Online:
    """An account as it is before it is stored."""
    return Online(settings, client, Held(msgspec.json.encode(token)), LocalLedger(), subject.sub, subject.email)


def tried(online: Online, scope: str) -> Trial:
    """Ask every API that the scopes allow, once."""
    found = Trial()
    allowed = [stream for stream in SCOPES if stream not in missing(scope)]
    for stream in allowed:
        try:
            _ask(stream, online, found)
        except SourceProblem as problem:
            found.problems[stream] = str(problem)
    return found


def _ask(stream: str, online: Online, found: Trial) -> None:
    if stream == "google.mail":
        with closing(Gmail(online)) as gmail:
            gmail.whoami()
            found.labels = sorted(gmail.labels().values())
    elif stream == "google.calendar":
        with closing(GoogleCalendar(online)) as calendar:
            found.calendars = calendar.calendars()
    else:
        with closing(
            GoogleContacts(online) if stream == "google.contacts" else GoogleOtherContacts(online)
        ) as contacts:
            contacts.whoami()
