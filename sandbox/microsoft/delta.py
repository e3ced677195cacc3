"""The delta query of any container: a first listing, rounds of changes, and links that go from the one to the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sandbox.microsoft.answers import refusal
from sandbox.microsoft.walks import Feed, Walk, Walks
from sandbox.web.http import Answer, Request, json_answer

Json = dict[str, Any]
#: Id, and the reason for which it left or "".
Change = tuple[str, str]
_DEAD = "The sync state generation is not found; generation=605;[highest=841][841][839][840]"


def answer(
    walks: Walks, request: Request, url: str, name: str, feed: Feed, step: int, size: int,
    listed: Callable[[], Sequence[Change]], render: Callable[[str, str], Json | None],
    whole: Callable[[str], int] = lambda id: 1,
) -> Answer:  # fmt: skip
    """One page: of a new walk, of one under way (`$skiptoken`), or of the changes since one (`$deltatoken`).

    `render` makes an object (None: it is no longer there); `whole` says how many of a page's places one takes.
    """
    token = request.first("$skiptoken") or request.first("$deltatoken")
    if token:
        found = walks.find(token)
        if found is None or found.feed != name:
            return dead(url)
        walk = found
        if walk.over:
            walk = Walk(name, feed.since(walk.step), step, walk.query)
    else:
        query = {key: values[0] for key, values in request.query.items()}
        walk = Walk(name, listed(), step, query)
    page, left = _cut(walk.left, size, whole)
    values = [one for id, reason in page if (one := render(id, reason)) is not None]
    body: Json = {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#Collection", "value": values}
    over = not left
    following = walks.link(replace(walk, left=left, over=over))
    # A link repeats nothing of the request's headers, only its query.
    body["@odata.deltaLink" if over else "@odata.nextLink"] = (
        f"{url}?{'$deltatoken' if over else '$skiptoken'}={following}"
    )
    return json_answer(body)


def dead(url: str) -> Answer:
    """What a link gets whose state is forgotten: begin anew."""
    return refusal(410, "syncStateNotFound", _DEAD, {"Location": f"{url}?$deltatoken=latest"})


def is_dead(walks: Walks, request: Request) -> bool:
    """Whether the request goes on from a token that is not known (any more)."""
    token = request.first("$skiptoken") or request.first("$deltatoken")
    return bool(token) and walks.find(token) is None


def query(walks: Walks, request: Request) -> dict[str, str]:
    """The parameters of the request that a walk began with."""
    token = request.first("$skiptoken") or request.first("$deltatoken")
    walk = walks.find(token) if token else None
    return walk.query if walk is not None else {key: values[0] for key, values in request.query.items()}


def _cut(
    left: Sequence[Change], size: int, whole: Callable[[str], int]
) -> tuple[Sequence[Change], Sequence[Change]]:  # fmt: skip
    taken, places = 0, 0
    while taken < len(left) and (places == 0 or places + whole(left[taken][0]) <= size):
        places += whole(left[taken][0])
        taken += 1
    return left[:taken], left[taken:]
