"""Graph's delta query: a full listing, then rounds of changes, by links that are followed as they were given.

learn.microsoft.com/graph/delta-query-overview. A link dies at no fixed time, in the middle of a walk too; then this
one container is listed anew, over the same ids.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct, field

from connectors.microsoft.graph import Session
from connectors.refusal import Means, Refused
from interactions.errors import SourceDown
from interactions.settings_google import origin

#: A round that brought nothing is written down all the same when the last one is so many seconds old.
_KEPT = 3_600
#: Longest link followed.
_LINK_MAX = 16_384


class Position(Struct, frozen=True, omit_defaults=True):
    """Where a container stands: what is asked next, and what that is part of."""

    #: A nextLink while `walking`, else a deltaLink; "" before anything was asked.
    link: str = ""
    walking: bool = False
    #: The walk is a full listing.
    full: bool = False
    #: When this was written, seconds since 1970 UTC.
    at: int = 0
    #: Internet message headers are not to be had of this account.
    bare: bool = False


class Step(Struct, frozen=True):
    """One answer: its values, and where that leads."""

    values: Sequence[msgspec.Raw]
    after: Position
    #: It begins a full listing.
    first: bool
    #: It ends one.
    complete: bool
    #: It is part of a full listing.
    full: bool
    #: There is something to write down.
    news: bool


class _Page(Struct):
    value: list[msgspec.Raw] = []
    next_link: str = field(name="@odata.nextLink", default="")
    delta_link: str = field(name="@odata.deltaLink", default="")


class Entry(Struct):
    """What every value has: an id, and a mark when it is gone."""

    id: str
    removed: dict[str, str] | None = field(name="@removed", default=None)


def walked(session: Session, start: str, position: Position | None, prefer: Sequence[str]) -> Iterator[Step]:
    """Every answer from `position` on, to the end of the round. Raises SourceProblem, and Refused for `start`."""
    position = position or Position()
    try:
        yield from _round(session, start, position, prefer)
    except Refused as refused:
        if not position.link or refused.means not in (Means.EXPIRED, Means.BAD):
            raise
        yield from _round(session, start, Position(bare=position.bare), prefer)


def _round(
    session: Session, start: str, position: Position, prefer: Sequence[str], *, again: bool = True
) -> Iterator[Step]:
    """From `position` to the end of the round; listed anew, but only once `again`, where a walk dies half way."""
    full = position.full or not position.link
    first = not position.link
    walking = position.walking
    link = position.link or start
    while True:
        try:
            found = session.get(link, _Page, prefer=prefer)
        except Refused as refused:
            died = walking and refused.means in (Means.EXPIRED, Means.BAD) and link != position.link
            if not died or not again:
                raise
            # What was read of it is not lost: it is found again under the same ids.
            yield from _round(session, start, Position(bare=position.bare), prefer, again=False)
            return
        after, last = _after(session, found, link, position, full=full)
        news = bool(full or found.value or walking or not last or after.at - position.at > _KEPT)
        yield Step(found.value, after, first, full and last, full, news)
        if last:
            return
        link, walking, first = after.link, True, False


def _after(session: Session, found: _Page, link: str, position: Position, *, full: bool) -> tuple[Position, bool]:
    """Where an answer leads, and whether the round ends with it."""
    following = found.next_link or found.delta_link
    if not following or len(following) > _LINK_MAX:
        raise SourceDown(f"{session.called}'s answer has no end. It is tried again.")
    if origin(following) not in set(session.account.settings.microsoft_origins()):
        # Written down it would be asked for again and again, with a token.
        raise SourceDown(f"{session.called} leads to another server than the configured ones. It is tried again.")
    if found.next_link == link:
        raise SourceDown(f"{session.called} gives the same page again and again. It is tried again.")
    last = not found.next_link
    now = int(time.time())
    return Position(following, walking=not last, full=full and not last, at=now, bare=position.bare), last
