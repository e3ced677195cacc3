"""How often names occur, so that agreeing on a rare one says more than on a common one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from interactions.identity.local_part import handle, is_made_from
from interactions.identity.names import EXACT, INITIAL, NICKNAME, TYPO, Name, agreement
from interactions.identity.node import Node

_MAY_BE = (EXACT, NICKNAME, INITIAL, TYPO)
#: Somebody else with such a name may be there whom no name tells of.
_UNSEEN_RIVALS, _UNSEEN_MAKERS = 0.003, 0.008
#: People that stand behind the counts before anybody is counted: a word nobody has is not impossible.
_UNSEEN = 40.0
#: How many of all people have a word in their name that nobody here has: 1 in 2,000.
_NOBODY_ELSE = 0.0005
#: So many people who left one domain for the other, keeping their local part, and it was the organisation that moved.
_MOVED_TOGETHER = 3
#: Shortest local part that says so; most addresses of one local part looked at; how long both may be in use.
_LOCAL_MIN, _SAME_LOCAL_MAX, _BOTH_SECONDS = 4, 20, 120 * 86_400


class Frequencies(Struct, frozen=True):
    """Counts over all addresses of one owner: the `u` of Fellegi and Sunter (1969), by value."""

    #: Addresses.
    size: int
    #: Word → distinct names that hold it.
    words: dict[str, int]
    #: Word → those names.
    names: dict[str, tuple[Name, ...]]
    #: Neighbour → addresses it is seen with.
    degrees: dict[str, int]
    #: Handle → addresses that have it as their local part.
    handles: dict[str, int]
    #: Two domains of organisations between which several people kept their local part: one is the other's new name.
    renamed: frozenset[frozenset[str]] = frozenset()

    def share(self, word: str) -> float:
        """The chance that a name of somebody else holds this word: whoever it is asked for is not counted."""
        return max(self.words.get(word, 0) - 1, 0) / (self.size + _UNSEEN) + _NOBODY_ELSE

    def others(self, family: str, one: Name, other: Name) -> float:
        """How many people with this family name, beside one, either of two names could mean as well."""
        longer = one if len(one.words) >= len(other.words) else other
        shorter = other if longer is one else one
        rivals = {
            name.key
            for name in self.names.get(family, ())
            if len(name.words) >= 2
            and name.key != longer.key
            and agreement(name, shorter) in _MAY_BE
            and agreement(name, longer) not in _MAY_BE
        }
        return len(rivals) + _UNSEEN_RIVALS

    def other_makers(self, local: str, name: Name) -> float:
        """How many people beside the one with this name could have this local part made from theirs."""
        rivals = {
            other.key
            for word in name.words
            for other in self.names.get(word, ())
            if other.key != name.key and agreement(other, name) not in _MAY_BE and is_made_from(local, other)
        }
        return len(rivals) + _UNSEEN_MAKERS

    def coincidence(self, name: Name) -> float:
        """The chance that somebody else has this full name, were its words drawn independently."""
        chance = 1.0
        for word in name.words[:1] + name.words[-1:]:
            chance *= self.share(word)
        return chance


def count(nodes: Iterable[Node]) -> Frequencies:
    """Count all that the linking weighs by rarity."""
    names: dict[tuple[str, ...], Name] = {}
    degrees: Counter[str] = Counter()
    handles: Counter[str] = Counter()
    size = 0
    everybody = list(nodes)
    for node in everybody:
        size += 1
        for name in node.full_names:
            names.setdefault(name.key, name)
        degrees.update(node.neighbours)
        handles[handle(node.local)] += 1
    by_word: dict[str, list[Name]] = {}
    for key in sorted(names):
        for word in set(key):
            by_word.setdefault(word, []).append(names[key])
    holders = {word: tuple(several) for word, several in by_word.items()}
    counted = {word: len(several) for word, several in holders.items()}
    return Frequencies(size, counted, holders, dict(degrees), dict(handles), _renamed(everybody))


def _renamed(nodes: Sequence[Node]) -> frozenset[frozenset[str]]:
    """Pairs of domains with several people of one local part and one name in both, who left the one for the other."""
    by_local: dict[str, list[Node]] = {}
    for node in nodes:
        if node.company and node.span is not None and len(node.local) >= _LOCAL_MIN and not node.is_role:
            by_local.setdefault(node.local, []).append(node)
    moved: Counter[frozenset[str]] = Counter()
    for several in by_local.values():
        for number, one in enumerate(several[:_SAME_LOCAL_MAX]):
            for other in several[number + 1 : _SAME_LOCAL_MAX]:
                if one.domain != other.domain and _left_for(one, other):
                    moved[frozenset((one.domain, other.domain))] += 1
    return frozenset(domains for domains, times in moved.items() if times >= _MOVED_TOGETHER)


def _left_for(one: Node, other: Node) -> bool:
    if one.span is None or other.span is None:
        return False
    early, late = (one.span, other.span) if one.span.first <= other.span.first else (other.span, one.span)
    alike = any(agreement(a, b) in _MAY_BE for a in one.full_names for b in other.full_names)
    return alike and late.first - early.last > -_BOTH_SECONDS
