"""The score of mail that no hard rule decides: log-odds that add up, every weight in one table."""

from __future__ import annotations

from functools import cache

from interactions.rules.weights import WEIGHTS


def total(signs: list[str]) -> float:
    """The sum of the signs' weights: over 0 a person, else a machine."""
    return round(sum(WEIGHTS[name].human for name in signs), 1)


def told(signs: list[str]) -> dict[str, str]:
    """The summands as evidence, in order: {"any mail": "+0.5", …}; zeros are left out."""
    return {name: _told(weight) for name in signs if (weight := WEIGHTS[name].human)}


@cache
def _told(weight: float) -> str:
    return f"{weight:+g}"


def many(signs: list[str]) -> float:
    """Of a machine's mail: over 0 when it went to many rather than to one customer about one thing."""
    return sum(WEIGHTS[name].many for name in signs)


def machine_class(signs: list[str]) -> str:
    """The class of what is no person's mail."""
    if "meeting subject" in signs and total(signs) - WEIGHTS["meeting subject"].human > 0:
        # Nothing but its title speaks against a person: a calendar program wrote it in theirs.
        return "calendar"
    return "machine_bulk" if many(signs) >= 0 else "machine_transactional"
