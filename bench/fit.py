"""Fit the score's weights to labelled mail: `python -m bench.fit [FILE] [--write]` (FILE as bench.verdicts reads it).

Two logistic regressions with the stated weights as their prior (maximum a posteriori, normal, standard deviation
SPREAD): a person or a machine, and among machines many or one. A weight never crosses zero, so every sign goes on
saying what it was stated to say. What no mail of FILE shows stays as stated. Each family of sources is judged by
weights fitted on the other families. `--write` replaces the table in interactions/rules/weights.py.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from bench import labelled
from bench.ended import ended, rows
from connectors.rfc5322 import email_from_headers
from interactions.decide import decide
from interactions.items import Email
from interactions.rules import weights
from interactions.rules.message import Message
from interactions.rules.signs import signs
from interactions.rules.weights import Weight
from interactions.verdict import Known

#: Standard deviation of a weight around its stated value.
SPREAD = 0.3
#: Rules whose verdict rests on a sum: the last one, and the one that asks many or one of a robot's mail.
_SUMMED = ("mail.human", "mail.machine", "mail.robot")
_STEPS = 60
#: Says nothing but how many of each there are, which drawn mails do not tell: it stays as stated.
PRIOR = "any mail"
Table = Mapping[str, Weight]


class Example(NamedTuple):
    """One labelled mail that the score decides."""

    signs: tuple[str, ...]
    label: str
    #: Whether the score tells person from machine here; else only many from one.
    decides: bool


def family(line: Mapping[str, Any]) -> str:
    """The source family a line is from: enron, spamassassin, or the rest together."""
    name = str(line.get("source", "")).partition("/")[0]
    return name if name in ("enron", "spamassassin") else "others"


def examples(lines: Iterable[Mapping[str, Any]]) -> list[Example]:
    """Those of the lines that the score decides and of whose label nobody doubts."""
    found = []
    for line in lines:
        email = email_from_headers(line["id"], [(name, value) for name, value in line["headers"]])
        if not isinstance(email, Email) or line.get("alt") or line.get("sub") in ("spam", "phishing"):
            continue
        known = Known(own=frozenset())
        rule = decide(email, known).rule
        if rule in _SUMMED and line["label"] in ("human", "bulk", "transactional", "calendar"):
            found.append(Example(tuple(signs(Message(email, known))), line["label"], rule != "mail.robot"))
    return found


def fitted(table: Table, training: Sequence[Example]) -> dict[str, Weight]:
    """The table with both of its fitted columns anew."""
    human = [(one.signs, one.label == "human") for one in training if one.decides]
    many = [(one.signs, one.label == "bulk") for one in training if one.label in ("bulk", "transactional")]
    person = _fit({name: one.stated_human for name, one in table.items()}, human)
    crowd = _fit({name: one.stated_many for name, one in table.items()}, many)
    return {name: one._replace(human=_rounded(person[name]), many=_rounded(crowd[name])) for name, one in table.items()}


def _rounded(value: float) -> float:
    return round(value, 1) + 0.0


def _fit(stated: Mapping[str, float], rows: Sequence[tuple[Sequence[str], bool]]) -> dict[str, float]:
    """Newton's method, one weight at a time; zero in `stated` stays zero."""
    found = dict(stated)
    by_sign: dict[str, list[int]] = {}
    for number, (names, _) in enumerate(rows):
        for name in names:
            by_sign.setdefault(name, []).append(number)
    sums = [sum(found[name] for name in names) for names, _ in rows]
    for _ in range(_STEPS):
        for name, numbers in by_sign.items():
            if not stated[name] or name == PRIOR:
                continue
            chances = [1 / (1 + math.exp(-sums[number])) for number in numbers]
            slope = sum(rows[n][1] - chance for n, chance in zip(numbers, chances, strict=True))
            slope -= (found[name] - stated[name]) / SPREAD**2
            bend = sum(chance * (1 - chance) for chance in chances) + 1 / SPREAD**2
            better = _same_side(found[name] + slope / bend, stated[name])
            for number in numbers:
                sums[number] += better - found[name]
            found[name] = better
    return found


def _same_side(value: float, stated: float) -> float:
    return max(value, 0.0) if stated > 0 else min(value, 0.0)


@contextmanager
def used(table: Table) -> Iterator[None]:
    """Judge by another table for a while."""
    before = dict(weights.WEIGHTS)
    weights.WEIGHTS.update(table)
    try:
        yield
    finally:
        weights.WEIGHTS.update(before)


def folds(lines: Sequence[Mapping[str, Any]]) -> Iterator[tuple[dict[str, Weight], list[Mapping[str, Any]]]]:
    """For each family of sources: the weights fitted on all others, and the family's lines."""
    for name in sorted({family(line) for line in lines}):
        training = examples(line for line in lines if family(line) != name)
        yield fitted(weights.WEIGHTS, training), [line for line in lines if family(line) == name]


def digest(content: bytes) -> str:
    """What a labelled file is known by."""
    return hashlib.sha256(content).hexdigest()


def _source(table: Table, provenance: Mapping[str, str]) -> str:
    path = Path(weights.__file__)
    head = path.read_text(encoding="utf-8").partition("PROVENANCE:")[0]
    told = "".join(f'    "{name}": "{value}",\n' for name, value in provenance.items())
    lines = "".join(
        f'    "{name}": Weight({one.stated_human}, {one.human}, {one.stated_many}, {one.many}),\n'
        for name, one in table.items()
    )
    return (
        f"{head}PROVENANCE: dict[str, str] = {{\n{told}}}\n\n"
        f"#: Name of a sign → what it adds. Over 0 together: a person; among machines: many.\n"
        f"WEIGHTS: dict[str, Weight] = {{\n{lines}}}\n"
    )


def main(arguments: Sequence[str]) -> int:
    """Fit, show what moved, and with --write replace the table."""
    path = labelled.file(arguments)
    if path is None:
        print("usage: python -m bench.fit [FILE] [--write]; without FILE set KITH_CORPUS", file=sys.stderr)
        return 2
    content = path.read_bytes()
    training = examples(rows(content, path, ("id", "headers", "label")))
    table = fitted(weights.WEIGHTS, training)
    seen = {name: sum(name in one.signs for one in training) for name in table}
    for name, one in table.items():
        print(
            f"{name:<30} person {one.stated_human:+5.2f} → {one.human:+5.1f}   "
            f"many {one.stated_many:+5.2f} → {one.many:+5.1f}   in {seen[name]}"
        )
    provenance = {
        "fitted by": "python -m bench.fit",
        "on": f"{len(training)} labelled mails that the score decides, of {path.name}",
        "sha256": digest(content),
        "spread": str(SPREAD),
        "date": date.today().isoformat(),
    }
    if "--write" in arguments:
        Path(weights.__file__).write_text(_source(table, provenance), encoding="utf-8")
    print(json.dumps({"examples": len(training), "signs": len(table), **provenance}))
    return 0


if __name__ == "__main__":
    raise SystemExit(ended(lambda: main(sys.argv[1:])))
