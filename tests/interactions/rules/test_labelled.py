"""On real mail that others labelled, from headers alone, the rules keep what people wrote."""

from __future__ import annotations

import json
from pathlib import Path

from bench.verdicts import APART, figures, judged, lenient


def test_people_are_told_from_machines_on_labelled_mail(corpus: Path) -> None:
    lines = (corpus / "mail" / "labelled.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(judged, map(json.loads, lines)) if row.sub not in APART]
    strict = figures([(row.label, row.guess) for row in rows])
    # A floor under what is reached today: 0.87, 0.93, 0.87 and, with the labels that are also right, 0.92, 0.94, 0.90.
    assert strict["human_precision"] >= 0.85
    assert strict["human_recall"] >= 0.92
    assert strict["macro_f1"] >= 0.86
    wide = figures([lenient(row) for row in rows])
    assert wide["human_precision"] >= 0.9
    assert wide["human_recall"] >= 0.92
