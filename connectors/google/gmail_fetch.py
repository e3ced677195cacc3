"""The content behind message ids, for the fewest units: a thread whole where that is cheaper, in small batches.

One message costs 20 units, a thread of any size 40 (2026), so n wanted mails of a thread cost min(20·n, 40).
developers.google.com/workspace/gmail/api/reference/quota
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from connectors.google import batch, refusals
from connectors.google.api import Session
from connectors.google.gmail_message import FIELDS, is_id, item_of
from connectors.http import Response
from connectors.refusal import Means, Refusal
from interactions.errors import SourceDown
from interactions.items import Failed, Gone, Item, Ref, Unreadable

#: Units of messages.get and threads.get, by the project's age.
COSTS: dict[str, tuple[int, int]] = {"2026": (20, 40), "legacy": (5, 10)}
#: Stands in the template of a request where an id goes.
_PLACE = "ID0"


class Want(Struct, frozen=True):
    """One request: a message, or a thread with the messages wanted of it."""

    id: str
    wanted: tuple[str, ...]
    thread: bool = False


class _Thread(Struct):
    messages: list[msgspec.Raw] = []


class _Id(Struct):
    id: str = ""


def wants(refs: Sequence[Ref], costs: tuple[int, int]) -> list[Want]:
    """The cheapest requests for these refs, in the order of the first of each thread."""
    one, whole = costs
    by_thread: dict[str, list[str]] = {}
    for ref in refs:
        by_thread.setdefault(ref.thread or ref.id, []).append(ref.id)
    found: list[Want] = []
    for thread, ids in by_thread.items():
        if len(ids) > 1 and whole <= one * len(ids) and is_id(thread):
            found.append(Want(thread, tuple(ids), thread=True))
        else:
            found += [Want(id, (id,)) for id in ids]
    return found


class Fetching:
    """Fetches refs over one session; `labels` has names by id."""

    def __init__(self, session: Session, labels: Mapping[str, str]) -> None:
        self._session = session
        self._labels = labels
        settings = session.online.settings
        self._size = settings.google_batch
        self._costs = COSTS[settings.google_costs]
        users = session.service.users()
        message = users.messages().get(userId="me", id=_PLACE, format="metadata", fields=FIELDS)
        thread = users.threads().get(userId="me", id=_PLACE, format="metadata", fields=f"id,messages({FIELDS})")
        self._paths = {False: _path(message), True: _path(thread)}
        self._url = f"{settings.google_gmail_root}batch"

    def items(self, refs: Sequence[Ref], part: float = 1.0) -> Iterator[Item]:
        """Each ref's outcome, batch by batch; what came before an error has been handed over.

        Raises RateLimited (the refs without an outcome were not looked at), SourceDown and the rest of SourceProblem.
        """
        bad = [ref.id for ref in refs if not is_id(ref.id)]
        yield from (Unreadable(id, "Gmail gave it an id that can be none.") for id in bad)
        queue = deque(wants([ref for ref in refs if is_id(ref.id)], self._costs))
        while queue:
            several = [queue.popleft() for _ in range(min(self._size, len(queue)))]
            self._session.budget.spend(sum(self._costs[want.thread] for want in several), part)
            refused: Refusal | None = None
            for want, answer in self._ask(several):
                found, again, problem = self._read(want, answer)
                yield from found
                queue.extend(again)
                refused = problem or refused
            if refused is not None:
                raise self._session.problem(refused)

    def _ask(self, several: Sequence[Want]) -> list[tuple[Want, tuple[Response, bytes] | None]]:
        parts = {f"{'t' if want.thread else 'm'}{want.id}": want for want in several}
        body, content_type = batch.composed(
            (key, self._paths[want.thread].replace(_PLACE, want.id)) for key, want in parts.items()
        )
        response, content = self._session.request(self._url, "POST", body, {"Content-Type": content_type})
        if response.status != 200:
            raise self._session.problem(refusals.read(response, content))
        try:
            answers = batch.outcomes(response.get("content-type", ""), content)
        except ValueError:
            raise SourceDown("Gmail answered with something that cannot be read. It is tried again.") from None
        if not answers:
            raise SourceDown("Gmail answered with something that cannot be read. It is tried again.")
        return [(want, answers.get(key)) for key, want in parts.items()]

    def _read(
        self, want: Want, answer: tuple[Response, bytes] | None
    ) -> tuple[list[Item], list[Want], Refusal | None]:  # fmt: skip
        """What came of one request, what has to be asked for singly, and what concerns all."""
        if answer is None:
            return [Failed(id, "Gmail left it out of its answers.") for id in want.wanted], [], None
        response, content = answer
        if response.status == 200:
            return (*self._content(want, content), None)
        refusal = refusals.read(response, content)
        if refusal.means == Means.GONE:
            singles = [Want(id, (id,)) for id in want.wanted] if want.thread else []
            return ([] if want.thread else [Gone(want.id)]), singles, None
        if refusal.means in (Means.DOWN, Means.BAD, Means.FORBIDDEN, Means.EXPIRED):
            reason = f"Gmail refused it again and again ({refusal.reason or 'no reason given'}, {refusal.status})."
            return [Failed(id, reason) for id in want.wanted], [], None
        return [], [], refusal

    def _content(self, want: Want, content: bytes) -> tuple[list[Item], list[Want]]:
        if not want.thread:
            return [item_of(content, self._labels, want.id)], []
        try:
            raws = msgspec.json.decode(content, type=_Thread).messages
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
            return [], [Want(id, (id,)) for id in want.wanted]
        found = [item_of(bytes(raw), self._labels) for raw in raws]
        there = {one.id for one in found}
        # Messages of the thread in spam or trash, or more than Gmail gives of one thread.
        return [*found], [Want(id, (id,)) for id in want.wanted if id not in there]


def _path(request: Any) -> str:
    parts = urlsplit(request.uri)
    return f"{parts.path}?{parts.query}"
