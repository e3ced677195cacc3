"""A worker that kills itself: `python -m tests.torture.worker ROLE`, the real entry point with fail-points around it.

KITH_TEST_FETCHING adds the fail-points of sources that list ids first, KITH_TEST_RENEWING that of Microsoft's tokens.
KITH_TEST_KILL=SEED makes the process draw one fail-point and a count, and end by SIGKILL when that point is reached
for that time; the point is appended to the file KITH_TEST_TALLY.
A mail whose subject holds CRASH kills whoever judges it, every time.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import workers.__main__ as entry
import workers.classify
import workers.reading
from connectors.google import oauth
from connectors.microsoft import login
from interactions.items import Email
from interactions.store import backlog, claims, leases, pages, records

#: (role, module, function, when, most hits before it strikes)
POINTS = {
    "after read": ("pull", pages, "save_page", "before", 6),
    "in the saving transaction": ("pull", pages, "_advance", "before", 6),
    "after commit, before the bell": ("pull", workers.reading, "ring", "before", 6),
    "before the lease is given back": ("pull", leases, "release", "before", 2),
    "after the claim": ("classify", claims, "load", "before", 6),
    "in judging": ("classify", workers.classify, "judge", "before", 200),
    "in the recording transaction": ("classify", records, "_write_verdicts", "after", 6),
    "after the record, before the ack": ("classify", records, "record", "after", 6),
}

#: Of sources that list ids first.
FETCHING = {
    "after the fetch": ("pull", pages, "save_fetched", "before", 6),
    "in the fetching transaction": ("pull", backlog, "take_away", "before", 6),
    "after the fetch's commit": ("pull", pages, "save_fetched", "after", 6),
    "in renewing a token": ("pull", oauth, "renewed", "after", 1),
}
#: Of Microsoft's accounts.
RENEWING = {"in renewing a token": ("pull", login, "renewed", "after", 1)}


def die(point: str) -> NoReturn:
    """Note the point and end without a chance to clean up."""
    with open(os.environ["KITH_TEST_TALLY"], "a") as tally:
        tally.write(point + "\n")
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def alone(arguments: tuple[Any, ...]) -> bool:
    """An item judged alone was in two batches that died. Dying with it twice more would rightly set it aside, and
    the log would rightly differ from an undisturbed one: so those who judge one item die of `in judging` only."""
    return any(isinstance(argument, list) and len(argument) == 1 for argument in arguments)


def arm(role: str, seed: str) -> None:
    """Draw a fail-point of this role and wrap the function it stands at."""
    draw = random.Random(f"{seed}:{os.getpid()}")
    points = dict(POINTS)
    for name, more in (("KITH_TEST_FETCHING", FETCHING), ("KITH_TEST_RENEWING", RENEWING)):
        points |= more if name in os.environ else {}
    point = draw.choice([name for name, spec in points.items() if role in ("all", spec[0])])
    _, module, name, when, most = points[point]
    left = draw.randint(1, most)
    real: Callable[..., Any] = getattr(module, name)

    def wrapped(*arguments: Any, **named: Any) -> Any:
        nonlocal left
        if alone(arguments):
            return real(*arguments, **named)
        left -= 1
        if left == 0 and when == "before":
            die(point)
        result = real(*arguments, **named)
        # Of a call that failed the next one that does not is meant.
        if left <= 0:
            die(point)
        return result

    setattr(module, name, wrapped)


def crash_on_marked_items() -> None:
    """Judging a marked mail ends the process, as an item that exhausts memory would."""
    real = workers.classify.decide

    def decide(item: Any, known: Any) -> Any:
        if isinstance(item, Email) and "CRASH" in item.subject:
            die("crashing item")
        return real(item, known)

    workers.classify.decide = decide


def main() -> int:
    """Arm what the environment asks for, then run the real thing."""
    role = sys.argv[1]
    crash_on_marked_items()
    seed = os.environ.get("KITH_TEST_KILL")
    if seed and role != "schedule":
        arm(role, seed)
    return entry.main([role])


if __name__ == "__main__":
    sys.exit(main())
