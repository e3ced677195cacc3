"""Chance that repeats: named random streams, and moments at which people are awake."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sandbox.model import Year


def dice(seed: int, name: str) -> Random:
    """A stream of its own for each part of the life, so that a change in one leaves the others alone."""
    return Random(f"{seed}/{name}")


def local(day: date, hour: int, minute: int, zone: str) -> datetime:
    """An aware wall-clock time in `zone`."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone))


def waking(rng: Random, moment: datetime, zone: str, at_work: bool) -> datetime:
    """`moment`, or the next time somebody in `zone` would sit down to write; UTC, to the second."""
    first, last = (8, 18) if at_work else (7, 23)
    here = moment.astimezone(ZoneInfo(zone))
    while True:
        if at_work and here.weekday() >= 5 and rng.random() < 0.93:
            here = _morning(rng, here, 7 - here.weekday(), first)
        elif here.hour < first:
            here = _morning(rng, here, 0, first)
        elif here.hour >= last:
            here = _morning(rng, here, 1, first)
        else:
            return here.astimezone(UTC).replace(microsecond=0)


def _morning(rng: Random, here: datetime, days: int, hour: int) -> datetime:
    day = here.date() + timedelta(days=days)
    return local(day, hour, 0, str(here.tzinfo)) + timedelta(minutes=rng.triangular(0, 150, 25))


def bursts(rng: Random, year: Year, count: int, since: float, until: float) -> list[datetime]:
    """`count` instants between two fractions of the year: two thirds of them huddle around a few weeks."""
    if not count:
        return []
    centres = [rng.uniform(since, until) for _ in range(max(1, count // 4))]
    spots = []
    for _ in range(count):
        spot = rng.gauss(rng.choice(centres), 0.016) if rng.random() < 0.66 else rng.uniform(since, until)
        spots.append(min(max(spot, since), until))
    return sorted(_in_daylight(rng, year.at(spot)) for spot in spots)


def _in_daylight(rng: Random, moment: datetime) -> datetime:
    """Another time of the same UTC day, when one would begin something."""
    minutes = int(rng.triangular(7 * 60, 22 * 60, 13 * 60))
    return moment.replace(hour=minutes // 60, minute=minutes % 60, second=rng.randrange(60), microsecond=0)


def hours(rng: Random, median: float) -> timedelta:
    """A waiting time: log-normal, as times to answer are."""
    return timedelta(hours=min(median * rng.lognormvariate(0, 0.9), 24 * 12))
