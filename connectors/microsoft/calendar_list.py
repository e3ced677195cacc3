"""The calendars of an account, and which of them are its owner's.

learn.microsoft.com/graph/api/user-list-calendars
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from connectors.microsoft.graph import Session
from connectors.text import clean
from interactions.errors import SourceDown
from interactions.items import NAME_MAX

_QUERY = {"$top": "100", "$select": "id,name,owner,isDefaultCalendar,canEdit"}
_PAGES_MAX = 50


class _Owner(Struct):
    name: str | None = ""
    address: str | None = ""


class _Calendar(Struct, rename="camel"):
    id: str
    name: str | None = ""
    owner: _Owner | None = None
    is_default_calendar: bool | None = False


class _Calendars(Struct):
    value: list[_Calendar] = []
    next_link: str = field(name="@odata.nextLink", default="")


class Listed(Struct, frozen=True):
    """One calendar."""

    id: str
    name: str
    #: It is the account's own.
    owned: bool
    default: bool = False


def calendar_list(session: Session, own: Sequence[str]) -> list[Listed]:
    """Every calendar, the account's default one first, then its own. Raises SourceProblem."""
    addresses = {one.lower() for one in own}
    found: list[Listed] = []
    url = session.url("me", "calendars", **_QUERY)
    for _ in range(_PAGES_MAX):
        page = session.get(url, _Calendars)
        for one in page.value:
            owner = (one.owner.address or "").lower() if one.owner is not None else ""
            default = bool(one.is_default_calendar)
            name = clean(one.name or "", NAME_MAX) or "(no name)"
            found.append(Listed(one.id, name, default or owner in addresses, default))
        if not page.next_link:
            break
        url = page.next_link
    else:
        raise SourceDown("Outlook calendar gives pages of calendars without end. It is tried again.")
    if not found:
        # Every mailbox has a calendar: an empty list is a mistake, and must not empty the log.
        raise SourceDown("Outlook calendar lists no calendar at all. It is tried again.")
    return sorted(found, key=lambda one: (not one.default, not one.owned, one.name))
