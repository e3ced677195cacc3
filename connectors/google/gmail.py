"""`google.mail`: a Gmail mailbox, ids first and content by need, then what changed since; under gmail.metadata.

The whole listing costs 5 units for 500 ids, so it is made in full: what was sent, what is never wanted (drafts, chats),
what can wait (promotions, social), then all. The history id is pinned before it, so that nothing slips through.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from connectors import cursor as cursors
from connectors.google import gmail_history
from connectors.google.api import Api, Online, Session
from connectors.google.gmail_fetch import Fetching
from connectors.google.gmail_message import is_id, milliseconds
from connectors.refusal import Means, Refused
from interactions.errors import SourceDown
from interactions.items import DEFERRED, NEVER, WANTED, Container, Gone, Identity, Item, Page, Ref

#: (label, lane) in the order of listing; "" is the whole mailbox without spam and trash.
_PHASES = (
    ("SENT", WANTED),
    ("DRAFT", NEVER),
    ("CHAT", NEVER),
    ("CATEGORY_PROMOTIONS", DEFERRED),
    ("CATEGORY_SOCIAL", DEFERRED),
    ("", WANTED),
)
#: The log begins with this many of the newest mails that the owner sent.
_FIRST = 50
#: Units of the methods that cost the same everywhere.
_PROFILE, _LABELS, _HISTORY, _LIST = 1, 1, 2, 5
#: What bulk mail may use of the quota: the rest is for mail between people that comes meanwhile.
_SPARE = 0.8
#: Listings made anew, in a row, because mail left during the one before.
_AGAIN = 2
#: Seconds that an id's time may be off before a mail counts as older than what is wanted.
_SLACK = 7 * 86_400


class Position(Struct, frozen=True, omit_defaults=True):
    """A cursor: where a listing stands, or since when changes are to be asked for."""

    #: The history id pinned before the listing, then the one reached.
    history: str
    #: Index into _PHASES; past its end the listing is through.
    phase: int = 0
    page: str = ""
    #: The listing has just been made, and what happened meanwhile is being asked for; whether mail left meanwhile.
    fresh: bool = False
    left: bool = False
    #: Listings made in a row because of that.
    again: int = 0


class _Listed(Struct, rename="camel"):
    messages: list[msgspec.Raw] = []
    next_page_token: str = ""


class _Id(Struct, rename="camel"):
    id: str
    thread_id: str = ""


class _Profile(Struct, rename="camel"):
    email_address: str
    history_id: str


class _Label(Struct):
    id: str
    name: str = ""
    type: str = ""


class _Labels(Struct):
    labels: list[_Label] = []


class Gmail:
    """One mailbox. Implements `connectors.protocol.Connector`."""

    def __init__(self, online: Online, page_items: int = 500) -> None:
        self._online = online
        self._page_items = page_items
        self._session = Session(online, Api.GMAIL, "google.mail")
        self._names: dict[str, str] | None = None
        self._fetching: Fetching | None = None

    def whoami(self) -> Identity:
        """The mailbox's address."""
        found = self._profile()
        return Identity(self._online.subject, found.email_address, (found.email_address,))

    def containers(self) -> Iterable[Container]:
        """The mailbox is one."""
        return [Container("mailbox", self._online.address)]

    def labels(self) -> dict[str, str]:
        """Names of the owner's labels by id; asked for once."""
        if self._names is None:
            request = self._users().labels().list(userId="me", fields="labels(id,name,type)")
            found = self._session.ask(request, _Labels, _LABELS)
            self._names = {one.id: one.name for one in found.labels if one.type == "user" and one.name}
        return self._names

    def pages(self, container: Container, cursor: str | None) -> Iterator[Page]:
        """The listing, if it is not through, then every change since it began."""
        position = cursors.position(cursor, Position)
        for last in (False, True):
            try:
                yield from self._caught_up(position)
                return
            except Refused as refused:
                if last or refused.means not in (Means.GONE, Means.EXPIRED):
                    raise
                # Kept "typically at least a week", says Google; then all is listed anew, and nothing fetched twice.
                position = None

    def _caught_up(self, position: Position | None) -> Iterator[Page]:
        """The listing where one is due, and changes; both again when mail left meanwhile."""
        while True:
            if position is None or position.phase < len(_PHASES):
                position = yield from self._listing(position)
            position = yield from self._changes(position)
            if position.phase >= len(_PHASES):
                return

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Item]:
        """The mails behind refs; those that can wait leave a fifth of the quota for what comes meanwhile."""
        if self._fetching is None:
            self._fetching = Fetching(self._session, self.labels())
        waits = bool(refs) and all(ref.lane == DEFERRED for ref in refs)
        return self._fetching.items(refs, _SPARE if waits else 1.0)

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def _users(self) -> Any:
        return self._session.service.users()

    def _profile(self) -> _Profile:
        request = self._users().getProfile(userId="me", fields="emailAddress,historyId")
        return self._session.ask(request, _Profile, _PROFILE)

    def _listing(self, position: Position | None) -> Generator[Page, None, Position]:
        """The rest of a full listing; where changes are to be asked from."""
        first = position is None or not (position.phase or position.page)
        own: tuple[str, ...] = ()
        if position is None:
            profile = self._profile()
            position, own = Position(_number(profile.history_id)), (profile.email_address,)
        while position.phase < len(_PHASES):
            label, lane = _PHASES[position.phase]
            found = self._list(label, position.page)
            if found is None:
                # The page token has died: this phase begins again, which costs little and loses nothing.
                position = replace(position, page="")
                continue
            refs = self._refs(found.messages, lane, ahead=label == "SENT" and not position.page)
            position = _after(position, found.next_page_token)
            done = position.phase >= len(_PHASES)
            yield Page((), cursors.written(position), refs, first=first, complete=done, own=own)
            first, own = False, ()
        return position

    def _list(self, label: str, page: str) -> _Listed | None:
        words: dict[str, Any] = {"maxResults": self._page_items, "fields": "messages(id,threadId),nextPageToken"}
        if label:
            words["labelIds"] = [label]
        if page:
            words["pageToken"] = page
        request = self._users().messages().list(userId="me", **words)
        try:
            found = self._session.ask(request, _Listed, _LIST)
        except Refused as refused:
            if page and refused.means == Means.BAD:
                return None
            raise
        if page and found.next_page_token == page:
            raise SourceDown("Gmail gives the same page again and again. It is tried again.")
        return found

    def _refs(self, raws: Sequence[msgspec.Raw], lane: str, *, ahead: bool) -> tuple[Ref, ...]:
        found: dict[str, Ref] = {}
        for raw in raws:
            try:
                one = msgspec.json.decode(raw, type=_Id)
            except msgspec.DecodeError:
                raise SourceDown("Gmail lists something that is no message. It is tried again.") from None
            if is_id(one.id):
                found[one.id] = Ref(one.id, one.thread_id, milliseconds(one.id), self._lane(one.id, lane))
        if ahead:
            newest = sorted(found.values(), key=lambda ref: ref.priority, reverse=True)[:_FIRST]
            found.update({ref.id: replace(ref, first=True) for ref in newest})
        return tuple(found.values())

    def _lane(self, id: str, lane: str) -> str:
        """What is older than the owner wants can wait: it is looked at all the same, since ids promise nothing."""
        since, at = self._online.since, milliseconds(id) // 1000
        return DEFERRED if lane == WANTED and since is not None and 0 < at < since - _SLACK else lane

    def _changes(self, position: Position) -> Generator[Page, None, Position]:
        """Changes since the position, page by page; nothing at all when there were none. Where it stands then."""
        while True:
            found = self._history(position)
            reached = _number(found.history_id) if found.history_id else position.history
            items, refs = gmail_history.collapsed(found.history, self.labels() if found.history else {})
            position = replace(position, left=position.left or any(isinstance(item, Gone) for item in items))
            if found.next_page_token:
                # The id of a page that is not the last is not to be gone on from.
                position = replace(position, page=found.next_page_token)
                yield Page(tuple(items), cursors.written(position), tuple(refs))
                continue
            moved = items or refs or position.page or position.fresh or int(reached) > int(position.history)
            position = _settled(position, reached)
            if moved:
                yield Page(tuple(items), cursors.written(position), tuple(refs))
            return position

    def _history(self, position: Position) -> gmail_history.History:
        words: dict[str, Any] = {"maxResults": self._page_items, "fields": gmail_history.FIELDS}
        if position.page:
            words["pageToken"] = position.page
        request = (
            self._users()
            .history()
            .list(userId="me", startHistoryId=position.history, historyTypes=gmail_history.TYPES, **words)
        )
        try:
            found = self._session.ask(request, gmail_history.History, _HISTORY)
        except Refused as refused:
            if not position.page or refused.means != Means.BAD:
                raise
            return self._history(replace(position, page=""))
        if position.page and found.next_page_token == position.page:
            raise SourceDown("Gmail gives the same page again and again. It is tried again.")
        return found


def _after(position: Position, token: str) -> Position:
    """Where the listing goes on: the next page, the next phase, or, past them all, changes."""
    if token:
        return replace(position, page=token)
    phase = position.phase + 1
    return replace(position, page="", phase=phase, fresh=phase >= len(_PHASES))


def _settled(position: Position, reached: str) -> Position:
    """Where to go on after all changes: from them, or, when mail left during a listing, at its beginning.

    Whether a page token stands for a place or for a count is nowhere promised; by count, what leaves moves others to
    a page that was read already. A listing costs little, so it is made again, twice at most.
    """
    if position.fresh and position.left and position.again < _AGAIN:
        return Position(reached, again=position.again + 1)
    return Position(reached, len(_PHASES))


def _number(text: str) -> str:
    """A history id: an unsigned 64-bit number as text. Raises SourceDown for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise SourceDown("Gmail gives a history id that is no number. It is tried again.")
    return text
