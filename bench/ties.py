"""How well ties foresee whom somebody writes to next: `python -m bench.ties FILE`.

FILE has one contact a line: who wrote, to whom, when (seconds from any start). At each cut every ego with at least ten
known contacts is asked for an order of them; right are those it writes to within 30 days. Egos of whom all or none are
right are left out. Cuts: days 90, 105 and 118 of `eu`, 60, 90 and 120 of `college`, else 60, 70 and 78 % of the time.

- `map`, `auc`, `p5`: of the momentum as it is, the mean over egos and cuts;
- `map_fitted`: weights (`interactions.ties.outlook`) fitted on the 30 days before each cut alone; `fitted_gain` is the
  mean difference with its 95 % interval over egos;
- `map_recency`, `map_frequency` (days of contact), `map_regression` (eight plain features, fitted alike);
- `overdue_auc`: silence over the pair's cadence foretells that a tie of at least four days of contact stays silent for
  30 days (60 of `college`) after the first cut; `overdue_silence_auc` is the silence alone, `overdue_auc_later` that
  of the second cut.

Where `NAMEcore.txt` and `NAMElabels.txt` lie beside it (a network of pairs, and a department for each of its people),
`circles_nmi` says how well circles tell the departments (`bench.groups`).

The last line is JSON.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.ended import ended
from bench.groups import circles
from bench.ranking import auc, average_precision, bootstrap, fit, precision_at
from interactions.ties import cadence, outlook
from interactions.ties.tie import Day, Tie, tie

_CUTS = {"eu": (90, 105, 118), "college": (60, 90, 120)}
_SHARES = (0.60, 0.70, 0.78)
_AHEAD = {"college": 60}
_SOON = 30
_KNOWN, _KNOWN_FITTED = 10, 5
_TIE_DAYS = 4
#: ego → contact → days, as (day, direction)
Met = Mapping[int, Mapping[int, set[tuple[int, str]]]]


class Contact(NamedTuple):
    """One writes to another; `day` counts from the first contact of all."""

    day: int
    writer: int
    reader: int


class Asked(NamedTuple):
    """One ego at one cut: its known contacts and whom it writes to."""

    ties: list[Tie]
    right: list[bool]


def main() -> int:
    """Print the figures; 2 without a file."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        print("usage: python -m bench.ties FILE", file=sys.stderr)
        return 2
    file = Path(sys.argv[1])
    contacts = read(file)
    span = contacts[-1].day + 1
    cuts = _CUTS.get(file.stem) or tuple(int(span * share) for share in _SHARES)
    told: dict[str, object] = {"egos": 0, **foreseen(contacts, cuts)}
    told.update(overdue(contacts, cuts, _AHEAD.get(file.stem, _SOON)))
    network, labels = (file.with_name(f"{file.stem}{name}.txt") for name in ("core", "labels"))
    if network.is_file() and labels.is_file():
        told.update(circles(network, labels))
    print(json.dumps(told))
    return 0


def read(file: Path) -> list[Contact]:
    """All contacts of two different people, in order of time."""
    rows = [tuple(map(int, line.split()[:3])) for line in file.read_text().splitlines() if line.strip()]
    rows = sorted((at, writer, reader) for writer, reader, at in rows if writer != reader)
    start = rows[0][0]
    return [Contact((at - start) // 86_400, writer, reader) for at, writer, reader in rows]


def foreseen(contacts: Sequence[Contact], cuts: Sequence[int]) -> dict[str, object]:
    """The figures of whom somebody writes to next."""
    found: dict[str, list[float]] = defaultdict(list)
    for cut in cuts:
        earlier = [one for one in asked(contacts, cut - _SOON) if len(one.ties) >= _KNOWN_FITTED]
        now, before = cut - 1, cut - _SOON - 1
        ours = fit([([outlook.features(one, before) for one in ego.ties], ego.right) for ego in earlier])
        plain = fit([([_plain(one, before) for one in ego.ties], ego.right) for ego in earlier])
        print(f"day {cut}: fitted {', '.join(f'{weight:+.2f}' for weight in ours)}", file=sys.stderr)
        for ego in asked(contacts, cut):
            if len(ego.ties) < _KNOWN:
                continue
            momentum = [one.sums.momentum() for one in ego.ties]
            found["map"].append(average_precision(ego.right, momentum))
            found["auc"].append(auc(ego.right, momentum))
            found["p5"].append(precision_at(ego.right, momentum))
            for name, scores in (
                ("map_fitted", [outlook.score(ours, outlook.features(one, now)) for one in ego.ties]),
                ("map_recency", [float(one.last_day or 0) for one in ego.ties]),
                ("map_frequency", [float(one.days) for one in ego.ties]),
                ("map_regression", [outlook.score(plain, _plain(one, now)) for one in ego.ties]),
            ):
                found[name].append(average_precision(ego.right, scores))
    gain = bootstrap([new - old for new, old in zip(found["map_fitted"], found["map"], strict=True)])
    means = {name: round(sum(values) / len(values), 4) for name, values in found.items()}
    return {**means, "egos": len(found["map"]), "fitted_gain": [round(value, 4) for value in gain]}


def _plain(one: Tie, today: int) -> tuple[float, ...]:
    """What a plain regression is given: silences, counts, time known, both ways."""
    out, inward = (today - last if last is not None else 400 for last in (one.last_out, one.last_in))
    silence = today - (one.last_day or 0)
    return (
        math.log1p(silence), math.log1p(out), math.log1p(inward), math.log1p(one.days_out), math.log1p(one.days_in),
        math.log1p(one.days), math.log1p(today - (one.first_day or 0)), float(one.gated()),
    )  # fmt: skip


def asked(contacts: Sequence[Contact], cut: int) -> Iterator[Asked]:
    """Every ego of whom some known contacts are right and some are not."""
    known, ahead = _split(contacts, cut, _SOON)
    for ego, people in known.items():
        right = [(ego, one) in ahead for one in people]
        if any(right) and not all(right):
            yield Asked([_tie(days, cut) for days in people.values()], right)


def _split(contacts: Sequence[Contact], cut: int, soon: int) -> tuple[Met, set[tuple[int, int]]]:
    known: dict[int, dict[int, set[tuple[int, str]]]] = defaultdict(lambda: defaultdict(set))
    ahead: set[tuple[int, int]] = set()
    for one in contacts:
        if one.day < cut:
            known[one.writer][one.reader].add((one.day, "out"))
            known[one.reader][one.writer].add((one.day, "in"))
        elif one.day < cut + soon:
            ahead.add((one.writer, one.reader))
    return known, ahead


def _tie(days: set[tuple[int, str]], cut: int) -> Tie:
    """As it stands at the end of the day before the cut."""
    return tie((Day(0, day, direction, 1.0, 1.0) for day, direction in days), cut - 1)


def overdue(contacts: Sequence[Contact], cuts: Sequence[int], ahead: int) -> dict[str, object]:
    """How well silence foretells silence."""
    found: dict[str, object] = {}
    for name, cut in (("overdue_auc", cuts[0]), ("overdue_auc_later", cuts[1])):
        known, later = _split(contacts, cut, ahead)
        pairs = {
            (ego, one): _tie(days, cut) for ego, people in known.items() for one, days in people.items() if ego < one
        }
        around = cadence.usual(one.median_gap for one in pairs.values())
        several = {pair: one for pair, one in pairs.items() if one.days >= _TIE_DAYS}
        silent = [(a, b) not in later and (b, a) not in later for a, b in several]
        found[name] = round(auc(silent, [cadence.unusual(one, around, cut) for one in several.values()]), 4)
        if name == "overdue_auc":
            silence = [float(cut - (one.last_day or 0)) for one in several.values()]
            found["overdue_silence_auc"] = round(auc(silent, silence), 4)
            found["overdue_ties"] = len(several)
    return found


if __name__ == "__main__":
    sys.exit(ended(main))
