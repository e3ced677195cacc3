"""Two addresses compared (Fellegi and Sunter 1969): every piece of evidence in bits, summed to a chance.

A bit doubles the odds that both are one human's. What each agreement is worth stands in one table; for names,
neighbours and handles it is worth more the rarer they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from msgspec import Struct

from interactions.identity import local_part
from interactions.identity.frequencies import Frequencies
from interactions.identity.names import (
    CONFLICT,
    EXACT,
    FAMILY,
    INITIAL,
    NICKNAME,
    PARTIAL,
    TYPO,
    UNKNOWN,
    Name,
    agreement,
)  # fmt: skip
from interactions.identity.node import Node

#: Of one human's two addresses: the share whose names agree so (the `m` of the model).
M_NAMES = {EXACT: 0.65, NICKNAME: 0.10, INITIAL: 0.10, TYPO: 0.03, PARTIAL: 0.05}
#: Name of a piece of evidence → bits.
BITS = {
    "names differ": -14.0,
    "one family name, different given names": -9.0,
    "no name to compare": -3.0,
    "one organisation": 1.0,
    "local part made from the name": 2.0,
    "one answered for the other": 9.0,
    "one telephone number": 9.0,
    "one began when the other ended": 3.0,
    "seen together": -5.0,
}
#: The chance that somebody else has the same full name whatever its words: namesakes are not drawn from an urn.
_NAMESAKE = 0.04
#: Share of the smaller circle, by weight, that both have in common → bits: two addresses of one human are used among
#: the same people; namesakes meet through a few.
_OVERLAP = ((0.5, 7.0), (0.35, 5.0), (0.22, 3.0), (0.12, 0.5), (0.05, -1.5), (0.0, -3.0))
#: People each must be seen with for a small share to say anything.
_NEIGHBOURS_ENOUGH = 6
_HANDLE_MAX = 9.0
_GAP = 200 * 86_400


class Comparison(Struct, frozen=True):
    """The chance that two addresses are one human's, and what it rests on: name → bits."""

    chance: float
    evidence: dict[str, float]


def compare(
    one: Node, other: Node, known: Frequencies, cluster: Callable[[str], str] = str, answered_for: bool = False
) -> Comparison:
    """Weigh all there is. `cluster` names the person a neighbour belongs to, as far as is known by now."""
    evidence = {**_names(one, other, known), **_handles(one, other, known)}
    evidence |= _company(one, other)
    evidence |= _neighbours(one, other, known, cluster)
    if answered_for:
        evidence["one answered for the other"] = BITS["one answered for the other"]
    if one.phones & other.phones:
        evidence["one telephone number"] = BITS["one telephone number"]
    if _handed_over(one, other):
        evidence["one began when the other ended"] = BITS["one began when the other ended"]
    bits = -math.log2(max(known.size, 2)) + sum(evidence.values())
    return Comparison(1 / (1 + 2.0 ** -max(min(bits, 60.0), -60.0)), evidence)


def level(one: Node, other: Node) -> tuple[str, Name | None, Name | None]:
    """The best agreement among their names, and the two names."""
    pairs = [(agreement(a, b), a, b) for a in one.names or one.full_names for b in other.names or other.full_names]
    order = (EXACT, NICKNAME, INITIAL, TYPO, PARTIAL, UNKNOWN, FAMILY, CONFLICT)
    return min(pairs, key=lambda pair: order.index(pair[0])) if pairs else (UNKNOWN, None, None)


def _names(one: Node, other: Node, known: Frequencies) -> dict[str, float]:
    found, mine, theirs = level(one, other)
    if found == CONFLICT:
        return {"names differ": BITS["names differ"]}
    if found == FAMILY:
        return {"one family name, different given names": BITS["one family name, different given names"]}
    if found == UNKNOWN or mine is None or theirs is None:
        return {"no name to compare": BITS["no name to compare"]} | _made(one, other, known)
    chance = max(_coincidence(found, mine, theirs, known), _NAMESAKE / known.size)
    return {f"{found} name": round(math.log2(M_NAMES[found] / min(chance, 1.0)), 2)}


def _coincidence(found: str, mine: Name, theirs: Name, known: Frequencies) -> float:
    """The chance that somebody else's name agrees so well with this one."""
    if found == EXACT:
        return min(known.coincidence(mine), known.coincidence(theirs))
    shared = [word for word in mine.words if word in theirs.words]
    if found == PARTIAL:
        return max((known.share(word) for word in (shared or mine.words)), default=1.0)
    rare = min((known.share(word) for word in shared), default=1.0)
    if found == INITIAL:
        return rare * 0.1
    if found == NICKNAME:
        return rare * 0.03
    return max(rare * 0.01, 2e-5)


def _made(one: Node, other: Node, known: Frequencies) -> dict[str, float]:
    """One has no name, but its local part is made from the other's."""
    for nameless, named in ((one, other), (other, one)):
        if nameless.names:
            continue
        for name in named.full_names:
            if local_part.is_made_from(nameless.local, name):
                chance = min(known.share(word) for word in name.words)
                return {"local part made from the name": round(math.log2(0.3 / min(max(chance, 1e-4), 0.3)), 2)}
    return {}


def _handles(one: Node, other: Node, known: Frequencies) -> dict[str, float]:
    mine, theirs = local_part.handle(one.local), local_part.handle(other.local)
    if mine != theirs or len(mine) < 4 or "@" not in one.canonical or "@" not in other.canonical:
        return {}
    if any(local_part.is_made_from(mine, name) for node in (one, other) for name in node.full_names):
        # Namesakes spell their name alike.
        return {"same local part": 1.0}
    often = known.handles.get(mine, 2)
    return {"same local part": min(_HANDLE_MAX, round(math.log2(known.size / often) + 2.0, 2))}


def _company(one: Node, other: Node) -> dict[str, float]:
    if one.company and one.company == other.company:
        return {"one organisation": BITS["one organisation"]}
    return {}


def _neighbours(one: Node, other: Node, known: Frequencies, cluster: Callable[[str], str]) -> dict[str, float]:
    if other.canonical in one.neighbours or one.canonical in other.neighbours:
        return {"seen together": BITS["seen together"]}
    mine, theirs = _weighed(one, known, cluster), _weighed(other, known, cluster)
    smaller = min(sum(mine.values()), sum(theirs.values()))
    if not smaller:
        return {}
    shared = sum(worth for person, worth in mine.items() if person in theirs) / smaller
    enough = min(len(mine), len(theirs)) >= _NEIGHBOURS_ENOUGH
    for least, bits in _OVERLAP:
        if shared >= least and (enough or bits > 0):
            return {"people in common": bits if enough else bits / 2} if shared else {"nobody in common": bits}
    return {}


def _weighed(node: Node, known: Frequencies, cluster: Callable[[str], str]) -> dict[str, float]:
    """Each person the address is seen with, worth more the fewer others are seen with them."""
    found: dict[str, float] = {}
    for neighbour in sorted(node.neighbours):
        worth = math.log2(max(known.size / known.degrees.get(neighbour, 1), 1.0))
        person = cluster(neighbour)
        found[person] = max(worth, found.get(person, 0.0))
    return found


def _handed_over(one: Node, other: Node) -> bool:
    """Whether the one fell silent shortly before the other began: an address left behind."""
    if one.span is None or other.span is None or min(one.span.times, other.span.times) < 3:
        return False
    early, late = (one.span, other.span) if one.span.first <= other.span.first else (other.span, one.span)
    return 0 <= late.first - early.last <= _GAP
