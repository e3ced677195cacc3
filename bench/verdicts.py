"""How well the mail rules judge labelled mail: `python -m bench.verdicts [--errors] [FILE]`.

FILE (default: the labelled mail of KITH_CORPUS) has one JSON object a line: `id`, `label` (one of LABELS), `headers`
([[name, value], …] in order), and where known `source`, `alt` (labels that are also right) and `sub` (spam and phishing
stand apart). A file that the committed weights were fitted on is judged in folds: each family of sources by weights
fitted on the other families. Any other
file is judged by the committed weights. The last line is JSON: `human_precision`, `human_recall`, `macro_f1`, the same
with `alt_`, and `spam_rows`, `spam_judged_human`.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from bench import fit, labelled
from bench.ended import ended
from bench.ended import rows as usable_rows
from connectors.rfc5322 import email_from_headers
from interactions.decide import decide
from interactions.items import Email
from interactions.rules.weights import PROVENANCE
from interactions.verdict import Known

#: The file's labels, in the order they are shown.
LABELS = ("human", "list", "transactional", "bulk", "auto_reply", "calendar")
#: Our classes in the file's words.
AS_LABEL = {
    "human_direct": "human",
    "human_list": "list",
    "proxy_human": "transactional",
    "machine_transactional": "transactional",
    "machine_bulk": "bulk",
    "auto_reply": "auto_reply",
    "bounce": "auto_reply",
    "calendar": "calendar",
}
#: The provider's spam folder never reaches the rules: these rows stand apart.
APART = frozenset({"spam", "phishing"})


class Row(NamedTuple):
    """One labelled mail and what the rules made of it."""

    id: str
    source: str
    label: str
    alt: tuple[str, ...]
    sub: str
    guess: str
    rule: str


def judged(line: dict[str, Any]) -> Row:
    """One line of the file, judged from its headers alone: no owner, no facts."""
    email = email_from_headers(line["id"], [(name, value) for name, value in line["headers"]])
    if isinstance(email, Email):
        verdict = decide(email, Known(own=frozenset()))
        guess, rule = AS_LABEL[verdict.cls], verdict.rule
    else:
        guess, rule = "transactional", "unreadable"
    return Row(
        line["id"], line.get("source", ""), line["label"], tuple(line.get("alt", ())), line.get("sub", ""), guess, rule
    )


def scores(pairs: Sequence[tuple[str, str]]) -> dict[str, tuple[float, float, float, int]]:
    """Precision, recall, F1 and count for each label of (true, guessed) pairs."""
    true, guessed = Counter(pair[0] for pair in pairs), Counter(pair[1] for pair in pairs)
    right = Counter(pair[0] for pair in pairs if pair[0] == pair[1])
    found = {}
    for label in LABELS:
        precision = right[label] / guessed[label] if guessed[label] else 0.0
        recall = right[label] / true[label] if true[label] else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        found[label] = (precision, recall, f1, true[label])
    return found


def interval(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of `count`."""
    if not count:
        return 0.0, 1.0
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def lenient(row: Row) -> tuple[str, str]:
    """The pair with the label that is also acceptable, where the guess is one."""
    return (row.guess if row.guess in row.alt else row.label), row.guess


def figures(pairs: Sequence[tuple[str, str]], prefix: str = "") -> dict[str, float]:
    """Human precision and recall and the mean F1 over the labels that are there."""
    found = scores(pairs)
    there = [one[2] for one in found.values() if one[3]]
    return {
        f"{prefix}human_precision": round(found["human"][0], 4),
        f"{prefix}human_recall": round(found["human"][1], 4),
        f"{prefix}macro_f1": round(sum(there) / len(there), 4) if there else 0.0,
    }


def show(title: str, pairs: Sequence[tuple[str, str]]) -> None:
    """The confusion matrix and the scores of each label."""
    print(f"\n{title}: {len(pairs)} mails (rows true, columns judged)")
    counts = Counter(pairs)
    print(" " * 14 + "".join(f"{label[:9]:>10}" for label in LABELS))
    for label in LABELS:
        print(f"{label:<14}" + "".join(f"{counts[label, guess]:>10}" for guess in LABELS))
    for label, (precision, recall, f1, count) in scores(pairs).items():
        guessed = sum(pair[1] == label for pair in pairs)
        print(
            f"{label:<14} P {_ranged(precision, guessed)}  R {_ranged(recall, count)}  F1 {f1:.3f}"
            f"  n {count}, judged so {guessed}"
        )


def _ranged(share: float, count: int) -> str:
    low, high = interval(share, count)
    return f"{share:.3f} [{low:.2f} {high:.2f}]"


def _families(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(fit.family({"source": row.source}), []).append(row)
    return found


def judged_file(content: bytes, where: object = "the file") -> tuple[list[Row], str]:
    """Every row of the file, and by which weights they were judged. Raises Unusable."""
    lines = usable_rows(content, where, ("id", "headers", "label"))
    if fit.digest(content) != PROVENANCE.get("sha256"):
        return [judged(line) for line in lines], "committed"
    rows = []
    for table, part in fit.folds(lines):
        with fit.used(table):
            rows += [judged(line) for line in part]
    return rows, "folds by source family"


def main(arguments: Sequence[str]) -> int:
    """Read the file named, print the tables and one line of JSON; --errors lists what was judged differently."""
    path = labelled.file(arguments)
    if path is None:
        print("usage: python -m bench.verdicts [--errors] [FILE]; without FILE set KITH_CORPUS", file=sys.stderr)
        return 2
    began = time.perf_counter()
    rows, weights = judged_file(path.read_bytes(), path)
    spent = time.perf_counter() - began
    apart, rows = [row for row in rows if row.sub in APART], [row for row in rows if row.sub not in APART]
    strict, wide = [(row.label, row.guess) for row in rows], [lenient(row) for row in rows]
    show("strict", strict)
    show("with alt", wide)
    for name, part in _families(rows).items():
        print(f"{name:<14} {figures([(row.label, row.guess) for row in part])}")
    if "--errors" in arguments:
        for row in rows:
            if row.guess != row.label:
                print(f"{row.label:>14} judged {row.guess:<14} {row.rule:<24} {row.id}")
    spam = sum(row.guess == "human" for row in apart)
    told: dict[str, float] = {**figures(strict), **figures(wide, "alt_")}
    told |= {"rows": len(rows), "spam_rows": len(apart), "spam_judged_human": spam}
    print(json.dumps({**told, "weights": weights, "seconds": round(spent, 3)}))
    return 0


if __name__ == "__main__":
    raise SystemExit(ended(lambda: main(sys.argv[1:])))
