"""Ties counted, when what they are counted from has changed."""

from __future__ import annotations

import logging

from interactions.errors import StoreProblem
from interactions.store import ties
from workers.context import Context

log = logging.getLogger(__name__)


def count_ties(context: Context, owner_id: int) -> None:
    """Count every tie of one owner that is owed. What fails stays owed."""
    try:
        counted = ties.count(context.db, owner_id)
    except StoreProblem as problem:
        log.error("%s", problem)
        return
    if counted:
        log.info("%d ties counted", counted)
