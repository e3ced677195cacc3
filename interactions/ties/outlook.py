"""How likely somebody is written to soon, from their tie alone: five logarithms, weighed.

What is weighed can be carried forward, merged and taken apart as ties are. Weights are fitted on time that has passed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from interactions.ties.tie import Tie

#: momentum, silence, days the owner acted, days they acted, how long they know each other.
FEATURES = 5


def features(one: Tie, today: int) -> tuple[float, ...]:
    """What speaks for and against contact, by the end of `today`."""
    if one.first_day is None or one.last_day is None:
        return (math.log(1e-3), math.log1p(today), 0.0, 0.0, 0.0)
    return (
        math.log(one.sums.on(today).momentum() + 1e-3),
        math.log1p(today - one.last_day),
        math.log1p(one.days_out + one.days_met),
        math.log1p(one.days_in + one.days_met),
        math.log1p(today - one.first_day),
    )


def score(weights: Sequence[float], found: Sequence[float]) -> float:
    """Higher is likelier; only the order of one owner's people says anything."""
    return sum(weight * value for weight, value in zip(weights, found, strict=True))
