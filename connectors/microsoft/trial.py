"""A consent tried out before anything of it is stored: each stream asked once, calendars and folders listed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from msgspec import Struct, field

from connectors.held import Held
from connectors.microsoft.calendar import OutlookCalendar
from connectors.microsoft.calendar_list import Listed
from connectors.microsoft.contacts import OutlookContacts
from connectors.microsoft.entra import SCOPES, Client
from connectors.microsoft.graph import Connected
from connectors.microsoft.mail import OutlookMail
from connectors.rate import LocalLedger
from connectors.slots import LocalSlots
from interactions.errors import SourceProblem
from interactions.settings import Settings


class Trial(Struct):
    """What each stream said."""

    calendars: Sequence[Listed] = ()
    #: Names of the mail folders that are read.
    folders: Sequence[str] = ()
    #: Addresses of the account's owner.
    own: Sequence[str] = ()
    #: stream → what is wrong, in a sentence
    problems: dict[str, str] = field(default_factory=dict)


def held(settings: Settings, client: Client, cache: bytes, subject: str, address: str) -> Connected:
    """An account as it is before it is stored."""
    return Connected(settings, client, Held(cache), LocalLedger(), LocalSlots(), subject, address)


def tried(account: Connected) -> Trial:
    """Ask every stream, once."""
    found = Trial()
    for stream in SCOPES:
        try:
            _ask(stream, account, found)
        except SourceProblem as problem:
            found.problems[stream] = str(problem)
    return found


def _ask(stream: str, account: Connected, found: Trial) -> None:
    if stream == "microsoft.mail":
        with closing(OutlookMail(account)) as mail:
            found.folders = mail.folders()
            found.own = mail.whoami().addresses
    elif stream == "microsoft.calendar":
        with closing(OutlookCalendar(account)) as calendar:
            found.calendars = calendar.calendars()
    else:
        with closing(OutlookContacts(account)) as contacts:
            contacts.whoami()
