"""What Kith makes of a network whose truth is known: `python -m bench.life [--seed N] [--errors]`.

For each of five invented networks (two years, some 150 people, `sandbox/network.py`) the log grows month by month
through the real connectors, rules and store. Then two weeks pass day by day with `tend`. The last line is JSON, means
over the seeds unless it says otherwise: `neglected` proposed of ten and `neglected_least` in any seed, `resting`
proposed (all seeds together); `introductions_precision` of the confirmed, `introductions_recall` of those taken up,
`introductions_seen` (possible ones count, too); `circles_f1` of the best match of each circle, `circles_found_right`
(share of what is shown that is one), `stable_jaccard` and `stable_code` from month to month; `bridges_precision` and
`bridges_recall`; `path_first` and `path_shown`: the true best connector comes first, is among the three.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.ended import ended
from bench.lived import Lived
from interactions.address import canonical
from interactions.queries.bridges import bridges
from interactions.queries.circles import circles_of
from interactions.queries.introductions import introduced
from interactions.queries.paths import paths
from interactions.queries.tend import tend
from interactions.store import circles, word
from interactions.store.corrections import CIRCLE_NAME, REST, Word
from sandbox.network import Network, make_network
from sandbox.network_plots import OWNER

SEEDS = (1, 2, 3, 4, 5)
_MONTH = timedelta(days=30)
#: Months that are compared, and a circle that is the same.
_MONTHS, _SAME = 12, 0.5
Groups = Mapping[str, frozenset[str]]


class Shares(NamedTuple):
    """How many of how many."""

    right: int
    of: int

    @property
    def share(self) -> float:
        """1 where there is nothing to be wrong about."""
        return self.right / self.of if self.of else 1.0


class Measured(NamedTuple):
    """What one network showed."""

    proposed: frozenset[str]
    resting: frozenset[str]
    precision: Shares
    recall: Shares
    seen: Shares
    f1: float
    found_right: Shares
    jaccard: float
    code: Shares
    bridges_precision: Shares
    bridges_recall: Shares
    first: Shares
    shown: Shares
    #: What was wrong, a line each.
    errors: tuple[str, ...]


def measure(network: Network, folder: Path, months: int = _MONTHS) -> Measured:
    """Let the network's time pass in `folder` and hold what is found against its truth."""
    log = Lived(network, folder)
    try:
        monday = network.life.year.end - timedelta(weeks=2)
        steps = []
        for back in range(months, -1, -1):
            log.until(monday - back * _MONTH)
            circles.renew(log.db, log.owner_id)
            steps.append(_groups(log))
        proposed, resting = two_weeks(log)
        circles.renew(log.db, log.owner_id)
        return _held_against(log, steps, proposed, resting)
    finally:
        log.close()


def _groups(log: Lived) -> dict[str, frozenset[str]]:
    """Key → ids of everybody in each circle."""
    found = circles_of(log.db, log.owner_id, log.now)
    return {one.key: frozenset(log.id_of(who) for who in one.members) - {""} for one in found}


def two_weeks(log: Lived) -> tuple[frozenset[str], frozenset[str]]:
    """Ids of everybody `tend` proposes on fourteen days, and of those among them who rest.

    The first look is left as it is, but for those whom the owner lets rest.
    """
    people = map(log.network.life.person, log.network.resting)
    word.tend(log.db, log.owner_id, [Word(REST, canonical(one.address), "yes") for one in people])
    first, proposed = log.moment, set[str]()
    for day in range(14):
        log.until(first + timedelta(days=day, hours=9))
        week = tend(log.db, log.owner_id, log.moment.date())
        proposed |= {log.id_of(one.who) for one in week.people}
    log.until(first + timedelta(days=14))
    return frozenset(proposed & set(log.network.neglected)), frozenset(proposed & set(log.network.resting))


def _held_against(
    log: Lived, steps: Sequence[Groups], proposed: frozenset[str], resting: frozenset[str]
) -> Measured:  # fmt: skip
    missed = sorted(set(log.network.neglected) - proposed)
    errors = [f"not proposed: {missed}"] if missed else []
    introductions = _introductions(log, errors)
    truth = {name: frozenset(people) for name, people in log.network.circles.items()}
    last = _groups(log)
    for name, people in truth.items():
        if (best := max((_f1(one, people) for one in last.values()), default=0.0)) < 0.75:
            errors.append(f"circle {name}: {best:.2f}")
    for key, people in last.items():
        if all(_alike(people, other) < _SAME for other in truth.values()):
            errors.append(f"no circle: {key} {sorted(people)}")
    right = sum(any(_alike(one, people) >= _SAME for people in truth.values()) for one in last.values())
    _name(log, last, truth)
    return Measured(
        proposed, resting, *introductions,
        sum(max((_f1(one, people) for one in last.values()), default=0.0) for people in truth.values()) / len(truth),
        Shares(right, len(last)), *_stable(steps), *_bridges(log, errors), *_ways(log, errors), tuple(errors),
    )  # fmt: skip


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _f1(found: frozenset[str], people: frozenset[str]) -> float:
    return 2 * len(found & people) / (len(found) + len(people))


def _introductions(log: Lived, errors: list[str]) -> tuple[Shares, Shares, Shares]:
    """Precision of the confirmed, recall of those taken up, and recall of all whatever they are called."""
    true = {(one.by, one.whom, int(one.at.timestamp()) // 600): one.answered for one in log.network.introductions}
    found = {}
    for one in introduced(log.db, log.owner_id, log.now):
        by, *whom = (OWNER if who is None else log.id_of(who) for who in (one.by, *one.whom))
        found[by, frozenset(whom), one.at // 600] = one
    sure = {key for key, one in found.items() if one.state == "confirmed"}
    taken = {key for key, answered in true.items() if answered}
    for key in sure - true.keys():
        errors.append(f"no introduction: {key[0]}: {sorted(key[1])} {found[key].evidence}")
    for key in taken - sure:
        state = found[key].state if key in found else "not seen"
        errors.append(f"introduction {state}: {key[0]}: {sorted(key[1])}")
    return (
        Shares(len(sure & true.keys()), len(sure)),
        Shares(len(taken & sure), len(taken)),
        Shares(len(true.keys() & found.keys()), len(true)),
    )


def _stable(steps: Sequence[Groups]) -> tuple[float, Shares]:
    """From month to month: how alike a circle of one code stays, and the share of circles that keep theirs."""
    kept, before, likeness = 0, 0, []
    for one, two in pairwise(steps):
        before += len(one)
        kept += len(one.keys() & two.keys())
        likeness += [_alike(one[key], two[key]) for key in one.keys() & two.keys()]
    return sum(likeness) / len(likeness) if likeness else 1.0, Shares(kept, before)


def _name(log: Lived, found: Groups, truth: Groups) -> None:
    """The owner answers what each circle is called that is one."""
    for key, people in found.items():
        best = max(truth, key=lambda name: _alike(people, truth[name]))
        if _alike(people, truth[best]) >= _SAME:
            word.circle(log.db, log.owner_id, [Word(CIRCLE_NAME, key, best)])


def _bridges(log: Lived, errors: list[str]) -> tuple[Shares, Shares]:
    found = {(log.id_of(one.who), one.circle) for one in bridges(log.db, log.owner_id, log.now)}
    true = set(log.network.bridges)
    errors += [f"no bridge: {one}" for one in sorted(found - true)]
    errors += [f"bridge not seen: {one}" for one in sorted(true - found)]
    return Shares(len(found & true), len(found)), Shares(len(found & true), len(true))


def _ways(log: Lived, errors: list[str]) -> tuple[Shares, Shares]:
    first = shown = 0
    for door in log.network.doors:
        address = log.network.life.person(door.to).address
        told = paths(log.db, log.owner_id, address, log.now, log.moment.date())
        through = [log.id_of(way.by) for way in told.ways]
        first += through[:1] == [door.through[0]]
        shown += door.through[0] in through
        if through[:1] != [door.through[0]]:
            errors.append(f"way to {door.to}: {through} instead of {door.through[0]} first")
    return Shares(first, len(log.network.doors)), Shares(shown, len(log.network.doors))


def figures(told: Sequence[Measured]) -> dict[str, float]:
    """Means over several networks."""

    def mean(values: Iterable[float]) -> float:
        several = list(values)
        return round(sum(several) / len(several), 4)

    return {
        "neglected": mean(len(one.proposed) for one in told),
        "neglected_least": min(len(one.proposed) for one in told),
        "resting": sum(len(one.resting) for one in told),
        "introductions_precision": mean(one.precision.share for one in told),
        "introductions_recall": mean(one.recall.share for one in told),
        "introductions_seen": mean(one.seen.share for one in told),
        "circles_f1": mean(one.f1 for one in told),
        "circles_found_right": mean(one.found_right.share for one in told),
        "stable_jaccard": mean(one.jaccard for one in told),
        "stable_code": mean(one.code.share for one in told),
        "bridges_precision": mean(one.bridges_precision.share for one in told),
        "bridges_recall": mean(one.bridges_recall.share for one in told),
        "path_first": mean(one.first.share for one in told),
        "path_shown": mean(one.shown.share for one in told),
    }


def main() -> int:
    """Measure one seed, or all; the last line is JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--errors", action="store_true", help="tell what was wrong")
    asked = parser.parse_args()
    told = []
    for seed in SEEDS if asked.seed is None else (asked.seed,):
        with TemporaryDirectory() as folder:
            one = measure(make_network(seed), Path(folder))
        told.append(one)
        for line in one.errors if asked.errors else ():
            print(f"seed {seed}: {line}")
    print(json.dumps(figures(told)))
    return 0


if __name__ == "__main__":
    raise SystemExit(ended(main))
