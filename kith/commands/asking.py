"""The query of a command, read with what it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kith.commands.session import Session

if TYPE_CHECKING:
    from interactions.queries.language import Filter


def asked_of(session: Session, arguments: Sequence[str]) -> Filter:
    """What these arguments ask for; circles are looked for where they matter. Raises UsageProblem."""
    from interactions.queries.language import asks_saved, from_arguments, parse

    query, saved = from_arguments(arguments), None
    if asks_saved(query):
        from interactions.queries.searches import searches

        saved = searches(session.db, session.owner_id)
    asked = parse(query, session.moment, session.zone, saved)
    if asked.circles or asked.no_circles:
        from kith.commands import whom

        whom.look_for_circles(session)
    return asked
