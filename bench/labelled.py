"""Which labelled mail a bench is asked for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path


def file(arguments: Sequence[str]) -> Path | None:
    """The one file named on the command line, else the labelled mail of KITH_CORPUS; None when there is neither."""
    named = [one for one in arguments if not one.startswith("--")]
    if len(named) == 1:
        return Path(named[0])
    corpus = os.environ.get("KITH_CORPUS")
    return Path(corpus, "mail", "labelled.jsonl") if corpus and not named else None
