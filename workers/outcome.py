"""How a run of a stream ended, and when it is due again."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from interactions import errors

#: Longest pause after a failure or a refusal, in seconds.
_PAUSE_MAX = 3_600.0
_RETRY = 60.0


class Outcome(Struct, frozen=True):
    """How a run of a stream ended."""

    state: str
    sentence: str
    #: Seconds until it is due again; None: when somebody asks.
    due_in: float | None
    failed: bool = False


def reaction(problem: errors.KithError) -> Outcome:
    """What follows from each error: the one table of reactions."""
    said = str(problem)
    match problem:
        case errors.RateLimited():
            pause = (problem.retry_at - datetime.now(UTC)).total_seconds()
            return Outcome("waiting", said, min(max(pause, 1.0), _PAUSE_MAX))
        case errors.CursorExpired():
            return Outcome("waiting", said, 0.0)
        case errors.ApiDisabled():
            # The owner switches it on elsewhere, and nobody tells us.
            return Outcome("stopped", said, _PAUSE_MAX, failed=True)
        case errors.SourceUnreadable() | errors.ConsentGone() | errors.ScopeMissing() | errors.SuddenlyEmpty():
            return Outcome("stopped", said, None, failed=True)
        case _:
            return Outcome("failing", said, _RETRY, failed=True)


def mistake(error: Exception) -> Outcome:
    """Of an error that is nobody's but ours: where it was, and nothing of what it was about."""
    where = type(error).__name__
    if error.__traceback__ is not None:
        last = error.__traceback__
        while last.tb_next is not None:
            last = last.tb_next
        where += f" in {last.tb_frame.f_globals.get('__name__', '?')}:{last.tb_lineno}"
    return Outcome(
        "failing",
        f"Kith made a mistake of its own ({where}); please report it. It is tried again.",
        _RETRY,
        failed=True,
    )
