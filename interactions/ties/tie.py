"""One person's tie to the owner, from what each day and direction of each of their addresses weighs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from msgspec import Struct

from interactions.ties.sums import Sums, summed
from interactions.ties.weights import BOTH, CONTACT, IN, OUT, SMALL_MEETING

#: With so many days each way within a year, a tie is established (De Choudhury et al., WWW 2010: 5 to 10 mails).
ESTABLISHED = 5
#: Days that pass within one conversation: what is usual between two people lies between conversations, from a week on
#: (measured: foresees the next contact better among colleagues, .712 against .676, and among students as well).
CONVERSATION = 6
#: So many days of contact make more than an exchange.
_DAYS_OF_A_TALK = 3


class Day(Struct, frozen=True):
    """What passed between the owner and one address on one day in one direction."""

    address_id: int
    #: Days since 1 January 1970 UTC.
    day: int
    #: out, in, both
    direction: str
    #: All its weights together, and the largest.
    total: float
    largest: float


class Tie(Struct, frozen=True):
    """A person's tie as it stood on `sums.day`. Days are numbered from 1 January 1970 UTC; None means never."""

    sums: Sums
    #: Days of contact: the owner wrote, was written to, they met.
    days_out: int = 0
    days_in: int = 0
    days_met: int = 0
    first_day: int | None = None
    last_day: int | None = None
    last_out: int | None = None
    last_in: int | None = None
    #: Days of contact, whoever acted.
    days: int = 0
    #: How many gaps longer than a conversation lie between them, and the median of those in days.
    gaps: int = 0
    median_gap: float | None = None
    #: The fifth-last day the owner wrote or met them, and the fifth-last day they wrote or met the owner.
    fifth_out: int | None = None
    fifth_in: int | None = None
    #: On which day each step from casual to meaningful was reached, from seen on; `ladder` names them.
    steps: tuple[int | None, ...] = ()

    def gated(self) -> bool:
        """Whether there is a tie at all: both sides have acted."""
        return self.last_out is not None and self.last_in is not None

    def established(self, today: int) -> bool:
        """Whether both sides acted on five days or more of the last 365."""
        out, inward = self.fifth_out, self.fifth_in
        return out is not None and inward is not None and min(out, inward) > today - 365


def tie(days: Iterable[Day], today: int) -> Tie:
    """The tie that days up to `today` make, in whatever order; those of several addresses of one person add up."""
    known = sorted({one for one in days if one.day <= today}, key=lambda one: (one.day, one.address_id, one.direction))
    touched = [one for one in known if value(one) >= CONTACT]
    acts = {name: sorted({one.day for one in touched if one.direction == name}) for name in ("out", "in", "both")}
    out, inward = sorted({*acts["out"], *acts["both"]}), sorted({*acts["in"], *acts["both"]})
    contact = sorted({*out, *inward})
    gaps = [wait for one, two in zip(contact, contact[1:], strict=False) if (wait := two - one) > CONVERSATION]
    return Tie(
        sums=summed(((one.day, felt(one)) for one in known), today),
        days_out=len(acts["out"]),
        days_in=len(acts["in"]),
        days_met=len(acts["both"]),
        first_day=contact[0] if contact else None,
        last_day=contact[-1] if contact else None,
        last_out=out[-1] if out else None,
        last_in=inward[-1] if inward else None,
        days=len(contact),
        gaps=len(gaps),
        median_gap=float(median(gaps)) if gaps else None,
        fifth_out=_fifth_last(out),
        fifth_in=_fifth_last(inward),
        steps=_steps(known, touched, out, inward, contact),
    )


def value(one: Day) -> float:
    """What a day is worth: of mails at most one whole, however many; of meetings the one that weighs most."""
    return one.largest if one.direction == "both" else min(1.0, one.total)


def felt(one: Day) -> float:
    """The same, with what its direction is worth."""
    return value(one) * {"out": OUT, "in": IN, "both": BOTH}[one.direction]


def _fifth_last(days: Sequence[int]) -> int | None:
    return days[-ESTABLISHED] if len(days) >= ESTABLISHED else None


def _steps(
    known: Sequence[Day], touched: Sequence[Day], out: Sequence[int], inward: Sequence[int], contact: Sequence[int]
) -> tuple[int | None, ...]:
    """Seen, in touch one way, answered, a talk, met: the day each was reached."""
    met = next((one.day for one in touched if one.direction == "both" and one.largest >= SMALL_MEETING - 1e-6), None)
    answered = max(out[0], inward[0]) if out and inward else None
    long = answered is not None and len(contact) >= _DAYS_OF_A_TALK
    return (
        known[0].day if known else None,
        contact[0] if contact else None,
        answered,
        # Three days of writing into the void are no talk yet.
        max(answered, contact[_DAYS_OF_A_TALK - 1]) if answered is not None and long else None,
        met,
    )


def by_person(days: Iterable[Day], person_of: dict[int, int], today: int) -> dict[int, Tie]:
    """Ties of several people: address id → person id tells whose days they are; who is not in it stands alone."""
    theirs: dict[int, list[Day]] = defaultdict(list)
    for one in days:
        theirs[person_of.get(one.address_id, one.address_id)].append(one)
    return {person: tie(several, today) for person, several in theirs.items()}
