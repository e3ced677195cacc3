"""How well addresses are put together to people: `python -m bench.people [FILE | --make FILE --seed N --people N]`.

FILE has one JSON object a line, or is one JSON list of them: `address`, `names` (as written before it: a list, or an
object with counts), `with` (addresses it is seen together with in mails and meetings: a list, or an object with
counts), `truth` (any id of the human, role or program it stands for); where known `cards` (those it is on: uids, or
[[uid, name], …]), `phones`, `first` and `last` (seconds since 1970, or ISO dates). Without FILE five made populations
are measured. `--make` writes one.

Figures: pairwise and B-cubed precision and recall of the clusters that are made without asking, humans with a stranger
among their addresses per 1,000, the same for what cards alone say, and how many missed pairs are asked about.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

from bench.ended import ended
from bench.ended import rows as usable_rows
from bench.people_made import Maker
from interactions.address import canonical
from interactions.identity.linking import TOGETHER, Card, Linked, certain, link
from interactions.identity.node import Node, Span
from interactions.phone import phone

Rows = Sequence[Mapping[str, Any]]
#: As the store has it: of an address's names, those rarer than this share are slips, once there are enough.
_SLIP, _ENOUGH = 0.1, 10


def main() -> int:
    """Measure FILE, or made populations; the last line is JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--make", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--mails", type=int, default=40, help="made mails a person: fewer tell less of who is who")
    parser.add_argument("--errors", action="store_true", help="list every false pair")
    asked = parser.parse_args()
    if asked.make:
        rows = Maker(asked.seed, asked.people, asked.mails).rows()
        asked.make.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        return 0
    if asked.file:
        told = measured(_read(asked.file), asked.errors)
    else:
        several = [measured(list(Maker(seed, asked.people, asked.mails).rows()), asked.errors) for seed in range(1, 6)]
        told = {key: round(sum(one[key] for one in several) / len(several), 4) for key in several[0]}
    print(json.dumps(told))
    return 0


def _read(file: Path) -> list[dict[str, Any]]:
    return usable_rows(file.read_bytes(), file, ("address", "truth"))


def nodes_of(rows: Rows) -> tuple[list[Node], list[Card]]:
    """The file's rows as the linking takes them; rows of one canonical address are one."""
    by: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    cards: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        by[canonical(row["address"])].append(row)
        for one in row.get("cards", ()):
            uid, name = (one, _names(row)[:1]) if isinstance(one, str) else (one[0], [one[1]])
            cards[str(uid)].append((canonical(row["address"]), str(*name)))
    nodes = []
    for address, several in by.items():
        names = [name for row in several for name in _names(row)]
        near = Counter[str]()
        for row in several:
            near.update(_near(row))
        phones = [phone(str(one), "") or str(one) for row in several for one in row.get("phones", ())]
        nodes.append(Node(address, names, near, _span(several), phones))
    return nodes, [Card(uid, members[0][1], tuple(one for one, _ in members)) for uid, members in cards.items()]


def _names(row: Mapping[str, Any]) -> list[str]:
    """Its names, the commonest first; of many, those that are hardly ever written are slips."""
    found = row.get("names", row.get("name", ()))
    if isinstance(found, Mapping):
        total = sum(found.values())
        usual = {str(name): times for name, times in found.items() if total < _ENOUGH or times >= _SLIP * total}
        return sorted(usual, key=lambda name: -usual[name])
    return [found] if isinstance(found, str) else [str(one) for one in found]


def _near(row: Mapping[str, Any]) -> dict[str, int]:
    """Address → how often it was seen with; where the file does not say how often, often enough."""
    for key in ("with", "co_occurrence", "cooccurrence", "co-occurrence", "neighbours", "neighbors"):
        found = row.get(key)
        if isinstance(found, Mapping):
            return {canonical(one): int(times) for one, times in found.items()}
        if found is not None:
            return {canonical(one[0] if isinstance(one, (list, tuple)) else one): TOGETHER for one in found}
    return {}


def _span(rows: Rows) -> Span | None:
    known = [row for row in rows if row.get("first") is not None and row.get("last") is not None]
    if not known:
        return None
    times = sum(int(row.get("times", 0)) or _times(row) for row in known)
    return Span(min(_instant(row["first"]) for row in known), max(_instant(row["last"]) for row in known), times)


def _times(row: Mapping[str, Any]) -> int:
    """How often it was seen: by its names where they are counted, else often enough."""
    names = row.get("names")
    return sum(names.values()) if isinstance(names, Mapping) and names else _ENOUGH


def _instant(value: Any) -> int:
    return int(datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp()) if isinstance(value, str) else int(value)


def measured(rows: Rows, errors: bool = False) -> dict[str, float]:
    """Link the rows and compare with their truth."""
    truth = {canonical(row["address"]): str(row["truth"]) for row in rows}
    nodes, cards = nodes_of(rows)
    began = time.perf_counter()
    linked = link(nodes, cards)
    seconds = time.perf_counter() - began
    figures = compared(truth, linked)
    if errors:
        _show(truth, linked, {canonical(row["address"]): row for row in rows})
    asked = sum(truth[one.pair[0]] == truth[one.pair[1]] for one in linked.suggestions)
    sure = certain(cards, {node.canonical: node for node in nodes})
    return {
        **figures,
        "certain_false_pairs": sum(truth[a] != truth[b] for a, b in sure if a in truth and b in truth),
        "suggestions": len(linked.suggestions),
        "suggestions_right": round(asked / len(linked.suggestions), 4) if linked.suggestions else 1.0,
        "addresses": len(truth),
        "people": len(set(truth.values())),
        "seconds": round(seconds, 3),
    }


def _pairs(clusters: Iterable[frozenset[str]]) -> set[tuple[str, str]]:
    return {(a, b) for cluster in clusters for a, b in combinations(sorted(cluster), 2)}


def compared(truth: Mapping[str, str], linked: Linked) -> dict[str, float]:
    """Pairwise and B-cubed precision and recall, and humans per 1,000 with a stranger among their addresses."""
    by_truth: dict[str, set[str]] = defaultdict(set)
    for address, human in truth.items():
        by_truth[human].add(address)
    cluster_of = {address: cluster for cluster in linked.clusters for address in cluster}
    guessed, true = _pairs(linked.clusters), _pairs(frozenset(group) for group in by_truth.values())
    right = len(guessed & true)
    precisions, recalls = [], []
    for address, human in truth.items():
        cluster = cluster_of.get(address, frozenset({address}))
        both = len(cluster & by_truth[human])
        precisions.append(both / len(cluster))
        recalls.append(both / len(by_truth[human]))
    mixed = sum(len({truth[one] for one in cluster if one in truth}) > 1 for cluster in linked.clusters)
    return {
        "precision": round(right / len(guessed), 4) if guessed else 1.0,
        "recall": round(right / len(true), 4) if true else 1.0,
        "b3_precision": round(sum(precisions) / len(truth), 4),
        "b3_recall": round(sum(recalls) / len(truth), 4),
        "false_merges_per_1000": round(1000 * mixed / len(by_truth), 2),
    }


def _show(truth: Mapping[str, str], linked: Linked, rows: Mapping[str, Mapping[str, Any]]) -> None:
    for one, evidence in linked.reasons.items():
        if truth[one[0]] != truth[one[1]]:
            print("false", *(f"{address} {_names(rows[address])} {truth[address]}" for address in one), evidence)
    asked = {one.pair for one in linked.suggestions}
    cluster_of = {address: number for number, cluster in enumerate(linked.clusters) for address in cluster}
    groups: dict[str, list[str]] = defaultdict(list)
    for address, human in truth.items():
        groups[human].append(address)
    missed = Counter[str]()
    for group in groups.values():
        for one, other in combinations(sorted(group), 2):
            if cluster_of.get(one, one) != cluster_of.get(other, other):
                missed["asked" if (one, other) in asked else "missed"] += 1
                if missed["missed"] <= 15:
                    print("missed", *(f"{address} {_names(rows[address])}" for address in (one, other)))
    print(dict(missed))


if __name__ == "__main__":
    raise SystemExit(ended(main))
