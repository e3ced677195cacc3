"""`kith status` as text and as a document: a sentence a stream, counts that add up, what is owed, who works."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from interactions.queries.status import Counts, Status, StreamStatus
from kith.show.answers import count
from kith.show.plain import plain
from kith.show.progress import named
from kith.show.screen import Screen
from kith.show.when import ago, span, stamp


def status_lines(screen: Screen, status: Status) -> list[str]:
    """The whole answer."""
    lines: list[str] = []
    for _, group in groupby(status.streams, key=lambda one: one.account_id):
        streams = list(group)
        first = streams[0]
        head = f" {first.provider} · {plain(first.account)}"
        since = "imported" if first.provider == "archive" else "connected"
        lines.append(f"{head}   {screen.faint(f'{since} {ago(status.at - first.connected_at)}')}")
        lines += _streams(screen, streams, status.at)
    lines.append(f" log          {count(status.interactions, 'interaction')}")
    lines.append(f" queue        {queue(status)}")
    return [*lines, *(f" Next: {said}" for said in next_steps(status))]


def queue(status: Status) -> str:
    """What is owed and who works."""
    owed = "nothing owed"
    if status.owed:
        since = f", the oldest for {span(status.at - status.owed_since)}" if status.owed_since else ""
        owed = f"{count(status.owed, 'item')} to be judged{since}"
    workers = sum(process.role != "schedule" for process in status.processes)
    running = count(workers, "worker") if status.processes else "not running"
    return f"{owed} · {running}"


def next_steps(status: Status) -> list[str]:
    """What the owner can do now, most urgent first."""
    steps = [plain(alert.sentence) for alert in status.alerts]
    quarantined = sum(stream.counts.quarantined for stream in status.streams)
    if not status.processes and (status.owed or any(_waits(stream, status.at) for stream in status.streams)):
        steps.append("there is work and nothing runs: kith up")
    if quarantined:
        steps.append(f"{count(quarantined, 'item')} could not be read or judged: kith quarantine")
    return steps


def sentence(stream: StreamStatus, now: float) -> str:
    """How one stream stands."""
    said = plain(stream.sentence)
    if stream.paused:
        return "paused"
    if stream.state == "pulling":
        return f"reading{_far(stream)}"
    if stream.state == "done":
        return "up to date" if stream.pulled_at is None else f"up to date {ago(now - stream.pulled_at)}"
    if stream.state == "stopped" and not stream.failures:
        return said if said == "disconnected" else f"off: {said}"
    if stream.state in ("failing", "stopped"):
        retry = ""
        if stream.state == "failing" and stream.due_at is not None:
            retry = f" Next try in {span(stream.due_at - now)}." if stream.due_at > now else " Tried again now."
        return f"{stream.state} for {span(now - stream.since)}: {said}{retry}"
    if stream.due_at is not None and stream.due_at > now:
        return f"waiting: {said or 'for its time'}, next try in {span(stream.due_at - now)}"
    return f"waiting for a worker{_far(stream)}"


def sums(counts: Counts) -> str:
    """The counts, those that are 0 left out."""
    parts = [
        (counts.kept, "kept"), (counts.dropped, "dropped"), (counts.deferred, "deferred"),
        (counts.quarantined, "quarantined"), (counts.gone, "gone"), (counts.waiting, "waiting"),
    ]  # fmt: skip
    shown = " + ".join(f"{name} {number:,}" for number, name in parts if number or name == "kept")
    wrong = "" if counts.adds_up() else "  (these do not add up: please report it)"
    return f"seen {counts.seen:,} = {shown}{wrong}"


def status_document(status: Status) -> dict[str, Any]:
    """The answer for programs."""
    return {
        "at": stamp(int(status.at)),
        "streams": [_stream_row(stream, status.at) for stream in status.streams],
        "interactions": status.interactions,
        "owed": status.owed,
        "owed_since": None if status.owed_since is None else stamp(int(status.owed_since)),
        "processes": [
            {"name": one.name, "role": one.role, "pid": one.pid, "silent_seconds": round(one.silent, 1)}
            for one in status.processes
        ],
        "alerts": [{"kind": one.kind, "subject": one.subject, "sentence": one.sentence} for one in status.alerts],
    }


def _streams(screen: Screen, streams: list[StreamStatus], now: float) -> Iterable[str]:
    names = [named(stream.name) for stream in streams]
    said = [sentence(stream, now) for stream in streams]
    first, second = max(map(len, names), default=0) + 2, max(map(len, said), default=0) + 2
    for name, text, stream in zip(names, said, streams, strict=True):
        numbers = sums(stream.counts)
        if 3 + max(first, 11) + second + len(numbers) <= screen.width:
            yield f"   {name:<{max(first, 11)}}{text:<{second}}{numbers}"
        else:
            yield f"   {name:<{max(first, 11)}}{text}"
            yield " " * (3 + max(first, 11)) + numbers


def _far(stream: StreamStatus) -> str:
    read = [one for one in stream.containers if one.included]
    total = sum(one.total for one in read)
    return f", {100 * sum(min(one.done, one.total) for one in read) // total} % done" if total else ""


def _waits(stream: StreamStatus, now: float) -> bool:
    return stream.due_at is not None and stream.due_at <= now


def _stream_row(stream: StreamStatus, now: float) -> dict[str, Any]:
    counts = stream.counts
    return {
        "id": stream.id,
        "account": stream.account,
        "provider": stream.provider,
        "name": stream.name,
        "state": stream.state,
        "sentence": sentence(stream, now),
        "since": stamp(stream.since),
        "next_try": None if stream.due_at is None else stamp(int(stream.due_at)),
        "counts": {
            "seen": counts.seen,
            "kept": counts.kept,
            "dropped": counts.dropped,
            "quarantined": counts.quarantined,
            "gone": counts.gone,
            "deferred": counts.deferred,
            "waiting": counts.waiting,
        },
        "dropped_by": counts.dropped_by,
        "containers": [
            {"name": one.name, "total": one.total, "done": one.done, "included": one.included}
            for one in stream.containers
        ],
    }
