"""Who is seen with whom: what the owner's mail and calendar tell of two others, and how much.

It is little: most of what two people share never passes the owner. Absence says nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from msgspec import Struct

#: What one act says of two people in it: one wrote to the other, both came, both were written to.
_WROTE, _CAME, _READ = 2.0, 1.5, 0.5
#: Days after which it says half as much.
HALF_LIFE = 365.0
#: A mail to more people says nothing of any two, nor does a meeting of more.
MAIL_MAX, MEETING_MAX = 20, 12
_DAY = 86_400

#: The smaller id first.
Pair = tuple[int, int]


class Act(Struct, frozen=True):
    """One mail or meeting with its people, the owner excepted."""

    id: int
    #: Seconds since 1970 UTC.
    at: int
    #: email, meeting, call, note
    kind: str
    #: Person id → role (from, to, cc, bcc, organizer, attendee).
    people: Mapping[int, str]


def says(act: Act, one: int, other: int, now: int) -> float:
    """How much an act says of two people in it, as of `now` (seconds since 1970 UTC)."""
    if len(act.people) > (MAIL_MAX if act.kind == "email" else MEETING_MAX):
        return 0.0
    roles = {act.people[one], act.people[other]}
    read = _WROTE if "from" in roles and len(roles) > 1 else _READ
    worth = read if act.kind == "email" else _CAME
    return float(worth / len(act.people) * 2.0 ** (-max(0, now - act.at) / _DAY / HALF_LIFE))


def weave(acts: Iterable[Act], now: int) -> dict[Pair, float]:
    """What all acts say of every two people, times the share of what either was in that both were in."""
    known: dict[Pair, float] = defaultdict(float)
    both: dict[Pair, int] = defaultdict(int)
    each: dict[int, int] = defaultdict(int)
    for act in acts:
        if len(act.people) < 2:
            continue
        for one in act.people:
            each[one] += 1
        for pair in combinations(sorted(act.people), 2):
            if (said := says(act, *pair, now)) > 0:
                known[pair] += said
                both[pair] += 1
    return {
        (one, other): said * both[one, other] / (each[one] + each[other] - both[one, other])
        for (one, other), said in known.items()
    }
