"""How well circles tell the departments of an organisation, from who wrote to whom alone.

A network has one pair a line, its labels one person and a department a line. Of the largest part that hangs together,
two people weigh as much as the share of what they both know; normalized mutual information is the mean of five runs,
each from seeds of its own.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from interactions.circles.communities import partition

_RUNS = 5
Pair = tuple[int, int]


def circles(network: Path, labels: Path) -> dict[str, object]:
    """`circles_nmi`, and how many groups the first run found."""
    department = dict(_pairs(labels))
    edges = _whole({(min(pair), max(pair)) for pair in _pairs(network) if pair[0] != pair[1]})
    near: dict[int, set[int]] = defaultdict(set)
    for one, other in edges:
        near[one] |= {one, other}
        near[other] |= {one, other}
    net = {(one, other): len(near[one] & near[other]) / len(near[one] | near[other]) for one, other in sorted(edges)}
    runs = [partition(net, range(5 * run, 5 * run + 5)) for run in range(_RUNS)]
    shared = [_information(parts, department) for parts in runs]
    return {
        "circles_nmi": round(sum(shared) / _RUNS, 4),
        "circles": len(runs[0]),
        "departments": len(set(department.values())),
    }


def _pairs(file: Path) -> Iterable[Pair]:
    for line in file.read_text().splitlines():
        if line.strip():
            one, other = map(int, line.split()[:2])
            yield one, other


def _whole(edges: set[Pair]) -> set[Pair]:
    """The edges of the largest part."""
    part: dict[int, int] = {}

    def root(one: int) -> int:
        while part.setdefault(one, one) != one:
            part[one] = part[part[one]]
            one = part[one]
        return one

    for one, other in edges:
        part[root(one)] = root(other)
    largest = Counter(root(one) for one in list(part)).most_common(1)[0][0]
    return {pair for pair in edges if root(pair[0]) == largest}


def _information(groups: list[frozenset[int]], department: Mapping[int, int]) -> float:
    """Normalized mutual information of groups and departments (arithmetic mean of both entropies)."""
    group_of = {one: number for number, group in enumerate(groups) for one in group}
    both = Counter((group_of[one], department[one]) for one in group_of)
    mine, theirs = Counter(group_of.values()), Counter(department[one] for one in group_of)
    total = len(group_of)
    mutual = sum(n / total * math.log(n * total / (mine[a] * theirs[b])) for (a, b), n in both.items())
    return 2 * mutual / (_entropy(mine.values(), total) + _entropy(theirs.values(), total))


def _entropy(counts: Iterable[int], total: int) -> float:
    return -sum(count / total * math.log(count / total) for count in counts)
