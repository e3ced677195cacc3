"""Hops 5 and 6: owed items claimed, judged by pure rules, and their interactions recorded."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence

from interactions.decide import decide
from interactions.errors import StoreProblem
from interactions.rules import RULES_VERSION
from interactions.store import claims, records
from interactions.store.claims import Work
from interactions.store.records import Judged
from workers.context import Context
from workers.renewal import renewed

log = logging.getLogger(__name__)


def classify(context: Context, item_ids: Sequence[int]) -> None:
    """Judge those of `item_ids` that are still owed and that nobody else has claimed."""
    settings = context.settings
    claimed = [
        claim.item_id for claim in claims.claim(context.db, item_ids, settings.claim_seconds, settings.max_attempts)
    ]
    if not claimed:
        return
    with renewed(lambda: claims.renew(context.db, claimed, settings.claim_seconds), settings.renew_seconds):
        try:
            _judge_all(context, claimed)
        except StoreProblem as problem:
            log.error("%s", problem)
            # If even this cannot be written, the claims run out and the attempts stand.
            with contextlib.suppress(StoreProblem):
                claims.give_back(context.db, claimed)


def _judge_all(context: Context, claimed: Sequence[int]) -> None:
    judged: dict[int, list[Judged]] = {}
    for work in claims.load(context.db, claimed):
        one = judge(context, work)
        if one is not None:
            judged.setdefault(work.owner_id, []).append(one)
    for owner_id, verdicts in judged.items():
        records.record(context.db, owner_id, verdicts, RULES_VERSION, context.ids, context.settings.phone_region)


def judge(context: Context, work: Work) -> Judged | None:
    """One verdict; None when judging raised, which costs this item an attempt and its company nothing."""
    try:
        verdict = decide(work.item, work.known)
    except Exception as error:
        log.error("item %d could not be judged: %s", work.item_id, type(error).__name__)
        claims.fail(context.db, work.item_id)
        return None
    return Judged(work.item_id, work.revision, work.item, verdict, work.copy, work.again, work.before)
