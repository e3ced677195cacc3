"""Where items come from: one connector for each stream, by the stream's name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from connectors.protocol import Connector
from interactions.errors import UsageProblem

if TYPE_CHECKING:
    from connectors.google.api import Online
    from connectors.microsoft.graph import Connected


class Opening(Struct, frozen=True):
    """What a connector is made from: an archive's path, or a connected account."""

    path: Path
    page_items: int
    account: Online | Connected | None

    @property
    def google(self) -> Online:
        """The account of a stream of Google's."""
        from connectors.google.api import Online

        assert isinstance(self.account, Online), "a stream of Google's needs an account there"
        return self.account

    @property
    def microsoft(self) -> Connected:
        """The account of a stream of Microsoft's."""
        from connectors.microsoft.graph import Connected

        assert isinstance(self.account, Connected), "a stream of Microsoft's needs an account there"
        return self.account


def _mbox(opening: Opening) -> Connector:
    from connectors.files.mbox import MboxFiles

    return MboxFiles(opening.path, opening.page_items)


def _maildir(opening: Opening) -> Connector:
    from connectors.files.maildir import Maildirs

    return Maildirs(opening.path, opening.page_items)


def _ics(opening: Opening) -> Connector:
    from connectors.files.ics import CalendarFiles

    return CalendarFiles(opening.path, opening.page_items)


def _vcf(opening: Opening) -> Connector:
    from connectors.files.vcf import ContactFiles

    return ContactFiles(opening.path, opening.page_items)


def _gmail(opening: Opening) -> Connector:
    from connectors.google.gmail import Gmail

    return Gmail(opening.google, opening.page_items)


def _google_calendar(opening: Opening) -> Connector:
    from connectors.google.calendar import GoogleCalendar

    return GoogleCalendar(opening.google, opening.page_items)


def _google_contacts(opening: Opening) -> Connector:
    from connectors.google.contacts import GoogleContacts

    return GoogleContacts(opening.google, opening.page_items)


def _google_other_contacts(opening: Opening) -> Connector:
    from connectors.google.contacts import GoogleOtherContacts

    return GoogleOtherContacts(opening.google, opening.page_items)


def _outlook_mail(opening: Opening) -> Connector:
    from connectors.microsoft.mail import OutlookMail

    return OutlookMail(opening.microsoft, opening.page_items)


def _outlook_calendar(opening: Opening) -> Connector:
    from connectors.microsoft.calendar import OutlookCalendar

    return OutlookCalendar(opening.microsoft, opening.page_items)


def _outlook_contacts(opening: Opening) -> Connector:
    from connectors.microsoft.contacts import OutlookContacts

    return OutlookContacts(opening.microsoft, opening.page_items)


#: Stream name to what makes its connector; the parsers are imported when one is made.
CONNECTORS: dict[str, Callable[[Opening], Connector]] = {
    "file.mbox": _mbox,
    "file.maildir": _maildir,
    "file.ics": _ics,
    "file.vcf": _vcf,
    "google.mail": _gmail,
    "google.calendar": _google_calendar,
    "google.contacts": _google_contacts,
    "google.other_contacts": _google_other_contacts,
    "microsoft.mail": _outlook_mail,
    "microsoft.calendar": _outlook_calendar,
    "microsoft.contacts": _outlook_contacts,
}


def open_stream(
    stream: str, path: Path = Path(), page_items: int = 500, account: Online | Connected | None = None
) -> Connector:  # fmt: skip
    """The connector of one stream, of the archive at `path` or of a connected account.

    Its pages hold at most `page_items`. Raises UsageProblem for a stream there is none for.
    """
    make = CONNECTORS.get(stream)
    if make is None:
        raise UsageProblem(f"There is no connector for {stream}. Known are {', '.join(CONNECTORS)}.")
    return make(Opening(path, page_items, account))
