"""Statements of the owner's own, answered from documented views and nothing else; nothing is changed by any of them.

`views` says what there is, `filled` what some of them hold, `sqlite` and `postgresql` each keep a statement to them.
"""

from __future__ import annotations

from interactions.queries.sql.answer import NOTHING, Answer, Asking, Moment, StatementProblem

__all__ = ["NOTHING", "Answer", "Asking", "Moment", "StatementProblem", "ready"]


def ready(moment: Moment, seconds: float) -> Asking:
    """A session that answers statements, each within so many seconds. Raises StoreProblem."""
    if moment.db.sqlite:
        from interactions.queries.sql.sqlite import SqliteAsking

        return SqliteAsking(moment, seconds)
    from interactions.queries.sql.postgresql import PostgresAsking

    return PostgresAsking(moment, seconds)
