"""How often names occur, so that agreeing on a rare one says more than on a common one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from interactions.identity.names import Name
from interactions.identity.node import Node

#: People that stand behind the counts before anybody is counted: a word nobody has is not impossible.
_UNSEEN = 40.0


class Frequencies(Struct, frozen=True):
    """Counts over all addresses of one owner: the `u` of Fellegi and Sunter (1969), by value."""

    #: Addresses.
    size: int
    #: Word → distinct names that hold it.
    words: dict[str, int]
    #: Neighbour → addresses it is seen with.
    degrees: dict[str, int]
    #: Handle → addresses that have it as their local part.
    handles: dict[str, int]

    def share(self, word: str) -> float:
        """The chance that a name of somebody else holds this word."""
        return (self.words.get(word, 0) + 0.5) / (self.size + _UNSEEN)

    def coincidence(self, name: Name) -> float:
        """The chance that somebody else has this full name, were its words drawn independently."""
        chance = 1.0
        for word in name.words[:1] + name.words[-1:]:
            chance *= self.share(word)
        return chance


def count(nodes: Iterable[Node]) -> Frequencies:
    """Count all that the linking weighs by rarity."""
    from interactions.identity.local_part import handle

    names: set[tuple[str, ...]] = set()
    degrees: Counter[str] = Counter()
    handles: Counter[str] = Counter()
    size = 0
    for node in nodes:
        size += 1
        names.update(name.key for name in node.full_names)
        degrees.update(node.neighbours)
        handles[handle(node.local)] += 1
    return Frequencies(size, dict(Counter(word for key in names for word in set(key))), dict(degrees), dict(handles))
