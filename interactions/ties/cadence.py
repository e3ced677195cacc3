"""How often two people are usually in touch, and how unusual their silence is.

Gaps between conversations are lognormal: the median speaks, the mean does not, and few gaps say little, so a pair's own
median is drawn towards what is usual around it (measured: foresees the next contact better than the median alone).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from interactions.ties.tie import Tie

#: So many gaps of what is usual stand beside a pair's own.
PRIOR_GAPS = 3


def usual(medians: Iterable[float | None]) -> float:
    """The cadence that is usual where these are the median gaps of several ties, in days: their geometric mean.

    30 where none is known.
    """
    logs = list(map(math.log, filter(None, medians)))
    return math.exp(sum(logs) / len(logs)) if logs else 30.0


def cadence(one: Tie, around: float) -> float:
    """Days that usually pass between two days of contact, where `around` days are usual among others."""
    return drawn(one.median_gap, one.gaps, around)


def drawn(median_gap: float | None, gaps: int, around: float) -> float:
    """The same of a median of so many gaps: drawn towards what is usual."""
    if not median_gap:
        return around
    own = gaps * math.log(median_gap)
    return math.exp((own + PRIOR_GAPS * math.log(around)) / (gaps + PRIOR_GAPS))


def unusual(one: Tie, around: float, today: int) -> float:
    """How many times its usual length the silence has lasted by the end of `today`; 0 where there was no contact."""
    if one.last_day is None:
        return 0.0
    return (today - one.last_day) / cadence(one, around)
