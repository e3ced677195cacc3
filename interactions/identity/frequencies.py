"""How often names occur, so that agreeing on a rare one says more than on a common one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from interactions.identity.local_part import handle, is_made_from
from interactions.identity.names import EXACT, INITIAL, NICKNAME, TYPO, Name, agreement
from interactions.identity.node import Node

_MAY_BE = (EXACT, NICKNAME, INITIAL, TYPO)
#: Somebody else with such a name may be there whom no name tells of.
_UNSEEN_RIVALS = 0.008
#: People that stand behind the counts before anybody is counted: a word nobody has is not impossible.
_UNSEEN = 40.0


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

    def share(self, word: str) -> float:
        """The chance that a name of somebody else holds this word: whoever it is asked for is not counted."""
        return (max(self.words.get(word, 0) - 1, 0) + 0.5) / (self.size + _UNSEEN)

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
        return len(rivals) + _UNSEEN_RIVALS

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
    for node in nodes:
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
    return Frequencies(size, counted, holders, dict(degrees), dict(handles))
