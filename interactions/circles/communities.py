"""Groups in a woven net: Louvain's communities, several times over, and what most of them agree on.

Louvain at a resolution of 2 tells departments from a network of mail as well as anything known (.70 of normalized
mutual information, where label propagation finds one giant group); its order of moves matters, so it is run from fixed
seeds and only what half of the runs put together is kept together (Lancichinetti and Fortunato, 2012).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from interactions.circles.weave import Pair

#: Finer groups for a greater one. A net of few people falls apart at what is right for a large one.
RESOLUTION, _OF_FEW = 2.0, 1.0
_FEW = 50
_SEEDS = range(5)
#: Pairs from which on only each one's strongest are looked at, and how many those are.
_LARGE, _KEPT = 100_000, 30
#: Two people belong together whom so many of the runs put together.
_AGREED = 0.5
#: Somebody belongs to another group, too, when so much of what ties them goes there.
_SHARE = 0.25
#: Fewer are no circle.
SMALLEST = 3


def communities(net: Mapping[Pair, float], seeds: Sequence[int] = _SEEDS) -> list[frozenset[int]]:
    """Groups of people, each of SMALLEST at least, the largest first; somebody may belong to several."""
    parts = partition(net, seeds)
    group_of = {one: number for number, part in enumerate(parts) for one in part}
    shares: dict[int, dict[int, float]] = {}
    for (one, other), weight in net.items():
        for mine, theirs in ((one, other), (other, one)):
            towards = shares.setdefault(mine, {})
            towards[group_of[theirs]] = towards.get(group_of[theirs], 0.0) + weight
    wider = [set(part) for part in parts]
    for one, towards in shares.items():
        whole = sum(towards.values())
        for number, weight in towards.items():
            if weight >= _SHARE * whole and len(parts[number]) >= SMALLEST:
                wider[number].add(one)
    near: dict[int, set[int]] = {}
    for (one, other), weight in net.items():
        if weight > 0:
            near.setdefault(one, set()).add(other)
            near.setdefault(other, set()).add(one)
    held = (_held(group, near) for group, part in zip(wider, parts, strict=True) if len(part) >= SMALLEST)
    found = {group for group in held if len(group) >= SMALLEST}
    return sorted(found, key=lambda group: (-len(group), sorted(group)))


def _held(group: AbstractSet[int], near: Mapping[int, AbstractSet[int]]) -> frozenset[int]:
    """Whoever of it is seen with two of its others: a row of people who each know one of them alone is no circle."""
    left = set(group)
    while loose := [one for one in left if len(left & near.get(one, frozenset())) < 2]:
        left.difference_update(loose)
    return frozenset(left)


def _strongest(net: Mapping[Pair, float]) -> Mapping[Pair, float]:
    """Of a very large net what ties each most: the rest costs much time and moves hardly anybody."""
    if len(net) <= _LARGE:
        return net
    of: dict[int, list[tuple[float, Pair]]] = {}
    for pair, weight in net.items():
        for one in pair:
            of.setdefault(one, []).append((-weight, pair))
    kept = {pair for several in of.values() for _, pair in sorted(several)[:_KEPT]}
    return {pair: weight for pair, weight in net.items() if pair in kept}


def partition(net: Mapping[Pair, float], seeds: Sequence[int] = _SEEDS) -> list[frozenset[int]]:
    """Everybody in the net, each in one group."""
    # Few commands need what takes long to load.
    import networkx

    graph = networkx.Graph()
    graph.add_weighted_edges_from((*pair, weight) for pair, weight in sorted(_strongest(net).items()) if weight > 0)
    runs = []
    resolution = RESOLUTION if len(graph) >= _FEW else _OF_FEW
    for seed in seeds:
        groups = networkx.community.louvain_communities(graph, resolution=resolution, seed=seed)
        runs.append({one: number for number, group in enumerate(groups) for one in group})
    agreed = networkx.Graph()
    agreed.add_nodes_from(sorted(graph))
    for one, other in graph.edges:
        together = sum(run[one] == run[other] for run in runs) / max(len(runs), 1)
        if together >= _AGREED:
            agreed.add_edge(one, other, weight=together)
    found = networkx.community.louvain_communities(agreed, seed=0) if len(agreed) else []
    return sorted(map(frozenset, found), key=lambda group: (-len(group), sorted(group)))
