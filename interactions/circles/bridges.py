"""People who alone link the owner to a circle: whom they see of it, they see with this one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from msgspec import Struct

#: Of a circle's others so many at least, and this share, are seen with one person alone.
_FEWEST, _SHARE = 2, 0.5


class Bridge(Struct, frozen=True):
    """One person and the circle that hangs on them."""

    person_id: int
    circle: str
    #: Who of it is never seen without them, or never at all; and all others of it.
    behind: frozenset[int]
    others: int


def bridges(
    circles: Mapping[str, AbstractSet[int]], seen: Mapping[int, AbstractSet[int]], tied: AbstractSet[int]
) -> list[Bridge]:
    """The bridges among those to whom the owner is tied, the greatest first.

    `circles`: key → people; `seen`: person → the interactions in which the owner saw them.
    """
    found = []
    for key, members in sorted(circles.items()):
        for one in sorted(members & tied):
            if _hangs(one, members, seen):
                continue
            behind = _behind(one, members - {one}, seen)
            if len(behind) >= _FEWEST and len(behind) >= _SHARE * (len(members) - 1):
                found.append(Bridge(one, key, behind, len(members) - 1))
    return sorted(found, key=lambda one: (-len(one.behind), one.circle, one.person_id))


def _hangs(one: int, members: AbstractSet[int], seen: Mapping[int, AbstractSet[int]]) -> bool:
    """Whether they themselves are never seen without another of it: then it is not they alone who link."""
    theirs = seen.get(one, frozenset())
    return any(theirs <= seen.get(other, frozenset()) for other in members if other != one)


def _behind(one: int, others: Iterable[int], seen: Mapping[int, AbstractSet[int]]) -> frozenset[int]:
    """Others whom the owner never sees without this one, as long as they see one of them with them."""
    theirs = seen.get(one, frozenset())
    found = frozenset(other for other in others if seen.get(other, frozenset()) <= theirs)
    return found if any(seen.get(other) for other in found) else frozenset()
