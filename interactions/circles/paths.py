"""Who could introduce the owner to somebody: what is seen between two others, and how gladly the one would.

Weak and silent ties are as good connectors as close ones, and better where a circle is another (Rajkumar et al.,
Science 2022; Levin et al., 2011): nobody is left out for being either, and the best are taken from different circles.
Most of what two people share never passes the owner: no path seen is not no path.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from msgspec import Struct

#: How likely somebody helps: anybody at all, and what strength adds; less after long silence, and while their own mail
#: waits for an answer.
_ANYBODY, _STRENGTH, _SILENT, _OPEN = 0.15, 0.8, 0.7, 0.5
#: How fast what is seen of two people turns into knowing each other.
_SEEN = 0.9
#: Paths that are shown, and those that are looked at closely for it.
SHOWN, LIKELY = 3, 60


class Connector(Struct, frozen=True):
    """Somebody between the owner and whom they want to meet."""

    person_id: int
    #: What is seen between the two of them (`weave.says`, added up).
    seen: float
    #: 0 to 100 among the owner's ties.
    strength: float
    #: Their tie is fading or dormant; a mail of theirs waits for an answer.
    silent: bool = False
    open: bool = False
    #: Keys of the circles they are in.
    circles: frozenset[str] = frozenset()


class Path(Struct, frozen=True):
    """One way, and how likely it leads there."""

    connector: Connector
    #: How likely they help, and that the two know each other.
    helps: float
    knows: float

    @property
    def chance(self) -> float:
        """Both together."""
        return self.helps * self.knows


def path(one: Connector) -> Path:
    """The way through somebody."""
    helps = _ANYBODY + _STRENGTH * one.strength / 100
    helps *= (_SILENT if one.silent else 1.0) * (_OPEN if one.open else 1.0)
    return Path(one, helps, 1 - math.exp(-_SEEN * one.seen))


def likeliest(connectors: Iterable[Connector], count: int = LIKELY) -> list[int]:
    """Person ids of those worth a closer look: what is not known of them yet can only make them less likely."""
    ranked = sorted(map(path, connectors), key=lambda one: (-one.chance, one.connector.person_id))
    return [one.connector.person_id for one in ranked[:count]]


def best(connectors: Iterable[Connector], count: int = SHOWN) -> list[Path]:
    """The likeliest ways, through different circles first; nobody twice."""
    ranked = sorted(map(path, connectors), key=lambda one: (-one.chance, one.connector.person_id))
    chosen: list[Path] = []
    for one in ranked:
        if len(chosen) < count and all(_apart(one, other) for other in chosen):
            chosen.append(one)
    more = [one for one in ranked if one not in chosen][: count - len(chosen)]
    return _ordered([*chosen, *more])


def _ordered(paths: Sequence[Path]) -> list[Path]:
    return sorted(paths, key=lambda one: (-one.chance, one.connector.person_id))


def _apart(one: Path, other: Path) -> bool:
    return one.connector.circles.isdisjoint(other.connector.circles)
