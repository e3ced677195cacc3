"""Series of a calendar: their masters, asked for in batches, and all of what stands of one in a year."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct, field

from connectors.microsoft import refusals
from connectors.microsoft.event import FIELDS, Entry
from connectors.microsoft.graph import BATCH_MAX, Session
from connectors.refusal import Means, Refused
from interactions.errors import RateLimited, SourceDown, SourceProblem

#: Masters kept of one run: each has its guests.
_KEPT = 5_000
#: Seconds that the refusal of a single part is sat out.
_PATIENCE = 5.0
#: Pages of the occurrences of one series in one year.
_PAGES_MAX = 100


class _Instances(Struct):
    value: list[msgspec.Raw] = []
    next_link: str = field(name="@odata.nextLink", default="")


class Series:
    """What is known of the series of one account's calendars."""

    def __init__(self, session: Session, prefer: Sequence[str]) -> None:
        self._session = session
        self._prefer = prefer
        #: None: Graph does not have it any more.
        self._masters: dict[str, Entry | None] = {}

    def learn(self, entries: Iterable[Entry]) -> None:
        """Remember the masters among these."""
        if len(self._masters) > _KEPT:
            self._masters.clear()
        self._masters.update({one.id: one for one in entries if one.type == "seriesMaster"})

    def master(self, id: str) -> Entry | None:
        """A master that `complete` has asked for."""
        return self._masters.get(id)

    def complete(self, entries: Iterable[Entry]) -> None:
        """Ask for the masters of bare occurrences among `entries`. Raises SourceProblem."""
        wanted = sorted({one.of_series for one in entries if one.bare} - self._masters.keys() - {""})
        for start in range(0, len(wanted), BATCH_MAX):
            self._ask(wanted[start : start + BATCH_MAX])

    def instances(self, master: str, year: int) -> list[Entry]:
        """All that stands of a series in a year, as it is now; nothing when the series is gone.

        What changed in a series is told in more than one way, and an occurrence that was deleted in none: so the whole
        is asked for. Raises SourceProblem.
        """
        url = self._session.url(
            "me", "events", master, "instances", startDateTime=f"{year}-01-01T00:00:00Z",
            endDateTime=f"{year + 1}-01-01T00:00:00Z", **{"$select": FIELDS},
        )  # fmt: skip
        found: list[Entry] = []
        try:
            for _ in range(_PAGES_MAX):
                page = self._session.get(url, _Instances, prefer=self._prefer)
                found += [self._session.decoded(bytes(raw), Entry) for raw in page.value]
                if not page.next_link:
                    return found
                url = page.next_link
        except Refused as refused:
            if refused.means != Means.GONE:
                raise
            self._masters[master] = None
            return []
        raise SourceDown("Outlook calendar gives pages of one series without end. It is tried again.")

    def _ask(self, ids: Sequence[str]) -> None:
        """Each part of a batch has its own outcome: what was refused for now is asked for again, and nothing else."""
        answers = self._session.batch({id: self._path(id) for id in ids}, prefer=self._prefer)
        if ids_left := [id for id in ids if id not in answers]:
            raise SourceDown(f"Outlook calendar left {len(ids_left)} series out of its answers. It is tried again.")
        again: dict[str, SourceProblem] = {}
        for id in ids:
            response, content = answers[id]
            if response.status == 200:
                self._masters[id] = self._session.decoded(content, Entry)
                continue
            refusal = refusals.read(response, content)
            if refusal.means == Means.GONE:
                self._masters[id] = None
            else:
                again[id] = self._session.problem(refusal)
        for problem in again.values():
            seconds = _wait(problem)
            if seconds is None:
                raise problem
            time.sleep(seconds)
        if again:
            self._ask(list(again))

    def _path(self, id: str) -> str:
        root = self._session.account.settings.microsoft_graph_root
        return self._session.url("me", "events", id, **{"$select": FIELDS}).removeprefix(root)


def _wait(problem: SourceProblem) -> float | None:
    """Seconds that are worth waiting here; None when the lease is better given back."""
    if not isinstance(problem, RateLimited):
        return None
    seconds = (problem.retry_at - datetime.now(UTC)).total_seconds()
    return max(seconds, 0.0) if seconds <= _PATIENCE else None
