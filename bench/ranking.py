"""How well an order foresees, and weights that make one: shared by what measures ties."""

from __future__ import annotations

import math
import random
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

#: Pulls weights towards nothing, as so many squared standard deviations.
_RIDGE = 1.0
_STEPS = 12


class Interval(NamedTuple):
    """A mean, and where it lies with 95 % certainty."""

    mean: float
    low: float
    high: float


def average_precision(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """Mean precision at each right one, highest score first."""
    order = sorted(range(len(labels)), key=lambda one: -scores[one])
    right, total = 0, 0.0
    for rank, one in enumerate(order, 1):
        if labels[one]:
            right += 1
            total += right / rank
    return total / right


def auc(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """The chance that a right one scores above a wrong one; equal scores count half."""
    wrong = sorted(score for label, score in zip(labels, scores, strict=True) if not label)
    right = [score for label, score in zip(labels, scores, strict=True) if label]
    above = sum((bisect_left(wrong, one) + bisect_right(wrong, one)) / 2 for one in right)
    return above / len(right) / len(wrong)


def precision_at(labels: Sequence[bool], scores: Sequence[float], count: int = 5) -> float:
    """The share of right ones among the first `count`."""
    order = sorted(range(len(labels)), key=lambda one: -scores[one])[:count]
    return sum(labels[one] for one in order) / count


def bootstrap(values: Sequence[float], rounds: int = 2_000) -> Interval:
    """The mean of these, and the middle 95 % of the means of as many drawn from them with repeats."""
    draw = random.Random(1)
    means = sorted(sum(draw.choices(values, k=len(values))) / len(values) for _ in range(rounds))
    return Interval(sum(values) / len(values), means[int(0.025 * rounds)], means[int(0.975 * rounds)])


def fit(groups: Sequence[tuple[Sequence[Sequence[float]], Sequence[bool]]]) -> tuple[float, ...]:
    """Weights by logistic regression within groups of (rows of features, labels): only differences inside one count."""
    rows: list[list[float]] = []
    labels: list[bool] = []
    for features, right in groups:
        means = [sum(column) / len(column) for column in zip(*features, strict=True)]
        rows += [[value - mean for value, mean in zip(row, means, strict=True)] for row in features]
        labels += right
    spreads = [
        math.sqrt(sum(value * value for value in column) / len(column)) or 1.0 for column in zip(*rows, strict=True)
    ]
    scaled = [[1.0, *(value / spread for value, spread in zip(row, spreads, strict=True))] for row in rows]
    found = _newton(scaled, labels)
    return tuple(weight / spread for weight, spread in zip(found[1:], spreads, strict=True))


def _newton(rows: Sequence[Sequence[float]], labels: Sequence[bool]) -> list[float]:
    width = len(rows[0])
    weights = [0.0] * width
    for _ in range(_STEPS):
        slope = [-_RIDGE * weight for weight in weights]
        bend = [[_RIDGE if i == j else 0.0 for j in range(width)] for i in range(width)]
        for row, label in zip(rows, labels, strict=True):
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, sum(map(float.__mul__, weights, row))))))
            left, spread = label - chance, chance * (1 - chance)
            for i in range(width):
                slope[i] += left * row[i]
                for j in range(i + 1):
                    bend[i][j] += spread * row[i] * row[j]
        for i in range(width):
            for j in range(i):
                bend[j][i] = bend[i][j]
        weights = [weight + step for weight, step in zip(weights, _solved(bend, slope), strict=True)]
    return weights


def _solved(matrix: Sequence[Sequence[float]], wanted: Sequence[float]) -> list[float]:
    """Gauss's elimination; the matrix is positive definite."""
    rows = [[*row, value] for row, value in zip(matrix, wanted, strict=True)]
    for i in range(len(rows)):
        for other in rows[i + 1 :]:
            factor = other[i] / rows[i][i]
            for j in range(i, len(other)):
                other[j] -= factor * rows[i][j]
    found = [0.0] * len(rows)
    for i in reversed(range(len(rows))):
        found[i] = (rows[i][-1] - sum(rows[i][j] * found[j] for j in range(i + 1, len(rows)))) / rows[i][i]
    return found
