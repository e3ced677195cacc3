"""Clusters of addresses: what is certain first, then what is likely enough; the owner's word above all.

Pure, and the same whatever order things arrived in: everything is sorted by canonical address.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations

from msgspec import Struct

from interactions.identity import frequencies
from interactions.identity.common_names import is_common
from interactions.identity.comparison import Comparison, are_alike, are_numbered, compare, differ, is_bridged, level
from interactions.identity.local_part import handle, made_from, plain
from interactions.identity.names import CONFLICT, EXACT, FAMILY, INITIAL, NICKNAME, parse
from interactions.identity.node import Node
from interactions.identity.written import is_of_several

#: Linked without asking; shown as likely and asked about.
AUTO, SUGGEST = 0.995, 0.70
#: A larger automatic cluster is more likely a mistake than one human; sooner where likelihood alone makes it.
CLUSTER_MAX, _LIKELY_MAX = 8, 4
#: Mails in which two addresses were both seen, from which on they are two humans'; those of one full name are one
#: human's more often, who is written to at both or copies mail to the other: father and son are seen more.
TOGETHER, _NAMESAKES_TOGETHER = 2, 5
#: And the share of the mails of the one that is seen less.
_NOW_AND_THEN = 0.15
#: What makes two addresses one human's however many people are called so.
_HARD = frozenset({"one telephone number", "one answered for the other", "an organisation's new domain"})
#: Addresses under one blocking key beyond which the key says nothing.
_BLOCK_MAX = 60
_ROUNDS = 2
#: Who is seen with more than this share of everybody says nothing of whom they are seen with.
_EVERYWHERE = 0.4
#: Bits of people in common from which namesakes of a name that very many bear are told from each other.
_CLEAR = 5.0
#: Addresses on whose neighbours the overlap of circles is measured.
_SAMPLE = 400
_NOBODY: AbstractSet[str] = frozenset()
Pair = tuple[str, str]


class Card(Struct, frozen=True):
    """One card of the address book."""

    #: UID (RFC 6350 §6.7.6) or, where it has none, what it is known by in its source.
    uid: str
    name: str
    addresses: tuple[str, ...]


class Word(Struct, frozen=True):
    """What the owner said: pairs that are one human's and pairs that are not, each sorted."""

    same: frozenset[Pair] = frozenset()
    different: frozenset[Pair] = frozenset()


class Suggestion(Struct, frozen=True):
    """Two addresses of different clusters that are likely one human's."""

    pair: Pair
    chance: float
    evidence: dict[str, float]


class Linked(Struct, frozen=True):
    """Clusters of two addresses or more, and what to ask about, the likeliest first."""

    clusters: tuple[frozenset[str], ...]
    suggestions: tuple[Suggestion, ...]
    #: Pair that was linked by its evidence → that evidence.
    reasons: dict[Pair, dict[str, float]]


def pair(one: str, other: str) -> Pair:
    """Two addresses in the order they are kept."""
    return (one, other) if one < other else (other, one)


def link(
    nodes: Iterable[Node], cards: Iterable[Card] = (), word: Word | None = None, answered_for: Iterable[Pair] = ()
) -> Linked:
    """Draw the clusters. `answered_for` holds pairs where a mail to the one was answered from the other."""
    by_address = {node.canonical: node for node in sorted(nodes, key=lambda node: node.canonical)}
    word = word or Word()
    groups = _Groups(by_address, word)
    for one in sorted(word.same):
        groups.join(*one, owner=True)
    for one in certain(cards, by_address):
        groups.join(*one, sure=True)
    known = frequencies.count(by_address.values())
    answers = frozenset(pair(*one) for one in answered_for)
    candidates = sorted(_candidates(by_address.values()) | {one for one in answers if set(one) <= by_address.keys()})
    found: dict[Pair, Comparison] = {}
    reasons: dict[Pair, dict[str, float]] = {}
    for _ in range(_ROUNDS):
        circles = _Circles(by_address, groups)
        found = {
            one: compare(
                by_address[one[0]], by_address[one[1]], known, circles, one in answers, circles.is_ambiguous(one)
            )
            for one in candidates
            if groups.head(one[0]) != groups.head(one[1])
        }
        crowded = _crowded(by_address, found, groups)
        for one in sorted(found, key=lambda one: (-found[one].chance, one)):
            if found[one].chance >= AUTO and one not in crowded and groups.join(*one):
                reasons[one] = found[one].evidence
    return Linked(groups.clusters(), _suggested(found, groups, word), reasons)


def _crowded(nodes: Mapping[str, Node], found: Mapping[Pair, Comparison], groups: _Groups) -> set[Pair]:
    """Pairs of a name that very many bear, unless all who bear it here are one human's as far as anything is known."""
    bearers: dict[tuple[str, ...], list[str]] = {}
    for address, node in nodes.items():
        if node.is_person and node.full_names and is_common(node.full_names[0]):
            bearers.setdefault(node.full_names[0].latin.key, []).append(address)
    blocked: set[Pair] = set()
    for several in bearers.values():
        heads = {address: groups.head(address) for address in several}
        apart = [(a, b) for a, b in combinations(sorted(several), 2) if heads[a] != heads[b]]
        if not _are_one(
            set(heads.values()), [one for one in apart if one in found and found[one].chance >= AUTO], heads
        ):
            blocked.update(one for one in apart if one in found and not _is_clear(found[one].evidence))
    return blocked


def _is_clear(evidence: Mapping[str, float]) -> bool:
    """Whether more than a name speaks for it, or a circle that namesakes are seldom both in."""
    return not _HARD.isdisjoint(evidence) or evidence.get("people in common", 0.0) >= _CLEAR


def _are_one(groups: set[str], pairs: Iterable[Pair], heads: Mapping[str, str]) -> bool:
    """Whether these pairs of addresses make one of all the groups."""
    left = {one: one for one in groups}

    def top(one: str) -> str:
        while left[one] != one:
            one = left[one]
        return one

    for one, other in pairs:
        left[top(heads[one])] = top(heads[other])
    return len({top(one) for one in groups}) <= 1


def certain(cards: Iterable[Card], nodes: Mapping[str, Node]) -> list[Pair]:
    """Pairs on one card, or on cards with one UID, unless another card's name or a role speaks against it."""
    known = sorted(
        (card for card in cards if not is_of_several(card.name)), key=lambda card: (card.uid, card.name, card.addresses)
    )
    shared = _shared(known)
    by_uid: dict[str, list[str]] = {}
    for card in known:
        usable = [one for one in card.addresses if one not in shared and one in nodes and nodes[one].is_person]
        if _is_a_family(card, [nodes[one] for one in usable]):
            continue
        by_uid.setdefault(card.uid, []).extend(usable)
    whole = [sorted(set(group)) for group in by_uid.values()]
    # All of them among each other: the rest stays together whichever of them the owner takes away.
    found = {one for group in whole if len(group) <= CLUSTER_MAX for one in combinations(_agreeing(group, nodes), 2)}
    return sorted(found)


def _agreeing(group: Sequence[str], nodes: Mapping[str, Node]) -> list[str]:
    """Those of a card's addresses whose names do not differ from those of its first."""
    return [one for one in group if one == group[0] or level(nodes[group[0]], nodes[one])[0] not in (CONFLICT, FAMILY)]


def _is_a_family(card: Card, members: Sequence[Node]) -> bool:
    """Whether a card has but the family name of those on it: whose it is, it does not say."""
    name = parse(card.name)
    return (
        name is not None
        and len(name.words) == 1
        and any(name.words[0] == full.words[-1] for node in members for full in node.full_names)
    )


def _shared(cards: Sequence[Card]) -> set[str]:
    """Addresses on cards of different names: a couple's, an office's."""
    names: dict[str, set[str]] = {}
    for card in cards:
        if name := " ".join(card.name.casefold().split()):
            for address in card.addresses:
                names.setdefault(address, set()).add(name)
    return {address for address, several in names.items() if len(several) > 1}


def _candidates(nodes: Iterable[Node]) -> set[Pair]:
    """Pairs worth comparing: a rare word of a name, a handle or a telephone number in common."""
    blocks: dict[str, list[str]] = {}
    for node in nodes:
        if node.is_person:
            for key in _keys(node):
                blocks.setdefault(key, []).append(node.canonical)
    return {
        pair(one, other)
        for members in blocks.values()
        if len(members) <= _BLOCK_MAX
        for number, one in enumerate(members)
        for other in members[number + 1 :]
    }


def _keys(node: Node) -> set[str]:
    keys = {f"phone {phone}" for phone in node.phones}
    if node.local:
        keys.add(f"handle {handle(node.local)}")
    for name in (*node.names, *node.full_names):
        keys.update(f"word {word}" for word in name.words)
        keys.add("name " + " ".join(name.key))
        if name.script or not name.is_east_asian:
            keys.update("bones " + " ".join(name.skeleton(bare)) for bare in (True, False))
        keys.update(f"heard {way}" for way in name.heard)
        keys.update(f"initial {a[0]} {b}" for a in (*name.words, *name.initials) for b in name.words if a != b)
    if node.local and not any(name.is_full for name in node.names):
        keys.add(f"made {plain(node.local)}")
    keys.update(f"made {word}" for name in node.full_names for word in made_from(name))
    return keys


def _suggested(found: Mapping[Pair, Comparison], groups: _Groups, word: Word) -> tuple[Suggestion, ...]:
    """The likeliest pair of any two clusters, unless the owner has said no or their names speak against it."""
    best: dict[Pair, Suggestion] = {}
    for one in sorted(found, key=lambda one: (-found[one].chance, one)):
        if found[one].chance < SUGGEST:
            break
        between = pair(groups.head(one[0]), groups.head(one[1]))
        if between[0] != between[1] and between not in best and not groups.are_apart(*one):
            best[between] = Suggestion(one, round(found[one].chance, 4), found[one].evidence)
    return tuple(best.values())


def _is_together(one: Node, other: Node, times: int) -> bool:
    """Whether two are seen together as two people are: more than now and then, when somebody copies themselves."""
    if one.span is None or other.span is None:
        return times >= TOGETHER
    seen = min(one.span.times, other.span.times)
    least = _NAMESAKES_TOGETHER if level(one, other)[0] in (EXACT, NICKNAME, INITIAL) else TOGETHER
    return times >= least and times >= _NOW_AND_THEN * seen


class _Circles:
    """Whom each group of addresses is seen with; made anew for each round."""

    def __init__(self, nodes: Mapping[str, Node], groups: _Groups) -> None:
        self._groups, self._nodes = groups, nodes
        self._named = {address: " ".join(node.full_names[0].key) for address, node in nodes.items() if node.full_names}
        self._near: dict[str, set[str]] = {}
        for address, node in nodes.items():
            near = self._near.setdefault(groups.head(address), set())
            near.update(self._person(neighbour) for neighbour in node.neighbours)
        self._degrees = Counter(person for near in self._near.values() for person in near)
        everywhere = {one for one, times in self._degrees.items() if times > max(_EVERYWHERE * len(self._near), 20)}
        for one in everywhere:
            # Whose mail it is, or who runs the place.
            del self._degrees[one]
        self._near = {address: near - everywhere for address, near in self._near.items()} if everywhere else self._near
        self._edges = max(sum(self._degrees.values()), 1)
        self._ambiguous = self._namesakes()
        self.overlap = self._friends_overlap()

    def __call__(self, node: Node) -> AbstractSet[str]:
        """Persons."""
        return self._near.get(self._groups.head(node.canonical), _NOBODY)

    def chance(self, person: str, size: int) -> float:
        """The chance that a stranger who is seen with `size` people is seen with this one."""
        return min(self._degrees[person] * size / self._edges, 0.95)

    def _friends_overlap(self) -> float:
        """Measured on people who are seen together, whoever they are: how full of holes what we see is."""
        shares = []
        for address in sorted(self._nodes)[:: max(len(self._nodes) // _SAMPLE, 1)]:
            neighbours = sorted(one for one in self._nodes[address].neighbours if one in self._nodes)
            for neighbour in neighbours[:: max(len(neighbours) // 5, 1)]:
                smaller, larger = sorted((self(self._nodes[address]), self(self._nodes[neighbour])), key=len)
                chance = sum(self.chance(person, len(larger)) for person in smaller)
                if smaller:
                    shares.append((len(smaller & larger) - chance) / len(smaller))
        return min(max(sum(shares) / len(shares) if shares else 0.0, 0.1), 0.6)

    def together(self, one: Node, other: Node) -> int:
        """In how many mails and meetings addresses of the two groups were both seen, at the most."""
        mine, theirs = self._groups.members(one.canonical), self._groups.members(other.canonical)
        return max(
            (
                times if _is_together(self._nodes[a], self._nodes[b], times) else min(times, TOGETHER - 1)
                for a in mine
                for b in theirs
                if a in self._nodes and b in self._nodes and (times := self._nodes[a].neighbours.get(b, 0))
            ),
            default=0,
        )

    def is_ambiguous(self, one: Pair) -> bool:
        """Whether addresses with the name of either have been seen together: namesakes."""
        return any(self._named.get(address) in self._ambiguous for address in one)

    def _person(self, neighbour: str) -> str:
        # Friends have several addresses too: until those are linked, their names say who they are.
        head = self._groups.head(neighbour)
        return self._named.get(neighbour) or self._named.get(head) or head

    def _namesakes(self) -> set[str]:
        return {
            name
            for address, name in self._named.items()
            for neighbour, times in self._nodes[address].neighbours.items()
            if self._named.get(neighbour) == name
            and neighbour in self._nodes
            and _is_together(self._nodes[address], self._nodes[neighbour], times)
            and self._groups.head(neighbour) != self._groups.head(address)
        }


class _Groups:
    """Addresses joined step by step."""

    def __init__(self, nodes: Mapping[str, Node], word: Word) -> None:
        self._nodes = nodes
        self._head = {address: address for address in nodes}
        self._members = {address: {address} for address in nodes}
        self._apart: dict[str, set[str]] = {}
        for one, other in word.different:
            self._apart.setdefault(one, set()).add(other)
            self._apart.setdefault(other, set()).add(one)

    def members(self, address: str) -> set[str]:
        """Every address of its group."""
        return self._members.get(self.head(address), {address})

    def head(self, address: str) -> str:
        """The address that stands for its group."""
        return self._head.get(address, address)

    def join(self, one: str, other: str, owner: bool = False, sure: bool = False) -> bool:
        """Make two groups one, unless something forbids it; the owner's word is hindered by nothing but itself."""
        for address in (one, other):
            if address not in self._head:
                self._head[address], self._members[address] = address, {address}
        first, second = sorted((self._head[one], self._head[other]))
        if first == second or self.are_apart(one, other):
            return first == second
        if not owner and not self._may(self._members[first], self._members[second], sure):
            return False
        for address in self._members[second]:
            self._head[address] = first
        self._members[first] |= self._members.pop(second)
        return True

    def are_apart(self, one: str, other: str) -> bool:
        """Whether the owner said that anybody of the one group is nobody of the other."""
        theirs = self._members.get(self.head(other), {other})
        return any(self._apart.get(address, set()) & theirs for address in self._members.get(self.head(one), {one}))

    def clusters(self) -> tuple[frozenset[str], ...]:
        """Groups of two or more."""
        return tuple(frozenset(self._members[head]) for head in sorted(self._members) if len(self._members[head]) > 1)

    def _may(self, ones: set[str], others: set[str], sure: bool) -> bool:
        if len(ones) + len(others) > (CLUSTER_MAX if sure else _LIKELY_MAX):
            return False
        if sure:
            return True
        everybody = [self._nodes[one] for one in sorted(ones | others) if one in self._nodes]
        return not any(
            self._contradict(self._nodes[one], self._nodes[other])
            or (
                differ(self._nodes[one], self._nodes[other])
                and not is_bridged(self._nodes[one], self._nodes[other], everybody)
            )
            for one in ones
            for other in others
            if one in self._nodes and other in self._nodes
        )

    def _contradict(self, one: Node, other: Node) -> bool:
        """Whether they were seen in one mail, or were made to be told apart, or taken for each other."""
        together = max(one.neighbours.get(other.canonical, 0), other.neighbours.get(one.canonical, 0))
        return (
            _is_together(one, other, together)
            or are_numbered(one, other)
            or are_alike(one.domain, other.domain)
            or bool(one.generations and other.generations and one.generations.isdisjoint(other.generations))
        )
