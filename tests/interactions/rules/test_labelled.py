"""On real mail that others labelled, from headers alone, the rules keep what people wrote and know the rest apart."""

from __future__ import annotations

import json
from pathlib import Path

from bench import fit
from bench.verdicts import APART, figures, judged_file, lenient
from interactions.rules.weights import PROVENANCE, WEIGHTS


def test_people_are_told_from_machines_on_mail_the_weights_were_not_fitted_on(corpus: Path) -> None:
    rows, weights = judged_file((corpus / "mail" / "labelled.jsonl").read_bytes())
    assert weights == "folds by source family"
    rows = [row for row in rows if row.sub not in APART]
    strict = figures([(row.label, row.guess) for row in rows])
    # What is reached today: 0.945, 0.984, 0.939; with the labels that are also right 0.984, 0.984, 0.960.
    assert strict["human_precision"] >= 0.94
    assert strict["human_recall"] >= 0.94
    assert strict["macro_f1"] >= 0.88
    wide = figures([lenient(row) for row in rows])
    assert wide["human_precision"] >= 0.97
    assert wide["human_recall"] >= 0.97
    assert wide["macro_f1"] >= 0.93


def test_the_weights_are_what_the_fit_makes_of_the_file_they_name(corpus: Path) -> None:
    content = (corpus / "mail" / "labelled.jsonl").read_bytes()
    assert PROVENANCE["sha256"] == fit.digest(content)
    assert fit.fitted(WEIGHTS, fit.examples(json.loads(line) for line in content.splitlines())) == WEIGHTS


def test_no_weight_says_the_opposite_of_what_its_sign_was_stated_to_say() -> None:
    for name, one in WEIGHTS.items():
        assert one.human * one.stated_human >= 0, name
        assert one.many * one.stated_many >= 0, name
